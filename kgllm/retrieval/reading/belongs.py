"""Words that only join a thing to what it is of: 所属 in X所属的朝代, 属于 in X属于哪部法律. The noun beside them says what is meant.

Where a graph has a relation that they speak of, they are words like all others; elsewhere they are explained as far as that noun is.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kgllm.words import is_han, lexicon
from kgllm.words.patterns import either

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Asked


def only_joins(asked: Asked) -> dict[int, int]:
    """Which words of a question only join a noun to what it is of, each with a word of that noun; none of a question that asks "where",
    "who" or "when".

    >>> from kgllm.retrieval.reading.question import read
    >>> asked = read("洪武所属的朝代属于哪个时期？")
    >>> [(asked.words[one].text, asked.words[noun].text) for one, noun in only_joins(asked).items()]
    [('所', '朝'), ('属', '朝'), ('属', '期'), ('于', '期')]
    >>> only_joins(read("奥姆属于谁？"))
    {}
    """
    found: dict[int, int] = {}
    for start, end, asks in _spans(asked.text, asks=bool(asked.head)) if asked.chinese else ():
        noun = asked.head[-1] if asks else next((n for n, word in enumerate(asked.words) if word.start >= end), -1)
        if noun >= 0:
            found |= {n: noun for n, word in enumerate(asked.words) if start <= word.start < end}
    return found


@lru_cache(maxsize=64)
def _spans(text: str, *, asks: bool) -> tuple[tuple[int, int, bool], ...]:
    """Where such words stand, and whether what asks follows them."""
    before, asking = _patterns()
    found = [(*one.span("join"), False) for one in before.finditer(text) if is_han(text[one.end() : one.end() + 1])]
    return (*found, *((*one.span("join"), True) for one in (asking.finditer(text) if asks else ())))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Before a noun, and before what asks for one."""
    known = lexicon().chinese
    own, to = either(known.of), either(known.belongs)
    return re.compile(rf"(?P<join>{own})的?(?![哪什何谁多几是有在])"), re.compile(
        rf"(?P<join>{to})(?:的是)?(?=哪[^里儿]|什么(?!地方)|何种)"
    )
