"""Teach a model facts of the built-in graph and read the report; with a model made on the spot it takes a minute on a CPU.

python examples/teach.py gemma3-270m taught     # a real one: half an hour on two cores
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import kgllm
from kgllm.testing import tiny_model
from kgllm.tuning import TuneSettings


def main(model: str | None = None, folder: str | None = None, steps: int = 20) -> Path:
    """Teach, print the report, and ask with the adapter."""
    root = Path(folder or tempfile.mkdtemp())
    graph = kgllm.datasets.load("gpu")
    settings = None  # what follows from the number of rows
    if model is None:
        facts = [str(fact) for fact in graph.sample(200)]
        model = str(tiny_model(root / "tiny", text=facts))
        settings = TuneSettings(steps=steps, batch=8, known=2, general=2, length=1024, rate=5e-3, check_every=10, budget=None)
    taught = kgllm.teach(graph, model, root / "taught", facts=12, settings=settings, languages=["en"], with_facts=2)
    print((root / "taught" / "report" / "report.md").read_text(encoding="utf-8"))
    answer = kgllm.GraphQA(graph, llm=str(taught.adapter)).ask("When was the A100 released?")
    print(answer.text)
    return taught.adapter


if __name__ == "__main__":
    main(*sys.argv[1:3])
