"""Several conditions at once: paths from different mentions whose ends must be the same things.

"Films directed by X starring Y", "who played X in Y": each mention has its own paths, and the words that one leaves unexplained
(the other's name and relation) are what the other explains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.paths.ground import Ground, Hop, toward
from kgllm.retrieval.ranking.tied import is_tied
from kgllm.retrieval.scoring.features import NAMES, cover
from kgllm.types import replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.limits import Limits
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

BEST = 5  # paths of each mention that are joined
_WORTH = 0.45  # weight of words that a second condition must newly explain
_NAME = 0.6  # weight of the words of a name at least
_SAID = 0.6  # how far a condition explains a word that it speaks of
_EXPLAINED, _UNEXPLAINED = NAMES.index("explained"), NAMES.index("unexplained")
_JOINED, _UNSAID, _HOPS, _SEED = (NAMES.index(name) for name in ("joined", "unsaid", "hops", "seed"))


def joined(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """Pairs of paths from mentions that do not overlap, with the ends that both lead to."""
    spans: dict[tuple[int, int], list[Ranked]] = {}
    for one in sorted(ranked, key=lambda one: -one.score):
        spans.setdefault(ranking.seen[one.seeds[0]].span, []).append(one)
    keys = [span for span in spans if span[0] < span[1]]
    apart = [(a, b) for n, a in enumerate(keys) for b in keys[n + 1 :] if a[1] <= b[0] or b[1] <= a[0]]
    best = {span: _best(spans[span]) for span in sorted({span for pair in apart for span in pair})}
    words = ranking.asked.words
    weights = np.array([word.weight * (word.around is None) for word in words], np.float32)
    names = {span: np.array([word.start >= span[0] and word.end <= span[1] for word in words], bool) for span in best}
    for span in best:
        if ranking.asked.text[span[0]].isupper():  # "written in Go": a name is one, though its word says little elsewhere
            weights[names[span]] = np.maximum(weights[names[span]], _NAME)
    found = []
    explained: set[tuple[int, int]] = set()
    for left, right in apart:
        _look_back(ranking, best[left], best[right])
        _look_back(ranking, best[right], best[left])
        if not _meet(best[left], best[right]):
            continue
        for span in {left, right} - explained:
            _explain(ranking, best[span])
        explained |= {left, right}
        for one in best[left]:
            for other in best[right]:
                pair = _pair(ranking, weights, (one, names[left]), (other, names[right]))
                if pair is not None:
                    found.append(pair)
    return found


def _best(ranked: list[Ranked]) -> list[Ranked]:
    """The best paths of a mention, and its best single steps."""
    steps = [one for one in ranked[BEST:] if len(one.steps) == 1]
    return ranked[:BEST] + steps[:BEST]


def _look_back(ranking: Ranking, ranked: list[Ranked], others: list[Ranked]) -> None:
    """Where a view of a server is asked: from the ends of all the others back to a hub, together."""
    view, limits = ranking.run.view, ranking.run.retriever.limits
    hubs = [one for one in ranked if one.ground.hub is not None]
    if hubs and getattr(view, "remote", False):
        ends = [other.ground.ends for other in others if _few(other, limits)]
        for one in hubs if ends else ():
            toward(view, one.ground, np.unique(np.concatenate(ends)), limits)


def _met(ranking: Ranking, one: Ranked, other: Ranked) -> Ranked:
    """A path out of a hub as far as it leads to the ends of the other; any other path as it is."""
    view, limits = ranking.run.view, ranking.run.retriever.limits
    if one.ground.hub is None or not _few(other, limits):
        return one
    return replace(one, ground=toward(view, one.ground, other.ground.ends, limits))


def _meet(ones: list[Ranked], others: list[Ranked]) -> bool:
    """Whether some of the paths may lead to the same things. What a path out of a hub leads to is not looked at yet."""
    if any(one.ground.hub is not None for one in (*ones, *others)):
        return True
    theirs = distinct(np.concatenate([other.ground.ends for other in others]))
    return bool(among(np.concatenate([one.ground.ends for one in ones]), theirs).any())


def _few(one: Ranked, limits: Limits) -> bool:
    """Whether a path leads to so few ends that each may be asked whether another path leads there too."""
    return not one.ground.truncated and len(one.ground.ends) <= limits.frontier


def _pair(ranking: Ranking, weights: NDArray[Any], left: tuple[Ranked, NDArray[Any]], right: tuple[Ranked, NDArray[Any]]) -> Ranked | None:
    """Two paths, each with the words of the name that it starts from, as one; None where they are no two conditions of one thing.
    `weights`: of the words."""
    (one, name), (other, its_name) = left, right
    if one.ground.truncated and other.ground.truncated:
        return None
    assert one.cover is not None and other.cover is not None
    # Each must leave the other's name unexplained: a word that a path explains is no second condition.
    if min(weights[name] @ (1 - other.cover[name]), weights[its_name] @ (1 - one.cover[its_name])) < _WORTH:
        return None
    together = np.maximum(np.maximum(one.cover, other.cover), name | its_name)
    together[list(one.told | other.told)] = 1.0
    theirs = other.cover if one.score >= other.score else one.cover
    one, other = _met(ranking, one, other), _met(ranking, other, one)
    both = np.intersect1d(one.ground.ends, other.ground.ends, assume_unique=True)
    if not len(both):
        return None
    better, worse = (one, other) if one.score >= other.score else (other, one)
    row = better.row.copy()
    unexplained = float((weights * (1 - together)).sum())
    row[_UNEXPLAINED] = unexplained
    row[_EXPLAINED] = 1.0 - unexplained / max(float(weights.sum()), 1e-6)
    if not _is_head(ranking, worse):  # "which physicists …": the noun asked for says what the ends are, with no word more
        row[_JOINED] = 1.0
        row[_UNSAID] += 0.0 if is_tied(ranking, worse) else worse.row[_UNSAID]
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
        told=better.told | worse.told | frozenset((theirs >= _SAID).nonzero()[0].tolist()),
    )


def _is_head(ranking: Ranking, one: Ranked) -> bool:
    """Whether a single step leads from what the noun asked for names."""
    start, end = ranking.seen[one.seeds[0]].span
    words = ranking.asked.words
    return len(one.steps) == 1 and any(start <= words[n].start and words[n].end <= end for n in ranking.asked.head)


def _explain(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Work out for paths of one mention how far each explains each word."""
    seen = ranking.seen[ranked[0].seeds[0]]
    rows = cover(ranking.asked, ranking.match, ranking.steps, [one.numbers for one in ranked], seen)
    for one, row in zip(ranked, rows, strict=True):
        one.cover = row


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
