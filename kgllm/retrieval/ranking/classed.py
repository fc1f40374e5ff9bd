"""Of what kind something is: 会展壹号属于什么类别的物业？, "Which type of property is Hill House?". Asked is the kind of what is named, and not
what else is of that kind, though a word for such things stands there, too."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from kgllm.words.contained import asks_kind

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking


def classed(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, without those that turn back from the kind asked for to other things of it, where there are others."""
    inverse = ranking.steps.column("inverse")
    question = ranking.asked.text
    turned = [
        one
        for one in ranked
        if any(inverse[a] == b for a, b in pairwise(one.numbers)) and asks_kind(question, ranking.seen[one.seeds[0]].span)
    ]
    return [one for one in ranked if one not in turned] if len(turned) < len(ranked) else ranked
