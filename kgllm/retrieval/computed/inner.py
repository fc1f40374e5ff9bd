"""Values that stand in parts of things: a court's `dates`, each with its `start`, are rows without names that one court alone leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.graphs.base import some_unnamed
from kgllm.retrieval.computed.wholes import column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run

_LOOKED_AT = 64  # rows whose owners are looked at
PARTS = 64  # of one thing that are read


def parts_with(run: Run, things: NDArray[Any], relation: int) -> dict[int, tuple[int, int]]:
    """By part that has a relation, the thing of these that it is a part of and the fact that says so; empty where what has the relation
    has names, is led to by several relations, or by several things.

    Raises:
        TooMany: the relation has more facts than may be read.
    """
    view = run.view
    if not some_unnamed(view):
        return {}
    parts = distinct(column(run.wholes, view, relation, run.retriever.limits.members, run.deadline).subjects)
    some = parts[:: max(1, len(parts) // _LOOKED_AT)][:_LOOKED_AT]
    if not len(some) or view.named(some).any():
        return {}
    groups = view.groups(some)
    inward = groups.way == 1
    leads = np.unique(groups.relation[inward])
    if len(leads) != 1 or (groups.count[inward] > 1).any() or len(np.unique(groups.origin[inward])) < len(some):
        return {}
    edges = view.edges(things, np.full(len(things), leads[0]), np.zeros(len(things), np.int64), PARTS)
    mine = among(edges.neighbour, parts)
    rows = zip(edges.neighbour[mine].tolist(), things[edges.row[mine]].tolist(), edges.fact[mine].tolist(), strict=True)
    return {part: (thing, fact) for part, thing, fact in rows}
