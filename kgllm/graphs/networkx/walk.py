"""What lies around one node of a live networkx graph, read when it is asked for.

The facts of a node are bundled by relation for one way at a time. Nothing is kept here but the bundles of hubs, so that a
hub of a million edges is read once and not for every question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias

from kgllm.errors import GraphError, shorten
from kgllm.graphs.attributes import Attributes, first_end
from kgllm.graphs.base import sort_key
from kgllm.types import Entity, Fact, Literal, Node, Relation, Way, replace

WAYS: tuple[Way, Way] = ("out", "in")
HUB = 1000  # facts one way; the bundles of such a node are kept until the graph changes
CUT_BY_KEY = 4096  # facts; of a larger bundle the first ones of the graph are given, not the first by key

Data: TypeAlias = Mapping[str, Any]
Row: TypeAlias = tuple[Any, "tuple[Data, ...]"]
"""A neighbour, and the attributes of the equal edges that make this one fact (none for a property)."""


class Bundle:
    """The facts of one (node, relation, way)."""

    __slots__ = ("_ordered", "relation", "rows")

    def __init__(self, relation: Relation) -> None:
        self.relation = relation
        self.rows: list[Row] = []
        self._ordered = False


class Walk:
    """One state of a networkx graph. A new one is made when the graph has changed."""

    def __init__(self, graph: Any, attributes: Attributes) -> None:
        self.graph, self.attributes = graph, attributes
        self.size = len(graph)
        self.relations: dict[str, Relation] = {}
        self._hubs: dict[tuple[Any, Way], dict[str, Bundle]] = {}

    @cached_property
    def nodes(self) -> list[Any]:
        """networkx's nodes, in its order, without literals."""
        self.attributes.check(data for _, data in self.graph.nodes(data=True))
        nodes = [node for node in self.graph if not isinstance(node, Literal)]
        return sorted(nodes, key=self.key) if hasattr(self.graph, "_graph") else nodes  # a view of a graph gives them in a set's order

    @cached_property
    def holders(self) -> dict[Literal, list[tuple[Any, Relation]]]:
        """For each literal that is a property, whose and along which relation."""
        found: dict[Literal, list[tuple[Any, Relation]]] = {}
        for node, data in self.graph.nodes(data=True):
            for relation, literal in self.attributes.properties(node, data) if data else ():
                found.setdefault(literal, []).append((node, relation))
        return found

    @cached_property
    def by_id(self) -> dict[Any, Any]:
        """The networkx node of each id, where ids are not the nodes themselves."""
        found: dict[Any, Any] = {}
        for node in self.nodes:
            key = self.attributes.key(node, self.graph.nodes[node])
            if key in found:
                raise GraphError(
                    f"the nodes {shorten(found[key])} and {shorten(node)} have the same id {key!r}", hint="id=… must tell nodes apart"
                )
            found[key] = node
        return found

    def place(self, node: Node) -> Any | None:
        """networkx's own node for an entity or literal; None where there is none."""
        if isinstance(node, Literal):
            return node if node in self.graph or node in self.holders else None
        if self.attributes.id is not None:
            return self.by_id.get(node.id)
        return node.id if node.id in self.graph else None

    def node(self, own: Any) -> Node:
        """The entity or literal of networkx's own node, as its attributes are now."""
        if isinstance(own, Literal):
            return own
        entity = self.attributes.entity(own, self.graph.nodes[own])
        return replace(entity, named=False) if own in self.joints else entity

    @cached_property
    def joints(self) -> frozenset[Any]:
        """networkx's own nodes that only join others, told by structure."""
        from kgllm.graphs.networkx.joints import joints_of

        return joints_of(self)

    def prepare(self) -> None:
        """Find the joints now, so that no question pays for reading every fact."""
        _ = self.joints

    def key(self, own: Any) -> tuple[int, str, str, str]:
        """`sort_key` of a node, without making it."""
        if isinstance(own, Literal):
            return sort_key(own)
        return (0, str(self.attributes.key(own, self.graph.nodes[own])), "", "")

    def bundles(self, own: Any, way: Way) -> dict[str, Bundle]:
        """The facts of a node one way, by relation id (in no order)."""
        kept = self._hubs.get((own, way))
        if kept is not None:
            return kept
        found: dict[str, Bundle] = {}
        for relation, row in self._rows(own, way):
            bundle = found.get(relation.id)
            if bundle is None:
                bundle = found[relation.id] = Bundle(relation)
            bundle.rows.append(row)
        for bundle in found.values():
            if len({neighbour for neighbour, _ in bundle.rows}) < len(bundle.rows):
                bundle.rows = self._united(bundle.rows)
        if sum(len(bundle.rows) for bundle in found.values()) >= HUB:
            self._hubs[own, way] = found
        return found

    def degree(self, own: Any) -> int:
        """Facts out of and into a node."""
        return sum(len(bundle.rows) for way in WAYS for bundle in self.bundles(own, way).values())

    def rows(self, bundle: Bundle, limit: int) -> list[Row]:
        """At most `limit` rows, ordered by neighbour; of a huge bundle the first that networkx gives."""
        if bundle._ordered:
            return bundle.rows[:limit]
        if len(bundle.rows) > max(limit, CUT_BY_KEY):
            return sorted(islice(bundle.rows, limit), key=self._row_key)
        bundle.rows = sorted(bundle.rows, key=self._row_key)  # a new list: another thread may be reading the old one
        bundle._ordered = True
        return bundle.rows[:limit]

    def fact(self, way: Way, relation: Relation, row: Row, *, here: Node, there: Node) -> Fact:
        """The fact of a row, between this node and its neighbour."""
        datas = row[1]
        subject, object = (here, there) if way == "out" else (there, here)
        if not datas:
            return Fact(subject, relation, object)  # type: ignore[arg-type]
        qualifiers = self.attributes.qualifiers(datas[0])
        if any(isinstance(value, Entity) for _, value in qualifiers):
            qualifiers = tuple((one, self._known(value)) for one, value in qualifiers)
        sources = dict.fromkeys(source for data in datas for source in self.attributes.sources(data))
        return Fact(subject, relation, object, qualifiers, tuple(sources))  # type: ignore[arg-type]

    def _known(self, value: Node) -> Node:
        own = self.place(value)
        return value if own is None else self.node(own)

    def _row_key(self, row: Row) -> tuple[Any, ...]:
        neighbour, datas = row
        more = (
            [(relation.id, sort_key(value)) for relation, value in self.attributes.qualifiers(datas[0])]
            if datas and len(datas[0]) > 1
            else []
        )
        return (self.key(neighbour), more)

    def _united(self, rows: list[Row]) -> list[Row]:
        """Equal facts as one row with the attributes of all; rows of one neighbour that differ in qualifiers stay apart."""
        times = Counter(neighbour for neighbour, _ in rows)
        united: dict[Any, Row] = {}
        for neighbour, datas in rows:
            told = self.attributes.qualifiers(datas[0]) if datas and times[neighbour] > 1 else ()
            had = united.get((neighbour, told))
            united[neighbour, told] = (neighbour, (*had[1], *datas) if had else datas)
        return list(united.values())

    def _rows(self, own: Any, way: Way) -> Iterator[tuple[Relation, Row]]:
        if isinstance(own, Literal):
            if way == "in":
                yield from ((relation, (node, ())) for node, relation in self.holders.get(own, ()))
        elif way == "out":
            yield from ((relation, (literal, ())) for relation, literal in self.attributes.properties(own, self.graph.nodes[own]))
        towards = 1 if way == "out" else 0
        for edge in self._edges(own, way):
            if isinstance(edge[0], Literal):
                raise GraphError(f"an edge leaves the literal {shorten(edge[0].name)}", hint="literals end facts; turn the edge round")
            yield self.attributes.relation_of(*edge), (edge[towards], (edge[3],))

    def _edges(self, own: Any, way: Way) -> Iterator[tuple[Any, Any, Any, Data]]:
        """(subject, object, key, attributes) of the edges out of or into a node; none for a node that is not there."""
        graph, keyed = self.graph, {"keys": True} if self.graph.is_multigraph() else {}
        if graph.is_directed():
            edges = (graph.out_edges if way == "out" else graph.in_edges)([own], data=True, **keyed)
            yield from edges if keyed else ((one, other, None, data) for one, other, data in edges)
            return
        mine = first_end(self.key(own), own) if own in graph else ()
        for edge in graph.edges([own], data=True, **keyed):
            other, key, data = edge[1], edge[2] if keyed else None, edge[-1]
            mine_first = other == own or mine < first_end(self.key(other), other)
            if way == "out" and mine_first:
                yield own, other, key, data
            elif way == "in" and (other == own or not mine_first):
                yield other, own, key, data
