"""Two checkouts side by side: what each question costs in either, and whether the results are the same.

    python -m benchmarks side -- OTHER GRAPH QUESTIONS.jsonl… [--n 100] [--encoder minilm] [--show 3]

OTHER is the folder of another checkout of kgllm (`git worktree add --detach /tmp/before main`). Both are asked the same
questions in turns, each in a process of its own, so that a busy machine slows both alike. Prints milliseconds by the clock and of
the processor, p50 and p95, for linking, retrieving and the whole `ask`, and the questions whose links, paths, facts or answers
differ. Scores are compared to five digits.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

NEEDS = "the folder of another version, a graph and questions"

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("link", "retrieve", "ask")


def serve(graph: str, encoder: str) -> None:
    """Answer the questions that come in, a line each: the costs of its stages and what came out, as JSON."""
    import kgllm

    qa = kgllm.GraphQA(kgllm.load(graph), encoder=encoder or None, limits=kgllm.Limits(seconds=600))
    print(json.dumps({"kgllm": kgllm.__file__}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        spent: dict[str, tuple[float, float]] = {}

        def timed(stage: str, call: Callable[[str], Any], question: str = question, spent: dict[str, Any] = spent) -> Any:
            wall, cpu = time.perf_counter(), time.process_time()
            out = call(question)
            spent[stage] = (1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))
            return out

        links, evidence, answer = timed("link", qa.link), timed("retrieve", qa.retrieve), timed("ask", qa.ask)
        told = {
            "links": [(str(one.entity), one.mention.start, one.mention.end, round(one.score, 5), one.reason, len(one.candidates)) for one in links],
            "paths": [
                ([f"{relation.id} {way}" for relation, way in path.relations], [str(end) for end in path.endpoints], path.count, round(path.score, 5), [fact.id for fact in path.facts], str(path.constraints), path.truncated)
                for path in evidence.paths
            ],
            "facts": [(fact.id, fact.source, None if fact.score is None else round(fact.score, 5)) for fact in evidence.facts],
            "notes": evidence.notes,
            "answer": (answer.text, [str(one) for one in answer.entities], answer.value, round(answer.confidence, 5), answer.reason),
        }  # fmt: skip
        print(json.dumps({"spent": spent, "told": told}), flush=True)


class Side:
    """One checkout, asked in a process of its own."""

    def __init__(self, checkout: Path, graph: str, encoder: str) -> None:
        code = "import sys; from importlib.util import module_from_spec as make, spec_from_file_location as of; spec = of('side', sys.argv[1]); it = make(spec); spec.loader.exec_module(it); it.serve(*sys.argv[2:])"
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(Path(__file__).resolve()), graph, encoder], cwd=checkout, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        self.spent: dict[str, list[tuple[float, float]]] = {stage: [] for stage in STAGES}
        self.told: list[dict[str, Any]] = []
        place = Path(self._read()["kgllm"])
        if checkout.resolve() not in place.resolve().parents:
            raise SystemExit(f"{place} was imported, not what is in {checkout}")

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("one side ended; see above")
        return json.loads(line)  # type: ignore[no-any-return]

    def ask(self, question: str) -> None:
        """Ask one question and note what it cost."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        found = self._read()
        self.told.append(found["told"])
        for stage, cost in found["spent"].items():
            self.spent[stage].append(cost)


def main(arguments: Sequence[str]) -> int:
    """Print the costs of both sides and what differs."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks side", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("other", type=Path)
    parser.add_argument("graph")
    parser.add_argument("questions", nargs="+", type=Path)
    parser.add_argument("--n", type=int, default=100, help="questions of each file (a seeded sample)")
    parser.add_argument("--encoder", default="")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=3, help="differences written out")
    if not arguments:
        print("give another checkout, a graph and questions: see --help; nothing was compared")
        return 0
    options = parser.parse_args(arguments)
    draw = random.Random(options.seed)
    questions: list[str] = []
    for path in options.questions:
        rows = [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()]
        questions += draw.sample(rows, min(options.n, len(rows)))
    graph = str(Path(options.graph).resolve())
    sides = (Side(options.other.resolve(), graph, options.encoder), Side(ROOT, graph, options.encoder))
    for n, question in enumerate(questions):
        for side in sides if n % 2 else reversed(sides):
            side.ask(question)
    _print_costs(sides, options.other.name)
    differ = [n for n in range(len(questions)) if sides[0].told[n] != sides[1].told[n]]
    print(f"{len(differ)} of {len(questions)} questions differ in their results")
    for n in differ[: options.show]:
        print(f"\n{questions[n]}")
        for key, before in sides[0].told[n].items():
            if before != sides[1].told[n][key]:
                print(f"  {key}\n    {str(before)[:1500]}\n    {str(sides[1].told[n][key])[:1500]}")
    return 1 if differ else 0


def _print_costs(sides: tuple[Side, Side], other: str) -> None:
    print("| stage | checkout | first ms | wall p50 | wall p95 | cpu p50 | cpu p95 | cpu mean |\n|" + "---|" * 8)
    for stage in STAGES:
        for name, side in zip((other, "here"), sides, strict=True):
            wall, cpu = np.array(side.spent[stage]).T
            later = slice(1, None) if len(wall) > 1 else slice(None)
            figures = [wall[0], *(np.percentile(column[later], q) for column in (wall, cpu) for q in (50, 95)), cpu[later].mean()]
            print(f"| {stage} | {name} | " + " | ".join(f"{one:.2f}" for one in figures) + " |")
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
