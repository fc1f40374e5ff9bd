"""`NetworkxGraph`: a live networkx graph, walked as it is.

Nothing is copied: every walk reads the graph's own edges, both ways, parallel ones included. Kept beside it are only the
index of names, the owners of literals and the totals, made when they are first needed.

Edits made through the graph's methods (`add_edge`, `remove_node`, …) are seen at the next call. Attributes changed in place
(`graph.nodes[n]["name"] = …`) are walked as they are now; what is found by name or value follows after `refresh()`.

An undirected edge is one fact. networkx does not keep which end was given first, so its subject is the end with the smaller
key; where the direction matters, use a DiGraph.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.attributes import Attributes, RelationOf, Which
from kgllm.graphs.base import Description, Expansion, RelationCount, Schema, Step, sort_key
from kgllm.graphs.kept import Kept, LiveGraph
from kgllm.graphs.networkx.totals import Totals, Wholes, count, wholes
from kgllm.graphs.networkx.walk import WAYS, Bundle, Walk
from kgllm.graphs.nodenames import NodeNames
from kgllm.graphs.wordings import wordings
from kgllm.types import Entity, Fact, Key, Literal, Node, Relation, Way


class NetworkxGraph(LiveGraph["_State"]):
    """A `Graph` over a networkx Graph, DiGraph, MultiGraph or MultiDiGraph. Several threads may read it while none edits.

    Args:
        graph: the networkx graph.
        relation: the edge attribute that holds the relation, "key" for a multigraph's keys, or a function of (subject, object,
            key, attributes). None: the attribute "relation", or else a multigraph's textual key. Other edge attributes qualify.
        id: a node attribute that holds the id, or a function of the node. None: the node itself, a text or whole number.
        name, aliases, types: node attributes, or several of which the first there counts. None: "name" or "label", "aliases" or
            "alias", "types" or "type". Every other attribute is a fact with a literal. Nodes that only join others (events,
            compound values) are found by structure, or say so: the attribute named=False, or named=True.
        source: the edge attribute that says where the fact was read.
        relations: what people call the relations, as in `kgllm.load`.

    >>> import networkx as nx
    >>> from kgllm.types import Entity
    >>> films = nx.MultiDiGraph()
    >>> films.add_edge("Inception", "Christopher Nolan", relation="directed by")
    0
    >>> graph = NetworkxGraph(films)
    >>> [(one.relation.name, one.way) for one in graph.relations([Entity("Christopher Nolan")])[0]]
    [('directed by', 'in')]

    Raises:
        WrongTypeError, ConfigError: not a networkx graph, or an option that cannot be.
    """

    def __init__(
        self,
        graph: Any,
        *,
        relation: RelationOf | None = None,
        id: str | Callable[[Any], Key] | None = None,
        name: Which | None = None,
        aliases: Which | None = None,
        types: Which | None = None,
        source: str | None = None,
        relations: Any = None,
    ) -> None:
        import networkx

        if not isinstance(graph, networkx.Graph):
            raise WrongTypeError(
                f"graph must be a networkx graph, not {shorten(graph)}", hint="without backend= kgllm.load reads files, too"
            )
        self.graph = graph
        self.attributes = Attributes(
            relation=relation, id=id, name=name, aliases=aliases, types=types, source=source, wordings=wordings(relations)
        )
        if relation == "key" and not graph.is_multigraph():
            raise ConfigError('relation="key" needs a multigraph; this graph\'s edges have no keys', hint="name the edge attribute instead")
        super().__init__()

    def __repr__(self) -> str:
        return f"NetworkxGraph({self.graph})"

    def relations(self, nodes: Sequence[Node]) -> list[tuple[RelationCount, ...]]:
        """See `Graph.relations`."""
        walk = self._current().walk
        found = []
        for node in nodes:
            own = walk.place(node)
            pairs = () if own is None else _pairs(walk, own)
            found.append(tuple(RelationCount(bundle.relation, way, len(bundle.rows)) for way, bundle in pairs))
        return found

    def expand(self, nodes: Sequence[Node], steps: Sequence[tuple[Relation, Way]], limit: int) -> list[Expansion]:
        """See `Graph.expand`."""
        walk = self._current().walk
        wanted = sorted({(relation.id, WAYS.index(way)) for relation, way in steps})
        found = []
        for node in nodes:
            own = walk.place(node)
            if own is None:
                continue
            here = walk.node(own)
            for relation_id, way in wanted:
                bundle = walk.bundles(own, WAYS[way]).get(relation_id)
                if bundle is not None:
                    rows = walk.rows(bundle, limit)
                    near = tuple(self._step(walk, own, here, WAYS[way], bundle.relation, row) for row in rows)
                    found.append(Expansion(here, bundle.relation, WAYS[way], near, len(bundle.rows) > limit))
        return found

    @staticmethod
    def _step(walk: Walk, own: Any, here: Node, way: Way, relation: Relation, row: Any) -> Step:
        there = here if row[0] == own else walk.node(row[0])
        return Step(there, walk.fact(way, relation, row, here=here, there=there))

    def describe(self, nodes: Sequence[Node]) -> list[Description]:
        """See `Graph.describe`."""
        walk = self._current().walk
        found = []
        for node in nodes:
            own = walk.place(node)
            if own is None or isinstance(own, Literal):
                found.append(Description(node))
                continue
            bundles = walk.bundles(own, "out").values()
            mine = {(bundle.relation, end) for bundle in bundles for end, _ in bundle.rows if isinstance(end, Literal)}
            ordered = sorted(mine, key=lambda pair: (pair[0].id, sort_key(pair[1])))
            found.append(Description(walk.node(own), tuple(ordered)))
        return found

    def schema(self) -> Schema:
        """See `Graph.schema`."""
        schema = self._current().totals.schema
        self.attributes.wordings.check(stats.relation for stats in schema.relations)
        return schema

    def of_type(self, type: str, limit: int) -> tuple[list[Entity], int]:
        """See `WholeGraph.of_type`."""
        state = self._current()
        owns = state.wholes.members.get(type, ())
        return [state.walk.node(own) for own in owns[:limit]], len(owns)  # type: ignore[misc]  # no literal has a type

    def along(self, relation: Relation, limit: int) -> tuple[list[Fact], int]:
        """See `WholeGraph.along`."""
        state = self._current()
        walk, owns, found = state.walk, state.wholes.subjects.get(relation.id, ()), []
        for own in owns:
            bundle, here = walk.bundles(own, "out").get(relation.id), walk.node(own)
            for row in walk.rows(bundle, limit + 1) if bundle is not None else ():
                there = here if row[0] == own else walk.node(row[0])
                found.append(walk.fact("out", bundle.relation, row, here=here, there=there))  # type: ignore[union-attr]
                if len(found) > limit:
                    return [], len(found)
        return found, len(found)

    def _made(self, number: int) -> _State:
        return _State(Walk(self.graph, self.attributes), f"networkx-{number}")


class _State(Kept):
    """Names, totals and hubs of a graph between two edits, each made when it is first needed."""

    def __init__(self, walk: Walk, version: str) -> None:
        super().__init__(version)
        self.walk = walk
        self._mark = _mark(walk.graph)
        self._names: NodeNames[Any] | None = None
        self._totals: Totals | None = None
        self._wholes: Wholes | None = None
        self._by_key: tuple[np.ndarray, np.ndarray] | None = None  # facts up to each node by key, and how far theirs are shifted

    def holds(self) -> bool:
        """Whether the graph is still as it was."""
        return self._mark is _mark(self.walk.graph) and self.walk.size == len(self.walk.graph)

    @property
    def names(self) -> NodeNames[Any]:
        """The nodes by all their names."""
        with self._lock:
            if self._names is None:
                places = [*self.walk.nodes, *self.totals.literals]
                self._names = NodeNames(places, node=self.walk.node, degree=self._degree, names=partial(_names_of, self.walk))
            return self._names

    @property
    def size(self) -> tuple[int, int]:
        """See `Kept.size`."""
        return self.totals.schema.facts, len(self.walk.nodes)

    @property
    def totals(self) -> Totals:
        """The schema, and how many facts leave the nodes."""
        with self._lock:
            if self._totals is None:
                self._totals = count(self.walk)
                self.walk.prepare()
            return self._totals

    @property
    def wholes(self) -> Wholes:
        """Which nodes are of a type, and which have a relation."""
        with self._lock:
            if self._wholes is None:
                self._wholes = wholes(self.walk)
            return self._wholes

    def _degree(self, node: Node) -> int:
        own = self.walk.place(node)
        return 0 if own is None else self.walk.degree(own)

    def by_key(self, places: Sequence[int]) -> list[int]:
        """See `Kept.by_key`."""
        with self._lock:
            if self._by_key is None:
                before = [0, *self.totals.facts_before]
                order = sorted(range(len(self.walk.nodes)), key=lambda at: self.walk.key(self.walk.nodes[at]))
                sizes = np.array([before[at + 1] - before[at] for at in order], np.int64)
                self._by_key = np.cumsum(sizes), np.array([before[at] for at in order], np.int64) - np.cumsum(sizes) + sizes
            upto, shift = self._by_key
        chosen = np.array(places, np.int64)
        return (chosen + shift[np.searchsorted(upto, chosen, "right")]).tolist() if len(chosen) else []

    def entities(self, start: int, stop: int) -> Iterator[Entity]:
        """In the order of the graph's own nodes."""
        yield from map(self.walk.node, self.walk.nodes[start:stop])

    def facts(self, places: Sequence[int] | range) -> Iterator[Fact]:
        """The facts at places in the order of nodes, then relations, then neighbours."""
        before, last, rows = self.totals.facts_before, -1, []
        for place in places:
            at = bisect_right(before, place)
            own = self.walk.nodes[at]
            if at != last:
                bundles = [bundle for way, bundle in _pairs(self.walk, own) if way == "out"]
                rows = [(bundle.relation, row) for bundle in bundles for row in self.walk.rows(bundle, len(bundle.rows))]
                here, last = self.walk.node(own), at
            relation, row = rows[place - (before[at - 1] if at else 0)]
            there = here if row[0] == own else self.walk.node(row[0])
            yield self.walk.fact("out", relation, row, here=here, there=there)


def _mark(graph: Any) -> object:
    """An object that stays in the graph's own cache until networkx clears it, which it does at every edit."""
    return graph.__networkx_cache__.setdefault("kgllm", object())


def _pairs(walk: Walk, own: Any) -> list[tuple[Way, Bundle]]:
    """The bundles of a node, by (relation id, way)."""
    found = [(way, bundle) for way in WAYS for bundle in walk.bundles(own, way).values()]
    return sorted(found, key=lambda pair: (pair[1].relation.id, WAYS.index(pair[0])))


def _names_of(walk: Walk, own: Any) -> Iterator[tuple[str, str]]:
    """(name, kind) of everything that a node is called; one that only joins others has no more than its id."""
    if isinstance(own, Literal):
        yield own.name, "name"
        return
    data = walk.graph.nodes[own]
    text = str(walk.attributes.key(own, data))
    yield text, "id"
    if data and own not in walk.joints and (node := walk.attributes.entity(own, data)).named:
        if node.name != text:
            yield node.name, "name"
        yield from ((alias, "alias") for alias in node.aliases)
