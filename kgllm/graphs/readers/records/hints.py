"""What a table nearly says of itself, for its notes: an option may say the rest."""

from __future__ import annotations

import numpy as np

from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Table
from kgllm.graphs.readers.records.meaning import Meaning
from kgllm.graphs.readers.records.words import usual

_FEWEST = 5  # rows that tell anything
_FEW = 0.01  # of the rows, or one, may be without a key that would be one


def hint(table: Table, meaning: Meaning, notes: Notes) -> None:
    """Note what hardly is missing for a key."""
    if table.size >= _FEWEST and table.ids is None and "key" in meaning.guessed:
        _nearly_key(table, meaning, notes)


def _nearly_key(table: Table, meaning: Meaning, notes: Notes) -> None:
    """A column that is called as a key, and would be one if no row were without it."""
    for column in usual(table.columns, "key", table.name):
        if column in meaning.key:
            return
        cells = table.columns[column]
        without = table.size - len(cells)
        if 0 < without <= max(1, _FEW * table.size) and len(cells.values) == len(cells) and cells.single:
            row = int(np.setdiff1d(np.arange(table.size), cells.rows)[0])
            some = f"{table.place(row)} has" if without == 1 else f"{without} rows ({table.place(row)}, …) have"
            notes.say(
                f"{table.source}: {column!r} would be the key, but {some} none: was a text such as 'nan' or 'NA' read as missing? "
                f"(pandas keeps it with keep_default_na=False; key={column!r} leaves such rows out)"
            )
            return
