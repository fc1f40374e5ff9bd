"""Whether a question asks if one thing is in, or part of, another, and whether it asks of what kind something is: by its form alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kgllm.words.patterns import either
from kgllm.words.questions import Span, forms_of

_OPEN, _CLOSE = " 《「“\"'", " ?？.》」”\"'"
_BEHIND = "[》」”\"'\\s]*"  # of a name in Chinese
_BEFORE = "[《「“\"'\\s]*"
_ASKS = r"\s*(?:吗|么|嘛)?[\s?？。]*$"
_LONGEST = 40  # characters of a noun for things of a kind


def asks_whether_part(question: str, first: Span, last: Span, nouns: frozenset[str] = frozenset()) -> bool:
    """Whether a question asks if what it names first is in, or part of, what it names last; `nouns`: words that may say what that is.

    >>> asks_whether_part("Does Hilltop belong to Norvex?", (5, 12), (23, 29)), asks_whether_part("鹿鸣属于小雅吗？", (0, 2), (4, 6))
    (True, True)
    >>> asks_whether_part("Does Hilltop border Norvex?", (5, 12), (20, 26)), asks_whether_part("鹿鸣属于小雅的哪一篇？", (0, 2), (4, 6))
    (False, False)
    """
    before, between, after = question[: first[0]], question[first[1] : last[0]], question[last[1] :]
    known = _contained()
    if known.begins.match(before) is not None:
        found, rest = known.between.match(between), after.strip(_CLOSE).lower()
        noun = (found["noun"] or "").strip().lower() if found else ""
        return found is not None and all(one in nouns for one in (noun, rest) if one)
    if before.strip(_OPEN):
        return False
    if known.is_han.match(between) is not None and known.part_han.match(after) is not None:
        return True
    return known.in_han.match(between) is not None and known.after_han.match(after) is not None


def asks_kind(question: str, name: Span) -> bool:
    """Whether a question asks of what kind the thing at this place is.

    >>> asks_kind("Which type of property is Hill House?", (26, 36)), asks_kind("会展壹号属于什么类别的物业？", (0, 4))
    (True, True)
    >>> asks_kind("What type of films did Nolan direct?", (23, 28)), asks_kind("与会展壹号同类别的物业", (1, 5))
    (False, False)
    """
    before, after, known = question[: name[0]], question[name[1] :], _classed()
    if known.begins.match(before) is not None:
        return known.ends.match(after) is not None
    return not before.strip(_OPEN) and known.han.match(after) is not None


@dataclass(frozen=True, slots=True)
class _Contained:
    begins: re.Pattern[str]
    between: re.Pattern[str]
    is_han: re.Pattern[str]
    part_han: re.Pattern[str]
    in_han: re.Pattern[str]
    after_han: re.Pattern[str]


@cache
def _contained() -> _Contained:
    said = {name: either(words) for name, words in forms_of("contained").items()}
    the = r"(?:the\s+)?"
    return _Contained(
        begins=re.compile(rf"^\W*{said['be']}\s+{the}$", re.IGNORECASE),
        between=re.compile(rf"^\W*(?:{said['in']}|{said['put']}\s*{said['put_in']})\s+{the}(?P<noun>[a-z]+\s+)?\W*$", re.IGNORECASE),
        is_han=re.compile(f"^{_BEHIND}{said['is_han']}{_BEFORE}$"),
        part_han=re.compile(f"^{_BEHIND}的?(?:{said['part_han']}|{said['parts_han']}){_ASKS}"),
        in_han=re.compile(f"^{_BEHIND}{said['whether_han']}?{said['in_han']}{_BEFORE}$"),
        after_han=re.compile(f"^{_BEHIND}(?:{said['inside_han']}|的?{said['part_han']})?{_ASKS}"),
    )


@dataclass(frozen=True, slots=True)
class _Classed:
    begins: re.Pattern[str]
    ends: re.Pattern[str]
    han: re.Pattern[str]


@cache
def _classed() -> _Classed:
    said = {name: either(words) for name, words in forms_of("classed").items()}
    return _Classed(
        begins=re.compile(
            rf"^\W*(?:what|which)\s+{said['kinds']}\s+of\s+[\w\s-]{{1,{_LONGEST}}}?\s{said['be']}\s+(?:the\s+)?\W*$", re.IGNORECASE
        ),
        ends=re.compile(rf"^\W*(?:{said['belong']}\s*{said['to']}?)?[\s?？.]*$", re.IGNORECASE),
        han=re.compile(
            f"^{_BEHIND}{said['be_han']}{said['which_han']}{said['measure_han']}?{said['kinds_han']}(?:的[^的，。？?\\s]{{1,8}})?[？?。\\s]*$"
        ),
    )
