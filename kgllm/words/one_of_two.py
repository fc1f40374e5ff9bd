"""Of which two things something is one, as a question gives them: "Is TCL private or state-owned?", X是连载还是已完结？."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from kgllm.words.patterns import either
from kgllm.words.questions import Span, forms_of
from kgllm.words.saying import CLOSE, OPEN
from kgllm.words.tokens import is_han

_WORDS = 4  # of one alternative
_HAN_LONGEST = 8


def alternatives_of(text: str, name: Span) -> tuple[str, ...]:
    """The things to choose between that a question gives of what it names at a place; none where it gives none, or says more.

    >>> alternatives_of("Is TCL private or a state-owned company?", (3, 6)), alternatives_of("奥姆是连载中还是已完结？", (0, 2))
    (('private', 'state-owned company'), ('连载', '完结'))
    >>> alternatives_of("Is Olm in Peru or who owns it?", (3, 6)), alternatives_of("Is Olm private?", (3, 6))
    ((), ())
    """
    before, rest = text[: name[0]], text[name[1] :].strip(" " + CLOSE)
    return _han(before, rest) if is_han(rest) else _english(before, rest)


def _english(before: str, rest: str) -> tuple[str, ...]:
    """Of "is X (a) A or (a) B?"."""
    known = _patterns()
    if known.be.match(before) is None or known.besides.search(rest):
        return ()
    parts = [known.small.sub("", part.strip()) for part in known.joins.split(rest.strip(" ?？."))]
    return tuple(parts) if len(parts) > 1 and all(part and len(part.split()) <= _WORDS for part in parts) else ()


def _han(before: str, rest: str) -> tuple[str, ...]:
    """Of X是A还是B？."""
    known = _patterns()
    if before.strip(" " + OPEN) or known.more_han.search(rest):
        return ()
    parts = [known.after_han.sub("", known.small_han.sub("", part.strip())) for part in known.joins_han.split(rest)]
    return tuple(parts) if len(parts) > 1 and all(0 < len(part) <= _HAN_LONGEST for part in parts) else ()


class _Patterns(NamedTuple):
    """Before the name; between the alternatives; small words before one; what says more than them. In Chinese between, before and behind
    one, and what says more."""

    be: re.Pattern[str]
    joins: re.Pattern[str]
    small: re.Pattern[str]
    besides: re.Pattern[str]
    joins_han: re.Pattern[str]
    small_han: re.Pattern[str]
    after_han: re.Pattern[str]
    more_han: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    said = {name: either(words) for name, words in forms_of("one_of_two").items()}
    return _Patterns(
        be=re.compile(rf"^\W*{said['be']}\s+(?:the\s+)?$", re.IGNORECASE),
        joins=re.compile(rf"\s*,?\s+{said['or']}\s+", re.IGNORECASE),
        small=re.compile(rf"^(?:{said['small']}\s+)+", re.IGNORECASE),
        besides=re.compile(rf"\b{said['besides']}\b|\d", re.IGNORECASE),
        joins_han=re.compile(rf"[，,]?\s*{said['or_han']}\s*"),
        small_han=re.compile(rf"^{said['now_han']}?{said['be_han']}?(?:一?{said['units_han']})?"),
        after_han=re.compile(rf"(?:{said['after_han']}|[？?。\s])+$"),
        more_han=re.compile(said["more_han"]),
    )
