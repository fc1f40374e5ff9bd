"""Objects nested under one key, and which of them are one thing: by an id, by a name, or by what key= says, the row in which they stand
included. The ids of parts hold those of their rows, which are known when all tables are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.graphs.readers.records.identity import Identity, identity_of, keys_of_nested, parents_of
from kgllm.graphs.readers.records.known import Known
from kgllm.graphs.readers.records.naming import Naming, naming_of
from kgllm.graphs.readers.records.places import renamed
from kgllm.graphs.readers.records.words import APART, first_of
from kgllm.types import Entity, Key


@dataclass(frozen=True, slots=True)
class Place:
    """An object nested under one key, by its number among these: which row it is, is known when all are."""

    inner: Inner
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """A nested object: its id and its name, the field of the id, the row that it stands in, and whether in a list."""

    one: Mapping[Any, Any]
    id: str | None
    name: str | None
    by: Any
    row: str
    depth: int
    listed: bool


class Inner:
    """The rows of what is nested under one key: each id once, where ids identify; each name once, where names tell them apart. within:
    where that key stands. label: what the column of their keys is called, where they stand by their keys; then all of one key are one
    thing, or each is its own."""

    def __init__(self, column: str, within: str, key: Any, label: str) -> None:
        self.name, self.label, self.key, self.column = column.rpartition(".")[2], label, key, column
        self.within = f"{within}.{column}" if within else column
        self._said = keys_of_nested(key).get(self.name, ())
        self._identity: Identity | None = None
        self._naming = Naming()
        self.found: list[Found] = []
        self.ids: list[str] = []
        self.place: dict[str, int] = {}
        self.tails: dict[Any, str] = {}
        self.named = True

    def add(self, found: Found) -> Place:
        """The place of a nested object."""
        self.found.append(found)
        return Place(self, len(self.found) - 1)

    @property
    def identity(self) -> Identity:
        """Whether ids identify; known when all objects are there."""
        if self._identity is None:
            self._identity = identity_of((found.id, found.one) for found in self.found if found.id is not None)
        return self._identity

    def are_parts(self) -> bool:
        """Whether all have ids, which do not identify, and nothing else by which they are things."""
        apart = self._said or self.identity.by_id or any(found.listed or found.id is None or found.name is not None for found in self.found)
        return not apart

    def _called(self) -> Iterable[tuple[str, Found]]:
        """The objects that only their name may identify, by it."""
        return ((found.name, found) for found in self.found if found.name is not None and (found.by is None or not self.identity.by_id))

    def _names_tell_apart(self) -> bool:
        """Whether objects of one name mostly are one: a `title` that many different ones have is a role."""
        contents: dict[str, set[str]] = {}
        for name, found in self._called():
            said = {field: value for field, value in found.one.items() if field != found.by}
            contents.setdefault(name, set()).add(repr(said))
        return (1 if self.label else APART) * sum(map(len, contents.values())) <= len(contents)

    def numbered(self) -> list[int]:
        """The row that each object is; what then is known of them is in `ids`, and by row in `place`."""
        apart = self._names_tell_apart()
        if apart and not self._said:
            self._naming = naming_of((name, found.one, _calling(found)) for name, found in self._called())
        by_parent = self._parent_in_key()
        rows, owns = [], [self._own(found, apart=apart, by_parent=by_parent) for found in self.found]
        tails: Counter[tuple[str, str]] = Counter()
        for found, own in zip(self.found, owns):
            tail = own if by_parent else found.name if apart and not self._said else None
            if tail is not None and (own is None or by_parent):
                nth = tails[found.row, tail] = 1 if by_parent else tails[found.row, tail] + 1
                key = f"{self.within}/{found.row}/{tail}" + (f".{nth}" if nth > 1 else "")
                self.tails[key] = f"{tail}.{nth}" if nth > 1 else tail
            else:
                key = f"{self.within}/{found.row}.{len(self.place) + 1}" if own is None else f"{self.name}/{own}"
            rows.append(self.place.setdefault(key, len(self.place)))
            self.ids.append(key)
        self.named = all(own is not None or (apart and found.name is not None) for own, found in zip(owns, self.found))
        return rows

    def _parent_in_key(self) -> bool:
        """Whether key= says that the row in which they stand is part of what identifies them, by the name of its table."""
        parents = parents_of(self.within, self.column).difference(*(found.one for found in self.found))
        return not parents.isdisjoint(self._said)

    def _own(self, found: Found, *, apart: bool, by_parent: bool) -> str | None:
        """What identifies an object: the columns that key= says, its id, its name; None where nothing does, or nothing but within its row."""
        if self._said:
            parents = parents_of(self.within, self.column) if by_parent else ()
            texts = [text_of_key(found.one.get(column)) for column in self._said if column not in parents]
            return None if None in texts else "/".join(map(str, texts))  # "": each row has one
        if found.by is not None and self.identity.by_id:
            return found.id
        return found.name if apart and found.name not in self._naming.apart else None

    def own_columns(self, columns: Collection[str]) -> tuple[str, ...]:
        """The columns that identify them: those that key= says (but the parent), or that of their ids."""
        if self._said:
            return tuple(column for column in self._said if column in columns)
        return (column,) if self.identity.by_id and (column := first_of(columns, "id")) else ()

    def tell(self, source: str, notes: Any, otherwise: str) -> None:
        """Note where ids or names identify objects that differ, or do not identify, and what each then is, unless key= has decided it."""
        if self._said:
            return
        column = next((found.by for found in self.found if found.by is not None), None)
        if self.identity.differing and column is not None:
            notes.say(f"{source}: {self.identity.told(self.name, column, otherwise)}")
        called = next((first_of(found.one, "name") for _, found in self._called()), None)
        parent = self.within.removesuffix(self.column).removesuffix(".").rpartition(".")[2]
        for told in self._naming.told(self.name, called or self.label, parent):
            notes.say(f"{source}: {told}")


def _calling(found: Found) -> frozenset[Any]:
    """The fields that hold an object's id, and its name."""
    return frozenset((found.by, first_of(found.one, "name")))


def text_of_key(value: Any) -> str | None:
    """An id or a name as it is written; None of what is neither."""
    named = isinstance(value, (str, int)) and not isinstance(value, bool) and bool(str(value).strip())
    return str(value).strip() if named else None


def held(known: Sequence[Known]) -> None:
    """Give parts ids that hold those of the rows in which they stand: `fields/HEARTBEAT/type` of the message HEARTBEAT."""
    tails = {key: (one.table.name, tail) for one in known for key, tail in one.table.tails.items()}
    if not tails:
        return
    taken = {key for one in known for key in one.ids}
    new: dict[Any, Key] = {}
    for one in known:  # rows stand before what is nested in them
        one.ids[:] = [new.get(key, key) for key in one.ids]
        if one.table.ids is not None:
            one.table.ids = list(one.ids)
        for column, cells in one.table.columns.items():
            parts = {at: value.id for at, value in enumerate(cells.values) if isinstance(value, Entity) and value.id in tails}
            for row, at in zip(cells.rows.tolist(), cells.at.tolist()) if parts else ():
                part, own = parts.get(at), one.ids[row]
                if part is not None and own is not None:
                    name, tail = tails[part]
                    key = f"{name}/{str(own).removeprefix(f'{one.table.name}/')}/{tail}".removesuffix("/")
                    if key not in taken:
                        new.setdefault(part, key)
            if parts:
                one.table.columns[column] = renamed(cells, new)
