"""What asks how many there are, and what asks for several things, as patterns: every stage that takes a question apart looks for the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from kgllm.words.language import language_of
from kgllm.words.patterns import either
from kgllm.words.questions import Span, blank
from kgllm.words.tables import read_table

_COUNT, _COUNT_HAN = (read_table(name)["count"].split() for name in ("english", "chinese"))
_ASKED = read_table("questions")["counting"]
HOW_MANY = rf"\b{either(_COUNT)}\b"
"""English: "how many", "number of"."""

NUMBER_OF = rf"\b{either(one for one in _COUNT if one.endswith('_of'))}\b"
"""Of these, what is a noun."""

HOW_MANY_HAN = either(_ASKED["how_many_han"])
"""Chinese: 多少 and 几, before what is counted, or for a value."""

HOW_MUCH = rf"\b{either(_ASKED['how_much'])}\b"
"""English: what asks for an amount, and for no things."""

HOW_LONG = rf"(?:\bhow (?!many\b|much\b)|{either(_ASKED['how_long_han'])})"
"""Both: what asks how long, high or old something is, and what else comes in a unit."""

LIST_HAN = either(_ASKED["list_han"])
"""Chinese: what asks for all there are, each by its name."""

SEVERAL_HAN = rf"(?:{LIST_HAN}|多少|几[^\W\d])"
"""Chinese: what asks for more than one thing, or how many there are."""


def asks_how_many(text: str, taken: Sequence[Span] = (), *, whole: bool = False) -> bool:
    """Whether a text asks how many there are, outside of what stands at some places. `whole`: nothing else in it is a name or the word of a
    field, so that "count" and 数量 ask so too.

    >>> asks_how_many("How many films did he direct?"), asks_how_many("他导演了几部电影"), asks_how_many("他导演了哪几部电影")
    (True, True, False)
    >>> asks_how_many("count all ships over 90 m"), asks_how_many("count all ships over 90 m", whole=True)
    (False, True)
    >>> asks_how_many("how many crew over 90", [(0, 13)]), asks_how_many("长度超过90米的船数", [(0, 9)], whole=True)
    (False, True)
    """
    low = text.lower()
    rest = blank(low if len(low) == len(text) else text, *taken)
    if whole:
        return _whole().search(rest) is not None
    return re.search(_SOME_HAN if language_of(text) == "zh" else HOW_MANY, rest) is not None


_NOT_THESE = f"(?<![{''.join(_ASKED['not_han'].split())}])"
_SOME_HAN = f"{_NOT_THESE}{either(_COUNT_HAN)}"


@cache
def _whole() -> re.Pattern[str]:
    words = read_table("queries")["count"]["words"].split()
    han = either(one for one in words if not one.isascii())
    return re.compile(rf"\b{either([*_COUNT, *(one for one in words if one.isascii())])}\b|{_NOT_THESE}{han}|(?<!{_H})数(?!{_H})")


_H = "[\u4e00-\u9fff]"  # "…的船数"
