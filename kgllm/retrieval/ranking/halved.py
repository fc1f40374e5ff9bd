"""Fields of amounts of which the question says one word of two, and another instead of the other: asked for the win rate of what has an `attack_rate`, or
for the 攻击距离 of what has `attack_rate`, `attack_point` and `attack_speed`, none of them is known to be meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.scoring.matching import KIND_PART, LEAST, SPOKEN
from kgllm.words import relation_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_NUMBER, _NUMERIC = KINDS.index("number"), 0.6  # of values mostly numbers
_CONTENT = 0.9  # weight of the words that nothing explains
_HALF = 0.75  # of a name no more is said
_FITS = 0.2  # how well a word names what a field leads to


def halved(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, those marked undecided that are a field of what is named and of whose name the question says another half."""
    if not ranked or not _one_field(ranked[0]) or ranked[0].also or ranked[0].constraints:
        return ranked
    best = ranked[0]
    if ranking.steps.column("kinds")[best.numbers[0], _NUMBER] < _NUMERIC:
        return ranked
    weights = ranking.seen[best.seeds[0]].weights
    own = _halves(ranking, best, weights)
    if own is None:
        return ranked
    said, left = own
    others = [one for one in ranked[1:] if one.seeds == best.seeds and _one_field(one)]
    alike = [one for one in others if (mine := _halves(ranking, one, weights)) is not None and (mine[0] == said).all()]
    nouns = ranking.match.nouns[:, left]
    alike = [one for one in alike if np.abs(nouns[one.numbers[0]] - nouns[best.numbers[0]]).max() < _FITS]  # "birth year" is no birth place
    if alike or _heads(ranking, best, said, left):
        for one in (best, *alike):
            one.undecided = True
    return ranked


def _one_field(one: Ranked) -> bool:
    return len(one.numbers) == 1 and len(one.steps[0]) == 1 and one.steps[0][0][1] == "out"


def _halves(ranking: Ranking, one: Ranked, weights: NDArray[np.floating]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    """Which words say a part of a field's name, and which others stand right beside them that it leaves out; None where the name has but one
    word, all of it is said, or there are no such words."""
    match, words, step = ranking.match, ranking.asked.words, one.numbers[0]
    if len(relation_words(one.steps[0][0][0].name).words) < 2:
        return None
    explains = match.explains[step]
    said = (explains >= SPOKEN) & (weights > 0) & (match.part[step] != KIND_PART)
    parts = {int(part): float(share) for part, share in zip(match.part[step][said], match.share[step][said], strict=True)}
    if not said.any() or sum(parts.values()) > _HALF:
        return None
    left = (explains < SPOKEN) & (weights > 0)
    beside = np.zeros(len(words), bool)
    for n in np.flatnonzero(left):
        beside[n] = any(said[at] or beside[at] for at in (n - 1, n + 1) if 0 <= at < len(words) and words[max(n, at)].close)
    left &= beside
    return (said, left) if float(weights[left].sum()) >= _CONTENT else None


def _heads(ranking: Ranking, one: Ranked, said: NDArray[np.bool_], left: NDArray[np.bool_]) -> bool:
    """Whether what is said is the noun that a name ends with, and what stands before it in the question is a word that nothing of the graph
    says: a win rate is another than an attack rate."""
    if ranking.asked.chinese:
        return False
    match, step = ranking.match, one.numbers[0]
    spoken = relation_words(one.steps[0][0][0].name).words
    last = len(spoken) - 1
    head = any(int(match.part[step][n]) == last for n in np.flatnonzero(said))
    strange = match.explains[:, left].max(initial=0.0) < LEAST and match.nouns[step, left].max(initial=0.0) < _FITS
    before = bool(np.flatnonzero(left).max() < np.flatnonzero(said).min())
    return head and strange and before
