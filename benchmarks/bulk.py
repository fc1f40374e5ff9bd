"""python -m benchmarks bulk -- [--n 1000] [--workers 1 2] [--with words minilm]: MetaQA's dev questions through `answer_file`.

Questions a second with one process and with several over the same compiled folder, what it takes to start them, their memory, and
whether the files are the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import threading
import time
from pathlib import Path

import kgllm
from benchmarks.sets import data_folder
from kgllm.answering.bulk import answer_file


def memory(pid: int) -> float:
    """MiB that are of this process alone, and its share of what several map (proportional set size)."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return [int(one) for one in found]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=1000, help="questions of each hop count")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--with", dest="encoders", nargs="*", choices=("words", "minilm"), default=["words"])
    args = parser.parse_args(arguments)
    data = data_folder() / "metaqa"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        graph = kgllm.compile(data / "kb.txt", folder / "kg")
        lines = [
            line
            for hops in (1, 2, 3)
            for line in random.Random(0).sample((data / f"{hops}hop.dev.jsonl").read_text("utf-8").splitlines(), args.n)
        ]
        (folder / "q.jsonl").write_text("\n".join(lines), encoding="utf-8")
        print("| encoder | workers | questions | first batch, s | all, s | questions a second after the first batch | MiB | same file |")
        print("|---|--:|--:|--:|--:|--:|--:|---|")
        for encoder in args.encoders:
            qa = kgllm.GraphQA(graph, encoder=None if encoder == "words" else encoder)
            files = []
            for workers in args.workers:
                row, text = measured(qa, folder, workers)
                files.append(text)
                print(f"| {encoder} | {workers} | {len(lines):,} | {row} | {'yes' if text == files[0] else 'NO'} |", flush=True)
    return 0


def measured(qa: kgllm.GraphQA, folder: Path, workers: int) -> tuple[str, bytes]:
    out = folder / f"{workers}.jsonl"
    out.unlink(missing_ok=True)
    told: list[tuple[float, int]] = []
    most, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            most[0] = max(most[0], sum(map(memory, [os.getpid(), *children(os.getpid())])))

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    answer_file(qa, folder / "q.jsonl", out, workers=workers, progress=lambda n: told.append((time.perf_counter() - start, n)))
    took = time.perf_counter() - start
    done.set()
    watcher.join()
    (first, n), last = told[0], told[-1]
    rate = (last[1] - n) / max(1e-9, last[0] - first)
    rows = out.read_bytes()
    assert all("error" not in json.loads(line) for line in rows.splitlines())
    return f"{first:.1f} | {took:.1f} | {rate:.0f} | {most[0]:,.0f}", rows
