"""What every peer's script shares: standard library only, since each runs in an environment of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

LONGEST = 12  # words of a name


def triples(path: str) -> list[list[str]]:
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("|") for line in lines]


def named(question: str, nodes: set[str]) -> list[str]:
    """Nodes named in the question, longest first: what a perfect reader would hand to a library that links nothing itself."""
    words = question.rstrip("?").split()
    spans = [(i, j) for i in range(len(words)) for j in range(i + 1, min(len(words), i + LONGEST) + 1)]
    found: list[tuple[int, int]] = []
    for i, j in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if " ".join(words[i:j]) in nodes and all(j <= a or i >= b for a, b in found):
            found.append((i, j))
    return [" ".join(words[i:j]) for i, j in found]


def run(load: Callable[[str], Callable[[dict], tuple[list[str], list[list[str]]]]]) -> None:
    """`script.py GRAPH QUESTIONS`: one JSON line for each question: milliseconds, links, and the names of each fact in order.

    `load(graph)` gives `ask(question row) -> (links, facts as lists of names)`; its own time is the first line.
    """
    start = time.perf_counter()
    ask = load(sys.argv[1])
    print(json.dumps({"load_s": time.perf_counter() - start}))
    with open(sys.argv[2], encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        start = time.perf_counter()
        links, facts = ask(row)
        ms = (time.perf_counter() - start) * 1e3
        print(
            json.dumps(
                {
                    "ms": ms,
                    "links": links,
                    "facts": len(facts),
                    "first": sorted({n for f in facts[:100] for n in f}),
                    "all": sorted({n for f in facts for n in f}),
                }
            )
        )
