"""`SparqlGraph`: a graph behind a SPARQL 1.1 endpoint, walked by a closed set of texts (`kgllm.graphs.rdf.texts`).

Names and totals are read once and held (`Survey`); every fact is asked for when a question needs it.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, Self
from typing import Literal as Choice

from kgllm.errors import GraphError, GraphQueryError, WrongTypeError, shorten
from kgllm.graphs.base import Description, Expansion, Match, Page, RelationCount, Schema, Step, sort_key
from kgllm.graphs.nodenames import NodeNames
from kgllm.graphs.primitives import drawn
from kgllm.graphs.rdf import hop
from kgllm.graphs.rdf.client import Rows, SparqlClient, found
from kgllm.graphs.rdf.names import Names
from kgllm.graphs.rdf.plain import PlainView
from kgllm.graphs.rdf.prefixes import Prefixes
from kgllm.graphs.rdf.survey import Survey, survey
from kgllm.graphs.rdf.terms import Term, iri_of
from kgllm.graphs.rdf.view import EndpointView
from kgllm.graphs.rdf.walk import WAYS
from kgllm.graphs.rows import Rows as UserRows
from kgllm.types import Entity, Fact, Node, Relation, Way


class Endpoint(Protocol):
    """What answers SPARQL: `SparqlClient`, or anything with these two."""

    def rows(self, text: str, *, seconds: float | None = None) -> Rows:
        """The rows of a SELECT."""
        ...

    def close(self) -> None:
        """Nothing more will be asked."""
        ...


class SparqlGraph:
    """A `Graph` behind a SPARQL 1.1 endpoint. Threads may share it.

    Args:
        endpoint: its address ("sparql+https://…" or "https://…"), or an object that answers (`Endpoint`).
        auth: (user, password), a bearer token, or an `httpx.Auth`. Never in the address.
        timeout: seconds of one request with its repetitions; of an ask never more than the ask has left.
        retries, headers, most_bytes, http: see `kgllm.graphs.rdf.client.SparqlClient`.
        survey_seconds: for each of the requests that read names and totals once.
        prefixes: namespaces by prefix, for showing IRIs and for `query`.
        id, name, aliases, types, language: as of every RDF graph. same_as: fold what owl:sameAs joins; every fact around such
            nodes is read with the survey.

    `notes` says what of the graph cannot be walked.

    Raises:
        ConfigError: the address, or an option, cannot be. Nothing is asked before it is needed.
    """

    def __init__(
        self,
        endpoint: str | Endpoint,
        /,
        *,
        auth: Any = None,
        timeout: float = 30.0,
        retries: int = 2,
        headers: Mapping[str, str] | None = None,
        most_bytes: int = 1 << 28,
        http: Mapping[str, Any] | None = None,
        survey_seconds: float = 300.0,
        prefixes: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        from kgllm.graphs.readers.options import check_options

        check_options(
            options, ("id", "name", "aliases", "types", "language", "same_as", "relations"), "a SPARQL endpoint", everywhere=False
        )
        Names(options)  # refuses what cannot be, now
        if not isinstance(options.get("same_as", False), bool):
            raise WrongTypeError(f"same_as must be True or False, not {shorten(options['same_as'])}")
        self.prefixes = Prefixes(prefixes or {})
        self.endpoint: Endpoint = (
            SparqlClient(endpoint, auth=auth, headers=headers, timeout=timeout, retries=retries, most_bytes=most_bytes, http=http)
            if isinstance(endpoint, str)
            else endpoint
        )
        self.options, self.survey_seconds = options, survey_seconds
        self._lock = threading.RLock()
        self._state: _State | None = None
        self._surveys = 0

    def __repr__(self) -> str:
        return f"SparqlGraph({getattr(self.endpoint, 'url', self.endpoint)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.endpoint.close()

    def refresh(self) -> None:
        """Read names and totals anew, after the graph behind the endpoint changed."""
        self._state = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the graph cannot be walked."""
        return self._current().survey.notes

    def find(self, names: Sequence[str]) -> list[tuple[Match, ...]]:
        """See `Graph.find`."""
        return self._current().names.find(names)

    def search(self, text: str, limit: int = 10) -> tuple[Match, ...]:
        """See `Graph.search`."""
        return self._current().names.search(text, limit)

    def relations(self, nodes: Sequence[Node]) -> list[tuple[RelationCount, ...]]:
        """See `Graph.relations`."""
        known = self._current().survey
        places = [hop.place(known, node) for node in nodes]
        counts = hop.counts(self._ask, known, places)
        found = []
        for one in places:
            rows = [RelationCount(known.names.relation(p), WAYS[way], count) for (p, way), count in counts[one].items()]
            found.append(tuple(sorted(rows, key=lambda row: (row.relation.id, WAYS.index(row.way)))))
        return found

    def expand(self, nodes: Sequence[Node], steps: Sequence[tuple[Relation, Way]], limit: int) -> list[Expansion]:
        """See `Graph.expand`."""
        wanted = sorted({(relation.id, WAYS.index(way)) for relation, way in steps})
        requests = [(node, relation, WAYS[way]) for node in nodes for relation, way in wanted]
        return self.expand_each(requests, [limit] * len(requests))

    def expand_each(self, requests: Sequence[tuple[Node, str, Way]], limits: Sequence[int]) -> list[Expansion]:
        """`expand` of single steps (node, relation's id, way), each with its limit, in as few requests as all of them need."""
        known = self._current().survey
        asked = [(hop.place(known, node), iri_of(relation, "r"), WAYS.index(way)) for node, relation, way in requests]
        most: dict[hop.Request, int] = {}
        for request, limit in zip(asked, limits, strict=True):
            most[request] = max(limit, most.get(request, 0))
        near = hop.near(self._ask, known, most) if asked else {}
        found = []
        for one, predicate, way in asked:
            facts, truncated = near.get((one, predicate, way), ((), False))
            if facts:
                here, relation = known.node(one), known.names.relation(predicate)
                found.append(
                    Expansion(here, relation, WAYS[way], tuple(_step(known, here, relation, WAYS[way], fact) for fact in facts), truncated)
                )
        return found

    def view(self) -> EndpointView | PlainView:
        """Integer handles for one question, which ask for a whole hop at once."""
        known = self._current().survey
        plain = PlainView(self._ask, known)
        return plain if plain.fits and not known.shape.told else EndpointView(self)

    def whole(self, nodes: Sequence[Node]) -> list[Node]:
        """Nodes with their names and types, as far as they are known."""
        known = self._current().survey
        places = [hop.place(known, node) for node in nodes]
        hop.name(self._ask, known, places)
        return [known.node(one) if isinstance(one, str) else node for node, one in zip(nodes, places, strict=True)]

    def describe(self, nodes: Sequence[Node]) -> list[Description]:
        """See `Graph.describe`."""
        state = self._current()
        known = state.survey
        places = [hop.place(known, node) for node in nodes]
        counts = hop.counts(self._ask, known, [one for one in places if isinstance(one, str) and one not in state.entities])
        mine = [one for one in dict.fromkeys(places) if isinstance(one, str) and (one in state.entities or counts.get(one))]
        literals = dict(zip(mine, hop.literals_of(self._ask, known, mine), strict=True))
        found = []
        for node, one in zip(nodes, places, strict=True):
            if not isinstance(one, str) or one not in literals:
                found.append(Description(node))
                continue
            ordered = sorted(literals[one], key=lambda pair: (pair[0].id, sort_key(pair[1])))
            found.append(Description(known.node(one), tuple(ordered)))
        return found

    def schema(self) -> Schema:
        """See `Graph.schema`. As of the last survey."""
        return self._current().survey.schema

    def scan(self, cursor: Any | None = None, limit: int = 10_000, *, what: Choice["facts", "entities"] = "facts") -> Page:
        """See `Graph.scan`. A cursor of before a `refresh` is refused: start again.

        Raises:
            GraphError: the graph was surveyed anew since the cursor was given, or has other facts than when it was.
        """
        state = self._current()
        if cursor is not None and cursor[0] != state.version:
            raise GraphError("the graph was surveyed anew during the scan", hint="start again without a cursor")
        start = 0 if cursor is None else cursor[1]
        entities = state.survey.entities
        total = len(entities) if what == "entities" else state.survey.schema.facts
        stop = min(start + limit, total)
        items: tuple[Any, ...]
        items = tuple(map(state.survey.node, entities[start:stop])) if what == "entities" else tuple(state.facts(range(start, stop)))
        return Page(items, [state.version, stop] if stop < total else None)

    def sample(self, n: int, seed: int = 0) -> list[Fact]:
        """See `Graph.sample`."""
        state = self._current()
        return state.facts(drawn(state.survey.schema.facts, n, seed))

    def of_type(self, type: str, limit: int) -> tuple[list[Entity], int]:
        """See `WholeGraph.of_type`. As of the last survey: no request."""
        known = self._current().survey
        places = known.of_type.get(type, ())
        return [known.node(known.entities[place]) for place in places[:limit]], len(places)  # type: ignore[misc]  # no literal has a type

    def along(self, relation: Relation, limit: int) -> tuple[list[Fact], int]:
        """See `WholeGraph.along`: one request, and where statements may be said of, one for each 2,000 of them."""
        known = self._current().survey
        predicate = iri_of(relation.id, "r")
        pairs = hop.along(self._ask, known, predicate, limit)
        if pairs is None:
            return [], limit + 1
        hop.name(self._ask, known, [end for pair in pairs for end in pair])
        triples = [(subject, predicate, object) for subject, object in pairs]
        ways: Sequence[hop.Ways] = hop.details(self._ask, known, triples) if known.shape.told else [{(): ()}] * len(triples)
        found = [
            _step(known, known.node(subject), relation, "out", hop.Near(object, qualifiers, sources)).fact
            for (subject, object), said in zip(pairs, ways, strict=True)
            for qualifiers, sources in said.items()
        ]
        return found, len(found)

    def query(self, text: str, parameters: Mapping[str, Any] | None = None, *, limit: int = 100) -> UserRows:
        """The rows of your own SELECT or ASK, at most `limit`; the prefixes of the graph need no declaration.

        parameters: values for variables of the text ({"film": Entity("http://…")}); they never become part of its syntax.

        Raises:
            UnsafeQueryError: it does more than read what is there. GraphQueryError: it is wrong. GraphTimeout: not in time.
        """
        from kgllm.graphs.rdf.query import checked, rows_of

        asked = checked(text, parameters, limit=limit, prefixes=self.prefixes)
        answer = getattr(self.endpoint, "answer", None)
        if answer is None:
            raise GraphQueryError("this endpoint takes no queries of your own", hint="it has no method `answer`")
        known = self._current().survey
        told = answer(asked.text)
        try:
            terms = {known.note(found(one)) for row in told["results"]["bindings"] for one in row.values()} if not asked.asks else set()
            hop.name(self._ask, known, terms)
            return rows_of(asked, told, lambda one: known.note(found(one)), known.node, known.names.relation, limit=limit)
        except (KeyError, TypeError, AttributeError) as error:
            raise GraphError("the endpoint's answer has no rows of SPARQL 1.1") from error

    def version(self) -> str | None:
        """A token of the last survey: it changes with `refresh()`; an endpoint does not tell of edits."""
        return self._current().version

    def _ask(self, text: str) -> Rows:
        return self.endpoint.rows(text)

    def _current(self) -> _State:
        state = self._state
        if state is None:
            with self._lock:
                if self._state is None:
                    self._surveys += 1
                    read = survey(lambda text: self.endpoint.rows(text, seconds=self.survey_seconds), self.options)
                    self._state = _State(read, f"sparql-{self._surveys}", self._ask)
                state = self._state
        return state


class _State:
    """A survey, with the index of its names, made when it is first needed."""

    def __init__(self, read: Survey, version: str, ask: Callable[[str], Rows]) -> None:
        self.survey, self.version, self._ask = read, version, ask
        self.entities = frozenset(read.entities)
        self._lock = threading.RLock()
        self._names: NodeNames[Term] | None = None

    @property
    def names(self) -> NodeNames[Term]:
        """The nodes by all their names."""
        with self._lock:
            if self._names is None:
                places: list[Term] = [*self.survey.entities, *self.survey.literals]
                self._names = NodeNames(places, node=self.survey.node, degree=self._degree)
            return self._names

    def _degree(self, node: Node) -> int:
        return self.survey.degrees.get(hop.place(self.survey, node), 0)

    def facts(self, places: Sequence[int] | range) -> list[Fact]:
        """The facts at places in the order of entities, then relations, then neighbours."""
        known = self.survey
        before = known.facts_before
        owners = [bisect_right(before, place) for place in places]
        nodes = [known.entities[at] for at in dict.fromkeys(owners)]
        expected = sum(before[at] - (before[at - 1] if at else 0) for at in set(owners))
        out = hop.out_of(self._ask, known, nodes, expected)
        found = []
        for place, at in zip(places, owners, strict=True):
            node = known.entities[at]
            rows, inside = out[node], place - (before[at - 1] if at else 0)
            if inside >= len(rows):
                raise GraphError("the graph behind the endpoint changed since its survey", hint="call refresh(), and start again")
            predicate, near = rows[inside]
            found.append(_step(known, known.node(node), known.names.relation(predicate), "out", near).fact)
        return found


def _step(known: Survey, here: Node, relation: Relation, way: Way, near: hop.Near) -> Step:
    there = known.node(near.other)
    subject, object = (here, there) if way == "out" else (there, here)
    return Step(there, Fact(subject, relation, object, near.qualifiers, near.sources))  # type: ignore[arg-type]
