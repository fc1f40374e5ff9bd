"""Days, months and years as a question states them ("on 3 May 1990", 1990年5月之前) and as values hold them, compared as far as both go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kgllm.words.calendar import MONTHS
from kgllm.words.questions import Span, overlap
from kgllm.words.tokens import is_han

MONTH = "(?P<month>" + "|".join(f"{name[:3]}(?:{name[3:]}|t?\\.)?" if len(name) > 3 else name for name in MONTHS) + ")"
"""A regular expression for the name of a month."""

_DAY, _YEAR = r"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th)?", r"(?P<year>[12]\d{3})(?!\d)"
_IN_WORDS = (rf"\b{MONTH}\s+{_DAY},?\s+{_YEAR}", rf"{_DAY}\s+(?:of\s+)?{MONTH},?\s+{_YEAR}", rf"\b{MONTH},?\s+(?:of\s+)?{_YEAR}")
IN_WORDS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _IN_WORDS)
"""A day of a month in words, and a month, of a year."""
HAN_MONTH = r"\s?(?P<month>1[0-2]|0?[1-9])\s?月(?:份)?(?:\s?(?P<day>[0-3]?\d)\s?[日号])?"
"""A regular expression for a month, or a day of it, behind 年."""

_SAID = r"(?P<said>\b(?:before|after|since|until|by|in|on|during|of)\s+(?:the\s+)?)?"
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        *(_SAID + pattern for pattern in _IN_WORDS[:2]),
        rf"{_SAID}(?<![\d-])(?P<year>[12]\d{{3}})-(?P<month>\d{{2}})(?:-(?P<day>\d{{2}}))?(?![\d-])",
        _SAID + _IN_WORDS[2],
        rf"(?P<said>\b(?:in|during)\s+){MONTH}\b(?!\s*\d)",
        rf"{_SAID}(?<![\d.,-]){_YEAR}(?![-.,]\d)",
    )
)
_HAN = re.compile(rf"(?:在|于)?(?P<year>[12]\d{{3}})\s?年(?:{HAN_MONTH})?(?P<said>之前|以前|之后|以后|前|后)?(?:的时候|时)?")
_BEFORE, _AFTER = ("before", "until", "by", "之前", "以前", "前"), ("after", "since", "之后", "以后", "后")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as far as it is known: a year, a month of it, a day of that; or a month of any year."""

    year: int | None
    month: int | None = None
    day: int | None = None

    def compare(self, other: Moment) -> int | None:
        """Less than nothing where it is before the other, 0 where the other holds it; None where it is not known so far.

        >>> Moment(1975, 3, 14).compare(Moment(1975, 3)), Moment(1975, 3, 14).compare(Moment(1975, 4)), Moment(1975).compare(Moment(1975, 4))
        (0, -1, None)
        """
        for mine, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day)):
            if theirs is None:
                continue
            if mine is None:
                return None
            if mine != theirs:
                return -1 if mine < theirs else 1
        return 0


@dataclass(frozen=True, slots=True)
class Stated:
    """A time that a question states, and where it says so. `bound`: -1 before it, 1 after it, 0 in it."""

    moment: Moment
    span: Span
    bound: int

    def holds(self, moment: Moment) -> bool | None:
        """Whether something of a time is as it is stated; None where the time is not known so far."""
        found = moment.compare(self.moment)
        return None if found is None else found == self.bound


def stated(text: str, names: Sequence[Span] = ()) -> Stated | None:
    """The time that a question states, outside of names; of several the fullest.

    >>> found = stated("Was Ann born before 3 May 1990?")
    >>> found.moment, found.bound, "Was Ann born before 3 May 1990?"[slice(*found.span)]
    (Moment(year=1990, month=5, day=3), -1, 'before 3 May 1990')
    >>> stated("安是1975年3月出生的吗？").moment, stated("Was Ann born?")
    (Moment(year=1975, month=3, day=None), None)
    """
    for pattern in (_HAN,) if is_han(text) and _HAN.search(text) else _WRITTEN:
        for found in pattern.finditer(text):
            parts = found.groupdict()
            first, last = found.end("said") if not is_han(text) and parts.get("said") else found.start(), found.end()
            within = [name for name in names if overlap((first, last), name)]
            if any(not (first <= name[0] and name[1] <= last and name[1] - name[0] < last - first) for name in within) or (
                within and not parts.get("month")
            ):  # the "June" of "June 1979" is no name
                continue
            year, day = (int(parts[part]) if parts.get(part) else None for part in ("year", "day"))
            month = month_of(parts["month"]) if parts.get("month") else None
            if (month is None or 1 <= month <= 12) and (day is None or 1 <= day <= 31):
                said = (parts.get("said") or "").split()[:1] or [""]
                bound = -1 if said[0].lower() in _BEFORE else 1 if said[0].lower() in _AFTER else 0
                return Stated(Moment(year, month, day), found.span(), bound)
    return None


def moment_at(text: str, start: int) -> tuple[Moment, int] | None:
    """The date in words that begins here, a day or a month of a year, and where it ends.

    >>> moment_at("before 3 may 1990", 7)
    (Moment(year=1990, month=5, day=3), 17)
    """
    for pattern in IN_WORDS:
        found = pattern.match(text, start)
        if found is not None:
            day = found.groupdict().get("day")
            return Moment(int(found["year"]), month_of(found["month"]), int(day) if day else None), found.end()
    return None


def moment_of(text: str) -> Moment | None:
    """The time that a value is, and nothing else.

    >>> moment_of("1975-03-14"), moment_of("May 1990"), moment_of("1904"), moment_of("1904 films")
    (Moment(year=1975, month=3, day=14), Moment(year=1990, month=5, day=None), Moment(year=1904, month=None, day=None), None)
    """
    text = re.sub(r"[T ]\d\d:\d\d.*$", "", text.strip())
    found = stated(text)
    return found.moment if found is not None and found.span == (0, len(text)) and found.moment.year is not None else None


def month_of(said: str) -> int:
    """The number of a month, by its name or its number.

    >>> month_of("Sept."), month_of("05")
    (9, 5)
    """
    return int(said) if said.isdecimal() else next(n for n, name in enumerate(MONTHS, 1) if name[:3] == said[:3].lower())
