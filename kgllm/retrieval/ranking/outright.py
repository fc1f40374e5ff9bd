"""Of relations that a Chinese question speaks of alike, the one whose name it says outright: 出生在哪里 is said of an 出生地点 sooner than of
a 籍贯, though both are where somebody is from; 主峰有多高 of a 主峰海拔.

Words of one family speak of all its relations. A name in characters that the question has is meant first; of those that it has as many of,
the name with fewer others; and of a compound the last word is what it is: 电动机功率 is a power, 牵引电动机 a motor.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kgllm.retrieval.scoring.features import NAMES
from kgllm.words import is_han, lexicon, relation_words
from kgllm.words.patterns import either, longest_first
from kgllm.words.questions import blank, forms_of, yes_or_no

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_CLOSE = 4.0  # of score to the best path
_AS_WELL = 0.25  # of what the question says, how much less a path may explain
_ALIKE = 1e-6
_OVER = 0.01  # of score, what puts one path before another
_EXPLAINED, _WEAKEST, _OFFTYPE = (NAMES.index(name) for name in ("explained", "weakest", "offtype"))
_SAID = forms_of("outright")
_IN_ALL = re.compile(either(_SAID["in_all"]))
_IS_A = re.compile("是(?:什么|哪)[^的]*的([^的]+?)[？?吗呢啊\\s]*$")  # of 是什么语的电视剧 the noun says what the thing is
_OF_KIND = re.compile(rf"(?<=.){either(_SAID['kinds'])}$")  # behind a noun, and no other thing: 机构类型
_MOST = 12  # paths that are compared


def outright(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Put the step whose name is said outright before the best one, where that is one step from the same thing."""
    if not ranking.asked.chinese or not ranked or ranking.asked.negated or yes_or_no(ranking.asked.text):
        return
    best = max(ranked, key=lambda one: one.score)
    if not best.plain:
        return
    rest = said_in(ranking.asked.text, *{seen.span for seen in ranking.seen if seen.span == ranking.seen[best.seeds[0]].span})
    others = [one for one in ranked if one.seeds == best.seeds and one.plain and one.score >= best.score - _CLOSE][:_MOST]
    first = best
    for one in others:
        if one is not first and _before(ranking.asked.text, rest, one, first):
            first = one
    if first is not best:
        first.score = best.score + _OVER


def _before(text: str, rest: str, one: Ranked, other: Ranked) -> bool:
    """Whether one of two paths is said more outright than the other."""
    name, theirs = ("".join(relation_words(path.steps[0][0][0].name).spoken) for path in (one, other))
    if not is_han(name) or one.row[_OFFTYPE] > other.row[_OFFTYPE]:
        return False
    mine, its = said_of(name, rest), said_of(theirs, rest)
    if one.row[_EXPLAINED] < other.row[_EXPLAINED] - _AS_WELL:
        return False
    if len(mine) != len(its):
        return len(mine) > len(its)
    if abs(one.score - other.score) < _ALIKE and (mine or name in theirs):
        return len(name) < len(theirs)
    if not mine or one.row[_EXPLAINED] < other.row[_EXPLAINED] - _ALIKE:
        return False
    if _IN_ALL.search(text) and name.startswith("总") != theirs.startswith("总"):
        return name.startswith("总")
    ends = [_OF_KIND.sub("", word)[-1:] and len(_OF_KIND.sub("", word)) - 1 in at for word, at in ((name, mine), (theirs, its))]
    return ends == [True, False]


def said_in(text: str, *names: tuple[int, int]) -> str:
    """What a question says beside names, and beside what asks and what fills; marks stand where something is left out.

    >>> said_in("请问王军出生在哪里？", (2, 4)), said_in("月光是谁编的曲", (0, 2))
    ('\\n\\n\\n出生\\n里\\n', '\\n\\n是\\n编曲')
    """
    rest = blank(text, *names)
    if (kind := _IS_A.search(rest)) is not None:
        rest = blank(rest, kind.span(1))
    return _small().sub("\n", rest).replace(" ", "\n").replace("的", "")


@cache
def _small() -> re.Pattern[str]:
    known = lexicon().chinese
    words = longest_first({*(word for word in known.stop if len(word) > 1), *known.asks, *known.count})
    return re.compile("|".join(map(re.escape, words)) + r"|[^\w]")


@lru_cache(maxsize=4096)
def said_of(name: str, rest: str) -> frozenset[int]:
    """Which characters of a name a text has, two at least of them together.

    >>> sorted(said_of("出生地点", "出生在")), sorted(said_of("籍贯", "出生在"))
    ([0, 1], [])
    """
    return frozenset(at for i in range(len(name) - 1) if name[i : i + 2] in rest for at in (i, i + 1))
