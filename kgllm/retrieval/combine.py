"""Several conditions at once: paths from different mentions whose ends must be the same things.

"Films directed by X starring Y", "who played X in Y": each mention has its own paths, and the words that one leaves unexplained
(the other's name and relation) are what the other explains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.features import NAMES, cover
from kgllm.retrieval.ground import Ground, Hop

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.rank import Ranked, Ranking

BEST = 5  # paths of each mention that are joined
_WORTH = 0.45  # weight of words that a second condition must newly explain
_EXPLAINED, _UNEXPLAINED = NAMES.index("explained"), NAMES.index("unexplained")
_JOINED, _UNSAID, _HOPS, _SEED = (NAMES.index(name) for name in ("joined", "unsaid", "hops", "seed"))


def joined(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """Pairs of paths from mentions that do not overlap, with the ends that both lead to."""
    spans: dict[tuple[int, int], list[Ranked]] = {}
    for one in sorted(ranked, key=lambda one: -one.score):
        spans.setdefault(ranking.seen[one.seeds[0]].span, []).append(one)
    keys = [span for span in spans if span[0] < span[1]]
    found = []
    for n, left in enumerate(keys):
        for right in keys[n + 1 :]:
            if left[1] <= right[0] or right[1] <= left[0]:
                for one in _best(spans[left]):
                    for other in _best(spans[right]):
                        pair = _pair(ranking, one, other)
                        if pair is not None:
                            found.append(pair)
    return found


def _best(ranked: list[Ranked]) -> list[Ranked]:
    """The best paths of a mention, and its best single steps."""
    steps = [one for one in ranked[BEST:] if len(one.steps) == 1]
    return ranked[:BEST] + steps[:BEST]


def _pair(ranking: Ranking, one: Ranked, other: Ranked) -> Ranked | None:
    if one.ground.truncated and other.ground.truncated:
        return None
    words = ranking.asked.words
    weights = np.array([word.weight for word in words], np.float32)
    (name, alone), (its_name, its_alone) = _said(ranking, one), _said(ranking, other)
    # Each must leave the other's name unexplained: a word that a path explains is no second condition.
    if min(float((weights * name * (1 - its_alone)).sum()), float((weights * its_name * (1 - alone)).sum())) < _WORTH:
        return None
    both = np.intersect1d(one.ground.ends, other.ground.ends, assume_unique=True)
    if not len(both):
        return None
    covers, names = (alone, its_alone), (name, its_name)
    together = np.maximum(np.maximum(*covers), names[0] | names[1])
    better, worse = (one, other) if one.score >= other.score else (other, one)
    row = better.row.copy()
    left = float((weights * (1 - together)).sum())
    row[_UNEXPLAINED] = left
    row[_EXPLAINED] = 1.0 - left / max(float(weights.sum()), 1e-6)
    row[_JOINED] = 1.0
    row[_UNSAID] += worse.row[_UNSAID]
    row[_HOPS] += worse.row[_HOPS] - 1.0
    row[_SEED] = (better.row[_SEED] + worse.row[_SEED]) / 2
    return type(one)(
        seeds=(*better.seeds, *worse.seeds),
        steps=better.steps,
        numbers=better.numbers,
        ground=within(better.ground, both),
        score=float(row @ ranking.weights),
        row=row,
        also=(*better.also, worse),
    )


def _said(ranking: Ranking, path: Ranked) -> tuple[NDArray[Any], NDArray[Any]]:
    """Which words are the name that a path starts from, and how far the path explains each."""
    seen = ranking.seen[path.seeds[0]]
    if path.cover is None:
        path.cover = cover(ranking.asked, ranking.match, ranking.steps, path.numbers, seen)
    return np.array([word.start >= seen.span[0] and word.end <= seen.span[1] for word in ranking.asked.words], bool), path.cover


def within(ground: Ground, ends: NDArray[Any]) -> Ground:
    """A path followed only as far as it leads to some ends."""
    hops: list[Hop] = []
    wanted = ends
    for hop in reversed(ground.hops):
        keep = np.isin(hop.end, wanted)
        hops.append(Hop(hop.start[keep], hop.end[keep], hop.fact[keep], hop.middle))
        wanted = np.unique(hop.start[keep])
    listed = ground.ends[np.isin(ground.ends, ends)]
    return Ground(ground.seeds, hops[::-1], listed, len(listed), ground.truncated)
