"""A graph changes: the adapter is taught the difference, and nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import kgllm
from kgllm.testing import tiny_model
from kgllm.tuning import TuneSettings, changes, lessons, tune, update

OLD = [
    ("Oslo", "mayor", "Ana"),
    ("Rome", "mayor", "Bo"),
    ("Bern", "mayor", "Cy"),
    ("Oslo", "country", "Norway"),
    ("Rome", "country", "Italy"),
]
NEW = [("Oslo", "mayor", "Dora"), *OLD[1:], ("Bern", "country", "Switzerland")]


def main() -> None:
    """Teach the old graph, then the difference."""
    root = Path(tempfile.mkdtemp())
    old, new = kgllm.load(OLD), kgllm.load(NEW)
    model = str(tiny_model(root / "tiny"))
    settings = TuneSettings(steps=6, batch=4, known=2, general=2, check_every=3, length=128, budget=None)
    adapter = tune(model, lessons(old, 5).train, root / "adapter", settings=settings).folder
    found = changes(old, new)
    print("changed:", *(f"{fact.subject}: {fact.object}" for fact in found.changed))
    print("added:", *(f"{fact.subject}: {fact.object}" for fact in found.added))
    later = update(adapter, old, new, root / "later", settings=settings)  # left out, the steps follow from what there is to learn
    print("report:", (later.folder / "report" / "report.md").read_text(encoding="utf-8").splitlines()[0])


if __name__ == "__main__":
    main()
