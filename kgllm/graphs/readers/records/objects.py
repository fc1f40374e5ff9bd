"""Objects (dicts) as rows of tables. What stands inside of them:

- a list is several values;
- an object that says what it is called (an "id", or a name that tells such objects apart) is a row of its own, of the kind that its key
  names;
- any other object is a part of its row: its keys follow with a dot ("stats.speed"); in a list, where keys would mix, it is a row
  without a name that only joins its values;
- objects by their keys, where these tell things apart and are no fields, are rows called by them (see `keyed.py`);
- `{"value": …}` is a value with its datatype and language.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from kgllm.errors import GraphParseError, WrongTypeError, shorten
from kgllm.graphs.attributes import literal
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Cells, Ints, Table, dated
from kgllm.graphs.readers.records.identity import keys_of_nested
from kgllm.graphs.readers.records.keyed import Fields, Keyed, entries_of, is_of_lists
from kgllm.graphs.readers.records.nested import Found, Inner, Place, text_of_key
from kgllm.graphs.readers.records.words import first_of
from kgllm.types import Entity, Literal

DEEPEST = 32
_EXACT = 2**53  # beyond it decimals are no longer each a whole number of its own
_PLAIN = frozenset({str, int, float, bool, type(None)})
_LITERAL_KEYS = {"value", "datatype", "language"}


class Collector:
    """Takes the cells of one table, whatever they hold, and gives it, with the tables of what was nested in it."""

    def __init__(
        self, name: str, source: str, size: int, notes: Notes, lines: Ints | None = None, *, key: Any = None, within: str | None = None
    ) -> None:
        """key: what the option says. within: where the objects stand, in other tables; in which tables what has no id is numbered."""
        self.name, self.source, self.notes, self._size, self._lines = name, source, notes, size, lines
        self._key_said, self._within = key, name if within is None else within
        self._keys = keys_of_nested(key)
        self._whole: dict[str, Cells] = {}
        self._cells: dict[str, tuple[list[int], list[Any]]] = {}
        self._inner: dict[str, Inner] = {}
        self._keyed: dict[str, Keyed] = {}
        self._fields: dict[str, Fields] = {}

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
        if isinstance(value, (np.number, np.bool_)):  # within a list of pandas
            value = value.item()
        if type(value) in _PLAIN:
            if value is None or (type(value) is str and not value.strip()) or (type(value) is float and math.isnan(value)):
                return
            self._take(name, row, value)
        elif isinstance(value, Mapping):
            if not self._set_aside(row, name, value, depth):
                self._object(row, name, value, depth, listed=False)
        elif isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
            if not self._set_aside(row, name, value, depth):
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
        key, called, last = first_of(one, "id"), first_of(one, "name"), name.rpartition(".")[2]
        if key is not None or called is not None or listed or last in self._keys:
            found = Found(one, text_of_key(one.get(key)), text_of_key(one.get(called)), key, f"{row + 1}", depth + 1, listed)
            self._take(name, row, self._nested(name).add(found))
            return
        self._parts(row, name, one, depth)

    def _parts(self, row: int, name: str, one: Mapping[Any, Any], depth: int) -> None:
        """The fields of an object as those of its row."""
        self._fields.setdefault(name, Fields()).add(one)
        for own, value in one.items():
            self.cell(row, f"{name}.{self._key(own, row)}", value, depth + 1)

    def _nested(self, name: str, label: str = "") -> Inner:
        """The rows of what is nested under a key."""
        if name not in self._inner:
            self._inner[name] = Inner(name, self._within, self._key_said, label)
        return self._inner[name]

    def _set_aside(self, row: int, name: str, value: Any, depth: int) -> bool:
        """Objects by their keys wait until all rows are there: their keys may be things, or fields."""
        self._check(depth, row)
        entries, single = entries_of(value)
        if entries:
            keyed = self._keyed.setdefault(name, Keyed())
            keyed.rows.append((row, value, entries, depth))
            keyed.single = single and (keyed.single or len(keyed.rows) == 1)
        return bool(entries)

    def _decide(self) -> None:
        """What was set aside, as rows called by their keys, or as parts of its own rows."""
        while self._keyed:
            name = next(iter(self._keyed))
            keyed = self._keyed.pop(name)
            if not keyed.are_things():
                for row, value, _, depth in keyed.rows:
                    if isinstance(value, Mapping):
                        self._object(row, name, value, depth, listed=False)
                    else:
                        self._list(row, name, value, depth)
                continue
            for row, value, entries, depth in keyed.rows:
                lists = is_of_lists(value)  # of rows: a key calls none of them
                label = keyed.label("" if lists else name)
                for key, one in entries:
                    whole = {label: key, **one}
                    if lists:
                        self._object(row, name, whole, depth + 1, listed=True)
                        continue
                    found = Found(whole, None, text_of_key(key), None, f"{row + 1}", depth + 1, listed=True)
                    self._take(name, row, self._nested(name, label).add(found))
            some = ", ".join(shorten(key, 20) for key, _ in keyed.rows[0][2][:2])
            self.notes.say(f"{self.source}: the keys in {shorten(name)} ({some}, …) are read as things, and not as fields")

    def _spread(self) -> bool:
        """Objects that stand in no list, and whose ids neither identify nor come with names, as parts of their rows; whether there were any."""
        name = next((name for name, inner in self._inner.items() if inner.are_parts()), None)
        if name is None:
            return False
        inner, (rows, values) = self._inner.pop(name), self._cells.pop(name)
        inner.tell(self.source, self.notes, "part of its row")
        for row, value in zip(rows, values):
            if isinstance(value, Place):
                found = inner.found[value.number]
                self._parts(row, name, found.one, found.depth)
            else:
                self._take(name, row, value)
        return True

    def _gather(self, name: str, fields: Fields) -> None:
        """Values by their keys, where these are no fields, as rows called by them; where that is not sure, a note."""
        columns = {key: f"{name}.{key}" for key in fields.keys if f"{name}.{key}" in self._cells}
        plain = not any(column in of for column in columns.values() for of in (self._inner, self._fields))
        if (
            name in self._inner
            or len(columns) < len(fields.keys)
            or not plain
            or not fields.are_rare([self._cells[column][1] for column in columns.values()])
        ):
            return
        some = ", ".join(shorten(key, 20) for key in list(columns)[:2])
        if not fields.are_codes():
            self.notes.say(
                f"{self.source}: the {len(columns)} keys in {shorten(name)} ({some}, …) are relations of hardly more than one fact each "
                "([{'key': key, 'value': value} for key, value in ….items()] in its place makes things of them)"
            )
            return
        label = fields.label(name)
        mixed = name in self._cells  # elsewhere the values stand there without keys
        to = f"{name}.{label}" if mixed else name
        inner = self._nested(to, label)
        entries: list[tuple[int, Any]] = []
        for key, column in columns.items():
            by_row: dict[int, list[Any]] = {}
            for row, value in zip(*self._cells.pop(column)):
                by_row.setdefault(row, []).append(value)
            for row, values in by_row.items():
                one = {inner.label: key, "value": values if len(values) > 1 else values[0]}
                entries.append((row, inner.add(Found(one, None, key, None, f"{row + 1}", 1, listed=True))))
                for value in values if mixed else ():
                    self._take(name, row, value)
        self._in_order(to, entries)
        if mixed:
            self._in_order(name, list(zip(*self._cells[name])))
        self.notes.say(f"{self.source}: the keys in {shorten(name)} ({some}, …) are read as things with a value each, and not as fields")

    def _in_order(self, name: str, entries: list[tuple[int, Any]]) -> None:
        entries.sort(key=lambda entry: entry[0])
        self._cells[name] = ([row for row, _ in entries], [value for _, value in entries])

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
        self._decide()
        while self._spread():
            self._decide()
        for name, fields in self._fields.items():
            self._gather(name, fields)
        for name, (rows, values) in self._cells.items():
            self._put(name, Cells.of(whole_again(rows, values, self._size), np.array(rows, np.int32)))
        inner = tuple(_table_of(one, self.source, self.notes) for one in self._inner.values())
        columns = {name: _placed(cells) if name in self._inner else dated(cells) for name, cells in self._whole.items()}
        return Table(name=self.name, size=self._size, columns=columns, source=self.source, lines=self._lines, key=key, inner=inner)


def whole_again(rows: Sequence[int], values: list[Any], size: int) -> list[Any]:
    """Decimals that were whole numbers before some were missing (pandas, and what it writes to a database), as whole numbers: all are
    whole, and a row has none, or a list of them.

    >>> whole_again([0, 2], [55.0, 3.0], 3), whole_again([0, 1, 2], [55.0, 3.0, 1.0], 3), whole_again([0, 2], [55.5, 3.0], 3)
    ([55, 3], [55.0, 3.0, 1.0], [55.5, 3.0])
    """
    if len(values) == size == len(set(rows)) or not all(type(value) is float and value.is_integer() for value in values):
        return values
    return [int(value) for value in values] if all(abs(value) < _EXACT for value in values) else values


def _placed(cells: Cells) -> Cells:
    """Nested objects as the rows that they are."""
    values = [Entity(value.inner.ids[value.number]) if isinstance(value, Place) else value for value in cells.values]
    return Cells.of([values[at] for at in cells.at.tolist()], cells.rows)


def _table_of(inner: Inner, source: str, notes: Notes) -> Table:
    """What is nested under one key as a table."""
    rows = inner.numbered()
    collector = Collector(inner.name, source, len(inner.place), notes, key=inner.key, within=inner.within)
    done: set[tuple[int, int]] = set()
    for row, found in zip(rows, inner.found):
        if (row, id(found.one)) not in done:
            done.add((row, id(found.one)))
            for key, value in found.one.items():
                collector.cell(row, collector._key(key, row), value, found.depth)
    made = collector.table()
    made.ids, made.within, made.column, made.tails = list(inner.place), inner.within, inner.column, inner.tails
    made.key = (inner.label,) if inner.label else ()
    made.own = inner.own_columns(made.columns)
    made.named = inner.named
    inner.tell(source, notes, "a row of its own")
    return made
