"""The files of a built-in graph, as records.

entities.jsonl: id, name (English), zh (its Chinese label), aliases, types.
relations.tsv: name, what its objects are, inverse name, Chinese label, Chinese inverse label, other wordings of both ("; ").
facts.tsv: subject id, relation name, object (an id, or a value as the relation says), qualifiers ("relation=object; …"), source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgllm.errors import GraphParseError, shorten
from kgllm.graphs.base import Record
from kgllm.types import Entity, Fact, Literal, Node, Relation

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_UNITS = ("GB", "GB/s", "W", "billion")
_TAGGED = re.compile(r'"(?P<text>.*)"@(?P<language>[a-z]+)')


def read_records(folder: Traversable) -> Iterator[Record]:
    """Every fact of the folder, its entities whole.

    Raises:
        GraphParseError: a row names what the other files do not have, or a value that its relation cannot take.
    """
    entities = {entity.id: entity for entity in _entities(folder)}
    relations = {kind.relation.name: kind for kind in _relations(folder)}
    for number, row in _rows(folder, "facts.tsv", columns=5):
        subject, relation, value, qualifiers, source = row
        try:
            kind = relations[relation]
            pairs = [pair.partition("=") for pair in qualifiers.split("; ") if pair]
            more = tuple((relations[name].relation, _node(text, relations[name].holds, entities)) for name, _, text in pairs)
            fact = Fact(entities[subject], kind.relation, _node(value, kind.holds, entities), qualifiers=more, source=(source,))
        except (KeyError, ValueError) as error:
            raise GraphParseError(f"{folder.name}/facts.tsv:{number}: {shorten(error.args[0])} is not known") from error
        yield Record(fact=fact)


@dataclass(frozen=True, slots=True)
class _Kind:
    relation: Relation
    holds: str


def _entities(folder: Traversable) -> Iterator[Entity]:
    for line in folder.joinpath("entities.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        labels = dict.fromkeys([row["zh"], *row["aliases"]])
        labels.pop(row["name"], None)
        yield Entity(row["id"], row["name"], aliases=tuple(labels), types=tuple(row["types"]))


def _relations(folder: Traversable) -> Iterator[_Kind]:
    for _, (name, holds, inverse, zh, zh_inverse, other, other_inverse) in _rows(folder, "relations.tsv", columns=7):
        relation = Relation(
            name, inverse_name=inverse or None, aliases=_wordings(zh, other), inverse_aliases=_wordings(zh_inverse, other_inverse)
        )
        yield _Kind(relation, holds)


def _wordings(label: str, other: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in (label, *other.split("; ")) if text))


def _node(text: str, holds: str, entities: dict[str | int, Entity]) -> Node:
    if holds == "entity":
        return entities[text]
    if holds in ("year", "integer"):
        return Literal(text, value=int(text))
    if holds in _UNITS:
        return Literal(f"{text} {holds}", value=float(text))
    tagged = _TAGGED.fullmatch(text)
    return Literal(tagged["text"], language=tagged["language"]) if tagged else Literal(text)


def _rows(folder: Traversable, file: str, *, columns: int) -> Iterator[tuple[int, list[str]]]:
    lines = folder.joinpath(file).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:], 2):
        row = line.split("\t")
        if len(row) != columns:
            raise GraphParseError(f"{folder.name}/{file}:{number}: {len(row)} columns where {columns} belong")
        yield number, row
