"""kgllm: own linking and hop count not told; with --told names, the entities are given. --as minilm: with its sentence encoder; --as new:
the same, and what it keeps of the wordings of questions is forgotten after each."""

from common import named, run, triples

import kgllm


def load(args):
    qa = kgllm.GraphQA(kgllm.load(args.graph), encoder="minilm" if args.variant else None)
    known = {x for s, _, o in triples(args.graph) for x in (s, o)} if args.told != "nothing" else set()

    def ask(row):
        if args.variant == "new":
            qa.retriever.meaning._asked.clear()
        seeds = None if args.told == "nothing" else named(row["question"], known)
        evidence = qa.retrieve(row["question"], seeds=seeds)
        links = [link.entity.name for link in evidence.links] if seeds is None else seeds
        return links, [[fact.subject.name, fact.object.name] for fact in evidence.facts]

    return ask


run(load)
