"""Turtle, TriG, RDF/XML and JSON-LD through rdflib, N-Triples and N-Quads line by line, and rdflib's own graphs."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kgllm.errors import GraphParseError, require, shorten
from kgllm.graphs.base import Record, Triples
from kgllm.graphs.readers.jsontext import json_value
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.ntriples import quads_of
from kgllm.graphs.readers.sources import UNEXPECTED, decoded, whole
from kgllm.graphs.readers.vocabulary import Quad, Term, literal_of, records
from kgllm.graphs.readers.xmlguard import check_xml

_DEFAULT = "urn:x-rdflib:default"
_REMOTE = "write the context into the file; kgllm fetches nothing and opens no other file"

Found = Iterator["Record | Triples"]


def read_ntriples(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of an N-Triples file."""
    yield from records(lambda: quads_of(path, graphs=False), options, path.name, notes)


def read_nquads(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of an N-Quads file; a named graph is their source."""
    yield from records(lambda: quads_of(path, graphs=True), options, path.name, notes)


def read_turtle(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of a Turtle file."""
    yield from _parsed(path, decoded(whole(path), path.name), "turtle", options, notes)


def read_trig(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of a TriG file; a named graph is their source."""
    yield from _parsed(path, decoded(whole(path), path.name), "trig", options, notes)


def read_rdfxml(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of an RDF/XML file."""
    document = whole(path)
    check_xml(document, path.name, entities=True)
    yield from _parsed(path, document, "xml", options, notes)


def read_jsonld(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of a JSON-LD file, whose contexts must be in it."""
    text = decoded(whole(path), path.name)
    _check_contexts(json_value(text, path.name), path.name)
    yield from _parsed(path, text, "json-ld", options, notes)


def read_graph(graph: Any, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of an rdflib Graph or Dataset. Blank nodes keep the ids that they have there."""
    if hasattr(graph, "quads"):
        parts = sorted(graph.contexts() if not hasattr(graph, "graphs") else graph.graphs(), key=lambda one: str(one.identifier))
    else:
        parts = [graph]

    def quads() -> Iterator[Quad]:
        for part in parts:
            name = "" if part is graph or str(part.identifier) == _DEFAULT else str(part.identifier)
            for subject, predicate, object in part.triples((None, None, None)):
                yield _term(subject), str(predicate), _term(object), name, 0  # type: ignore[misc]

    yield from records(quads, options, "the rdflib graph", notes)


def _parsed(path: Path, data: str | bytes, form: str, options: Mapping[str, Any], notes: Notes) -> Found:
    rdflib: Any = require("rdflib", "rdf")
    from kgllm.graphs.readers.rdfstore import QuadStore

    store = QuadStore()
    errors: tuple[type[Exception], ...] = (*UNEXPECTED, *_errors_of_rdflib())
    try:
        with _quiet():
            rdflib.Dataset(store=store).parse(data=data, format=form, publicID=f"file:///{quote(path.name)}")
    except errors as error:
        line = getattr(error, "lines", None)
        line = line + 1 if isinstance(line, int) else error.getLineNumber() if hasattr(error, "getLineNumber") else None
        why = getattr(error, "_why", None) or ("nested too deep" if isinstance(error, RecursionError) else str(error))
        raise GraphParseError(f"{path.name}{f':{line}' if line else ''}: not {form}: {shorten(why)}") from error
    terms = _Terms()
    quads = [(terms[s], str(p), terms[o], path.name if str(g) == _DEFAULT else terms[g], 0) for s, p, o, g in store.quads]
    store.quads.clear()
    yield from records(lambda: quads, options, path.name, notes)


@contextmanager
def _quiet() -> Iterator[None]:
    """rdflib logs a traceback for every literal that does not fit its datatype; here that literal is a text."""
    logger = logging.getLogger("rdflib.term")

    def nothing(_record: logging.LogRecord) -> bool:
        return False

    logger.addFilter(nothing)
    try:
        yield
    finally:
        logger.removeFilter(nothing)


def _errors_of_rdflib() -> tuple[type[Exception], ...]:
    from xml.sax import SAXException

    from rdflib.exceptions import Error, ParserError

    return Error, ParserError, SAXException


class _Terms(dict[Any, Any]):
    """rdflib's terms as our own, each made once; blank nodes are numbered in the order of the file."""

    def __init__(self) -> None:
        super().__init__()
        self._blank = 0

    def __missing__(self, term: Any) -> Term:
        kind = type(term).__name__
        if kind == "BNode":
            self._blank += 1
            found: Term = f"_:b{self._blank}"
        else:
            found = _term(term)
        self[term] = found
        return found


def _term(term: Any) -> Term:
    kind = type(term).__name__
    if kind == "Literal":
        return literal_of(str(term), None if term.datatype is None else str(term.datatype), term.language)
    return f"_:{term}" if kind == "BNode" else str(term)


def _check_contexts(document: Any, name: str) -> None:
    """Refuse contexts that are addresses, wherever they stand: rdflib would fetch them, or open the file."""
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            if "@import" in value:
                raise GraphParseError(f"{name}: a JSON-LD context imports {shorten(value['@import'])}", hint=_REMOTE)
            context = value.get("@context")
            for one in context if isinstance(context, list) else [context]:
                if isinstance(one, str):
                    raise GraphParseError(f"{name}: a JSON-LD context is the address {shorten(one)}", hint=_REMOTE)
            left += value.values()
