"""The ways of asking, over every column of a graph: what share of questions made from phrasings that people wrote is answered right.

    python -m benchmarks forms -- [--split dev|test] [--only NAME …] [--kinds KIND …] [--each N] [--misses]

Each phrasing ("which {Ts} have a {R} of {V}?") was written by an engineer who had not seen kgllm; columns, things and values are
drawn from the graphs of `benchmarks fresh` and `benchmarks real`, and answers are computed from their facts without kgllm's retrieval.
Every second phrasing and the graphs of the splits `dev` and `check` are looked at; the other phrasings over the graphs of the
splits `test` and `blind` are only counted.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import kgllm
from benchmarks import fresh, real
from kgllm.types import Answer, Entity, Literal

HERE = Path(__file__).resolve().parent / "forms"
SPLITS = {
    "dev": (fresh.SPLITS["dev"], (*real.SPLITS["dev"], *real.SPLITS["check"])),
    "test": (fresh.SPLITS["test"], (*real.SPLITS["test"], *real.SPLITS["blind"])),
}
MOST = 12  # things that a question may ask for: longer lists are seldom asked for
_HAN = re.compile(r"[一-鿿]")
_CODED = re.compile(
    r"\b(id|ids|code|url|uri|key|slug|hash|number|no|order|path|link|image|icon|label|name|names|index|regex|summary|text|description|comment|notes?)\b"
)
_SENTENCE = re.compile(r"^(has|is|are|was|does|can)\b|.\b(to|on|at|in|by|from|with|for)\b|\bof$")  # "works on project": no noun to ask for
_ARTICLE = re.compile(r"\b([Aa])(?= [aeiouAEIOU])")
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[一-鿿]+")


@dataclass
class Column:
    """A field of a kind of things, as it is said, with the values of each."""

    said: str
    values: dict[Entity, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.of: dict[str, set[Entity]] = {}

    def close(self) -> None:
        for thing, values in self.values.items():
            for one in values:
                self.of.setdefault(fresh.key(one.name), set()).add(thing)
        self.single = all(len(one) == 1 for one in self.values.values())
        found = [one[0] for one in self.values.values()]
        self.number = self.single and all(
            isinstance(one, Literal) and isinstance(one.value, (int, float)) and not isinstance(one.value, bool) for one in found
        )
        self.numbers = {thing: one[0].value for thing, one in self.values.items()} if self.number else {}
        self.plain = not self.number and all(1 < len(one.name) < 40 for one in found)


@dataclass
class Table:
    """A kind of things, as it is said, with its fields."""

    said: str
    several: str
    things: set[Entity]
    columns: list[Column]
    members: set[Entity]  # all of the kind, those that cannot be told apart by name too
    count: int  # … and those of which nothing is told


def words(name: str) -> str:
    """A field's or kind's name as people say it: "crystal system" of crystal_system."""
    return " ".join(part.lower() for part in _PARTS.findall(name))


def one_of(name: str) -> str:
    """The singular: "volcano" of volcanoes."""
    if name.endswith(("movies", "species", "series")):
        return name.removesuffix("s") if name.endswith("movies") else name
    if name.endswith("genera"):
        return name[:-3] + "us"
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("oes", "o"), ("ches", "ch"), ("ss", "ss"), ("us", "us"), ("s", "")):
        if name.endswith(ending):
            return name[: -len(ending)] + instead
    return name


def many_of(name: str) -> str:
    """The plural of a singular."""
    if _HAN.search(name) or name.endswith(("people", "species", "series")):
        return name
    if name.endswith("genus"):
        return name[:-2] + "era"
    if re.search(r"[^aeiou]y$", name):
        return name[:-1] + "ies"
    return name + ("es" if re.search(r"(s|x|ch|sh|o)$", name) else "s")


def tables(graph: Any) -> list[Table]:
    """The kinds of a graph with what can be asked about them."""
    facts, cursor = [], None
    while True:
        page = graph.scan(cursor)
        facts += page.items
        cursor = page.cursor
        if cursor is None:
            break
    counts = dict(graph.schema().types)
    called = Counter(fresh.key(node.name) for node in {node for fact in facts for node in fact.nodes if isinstance(node, Entity)})
    things: dict[str, set[Entity]] = defaultdict(set)
    for fact in facts:
        for node in fact.nodes:
            if isinstance(node, Entity):
                for kind in node.types:
                    things[kind].add(node)
    if not things:
        things[""] = {fact.subject for fact in facts}
    found = []
    for kind, members in sorted(things.items()):
        columns: dict[str, Column] = {}
        for fact in facts:
            if fact.subject in members:
                columns.setdefault(fact.relation.id, Column(words(fact.relation.name))).values[fact.subject].append(fact.object)
        said = one_of(words(kind))
        times = Counter(column.said for column in columns.values())
        kept = []
        for _, column in sorted(columns.items()):
            if (
                len(column.said) < 2
                or times[column.said] > 1
                or column.said == said
                or _CODED.search(column.said)
                or _SENTENCE.search(column.said)
                or len(column.values) < 8
            ):
                continue
            column.close()
            kept.append(column)
        named = {one for one in members if one.named and called[fresh.key(one.name)] == 1 and 1 < len(one.name) < 40}
        if len(named) >= 8 and kept:
            found.append(Table(said, many_of(said), named, kept, members, counts.get(kind, len(members))))
    return found


def _names(things: Any) -> list[str]:
    return sorted({one.name for one in things})


def _column(table: Table, draw: random.Random, fits: Callable[[Column], bool]) -> Column:
    return draw.choice([one for one in table.columns if fits(one)])


def _thing(table: Table, draw: random.Random, *columns: Column) -> Entity:
    return draw.choice(sorted((one for one in table.things if all(one in column.values for column in columns)), key=lambda one: one.name))


def _valued(column: Column) -> bool:
    return column.plain


def _counted(column: Column) -> bool:
    return bool(column.number) and len(set(column.numbers.values())) > 4


def _whole(table: Table, found: set[Entity]) -> list[str]:
    """The names, where all can be told apart and there are not too many."""
    if not found or len(found) > MOST or not found <= table.things:
        raise IndexError
    return _names(found)


def _extreme(column: Column, among: Any, most: bool, count: int = 1) -> set[Entity]:
    ordered = sorted((one for one in column.numbers if one in among), key=lambda one: column.numbers[one], reverse=most)
    if len(ordered) <= count or column.numbers[ordered[count - 1]] == column.numbers[ordered[count]]:
        raise IndexError
    return set(ordered[:count])


def filled(kind: str, table: Table, others: Sequence[Table], draw: random.Random, way: str | None) -> tuple[dict[str, str], list[str]]:
    """What stands in a phrasing's gaps, and the answers. Raises `IndexError` where this table has nothing for it."""
    gaps = {"T": table.said, "Ts": table.several}
    most = way in {"most", "more", "over"}
    if kind in {"value", "two_values", "yes_no_true_or_false", "negation", "either", "inverse", "inverse_no_type", "count"}:
        column = _column(table, draw, lambda one: _valued(one) or (kind == "value" and one.number))
        thing = _thing(table, draw, column)
        value = draw.choice(column.values[thing])
        gaps |= {"R": column.said, "X": thing.name, "V": value.name}
        having = column.of[fresh.key(value.name)]
        if kind == "value":
            return gaps, _names(column.values[thing])
        if kind == "two_values":
            other = _column(table, draw, lambda one: one is not column and thing in one.values and (one.plain or one.number))
            return gaps | {"R1": column.said, "R2": other.said}, _names([*column.values[thing], *other.values[thing]])
        if kind == "yes_no_true_or_false":
            if draw.random() < 0.5:
                return gaps, ["Yes"]
            own = {fresh.key(one.name) for one in column.values[thing]}
            wrong = draw.choice(sorted({one.name for values in column.values.values() for one in values if fresh.key(one.name) not in own}))
            return gaps | {"V": wrong}, ["No"]
        if kind == "count":
            if len(having) < 2:
                raise IndexError
            return gaps, [str(len(having))]
        if kind == "negation":
            return gaps, _whole(table, set(column.values) - having)
        if kind == "either":
            second = draw.choice(
                sorted({one.name for values in column.values.values() for one in values if fresh.key(one.name) != fresh.key(value.name)})
            )
            return gaps | {"V1": value.name, "V2": second}, _whole(table, having | column.of[fresh.key(second)])
        alike = (column for other in others if other is not table for column in other.columns if column.said == gaps["R"])
        if kind == "inverse_no_type" and any(column.of.get(fresh.key(value.name), set()) - having for column in alike):
            raise IndexError  # things of another kind have it, too
        return gaps, _whole(table, having)
    if kind in {"intersection", "count_intersection", "superlative_condition"}:
        first = _column(table, draw, _valued)
        second = _column(table, draw, lambda one: one is not first and (_counted(one) if kind == "superlative_condition" else _valued(one)))
        thing = _thing(table, draw, first, second)
        one, two = draw.choice(first.values[thing]).name, draw.choice(second.values[thing]).name
        gaps |= {"R1": first.said, "R2": second.said, "V1": one, "V2": two}
        having = first.of[fresh.key(one)]
        if kind == "superlative_condition":
            return gaps, _whole(table, _extreme(second, having, most))
        both = having & second.of[fresh.key(two)]
        if both in (having, second.of[fresh.key(two)]):
            raise IndexError
        return gaps, _whole(table, both) if kind == "intersection" else [str(len(both))]
    if kind == "count_all":
        return gaps, [str(table.count)]
    if kind == "list_type":
        if len(table.members) < table.count:
            raise IndexError
        return gaps, _whole(table, table.members)
    if kind == "two_hops":
        first = _column(
            table, draw, lambda one: one.single and all(isinstance(value, Entity) for values in one.values.values() for value in values)
        )
        thing = _thing(table, draw, first)
        middle = first.values[thing][0]
        seconds = [
            column
            for other in others
            for column in other.columns
            if middle in column.values and column.said != first.said and (column.plain or column.number)
        ]
        second = draw.choice(seconds)
        return gaps | {"X": thing.name, "R1": first.said, "R2": second.said}, _names(second.values[middle])
    column = _column(table, draw, _counted)
    gaps |= {"R": column.said}
    if kind in {"comparison", "yes_no_comparison"}:
        one, two = _thing(table, draw, column), _thing(table, draw, column)
        if column.numbers[one] == column.numbers[two]:
            raise IndexError
        first_more = column.numbers[one] > column.numbers[two]
        gaps |= {"X": one.name, "Y": two.name}
        return gaps, ([one.name] if first_more == most else [two.name]) if kind == "comparison" else ["Yes" if first_more == most else "No"]
    if kind in {"superlative", "superlative_value", "ranking"}:
        found = _extreme(column, column.numbers, most, 3 if kind == "ranking" else 1)
        return gaps, _whole(table, found) if kind != "superlative_value" else _names(column.values[found.pop()])
    if kind in {"bound", "count_bound"}:
        bound = draw.choice(sorted(set(column.numbers.values())))
        found = {thing for thing, number in column.numbers.items() if (number > bound if most else number < bound)}
        return gaps | {"N": short if float(short := f"{bound:g}") == bound and abs(bound) < 1e6 else str(bound)}, _whole(
            table, found
        ) if kind == "bound" else [str(len(found))]
    numbers = list(column.numbers.values())
    return gaps, [f"{sum(numbers) / (len(numbers) if kind == 'average' else 1):.6g}"]


def asked_of(
    found: Sequence[Table], phrasings: dict[str, Any], half: int, each: int, draw: random.Random
) -> Iterator[tuple[str, str, list[str]]]:
    """Kind, question and answers: up to `each` of a kind and language."""
    for kind, languages in phrasings.items():
        for language, lines in languages.items():
            fitting = [table for table in found if bool(_HAN.search(table.columns[0].said)) == (language == "zh")]
            kept = lines[half::2]
            made = 0
            for turn in range(each * 20 if fitting else 0):
                if made == each:
                    break
                line = kept[turn % len(kept)]
                text, way = (line, None) if isinstance(line, str) else (line["q"], line["d"])
                table = draw.choice(fitting)
                if "{T" in text and not table.said:
                    continue
                try:
                    gaps, answers = filled(kind, table, found, draw, way)
                except IndexError:
                    continue
                made += 1
                yield kind, _ARTICLE.sub(r"\1n", text.format_map(gaps)), answers


def right(kind: str, answer: Answer, gold: Sequence[str]) -> bool:
    """Whether an answer is wholly right."""
    if kind.startswith("count") or kind in {"average", "sum"}:
        if answer.value is None or answer.abstained:
            return bool(not answer.abstained and len(answer.entities) == 1 and answer.entities[0].name == gold[0])
        return abs(float(answer.value) - float(gold[0])) <= 1e-4 * abs(float(gold[0]))
    return fresh.right(answer, {"answers": gold, "kind": kind}) and not answer.abstained


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks forms", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=tuple(SPLITS), default="dev")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--kinds", nargs="+", default=[], metavar="KIND")
    parser.add_argument("--each", type=int, default=12, help="questions of a kind, language and graph")
    parser.add_argument("--misses", action="store_true", help="print what is missed")
    given = parser.parse_args(list(arguments))
    phrasings = {
        kind: of
        for kind, of in tomllib.loads((HERE / "phrasings.toml").read_text(encoding="utf-8")).items()
        if not given.kinds or kind in given.kinds
    }
    good, of, wrong = Counter[str](), Counter[str](), Counter[str]()
    small, large = SPLITS[given.split]
    for name in given.only or (*small, *large):
        source: Any = (
            real.GRAPHS[name]()
            if name in large
            else kgllm.load(next(path for path in fresh.HERE.glob(f"{name}.*") if path.suffix != ".jsonl"))
        )
        qa = kgllm.GraphQA(source)
        before = good.total(), of.total(), wrong.total()
        for kind, question, gold in asked_of(
            tables(qa.graph), phrasings, 0 if given.split == "dev" else 1, given.each, random.Random(name)
        ):
            answer = qa.ask(question)
            one = right(kind, answer, gold)
            of[kind] += 1
            good[kind] += one
            wrong[kind] += not (one or answer.abstained)
            if given.misses and not one:
                print(
                    f"  {name}, {kind}: {question} | {', '.join(gold)} | {answer.text if not answer.abstained else f'({answer.reason})'}",
                    flush=True,
                )
        print(f"{name}: right {good.total() - before[0]} of {of.total() - before[1]}, wrong {wrong.total() - before[2]}", flush=True)
    print("| kind | right | of | answered wrongly |\n|---|---|---|---|")
    for kind in (*of, "all"):
        row = [counter.total() if kind == "all" else counter[kind] for counter in (good, of, wrong)]
        print(f"| {kind} | {row[0]} | {row[1]} | {row[2]} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
