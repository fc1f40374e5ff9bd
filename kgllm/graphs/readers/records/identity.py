"""Does the `id` of nested objects say which thing each is, or only which it is within its parent ({"lines": [{"id": 1, …}, {"id": 2, …}]})?
Over all of them: objects of one id that are one thing agree in what is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.errors import shorten
from kgllm.graphs.readers.records.words import APART, first_of, of_one

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
                f"({as_key(name, column)} makes them one thing)"
            )
        return f"{name!r} of one {column!r} are one thing, though they differ in {fields} ({some}; {as_key(name, [column, field])} tells them apart)"


def as_key(name: str, columns: str | Sequence[str]) -> str:
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


def parents_of(within: str, column: str) -> frozenset[str]:
    """What the row may be called, in key=, in which objects of a column stand: as its table, or as one of it.

    >>> sorted(parents_of("messages.fields", "fields")), parents_of("fields", "fields")
    (['message', 'messages'], frozenset())
    """
    table = within.removesuffix(column).rstrip(".").rpartition(".")[2]
    return frozenset((table, of_one(table))) if table else frozenset()
