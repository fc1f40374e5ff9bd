"""Where answers are lost, set by set: the stage that `kgllm.retrieval.explain` names for each question.

    python benchmarks/stages.py GRAPH QUESTIONS.jsonl [--n 200] [--encoder minilm]

Prints how many questions each stage found or lost, and a few of the losses with the path that would have been right.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter

import kgllm
from kgllm.linking.linker import Linker
from kgllm.retrieval import Retriever
from kgllm.retrieval.explain import STAGES, stage


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph")
    parser.add_argument("questions")
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--show", type=int, default=3, help="losses shown of each stage")
    args = parser.parse_args()
    with open(args.questions, encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["answers"]]
    rows = random.Random(args.seed).sample(rows, min(args.n, len(rows)))
    graph = kgllm.load(args.graph)
    linker, retriever = Linker(graph), Retriever(graph, encoder=args.encoder)
    counts: Counter[str] = Counter()
    shown: dict[str, list[str]] = {}
    for row in rows:
        evidence = retriever.retrieve(row["question"], linker.link(row["question"]))
        gold = [match.node for matches in graph.find(row["answers"]) for match in matches[:1]]
        at = stage(retriever, evidence, gold)
        counts[at.code] += 1
        if at.code != "found":
            shown.setdefault(at.code, []).append(f"{row['question']}  [{at.path or (evidence.paths[0] if evidence.paths else '')}]")
    for code, words in STAGES.items():
        print(f"{counts[code]:5} {counts[code] / len(rows):6.1%}  {code:<13} {words}")
        for line in shown.get(code, [])[: args.show]:
            print(f"{'':24}{line}")


if __name__ == "__main__":
    main()
