"""Objects (dicts) as rows of tables. What stands inside of them:

- a list is several values;
- an object that says what it is called (an "id", or a name) is a row of its own, of the kind that its key names;
- any other object is a part of its row: its keys follow with a dot ("stats.speed"); in a list, where keys would mix, it is a row
  without a name that only joins its values;
- `{"value": …}` is a value with its datatype and language.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kgllm.errors import GraphParseError, WrongTypeError, shorten
from kgllm.graphs.attributes import literal
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Cells, Ints, Table
from kgllm.graphs.readers.records.words import first_of
from kgllm.types import Entity, Literal

DEEPEST = 32
_PLAIN = frozenset({str, int, float, bool, type(None)})
_LITERAL_KEYS = {"value", "datatype", "language"}


class Collector:
    """Takes the cells of one table, whatever they hold, and gives it, with the tables of what was nested in it."""

    def __init__(self, name: str, source: str, size: int, notes: Notes, lines: Ints | None = None) -> None:
        self.name, self.source, self.notes, self._size, self._lines = name, source, notes, size, lines
        self._whole: dict[str, Cells] = {}
        self._cells: dict[str, tuple[list[int], list[Any]]] = {}
        self._inner: dict[str, _Inner] = {}

    def __len__(self) -> int:
        return self._size

    def add(self, name: str, values: list[Any], rows: Ints) -> None:
        """A column of values, none of them None; where they are plain it goes in whole."""
        kinds = set(map(type, values))
        if kinds <= {str} or (kinds <= {int, bool} and len(kinds) == 1):
            cells = Cells.of(values, rows)
            self._put(name, cells.kept([bool(value.strip()) for value in cells.values]) if kinds == {str} else cells)
            return
        for row, value in zip(rows.tolist(), values):
            self.cell(row, name, value)

    def rows(self, rows: Iterable[tuple[int, Mapping[Any, Any]]]) -> None:
        """Numbered objects."""
        for row, one in rows:
            for key, value in one.items():
                self.cell(row, self._key(key, row), value)

    def cell(self, row: int, name: str, value: Any, depth: int = 0) -> None:
        """One cell of any kind."""
        if type(value) in _PLAIN:
            if value is None or (type(value) is str and not value.strip()) or (type(value) is float and math.isnan(value)):
                return
            self._take(name, row, value)
        elif isinstance(value, Mapping):
            self._object(row, name, value, depth, listed=False)
        elif isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
            self._list(row, name, value, depth)
        else:
            self._value(row, name, value)

    def _take(self, name: str, row: int, value: Any) -> None:
        found = self._cells.get(name)
        if found is None:
            found = self._cells[name] = ([], [])
        found[0].append(row)
        found[1].append(value)

    def _value(self, row: int, name: str, value: Any) -> None:
        if getattr(value, "to_pydatetime", None) is not None:  # a timestamp of pandas
            value = value.to_pydatetime() if value == value else None  # noqa: PLR0124  # NaT
        try:
            found = literal(value)
        except WrongTypeError:
            self.notes.skip(f"a {type(value).__name__} in {name!r}, which is no value", self._place(row))
            return
        if found is not None and found.name.strip():
            self._take(name, row, found)

    def _list(self, row: int, name: str, values: Iterable[Any], depth: int) -> None:
        self._check(depth, row)
        for one in sorted(values, key=str) if isinstance(values, (set, frozenset)) else values:
            if isinstance(one, Mapping):
                self._object(row, name, one, depth + 1, listed=True)
            else:
                self.cell(row, name, one, depth + 1)

    def _object(self, row: int, name: str, one: Mapping[Any, Any], depth: int, *, listed: bool) -> None:
        self._check(depth, row)
        if "value" in one and one.keys() <= _LITERAL_KEYS:
            self._literal(row, name, one)
            return
        key, called = first_of(one, "id"), first_of(one, "name")
        if key is not None or called is not None or listed:
            inner = self._inner.setdefault(name, _Inner(name.rpartition(".")[2]))
            self._take(name, row, inner.add(one, one[key or called] if key or called else None, f"{row + 1}", self._place(row), depth + 1))
            return
        for own, value in one.items():
            self.cell(row, f"{name}.{self._key(own, row)}", value, depth + 1)

    def _literal(self, row: int, name: str, one: Mapping[Any, Any]) -> None:
        found = literal(one["value"]) if not isinstance(one["value"], (Mapping, list)) else None
        if found is not None and found.name.strip():
            tags = (str(one[key]) if one.get(key) else None for key in ("datatype", "language"))
            self._take(name, row, Literal(found.name, found.value, *tags))

    def _key(self, key: Any, row: int) -> str:
        if not isinstance(key, (str, int)) or not str(key).strip():
            raise GraphParseError(f"{self._place(row)}: a key must be text, not {shorten(key)}")
        return str(key).strip()

    def _check(self, depth: int, row: int) -> None:
        if depth > DEEPEST:
            raise GraphParseError(f"{self._place(row)}: nested deeper than {DEEPEST} levels")

    def _place(self, row: int) -> str:
        return f"{self.source}:{row + 1 if self._lines is None else int(self._lines[row])}"

    def _put(self, name: str, cells: Cells) -> None:
        if name in self._whole:
            self.notes.say(f"{self.source}: two columns are named {shorten(name)}; they are read as one relation")
            cells = self._whole[name].both(cells)
        self._whole[name] = cells

    def table(self, *, key: tuple[str, ...] = ()) -> Table:
        """All that was taken."""
        for name, (rows, values) in self._cells.items():
            self._put(name, Cells.of(values, np.array(rows, np.int32)))
        inner = tuple(one.table(self.source, self.notes) for one in self._inner.values())
        return Table(name=self.name, size=self._size, columns=self._whole, source=self.source, lines=self._lines, key=key, inner=inner)


class _Inner:
    """The rows of what is nested under one key: each id once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._rows: dict[str, tuple[Mapping[Any, Any], str, bool, int]] = {}
        self._more: list[tuple[str, Mapping[Any, Any]]] = []

    def add(self, one: Mapping[Any, Any], key: Any, row: str, place: str, depth: int) -> Entity:
        """The entity of a nested object."""
        named = isinstance(key, (str, int)) and not isinstance(key, bool) and bool(str(key).strip())
        own = str(key).strip() if named else f"{row}.{len(self._rows) + 1}"
        if own not in self._rows:
            self._rows[own] = (one, place, named, depth)
        elif self._rows[own][0] is not one:
            self._more.append((own, one))
        return Entity(f"{self.name}/{own}")

    def table(self, source: str, notes: Notes) -> Table:
        collector = Collector(self.name, source, len(self._rows), notes)
        place = {own: row for row, own in enumerate(self._rows)}
        several = [(own, one) for own, (one, *_) in self._rows.items()] + self._more
        for own, one in several:
            for key, value in one.items():
                collector.cell(place[own], collector._key(key, place[own]), value, self._rows[own][3])
        made = collector.table()
        made.ids = [f"{self.name}/{own}" for own in self._rows]
        made.named = all(named for _, _, named, _ in self._rows.values())
        return made
