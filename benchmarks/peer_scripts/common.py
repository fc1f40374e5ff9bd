"""What every peer's script shares. It runs in the peer's own environment, so it needs the standard library only (numpy for vectors)."""

from __future__ import annotations

import argparse
import json
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

LONGEST = 12  # words of a name
FACTS = 100


class LateError(Exception):
    """A question took longer than it may."""


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


class Vectors:
    """all-MiniLM-L6-v2 of every name and relation of the graph, made once for all peers, and of a question, made when it is asked."""

    def __init__(self, folder: str) -> None:
        import numpy as np

        from kgllm.retrieval.minilm import MiniLM  # the encoder alone: numpy, safetensors, tokenizers

        self.names: list[str] = json.loads(Path(folder, "names.json").read_text(encoding="utf-8"))
        self.relations: list[str] = json.loads(Path(folder, "relations.json").read_text(encoding="utf-8"))
        self.of_names = np.load(Path(folder, "names.npy"))
        self.of_relations = np.load(Path(folder, "relations.npy"))
        self.encode = MiniLM().encode

    def nearest(self, question: str, k: int) -> list[tuple[str, float]]:
        """The names most like the question, best first."""
        import numpy as np

        scores = self.of_names @ self.encode([question])[0]
        best = np.argpartition(-scores, k)[:k]
        return sorted(((self.names[i], float(scores[i])) for i in best.tolist()), key=lambda row: (-row[1], row[0]))


def _mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(load: Callable[[argparse.Namespace], Callable[[dict], tuple[list[str], list[list[str]]]]]) -> None:
    """`script.py GRAPH QUESTIONS`: JSON lines, first the seconds and the MiB that loading took, then one for each question that was asked.

    `load(args)` gives `ask(question row) -> (links, facts as lists of names)`. A hop count whose `--seconds` are over is left.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("graph")
    parser.add_argument("questions")
    parser.add_argument("--told", choices=("nothing", "names", "hops"), default="nothing", help="hops: the names too")
    parser.add_argument("--vectors")
    parser.add_argument("--source", help="a checkout of the peer's public source")
    parser.add_argument("--train", help="questions of dev")
    parser.add_argument("--kept", help="a folder for what was trained: the next run starts from it")
    parser.add_argument("--as", dest="variant", default="")
    parser.add_argument("--seconds", type=float, default=100, help="for the questions of each hop count")
    args = parser.parse_args()

    start = time.perf_counter()
    ask = load(args)
    print(json.dumps({"load_s": time.perf_counter() - start, "load_mib": _mib()}), flush=True)
    rows = [json.loads(line) for line in Path(args.questions).read_text(encoding="utf-8").splitlines()]

    def late(*_: object) -> None:
        raise LateError

    signal.signal(signal.SIGALRM, late)
    spent: dict[int, float] = {}
    for i, row in enumerate(rows):
        left = args.seconds - spent.get(row["hops"], 0.0)
        if left <= 0:
            continue
        start, cpu = time.perf_counter(), time.process_time()
        signal.setitimer(signal.ITIMER_REAL, left)
        links: list[str] = []
        facts: list[list[str]] = []
        try:
            links, facts = ask(row)
            over = False
        except LateError:
            over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        took, cpu = time.perf_counter() - start, time.process_time() - cpu
        spent[row["hops"]] = spent.get(row["hops"], 0.0) + took
        names = {"first": sorted({n for f in facts[:FACTS] for n in f}), "all": sorted({n for f in facts for n in f})}
        print(
            json.dumps({"i": i, "ms": took * 1e3, "cpu": cpu * 1e3, "late": over, "links": links, "facts": len(facts)} | names), flush=True
        )
    print(json.dumps({"peak_mib": _mib()}))
