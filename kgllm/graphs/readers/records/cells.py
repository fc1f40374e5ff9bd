"""Tables in memory, column by column: the distinct values of each, and which row has which."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress, count
from typing import Any

import numpy as np

from kgllm.graphs import columns
from kgllm.graphs.readers.records.dates import reader_of_dates
from kgllm.types import Literal

Ints = columns.Column

NO_VALUE = frozenset(
    {"", "NULL", "null", "NaN", "nan", "NaT", "<NA>", "\\N", "N/A", "n/a"}
    | {"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NUM!", "#NULL!", "#NAME?"}  # the errors of spreadsheets
)
"""Texts of a file that databases, pandas, spreadsheets and people write where there is nothing. "NA" is none: it is Namibia, too."""

_WHOLE = re.compile(r"[+-]?(0|[1-9][0-9]{0,17})", re.ASCII)  # "007" and "01234" are codes
_FLOAT = re.compile(r"[+-]?(0|[1-9][0-9]*)?\.[0-9]+([eE][+-]?[0-9]+)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{3,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?", re.ASCII)
_NO_PARTS = re.compile(r"(:[0-9]{2})\.0+(?![0-9])", re.ASCII)
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Cells:
    """A column: entry i says that row `rows[i]` has `values[at[i]]`. Rows without a value have no entry, rows with a list several.

    >>> cells = Cells.of(["a", "b", "a", None])
    >>> cells.values, cells.rows.tolist(), cells.at.tolist()
    (['a', 'b'], [0, 1, 2], [0, 1, 0])
    """

    values: list[Any]
    rows: Ints
    at: Ints

    @classmethod
    def of(cls, values: Sequence[Any], rows: Ints | None = None) -> Cells:
        """A column of plain values (texts, numbers, dates …), where None is nothing."""
        rows = np.arange(len(values), dtype=np.int32) if rows is None else rows
        if not len(values):
            return cls([], rows, np.zeros(0, np.int32))
        kinds = set(map(type, values))
        gone = None in values if type(None) in kinds else False
        mixed = len(kinds - {str, type(None)}) > 1  # 1, 1.0 and True are one key of a dict
        numbers: defaultdict[Any, int] = defaultdict(count().__next__)
        keyed: Iterable[Any] = ((type(value), value) for value in values) if mixed else values
        at = np.fromiter(map(numbers.__getitem__, keyed), np.int32, len(values))
        distinct = [one for _, one in numbers] if mixed else list(numbers)
        cells = cls(distinct, rows, at)
        return cells.kept([value is not None for value in distinct]) if gone else cells

    def __len__(self) -> int:
        return len(self.rows)

    def kept(self, keep: Sequence[bool]) -> Cells:
        """Only some of the distinct values."""
        if all(keep):
            return self
        good = np.array(keep, bool)
        entries = good[self.at]
        place = np.cumsum(good) - 1
        return Cells(list(compress(self.values, keep)), self.rows[entries], place[self.at[entries]].astype(np.int32))

    def mapped(self, change: Callable[[Any], Any]) -> Cells:
        """Other values in place of these; None is nothing."""
        values = [change(value) for value in self.values]
        return Cells(values, self.rows, self.at).kept([value is not None for value in values])

    def both(self, other: Cells) -> Cells:
        """The entries of two columns of one name."""
        at = np.concatenate([self.at, other.at + len(self.values)])
        return Cells(self.values + other.values, np.concatenate([self.rows, other.rows]), at)

    def by_row(self, size: int) -> list[Any]:
        """For each row its value, the first where it has several, or None."""
        out: list[Any] = [None] * size
        for row, at in zip(self.rows[::-1].tolist(), self.at[::-1].tolist(), strict=True):
            out[row] = self.values[at]
        return out

    @property
    def single(self) -> bool:
        """No row has several."""
        return len(self.rows) < 2 or bool((np.diff(self.rows) > 0).all()) or len(np.unique(self.rows)) == len(self.rows)

    def unique(self, size: int) -> bool:
        """Every row has a value, and no two the same: what a key is."""
        return len(self.rows) == size == len(self.values) and self.single


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A foreign key that the source declares: columns of this table hold the values of those columns of another."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Table:
    """Rows of one kind. `name` is their type ("" where nothing says it), `key` what the source declares to be the key; `lines` where
    each row was read; `inner`: rows of nested objects, whose ids are given, by the columns `own`, and which stand in a `column`, which is `within` others; `tails`: the ends of those of their ids that
    begin with that of their row; `blank`: cells of a text file that are written as nothing is
    ("nan"), and may be codes."""

    name: str
    size: int
    columns: dict[str, Cells]
    source: str
    lines: Ints | None = None
    key: tuple[str, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    ids: list[Any] | None = None
    own: tuple[str, ...] = ()
    within: str = ""
    column: str = ""
    named: bool = True
    inner: tuple[Table, ...] = field(default=())
    tails: dict[Any, str] = field(default_factory=dict)
    blank: dict[str, Cells] = field(default_factory=dict)

    def place(self, row: int) -> str:
        """Where a row was read, for messages."""
        return f"{self.source}:{row + 1 if self.lines is None else int(self.lines[row])}"


def text_of(value: Any) -> str:
    """A key's value as it is written."""
    return value.name if isinstance(value, Literal) else str(value).strip()


def is_number(value: Any) -> bool:
    """Whether a value is a number, or a text that reads as one.

    >>> is_number("2012"), is_number(3.5), is_number("2018 online"), is_number("007"), is_number(True)
    (True, True, False, False, False)
    """
    if type(value) is str:
        text = value.strip()
        return (_WHOLE.fullmatch(text) or _FLOAT.fullmatch(text)) is not None
    value = value.value if isinstance(value, Literal) else value
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def typed(cells: Cells) -> Cells:
    """Texts as what a whole column of them is: whole numbers, decimals, truth values, dates, moments; or texts, as they are.

    >>> typed(Cells.of(["1979", "2001"])).values
    [Literal(name='1979', value=1979, datatype=None, language=None), Literal(name='2001', value=2001, datatype=None, language=None)]
    >>> typed(Cells.of(["007", "12"])).values
    ['007', '12']

    Among numbers "NA" is nothing, as R writes it; elsewhere it is Namibia.

    >>> typed(Cells.of(["173", "NA", "181.5"])).rows.tolist(), typed(Cells.of(["FR", "NA"])).values
    ([0, 2], ['FR', 'NA'])
    """
    texts = [text.strip() for text in cells.values]
    if "NA" in texts and reader_of([text for text in texts if text != "NA"]) in (int, float):
        cells = cells.kept([text != "NA" for text in texts])
        texts = [text for text in texts if text != "NA"]
    read = reader_of(texts)
    if read is None:
        return dated(cells)
    written = map(str.lower, texts) if read is _truth else texts
    return _read(cells, written, read)


def dated(cells: Cells) -> Cells:
    """Texts as dates or moments, where a whole column of them is; they are then written as "1998-06-12". Else as they are.

    >>> dated(Cells.of(["Jun 12 1998", "May 4 2001"])).values[0]
    Literal(name='1998-06-12', value=datetime.date(1998, 6, 12), datatype=None, language=None)
    """
    if not cells.values or not all(type(value) is str for value in cells.values):
        return cells
    texts = [text.strip() for text in cells.values]
    read = _reader_of_times(texts)
    if read is not None:
        return _read(cells, texts, read)
    spelled = reader_of_dates(texts)
    if spelled is None:
        return cells
    return Cells([Literal(day.isoformat(), day) for day in map(spelled, texts)], cells.rows, cells.at)


def _read(cells: Cells, texts: Iterable[str], read: Callable[[str], Any]) -> Cells:
    """Texts as values; a moment is written without parts of a second that are none: 20:01:00.000+02:00 is 20:01:00+02:00."""
    moments = read == datetime.datetime.fromisoformat
    return Cells([Literal(_NO_PARTS.sub(r"\1", text) if moments else text, read(text)) for text in texts], cells.rows, cells.at)


def reader_of(texts: Sequence[str]) -> Callable[[str], Any] | None:
    """What reads all of these texts as values of one type, None where they are just texts."""
    if not texts:
        return None
    if all(map(_WHOLE.fullmatch, texts)):
        return int
    if all(_WHOLE.fullmatch(text) or _FLOAT.fullmatch(text) for text in texts):
        return float
    if all(text.lower() in _TRUTH for text in texts):
        return _truth
    return _reader_of_times(texts)


def _reader_of_times(texts: Sequence[str]) -> Callable[[str], Any] | None:
    """What reads all of these texts as ISO's dates, or as moments."""
    for form, read in ((_DATE, datetime.date.fromisoformat), (_MOMENT, datetime.datetime.fromisoformat)):
        if all(map(form.fullmatch, texts)):
            try:
                for text in texts:
                    read(text)
            except ValueError:  # the 31st of February
                return None
            return read
    return None


def _truth(text: str) -> bool:
    return _TRUTH[text.lower()]
