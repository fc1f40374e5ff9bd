"""The paths that an answer is read from: ranked, then judged by one judge after another.

A judge is given the paths, the best first, and gives them back: in another order, led to other ends, fewer of them, or some of them refused
(`Ranked.refuse`), which then are no answer however well their words fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.retrieval.ranking.chained import chained
from kgllm.retrieval.ranking.classed import classed
from kgllm.retrieval.ranking.conjoined import conjoined
from kgllm.retrieval.ranking.halved import halved
from kgllm.retrieval.ranking.how_far import far_enough
from kgllm.retrieval.ranking.kin import kindred
from kgllm.retrieval.ranking.lacks import lacked
from kgllm.retrieval.ranking.namesakes import namesakes
from kgllm.retrieval.ranking.opposite import opposed
from kgllm.retrieval.ranking.parallel import parallel
from kgllm.retrieval.ranking.rank import rank
from kgllm.retrieval.ranking.repeated import repeated
from kgllm.retrieval.ranking.roled import roled
from kgllm.retrieval.ranking.twins import gathered
from kgllm.retrieval.ranking.unfit import fitting

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgllm.retrieval.paths.walk import Candidates
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

JUDGES: tuple[Callable[[Ranking, list[Ranked]], list[Ranked]], ...] = (
    conjoined,
    roled,
    far_enough,
    gathered,
    kindred,
    classed,
    repeated,
    chained,
    namesakes,
    fitting,
    halved,
    lacked,
    parallel,
    opposed,
)
"""In this order: each sees what those before it left."""


def judged(ranking: Ranking, candidates: Candidates) -> list[Ranked]:
    """The best paths, grounded, judged, best first."""
    ranked = rank(ranking, candidates)
    for judge in JUDGES:
        ranked = judge(ranking, ranked)
    return ranked
