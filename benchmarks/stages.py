"""Where answers are lost, set by set: the stage that `GraphQA.explain` names for each question.

    python benchmarks/stages.py GRAPH QUESTIONS.jsonl [--n 200] [--encoder minilm]

Prints how many questions each stage found or lost, and a few of the losses with what `explain` says of them.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter

import kgllm


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
    qa = kgllm.GraphQA(kgllm.load(args.graph), encoder=args.encoder)
    counts: Counter[str] = Counter()
    shown: dict[str, list[str]] = {}
    for row in rows:
        at = qa.explain(row["question"], gold=row["answers"])
        counts[at.stage] += 1
        if at.stage != "found":
            shown.setdefault(at.stage, []).append(f"{row['question']}  [{at.words}]")
    for stage, count in counts.most_common():
        print(f"{count:5} {count / len(rows):6.1%}  {stage}")
        for line in shown.get(stage, [])[: args.show]:
            print(f"{'':24}{line}")


if __name__ == "__main__":
    main()
