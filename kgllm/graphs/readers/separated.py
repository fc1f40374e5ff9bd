"""Facts one a line, in columns: TSV and "|", which know no quoting, and CSV as in RFC 4180."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.base import Record, Triples
from kgllm.graphs.readers.columns import Layout
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.sources import LONGEST_LINE, blocks, decoded, head

OPTIONS = ("separator", "header", "subject", "relation", "object", "qualifiers", "source")
UNQUOTED = ("\t", "|")
_MARKS = ("\t", "|", ",", ";")
_LINE_END = 10


def read_separated(path: Path, options: Mapping[str, Any], notes: Notes, *, quoted: bool | None = None) -> Iterator[Record | Triples]:
    """The facts of a file of columns.

    quoted: whether quotation marks quote. None: they do unless the separator is a tab or "|".

    Raises:
        GraphParseError: a wrong number of columns, bad quoting, invalid UTF-8; with file and line.
    """
    separator = separator_of(path, options.get("separator"), quoted)
    rows = rows_of(path, separator, quoted=quoted)
    first = next(rows, None)
    rows.close()
    if first is None:
        return
    layout = Layout.of(first[1], options, f"{path.name}:{first[0]}", notes)
    if separator in UNQUOTED and not quoted and not layout.rich:
        yield from _columns(path, separator, layout, first[0] if layout.header else 0, notes)
        return
    rows = rows_of(path, separator, quoted=quoted)
    if layout.header:
        next(rows)
    yield from layout.records(rows, path.name, notes)


def read_csv(path: Path, options: Mapping[str, Any], notes: Notes) -> Iterator[Record | Triples]:
    """The facts of a CSV file, quoted as in RFC 4180 whatever the separator."""
    yield from read_separated(path, options, notes, quoted=True)


def rows_of(path: Path, separator: str, *, quoted: bool | None = None) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its first line; blank lines are none."""
    return _plain_rows(path, separator) if separator in UNQUOTED and not quoted else _quoted_rows(path, separator)


def _plain_rows(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    for start, block in blocks(path):
        yield from _rows_of_block(block, path.name, start, separator)


def _rows_of_block(block: bytes, name: str, start: int, separator: str) -> Iterator[tuple[int, list[str]]]:
    for line, text in enumerate(decoded(block, name, start).split("\n"), start):
        if text and text != "\r" and not (text.isspace() and separator not in text):
            yield line, text.removesuffix("\r").split(separator)


def _quoted_rows(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    # The csv module's limit is one for the whole process, and lower than a long value; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    lines = (line for start, block in blocks(path) for line in io.StringIO(decoded(block, path.name, start), newline=""))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise GraphParseError(
                f"{path.name}:{line}: not CSV as in RFC 4180: {error}", hint='a quotation mark in quotes is written ""'
            ) from error
        if row is None:
            return
        if row and not (len(row) == 1 and not row[0].strip()):
            yield line, row
        line = reader.line_num + 1


def _columns(path: Path, separator: str, layout: Layout, skip_to: int, notes: Notes) -> Iterator[Triples]:
    """Unquoted columns, a whole block at a time; a block with anything odd in it is read row by row."""
    mark = ord(separator)
    for start, block in blocks(path):
        if b"\r\n" in block:
            block = block.replace(b"\r\n", b"\n")
        if not block.endswith(b"\n"):
            block += b"\n"
        if start <= skip_to:  # the header, and blank lines before it
            block, start = block[_after(block, skip_to - start + 1) :], skip_to + 1
        codes = np.frombuffer(block, np.uint8)
        at = np.flatnonzero((codes == mark) | (codes == _LINE_END))
        kinds = codes[at]
        width = layout.width
        expected = np.full(width, mark, np.uint8)
        expected[-1] = _LINE_END
        regular = at.size % width == 0 and bool((kinds.reshape(-1, width) == expected).all()) and not (np.diff(at, prepend=-1) == 1).any()
        if regular:
            fields = decoded(block, path.name, start).replace("\n", separator).split(separator)
            columns = [fields[place : len(fields) - 1 : width] for place in layout.triple]
            if not any(any(map(str.isspace, column)) for column in columns):
                if columns[0]:
                    yield Triples(*columns, source=path.name, lines=range(start, start + len(columns[0])))
                continue
        yield from layout.records(_rows_of_block(block, path.name, start, separator), path.name, notes)  # type: ignore[misc]


def _after(block: bytes, lines: int) -> int:
    """Where the text after so many lines starts."""
    at = 0
    for _ in range(lines):
        at = block.index(b"\n", at) + 1
    return at


def separator_of(path: Path, said: Any, quoted: bool | None, *, columns: int = 3) -> str:
    """The separator said, or the one that parts the first lines best into at least so many columns."""
    if said is not None:
        if not isinstance(said, str):
            raise WrongTypeError(f"separator must be one character, not {shorten(said)}")
        if len(said) != 1 or not said.isascii() or said in '\r\n"':
            raise ConfigError(f"separator must be one ASCII character but a line end or a quotation mark, not {shorten(said)}")
        return said
    sample = head(path)
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    lines = [line for line in whole.decode("utf-8", "replace").split("\n") if line.strip()]
    return _likeliest(lines, (",", ";", "\t", "|") if quoted else _MARKS, columns)


def _likeliest(lines: Sequence[str], marks: Sequence[str], columns: int) -> str:
    """The mark that parts most lines into as many columns as the first line; the first mark where none does."""
    best, most = marks[0], 0
    for mark in marks:
        found = lines[0].count(mark) if lines else 0
        alike = sum(line.count(mark) == found for line in lines) if found >= columns - 1 else 0
        if alike > most:
            best, most = mark, alike
    return best
