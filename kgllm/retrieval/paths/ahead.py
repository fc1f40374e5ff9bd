"""Fetching ahead: what the best paths will be followed along, one round trip for each step instead of one for each path.

A view of a server keeps what it fetched, so following the paths afterwards finds it there. What is fetched is at most what
following them one by one would fetch, but for the nodes that a path leaves out on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from kgllm.graphs.ascending import by_key
from kgllm.graphs.base import View
from kgllm.limits import Limits
from kgllm.retrieval.paths.ground import ways_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.ground import Steps


Begun: TypeAlias = "tuple[int, tuple[tuple[int, int], ...]]"
"""The beginning of a path: its seed, and (relation, way) of its steps so far."""


def fetch_ahead(view: View, paths: Iterable[tuple[int, Sequence[Steps], bool]], limits: Limits, handles: Mapping[str, int]) -> None:
    """Fetch the facts along paths (seed, steps, brief) that begin at seeds, all paths together, a step at a time: as many as
    `ground` will ask for."""
    reached: dict[Begun, NDArray[Any]] = {}
    wanted: dict[Begun, tuple[int, int]] = {}  # how many facts of a node are gone on with, and how many are listed
    for seed, steps, brief in paths:
        flat = tuple((handles[relation.id], 0 if way == "out" else 1) for step in steps for relation, way in step)
        reached[seed, ()] = np.array([seed])
        for n in range(1, len(flat) + 1):
            on, listed = wanted.get((seed, flat[:n]), (0, 0))
            few = limits.fan_out if brief and n == 1 else None
            if n < len(flat):
                wanted[seed, flat[:n]] = (max(on, few or limits.frontier), listed)
            else:
                wanted[seed, flat[:n]] = (on, max(listed, few or limits.endpoints))
    for length in range(1, max((len(key[1]) for key in wanted), default=0) + 1):
        level = [key for key in wanted if len(key[1]) == length and len(reached.get((key[0], key[1][:-1]), ()))]
        if not level:
            return
        nodes = [_cut(view, reached[seed, steps[:-1]], limits) for seed, steps in level]
        requests = [
            (i, relation, each)
            for i, (_, steps) in enumerate(level)
            for relation, way in steps[-1:]
            for each in ways_of(view, relation, way)
        ]
        sizes = [len(nodes[i]) for i, _, _ in requests]
        relations, ways = (np.repeat([one[column] for one in requests], sizes) for column in (1, 2))
        most = np.repeat([max(wanted[level[i]]) for i, _, _ in requests], sizes)
        edges = view.edges(np.concatenate([nodes[i] for i, _, _ in requests]), relations, ways, most)  # type: ignore[arg-type]  # these views take one each
        owner = np.repeat([i for i, _, _ in requests], sizes)[edges.row]
        for i, key in enumerate(level):
            if on := wanted[key][0]:
                near = edges.neighbour[owner == i]
                reached[key] = np.unique(near[:on] if length == 1 else near)


def _cut(view: View, nodes: NDArray[Any], limits: Limits) -> NDArray[Any]:
    return nodes if len(nodes) <= limits.frontier else by_key(view, nodes)[: limits.frontier]
