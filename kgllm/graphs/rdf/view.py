"""Integer handles over an endpoint, for the time of one question: a hop is asked for at once, names are at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from kgllm.graphs.base import Expansion, Graph
from kgllm.graphs.rdf.walk import WAYS
from kgllm.graphs.view import InternedView
from kgllm.types import Node, Way

if TYPE_CHECKING:
    from kgllm.graphs.base import Ints


class Askable(Graph, Protocol):
    """A graph that expands many steps at once, and knows names without asking."""

    def expand_each(self, requests: Sequence[tuple[Node, str, Way]], limit: int) -> list[Expansion]:
        """See `SparqlGraph.expand_each`."""
        ...

    def whole(self, nodes: Sequence[Node]) -> list[Node]:
        """See `SparqlGraph.whole`."""
        ...


class EndpointView(InternedView):
    """An `InternedView` that sends as few requests as it can."""

    def __init__(self, graph: Askable) -> None:
        super().__init__(graph)
        self._endpoint: Any = graph

    def nodes(self, handles: Ints) -> list[Node]:
        """The node of each handle, with its name, aliases and types."""
        asked = handles.tolist()
        new = [handle for handle in dict.fromkeys(asked) if handle not in self._described]
        if new:
            for handle, node in zip(new, self._endpoint.whole([self._nodes[handle] for handle in new]), strict=True):
                self._nodes[handle] = node
            self._described.update(new)
        return [self._nodes[handle] for handle in asked]

    def _expand(self, requests: Iterable[tuple[int, int, int]], limit: int) -> None:
        missing = []
        for request in requests:
            had = self._edges.get(request)
            if had is None or (had[0] < limit and had[1][2]):
                self._edges[request] = (limit, ([], [], False))
                missing.append(request)
        steps = [(self._nodes[handle], self._relations[relation].id, WAYS[way]) for handle, relation, way in missing]
        for found in self._endpoint.expand_each(steps, limit) if steps else ():
            request = (self._node[found.node], self._relation[found.relation.id], WAYS.index(found.way))
            neighbours = [self._intern(step.neighbour) for step in found.steps]
            facts = [self._intern_fact(step.fact) for step in found.steps]
            self._edges[request] = (limit, (neighbours, facts, found.truncated))
