"""Write questions from a graph to a file, teach the retriever with labelled ones, keep what it learned, and look at it.

python examples/fit.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import kgllm


def main() -> None:
    graph = kgllm.load(kgllm.datasets.load("gpu"))
    folder = Path(tempfile.mkdtemp())
    asked = kgllm.questions.iterate(graph, 12, kinds=["one_hop", "two_hop", "unanswerable"], distractors=4)
    print(kgllm.questions.write(asked, folder / "train.jsonl", format="messages"), "questions for training")

    qa = kgllm.GraphQA(graph)
    print(qa.fit(kgllm.datasets.questions("gpu", language="en")[:30], own=0))  # qa.fit() learns from the graph alone
    qa.save(folder / "scorer")

    again = kgllm.GraphQA.load(folder / "scorer", graph)
    path = again.retrieve("Which company developed the A100?").paths[0]
    print(path)
    for name, part in list(again.parts(path).items())[:4]:
        print(f"  {name:12} {part:+.2f}")


if __name__ == "__main__":
    main()
