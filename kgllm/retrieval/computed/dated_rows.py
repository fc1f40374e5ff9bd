"""Which of those that rows lead to did so after a time: "Who has won the cup since 2000?", where rows say who won what, and when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.computed.compared import Compared, chosen
from kgllm.retrieval.computed.measures import Measure
from kgllm.retrieval.computed.sets import Members
from kgllm.retrieval.paths.kinds import written
from kgllm.retrieval.ranking.ended import bound_of
from kgllm.types import Literal
from kgllm.words.extremes import says_time
from kgllm.words.questions import yes_or_no
from kgllm.words.tokens import YEAR

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from kgllm.retrieval.computed.sets import Sets
    from kgllm.retrieval.ranking.rank import Ranked
    from kgllm.words.comparisons import Form

_LOOKED_AT = 16  # values of a relation
_MOSTLY = 0.7  # of the rows that say when
_SURE = 0.5


def in_time(sets: Sets, form: Form) -> Compared | None:
    """Of what the rest of a question finds through rows those whose rows are of a time; None where nothing, or several fields, say when.

    Raises:
        TooMany: more facts than may be read.
    """
    if yes_or_no(sets.run.question) or form.degrees or len(form.bounds) != 1 or not form.bounds[0].moment:
        return None
    [bound] = form.bounds
    for one in sets.paths_without([bound.span], _SURE)[:1]:
        hops = one.ground.hops
        if len(hops) < 2 or not hops[-2].middle:
            return None
        rows = distinct(hops[-1].start)
        relation = _when(sets, rows)
        if relation is None:
            return None
        measure = Measure(relation, 1.0, frozenset())
        values = sets.values(Members(rows, 1.0), measure)
        best = None if values is None else chosen(values, bound)
        return None if best is None else _told(one, best.rows, measure)
    return None


def _told(one: Ranked, rows: Any, measure: Measure) -> Compared:
    """The ends of a path that some rows lead to."""
    hop = one.ground.hops[-1]
    leads: dict[int, list[tuple[int, int]]] = {}
    for row, end, fact in zip(hop.start.tolist(), hop.end.tolist(), hop.fact.tolist(), strict=True):
        leads.setdefault(row, []).append((end, fact))
    told = [replace(row, member=end, facts=(*row.facts, fact)) for row in rows for end, fact in leads.get(row.member, ())]
    winners = tuple(dict.fromkeys(row.member for row in told))
    members = Members(one.ground.ends, one.confidence, tuple(one.ground.seeds.tolist()), one, hops=len(one.ground.hops))
    return Compared(tuple(told), winners, measure, one.confidence, members.seeds, members=members)


def _when(sets: Sets, rows: NDArray[Any]) -> int | None:
    """The one relation of some rows that says when they were, or began; None where none does, or several do."""
    view = sets.run.view
    groups = view.groups(rows)
    out = groups.way == 0
    relations, counts = np.unique(groups.relation[out], return_counts=True)
    dated = [
        of for of, count in zip(relations.tolist(), counts.tolist(), strict=True) if count >= _MOSTLY * len(rows) and _dates(sets, rows, of)
    ]
    began = [of for of in dated if bound_of(view.relations[of].name) < 0]
    [*found] = began or [of for of in dated if not bound_of(view.relations[of].name)]
    return found[0] if len(found) == 1 else None


def _dates(sets: Sets, rows: NDArray[Any], relation: int) -> bool:
    """Whether what a relation of some rows leads to are times."""
    view, some = sets.run.view, rows[:_LOOKED_AT]
    edges = view.edges(some, np.full(len(some), relation), np.zeros(len(some), np.int64), 1)
    nodes = view.nodes(edges.neighbour)
    years = says_time(view.relations[relation].name) is True
    return bool(nodes) and all(
        isinstance(node, Literal) and (written(node) == "time" or (years and YEAR.fullmatch(node.name) is not None)) for node in nodes
    )
