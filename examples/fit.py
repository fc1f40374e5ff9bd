"""Write questions from a graph to a file, teach the retriever, keep what it learned, and look at it.

python examples/fit.py                           # the built-in graph, and some of its questions as labels
python examples/fit.py GRAPH [QUESTIONS.jsonl]   # your own graph: taught by itself, or by your questions and their answers
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import kgllm


def main(arguments: list[str]) -> None:
    graph = kgllm.load(arguments[0] if arguments else kgllm.datasets.load("gpu"))
    folder = Path(tempfile.mkdtemp())
    asked = kgllm.questions.iterate(graph, 12, kinds=["one_hop", "two_hop", "unanswerable"], distractors=4, missing_ok=True)
    print(kgllm.questions.write(asked, folder / "train.jsonl", format="messages"), f"questions for training in {folder / 'train.jsonl'}")

    qa = kgllm.GraphQA(graph)
    if arguments:
        print(qa.fit(arguments[1] if len(arguments) > 1 else None))
        question = next(kgllm.questions.iterate(graph, 1, kinds=["one_hop"], seed=1)).question
    else:
        print(qa.fit(kgllm.datasets.questions("gpu", language="en")[:30], own=0))  # qa.fit() learns from the graph alone
        question = "Which company developed the A100?"
    qa.save(folder / "scorer")

    again = kgllm.GraphQA.load(folder / "scorer", graph)
    print(f"{question}\n{again.why(question)[0]}")  # each feature's part of the score, and which words spoke for which step


if __name__ == "__main__":
    main(sys.argv[1:])
