"""Dates as people write them, where a whole column does: "Jun 12 1998", "12-Jun-1998", 1998年6月12日, 1998/6/12, 6/12/1998."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from functools import partial

from kgllm.words.moments import moment_of

Reader = Callable[[str], datetime.date]

_LOOKS = re.compile(r"(?=.{8,20}$)(?=.*[0-9]{4})(?=.*[0-9].*[^0-9].*[0-9])[\w .,/\-]+")
_BY_YEAR = re.compile(r"([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})", re.ASCII)
_BY_DAY = re.compile(r"([0-9]{1,2})([/.\-])([0-9]{1,2})\2([0-9]{4})", re.ASCII)


def reader_of_dates(texts: Sequence[str]) -> Reader | None:
    """What reads all of these texts as dates; None where one is none, or where 6/7/1998 may be a day of June or of July.

    >>> [str(reader_of_dates(texts)(texts[0])) for texts in (["Jun 12 1998"], ["1998年6月12日"], ["12-Jun-1998"], ["1/2/1998", "1/13/1998"])]
    ['1998-06-12', '1998-06-12', '1998-06-12', '1998-01-02']
    >>> reader_of_dates(["6/7/1998"]), reader_of_dates(["Jun 12 1998", "unknown"])
    (None, None)
    """
    if not texts or not _LOOKS.fullmatch(texts[0]):
        return None
    if _BY_DAY.fullmatch(texts[0]):
        fitting = [read for read in (partial(_by_day, first=first) for first in ("day", "month")) if _reads(read, texts)]
        return fitting[0] if len(fitting) == 1 else None
    read = _by_year if _BY_YEAR.fullmatch(texts[0]) else _in_words
    return read if _reads(read, texts) else None


def _reads(read: Reader, texts: Sequence[str]) -> bool:
    try:
        for text in texts:
            read(text)
    except ValueError:
        return False
    return True


def _in_words(text: str) -> datetime.date:
    found = moment_of(re.sub(r"(?<=\w)-(?=[^\W\d])|(?<=[^\W\d])-(?=\w)", " ", text)) if _LOOKS.fullmatch(text) else None
    if found is None or found.year is None or found.month is None or found.day is None:
        raise ValueError(text)
    return datetime.date(found.year, found.month, found.day)


def _by_year(text: str) -> datetime.date:
    found = _BY_YEAR.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return datetime.date(*map(int, found.groups()))


def _by_day(text: str, *, first: str) -> datetime.date:
    """A date with the year at its end. Where points part it, the day comes first: nobody writes 6.12.1998 for the twelfth of June."""
    found = _BY_DAY.fullmatch(text)
    if found is None or (first == "month" and found[2] == "."):
        raise ValueError(text)
    one, other = int(found[1]), int(found[3])
    return datetime.date(int(found[4]), *((other, one) if first == "day" else (one, other)))
