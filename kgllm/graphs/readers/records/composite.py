"""References made of several columns: refers={("series", "baker"): "bakers"} leads to the row of that baker in that series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.errors import ConfigError, shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Cells, text_of
from kgllm.graphs.readers.records.known import Known
from kgllm.graphs.readers.records.meaning import columns_named
from kgllm.graphs.readers.records.words import leads_to
from kgllm.types import Entity, Key


@dataclass(frozen=True, slots=True)
class Composite:
    """Columns of one table that together lead to a row of another, by its columns `to`. `at`: the one whose values become rows."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]

    @property
    def at(self) -> str:
        return next((column for column in self.columns if leads_to(column, self.table)), self.columns[-1])


def said_together(known: Sequence[Known], asked: Mapping[Any, Any]) -> dict[int, dict[str, Composite]]:
    """By the number of a table and the column that becomes a reference, what refers= says of several columns.

    Raises:
        ConfigError: no table has them all, there is no such target, or it has no such columns.
    """
    tables = [one.table for one in known]
    out: dict[int, dict[str, Composite]] = {}
    for columns, to in asked.items():
        what = f"refers={{{columns!r}: {to!r}}}"
        found = [dict(columns_named(column, tables, what)) for column in columns]
        target = to if isinstance(to, str) else to[0].partition(".")[0]
        numbers = [number for number in found[0] if all(number in one for one in found) and tables[number].name != target]
        other = next((one for one in known if one.table.name == target), None)
        if not numbers or other is None:
            raise ConfigError(f"{what}: {'no table has all of these columns' if other else f'there is no table {target!r}'}")
        for number in numbers:
            own = tuple(one[number] for one in found)
            said = _columns_of(other, own) if isinstance(to, str) else tuple(one.removeprefix(f"{target}.") for one in to)
            if len(said) != len(own) or not all(column in other.table.columns for column in said):
                raise ConfigError(
                    f"{what}: which columns of {target!r} these are is not known; it has {shorten(list(other.table.columns), 200)}",
                    hint=f"refers={{{columns!r}: ({target + '.…'!r}, {target + '.…'!r})}} says it, one by one",
                )
            several = Composite(own, target, said)
            out.setdefault(number, {})[several.at] = several
    return out


def _columns_of(other: Known, own: Sequence[str]) -> tuple[str, ...]:
    """The columns of a table that such columns lead to: those called the same, or that by which its rows are called; else its key."""
    called = () if other.meaning.joined else other.meaning.name[:1]
    to = tuple(
        column for one in own for column in ((one,) if one in other.table.columns else called if leads_to(one, other.table.name) else ())
    )
    return to if len(to) == len(own) else other.meaning.key


def led_together(one: Known, several: Composite, known: Sequence[Known], notes: Notes) -> Cells:
    """The column that becomes a reference, row by row; what is no row, or several, stays and is noted."""
    other = next(other for other in known if other.table.name == several.table)
    rows = _rows(other, several.to)
    cells = one.table.columns[several.at]
    beside = [one.table.columns[column].by_row(one.table.size) for column in several.columns]
    place = several.columns.index(several.at)
    values: list[Any] = []
    lost: dict[tuple[str, ...], None] = {}
    every = set()
    for row, at in zip(cells.rows.tolist(), cells.at.tolist()):
        value = cells.values[at]
        parts = [value if number == place else column[row] for number, column in enumerate(beside)]
        texts = tuple("" if part is None else text_of(part) for part in parts)
        every.add(texts)
        key = rows.get(texts)
        if key is None:
            lost.setdefault(texts)
        values.append(value if key is None else Entity(key))
    if lost:
        some = ", ".join(shorten(" ".join(texts), 30) for texts in list(lost)[:3]) + (", …" if len(lost) > 3 else "")
        verb = "lead" if len(lost) > 1 else "leads"
        notes.say(
            f"{one.table.source}: {len(lost):,} of {len(every):,} of {' and '.join(map(repr, several.columns))} {verb} to no one row of {several.table!r} ({some})"
        )
    return Cells.of(values, cells.rows)


def _rows(other: Known, columns: Sequence[str]) -> dict[tuple[str, ...], Key]:
    """The rows that alone have such texts in some columns."""
    out: dict[tuple[str, ...], Key] = {}
    twice = set()
    for key, row in zip(other.ids, zip(*(other.table.columns[column].by_row(other.table.size) for column in columns))):
        if key is None or None in row:
            continue
        texts = tuple(map(text_of, row))
        if out.setdefault(texts, key) != key:
            twice.add(texts)
    return {texts: key for texts, key in out.items() if texts not in twice}
