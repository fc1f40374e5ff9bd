"""A live store with a number for every node, in the order of keys: what lies around a node is read once, as numbers.

For stores whose every statement is one fact or none (`Vocabulary.is_flat`): no lists, nothing said of statements, nothing folded.
Others are walked by `kgllm.graphs.view.InternedView`, an object for each fact.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.errors import GraphError
from kgllm.graphs.base import Along, Edges, Groups, OfType
from kgllm.graphs.rdf.coded import CodedView
from kgllm.graphs.rdf.terms import Stated, Term, iri_of, text_of
from kgllm.graphs.rdf.totals import Totals
from kgllm.graphs.rdf.walk import Walk
from kgllm.types import Fact, Literal, Node, Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Ints

    Numbers = NDArray[np.int64]

KEPT = 1_000_000  # facts of nodes read lately; twice as many at most
_OWN = 8  # what keeping a group takes beside its facts, counted in facts
_NEW_NODES, _NEW_RELATIONS = 1 << 20, 1 << 10  # that may come while no edit is told

Around = dict[tuple[int, int], "Numbers"]
"""The other ends of a node's facts by (relation, way) in order, each ascending by key."""


class Numbered:
    """The numbers of one state of a store; threads may share it."""

    def __init__(self, walk: Walk, totals: Totals) -> None:
        self.walk = walk
        self.terms: list[Term] = [*totals.entities, *totals.literals]
        self.number: dict[Term, int] = {term: i for i, term in enumerate(self.terms)}
        self.in_order = len(self.terms)  # the numbers of those that came later say nothing of their order
        self.entities = len(totals.entities)
        self.relations: list[Relation] = [stats.relation for stats in totals.schema.relations]
        self._relation: dict[str, int] = {relation.id: i for i, relation in enumerate(self.relations)}
        self._of_predicate: dict[str, int] = {}
        self.unnamed = np.array([i for i, term in enumerate(totals.entities) if not getattr(walk.node(term), "named", True)], np.int64)
        self.nodes = 2 * self.in_order + _NEW_NODES  # more than there will be: facts are numbered by their parts
        self.steps = 2 * len(self.relations) + _NEW_RELATIONS
        self._lock = threading.Lock()
        self._recent: dict[int, Around] = {}
        self._before: dict[int, Around] = {}
        self._size = 0

    @property
    def fits(self) -> bool:
        """Whether the parts of a fact fit into one number."""
        return self.nodes**2 * self.steps < 1 << 63

    def at(self, node: Node) -> int:
        """The number of a node, -1 where the store does not have it."""
        term = self.walk.place(node)
        found = self.number.get(term)
        if found is None and self.walk.exists(term):
            found = self._of(term)
        return -1 if found is None else found

    def around(self, node: int) -> Around:
        """The facts around a node, read when they were not lately."""
        found = self._recent.get(node)
        if found is None:
            found = self._before.get(node)
            if found is None:
                found = self._read(self.terms[node])
            with self._lock:
                if self._size > KEPT:
                    self._before, self._recent, self._size = self._recent, {}, 0
                self._recent[node] = found
                self._size += sum(map(len, found.values())) + _OWN * len(found) + _OWN
        return found

    def degree(self, node: int) -> int:
        """Facts out of and into a node."""
        return sum(map(len, self.around(node).values()))

    def along(self, relation: int, limit: int) -> tuple[Numbers, Numbers]:
        """Subjects and objects of all facts of a relation, by their keys; one more than the limit where there are more."""
        predicate = iri_of(self.relations[relation].id, "r")
        pairs: dict[tuple[int, int], None] = {}
        for subject, object in self.walk.statements.along(predicate):
            if self._is_fact(subject, predicate, object):
                pairs[self._number_of(subject), self._number_of(object)] = None  # type: ignore[arg-type]  # no fact has a statement for its object
                if len(pairs) > limit:
                    break
        ends = np.array(list(pairs), np.int64).reshape(-1, 2)
        ends = ends[np.lexsort((self.rank(ends[:, 1]), self.rank(ends[:, 0])))]
        return ends[:, 0], ends[:, 1]

    @cached_property
    def of_type(self) -> dict[str, Numbers]:
        """The entities of each type, as when names and types were read."""
        found: dict[str, list[int]] = {}
        for number, term in enumerate(self.terms[: self.entities]):
            for kind in getattr(self.walk.node(term), "types", ()):
                found.setdefault(kind, []).append(number)
        return {kind: np.array(numbers, np.int64) for kind, numbers in found.items()}

    def rank(self, nodes: Numbers) -> NDArray[Any]:
        """Numbers that order the nodes by key."""
        if not len(nodes) or int(nodes.max()) < self.in_order:
            return nodes
        place = {node: i for i, node in enumerate(self._by_key(set(nodes.tolist())))}
        return np.array([place[node] for node in nodes.tolist()], np.float64)

    def sources(self, subject: str, relation: Relation, object: Term) -> tuple[str, ...]:
        """The named graphs that say a fact."""
        if not self.walk.in_graphs:
            return ()
        predicate = iri_of(relation.id, "r")
        said = {place for one, end, place in self.walk.statements.out(subject) if one == predicate and end == object and place}
        return tuple(sorted(map(text_of, said)))

    def relation_number(self, relation: Relation) -> int:
        """The number of a relation; a new one where it is not known yet."""
        found = self._relation.get(relation.id)
        if found is None:
            with self._lock:
                found = self._relation.setdefault(relation.id, len(self.relations))
                if found == len(self.relations):
                    self.relations.append(relation)
            if found >= self.steps:
                raise GraphError("the store has many more relations than when it was read", hint="call refresh()")
        return found

    def _read(self, term: Term) -> Around:
        found: dict[tuple[int, int], list[int]] = {}
        ways: list[Iterable[tuple[str, Any, str]]] = [self.walk.statements.out(term) if isinstance(term, str) else ()]
        ways.append(self.walk.statements.into(term))
        for way, statements in enumerate(ways):
            for predicate, end, _ in statements:
                subject, object = (term, end) if way == 0 else (end, term)
                if self._is_fact(str(subject), predicate, object):
                    found.setdefault((self._predicate(predicate), way), []).append(self._number_of(end))
        return {key: self._distinct(found[key]) for key in sorted(found)}

    def _is_fact(self, subject: str, predicate: str, object: Term | Stated) -> bool:
        vocabulary = self.walk.vocabulary
        if isinstance(object, Stated) or vocabulary.says_nothing(predicate, object) or vocabulary.is_about_property(subject, predicate):
            return False
        return not isinstance(object, Literal) or bool(object.name.strip())

    def _number_of(self, term: Term) -> int:
        number = self.number.get(term)
        return self._of(term) if number is None else number

    def _distinct(self, ends: list[int]) -> Numbers:
        distinct = np.unique(np.array(ends, np.int64))
        return distinct if distinct[-1] < self.in_order else np.array(self._by_key(distinct.tolist()), np.int64)

    def _by_key(self, nodes: Iterable[int]) -> list[int]:
        return sorted(nodes, key=lambda node: self.walk.key(self.terms[node]))

    def _of(self, term: Term) -> int:
        with self._lock:
            found = self.number.setdefault(term, len(self.terms))
            if found == len(self.terms):
                self.terms.append(term)
        if found >= self.nodes:
            raise GraphError("the store has many more nodes than when it was read", hint="call refresh()")
        return found

    def _predicate(self, predicate: str) -> int:
        found = self._of_predicate.get(predicate)
        if found is None:
            found = self._of_predicate[predicate] = self.relation_number(self.walk.vocabulary.names.relation(predicate))
        return found


class NumberedView(CodedView):
    """A `View` over the numbers of a store.

    >>> import rdflib, kgllm
    >>> from kgllm.types import Entity
    >>> films = rdflib.Graph().parse(data="@prefix : <http://e/> . :Inception :directed_by :Christopher_Nolan .")
    >>> view = kgllm.load(films, backend="rdf").view()
    >>> groups = view.groups(view.handles([Entity("http://e/Inception")]))
    >>> [view.relations[r].name for r in groups.relation], groups.way.tolist(), groups.count.tolist()
    (['directed by'], [0], [1])
    """

    def __init__(self, numbered: Numbered) -> None:
        self._numbered = numbered
        self._nodes, self._steps = numbered.nodes, numbered.steps
        self.any_unnamed = bool(len(numbered.unnamed))

    @property
    def relations(self) -> Sequence[Relation]:
        return self._numbered.relations

    def handles(self, nodes: Sequence[Node]) -> Numbers:
        """The handle of each node, -1 for one that the graph does not have."""
        return np.array([self._numbered.at(node) for node in nodes], np.int64)

    def nodes(self, handles: Ints) -> list[Node]:
        """The node of each handle, with its name, aliases and types."""
        terms, node = self._numbered.terms, self._numbered.walk.node
        return [node(terms[handle]) for handle in handles.tolist()]

    def groups(self, handles: Ints) -> Groups:
        """Which relations leave and enter the nodes, with counts."""
        rows = [
            (origin, relation, way, len(ends))
            for origin, handle in enumerate(handles.tolist())
            for (relation, way), ends in self._numbered.around(handle).items()
        ]
        return Groups(*np.array(rows, np.int64).reshape(-1, 4).T)

    def edges(self, handles: Ints, relations: Ints, ways: Ints, limit: int | Ints) -> Edges:
        """The facts of each request, at most `limit` each (or `limit[i]`)."""
        limits = np.broadcast_to(np.asarray(limit, np.int64), handles.shape)
        around, none = self._numbered.around, np.zeros(0, np.int64)
        asked = zip(handles.tolist(), relations.tolist(), ways.tolist(), strict=True)
        ends = [around(handle).get((relation, way), none) for handle, relation, way in asked]
        return self._edges((handles, relations, ways), ends, limits)

    def of_type(self, type: str, limit: int) -> OfType:
        """See `WholeView.of_type`."""
        found = self._numbered.of_type.get(type, np.zeros(0, np.int64))
        return OfType(found[:limit], len(found))

    def along(self, relation: int, limit: int) -> Along:
        """See `WholeView.along`."""
        subjects, objects = self._numbered.along(relation, limit)
        return self._all_along(subjects, relation, objects)

    def facts(self, facts: Ints) -> list[Fact]:
        """The fact of each handle, whole."""
        numbered, node = self._numbered, self._numbered.walk.node
        found = []
        for subject, relation, object in zip(*(column.tolist() for column in self._parts(facts)), strict=True):
            start, along, end = numbered.terms[subject], numbered.relations[relation], numbered.terms[object]
            found.append(Fact(node(start), along, node(end), (), numbered.sources(str(start), along, end)))  # type: ignore[arg-type]
        return found

    def named(self, handles: Ints) -> NDArray[np.bool_]:
        """False for nodes that only join others."""
        found = ~np.isin(handles, self._numbered.unnamed)
        for at in np.flatnonzero(np.asarray(handles) >= self._numbered.in_order).tolist():
            found[at] = getattr(self._numbered.walk.node(self._numbered.terms[handles[at]]), "named", True)
        return found

    def literal(self, handles: Ints) -> NDArray[np.bool_]:
        """True for literals."""
        found = np.asarray(handles) >= self._numbered.entities
        for at in np.flatnonzero(np.asarray(handles) >= self._numbered.in_order).tolist():
            found[at] = isinstance(self._numbered.terms[handles[at]], Literal)
        return found

    def degrees(self, handles: Ints) -> Numbers:
        """Facts out of and into each node."""
        return np.array([self._numbered.degree(handle) for handle in handles.tolist()], np.int64)

    def rank(self, handles: Ints) -> NDArray[Any]:
        """Numbers that order the handles as `sort_key` does."""
        return self._numbered.rank(np.asarray(handles, np.int64))
