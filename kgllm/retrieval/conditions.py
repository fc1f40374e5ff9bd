"""Conditions on facts themselves: what the rest of the question names among the qualifiers of a path's last facts (a role, a year)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.features import NAMES
from kgllm.retrieval.when import inside, keep, years_of

if TYPE_CHECKING:
    from kgllm.retrieval.rank import Ranked, Ranking

Span = tuple[int, int]

_UNEXPLAINED, _TIMED = NAMES.index("unexplained"), NAMES.index("timed")


def conditioned(ranking: Ranking, one: Ranked) -> None:
    """Keep of a path's last facts those whose qualifiers meet most of what is named beside the seed, where any do."""
    view, hop = ranking.run.view, one.ground.hops[-1]
    row, relation, node = view.qualifiers(hop.fact)
    if len(hop.fact) < 2 or not len(row):
        return
    named = _named(ranking, one, np.unique(node))
    met: dict[int, set[Span]] = {}  # fact of the hop → the places of the question that its qualifiers answer to
    for fact, value in zip(row.tolist(), node.tolist(), strict=True):
        if value in named:
            met.setdefault(fact, set()).add(named[value])
    if not met:
        return
    most = max(map(len, met.values()))
    chosen = np.array([len(met.get(fact, ())) == most for fact in range(len(hop.fact))])
    kept = [i for i, fact in enumerate(row.tolist()) if chosen[fact] and int(node[i]) in named]
    pairs = dict.fromkeys(zip(relation[kept].tolist(), node[kept].tolist(), strict=True))
    values = view.nodes(np.array([value for _, value in pairs], np.int64))
    one.constraints = tuple((view.relations[r], value) for (r, _), value in zip(pairs, values, strict=True))
    keep(one.ground, hop, chosen)
    spans = {named[value] for _, value in pairs}
    said = sum(word.weight for word in ranking.asked.words if any(start <= word.start and word.end <= end for start, end in spans))
    one.row[_UNEXPLAINED] = max(0.0, one.row[_UNEXPLAINED] - said)
    one.row[_TIMED] = 1.0
    one.score = float(one.row @ ranking.weights)


def _named(ranking: Ranking, one: Ranked, values: np.ndarray) -> dict[int, Span]:
    """Which of the values the question names outside the path's mention, or holds the year of, and where."""
    own, asked = ranking.seen[one.seeds[0]].span, ranking.asked
    found: dict[int, Span] = {}
    years = {
        int(year): (at, at + len(year)) for year in asked.years if not inside(asked.text, year, own) for at in (asked.text.find(year),)
    }
    if years:
        for value, node in zip(values.tolist(), ranking.run.view.nodes(values), strict=True):
            found.update((value, years[year]) for year in years_of(node) if year in years)
    for handle, seen in zip(ranking.run.handles.tolist(), ranking.seen, strict=True):
        start, end = seen.span
        if start < end and (end <= own[0] or own[1] <= start):
            found[handle] = seen.span
    return found
