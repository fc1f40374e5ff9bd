"""What lies around one node of a live RDF store, read when it is asked for; and the vocabulary, which is read once.

The facts of hubs are kept, so that a node of a million statements is read once and not for every question; those of other nodes
for a while.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kgllm.graphs.base import sort_key
from kgllm.graphs.rdf.stores import Statements
from kgllm.graphs.rdf.terms import Quad, Stated, Term, iri_of, text_of
from kgllm.graphs.rdf.vocabulary import Meant, Reified, Vocabulary
from kgllm.types import Entity, Fact, Literal, Node, Relation, Way

WAYS: tuple[Way, Way] = ("out", "in")
HUB = 1000  # facts; the bundles of such a node are kept until the graph changes
CUT_BY_KEY = 100_000  # facts; of a larger bundle the first ones of the store are given, not the first by key
RECENT = 200_000  # facts of nodes that are no hubs, kept until there are more
_PLACE = "the RDF graph"

Row = tuple[Term, tuple[tuple[Relation, Node], ...], tuple[str, ...]]
"""The neighbour, the qualifiers, and the sources of a fact."""


class Bundle:
    """The facts of one (node, relation, way)."""

    __slots__ = ("ordered", "relation", "rows")

    def __init__(self, relation: Relation, rows: list[Row]) -> None:
        self.relation, self.rows, self.ordered = relation, rows, False


class Walk:
    """One state of a store. A new one is made when the store has changed."""

    def __init__(self, statements: Statements, options: Mapping[str, Any]) -> None:
        self.statements = statements
        self.in_graphs = False  # whether a statement is in a named graph
        self.terms: dict[Term, None] = {}  # subjects and objects of statements that may be facts
        self.vocabulary = Vocabulary(self._noted(), options, _PLACE)
        self.qualified = Reified(self.vocabulary, statements.out, statements.holds, bool)
        self._entities: dict[str, Entity] = {}
        self._hubs: dict[Term, dict[tuple[str, Way], Bundle]] = {}
        self._recent: dict[Term, dict[tuple[str, Way], Bundle]] = {}
        self._recent_facts = 0

    def _noted(self) -> Iterator[Quad]:
        for quad in self.statements.quads():
            self.terms[quad[0]] = None
            if not isinstance(quad[2], Stated):
                self.terms[quad[2]] = None
            if quad[3]:
                self.in_graphs = True
            yield quad

    def place(self, node: Node) -> Term:
        """The term of a node, of all that are the same the one that stands for them; there need be no such term in the store."""
        if isinstance(node, Literal):
            return node
        names = self.vocabulary.names
        term = names.node(node.id) or iri_of(node.id)
        return self.vocabulary.leader(term)

    def node(self, term: Term) -> Node:
        """The entity or literal of a term."""
        if isinstance(term, Literal):
            return term
        found = self._entities.get(term)
        if found is None:
            found = self._entities[term] = self.vocabulary.names.entity(term)
        return found

    def key(self, term: Term) -> tuple[int, str, str, str]:
        """`sort_key` of a term's node."""
        return (0, str(self.vocabulary.names.key(term)), "", "") if isinstance(term, str) else sort_key(term)

    def bundles(self, term: Term) -> dict[tuple[str, Way], Bundle]:
        """The facts of a term's node both ways, by relation id and way."""
        kept = self._hubs.get(term) or self._recent.get(term)
        if kept is not None:
            return kept
        rows: dict[tuple[str, Way], dict[tuple[Any, ...], tuple[str, ...]]] = {}
        relations: dict[str, Relation] = {}
        for way, facts in (("out", self._out(term)), ("in", self._into(term))):
            for one, place in facts:
                relation = self.vocabulary.names.relation(one.predicate)
                relations[relation.id] = relation
                row = (one.object if way == "out" else one.subject, one.qualifiers)
                _add(rows.setdefault((relation.id, way), {}), row, one, place)  # type: ignore[arg-type]
        found = {key: Bundle(relations[key[0]], [(*row, sources) for row, sources in mine.items()]) for key, mine in rows.items()}
        total = sum(len(bundle.rows) for bundle in found.values())
        if total >= HUB:
            self._hubs[term] = found
            return found
        if self._recent_facts > RECENT:
            self._recent, self._recent_facts = {}, 0
        self._recent[term] = found
        self._recent_facts += total + 1
        return found

    def out(self, term: str) -> dict[str, Bundle]:
        """The facts out of a term's node, by relation id; none of them kept."""
        rows: dict[str, dict[tuple[Any, ...], tuple[str, ...]]] = {}
        for one, place in self._out(term):
            _add(rows.setdefault(one.predicate, {}), (one.object, one.qualifiers), one, place)
        relations = [(self.vocabulary.names.relation(predicate), mine) for predicate, mine in rows.items()]
        return {relation.id: Bundle(relation, [(*row, sources) for row, sources in mine.items()]) for relation, mine in relations}

    def _out(self, term: Term) -> Iterator[tuple[Meant, str]]:
        """The facts out of a node, each with the named graph of its statement; one said in several graphs comes as often."""
        if isinstance(term, str):
            for mine in self.vocabulary.members(term):
                for predicate, object, place in () if self.vocabulary.parts.is_part(mine) else self.statements.out(mine):
                    yield from ((one, place) for one in self.meant(mine, predicate, object))

    def _into(self, term: Term) -> Iterator[tuple[Meant, str]]:
        """The facts into a node: of its statements, of those with a list that holds it, of Wikibase's nodes that lead to it."""
        structure, parts = self.vocabulary.structure, self.vocabulary.parts
        for mine in self.vocabulary.members(term) if isinstance(term, str) else (term,):
            claims = [node for one in structure.reached(mine) for node in structure.reifiers(one)] if structure.has_claims else []
            for end in (mine, *structure.heads(mine), *claims):
                for predicate, subject, place in () if parts.is_part(end) else self.statements.into(end):
                    if parts.is_part(subject):
                        for owner, through in parts.holders(str(subject), predicate):
                            yield from ((one, place) for one in self.meant(owner, through, end) if one.object == term)
                        continue
                    yield from ((one, place) for one in self.meant(str(subject), predicate, end) if one.object == term)

    def meant(self, subject: str, predicate: str, object: Term | Stated) -> Iterator[Meant]:
        """The facts that a statement makes."""
        vocabulary = self.vocabulary
        if vocabulary.says_nothing(predicate, object) or vocabulary.is_about_property(subject, predicate):
            return
        if self.qualified.spoken_for(subject) or isinstance(object, Stated):
            return
        if vocabulary.is_flat:
            if isinstance(object, str) or object.name.strip():
                yield Meant(subject, predicate, object)
            return
        for one in vocabulary.facts(subject, predicate, object, self.qualified):
            if isinstance(one.object, str) or one.object.name.strip():
                yield one

    def exists(self, term: Term) -> bool:
        """Whether a node is in the graph: it has a fact, or something names or types it."""
        if self.bundles(term):
            return True
        if not isinstance(term, str) or self.vocabulary.is_property(term) or self.vocabulary.structure.is_list(term):
            return False
        return self.vocabulary.names.is_described(term) and not self.qualified.spoken_for(term)

    def rows(self, bundle: Bundle, limit: int) -> list[Row]:
        """At most `limit` rows, ordered by neighbour; of a huge bundle the first that the store gives."""
        if bundle.ordered:
            return bundle.rows[:limit]
        if len(bundle.rows) > max(limit, CUT_BY_KEY):
            return sorted(bundle.rows[:limit], key=self._row_key)
        bundle.rows = sorted(bundle.rows, key=self._row_key)  # a new list: another thread may be reading the old one
        bundle.ordered = True
        return bundle.rows[:limit]

    def fact(self, way: Way, relation: Relation, row: Row, here: Node, there: Node) -> Fact:
        """The fact of a row, between this node and its neighbour."""
        subject, object = (here, there) if way == "out" else (there, here)
        return Fact(subject, relation, object, row[1], row[2])  # type: ignore[arg-type]

    def _row_key(self, row: Row) -> tuple[Any, ...]:
        return self.key(row[0]), [(relation.id, sort_key(value)) for relation, value in row[1]]


def _add(mine: dict[tuple[Any, ...], tuple[str, ...]], row: tuple[Any, ...], one: Meant, place: str) -> None:
    sources = one.sources if one.sources is not None else (text_of(place),) if place else ()
    had = mine.get(row)
    mine[row] = sources if not had else tuple(sorted({*had, *sources}))
