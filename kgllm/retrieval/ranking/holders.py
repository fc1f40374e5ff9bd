"""What a thing is within, some steps up: "Which book is this lesson in?", where a lesson is of a unit and that of a book.

The type that a question asks for says where a path is to end. Where nothing nearer is of it, and every step on the way leads to one thing
only, the steps between are not asked for one by one. Not over a person: where an author is from, no book is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.scoring.features import NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.walk import Candidates
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_SAYS = 0.75  # how far the end of a step must answer to the noun
_PERSON, _IS_PERSON = KINDS.index("person"), 0.5
_ONE = 1e-3  # logarithm of how many things a step leads to that leads to one
_LEFT = 0.5  # weight of words that nothing on the way explains
_UNEXPLAINED = NAMES.index("unexplained")
_JUDGED = [NAMES.index(name) for name in ("unsaid", "silent", "hops", "third")]
_UNSAID, _SILENT, _HOPS, _THIRD = _JUDGED


def holders(ranking: Ranking, candidates: Candidates) -> dict[tuple[int, bytes], NDArray[Any]]:
    """Judge the steps up to what a thing is within, of the type asked for, as said with it; what was judged otherwise before."""
    asked, match, steps, table = ranking.asked, ranking.match, ranking.steps, candidates.table
    head = [n for n in asked.head if any(term[0] == "n" and term[1] in steps.type_nouns for term, _ in asked.words[n].terms)]
    if not head or table is None:
        return {}
    of_type = np.zeros(len(steps), bool)
    of_type[match.spoken] = match.nouns[match.spoken[:, None], head].max(axis=1) >= _SAYS
    single = ~steps.column("through")[: len(steps)] & (steps.column("fan")[: len(steps)] <= _ONE)
    passed = single & (steps.column("kinds")[: len(steps), _PERSON] < _IS_PERSON)
    hops = candidates.hops
    last = candidates.steps[np.arange(len(candidates)), hops - 1]
    there = of_type[last]
    nearest = np.full(len(ranking.seen), candidates.steps.shape[1] + 1)
    np.minimum.at(nearest, candidates.seed[there], hops[there])
    up = there & (hops > 1) & (hops == nearest[candidates.seed]) & single[last]
    for n in range(candidates.steps.shape[1]):
        up &= (n >= hops - 1) | passed[candidates.steps[:, n]]
    before = {}
    said = table[:, _UNEXPLAINED] <= _LEFT  # which city a paper dislikes is not where it is from
    for row in np.flatnonzero(up & said & (table[:, _SILENT] > 0)).tolist():
        before[int(candidates.seed[row]), candidates.steps[row, : hops[row]].tobytes()] = table[row, _JUDGED].copy()
        silent = table[row, _SILENT]
        table[row, _UNSAID] -= min(silent, table[row, _UNSAID])
        table[row, _HOPS] -= silent
        table[row, [_SILENT, _THIRD]] = 0.0
    return before


def disputed(ranking: Ranking, ranked: list[Ranked], before: dict[tuple[int, bytes], NDArray[Any]]) -> None:
    """Where two ways up lead to different things of the type (the town of either club of a match), each is judged as it was before."""
    ups = [(one, before[key]) for one in ranked if before and (key := (one.seeds[0], np.array(one.numbers).tobytes())) in before]
    for one, row in ups:
        if any(other.seeds == one.seeds and not np.array_equal(np.sort(other.ground.ends), np.sort(one.ground.ends)) for other, _ in ups):
            one.row[_JUDGED] = row
            one.score = float(one.row @ ranking.weights)
