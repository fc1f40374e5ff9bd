"""Dates written out in a text, in the form in which graphs hold them: "July 16, 2010", "16th of July 2010", "2010年7月16日".

A day and month in numbers alone ("7/8/2010") says nothing for sure, and is left as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kgllm.words.moments import HAN_MONTH, IN_WORDS, month_of
from kgllm.words.tokens import ASKED

_WRITTEN = (
    *IN_WORDS,
    re.compile(rf"(?<!\d)(?P<year>[12]\d{{3}})\s?年{HAN_MONTH}"),
    re.compile(r"(?<!\d)(?P<year>[12]\d{3})[/.](?P<month>1[0-2]|0?[1-9])[/.](?P<day>[0-3]?\d)(?!\d)"),
)
_YEARS = re.compile(r"[12]\d{3}")  # in every date
_PERIOD = re.compile(r"[12]\d{3}(?:-\d\d)?")
_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?![\d-])")


@lru_cache(maxsize=ASKED)
def dates_in(text: str) -> tuple[tuple[int, int, str], ...]:
    """(start, end, ISO 8601) of every date, fuller ones before those within them.

    >>> dates_in("released on July 16, 2010")
    ((12, 25, '2010-07-16'),)
    >>> [iso for _, _, iso in dates_in("16th of july 2010, 2010年7月, Sept. 2001")]
    ['2010-07-16', '2001-09', '2010-07']
    """
    if not _YEARS.search(text):
        return ()
    out: list[tuple[int, int, str]] = []
    taken: list[tuple[int, int]] = []
    for pattern in _WRITTEN:
        for found in pattern.finditer(text):
            start, end = found.span()
            day = int(found["day"] or 1) if "day" in pattern.groupindex else 1
            if any(a <= start and end <= b for a, b in taken) or not 1 <= day <= 31:
                continue
            taken.append((start, end))
            whole = "day" in pattern.groupindex and found["day"]
            out.append((start, end, f"{found['year']}-{month_of(found['month']):02}" + (f"-{day:02}" if whole else "")))
    return tuple(out)


def is_date_of(value: str, text: str) -> bool:
    """Whether a value is a day, or a month, of the year or month that a text is.

    >>> [is_date_of("2010-07-16", text) for text in ("2010", "2010-07", "2010年", "201", "2010-07-16")]
    [True, True, True, False, False]
    """
    whole = text.removesuffix("年")
    return _PERIOD.fullmatch(whole) is not None and value.startswith(f"{whole}-") and _DATE.match(value) is not None


def period_at(text: str, start: int, end: int) -> str:
    """The day, month or year that a mention is, or is a part of.

    >>> period_at("2019年1月成立的公司", 0, 5), period_at("born in May 1960", 12, 16), period_at("born in 1960", 8, 12)
    ('2019-01', '1960-05', '1960')
    """
    return next((iso for first, last, iso in dates_in(text) if first <= start and end <= last), text[start:end])
