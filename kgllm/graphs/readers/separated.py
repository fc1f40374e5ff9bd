"""Facts one a line, in columns: TSV and "|", which know no quoting, and CSV as in RFC 4180."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.base import Record, Triples
from kgllm.graphs.readers.columns import Layout
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.preamble import preamble_of
from kgllm.graphs.readers.sources import LONGEST_LINE, blocks, decoded, head

OPTIONS = ("separator", "header", "subject", "relation", "object", "qualifiers", "source")
UNQUOTED = ("\t", "|")
_MARKS = ("\t", "|", ",", ";")
_LINE_END = 10
_QUOTING = 'a quotation mark in quotes is written ""'


def read_separated(path: Path, options: Mapping[str, Any], notes: Notes, *, quoted: bool | None = None) -> Iterator[Record | Triples]:
    """The facts of a file of columns.

    quoted: whether quotation marks quote. None: they do unless the separator is a tab or "|".

    Raises:
        GraphParseError: a wrong number of columns, bad quoting, invalid UTF-8; with file and line.
    """
    separator = separator_of(path, options.get("separator"), quoted)
    quoted = separator not in UNQUOTED if quoted is None else quoted
    with closing(rows_of(path, separator, quoted=quoted)) as top:
        first = next(top, None)
    if first is None:
        return
    layout = Layout.of(first[1], options, f"{path.name}:{first[0]}", notes)
    header = first[0] if layout.header else 0
    if (before := preamble_of(path, separator)).lines:
        notes.say(before.note(path.name))
    for start, block in pieces_of(path, separator, quoted=quoted, headed=layout.header):
        whole = None if layout.rich or start <= header else _columns(block, separator, layout, path.name, start, quoted=quoted)
        if whole is not None:
            yield whole
            continue
        rows = rows_of_block(block, path.name, start, separator, quoted=quoted)
        yield from layout.records((row for row in rows if row[0] > header), path.name, notes)


def read_csv(path: Path, options: Mapping[str, Any], notes: Notes) -> Iterator[Record | Triples]:
    """The facts of a CSV file, quoted as in RFC 4180 whatever the separator."""
    yield from read_separated(path, options, notes, quoted=True)


def rows_of(path: Path, separator: str, *, quoted: bool) -> Generator[tuple[int, list[str]], None, None]:
    """Each row with the number of its first line; blank lines are none."""
    for start, block in pieces_of(path, separator, quoted=quoted):
        yield from rows_of_block(block, path.name, start, separator, quoted=quoted)


def pieces_of(path: Path, separator: str, *, quoted: bool, headed: bool = True) -> Iterator[tuple[int, bytes]]:
    """The file in pieces of whole rows: where marks quote, a piece ends only where every quote is closed. Lines of comment before the
    table are blank. headed: whether its first row may be a header, whose mark of comment is none of its first name."""
    held, since = b"", 0
    preamble = preamble_of(path, separator)
    if not headed:
        preamble = replace(preamble, mark="")
    for start, block in blocks(path):
        if start == 1:
            block = preamble.removed(block)
        if quoted and (held or b'"' in block):
            held, since = held + block, since or start
            if held.count(b'"') % 2:
                if len(held) > LONGEST_LINE:
                    raise GraphParseError(
                        f"{path.name}:{since}: a quotation mark is not closed within {LONGEST_LINE >> 20} MiB", hint=_QUOTING
                    )
                continue
            start, block, held, since = since, held, b"", 0
        yield start, block
    if held:
        yield since, held


def rows_of_block(block: bytes, name: str, start: int, separator: str, *, quoted: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows of a piece, each with the number of its first line."""
    text = decoded(block, name, start)
    if quoted and b'"' in block:
        yield from _quoted_rows(text, name, start, separator)
        return
    for line, row in enumerate(text.split("\n"), start):
        if row and row != "\r" and not (row.isspace() and separator not in row):
            yield line, row.removesuffix("\r").split(separator)


def _quoted_rows(text: str, name: str, start: int, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = _reader(text, separator)
    line = start
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise GraphParseError(f"{name}:{line}: not CSV as in RFC 4180: {error}", hint=_QUOTING) from error
        if row is None:
            return
        if row and not (len(row) == 1 and not row[0].strip()):
            yield line, row
        line = start + reader.line_num


def _reader(text: str, separator: str) -> Any:
    # The csv module's limit is one for the whole process, and lower than a long value; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _columns(block: bytes, separator: str, layout: Layout, name: str, start: int, *, quoted: bool) -> Triples | None:
    """A piece as whole columns, some million rows a second; None where a row is odd, and each must be looked at."""
    columns = fields_of(block, separator, layout.width, name, start, quoted=quoted)
    if columns is None:
        return None
    subjects, relations, objects = (list(columns[place]) for place in layout.triple)
    if not (all(map(str.strip, subjects)) and all(map(str.strip, relations)) and all(map(str.strip, objects))):
        return None
    return Triples(subjects, relations, objects, source=name, lines=range(start, start + len(subjects)))


def fields_of(block: bytes, separator: str, width: int, name: str, start: int, *, quoted: bool) -> Sequence[Sequence[str]] | None:
    """The columns of a piece that has one row a line, all of them of that width; None of any other."""
    if quoted and b'"' in block:
        reader = _reader(decoded(block, name, start), separator)
        try:
            rows = list(reader)
        except csv.Error:
            return None
        return list(zip(*rows)) if reader.line_num == len(rows) and set(map(len, rows)) == {width} else None
    if b"\r\n" in block:
        block = block.replace(b"\r\n", b"\n")
    if not block.endswith(b"\n"):
        block += b"\n"
    if not _is_regular(block, separator, width):
        return None
    fields = decoded(block, name, start).replace("\n", separator).split(separator)
    return [fields[place : len(fields) - 1 : width] for place in range(width)]


def _is_regular(block: bytes, separator: str, width: int) -> bool:
    """Every line has as many columns as it should."""
    codes = np.frombuffer(block, np.uint8)
    kinds = codes[(codes == ord(separator)) | (codes == _LINE_END)]
    expected = np.full(width, ord(separator), np.uint8)
    expected[-1] = _LINE_END
    return kinds.size % width == 0 and bool((kinds.reshape(-1, width) == expected).all())


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
    lines = [line for line in preamble_of(path).removed(whole).decode("utf-8", "replace").split("\n") if line.strip()]
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
