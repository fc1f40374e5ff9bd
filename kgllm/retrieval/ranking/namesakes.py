"""Things of one kind that are called the same: a question for several that names them is about all of them.

"Which albums have a song called Intro?" asks for those of every Intro. One that asks for a single thing, or names one whose namesakes fit
less well, is about the one that fits best.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from kgllm.retrieval.paths.ground import ground
from kgllm.retrieval.ranking.twins import followed_whole
from kgllm.types import Entity
from kgllm.words.counting import SEVERAL_HAN
from kgllm.words.patterns import either
from kgllm.words.questions import forms_of

if TYPE_CHECKING:
    from kgllm.retrieval.paths.seeds import Seed
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

MOST = 64  # things of one name
_ALIKE = 1e-6  # links whose scores differ by less fit alike
_SEVERAL_HAN = re.compile(SEVERAL_HAN)


def namesakes(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, the best of them from all that are called like the thing that it starts from, where several are asked for."""
    asked, run = ranking.asked, ranking.run
    several = asked.number > 0 or asked.count or _SEVERAL_HAN.search(asked.text) is not None
    if not ranked or not several or len(ranked[0].seeds) != 1 or not followed_whole(ranked[0]):
        return ranked
    best = ranked[0]
    meant = _meant(ranking, run.seeds[best.seeds[0]])
    if len(meant) < 2:
        return ranked
    handles = run.view.handles(meant)
    best.ground = ground(run.view, handles[handles >= 0], best.steps, run.retriever.limits, ranking.steps.handles(run.view.relations))
    return ranked


def _meant(ranking: Ranking, seed: Seed) -> list[Entity]:
    """All things of the kind and the name of what is named, itself among them; none where one of them is more likely meant than another."""
    node, run = seed.node, ranking.run
    if not isinstance(node, Entity) or seed.start == seed.end:
        return []
    [found] = run.retriever.graph.find([node.name])
    same = [one.node for one in found if isinstance(one.node, Entity) and (one.node.name, one.node.types) == (node.name, node.types)]
    if not 1 < len(same) <= MOST:
        return []
    if _called().search(run.question[: seed.start]) is None:
        links = (link for link in run.links if link.mention.span == seed.span)
        scores = {one.entity: one.score for link in links for one in link.candidates}
        if not all(abs(scores.get(one, 0.0) - seed.score) < _ALIKE for one in same):
            return []
    return same


@cache
def _called() -> re.Pattern[str]:
    said = forms_of("called")
    return re.compile(rf"\b{either(said['en'])}\s+\W*$|{either(said['zh'])}\W*$", re.IGNORECASE)
