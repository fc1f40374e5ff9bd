"""`InternedView`: integer handles over any graph, for the time of one question.

Nodes, relations and facts get a number when they are first met; what was fetched is kept, so that no node is asked for
twice. Memory is bounded by what the question touches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.base import Along, Edges, Expansion, Graph, Groups, OfType, sort_key
from kgllm.types import Entity, Fact, Literal, Node, Relation, Way

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Bools, Ints

_WAYS: tuple[Way, Way] = ("out", "in")
_LONGEST = 1024  # bytes of a text that `find` takes

Request = tuple[int, int, int]  # node handle, relation handle, way
Row = tuple[int, int, int, bool]  # relation handle, way, count, whether that is capped
Pairs = tuple[list[int], list[int], bool]  # neighbours, facts, truncated


class InternedView:
    """A `View` over a graph that only has the primitives of `Graph`.

    >>> from kgllm.testing import OracleGraph
    >>> view = InternedView(OracleGraph([("Inception", "directed by", "Christopher Nolan")]))
    >>> [film] = view.handles([Entity("Inception")])
    >>> groups = view.groups(np.array([film]))
    >>> [view.relations[r].name for r in groups.relation], groups.way.tolist(), groups.count.tolist()
    (['directed by'], [0], [1])
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._relations: list[Relation] = [stats.relation for stats in graph.schema().relations]
        self._relation: dict[str, int] = {relation.id: i for i, relation in enumerate(self._relations)}
        self._nodes: list[Node] = []
        self._node: dict[Node, int] = {}
        self._given: set[int] = set()  # by the caller, who may know no more than the id
        self._described: set[int] = set()
        self._facts: list[Fact] = []
        self._fact: dict[Fact, int] = {}
        self._groups: dict[int, list[Row]] = {}
        self._edges: dict[tuple[int, int, int], tuple[int, Pairs]] = {}  # … → the limit it was fetched with, what came
        self._whole: dict[int, Along] = {}  # relations all of whose facts are among them

    @property
    def relations(self) -> Sequence[Relation]:
        return self._relations

    def handles(self, nodes: Sequence[Node]) -> Ints:
        """The handle of each node, -1 for one that the graph does not have."""
        new = [node for node in dict.fromkeys(nodes) if node not in self._node]
        for node, counts in zip(new, self._graph.relations(new), strict=True):
            if counts or self._isolated(node):
                handle = self._intern(node)
                self._given.add(handle)
                self._groups[handle] = self._rows(counts)
        return np.array([self._node.get(node, -1) for node in nodes], dtype=np.int64)

    def nodes(self, handles: Ints) -> list[Node]:
        """The node of each handle, with its name, aliases and types."""
        asked = handles.tolist()
        new = [handle for handle in dict.fromkeys(asked) if handle not in self._described]
        if new:
            for handle, found in zip(new, self._graph.describe([self._nodes[handle] for handle in new]), strict=True):
                self._nodes[handle] = found.node
            self._described.update(new)
        return [self._nodes[handle] for handle in asked]

    def groups(self, handles: Ints) -> Groups:
        """Which relations leave and enter the nodes, with counts."""
        asked = handles.tolist()
        self._count(asked)
        rows = [(origin, *row) for origin, handle in enumerate(asked) for row in self._groups[handle]]
        origin, relation, way, count, capped = _columns(rows, 5)
        return Groups(origin, relation, way, count, capped.astype(bool) if capped.any() else None)

    def edges(self, handles: Ints, relations: Ints, ways: Ints, limit: int | Ints) -> Edges:
        """The facts of each request (handles[i], relations[i], ways[i]), at most `limit` each (or `limit[i]`)."""
        requests = list(zip(handles.tolist(), relations.tolist(), ways.tolist(), strict=True))
        limits = np.broadcast_to(np.asarray(limit, np.int64), handles.shape).tolist()
        self._expand(dict(zip(requests, limits, strict=True)))
        rows: list[tuple[int, int, int]] = []
        truncated = np.zeros(len(requests), dtype=bool)
        for i, (request, most) in enumerate(zip(requests, limits, strict=True)):
            neighbours, facts, cut = self._edges[request][1]
            truncated[i] = cut or len(facts) > most
            rows += [(i, *pair) for pair in zip(neighbours[:most], facts[:most], strict=True)]
        row, neighbour, fact = _columns(rows, 3)
        return Edges(row, neighbour, fact, truncated)

    def facts(self, facts: Ints) -> list[Fact]:
        """The fact of each handle, whole."""
        return [self._facts[fact] for fact in facts.tolist()]

    def qualifiers(self, facts: Ints) -> tuple[Ints, Ints, Ints]:
        """Columns (row, relation handle, node handle) of the facts' qualifiers."""
        rows = [
            (row, self._intern_relation(relation), self._intern(value))
            for row, fact in enumerate(facts.tolist())
            for relation, value in self._facts[fact].qualifiers
        ]
        row, relation, node = _columns(rows, 3)
        return row, relation, node

    def named(self, handles: Ints) -> Bools:
        """False for nodes that only join others."""
        asked = handles.tolist()
        self.nodes(np.array([handle for handle in asked if handle in self._given], dtype=np.int64))  # the others came with a fact
        nodes = (self._nodes[handle] for handle in asked)
        return np.array([not isinstance(node, Entity) or node.named for node in nodes], dtype=bool)

    def literal(self, handles: Ints) -> Bools:
        """True for literals."""
        return np.array([isinstance(self._nodes[handle], Literal) for handle in handles.tolist()], dtype=bool)

    def degrees(self, handles: Ints) -> Ints:
        """Facts out of and into each node."""
        asked = handles.tolist()
        self._count(asked)
        return np.array([sum(count for _, _, count, _ in self._groups[handle]) for handle in asked], dtype=np.int64)

    def rank(self, handles: Ints) -> NDArray[np.floating[Any]]:
        """Numbers that order the handles as `sort_key` does; comparable within one call, since nodes are still being met."""
        asked = handles.tolist()
        ordered = sorted(set(asked), key=lambda handle: (sort_key(self._nodes[handle]), handle))
        place = {handle: float(i) for i, handle in enumerate(ordered)}
        return np.array([place[handle] for handle in asked], dtype=np.float64)

    # --- whole kinds and relations ---

    def of_type(self, type: str, limit: int) -> OfType | None:
        """See `WholeView.of_type`: where the graph has it."""
        own: Any = getattr(self._graph, "of_type", None)
        if own is None:
            return None
        nodes, count = own(type, limit)
        handles = [self._intern(node) for node in nodes]
        for handle, node in zip(handles, nodes, strict=True):
            self._nodes[handle] = node
        self._described.update(handles)
        return OfType(np.array(handles, np.int64), count)

    def along(self, relation: int, limit: int) -> Along | None:
        """See `WholeView.along`: where the graph has it. No fact of the relation is asked for again."""
        own: Any = getattr(self._graph, "along", None)
        if own is None or (relation in self._whole and self._whole[relation].count <= limit):
            return self._whole.get(relation)
        facts, count = own(self._relations[relation], limit)
        if count > limit:
            none = np.zeros(0, np.int64)
            return Along(none, none, none, count)
        rows = [(self._intern(fact.subject), self._intern(fact.object), self._intern_fact(fact)) for fact in facts]
        for way in (0, 1):
            pairs: dict[int, tuple[list[int], list[int]]] = {}
            for row in rows:
                ends, mine = pairs.setdefault(row[way], ([], []))
                ends.append(row[1 - way])
                mine.append(row[2])
            self._edges.update(((node, relation, way), (limit, (*both, False))) for node, both in pairs.items())
        subjects, objects, handles = _columns(rows, 3)
        self._whole[relation] = Along(subjects, objects, handles, count)
        return self._whole[relation]

    def _isolated(self, node: Node) -> bool:
        """Whether a node without facts is in the graph."""
        text = str(node.id) if isinstance(node, Entity) else node.name
        if len(text.encode("utf-8", "surrogatepass")) > _LONGEST:
            return False
        return any(match.node == node for match in self._graph.find([text])[0])

    def _intern(self, node: Node) -> int:
        handle = self._node.get(node)
        if handle is None:
            handle = self._node[node] = len(self._nodes)
            self._nodes.append(node)
            if isinstance(node, Literal):
                self._described.add(handle)
        return handle

    def _intern_relation(self, relation: Relation) -> int:
        handle = self._relation.get(relation.id)
        if handle is None:
            handle = self._relation[relation.id] = len(self.relations)
            self._relations.append(relation)
        return handle

    def _intern_fact(self, fact: Fact) -> int:
        handle = self._fact.get(fact)
        if handle is None:
            handle = self._fact[fact] = len(self._facts)
            self._facts.append(fact)
        return handle

    def _rows(self, counts: Iterable[Any]) -> list[Row]:
        return sorted((self._intern_relation(one.relation), _WAYS.index(one.way), one.count, one.capped) for one in counts)

    def _count(self, handles: Sequence[int]) -> None:
        new = [handle for handle in dict.fromkeys(handles) if handle not in self._groups]
        if new:
            for handle, counts in zip(new, self._graph.relations([self._nodes[handle] for handle in new]), strict=True):
                self._groups[handle] = self._rows(counts)

    def _missing(self, requests: Mapping[Request, int]) -> dict[Request, int]:
        """The requests of which too little is known, now taken to have no facts."""
        missing = {}
        for request, limit in requests.items():
            had = self._edges.get(request)
            if had is None or (had[0] < limit and had[1][2]):
                self._edges[request] = (limit, ([], [], False))
                if request[1] not in self._whole:
                    missing[request] = limit
        return missing

    def _expand(self, requests: Mapping[Request, int]) -> None:
        """Fetch what is missing: one call for all nodes that are asked for the same steps."""
        steps_of: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for (handle, relation, way), limit in self._missing(requests).items():
            steps_of.setdefault((handle, limit), []).append((relation, way))
        together: dict[tuple[int, tuple[tuple[int, int], ...]], list[int]] = {}
        for (handle, limit), steps in steps_of.items():
            together.setdefault((limit, tuple(sorted(steps))), []).append(handle)
        for (limit, asked), handles in together.items():
            along = [(self.relations[relation], _WAYS[way]) for relation, way in asked]
            self._keep(self._graph.expand([self._nodes[handle] for handle in handles], along, limit), requests)

    def _keep(self, expansions: Iterable[Expansion], requests: Mapping[Request, int]) -> None:
        for found in expansions:
            request = (self._node[found.node], self._relation[found.relation.id], _WAYS.index(found.way))
            neighbours = [self._intern(step.neighbour) for step in found.steps]
            facts = [self._intern_fact(step.fact) for step in found.steps]
            self._edges[request] = (requests[request], (neighbours, facts, found.truncated))


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> tuple[Ints, ...]:
    return tuple(np.array(rows, dtype=np.int64).reshape(-1, width).T)
