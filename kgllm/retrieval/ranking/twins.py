"""Paths that say the same thing: a graph may hold a relation in both directions, or twice, and neither of them whole.

"people.person.education → institution" and its inverse "education.student ← institution" lead to mostly the same ends; what is asked
for are the ends of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.paths.ground import Ground, Hop
from kgllm.retrieval.scoring.features import NAMES
from kgllm.words import relation_words, stem

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.types import Relation

CLOSE = 1.5  # of score to the best path: no words of the question tell the two apart (WebQSP dev: nothing changes from 1 to 3)
_WEAKEST, _UNEXPLAINED = (NAMES.index(name) for name in ("weakest", "unexplained"))
_BY_A_NOUN = 0.7  # how well a step is said, at most, by a noun for what it leads to
_LEFT = 0.1  # weight of words that nothing explains
COMMON = 0.5  # of the ends of the smaller that both must reach


def gathered(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The best path, led to the ends of its twins too, its own first; the others as they were."""
    if not ranked or not followed_whole(ranked[0]):
        return ranked
    best = ranked[0]
    for other in ranked[1:]:
        if other.score >= best.score - CLOSE and _twin(best, other):
            best.ground = together(best.ground, other.ground)
    return ranked


def followed_whole(one: Ranked) -> bool:
    """Whether a path was followed whole, and joined with nothing."""
    return not (one.also or one.constraints or one.ground.truncated or one.ground.brief)


def _twin(best: Ranked, other: Ranked) -> bool:
    """Whether it goes from the same thing to mostly the same ends, with one step in place of another."""
    if not followed_whole(other) or other.seeds != best.seeds or len(other.steps) != len(best.steps):
        return False
    apart = [(one, two) for one, two in zip(best.steps, other.steps, strict=True) if one != two]
    if len(apart) != 1 or _turned(*apart[0]) or (len(best.steps) == 1 and _asks_how(best) and _columns(*apart[0])):
        return False
    if [hop.middle for hop in other.ground.hops] != [hop.middle for hop in best.ground.hops]:
        return False
    sizes = sorted((len(best.ground.ends), len(other.ground.ends)))
    both = len(np.intersect1d(best.ground.ends, other.ground.ends, assume_unique=True))
    return both < sizes[1] and both >= COMMON * sizes[0] and sizes[1] <= 3 * sizes[0] + 2


def _asks_how(best: Ranked) -> bool:
    """Whether a question says more than of what kind the ends are: by which relation, or something that nothing explains."""
    return bool(best.row[_WEAKEST] > _BY_A_NOUN or best.row[_UNEXPLAINED] >= _LEFT)


def _turned(one: tuple[tuple[Relation, str], ...], other: tuple[tuple[Relation, str], ...]) -> bool:
    """Whether one step is the other the other way round: what needs something is not what that needs."""
    return len(one) == len(other) == 1 and one[0][0] == other[0][0] and "beside" not in (one[0][1], other[0][1])


def _columns(one: tuple[tuple[Relation, str], ...], other: tuple[tuple[Relation, str], ...]) -> bool:
    """Whether two steps are single relations that lead the same way and share no word: two columns of a table, where somebody was born
    and where he lived. "All Pink Floyd albums" may be both by and with them."""
    if len(one) != 1 or len(other) != 1 or one[0][1] != other[0][1]:
        return False
    said = ({stem(word) for word, _ in relation_words(relation.name).words} for relation in (one[0][0], other[0][0]))
    return next(said).isdisjoint(next(said))


def together(one: Ground, other: Ground) -> Ground:
    """Two ways of the same length as one, the first one's ends first."""
    hops = [
        Hop(np.concatenate([a.start, b.start]), np.concatenate([a.end, b.end]), np.concatenate([a.fact, b.fact]), a.middle)
        for a, b in zip(one.hops, other.hops, strict=True)
    ]
    ends = np.concatenate([one.ends, other.ends[~np.isin(other.ends, one.ends)]])
    return Ground(one.seeds, hops, ends, len(ends))
