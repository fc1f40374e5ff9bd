"""A user's own SPARQL: read, refused where it does more than read, limited, and run.

Two guards, each enough: a tokenizer that refuses words and calls that reach out, and rdflib's grammar, whose tree is looked through
again. Refused are updates, SERVICE, FROM, regular expressions (some take for ever), and functions and properties by which a server
runs code of its own. The text is sent as written, but for a LIMIT and the values that are given with it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from kgllm.errors import ConfigError, GraphQueryError, TextTooLong, UnsafeQueryError, WrongTypeError, require, shorten
from kgllm.graphs.attributes import literal
from kgllm.graphs.rdf.terms import XSD, Term, iri_of
from kgllm.graphs.rdf.write import term as write_term
from kgllm.graphs.rdf.write import text_term
from kgllm.graphs.rows import Rows
from kgllm.types import Entity, Fact, Literal, Node, Relation

LONGEST = 16 * 1024
_DEEPEST = 64
_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\r\n]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<text>\"\"\"(?:(?:"|"")?(?:[^"\\]|\\[tbnrf\\"']))*\"\"\"|'''(?:(?:'|'')?(?:[^'\\]|\\[tbnrf\\"']))*'''
        |"(?:[^"\\\r\n]|\\[tbnrf\\"'])*"|'(?:[^'\\\r\n]|\\[tbnrf\\"'])*')
    |(?P<variable>[?$]\w+)
    |(?P<name>(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])(?:(?:[\w.:\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*(?:[\w:\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)?)
    |(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z]\w*)
    |(?P<mark>&&|\|\||\^\^|!=|<=|>=|[{}()\[\].;,=<>!+\-*/|^?&_])""",
    re.VERBOSE,
)
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH", "USING", "INTO"])
_REACHING = frozenset(("SERVICE", "FROM"))
_SLOW = frozenset(("REGEX", "REPLACE"))
_OTHER = frozenset(("CONSTRUCT", "DESCRIBE"))
_MAGIC = re.compile(
    r"(?:java|bif|sql|urn:sparql-function):|https?://(?:jena\.apache\.org|jena\.hpl\.hp\.com|www\.bigdata\.com|www\.ontotext\.com|spinrdf\.org)/",
    re.IGNORECASE,
)
_OPEN, _SHUT = {"{": "}", "(": ")", "[": "]"}, frozenset("})]")


class Token(NamedTuple):
    """A piece of a text: its kind, itself, and where it begins."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Query:
    """A query that only reads. patterns: the statements that every row of it makes, of variables ("?x") and terms."""

    text: str
    asks: bool
    patterns: tuple[tuple[str | Term, str | Term, str | Term], ...] = ()


def checked(text: Any, parameters: Mapping[str, Any] | None, *, limit: int, prefixes: Mapping[str, str]) -> Query:
    """A query, limited to one row more than `limit`, with its parameters as values.

    Raises:
        UnsafeQueryError: it does more than read what is there. GraphQueryError: it is no SELECT or ASK. ConfigError: a limit or a
        parameter that cannot be.
    """
    if not isinstance(text, str):
        raise WrongTypeError(f"a query must be a str, not {shorten(text)}")
    if len(text) > LONGEST:
        raise TextTooLong(f"the query has {len(text):,} characters, more than {LONGEST:,}")
    if isinstance(limit, bool) or not isinstance(limit, int) or not 0 < limit <= 1_000_000:
        raise ConfigError(f"limit must be 1 to 1,000,000 rows, not {shorten(limit)}")
    if re.search(r"\\[uU]", text):
        raise UnsafeQueryError("a \\u in a query may stand for anything, and is refused", hint="write the character itself")
    tokens = _tokens(text)
    if not tokens:
        raise GraphQueryError("the query is empty", hint="SELECT or ASK")
    declared = {**prefixes, **_declared(tokens)}
    _refuse(tokens, declared)
    missing = {prefix: declared[prefix] for prefix in _used(tokens) if prefix in prefixes and prefix not in _declared(tokens)}
    header = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(missing.items()))
    asks, patterns = _parsed(header + text)
    body = text if asks else _limited(text, tokens, limit + 1)
    if parameters:
        body = _with_values(body, _tokens(body), parameters)
    return Query(header + body, asks, patterns)


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise GraphQueryError(f"not SPARQL from character {at}: {shorten(text[at : at + 20])}")
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match[0], at))
        at = match.end()
    return found


def _declared(tokens: Sequence[Token]) -> dict[str, str]:
    pairs = zip(tokens, tokens[1:], tokens[2:])  # noqa: B905 - ends with the shortest
    return {name.text[:-1]: iri.text[1:-1] for word, name, iri in pairs if word.text.upper() == "PREFIX" and name.text.endswith(":")}


def _used(tokens: Sequence[Token]) -> set[str]:
    return {token.text.partition(":")[0] for token in tokens if token.kind == "name"}


def _refuse(tokens: Sequence[Token], prefixes: Mapping[str, str]) -> None:
    """Refuse words that change or reach out, calls of functions by name, and what is nested too deep."""
    depth = 0
    for token, following in zip(tokens, (*tokens[1:], Token("", "", 0)), strict=True):
        word = token.text.upper() if token.kind == "word" else ""
        if word in _UPDATES:
            raise UnsafeQueryError(f"{word} changes a graph; a query only reads")
        if word in _REACHING:
            raise UnsafeQueryError(f"{word} reads from elsewhere; a query reads what is in the graph")
        if word in _SLOW:
            raise UnsafeQueryError(f"{word} may take for ever on some texts", hint="CONTAINS, STRSTARTS and STRENDS do not")
        if word in _OTHER:
            raise GraphQueryError(f"{word} gives no rows", hint="SELECT or ASK")
        if token.kind in ("iri", "name"):
            iri = token.text[1:-1] if token.kind == "iri" else prefixes.get(token.text.partition(":")[0], "") + token.text.partition(":")[2]
            if _MAGIC.match(iri) or (following.text == "(" and not iri.startswith(XSD)):
                raise UnsafeQueryError(
                    f"{shorten(token.text)} may run code of the server", hint="functions of SPARQL itself and casts of xsd: are allowed"
                )
        depth += (token.text in _OPEN) - (token.text in _SHUT)
        if depth > _DEEPEST:
            raise GraphQueryError(f"the query is nested too deep (over {_DEEPEST})")


def _limited(text: str, tokens: Sequence[Token], most: int) -> str:
    """The text with a LIMIT of its own: the one that it has, where that is less."""
    depth, after = 0, False
    place = len(text)
    for token, following in zip(tokens, (*tokens[1:], Token("", "", len(text))), strict=True):
        depth += (token.text in _OPEN) - (token.text in _SHUT)
        after = after or (depth == 0 and token.text == "}")
        if not after or depth or token.kind != "word":
            continue
        if token.text.upper() == "LIMIT" and following.text.isdecimal():
            number = min(int(following.text), most)
            return f"{text[: following.start]}{number}{text[following.start + len(following.text) :]}"
        if token.text.upper() == "VALUES":
            place = token.start
            break
    return f"{text[:place]}\nLIMIT {most}\n{text[place:]}"


def _with_values(text: str, tokens: Sequence[Token], parameters: Mapping[str, Any]) -> str:
    variables = {token.text[1:] for token in tokens if token.kind == "variable"}
    for name in parameters:
        if not isinstance(name, str) or name not in variables:
            raise ConfigError(
                f"the query has no variable for the parameter {shorten(name)}", hint=f"it has {', '.join(sorted(variables)) or 'none'}"
            )
    brace = next(token for token in tokens if token.text == "{")
    names, terms = " ".join(f"?{name}" for name in parameters), " ".join(map(_value, parameters.values()))
    return f"{text[: brace.start + 1]} VALUES ({names}) {{ ({terms}) }} {text[brace.start + 1 :]}"


_DATATYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"), (int, "integer"), (float, "double"), (Decimal, "decimal"), (datetime.datetime, "dateTime"), (datetime.date, "date"),
    (datetime.time, "time"),
)  # fmt: skip


def _value(value: Any) -> str:
    """A parameter as a term: an `Entity` by its key, a `Literal`, or a Python value."""
    if isinstance(value, Entity):
        return write_term(iri_of(value.id))
    if isinstance(value, Literal):
        return write_term(value)
    found = literal(value)
    if found is None:
        raise WrongTypeError(f"a parameter must be an Entity, a Literal, or a value that is not missing, not {shorten(value)}")
    kind = next((name for kind, name in _DATATYPES if isinstance(value, kind)), None)
    return text_term(found.name, f"{XSD}{kind}" if kind else None)


def _parsed(text: str) -> tuple[bool, tuple[tuple[Any, Any, Any], ...]]:
    """Whether it is an ASK; the statements of its outermost joins. Whatever rdflib's grammar makes of it is looked through again."""
    require("rdflib", "rdf")
    from pyparsing import ParseBaseException, ParserElement
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        tree = translateQuery(parseQuery(text)).algebra
    except RecursionError as error:
        raise GraphQueryError("the query is nested too deep") from error
    except ParseBaseException as error:
        raise GraphQueryError(f"not SPARQL, line {error.lineno} column {error.column}: {shorten(error.line or '')}") from error
    except Exception as error:  # rdflib raises bare Exceptions for what its grammar takes and SPARQL does not
        raise GraphQueryError(f"not SPARQL: {shorten(str(error), 160)}") from error
    finally:
        ParserElement.reset_cache()  # of errors, where matplotlib turned it on: each holds the frames of its callers, and so the graph
    if tree.name not in ("SelectQuery", "AskQuery"):
        raise GraphQueryError(f"{tree.name} gives no rows", hint="SELECT or ASK")
    if tree.get("datasetClause"):
        raise UnsafeQueryError("FROM reads from elsewhere; a query reads what is in the graph")
    left: list[Any] = [tree]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            name = str(getattr(one, "name", ""))
            if name == "ServiceGraphPattern" or name in ("Builtin_REGEX", "Builtin_REPLACE"):
                raise UnsafeQueryError(f"{name} is refused in a query")
            if name == "Function" and not str(one.get("iri", "")).startswith(XSD):
                raise UnsafeQueryError(f"{shorten(str(one.get('iri')))} may run code of the server")
            left += one.values()
        elif isinstance(one, (list, tuple, set)):
            left += one
    return tree.name == "AskQuery", tuple(_joined(tree))


def _joined(node: Any) -> list[tuple[Any, Any, Any]]:
    """The statements of basic patterns that every row satisfies, not those of one side of an OPTIONAL or a UNION."""
    from rdflib.term import BNode, Literal, URIRef, Variable

    from kgllm.graphs.rdf.stores import term_of

    name = getattr(node, "name", "")
    if name == "BGP":
        told = [
            triple
            for triple in node.triples
            if all(isinstance(one, (URIRef, Literal, Variable)) and not isinstance(one, BNode) for one in triple)
        ]
        return [tuple(f"?{one}" if isinstance(one, Variable) else term_of(one) for one in triple) for triple in told]  # type: ignore[misc]
    if name in ("SelectQuery", "Project", "Distinct", "Reduced", "Slice", "OrderBy", "Filter", "Extend", "Graph", "ToMultiSet", "AskQuery"):
        return _joined(node.p)
    if name == "Join":
        return [*_joined(node.p1), *_joined(node.p2)]
    return _joined(node.p1) if name in ("LeftJoin", "Minus") else []


def rows_of(
    query: Query,
    answer: Mapping[str, Any],
    found: Callable[[Any], Term],
    node: Callable[[Term], Node],
    relation: Callable[[str], Relation],
    *,
    limit: int,
) -> Rows:
    """The rows of an answer's JSON, at most `limit`, and the facts that they make."""
    if query.asks:
        said = bool(answer.get("boolean"))
        return Rows(columns=("answer",), cells=(((Literal("yes" if said else "no", said),),),))
    columns = tuple(answer["head"]["vars"])
    bound = [{name: found(one) for name, one in row.items()} for row in answer["results"]["bindings"][: limit + 1]]
    cells = tuple(tuple((node(row[name]),) if name in row else () for name in columns) for row in bound[:limit])
    facts: dict[Fact, None] = {}
    for row in bound[:limit]:
        values = {f"?{name}": term for name, term in row.items()}
        for pattern in query.patterns:
            subject, predicate, object = (values.get(one) if isinstance(one, str) and one.startswith("?") else one for one in pattern)
            if isinstance(subject, str) and isinstance(predicate, str) and object is not None:
                facts[Fact(node(subject), relation(predicate), node(object))] = None  # type: ignore[arg-type]  # a str is no literal
    return Rows(columns=columns, cells=cells, facts=tuple(facts), truncated=len(bound) > limit)
