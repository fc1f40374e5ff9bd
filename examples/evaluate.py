"""Measure the built-in questions, keep the run, and hold a second run with other limits against it.

python examples/evaluate.py [FOLDER]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console

import kgllm
from kgllm.evaluation import compare, load_run


def main(folder: Path) -> None:
    graph = kgllm.datasets.load("gpu")
    questions = kgllm.datasets.questions("gpu", language="en")[:30]
    console = Console()
    wide = kgllm.evaluate(kgllm.GraphQA(graph), questions, explain=True)
    wide.save(folder / "three-hops")
    console.print(wide)
    near = kgllm.evaluate(kgllm.GraphQA(graph, limits=kgllm.Limits(hops=1)), questions, explain=True)
    console.print(compare(load_run(folder / "three-hops"), near))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(Path(scratch))
