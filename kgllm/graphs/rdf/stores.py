"""RDF stores in this process, each as the few look-ups that walking needs, in plain terms.

Nothing is copied: an rdflib Graph or Dataset over any rdflib Store, or a pyoxigraph Store in memory or on disk.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from kgllm.errors import WrongTypeError, require, shorten
from kgllm.graphs.rdf.terms import Quad, Stated, Term, all_written, is_iri, literal_of
from kgllm.types import Literal

DEFAULT = "urn:x-rdflib:default"
Around = Iterator[tuple[str, "Term | Stated", str]]
"""(predicate, the other end, the named graph or "") of statements around a node."""


class Statements(Protocol):
    """What a store is asked for. Terms that a store cannot hold have no statements."""

    def quads(self) -> Iterator[Quad]:
        """Every statement."""
        ...

    def out(self, term: Term) -> Around:
        """The statements of which a term is the subject."""
        ...

    def into(self, term: Term) -> Around:
        """The statements of which a term is the object."""
        ...

    def along(self, predicate: str) -> Iterator[tuple[str, Term | Stated]]:
        """(subject, object) of the statements of a predicate; one made in several graphs comes as often."""
        ...

    def holds(self, statement: Stated) -> bool:
        """Whether a statement is made."""
        ...

    def edits(self) -> Any:
        """Something that is another after an edit that was seen."""
        ...

    def prefixes(self) -> Mapping[str, str]:
        """Namespaces by prefix."""
        ...

    def dump(self) -> bytes:
        """Everything as N-Quads."""
        ...


def statements_of(source: Any) -> Statements:
    """The store behind an rdflib Graph or Dataset, or a pyoxigraph Store.

    Raises:
        WrongTypeError: something else.
    """
    classes = {f"{one.__module__.partition('.')[0]}.{one.__qualname__}" for one in type(source).__mro__}
    if "rdflib.Graph" in classes:
        return RdflibStatements(source)
    if "pyoxigraph.Store" in classes:
        return OxigraphStatements(source)
    raise WrongTypeError(
        f"an RDF graph is an rdflib Graph or Dataset or a pyoxigraph Store, not {shorten(source)}",
        hint="rdflib.Graph().parse(path) makes one of a file; without backend= kgllm.load reads the file itself",
    )


class RdflibStatements:
    """An rdflib Graph or Dataset, over whichever Store it has. Edits are seen by the store's events."""

    def __init__(self, graph: Any) -> None:
        self._rdflib: Any = require("rdflib", "rdf")
        self.graph = graph
        self._many = hasattr(graph, "quads")
        self._edits = [0]
        self._counts = f"{type(graph.store).__module__}.{type(graph.store).__name__}" == "rdflib.plugins.stores.memory.Memory"
        self._listen()

    def _listen(self) -> None:
        from rdflib.store import TripleAddedEvent, TripleRemovedEvent

        self._counter = _Counter(self._edits)  # held here alone: a store that outlives this object does not keep it
        counter = weakref.ref(self._counter)
        dispatcher = getattr(self.graph.store, "dispatcher", None)
        if dispatcher is None:
            return

        def count(_event: Any) -> None:
            if (one := counter()) is not None:
                one.edits[0] += 1

        for event in (TripleAddedEvent, TripleRemovedEvent):
            dispatcher.subscribe(event, count)

    def quads(self) -> Iterator[Quad]:
        """Every statement, one graph after the other."""
        if not self._many:
            parts = [(self.graph, "")]
        else:
            each = self.graph.graphs() if hasattr(self.graph, "graphs") else self.graph.contexts()
            parts = sorted(
                ((part, "" if str(part.identifier) == DEFAULT else str(part.identifier)) for part in each), key=lambda one: one[1]
            )
        for part, place in parts:
            for s, p, o in part.triples((None, None, None)):
                yield term_of(s), str(p), term_of(o), place, 0

    def out(self, term: Term) -> Around:
        """The statements of which a term is the subject."""
        if isinstance(term, str):
            yield from ((predicate, object, place) for _, predicate, object, place in self._match(self._own(term), None, None))

    def into(self, term: Term) -> Around:
        """The statements of which a term is the object."""
        for own in self._owns(term):
            yield from ((predicate, subject, place) for subject, predicate, _, place in self._match(None, None, own))

    def along(self, predicate: str) -> Iterator[tuple[str, Term | Stated]]:
        """(subject, object) of the statements of a predicate."""
        yield from ((str(subject), object) for subject, _, object, _ in self._match(None, self._rdflib.URIRef(predicate), None))

    def holds(self, statement: Stated) -> bool:
        """Whether a statement is made."""
        subject, predicate = self._own(statement.subject), self._own(statement.predicate)
        return any(next(self._match(subject, predicate, own), None) is not None for own in self._owns(statement.object))

    def edits(self) -> Any:
        """Something that is another after an edit: how many the store told of; rdflib's own tells of no removal, but knows its size."""
        return self._edits[0], len(self.graph) if self._counts else 0

    def prefixes(self) -> Mapping[str, str]:
        """Namespaces by prefix."""
        return {prefix: str(namespace) for prefix, namespace in self.graph.namespaces()}

    def dump(self) -> bytes:
        """Everything as N-Quads."""
        whole = self.graph if self._many else self._rdflib.Dataset()
        if not self._many:
            for triple in self.graph:
                whole.add(triple)
        return whole.serialize(format="nquads", encoding="utf-8")

    def _match(self, subject: Any, predicate: Any, object: Any) -> Iterator[tuple[Term, str, Term | Stated, str]]:
        if not self._many:
            for s, p, o in self.graph.triples((subject, predicate, object)):
                yield term_of(s), str(p), term_of(o), ""
            return
        for s, p, o, place in self.graph.quads((subject, predicate, object, None)):
            name = getattr(place, "identifier", place)
            yield term_of(s), str(p), term_of(o), "" if name is None or str(name) == DEFAULT else str(name)

    def _own(self, term: str) -> Any:
        return self._rdflib.BNode(term[2:]) if term.startswith("_:") else self._rdflib.URIRef(term)

    def _owns(self, term: Term) -> list[Any]:
        if isinstance(term, str):
            return [self._own(term)]
        return [
            self._rdflib.Literal(text, lang=language, datatype=datatype and self._rdflib.URIRef(datatype), normalize=False)
            for text, datatype, language in _forms(term)
        ]


class _Counter:
    """Something that a weak reference can point to."""

    def __init__(self, edits: list[int]) -> None:
        self.edits = edits


class OxigraphStatements:
    """A pyoxigraph Store, in memory or on disk. It tells nobody of edits."""

    def __init__(self, store: Any) -> None:
        self._ox: Any = require("pyoxigraph", "rdf")
        self.store = store

    def quads(self) -> Iterator[Quad]:
        """Every statement, one graph after the other."""
        for graph in (self._ox.DefaultGraph(), *sorted(self.store.named_graphs(), key=lambda one: one.value)):
            for quad in self.store.quads_for_pattern(None, None, None, graph):
                yield term_of(quad.subject), quad.predicate.value, term_of(quad.object), _place(quad), 0

    def out(self, term: Term) -> Around:
        """The statements of which a term is the subject."""
        own = self._own(term) if isinstance(term, str) else None
        if own is not None:
            for quad in self.store.quads_for_pattern(own, None, None):
                yield quad.predicate.value, term_of(quad.object), _place(quad)

    def into(self, term: Term) -> Around:
        """The statements of which a term is the object."""
        for own in self._owns(term):
            for quad in self.store.quads_for_pattern(None, None, own):
                yield quad.predicate.value, term_of(quad.subject), _place(quad)

    def along(self, predicate: str) -> Iterator[tuple[str, Term | Stated]]:
        """(subject, object) of the statements of a predicate."""
        own = self._own(predicate)
        if own is not None:
            for quad in self.store.quads_for_pattern(None, own, None):
                yield term_of(quad.subject), term_of(quad.object)

    def holds(self, statement: Stated) -> bool:
        """Whether a statement is made."""
        subject, predicate = self._own(statement.subject), self._own(statement.predicate)
        if subject is None or predicate is None:
            return False
        owns = self._owns(statement.object)
        return any(next(iter(self.store.quads_for_pattern(subject, predicate, own)), None) is not None for own in owns)

    def edits(self) -> Any:
        """Always the same: a change is seen after `refresh()`."""
        return 0

    def prefixes(self) -> Mapping[str, str]:
        """None: a store keeps no prefixes."""
        return {}

    def dump(self) -> bytes:
        """Everything as N-Quads."""
        return self.store.dump(format=self._ox.RdfFormat.N_QUADS)

    def _own(self, term: str) -> Any | None:
        try:
            return self._ox.BlankNode(term[2:]) if term.startswith("_:") else self._ox.NamedNode(term)
        except ValueError:
            return None

    def _owns(self, term: Term) -> Iterator[Any]:
        if isinstance(term, str):
            if (own := self._own(term)) is not None:
                yield own
            return
        for text, datatype, language in _forms(term):
            kind = self._ox.NamedNode(datatype) if datatype else None
            yield self._ox.Literal(text, datatype=kind) if language is None else self._ox.Literal(text, language=language)


def _forms(literal: Literal) -> list[tuple[str, str | None, str | None]]:
    return [one for one in all_written(literal) if one[1] is None or is_iri(one[1])]


def _place(quad: Any) -> str:
    return getattr(quad.graph_name, "value", "")


def term_of(term: Any) -> Any:
    """A term of rdflib or pyoxigraph as ours."""
    made = _TERMS.get(type(term).__name__)
    if made is not None:
        return made(term)
    if type(term).__module__.startswith("pyoxigraph"):
        return literal_of(term.value, None if term.language else term.datatype.value, term.language)
    return literal_of(str(term), None if term.datatype is None else str(term.datatype), term.language)


_TERMS: dict[str, Callable[[Any], Any]] = {
    "URIRef": str,
    "NamedNode": lambda term: term.value,
    "BNode": lambda term: f"_:{term}",
    "BlankNode": lambda term: f"_:{term.value}",
    "Triple": lambda term: Stated(term_of(term.subject), term.predicate.value, term_of(term.object)),
}
