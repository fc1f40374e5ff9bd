"""Answer many questions under Ray Data: actors that each open the same compiled graph once, on one machine or on many.

python -m servers.venv ray                      # makes an environment that holds Ray Data and kgllm, and prints its Python
PYTHON examples/bulk_ray.py                     # the built-in graph and its questions, here
PYTHON examples/bulk_ray.py GRAPH.kg IN.jsonl OUT    # GRAPH.kg where every machine can read it; RAY_ADDRESS names a cluster
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow.dataset
import ray

import kgllm

ACTORS = 2


class Answerer:
    """An actor: opens the graph when it starts, then answers batch after batch."""

    def __init__(self, folder: str) -> None:
        self.qa = kgllm.GraphQA(kgllm.load(folder))  # memory-mapped: actors of one machine share its pages

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, list]:
        answers = self.qa.ask_many(batch["question"].tolist())
        return {
            "id": batch["id"].tolist(),
            "question": batch["question"].tolist(),
            "text": [answer.text for answer in answers],
            "answers": [[entity.name for entity in answer.entities] for answer in answers],
            "confidence": [answer.confidence for answer in answers],
            "abstained": [answer.abstained for answer in answers],
        }


def answered(folder: str, questions: ray.data.Dataset) -> ray.data.Dataset:
    """The questions (columns "id" and "question") with their answers; nothing runs until rows are asked for or written."""
    actors = ray.data.ActorPoolStrategy(size=ACTORS)
    return questions.map_batches(Answerer, fn_constructor_args=(folder,), compute=actors, batch_size=64, num_cpus=1)


def run(folder: str, source: str, out: str) -> None:
    """Answer a file of JSON lines into a folder of Parquet files."""
    if "RAY_ADDRESS" in os.environ:
        ray.init()
    else:  # on this machine, and seen from nowhere else: a core for each actor, and one to read and write
        ray.init(num_cpus=ACTORS + 1, include_dashboard=False, _node_ip_address="127.0.0.1")
    try:
        answered(folder, ray.data.read_json(source, lines=True)).write_parquet(out)
    finally:
        ray.shutdown()


def main(arguments: list[str]) -> None:
    """A graph, its questions and where the answers go; without them the built-in ones."""
    if arguments:
        run(*arguments)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder, source, out = (str(Path(scratch) / name) for name in ("gpu.kg", "in.jsonl", "out"))
        kgllm.compile(kgllm.datasets.load("gpu"), folder)
        asked = [*kgllm.datasets.questions("gpu", language="en"), *kgllm.datasets.questions("gpu", language="zh")]
        lines = (json.dumps({"id": i, "question": row["question"]}, ensure_ascii=False) for i, row in enumerate(asked))
        Path(source).write_text("\n".join(lines), encoding="utf-8")
        run(folder, source, out)
        found = sorted(pyarrow.dataset.dataset(out).to_table().to_pylist(), key=lambda row: row["id"])
    for row in (*found[:3], *found[-3:]):
        print(row["question"], "→", row["text"])
    print(f"{len(found)} questions, {sum(row['abstained'] for row in found)} abstained")


if __name__ == "__main__":
    main(sys.argv[1:])
