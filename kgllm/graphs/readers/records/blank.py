"""Cells of text files that are written as nothing is, and are codes: `nan` is Min Nan Chinese, as `NA` is Namibia."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Cells, Table

_CODE = re.compile(r"[A-Za-z0-9]{1,8}")
_FEWEST = 5  # codes, at least, among which such a word is one
_NEARLY_ALL = 0.9  # of a column's values are codes of another, which has the word, too


def with_codes(tables: Sequence[Table], notes: Notes) -> list[Table]:
    """The tables, with the word for nothing as a code where it stands once in a column of short codes that are all different and look
    as it does, and in the columns of any table whose values are such codes."""
    known: dict[str, list[set[Any]]] = {}  # by word
    out = list(tables)
    for column, cells, number in _blank(tables):
        if not _are_codes(found := _both(tables[number].columns[column], cells), tables[number].size):
            continue
        for word in cells.values:
            known.setdefault(word, []).append(set(found.values))
    for column, cells, number in _blank(tables):
        others = tables[number].columns[column].values
        kept = cells.kept([any(_among(others, codes) for codes in known.get(word, ())) for word in cells.values])
        if len(kept):
            table = out[number]
            out[number] = replace(table, columns={**table.columns, column: _both(table.columns[column], kept)})
            notes.say(
                f"{table.source}: {' and '.join(map(repr, kept.values))} in {column!r} is a code, as the other values there, "
                "and not read as missing"
            )
    return out


def _blank(tables: Sequence[Table]) -> Iterator[tuple[str, Cells, int]]:
    for number, table in enumerate(tables):
        for column, cells in table.blank.items():
            if column in table.columns and all(type(value) is str for value in table.columns[column].values):
                yield column, cells, number


def _among(values: Sequence[str], codes: set[Any]) -> bool:
    return bool(values) and sum(value in codes for value in values) >= _NEARLY_ALL * len(values)


def _are_codes(cells: Cells, size: int) -> bool:
    """Whether these are short codes, all different and of one look: as long, and in the same case. No row is without one."""
    values = cells.values
    alike = len(set(map(str.islower, values))) == 1 == len(set(map(len, values)))
    return len(values) > _FEWEST and cells.unique(size) and alike and all(map(_CODE.fullmatch, values))


def _both(cells: Cells, more: Cells) -> Cells:
    """The entries of two parts of one column, row by row."""
    both = cells.both(more)
    order = np.argsort(both.rows, kind="stable")
    return Cells(both.values, both.rows[order], both.at[order])
