"""Nested objects that are parts of their rows, though they have an id: {"filename": "brd09", "name": "Ace", "translations": {"id": "brd09",
"de": "Helge"}}. Each stands with one row, has no name, and its id is the row's own, or a number that says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Cells, Ints, Table, text_of
from kgllm.graphs.readers.records.identity import keys_of_nested
from kgllm.graphs.readers.records.words import first_of, leads_to, name_in_parts, usual
from kgllm.types import Entity

_FEWEST = 3  # rows that tell whether things stand one to one


def folded(tables: Sequence[Table], options: Mapping[str, Any], notes: Notes) -> list[Table]:
    """The tables, with the fields of such objects as columns of their own ("translations.de")."""
    asked = _asked(options)
    others = [each for table in tables for one in (table, *_below(table)) for each in one.columns.items() if not _of_rows(each[1])]
    return [_folded(table, asked, others, notes) for table in tables]


def _asked(options: Mapping[str, Any]) -> set[str]:
    """What the options speak of as a table: `refers=` leads there, `key=` speaks of it, or `name=` does."""
    refers, name, keys = options.get("refers"), options.get("name"), keys_of_nested(options.get("key", options.get("id")))
    ends = [to for to in refers.values() if to] if isinstance(refers, Mapping) else []
    leads = [str(one).partition(".")[0] for to in ends for one in (to if isinstance(to, (list, tuple)) else (to,))]
    names = [name] if isinstance(name, str) else name if isinstance(name, (list, tuple)) else ()
    keyed = [*keys, *(name if isinstance(name, Mapping) else ())]
    return {*leads, *keyed, *(one[:-1] for one in names if isinstance(one, str) and one.endswith("."))}


def _below(table: Table) -> list[Table]:
    """The tables of what is nested in one, at any depth."""
    return [one for inner in table.inner for one in (inner, *_below(inner))]


def _of_rows(cells: Cells) -> bool:
    """Whether nested objects stand in a column."""
    return bool(cells.values) and all(isinstance(value, Entity) for value in cells.values)


def _folded(table: Table, asked: set[str], others: Sequence[tuple[str, Cells]], notes: Notes) -> Table:
    columns, left = dict(table.columns), []
    for inner in (_folded(one, asked, others, notes) for one in table.inner):
        column = next((one for one, cells in columns.items() if _holds(one, cells, inner)), None)
        fields = {} if column is None or inner.name in asked or not _tells(inner, others) else _fields(table, column, inner)
        if column is None or not fields or fields.keys() & columns.keys():
            left.append(inner)
            continue
        places = ((fields if one == column else {one: cells}) for one, cells in columns.items())
        columns = {name: cells for place in places for name, cells in place.items()}
        left += inner.inner
        some = next(reversed(fields))
        notes.say(f"{table.source}: each {column!r} stands with one row and has no name: its fields are that row's own ({some!r}, …)")
    return replace(table, columns=columns, inner=tuple(left))


def _holds(column: str, cells: Cells, inner: Table) -> bool:
    """Whether a column is the one in which the objects stand, each in one row."""
    if column.rpartition(".")[2] != inner.name or not cells.single or not len(cells) == len(cells.values) == inner.size:
        return False
    return _of_rows(cells) and {value.id for value in cells.values} == set(inner.ids or ())


def _tells(inner: Table, others: Sequence[tuple[str, Cells]]) -> bool:
    """Whether the objects have ids, and something to tell, but no names, and no other column refers to them, by what it is called
    and what is in it."""
    named = not inner.named or inner.key or usual(inner.columns, "name", inner.name) or name_in_parts(inner.columns)
    key = first_of(inner.columns, "id")
    if named or len(inner.columns) < 2 or key is None:
        return False
    leading = [cells for column, cells in others if leads_to(column, inner.name) and cells is not inner.columns.get(column)]
    return set(map(text_of, inner.columns[key].values)).isdisjoint(text_of(value) for cells in leading for value in cells.values)


def _fields(table: Table, column: str, inner: Table) -> dict[str, Cells]:
    """The fields of objects as columns of their rows; none where an id may be that of a thing of its own."""
    place = {
        table.columns[column].values[at].id: row for row, at in zip(table.columns[column].rows.tolist(), table.columns[column].at.tolist())
    }
    rows = np.array([place[id] for id in inner.ids or ()], np.int32)
    key = first_of(inner.columns, "id")
    repeated = _repeat(table, inner.columns[key], rows)
    if not repeated and not _say_nothing(table, inner, inner.columns[key]):
        return {}
    return {f"{column}.{field}": _moved(cells, rows) for field, cells in inner.columns.items() if field != key or not repeated}


def _moved(cells: Cells, rows: Ints) -> Cells:
    """The cells of objects as those of their rows."""
    moved = rows[cells.rows]
    order = np.argsort(moved, kind="stable")
    return Cells(cells.values, moved[order], cells.at[order])


def _repeat(table: Table, ids: Cells, rows: Ints) -> bool:
    """Whether the ids are what a column of the rows themselves says."""
    said = {int(rows[row]): text_of(ids.values[at]) for row, at in zip(ids.rows.tolist(), ids.at.tolist())}
    for values in (cells.by_row(table.size) for cells in table.columns.values() if not _of_rows(cells)):
        if all(values[row] is not None and text_of(values[row]) == text for row, text in said.items()):
            return True
    return False


def _say_nothing(table: Table, inner: Table, ids: Cells) -> bool:
    """Whether the ids are numbers, and none of them a key of the rows or of what else is nested: {"id": 4, "lake": {"id": 871, "depth": 7}}."""
    if table.size < _FEWEST or not all(type(value) is int for value in ids.values):
        return False
    keys = [table.columns[name] for name in usual(table.columns, "key", table.name)]
    keys += [one.columns[key] for one in _below(table) if one.name != inner.name and (key := first_of(one.columns, "id")) is not None]
    return set(map(text_of, ids.values)).isdisjoint(text_of(value) for cells in keys for value in cells.values)
