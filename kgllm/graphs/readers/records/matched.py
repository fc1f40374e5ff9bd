"""Columns that lead to rows though neither `refers=` nor their name says so, by their values: codes (`origin` JFK, EWR) that are those of
another table's rows, so many that chance did not make it so. Words, and whole numbers, are never followed for their values alone: a note
of hints.py says that they may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.codes import chance, codes_in
from kgllm.graphs.readers.records.known import Known, Led, Links, led_through
from kgllm.graphs.readers.records.refers import as_said, otherwise, said_of, shows_key
from kgllm.graphs.readers.records.words import leads_to, of_one, says_just_key, spoken, without_key
from kgllm.types import Entity

_CALLED, _ALONE = 0.6, 0.9  # of a column's values are codes of rows, at least: where it is called as they are, and where it is not
_CHANCE, _BESIDE = (
    -6.0,
    -2.0,
)  # decimal logarithm of how likely values are found by chance, at most: alone, and beside a column that leads there
_FEWEST = 3  # values that tell anything beside such a column
_SAME, _WITHIN = 2, 1  # names that agree: wholly, or that of the table, or of its column, within


@dataclass(frozen=True, slots=True)
class _Codes:
    """A column of codes of which each is one row's. owns: the table is known, or named, by it."""

    other: Known
    column: str
    texts: frozenset[str]
    owns: bool


@dataclass(frozen=True, slots=True)
class _Fit:
    """Codes that a column's values are: how many of them, how well the names of both agree, and whether it can hardly be chance."""

    codes: _Codes
    found: int
    agrees: int
    sure: bool

    @property
    def rank(self) -> tuple[bool, int, bool, int]:
        return self.sure, self.agrees, self.codes.owns, self.found


def matched(known: Sequence[Known], led: Sequence[Links], options: Mapping[str, Any], notes: Notes) -> set[tuple[int, str]]:
    """Add to the columns that lead to rows those that do so by their values, each with a note. Gives those (by table and name) of which
    a note says where they may lead."""
    said = said_of(known, options)
    codes = [one for number, other in enumerate(known) for one in _codes_of(other, led[number])]
    left: list[tuple[int, str, frozenset[str]]] = []
    for number, one in enumerate(known):
        meaning = one.meaning
        calling = (*(meaning.key if len(meaning.key) == 1 else ()), *(() if meaning.joined else meaning.name))
        no_more = {*led[number], *said.get(number, ()), *calling, *meaning.aliases, *meaning.types, *meaning.source}
        own = ((column, codes_in(cells)) for column, cells in one.table.columns.items() if column not in no_more)
        left += [(number, column, texts) for column, texts in own if texts]
    told = set()
    for last in (False, True):  # what leads to rows by itself speaks for what stands beside it
        for number, column, texts in left:
            if column in led[number]:
                continue
            best = _best(known, number, texts, column, codes, led[number] if last else {})
            if len(best) == 1 and best[0].sure:
                _lead(known, number, column, best[0], len(texts), led[number], notes)
            elif best and last:
                _tell(known, number, column, best, notes)
                told.add((number, column))
    return told


def _best(known: Sequence[Known], number: int, texts: frozenset[str], column: str, codes: Sequence[_Codes], beside: Links) -> list[_Fit]:
    """The codes that fit a column's values best, one of a table; none where none does. beside: what leads to rows next to it."""
    ends = {value.id for one in beside.values() for value in one.cells.values if isinstance(value, Entity)}
    others = (of for of in codes if of.other is not known[number])
    fits = [fit for of in others if (fit := _fit(column, texts, of, beside=not ends.isdisjoint(of.other.ids)))]
    most = max((fit.rank for fit in fits), default=None)
    return list({id(fit.codes.other): fit for fit in fits if fit.rank == most}.values())


def _fit(column: str, texts: frozenset[str], codes: _Codes, *, beside: bool) -> _Fit | None:
    """Whether a column's values are some codes, but for a few; where its name is theirs, most are enough."""
    found, agrees = len(texts & codes.texts), _agree(column, codes)
    if found < (_CALLED if agrees == _SAME else _ALONE) * len(texts):
        return None
    likely = chance(texts, codes.texts)
    beside = beside and found >= _FEWEST and likely <= _BESIDE
    sure = likely <= _CHANCE or (found == len(texts) and (agrees > 0 or beside))
    return _Fit(codes, found, agrees, sure) if sure or (codes.owns and found >= _FEWEST) else None


def _lead(known: Sequence[Known], number: int, column: str, fit: _Fit, size: int, led: Links, notes: Notes) -> None:
    one, other, plain = known[number], fit.codes.other, without_key(column)
    cells = led_through(one, column, [other.by(fit.codes.column)], other.table.name, known, notes)
    same = fit.agrees == _SAME
    led[column] = Led(cells, of_one(other.table.name) if same and plain == column else plain, same or shows_key(column, other))
    notes.say(
        f"{one.table.source}: {column!r} leads to rows of {other.table.name!r}, as {fit.found:,} of its {size:,} values are their "
        f"{fit.codes.column!r} ({otherwise(one, column, other, known)})"
    )


def _tell(known: Sequence[Known], number: int, column: str, fits: Sequence[_Fit], notes: Notes) -> None:
    one, tables = known[number], [fit.codes.other.table.name for fit in fits]
    ways = [fit.codes.other.table.name if fit.codes.owns else f"{fit.codes.other.table.name}.{fit.codes.column}" for fit in fits]
    options = " or ".join(as_said(one, column, way, known) for way in ways)
    notes.say(f"{one.table.source}: {column!r} may lead to rows of {' or of '.join(map(repr, tables))} ({options} leads there)")


def _agree(column: str, codes: _Codes) -> int:
    """How well the names of two columns agree: `carrier` and `carrier`, or `dest_faa` and `faa`, `airline_code` and the table of airlines."""
    said, own, table = spoken(column), spoken(codes.column), codes.other.table.name
    if says_just_key(codes.column):
        return _WITHIN if leads_to(column, table) else 0
    if said == own:
        return _SAME
    within = said.endswith(f" {own}") or spoken(without_key(column)) == spoken(without_key(codes.column))
    return _WITHIN if within or leads_to(column, table) else 0


def _codes_of(other: Known, led: Links) -> Iterable[_Codes]:
    """The columns of a table by whose codes its rows are told apart, and which lead nowhere themselves."""
    table = other.table
    if not table.name or not table.named:
        return
    for column, cells in table.columns.items():
        again = other.extends and column in other.meaning.key  # the key of the rows that they are
        if not again and column not in led and cells.unique(table.size) and (texts := codes_in(cells)):
            yield _Codes(other, column, texts, column in (*other.meaning.key, *other.meaning.name) and len(other.meaning.key) < 2)
