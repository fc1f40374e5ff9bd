"""`RdfGraph`: a live RDF store in this process, walked as it is.

No fact is copied: every walk reads the store's own statements, both ways. Kept beside it are the vocabulary (labels, types,
lists, statements about statements), the index of names and the totals, made when they are first needed.

An edit of an rdflib graph is seen at the next call. A pyoxigraph Store tells nobody of edits: say `refresh()`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kgllm.graphs.base import Description, Expansion, RelationCount, Schema, Step, View, sort_key
from kgllm.graphs.kept import Kept, LiveGraph
from kgllm.graphs.nodenames import NodeNames
from kgllm.graphs.rdf.client import found
from kgllm.graphs.rdf.numbered import Numbered, NumberedView
from kgllm.graphs.rdf.prefixes import Prefixes
from kgllm.graphs.rdf.stores import statements_of
from kgllm.graphs.rdf.terms import Term
from kgllm.graphs.rdf.totals import Totals, count
from kgllm.graphs.rdf.walk import WAYS, Bundle, Walk
from kgllm.graphs.rows import Rows
from kgllm.graphs.view import InternedView
from kgllm.graphs.waiting import seconds_left
from kgllm.types import Entity, Fact, Literal, Node, Relation, Way

if TYPE_CHECKING:
    from kgllm.graphs.rdf.child import Child

QUERY_SECONDS = 30.0  # of a query outside of an ask


class RdfGraph(LiveGraph["_State"]):
    """A `Graph` over an rdflib Graph or Dataset (with any rdflib Store), or a pyoxigraph Store. Threads may read it while none edits.

    Args:
        source: the rdflib graph or the store. Of a Dataset every graph is read; a named graph is the source of its facts.
        id, name, aliases, types: the predicates (IRIs, or lists of them) that say these, instead of the usual ones.
        language: whose labels are the names, or several languages, the best first; then untagged labels, then English.
        same_as: fold nodes that owl:sameAs joins into one, under the smallest IRI.

    >>> import rdflib
    >>> from kgllm.types import Entity
    >>> films = rdflib.Graph().parse(data="@prefix : <http://e/> . :Inception :directed_by :Christopher_Nolan .")
    >>> graph = RdfGraph(films)
    >>> [(one.relation.name, one.way) for one in graph.relations([Entity("http://e/Christopher_Nolan")])[0]]
    [('directed by', 'in')]

    Raises:
        WrongTypeError, ConfigError: not an RDF graph, or an option that cannot be.
    """

    def __init__(self, source: Any, /, **options: Any) -> None:
        from kgllm.graphs.readers.options import check_options

        check_options(options, ("id", "name", "aliases", "types", "language", "same_as", "relations"), "a live RDF graph", everywhere=False)
        self.source = source
        self.statements = statements_of(source)
        self.options = options
        self.prefixes = Prefixes(self.statements.prefixes())
        super().__init__()
        self._child: tuple[str, Child] | None = None  # a copy of this version, for queries

    def __repr__(self) -> str:
        return f"RdfGraph({type(self.source).__module__.partition('.')[0]}.{type(self.source).__qualname__})"

    def relations(self, nodes: Sequence[Node]) -> list[tuple[RelationCount, ...]]:
        """See `Graph.relations`."""
        walk = self._current().walk
        found = []
        for node in nodes:
            pairs = _ordered(walk.bundles(walk.place(node)))
            found.append(tuple(RelationCount(bundle.relation, way, len(bundle.rows)) for way, bundle in pairs))
        return found

    def expand(self, nodes: Sequence[Node], steps: Sequence[tuple[Relation, Way]], limit: int) -> list[Expansion]:
        """See `Graph.expand`."""
        walk = self._current().walk
        wanted = sorted({(relation.id, WAYS.index(way)) for relation, way in steps})
        found = []
        for node in nodes:
            term = walk.place(node)
            bundles = walk.bundles(term)
            here = walk.node(term)
            for relation_id, way in wanted:
                bundle = bundles.get((relation_id, WAYS[way]))
                if bundle is not None:
                    near = []
                    for row in walk.rows(bundle, limit):
                        there = walk.node(row[0])
                        near.append(Step(there, walk.fact(WAYS[way], bundle.relation, row, here, there)))
                    found.append(Expansion(here, bundle.relation, WAYS[way], tuple(near), len(bundle.rows) > limit))
        return found

    def describe(self, nodes: Sequence[Node]) -> list[Description]:
        """See `Graph.describe`."""
        walk = self._current().walk
        found = []
        for node in nodes:
            term = walk.place(node)
            if isinstance(term, Literal) or not walk.exists(term):
                found.append(Description(node))
                continue
            bundles = walk.bundles(term).items()
            mine = {(b.relation, row[0]) for (_, way), b in bundles if way == "out" for row in b.rows if isinstance(row[0], Literal)}
            found.append(Description(walk.node(term), tuple(sorted(mine, key=lambda pair: (pair[0].id, sort_key(pair[1]))))))
        return found

    def schema(self) -> Schema:
        """See `Graph.schema`."""
        return self._current().totals.schema

    def of_type(self, type: str, limit: int) -> tuple[list[Entity], int]:
        """See `WholeGraph.of_type`."""
        walk, found, count = self._current().walk, [], 0
        for term in self._current().totals.entities:
            node = walk.node(term)
            if isinstance(node, Entity) and type in node.types:
                count += 1
                if count <= limit:
                    found.append(node)
        return found, count

    def along(self, relation: Relation, limit: int) -> tuple[list[Fact], int]:
        """See `WholeGraph.along`: of a store that holds lists, or statements about statements, all is looked at for that."""
        state, found = self._current(), list[Fact]()
        for term in state.totals.entities:
            bundle = state.walk.out(term).get(relation.id)
            if bundle is not None:
                here = state.walk.node(term)
                rows = state.walk.rows(bundle, limit + 1)
                found += [state.walk.fact("out", bundle.relation, row, here, state.walk.node(row[0])) for row in rows]
                if len(found) > limit:
                    return [], len(found)
        return found, len(found)

    def query(self, text: str, parameters: Mapping[str, Any] | None = None, *, limit: int = 100) -> Rows:
        """The rows of your own SELECT or ASK, at most `limit`; the prefixes of the graph need no declaration.

        It runs on a copy of the statements in a process of its own, which is ended when the time or the memory is over; the copy
        is kept until the graph changes. parameters: values for variables of the text; they never become part of its syntax.

        Raises:
            UnsafeQueryError: it does more than read what is there. GraphQueryError: it is wrong. GraphTimeout: not in time.
        """
        from kgllm.graphs.rdf.child import Child
        from kgllm.graphs.rdf.query import checked, rows_of

        asked = checked(text, parameters, limit=limit, prefixes=self.prefixes)
        state = self._current()
        with self._lock:
            if self._child is None or self._child[0] != state.version or not self._child[1].alive:
                self.close()
                self._child = (state.version, Child(self.statements.dump()))
            child = self._child[1]
        told = child.answer(asked.text, seconds_left(QUERY_SECONDS))
        walk = state.walk

        def term(one: Any) -> Term:
            found_ = found(one).term
            return walk.vocabulary.leader(found_) if isinstance(found_, str) else found_  # type: ignore[return-value]

        return rows_of(asked, told, term, walk.node, walk.vocabulary.names.relation, limit=limit)

    def close(self) -> None:
        """End the process in which queries run, if there is one."""
        if self._child is not None:
            self._child[1].close()
            self._child = None

    def view(self) -> View:
        """Integer handles for one question."""
        numbered = self._current().numbered
        return InternedView(self) if numbered is None else NumberedView(numbered)

    def _made(self, number: int) -> _State:
        edits = self.statements.edits()  # first: what comes meanwhile is seen as an edit
        return _State(Walk(self.statements, self.options), f"rdf-{number}", edits)


class _State(Kept):
    """Names, totals and hubs of a store between two edits, each made when it is first needed."""

    def __init__(self, walk: Walk, version: str, edits: Any) -> None:
        super().__init__(version)
        self.walk, self._edits = walk, edits
        self._names: NodeNames[Term] | None = None
        self._totals: Totals | None = None
        self._numbered: Numbered | None = None

    def holds(self) -> bool:
        """Whether the store tells of no edit since."""
        return self._edits == self.walk.statements.edits()

    @property
    def names(self) -> NodeNames[Term]:
        """The nodes by all their names."""
        with self._lock:
            if self._names is None:
                places: list[Term] = [*self.totals.entities, *self.totals.literals]
                self._names = NodeNames(places, node=self.walk.node, degree=self._degree)
            return self._names

    @property
    def size(self) -> tuple[int, int]:
        """See `Kept.size`."""
        return self.totals.schema.facts, len(self.totals.entities)

    @property
    def totals(self) -> Totals:
        """The schema, and how many facts leave the nodes."""
        with self._lock:
            if self._totals is None:
                self._totals = count(self.walk)
            return self._totals

    @property
    def numbered(self) -> Numbered | None:
        """The store by numbers, where its every statement is one fact or none."""
        with self._lock:
            if self._numbered is None and self.walk.vocabulary.is_flat:
                numbered = Numbered(self.walk, self.totals)
                self._numbered = numbered if numbered.fits else None
            return self._numbered

    def _degree(self, node: Node) -> int:
        if (numbered := self.numbered) is not None:
            return numbered.degree(numbered.at(node))
        return sum(len(bundle.rows) for bundle in self.walk.bundles(self.walk.place(node)).values())

    def entities(self, start: int, stop: int) -> Iterator[Entity]:
        """In the order of their terms."""
        yield from map(self.walk.node, self.totals.entities[start:stop])

    def facts(self, places: Sequence[int] | range) -> Iterator[Fact]:
        """The facts at places in the order of entities, then relations, then neighbours."""
        before, last, rows = self.totals.facts_before, -1, []
        for place in places:
            at = bisect_right(before, place)
            term = self.totals.entities[at]
            if at != last:
                bundles = sorted(self.walk.out(term).values(), key=lambda bundle: bundle.relation.id)
                rows = [(bundle.relation, row) for bundle in bundles for row in self.walk.rows(bundle, len(bundle.rows))]
                here, last = self.walk.node(term), at
            relation, row = rows[place - (before[at - 1] if at else 0)]
            yield self.walk.fact("out", relation, row, here, self.walk.node(row[0]))


def _ordered(bundles: dict[tuple[str, Way], Bundle]) -> list[tuple[Way, Bundle]]:
    """The bundles of a node, by (relation id, way)."""
    return [(way, bundles[one, way]) for one, way in sorted(bundles, key=lambda key: (key[0], WAYS.index(key[1])))]
