"""Does the `id` of nested objects say which thing each is, or only which it is within its parent ({"lines": [{"id": 1, …}, {"id": 2, …}]})?
Over all of them: objects of one id that are one thing agree in what is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.errors import shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Cells, Table
from kgllm.graphs.readers.records.words import APART, first_of
from kgllm.types import Entity

_NEARLY_ALL = 0.9  # of the ids that come again are of objects that agree, where ids identify
_SHOWN = 3

Said = dict[str, dict[str, dict[str, None]]]
"""By field and id, the values."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whether ids identify objects, and the fields in which objects of one id differ, with an id and its values."""

    by_id: bool
    differing: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def told(self, name: str, column: str, otherwise: str) -> str:
        """A note of what was decided, with the option that says it otherwise. otherwise: what each object is, where ids do not identify."""
        fields = ", ".join(repr(field) for field, _, _ in self.differing[:_SHOWN]) + (", …" if len(self.differing) > _SHOWN else "")
        field, own, values = self.differing[0]
        some = f"{column} {own!r}: {', '.join(shorten(value, 20) for value in values[:2])}{', …' if len(values) > 2 else ''}"
        if not self.by_id:
            return (
                f"{name!r} of one {column!r} differ in {fields} ({some}), and each is {otherwise} "
                f"({_as_key(name, column)} makes them one thing)"
            )
        return f"{name!r} of one {column!r} are one thing, though they differ in {fields} ({some}; {_as_key(name, [column, field])} tells them apart)"


def _as_key(name: str, columns: str | Sequence[str]) -> str:
    return f"key={json.dumps({name: columns}, ensure_ascii=False)}"


def identity_of(objects: Iterable[tuple[str, Mapping[Any, Any]]]) -> Identity:
    """What objects with an id tell of it: where they have names that tell them apart, these decide; else all that has one value does.

    >>> identity_of([("12", {"id": 12, "shop": "amazon"}), ("12", {"id": 12, "shop": "ebay"})]).by_id
    False
    >>> cast = [("7", {"id": 7, "name": "Ann", "role": "Ophelia"}), ("7", {"id": 7, "name": "Ann", "role": "Emma"})]
    >>> identity_of(cast)
    Identity(by_id=True, differing=(('role', '7', ('Ophelia', 'Emma')),))
    """
    said: Said = {}
    names: Said = {"": {}}
    count: dict[str, int] = {}
    for own, one in objects:
        count[own] = count.get(own, 0) + 1
        key, called = first_of(one, "id"), first_of(one, "name")
        for field, value in one.items():
            if field != key and isinstance(value, (str, int, float)) and (text := str(value).strip()):
                said.setdefault(str(field), {}).setdefault(own, {}).setdefault(text)
                if field == called:
                    names[""].setdefault(own, {}).setdefault(text.casefold())
    different = {name for texts in names[""].values() for name in texts}
    named = 2 * len(names[""]) >= len(count) and len(different) >= APART * len(names[""])
    by_id = _agree(names if named else said, count)
    differing = [
        (field, *next((own, tuple(texts)) for own, texts in by.items() if len(texts) > 1))
        for field, by in said.items()
        if not _agree({field: by}, count)
    ]
    return Identity(by_id, tuple(differing))


def _agree(said: Said, count: Mapping[str, int]) -> bool:
    """Whether nearly all ids of several objects have one value in each field."""
    again = {own for by in said.values() for own in by if count[own] > 1}
    differing = {own for by in said.values() for own, texts in by.items() if len(texts) > 1}
    return len(differing) <= (1 - _NEARLY_ALL) * len(again)


def keys_of_nested(said: Any) -> dict[str, tuple[str, ...]]:
    """What key= says of single tables, by table: "table.column", or {"table": ["column", "other"]}. (Of which there are, meaning.py says.)

    >>> keys_of_nested(["shops.id", "code"]), keys_of_nested({"shops": ["shop", "id"]})
    ({'shops': ('id',)}, {'shops': ('shop', 'id')})
    """
    out: dict[str, tuple[str, ...]] = {}
    if isinstance(said, Mapping):
        return {table: (one,) if isinstance(one, str) else tuple(one) for table, one in said.items() if isinstance(one, (str, list, tuple))}
    for one in (said,) if isinstance(said, str) else said if isinstance(said, (list, tuple)) else ():
        table, _, column = str(one).rpartition(".")
        if table:
            out[table] = (*out.get(table, ()), column)
    return out


def told_apart(tables: Sequence[Table], options: Mapping[str, Any], notes: Notes) -> None:
    """Give what is nested under one word in several places ids of these places, where one id there is not one thing: the `items` of menus,
    and those of orders; unless key= says of them what identifies them."""
    places: dict[str, list[tuple[Table, Table]]] = {}
    for parent, inner in _nested(tables):
        places.setdefault(inner.name, []).append((parent, inner))
    said = keys_of_nested(options.get("key", options.get("id")))
    for name, several in places.items():
        identity = identity_of(one for _, inner in several if inner.own for one in _objects(inner))
        if len(several) < 2 or name in said or identity.by_id:
            continue
        for parent, inner in several:
            new = {key: f"{inner.within}/{key.partition('/')[2]}" for key in inner.ids or () if key.startswith(f"{name}/")}
            inner.ids = [new.get(key, key) for key in inner.ids or ()]
            parent.columns[inner.column] = _renamed(parent.columns[inner.column], new)
        where = " and ".join(dict.fromkeys(repr(inner.within) for _, inner in several))
        field, own, values = identity.differing[0]
        notes.say(f"{where} have ids of their own: {own!r} differs in {field!r} ({', '.join(shorten(value, 20) for value in values[:2])})")


def _renamed(cells: Cells, new: Mapping[Any, str]) -> Cells:
    return cells.mapped(lambda value: Entity(new.get(value.id, value.id)) if isinstance(value, Entity) else value)


def _nested(tables: Sequence[Table]) -> Iterator[tuple[Table, Table]]:
    """What is nested, at any depth, with the table that it stands in."""
    for table in tables:
        for inner in table.inner:
            yield table, inner
        yield from _nested(table.inner)


def _objects(inner: Table) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of nested objects, each with its id and what has one value in it."""
    single = {column: cells.by_row(inner.size) for column, cells in inner.columns.items() if cells.single}
    for row, key in enumerate(inner.ids or ()):
        yield str(key), {column: values[row] for column, values in single.items() if values[row] is not None}
