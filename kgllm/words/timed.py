"""When something was so that a question states: a year, a day, before or after what else ("Did Ann visit Foo before Bar?", 安在乙之前访问了甲吗)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from kgllm.words.patterns import either
from kgllm.words.questions import Span, compared, forms_of, overlap
from kgllm.words.saying import CLOSE
from kgllm.words.tokens import YEAR, is_han


def when(text: str, span: Span) -> str | None:
    """A question for whether something was so at a time (which it says at this place) as one for when it was.

    >>> when("Was Ann born in March 1975?", (13, 26)), when("安是1975年3月出生的吗？", (2, 9))
    ('When was Ann born?', '安是什么时候出生的？')
    """
    before, after = text[: span[0]], text[span[1] :]
    if is_han(text):
        return re.sub(
            r"[吗么](?=[？?]?\s*$)|是否|是不是(?=什么时候)", "", f"{before.replace('是不是', '是').replace('是否', '')}什么时候{after}"
        )
    asks = _patterns().asks.match(before)
    if asks is None:
        return None
    rest = re.sub(r"\s+(?=[?.!,]|$)", "", f"{before[asks.end() :].rstrip()}{after}")
    return f"When {asks['verb'].lower()}{rest}"


@dataclass(frozen=True, slots=True)
class Year:
    """A year that a question states, and the question without it; `bound`: it says before or after."""

    value: int
    without: str
    bound: bool


def stated_years(text: str, names: Sequence[Span]) -> list[Year]:
    """The years that a question states, outside of names and words (the PW2037 is an engine).

    >>> [(year.value, year.without) for year in stated_years("Did Ann found Foo in 2006?", [(4, 7), (14, 17)])]
    [(2006, 'Did Ann found Foo?')]
    >>> [year.without for year in stated_years("安在2006年创立了福吗？", [(0, 1)])]
    ['安创立了福吗？']
    """
    found = list[Year]()
    for match in YEAR.finditer(text):
        span = match.span()
        if any(overlap(span, name) for name in names) or any(map(_of_a_word, (text[span[0] - 1 : span[0]], text[span[1] : span[1] + 1]))):
            continue
        if is_han(text):
            around = re.search(f"{_patterns().in_han}{match[0]}{_patterns().behind_han}", text)
        else:
            around = re.search(rf"{_patterns().in_year}\b{match[0]}\b", text, re.IGNORECASE)
        assert around is not None  # the year itself is there
        without = re.sub(r"\s+(?=[?.!]|$)", "", text[: around.start()] + text[around.end() :]).strip()
        found.append(Year(int(match[0]), without, compared(text, span)))
    return found


def _of_a_word(beside: str) -> bool:
    """Whether a character right beside a number makes it a part of a word."""
    return (beside.isalnum() or beside == "_") and not is_han(beside)


@dataclass(frozen=True, slots=True)
class Order:
    """Two questions, and whether the first is said to have been so before the second."""

    first: str
    second: str
    before: bool


def ordered(text: str, names: Sequence[Span]) -> Order | None:
    """What a question says was so before, or after, what else.

    >>> ordered("Did Ann visit Foo before Bar?", [(4, 7), (14, 17), (25, 28)])
    Order(first='Did Ann visit Foo?', second='Did Ann visit Bar?', before=True)
    >>> ordered("安在乙之前访问了甲吗？", [(0, 1), (2, 3), (8, 9)])
    Order(first='安访问了甲吗？', second='安访问了乙吗？', before=True)
    """
    if len(names) < 3:
        return None
    for name in names:
        said, after = _patterns().before.search(text[: name[0]]), _patterns().before_han.match(text[name[1] :])
        if said is not None:
            start, end, before = said.start(), name[1], said[1].lower() in forms_of("timed")["before"]
        elif after is not None:
            start, end, before = name[0], name[1] + after.end(), after[1] in forms_of("timed")["before_han"]
            start -= text[:start].endswith("在")
        else:
            continue
        others = [other for other in names if not overlap(other, (start, end))]
        partner = next((other for other in reversed(others) if said is None or other[1] <= start), None)
        if partner is None or partner == others[0]:
            return None
        first = text[:start] + text[end:]
        at = partner[0] - (end - start if partner[0] >= end else 0)
        return Order(first, first[:at] + text[slice(*name)] + first[at + partner[1] - partner[0] :], before)
    return None


class _Patterns(NamedTuple):
    """What begins a question, and what stands before and behind a name that something was before or after; around a year, as texts."""

    asks: re.Pattern[str]
    before: re.Pattern[str]
    before_han: re.Pattern[str]
    in_year: str
    in_han: str
    behind_han: str


@cache
def _patterns() -> _Patterns:
    words = forms_of("timed")
    said = {name: either(one) for name, one in words.items()}
    return _Patterns(
        asks=re.compile(rf"\W*(?P<verb>{said['asks']})\b", re.IGNORECASE),
        before=re.compile(rf"\s*,?\s*\b({either((*words['before'], *words['after']))})\s+(?:{said['doing']}\s+)?$", re.IGNORECASE),
        before_han=re.compile(rf"^[{CLOSE}]?({either((*words['before_han'], *words['after_han']))})[，,]?"),
        in_year=rf"(?:\s*,?\s*\b(?:{said['back']}\s+)?{said['in']}\s+(?:{said['the_year']}\s+)?)?",
        in_han=f"{said['in_han']}?",
        behind_han=rf"\s*年?{said['behind_han']}?就?",
    )
