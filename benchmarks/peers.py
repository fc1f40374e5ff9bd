"""python -m benchmarks peers -- [--split dev|test] [--n 200] [--envs .cache/peers]

Makes an environment for each peer (once), asks all of them the same MetaQA questions, and prints one table: share of the
gold answers in the first 100 facts and in all facts, links, and milliseconds for linking and retrieval together.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks" / "peer_scripts"
DATA = Path(os.environ.get("KGLLM_SHARED", ROOT.parent / "shared")) / "data"
PEERS = {
    "kgllm (own linking, hops not told)": ("with_kgllm.py", None),
    "LangChain NetworkxEntityGraph": ("with_langchain.py", ["langchain-community==0.4.2", "networkx"]),
    "kglite k-hop Cypher": ("with_kglite.py", ["kglite==0.21.2", "pandas"]),
}


def python_of(script: str, packages: list[str] | None, envs: Path) -> str:
    """The interpreter of the peer's environment, made where it is not there yet."""
    if packages is None:
        return sys.executable
    env = envs / script.removesuffix(".py")
    if not (env / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(env)], check=True)
        subprocess.run([str(env / "bin/python"), "-m", "pip", "install", "-q", *packages], check=True)
        (env / "ready").touch()
    return str(env / "bin/python")


def measured(python: str, script: str, graph: Path, questions: Path, rows: list[dict]) -> list[dict]:
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}", "OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [python, "-W", "ignore", str(HERE / script), str(graph), str(questions)], capture_output=True, text=True, check=True, env=env
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()][1:]
    for row, line in zip(rows, lines, strict=True):
        gold = set(row["answers"])
        line["linked"] = bool(set(line["links"]) & set(row["topics"]))
        line |= {name: len(gold & set(line[name])) / len(gold) for name in ("first", "all")}
    return lines


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--n", type=int, default=200, help="questions of each hop count")
    parser.add_argument("--envs", type=Path, default=ROOT / ".cache" / "peers")
    args = parser.parse_args(arguments)
    table = Table(title=f"MetaQA {args.split}, {args.n} questions a hop")
    for column in ("", "hops", "linked", "recall in 100 facts", "recall in all facts", "facts p50", "p50 ms", "p95 ms"):
        table.add_column(column, justify="left" if not column else "right")
    for hops in (1, 2, 3):
        lines = (DATA / "metaqa" / f"{hops}hop.{args.split}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in random.Random(0).sample(lines, args.n)]
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8", delete=False) as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
        for name, (script, packages) in PEERS.items():
            got = measured(python_of(script, packages, args.envs), script, DATA / "metaqa" / "kb.txt", Path(file.name), rows)
            times = sorted(line["ms"] for line in got)
            mean = {key: statistics.mean(line[key] for line in got) for key in ("linked", "first", "all")}
            facts = statistics.median(line["facts"] for line in got)
            shown = (name, str(hops), *(f"{mean[key]:.3f}" for key in ("linked", "first", "all")), f"{facts:.0f}")
            table.add_row(*shown, f"{statistics.median(times):.2f}", f"{times[int(0.95 * len(times))]:.2f}")
        os.unlink(file.name)
    Console(width=140).print(table)
    return 0
