"""What people say around a question and do not ask (courtesies.toml): "Hi, …", "According to the data, …",
"… Thanks!", 你好，…, …谢谢！"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kgllm.words.patterns import either
from kgllm.words.questions import Span
from kgllm.words.tables import read_table


def courtesies(text: str) -> tuple[Span, Span]:
    """The places of what stands before the question and of what stands behind it, both empty where there is nothing.

    >>> [("Hi, who wrote Alien? Thanks!")[a:b] for a, b in courtesies("Hi, who wrote Alien? Thanks!")]
    ['Hi, ', ' Thanks!']
    >>> courtesies("Hello Kitty's birthday"), courtesies("Hi!")
    (((0, 0), (22, 22)), ((0, 0), (3, 3)))
    """
    known = _patterns()
    begin, end = 0, len(text)
    while (found := known.before.match(text, begin, begin + _LONGEST)) is not None:
        begin = found.end()
    while (ended := known.behind.search(text, max(begin, end - _LONGEST), end)) is not None:
        end = ended.start()
    if (
        known.wh.search(text, begin, end) is not None
        and (ended := known.particle.search(text, max(begin, end - _LONGEST), end)) is not None
    ):
        end = ended.start()
    return ((0, begin), (end, len(text))) if text[begin:end].strip(_MARKS) else ((0, 0), (len(text), len(text)))


def without(text: str, before: Span, behind: Span) -> str:
    """The question alone, with blanks in place of what stands before it, so that everything keeps its place.

    >>> without("你好，谁写了三体？谢谢", *courtesies("你好，谁写了三体？谢谢"))
    '   谁写了三体？'
    """
    return " " * before[1] + text[before[1] : behind[0]]


_LONGEST = 80  # characters of one courtesy, at most
_MARKS = " \t\n,.!?:;~-–—…，。！？：；、～"


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What stands before a question, one at a time; what stands behind it; a Chinese word that asks, and a particle at the end."""

    before: re.Pattern[str]
    behind: re.Pattern[str]
    wh: re.Pattern[str]
    particle: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    said = read_table("courtesies")
    english, chinese = ({name: either(words) for name, words in said[of].items()} for of in ("en", "zh"))
    mark, han = r"(?:\s*[,.!:;…，。！：；]+\s*|\s+[-–—~]+\s+)", r"\s*[，,。.！!：:；;～~…\s]+"
    before = (
        rf"\s*(?:{english['greet']}(?:{mark}|\s+(?={english['asks']}\b))|{english['begin']}{mark}"
        rf"|{english['tell']}\s*,?\s+(?={english['wh']}\b)"
        rf"|{english['source']}\s+(?:{english['of']}\s+)?{english['data']}\s*[,:]\s*"
        rf"|{chinese['greet']}(?:{han}|(?=请问|我想|想问|问))|{chinese['begin']}{han}"
        rf"|请?{chinese['source']}{chinese['of']}?{chinese['data']}{chinese['after']}?\s*[，,：:]\s*)"
    )
    closes = r"[\s,.!?~…，。！？～]*$"
    behind = (
        rf"(?:(?:(?<=[?？。.!！])|[\s,.!;~…–—-]*[,.!;~…–—-])\s*{english['end']}|\s+(?-i:{english['small']})"
        rf"|(?:(?<=[？?。])|[\s，,。！!；;～~…]+){chinese['end']}){closes}"
    )
    return _Patterns(
        re.compile(before, re.IGNORECASE),
        re.compile(behind, re.IGNORECASE),
        re.compile(chinese["wh"]),
        re.compile(rf"{chinese['particles']}{closes}"),
    )
