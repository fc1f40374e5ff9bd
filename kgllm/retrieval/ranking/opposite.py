"""Fields of which the question says the opposite: of a line whose first train the graph knows, nothing is known of its last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.words.opposites import says_opposite

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking


def opposed(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, the best refused where a question asks for the opposite of what its last step says."""
    if ranked and not ranking.asked.negated:
        relation, move = ranked[0].steps[-1][-1]
        spans = [seen.span for seen in ranking.seen if seen.span[0] < seen.span[1]]
        if move == "out" and says_opposite(ranking.asked.text, spans, relation.name):
            ranked[0].refuse("opposite")
    return ranked
