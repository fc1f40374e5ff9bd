"""Numbers over an endpoint of plain facts, for the time of one question: an end is a number from when it is read.

For endpoints that say nothing of statements: no named graphs, no qualifiers. Others have `EndpointView`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.errors import GraphError
from kgllm.graphs.base import Along, Edges, Groups, OfType
from kgllm.graphs.rdf import hop
from kgllm.graphs.rdf.coded import CodedView
from kgllm.graphs.rdf.survey import Ask, Survey
from kgllm.graphs.rdf.terms import Term, iri_of
from kgllm.types import Fact, Literal, Node, Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Bools, Ints

_NEW_NODES, _NEW_RELATIONS = 1 << 22, 1 << 12  # that one question may meet beside those of the survey

Request = tuple[int, int, int]  # node handle, relation handle, way


class PlainView(CodedView):
    """A `View`. What the survey knows has its place there as its handle, so that handles are in the order of keys; what came since
    has later ones."""

    remote = True  # every call may be a request: what will be needed is best asked for together

    def __init__(self, ask: Ask, survey: Survey) -> None:
        self._ask, self._survey = ask, survey
        self.relations: list[Relation] = [stats.relation for stats in survey.schema.relations]
        self._relation = {relation.id: i for i, relation in enumerate(self.relations)}
        self._of_predicate: dict[str, int] = {}
        self._predicates: dict[int, str] = {}
        self._known = len(survey.terms)
        self._new: list[Term] = []
        self._number: dict[Term, int] = {}  # of the new ones
        self._ends: dict[Request, tuple[int, NDArray[np.int64], bool]] = {}  # … → the limit it was fetched with, what came
        self._whole: dict[int, Along] = {}  # relations all of whose facts are among them
        self._nodes, self._steps = self._known + _NEW_NODES, len(self.relations) + _NEW_RELATIONS
        self.any_unnamed = survey.shape.blank == "kept" or survey.names.any_unnamed

    @property
    def fits(self) -> bool:
        """Whether the parts of a fact fit into one number."""
        return self._nodes**2 * self._steps < 1 << 63

    def handles(self, nodes: Sequence[Node]) -> NDArray[np.int64]:
        """The handle of each node, -1 for one that the graph does not have."""
        terms = [hop.place(self._survey, node) for node in nodes]
        strange = [term for term in terms if term not in self._survey.place]
        counts = hop.counts(self._ask, self._survey, strange) if strange else {}
        return np.array([self._of(term) if term in self._survey.place or counts[term] else -1 for term in terms], np.int64)

    def nodes(self, handles: Ints) -> list[Node]:
        """The node of each handle, with its name, aliases and types."""
        terms = [self._term(handle) for handle in handles.tolist()]
        hop.name(self._ask, self._survey, terms)
        return [self._survey.node(term) for term in terms]

    def groups(self, handles: Ints) -> Groups:
        """Which relations leave and enter the nodes, with counts."""
        terms = [self._term(handle) for handle in handles.tolist()]
        counts = hop.counts(self._ask, self._survey, terms)
        rows = [
            (origin, *row)
            for origin, term in enumerate(terms)
            for row in sorted((self._along(predicate), way, count) for (predicate, way), count in counts[term].items())
        ]
        return Groups(*np.array(rows, np.int64).reshape(-1, 4).T)

    def edges(self, handles: Ints, relations: Ints, ways: Ints, limit: int | Ints) -> Edges:
        """The facts of each request (handles[i], relations[i], ways[i]), at most `limit` each (or `limit[i]`)."""
        limits = np.broadcast_to(np.asarray(limit, np.int64), handles.shape)
        requests = list(zip(handles.tolist(), relations.tolist(), ways.tolist(), strict=True))
        self._fetch(requests, limits.tolist())
        had = [self._ends[request] for request in requests]
        cut = np.array([cut for _, _, cut in had], bool)
        return self._edges((handles, relations, ways), [ends for _, ends, _ in had], limits, cut)

    def of_type(self, type: str, limit: int) -> OfType:
        """See `WholeView.of_type`. As of the survey: no request."""
        found = np.array(self._survey.of_type.get(type, ()), np.int64)
        return OfType(found[:limit], len(found))

    def along(self, relation: int, limit: int) -> Along:
        """See `WholeView.along`: one request. No fact of the relation is asked for again."""
        had = self._whole.get(relation)
        if had is not None and had.count <= limit:
            return had
        pairs = hop.along(self._ask, self._survey, self._predicate(relation), limit)
        if pairs is None:
            none = np.zeros(0, np.int64)
            return Along(none, none, none, limit + 1)
        ends = np.array([(self._of(subject), self._of(object)) for subject, object in pairs], np.int64).reshape(-1, 2)
        for way in (0, 1):
            order = np.argsort(ends[:, way], kind="stable")  # the others stay in the order of their keys
            nodes, first = np.unique(ends[order, way], return_index=True)
            others = np.split(ends[order, 1 - way], first[1:])
            self._ends.update(((node, relation, way), (limit, mine, False)) for node, mine in zip(nodes.tolist(), others, strict=False))
        subjects, objects = ends.T
        self._whole[relation] = self._all_along(subjects, relation, objects)
        return self._whole[relation]

    def facts(self, facts: Ints) -> list[Fact]:
        """The fact of each handle, whole."""
        subject, relation, object = self._parts(facts)
        nodes = self.nodes(np.concatenate([subject, object]))
        half = len(nodes) // 2
        rows = zip(nodes[:half], relation.tolist(), nodes[half:], strict=True)
        return [Fact(start, self.relations[along], end) for start, along, end in rows]  # type: ignore[arg-type]  # subjects are entities

    def named(self, handles: Ints) -> Bools:
        """False for nodes that only join others."""
        return np.array([getattr(node, "named", True) for node in self.nodes(handles)], bool)

    def literal(self, handles: Ints) -> Bools:
        """True for literals."""
        return np.array([isinstance(self._term(handle), Literal) for handle in handles.tolist()], bool)

    def degrees(self, handles: Ints) -> NDArray[np.int64]:
        """Facts out of and into each node."""
        terms = [self._term(handle) for handle in handles.tolist()]
        counts = hop.counts(self._ask, self._survey, terms)
        return np.array([sum(counts[term].values()) for term in terms], np.int64)

    def rank(self, handles: Ints) -> NDArray[Any]:
        """Numbers that order the handles as `sort_key` does; comparable within one call."""
        if not len(handles) or int(handles.max()) < self._known:
            return np.asarray(handles, np.int64)
        ordered = sorted(set(handles.tolist()), key=lambda handle: hop.sort_key_of(self._survey, self._term(handle)))
        place = {handle: i for i, handle in enumerate(ordered)}
        return np.array([place[handle] for handle in handles.tolist()], np.int64)

    def _fetch(self, requests: Sequence[Request], limits: Sequence[int]) -> None:
        missing: dict[Request, int] = {}
        for request, limit in zip(requests, limits, strict=True):
            had = self._ends.get(request)
            if had is None and request[1] in self._whole:
                self._ends[request] = (limit, np.zeros(0, np.int64), False)
            elif had is None or (had[0] < limit and had[2]):
                missing[request] = max(limit, missing.get(request, 0))
        asked = {(self._term(handle), self._predicate(relation), way): (handle, relation, way) for handle, relation, way in missing}
        found = hop.ends(self._ask, self._survey, {one: missing[request] for one, request in asked.items()}) if asked else {}
        for one, request in asked.items():
            ends, cut = found.get(one, ([], False))
            self._ends[request] = (missing[request], np.array([self._of(end) for end in ends], np.int64), cut)

    def _term(self, handle: int) -> Term:
        return self._survey.terms[handle] if handle < self._known else self._new[handle - self._known]

    def _of(self, term: Term) -> int:
        found = self._survey.place.get(term)
        if found is not None:
            return found
        found = self._number.get(term)
        if found is None:
            found = self._number[term] = self._known + len(self._new)
            self._new.append(term)
            if found >= self._nodes:
                raise GraphError("the graph has many more nodes than at its survey", hint="call refresh()")
        return found

    def _along(self, predicate: str) -> int:
        found = self._of_predicate.get(predicate)
        if found is None:
            relation = self._survey.names.relation(predicate)
            found = self._relation.setdefault(relation.id, len(self.relations))
            if found == len(self.relations):
                self.relations.append(relation)
            if found >= self._steps:
                raise GraphError("the graph has many more relations than at its survey", hint="call refresh()")
            self._of_predicate[predicate], self._predicates[found] = found, predicate
        return found

    def _predicate(self, relation: int) -> str:
        return self._predicates.get(relation) or iri_of(self.relations[relation].id, "r")
