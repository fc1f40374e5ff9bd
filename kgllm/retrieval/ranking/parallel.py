"""Columns that differ in one word, and a question that says another: of a 北京声母 and a 上海声母 neither is the 厦门声母 that is asked for,
of "home score" and "away score" neither the "final score"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.retrieval.scoring.matching import LEAST
from kgllm.words import is_han, relation_words, stem

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_ALIKE = 0.1  # of score, what two paths differ by that are said alike
_HAN = 2  # characters of a Chinese word, at least
_NO_MORE = frozenset("的是在有和与及了")
_WEIGHT = 0.45  # of a word that says which one is asked for


def parallel(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths; those of such columns with no confidence."""
    if not ranked or not ranked[0].plain or ranking.asked.negated:
        return ranked
    best = ranked[0]
    if not _says_another(ranking, best):
        return ranked
    others = [one for one in ranked[1:] if one.seeds == best.seeds and one.plain and abs(one.score - best.score) < _ALIKE]
    beside = [one for one in others if _share_the_last(best, one)]
    for one in (best, *beside) if beside else ():
        one.refuse("other_column")
    return ranked


def _share_the_last(one: Ranked, other: Ranked) -> bool:
    """Whether two relations are called by the same last word, each with another before it."""
    mine, theirs = (relation_words(path.steps[0][0][0].name).spoken for path in (one, other))
    if is_han(mine[-1]):
        a, b = "".join(mine), "".join(theirs)
        return a[-_HAN:] == b[-_HAN:] and min(len(a), len(b)) > _HAN and a != b
    return len(mine) == len(theirs) > 1 and stem(mine[-1]) == stem(theirs[-1]) and mine[:-1] != theirs[:-1]


def _says_another(ranking: Ranking, one: Ranked) -> bool:
    """Whether right before the word that says a path stands one that nothing of the graph speaks of."""
    words, match, weights = ranking.asked.words, ranking.match, ranking.seen[one.seeds[0]].weights
    told = [n for n in range(len(words)) if match.explains[one.numbers[0], n] >= LEAST and weights[n] > 0]
    if not told:
        return False
    han = is_han(words[told[0]].text)
    before = [told[0]]
    while len(before) <= (_HAN + 1 if han else 1) and _goes_before(ranking, before[-1] - 1, before[-1]):
        before.append(before[-1] - 1)
    unheard = [n for n in before[1:] if max(match.best[n], match.named[n]) < LEAST and weights[n] >= _WEIGHT]
    return len(unheard) >= (_HAN if han else 1)


def _goes_before(ranking: Ranking, at: int, after: int) -> bool:
    """Whether a word stands right before another and belongs to it."""
    words = ranking.asked.words
    return at >= 0 and words[at].position + 1 == words[after].position and words[at].text not in _NO_MORE
