"""Tables in text: CSV and its kin, whose first line names the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from kgllm.errors import GraphParseError, shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.preamble import preamble_of
from kgllm.graphs.readers.records.cells import NO_VALUE, Cells, Table, typed
from kgllm.graphs.readers.separated import UNQUOTED, fields_of, pieces_of, rows_of, rows_of_block, separator_of


def table_of_text(path: Path, options: Mapping[str, Any], notes: Notes, *, quoted: bool | None = None, name: str = "") -> Table:
    """A file of columns as a table.

    Raises:
        GraphParseError: no header, a row of another width, bad quoting, no UTF-8; with file and line.
    """
    separator = separator_of(path, options.get("separator"), quoted, columns=2)
    quoted = separator not in UNQUOTED if quoted is None else quoted
    with closing(rows_of(path, separator, quoted=quoted)) as top:
        first = next(top, None)
    if first is None:
        return Table(name=name, size=0, columns={}, source=path.name)
    if options.get("header") is False:
        raise GraphParseError(f"{path.name}: rows of a table need a header", hint="the first line names the columns")
    if (before := preamble_of(path, separator)).lines:
        notes.say(before.note(path.name))
    names = [one.strip() for one in first[1]]
    columns: list[list[str]] = [[] for _ in names]
    lines = []
    for start, block in pieces_of(path, separator, quoted=quoted):
        for found, at in _pieces(block, separator, names, path.name, start, quoted=quoted, header=first[0]):
            for column, more in zip(columns, found):
                column.extend(more)
            lines.append(at)
    places = np.concatenate(lines) if lines else np.zeros(0, np.int32)
    read, blank = named_columns(names, columns, path.name, notes)
    return Table(name=name, size=len(places), columns=read, source=path.name, lines=places, blank=blank)


def _pieces(
    block: bytes, separator: str, names: Sequence[str], name: str, start: int, *, quoted: bool, header: int
) -> Iterator[tuple[Sequence[Sequence[str]], Any]]:
    """The columns of a block, and the line of each row."""
    if start > header:
        whole = fields_of(block, separator, len(names), name, start, quoted=quoted)
        if whole is not None:
            yield whole, np.arange(start, start + len(whole[0]), dtype=np.int32)
            return
    rows = [row for row in rows_of_block(block, name, start, separator, quoted=quoted) if row[0] > header]
    for line, row in rows:
        if len(row) != len(names):
            raise GraphParseError(
                f"{name}:{line}: {len(row)} column{'s' * (len(row) != 1)} where {len(names)} were expected: {shorten(row)}",
                hint="every row has as many columns as the header: mend this line, or say what parts the columns with separator=",
            )
    if rows:
        yield list(zip(*(row for _, row in rows))), np.array([line for line, _ in rows], np.int32)


def named_columns(
    names: Sequence[str], columns: Sequence[Sequence[str]], source: str, notes: Notes
) -> tuple[dict[str, Cells], dict[str, Cells]]:
    """Columns of texts by their names, as values; and of each the cells that are written as nothing is and may be codes. Two of one name
    are one relation with the values of both."""
    out: dict[str, Cells] = {}
    blank: dict[str, Cells] = {}
    for place, (name, texts) in enumerate(zip(names, columns)):
        written = Cells.of(texts)
        if any(value != value.strip() for value in written.values):  # " Blue Kite" is the "Blue Kite" of the next row
            written = Cells.of([text.strip() for text in texts])
        cells = written.kept([value.strip() not in NO_VALUE for value in written.values])
        if len(none := written.kept([value in NO_VALUE and value.isalpha() for value in written.values])):
            blank[name] = none
        if not name:
            if len(cells):
                notes.say(f"{source}: column {place + 1} has no name and is not read")
            continue
        if name in out:
            notes.say(f"{source}: two columns are named {shorten(name)}; they are read as one relation")
            cells = out[name].both(cells)
            blank.pop(name, None)
        out[name] = cells
    return {name: typed(cells) for name, cells in out.items()}, blank
