"""Integer handles over an endpoint, for the time of one question: a hop is asked for at once, names are at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from kgllm.graphs.base import Expansion, Graph
from kgllm.graphs.rdf.walk import WAYS
from kgllm.graphs.view import InternedView, Request
from kgllm.types import Node, Way

if TYPE_CHECKING:
    from kgllm.graphs.base import Ints


class Askable(Graph, Protocol):
    """A graph that expands many steps at once, and knows names without asking."""

    def expand_each(self, requests: Sequence[tuple[Node, str, Way]], limits: Sequence[int]) -> list[Expansion]:
        """See `SparqlGraph.expand_each`."""
        ...

    def whole(self, nodes: Sequence[Node]) -> list[Node]:
        """See `SparqlGraph.whole`."""
        ...


class EndpointView(InternedView):
    """An `InternedView` that sends as few requests as it can."""

    remote = True  # every call may be a request: what will be needed is best asked for together

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

    def _expand(self, requests: Mapping[Request, int]) -> None:
        missing = self._missing(requests)
        steps = [(self._nodes[handle], self._relations[relation].id, WAYS[way]) for handle, relation, way in missing]
        if steps:
            self._keep(self._endpoint.expand_each(steps, list(missing.values())), requests)
