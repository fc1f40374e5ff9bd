"""Turtle, TriG, RDF/XML and JSON-LD through rdflib, N-Triples and N-Quads line by line, and the graphs of rdflib and pyoxigraph.

Turtle and TriG with the triple terms of RDF 1.2 ("RDF-star"), which rdflib does not know, are parsed by pyoxigraph.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kgllm.errors import GraphParseError, require, shorten
from kgllm.graphs.base import Record, Triples
from kgllm.graphs.rdf.records import records
from kgllm.graphs.rdf.stores import DEFAULT, statements_of, term_of
from kgllm.graphs.rdf.terms import Quad, Stated
from kgllm.graphs.readers.drawn import numbered
from kgllm.graphs.readers.formats import format_of_file, rdf_files
from kgllm.graphs.readers.jsontext import json_value
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.ntriples import quads_of
from kgllm.graphs.readers.sources import UNEXPECTED, decoded, whole
from kgllm.graphs.readers.xmlguard import check_xml

_STAR = re.compile(r"<<|\{\|")
_LANGUAGE = re.compile(rb"""(\bxml:lang\s*=\s*["'])([^"'<>]+)(["'])""")
_TAG = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_MEND = "mend the file there, or say which format it is with format="
_STUMBLED = (IndexError, AttributeError, NameError, AssertionError)  # of rdflib's own parsers, where the text ends too early
_REMOTE = "write the context into the file; kgllm fetches nothing and opens no other file"
_SCHEMA = re.compile(r"https?://schema\.org/?")
_OF_SCHEMA = {"@vocab": "http://schema.org/", "id": "@id", "type": "@type"}
"""What schema.org's context says of every name, near enough: what its properties hold, it tells apart beside."""

Found = Iterator["Record | Triples"]


def read_ntriples(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of an N-Triples file."""
    yield from records(lambda: quads_of(path, graphs=False), options, path.name, notes)


def read_nquads(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of an N-Quads file; a named graph is their source."""
    yield from records(lambda: quads_of(path, graphs=True), options, path.name, notes)


def read_turtle(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of a Turtle file."""
    yield from _parsed(path, "turtle", options, notes)


def read_trig(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of a TriG file; a named graph is their source."""
    yield from _parsed(path, "trig", options, notes)


def read_rdfxml(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of an RDF/XML file."""
    yield from _parsed(path, "xml", options, notes)


def read_jsonld(path: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of a JSON-LD file, whose contexts must be in it."""
    yield from _parsed(path, "json-ld", options, notes)


def read_folder(folder: Path, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of the files of RDF in a folder, which are one graph: what one file says of a property holds in all. Blank nodes are each
    file's own."""
    quads = [quad for n, path in enumerate(rdf_files(folder)) for quad in _quads(path, notes, f"_:f{n}")]
    yield from records(lambda: quads, options, folder.name, notes)


def _quads(path: Path, notes: Notes, blank: str) -> Iterator[Quad]:
    """The statements of a file of any format of RDF; names of its blank nodes begin with `blank`."""
    form = format_of_file(path)
    found = quads_of(path, graphs=form == "nquads") if form in ("nt", "nquads") else _by_rdflib(path, _text(path, form, notes), form, notes)

    def own(term: Any) -> Any:
        if isinstance(term, Stated):
            return Stated(own(term.subject), term.predicate, own(term.object))
        return f"{blank}{term[2:]}" if isinstance(term, str) and term.startswith("_:") else term

    return ((own(subject), predicate, own(object), own(graph), line) for subject, predicate, object, graph, line in found)


def _text(path: Path, form: str, notes: Notes) -> str | bytes:
    """What is parsed of a file, once it is seen to be safe."""
    if form == "xml":
        document = whole(path)
        check_xml(document, path.name, entities=True)
        return document
    text = decoded(whole(path), path.name)
    if form == "json-ld":
        document = json_value(text, path.name)
        found = _by_vocabulary(document)
        _check_contexts(document, path.name)
        if found:
            notes.say(
                f"{path.name}: names are read as schema.org's, whose context was not fetched; addresses that it takes for things are texts"
            )
            return json.dumps(document)
    return text


def read_graph(graph: Any, options: Mapping[str, Any], notes: Notes) -> Found:
    """The facts of an rdflib Graph or Dataset, or of a pyoxigraph Store. Blank nodes keep the ids that someone gave them; those that a
    parser drew are numbered."""
    yield from records(numbered(statements_of(graph).quads), options, "the RDF graph", notes)


def _parsed(path: Path, form: str, options: Mapping[str, Any], notes: Notes) -> Found:
    quads = _by_rdflib(path, _text(path, form, notes), form, notes)
    yield from records(lambda: quads, options, path.name, notes)


def _by_rdflib(path: Path, data: str | bytes, form: str, notes: Notes) -> list[Quad]:
    rdflib: Any = require("rdflib", "rdf")
    if isinstance(data, bytes):
        data = _with_tags(data, path.name, notes)
    from kgllm.graphs.readers.rdfstore import QuadStore

    store = QuadStore()
    errors: tuple[type[Exception], ...] = (*UNEXPECTED, *_errors_of_rdflib())
    try:
        with _quiet():
            rdflib.Dataset(store=store).parse(data=data, format=form, publicID=_base(path))
    except errors as error:
        if isinstance(data, str) and form in ("turtle", "trig") and _STAR.search(data):
            return _by_oxigraph(path, data, form)
        line = getattr(error, "lines", None)
        line = line + 1 if isinstance(line, int) else error.getLineNumber() if hasattr(error, "getLineNumber") else None
        why = getattr(error, "_why", None) or ("nested too deep" if isinstance(error, RecursionError) else str(error))
        if isinstance(error, _STUMBLED):
            why = "cut off, or not well-formed"
        raise GraphParseError(f"{path.name}{f':{line}' if line else ''}: not {form}: {shorten(why)}", hint=_MEND) from error
    terms = _Terms()
    quads = [(terms[s], str(p), terms[o], path.name if str(g) == DEFAULT else terms[g], 0) for s, p, o, g in store.quads]
    store.quads.clear()
    return quads


def _with_tags(document: bytes, name: str, notes: Notes) -> bytes:
    """RDF/XML whose marks of language are tags: `sr@latin` and `es_CO`, as translators write them, are sr-latin and es-CO, "" is none."""
    wrong: list[str] = []

    def tag(found: re.Match[bytes]) -> bytes:
        said = found[2].decode("ascii", "replace")
        if _TAG.fullmatch(said):
            return found[0]
        wrong.append(said)
        parts = [part for part in re.split(r"[^A-Za-z0-9]+", said) if part]
        fits = bool(parts) and _TAG.fullmatch("-".join(parts)) is not None
        return found[1] + ("-".join(parts) if fits else "").encode() + found[3]

    mended = _LANGUAGE.sub(tag, document)
    if wrong:
        notes.say(f"{name}: {len(wrong):,} marks of language are no tags ({shorten(wrong[0])}), and read as the nearest one")
    return mended


def _by_oxigraph(path: Path, data: str, form: str) -> list[Quad]:
    ox: Any = require("pyoxigraph", "rdf")
    terms = _Terms()
    try:
        parsed = ox.parse(data, format=ox.RdfFormat.TURTLE if form == "turtle" else ox.RdfFormat.TRIG, base_iri=_base(path))
        return [(terms[q.subject], q.predicate.value, terms[q.object], _graph(q.graph_name, terms, path), 0) for q in parsed]
    except (SyntaxError, ValueError) as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise GraphParseError(f"{path.name}{line}: not {form}: {shorten(error.args[0] if error.args else '')}", hint=_MEND) from error


def _graph(name: Any, terms: _Terms, path: Path) -> str:
    return str(terms[name]) if hasattr(name, "value") else path.name


def _base(path: Path) -> str:
    return f"file:///{quote(path.name)}"


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
    """Terms of rdflib or pyoxigraph as our own, each made once; blank nodes are numbered in the order of the file."""

    def __init__(self) -> None:
        super().__init__()
        self._blank = 0

    def __missing__(self, term: Any) -> Any:
        if type(term).__name__ in ("BNode", "BlankNode"):
            self._blank += 1
            found: Any = f"_:b{self._blank}"
        elif type(term).__name__ == "Triple":
            found = Stated(self[term.subject], term.predicate.value, self[term.object])
        else:
            found = term_of(term)
        self[term] = found
        return found


def _by_vocabulary(document: Any) -> bool:
    """Put the vocabulary of schema.org in the place of its address as a context; whether it was one."""
    found, left = False, [document]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            context = value.get("@context")
            if isinstance(context, str) and _SCHEMA.fullmatch(context):
                value["@context"], found = _OF_SCHEMA, True
            elif isinstance(context, list) and any(isinstance(one, str) and _SCHEMA.fullmatch(one) for one in context):
                value["@context"], found = [_OF_SCHEMA if isinstance(one, str) and _SCHEMA.fullmatch(one) else one for one in context], True
            left += value.values()
    return found


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
