"""Fetching ahead: what the best paths will be followed along, one round trip for each step instead of one for each path.

A view of a server keeps what it fetched, so following the paths afterwards finds it there. What is fetched is at most what
following them one by one would fetch, but for the nodes that a path leaves out on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.base import View
from kgllm.limits import Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.ground import Steps


def fetch_ahead(view: View, paths: Iterable[tuple[int, Sequence[Steps]]], limits: Limits, handles: Mapping[str, int]) -> None:
    """Fetch the facts along paths (seed, steps) that begin at seeds, all paths together, a step at a time."""
    reached: dict[tuple[int, tuple[tuple[int, int], ...]], NDArray[Any]] = {}
    todo: dict[tuple[int, tuple[tuple[int, int], ...]], bool] = {}  # (seed, steps so far) → whether it goes on
    for seed, steps in paths:
        flat = tuple((handles[relation.id], 0 if way == "out" else 1) for step in steps for relation, way in step)
        reached[seed, ()] = np.array([seed])
        for n in range(1, len(flat) + 1):
            todo[seed, flat[:n]] = todo.get((seed, flat[:n]), False) or n < len(flat)
    for length in range(1, max((len(key[1]) for key in todo), default=0) + 1):
        level = [key for key in todo if len(key[1]) == length and len(reached.get((key[0], key[1][:-1]), ()))]
        if not level:
            return
        goes_on = [todo[key] for key in level]
        most = max(limits.frontier if any(goes_on) else 1, limits.endpoints if not all(goes_on) else 1)
        nodes = [_cut(view, reached[seed, steps[:-1]], limits) for seed, steps in level]
        sizes = [len(one) for one in nodes]
        relations = np.repeat([steps[-1][0] for _, steps in level], sizes)
        ways = np.repeat([steps[-1][1] for _, steps in level], sizes)
        edges = view.edges(np.concatenate(nodes), relations, ways, most)
        owner = np.repeat(np.arange(len(level)), sizes)[edges.row]
        for i, key in enumerate(level):
            if todo[key]:
                reached[key] = np.unique(edges.neighbour[owner == i])


def _cut(view: View, nodes: NDArray[Any], limits: Limits) -> NDArray[Any]:
    return nodes if len(nodes) <= limits.frontier else nodes[np.argsort(view.rank(nodes), kind="stable")][: limits.frontier]
