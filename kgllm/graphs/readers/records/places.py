"""What is nested under one word in several places ({"menus": [{"items": […]}], "orders": [{"items": […]}]}): is one id, or name, one thing?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kgllm.errors import shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Cells, Table
from kgllm.graphs.readers.records.identity import identity_of, keys_of_nested
from kgllm.graphs.readers.records.naming import naming_of
from kgllm.graphs.readers.records.words import first_of
from kgllm.types import Entity


def told_apart(tables: Sequence[Table], options: Mapping[str, Any], notes: Notes) -> None:
    """Give what is nested under one word in several places ids of these places, where one id there is not one thing: the `items` of menus,
    and those of orders; or those of one name that differ; unless key= says of them what identifies them."""
    places: dict[str, list[tuple[Table, Table]]] = {}
    for parent, inner in _nested(tables):
        places.setdefault(inner.name, []).append((parent, inner))
    said = keys_of_nested(options.get("key", options.get("id")))
    for name, several in places.items():
        if len(several) < 2 or name in said:
            continue
        identity = identity_of(one for _, inner in several if inner.own for one in _objects(inner))
        naming = naming_of(
            (own, one, frozenset((first_of(one, "name"),))) for _, inner in several if not inner.own for own, one in _objects(inner)
        )
        if identity.by_id and not naming.apart:
            continue
        for parent, inner in several:
            here = (key for key in inner.ids or () if key.startswith(f"{name}/") and (not identity.by_id or key in naming.apart))
            new = {key: f"{inner.within}/{key.partition('/')[2]}" for key in here}
            inner.ids = [new.get(key, key) for key in inner.ids or ()]
            parent.columns[inner.column] = renamed(parent.columns[inner.column], new)
        where = " and ".join(dict.fromkeys(repr(inner.within) for _, inner in several))
        field, own, values = (identity.differing if not identity.by_id else naming.parting)[0]
        notes.say(f"{where} have ids of their own: {own!r} differs in {field!r} ({', '.join(shorten(value, 20) for value in values[:2])})")


def renamed(cells: Cells, new: Mapping[Any, Any]) -> Cells:
    """A column with other ids in place of these."""
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
