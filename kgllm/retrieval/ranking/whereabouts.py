"""Where something is: "where" is answered by places, and by those for whom one works or where one studies, but by no person and no date.

"Where is Acme?" goes to the place that Acme is said to be at, and from there no farther; where that is not known, the place of whoever
has to do with Acme is no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.scoring.features import NAMES
from kgllm.words.relations import transitive

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_PLACE, _ORGANIZATION = KINDS.index("place"), KINDS.index("organization")
_OTHERS = [KINDS.index(kind) for kind in ("person", "time", "language", "sex")]
_SURE, _HARDLY = 0.5, 0.3  # how far ends are of a kind: surely, or hardly so
_AGAINST = 2.0  # unsaid steps that a path counts for which leads to no place
_WHERE = ("哪里", "哪儿", "什么地方", "何处")
_UNSAID, _WEAKEST, _OFFTYPE = (NAMES.index(name) for name in ("unsaid", "weakest", "offtype"))


def located(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Judge what "where" is not answered by."""
    asked = ranking.asked
    if asked.kinds != ("place",) or asked.head or any(f"{word}的" in asked.text for word in _WHERE):  # "哪里的名人" asks for people
        return
    for one in ranked:
        weights = ranking.seen[one.seeds[0]].weights
        bare = all(word.around is not None for word, weight in zip(asked.words, weights, strict=True) if weight > 0)
        if _elsewhere(ranking, one, bare=bare):
            one.row[_OFFTYPE] = 1.0
            one.row[_UNSAID] += _AGAINST
            one.score = float(one.row @ ranking.weights)


def _elsewhere(ranking: Ranking, one: Ranked, *, bare: bool) -> bool:
    kinds, unsaid = ranking.steps.column("kinds"), bool(one.row[_UNSAID] > 0 or (bare and one.row[_WEAKEST] < _SURE))
    last = kinds[one.numbers[-1]]
    if last[_PLACE] < _HARDLY:
        if unsaid and (bare or last.max() >= _HARDLY > last[_ORGANIZATION]):  # of what is known to be of no kind nothing is told
            return True
        return bool(last[_OTHERS].max() >= _SURE > last[_ORGANIZATION])
    return bare and len(one.numbers) > 1 and unsaid and not leads_on(ranking, one)


def leads_on(ranking: Ranking, one: Ranked) -> bool:
    """Whether a path first goes to the place where a thing is, or to what it is in: what holds there holds of it."""
    [(relation, _), *more] = one.steps[0]
    return not more and (bool(ranking.steps.column("kinds")[one.numbers[0], _PLACE] >= _SURE) or transitive(relation.name))
