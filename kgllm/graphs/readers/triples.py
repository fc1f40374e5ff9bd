"""Triples and facts that the caller holds, in any mixture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.base import Graph, Record, Triples
from kgllm.graphs.readers.columns import BATCH, EMPTY, Rows, fact_of, is_missing
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.whole import scanned
from kgllm.types import Entity, Fact, Literal, Relation
from kgllm.words.names import clean


def read_triples(source: Iterable[Any], options: Mapping[str, Any], notes: Notes) -> Iterator[Record | Triples]:
    """The facts of an iterable of (subject, relation, object) triples, `Fact`s, `Entity`s (nodes, or more names of them) and whole graphs.

    In a triple text is an entity; at its end, any other value (a number, a date, a `Literal`) is a literal.
    """
    rows = Rows()
    subjects: set[int] = set()
    objects: set[int] = set()
    for number, one in enumerate(source):
        if isinstance(one, tuple) and len(one) == 3 and all(type(part) is str for part in one):
            if one[0].strip() and one[1].strip() and one[2].strip():
                rows.add((clean(one[0]), clean(one[1]), clean(one[2])))
                if len(rows) == BATCH:
                    yield from rows.taken()
            else:
                notes.skip(EMPTY, f"triple {number}")
            continue
        yield from rows.taken()  # keeps the order of the source
        if isinstance(one, Graph):
            yield from scanned(one)
            continue
        record = _record(one, f"triple {number}", notes)
        if record is not None:
            if record.fact is not None and len(subjects) + len(objects) < BATCH:
                subjects.update(_whole(record.fact.subject.id))
                objects.update(_whole(getattr(record.fact.object, "value", None)))
            yield record
    yield from rows.taken()
    if objects and 2 * len(objects & subjects) >= len(objects):
        some = next(iter(sorted(objects & subjects)))
        notes.say(
            f"whole numbers at the end of triples are values, though most are subjects, too ({some}): kgllm.Entity({some}) there is the thing"
        )


def _whole(value: Any) -> tuple[int, ...]:
    return (value,) if type(value) is int else ()


def _record(one: Any, place: str, notes: Notes) -> Record | None:
    if isinstance(one, Fact):
        return Record(fact=_checked(one, place))
    if isinstance(one, Entity):
        return Record(entity=one)
    if hasattr(one, "tolist"):  # a row of an array
        one = one.tolist()
    if not isinstance(one, (tuple, list)):
        raise WrongTypeError(
            f"{place} must be (subject, relation, object), a Fact, an Entity or a graph, not {shorten(one)}",
            hint='several tables are a mapping: kgllm.load({"customers": …, "orders": …})' if hasattr(one, "columns") else "",
        )
    if len(one) != 3:
        raise GraphParseError(
            f"{place}: {len(one)} column{'s' * (len(one) != 1)} where 3 were expected: {shorten(one)}",
            hint="a triple is (subject, relation, object); what qualifies it goes into a kgllm.Fact",
        )
    if any(is_missing(part) for part in one):
        notes.skip(EMPTY, place)
        return None
    subject, relation, object = (clean(part) if type(part) is str else part for part in one)
    try:
        return Record(fact=fact_of((subject, relation, object), place))
    except GraphParseError as error:  # here it is an argument that cannot be, not a file
        raise ConfigError(error.args[0], hint=error.hint) from None


def _checked(fact: Fact, place: str) -> Fact:
    parts: list[tuple[Any, type | tuple[type, ...]]] = [(fact.subject, Entity), (fact.relation, Relation), (fact.object, (Entity, Literal))]
    for relation, value in fact.qualifiers:
        parts += [(relation, Relation), (value, (Entity, Literal))]
    for part, kinds in parts:
        if not isinstance(part, kinds):
            raise WrongTypeError(f"{place}: a Fact is of Entity, Relation, Entity or Literal, not {shorten(part)}")
    return fact
