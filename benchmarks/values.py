"""Values in questions and graphs: extremes, places, bounds in other units, dates, orders, counts, differences, sums, unreadable values.

    python -m benchmarks values -- [--split dev|test] [--misses]

Eight small made-up graphs, each in its own manner, with 285 questions, 40% in Chinese; every answer was computed from the triples by the
script that wrote them. Five are for development; the other three were read only as a sum until the end.

Right is what it is in `fresh`; of a sum or a difference the number; of values that cannot be read, that the answer says so.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kgllm
from benchmarks import fresh
from kgllm.types import Answer

HERE = Path(__file__).resolve().parent / "values"
SPLITS = {"dev": ("hills", "studio", "chengshi", "mingren", "athletes"), "test": ("ships", "tushu", "store")}


def right(answer: Answer, question: dict[str, Any]) -> bool:
    """Whether an answer is wholly right."""
    said = answer.text + " ".join(answer.evidence.notes if answer.evidence else ())
    if not answer.abstained and not all(name in said for name in question.get("unread", ())):
        return False
    if question["kind"] in ("difference", "total") and question["answers"]:
        gold = float(question["answers"][0])
        return answer.value is not None and abs(answer.value - gold) <= 1e-4 * max(1.0, abs(gold))
    return fresh.right(answer, {**question, "kind": "list"})


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks values", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=tuple(SPLITS), default="dev")
    parser.add_argument("--misses", action="store_true", help="print what is missed")
    given = parser.parse_args(list(arguments))
    good: Counter[str] = Counter()
    of: Counter[str] = Counter()
    false = 0
    for name in SPLITS[given.split]:
        qa = kgllm.GraphQA(kgllm.load(HERE / f"{name}.tsv"))
        for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            question = json.loads(line)
            answer = qa.ask(question["question"])
            fits = right(answer, question)
            of[question["kind"]] += 1
            good[question["kind"]] += fits
            false += not fits and not answer.abstained
            if given.misses and not fits:
                print(
                    f"  {name}, {question['kind']}: {question['question']} | {', '.join(question['answers'])} | {answer.text}", flush=True
                )
    print(f"| right | answered wrong | {' | '.join(of)} |\n|---|---|{'---|' * len(of)}")
    print(f"| {good.total()} of {of.total()} | {false} | {' | '.join(f'{good[kind]} of {of[kind]}' for kind in of)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
