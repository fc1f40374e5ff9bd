"""Any graph as RDF that reads back as what it was: N-Quads, line by line.

A key that is no IRI is minted (see `kgllm.graphs.rdf.terms`), a fact with qualifiers is reified, a source is a named graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgllm.errors import UnsafeQueryError, shorten
from kgllm.graphs.base import Graph
from kgllm.graphs.rdf.names import INVERSE
from kgllm.graphs.rdf.terms import PARTS, RDFS, REIFIES, SKOS, TYPE, UNNAMED, iri_of, written_as
from kgllm.graphs.whole import pieces
from kgllm.types import Entity, Fact, Literal, Node, Relation, replace

_LABEL, _ALIAS = f"{RDFS}label", f"{SKOS}altLabel"
_ESCAPED = re.compile(r'\\[uU]?|[\x00-\x1f"\x7f\ud800-\udfff]')
_IN_BRACKETS = re.compile(r'[^\x00-\x20<>"{}|^`\\\ud800-\udfff]+')
_LABEL_OF_BLANK = re.compile(r"_:[\w·](?:[\w·.\-]*[\w·\-])?")
_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*(?:--(?:ltr|rtl))?")


def quads(graph: Graph, *, star: bool = False, sources: bool = True) -> Iterator[str]:
    """Every entity and fact of a graph as lines of N-Quads.

    star: qualifiers by rdf:reifies (RDF 1.2) instead of reification. sources: whether a fact's sources are its named graphs.

    >>> from kgllm.testing import OracleGraph
    >>> print(*quads(OracleGraph([("Inception", "directed by", "Christopher Nolan")])), sep="")
    <urn:kgllm:e:Inception> <urn:kgllm:r:directed%20by> <urn:kgllm:e:Christopher%20Nolan> .
    """
    silent: dict[str, None] = {}
    for entity in pieces(graph, "entities"):
        said = list(_about_entity(entity))
        yield from said
        if not said:
            silent[iri_of(entity.id)] = None
    relations: dict[str, Relation] = {}
    together: list[Fact] = []
    for fact in _facts(graph, sources):
        for node in fact.nodes if silent else ():
            silent.pop(iri_of(node.id) if isinstance(node, Entity) else "", None)
        for relation in (fact.relation, *(one for one, _ in fact.qualifiers)):
            if relation.id not in relations:
                relations[relation.id] = relation
                yield from _about_relation(relation)
        if fact.qualifiers:
            together.append(fact)
        else:
            yield from _plain(fact)
    yield from (_line(node, TYPE, f"{RDFS}Resource") for node in silent)  # what no fact holds is there all the same
    qualified = {_triple(fact) for fact in together}
    if qualified:  # a fact that is also made without qualifiers says so by a statement of its own
        together += [fact for fact in _facts(graph, sources) if not fact.qualifiers and _triple(fact) in qualified]
    for number, fact in enumerate(together):
        yield from _reified(fact, f"_:f{number}", star)


def term(node: str | Literal) -> str:
    """An IRI, blank node or literal as N-Triples and SPARQL write it: nothing in it can end it.

    >>> print(term(Literal('say "hi"', language="en")), term("http://example.org/a"))
    "say \\"hi\\""@en <http://example.org/a>

    Raises:
        UnsafeQueryError: a text that is no IRI and no blank node's label.
    """
    if isinstance(node, Literal):
        return text_term(*written_as(node))
    if node.startswith("_:"):
        if _LABEL_OF_BLANK.fullmatch(node):
            return node
    elif _IN_BRACKETS.fullmatch(node):
        return f"<{node}>"
    raise UnsafeQueryError(f"no IRI that can be written: {shorten(node)}", hint="an id that is none is minted by iri_of")


def text_term(text: str, datatype: str | None = None, language: str | None = None) -> str:
    """A literal of RDF, as N-Triples and SPARQL write it. The same whether \\u is read before the quotes (as SPARQL may) or after."""
    quoted = '"' + _ESCAPED.sub(_escape, text) + '"'
    if language is not None:
        if not _TAG.fullmatch(language):
            raise UnsafeQueryError(f"no language tag: {shorten(language)}")
        return f"{quoted}@{language}"
    return f"{quoted}^^{term(datatype)}" if datatype else quoted


def can_be_written(raw: tuple[str, str | None, str | None]) -> bool:
    """Whether a literal's datatype and language are such as `text_term` writes."""
    _, datatype, language = raw
    return (datatype is None or _IN_BRACKETS.fullmatch(datatype) is not None) and (language is None or _TAG.fullmatch(language) is not None)


def _escape(found: re.Match[str]) -> str:
    mark = found[0]
    if "\ud800" <= mark <= "\udfff":
        return "\ufffd"
    if mark[0] == "\\":
        return f"\\\\\\U{ord(mark[1]):08X}" if len(mark) > 1 else "\\\\"
    return {'"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(mark) or f"\\U{ord(mark):08X}"


def _facts(graph: Graph, sources: bool) -> Iterator[Fact]:
    for fact in pieces(graph, "facts"):
        yield fact if sources or not fact.source else replace(fact, source=())


def _line(subject: str, predicate: str, object: str | Literal, graph: str = "") -> str:
    return f"{term(subject)} <{predicate}> {term(object)}{f' <{graph}>' if graph else ''} .\n"


def _about_entity(entity: Entity) -> Iterator[str]:
    node = iri_of(entity.id)
    if entity.name != str(entity.id) and entity.name:
        yield _line(node, _LABEL, Literal(entity.name))
    for alias in entity.aliases:
        yield _line(node, _ALIAS, Literal(alias))
    for kind in entity.types:
        yield _line(node, TYPE, iri_of(kind, "t"))
    if not entity.named:
        yield _line(node, UNNAMED, Literal("false"))


def _about_relation(relation: Relation) -> Iterator[str]:
    property = iri_of(relation.id, "r")
    if relation.name != relation.id:
        yield _line(property, _LABEL, Literal(relation.name))
    for alias in relation.aliases:
        yield _line(property, _ALIAS, Literal(alias))
    if relation.inverse_name:
        back = iri_of(f"{relation.id}\x1finverse", "r")
        yield _line(property, INVERSE, back)
        yield _line(back, _LABEL, Literal(relation.inverse_name))
        for alias in relation.inverse_aliases:
            yield _line(back, _ALIAS, Literal(alias))


def _triple(fact: Fact) -> tuple[str, str, str | Literal]:
    return iri_of(fact.subject.id), iri_of(fact.relation.id, "r"), _end(fact.object)


def _end(node: Node) -> str | Literal:
    return iri_of(node.id) if isinstance(node, Entity) else node


def _plain(fact: Fact) -> Iterator[str]:
    for source in fact.source or ("",):
        yield _line(*_triple(fact), iri_of(source, "s") if source else "")


def _reified(fact: Fact, statement: str, star: bool) -> Iterator[str]:
    subject, predicate, object = _triple(fact)
    if fact.qualifiers:
        yield _line(subject, predicate, object)
    for source in fact.source or ("",):
        graph = iri_of(source, "s") if source else ""
        if star:
            stated = f"<<( {term(subject)} <{predicate}> {term(object)} )>>"
            yield f"{statement} <{REIFIES}> {stated}{f' <{graph}>' if graph else ''} .\n"
        else:
            for part, value in zip(PARTS, (subject, predicate, object), strict=True):
                yield _line(statement, part, value, graph)
        for relation, node in fact.qualifiers:
            yield _line(statement, iri_of(relation.id, "r"), _end(node), graph)
