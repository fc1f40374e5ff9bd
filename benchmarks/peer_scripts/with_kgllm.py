"""kgllm: own linking, hop count not given, words only."""

from common import run

import kgllm


def load(path):
    qa = kgllm.GraphQA(kgllm.load(path))
    qa.retrieve("who is that")  # what it learns of the graph's relations once

    def ask(row):
        evidence = qa.retrieve(row["question"])
        return [link.entity.name for link in evidence.links], [[fact.subject.name, fact.object.name] for fact in evidence.facts]

    return ask


run(load)
