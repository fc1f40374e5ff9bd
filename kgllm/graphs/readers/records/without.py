"""Columns that are not read: `without=` names them, those of nested objects too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.options import near_or_all
from kgllm.graphs.readers.records.cells import Cells, Table
from kgllm.types import Entity


def without(tables: Sequence[Table], options: Mapping[str, Any], notes: Notes) -> list[Table]:
    """The tables without the columns that `without=` names: "column" of every table that has it, "table.column" of one; with it goes
    all that is nested in it. What no table has is noted, where others of these names are there: rows may happen not to have it.

    Raises:
        ConfigError: no table has any such column. WrongTypeError: it is no name of a column, nor a list of them.
    """
    asked = options.get("without")
    if asked is None:
        return list(tables)
    several = (asked,) if isinstance(asked, str) else asked
    if not isinstance(several, (list, tuple, set, frozenset)) or not all(isinstance(one, str) and one for one in several):
        raise WrongTypeError(f"without must be the name of a column, or a list of them, not {shorten(asked)}")
    found: set[str] = set()
    names = list(several)
    out = [_left(table, names, found) for table in tables]
    if missing := [one for one in names if one not in found]:
        there = {table.name or table.source: list(table.columns) for table in tables}
        only = next(iter(there.values())) if len(there) == 1 else there
        near = near_or_all(missing[0].rpartition(".")[2], list(dict.fromkeys(column for table in tables for column in table.columns)))
        if found:
            more = f"; {near}" if near.startswith("did") else ""
            notes.say(f"without: no row has {' or '.join(map(repr, missing))}{more}")
            return out
        raise ConfigError(f"without={shorten(missing[0])}: there is no such column; there are {shorten(only, 200)}")
    return out


def _left(table: Table, asked: Sequence[str], found: set[str]) -> Table:
    """What is left of a table; found: what was asked for and is there."""
    columns: dict[str, Cells] = {}
    for column, cells in table.columns.items():
        names = {one for one in asked for own in (one, one.removeprefix(f"{table.name}.")) if f"{column}.".startswith(f"{own}.")}
        found |= names
        if not names:
            columns[column] = cells
    inner = [_left(one, asked, found) for one in table.inner]
    if len(columns) < len(table.columns):
        there = {value.id for cells in columns.values() for value in cells.values if isinstance(value, Entity)}
        inner = [one for one in inner if not there.isdisjoint(one.ids or ())]
    return replace(
        table,
        columns=columns,
        inner=tuple(inner),
        key=table.key if all(column in columns for column in table.key) else (),
        foreign=tuple(one for one in table.foreign if all(column in columns for column in one.columns)),
    )
