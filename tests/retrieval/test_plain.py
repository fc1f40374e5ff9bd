"""Plain questions over small tables as every company has them (staff, members, flats, goods, machines, orders), and over a few dozen triples,
as they are tried first: rivers, drugs, a family, a band, dishes.

`plain/*.txt` hold a table or triples each, and questions with answers that were written before kgllm was asked. Half of them are held out: their
misses were never looked at, only counted. `python tests/retrieval/test_plain.py` counts, and prints what is missed of those that
are not held out.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

import kgllm
from kgllm.types import Answer

TABLES = Path(__file__).with_name("plain")
FEWEST = {
    "staff": (26, 0), "yuangong": (24, 0), "flats": (20, 0), "members": (22, 0), "shangpin": (19, 0), "sales": (17, 0), "clinic": (32, 0), "cheliang": (20, 0),
    "crew": (21, 0), "students": (14, 1), "machines": (19, 0), "yiyuan": (19, 0), "orders": (16, 0),
    "family": (25, 1), "company": (28, 1), "rivers": (20, 0), "drugs": (19, 1), "packages": (20, 0), "hanmo": (25, 0), "caixi": (20, 0), "beatles": (24, 0),
    "league": (22, 1), "platform": (24, 0), "saga": (24, 2), "science": (25, 0), "ditie": (23, 0), "wuxia": (26, 0), "wildlife": (23, 1), "courts": (15, 3),
    "voyage": (22, 2), "huaxue": (23, 1), "gongying": (26, 1), "daxue": (27, 1),
    "films": (9, 3), "paintings": (9, 3), "crafting": (10, 1), "garden": (7, 2), "countries": (12, 2), "lidai": (9, 3), "guquan": (12, 0), "jiaju": (13, 1),
    "books": (10, 0), "jingdian": (8, 1),
}  # fmt: skip
"""Right answers at least, and wrong ones at most."""
HELD = (
    "crew", "students", "machines", "yiyuan", "orders",
    "films", "paintings", "crafting", "garden", "countries", "lidai", "guquan", "jiaju", "books", "jingdian",
)  # fmt: skip
YES, NO = ("yes", "是"), ("no", "否")


def value(cell: str) -> str | int | float | None:
    """A cell as a program has it: a number where it is one, None where it is empty."""
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell or None


def table(name: str, folder: Path) -> tuple[Any, list[tuple[str, str]]]:
    """A table as its user loads it (rows, a CSV file or a nested JSON file), or triples, and the questions with their answers."""
    head, _, rest = (TABLES / f"{name}.txt").read_text(encoding="utf-8").partition("\n")
    cells, _, lines = rest.partition("?\n")
    asked = [tuple(line.split(" | ")) for line in lines.splitlines()]
    if head.split()[1:] == ["triples"]:
        return [tuple(line.split(" | ")) for line in cells.splitlines()], asked
    rows = [{key: value(cell) for key, cell in row.items()} for row in csv.DictReader(io.StringIO(cells))]
    match head.split()[1:]:
        case ["rows"]:
            return rows, asked
        case ["csv"]:
            path = folder / f"{name}.csv"
            path.write_text(cells, encoding="utf-8")
            return path, asked
        case [_, records]:
            path = folder / f"{name}.json"
            path.write_text(json.dumps({records: rows}, ensure_ascii=False), encoding="utf-8")
            return path, asked
    raise ValueError(head)


def right(answer: Answer, gold: str) -> bool:
    """Whether an answer is wholly right."""
    if gold == "-":
        return answer.abstained
    if gold in YES + NO:
        return not answer.abstained and answer.text.casefold().startswith(YES if gold in YES else (*NO, "不"))
    wanted = sorted(gold.split("; "))
    if isinstance(value(gold), int | float) and answer.value is not None:
        return abs(answer.value - float(gold)) < 0.001 * max(1, abs(float(gold)))
    return not answer.abstained and sorted(str(value(one.name)) for one in answer.entities) == sorted(str(value(one)) for one in wanted)


def counted(name: str, folder: Path, *, misses: bool = False) -> tuple[int, int, int]:
    """Questions, right answers and wrong ones (not abstentions) of a table."""
    source, asked = table(name, folder)
    qa = kgllm.GraphQA(kgllm.load(source))
    good = wrong = 0
    for question, gold in asked:
        answer = qa.ask(question)
        if right(answer, gold):
            good += 1
            continue
        wrong += not answer.abstained
        if misses:
            print(f"  {name}: {question} | {gold} | {answer.text[:150]}", flush=True)
    return len(asked), good, wrong


@pytest.mark.parametrize("name", FEWEST)
def test_plain_questions_are_answered(name, tmp_path):
    _, good, wrong = counted(name, tmp_path)
    assert good >= FEWEST[name][0]
    assert wrong <= FEWEST[name][1]


if __name__ == "__main__":
    totals = {False: [0, 0, 0], True: [0, 0, 0]}
    for one in sys.argv[1:] or sorted(path.stem for path in TABLES.glob("*.txt")):
        with tempfile.TemporaryDirectory() as made:
            found = counted(one, Path(made), misses=one not in HELD)
        totals[one in HELD] = [a + b for a, b in zip(totals[one in HELD], found, strict=True)]
        print(f"{one}{' (held out)' * (one in HELD)}: {found[1]} of {found[0]} ({found[2]} wrong)", flush=True)
    for held, (of, good, wrong) in totals.items():
        print(f"{'held out' if held else 'dev'}: {good} of {of} ({wrong} wrong)")
