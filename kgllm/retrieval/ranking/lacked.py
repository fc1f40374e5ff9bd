"""A field that a question says by its whole name, of more than one word, and that the thing does not have though things like it do: "the output
price of Model X" is no other output of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.retrieval.ranking.lacks import ALIKE, SPEAKS
from kgllm.types import Literal
from kgllm.words.questions import overlap

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking


def lacked(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, sure of nothing where the best speaks of a part of such a field's name."""
    if not ranked or len(ranked[0].seeds) > 1 or ranked[0].also:
        return ranked
    best = ranked[0]
    seed = best.seeds[0]
    asked, steps, run = ranking.asked, ranking.steps, ranking.run
    node, span = run.seeds[seed].node, ranking.seen[seed].span
    if isinstance(node, Literal):
        return ranked
    own = {relation.id for parts in best.steps for relation, _ in parts}
    groups = run.around
    mine = groups.origin == seed
    has = {(run.view.relations[of].id, int(way)) for of, way in zip(groups.relation[mine], groups.way[mine], strict=True)}
    for place, fields in run.spoken.telling:
        if overlap(place, span) or any(overlap(place, seen.span) for seen in ranking.seen) or not own.isdisjoint(fields):
            continue
        words = [n for n, word in enumerate(asked.words) if overlap((word.start, word.end), place)]
        if len(words) < 2 or any((field, 0) in has or (field, 1) in has for field in fields):
            continue
        half = 0 < sum(float(ranking.match.explains[best.numbers[-1], n]) >= SPEAKS for n in words) < len(words)
        if half and any(steps.alike((field, 0), has, getattr(node, "types", ())) >= ALIKE for field in fields):
            for one in ranked:
                one.confidence = 0.0
            return ranked
    return ranked
