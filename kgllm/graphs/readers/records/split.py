"""Cells that hold several values: "土豆;洋芋", "comedy|drama". What stands between them is said, and never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kgllm.errors import WrongTypeError, shorten
from kgllm.graphs.readers.records.cells import Cells, Table, typed
from kgllm.graphs.readers.records.meaning import columns_named
from kgllm.types import Literal


def split(tables: Sequence[Table], options: Mapping[str, Any]) -> list[Table]:
    """The tables, with what `split=` says of their columns done.

    Raises:
        ConfigError: it names a column that no table has. WrongTypeError: it is no mapping from columns to marks.
    """
    asked = options.get("split") or {}
    if not isinstance(asked, Mapping) or not all(isinstance(column, str) and _marks(said) for column, said in asked.items()):
        raise WrongTypeError(
            f'split must be a mapping from a column to what stands between its values ({{"aliases": ";"}}), not {shorten(asked)}'
        )
    out = list(tables)
    for column, said in asked.items():
        for number, own in columns_named(column, tables, f"split={{{column!r}: …}}"):
            columns = out[number].columns
            out[number] = replace(out[number], columns={**columns, own: parted(columns[own], _marks(said))})
    return out


def _marks(said: Any) -> tuple[str, ...]:
    """What stands between values, one mark or several; none where it is none."""
    several = (said,) if isinstance(said, str) else said
    good = isinstance(several, (list, tuple)) and all(isinstance(mark, str) and mark for mark in several)
    return tuple(several) if good else ()


def parted(cells: Cells, marks: Sequence[str]) -> Cells:
    """Each value of a text for itself; blanks around them, and empty ones, are none.

    >>> parted(Cells.of(["土豆;洋芋；薯仔", "kale"]), (";", "；")).by_row(2), parted(Cells.of(["1|2", "3"]), "|").values[0].value
    (['土豆', 'kale'], 1)
    """
    between = re.compile("|".join(map(re.escape, sorted(marks, key=len, reverse=True))))
    parts: list[list[Any]] = []
    for value in cells.values:
        text = value.value if isinstance(value, Literal) else value
        parts.append([one.strip() for one in between.split(text) if one.strip()] if isinstance(text, str) else [value])
    sizes = np.array([len(one) for one in parts], np.int64)
    found = Cells.of([one for at in cells.at.tolist() for one in parts[at]], np.repeat(cells.rows, sizes[cells.at]))
    return typed(found) if all(type(one) is str for one in found.values) else found
