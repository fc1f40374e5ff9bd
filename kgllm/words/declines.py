"""Whether a text declines to answer: "not in the graph", "I don't know", 不知道."""

from __future__ import annotations

import re
from functools import cache

from kgllm.words.names import simplified
from kgllm.words.patterns import either
from kgllm.words.tables import read_table


def declines(text: str) -> bool:
    """Whether a text says that it does not answer. A title may say so as well: what it names is for the caller to look at first.

    >>> [declines(said) for said in ("I don’t know.", "It is not in the facts", "Ana [1]", "事實中沒有", "无法回答", "安娜")]
    [True, True, False, True, True, False]
    """
    return bool(_pattern().search(simplified(text.replace("’", "'"))))


def names_none(text: str) -> bool:
    """Whether a text is no more than a word for that there is none, which answers yes or no and how many and nothing else.

    >>> [names_none(said) for said in ("None.", "N/A", "没有。", "None but Ana", "安娜")]
    [True, True, True, False, False]
    """
    return _whole().fullmatch(simplified(text)) is not None


@cache
def _whole() -> re.Pattern[str]:
    words = either([one for some in read_table("declines")["whole"].values() for one in some])
    return re.compile(rf"\W*{words}\W*", re.IGNORECASE)


@cache
def _pattern() -> re.Pattern[str]:
    said = read_table("declines")
    anywhere, first = (either([one for some in said[where].values() for one in some]) for where in ("anywhere", "first"))
    return re.compile(rf"^\W*{first}|{anywhere}", re.IGNORECASE)
