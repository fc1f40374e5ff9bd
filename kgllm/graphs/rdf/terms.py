"""RDF terms as plain values, and how keys, values and sources of any graph are written as terms and read back.

An IRI is a str, a blank node a str that begins with "_:", a literal a `Literal`, a statement inside a statement (RDF 1.2's
triple term) a `Stated`. Keys that are no IRIs, and values that RDF has no datatype for, are minted under `urn:kgllm:`, so that
every graph can be written as RDF and reads back as what it was:

    urn:kgllm:e:TEXT   an entity's id      urn:kgllm:i:NUMBER   … that is a whole number      urn:kgllm:r:TEXT   a relation's id
    urn:kgllm:t:TEXT   a type              urn:kgllm:s:TEXT     a source, as a named graph    urn:kgllm:v:KIND:TEXT   a datatype
    urn:kgllm:named    says "false" of a node that only joins others
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from kgllm.graphs import values
from kgllm.types import Key, Literal

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
MINTED = "urn:kgllm:"
UNNAMED = f"{MINTED}named"
TYPE, FIRST, REST, NIL, REIFIES = (f"{RDF}{name}" for name in ("type", "first", "rest", "nil", "reifies"))
PARTS = {f"{RDF}subject": 0, f"{RDF}predicate": 1, f"{RDF}object": 2}

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\\[\]\x7f-\x9f\ud800-\uf8ff\ufff0-\uffff\U000e0000-\U0010ffff]*")
_BAD_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_LANGUAGE = re.compile(r"[a-z]{1,8}(?:-[a-z0-9]{1,8})*")
_TEXT = f"{XSD}string"


class Stated(NamedTuple):
    """A statement as the object of rdf:reifies (RDF 1.2)."""

    subject: str
    predicate: str
    object: str | Literal


Term: TypeAlias = "str | Literal"
"""An IRI, a blank node ("_:b1"), or a literal."""

Quad: TypeAlias = "tuple[str, str, Term | Stated, str, int]"
"""Subject, predicate, object, where it was said (a named graph or a file), and the line there (0: not known)."""

_WHOLE = ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger")
_PARSE: dict[str, Callable[[str], Any]] = {
    **{f"{XSD}{kind}": int for kind in (*_WHOLE, "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte", "gYear")},
    **{f"{XSD}{kind}": float for kind in ("double", "float")},
    f"{XSD}decimal": Decimal,
    f"{XSD}boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    f"{XSD}date": datetime.date.fromisoformat,
    f"{XSD}dateTime": datetime.datetime.fromisoformat,
    f"{XSD}time": datetime.time.fromisoformat,
}


def literal_of(text: str, datatype: str | None, language: str | None) -> Literal:
    """A literal as written, with what it means; text where its datatype does not fit it, or is not known.

    >>> literal_of("1970", "http://www.w3.org/2001/XMLSchema#gYear", None).value
    1970
    """
    if datatype is None or datatype == _TEXT:
        return Literal(text, language=language.lower() if language else None)
    if language is not None:
        return Literal(text, language=language.lower())
    if datatype.startswith(f"{MINTED}v:"):
        return _minted_value(text, datatype)
    try:
        value = _PARSE.get(datatype, str)(text)
    except (ValueError, ArithmeticError, KeyError):
        value = None
    return Literal(text, value, datatype)


def _minted_value(text: str, datatype: str) -> Literal:
    kind, _, rest = datatype.removeprefix(f"{MINTED}v:").partition(":")
    place = next((i for i, one in enumerate(values.TYPES) if one.__name__ == kind), 0)
    try:
        return values.literal_of(text, place, unquote(rest) or None, None)
    except (ValueError, ArithmeticError):
        return Literal(text, None, unquote(rest) or None)


def written_as(literal: Literal) -> tuple[str, str | None, str | None]:
    """(text, datatype, language) of the RDF literal that reads back as this one, value included.

    >>> written_as(Literal("1970", 1970))
    ('1970', 'urn:kgllm:v:int:', None)
    """
    if literal.language is not None and literal.datatype is None and _LANGUAGE.fullmatch(literal.language):
        return literal.name, None, literal.language
    plain = literal.datatype is None and literal.language is None
    kind = values.kind_of(literal)
    if plain and kind == 0:
        return literal.name, None, None
    if literal.datatype and literal.language is None and is_iri(literal.datatype) and not literal.datatype.startswith(MINTED):
        read = literal_of(literal.name, literal.datatype, None)
        if read == literal and read.value == literal.value and type(read.value) is type(literal.value):
            return literal.name, literal.datatype, None
    return literal.name, f"{MINTED}v:{values.TYPES[kind].__name__}:{_quoted(literal.datatype or '')}", None


def all_written(literal: Literal) -> list[tuple[str, str | None, str | None]]:
    """Every RDF literal that reads as this one, its value aside: `written_as` of it first, then what a value would change."""
    first = written_as(literal)
    found = [first]
    if literal.datatype is None and literal.language is None:
        found.append((literal.name, None, None))
    elif literal.language is None and literal.datatype is not None and is_iri(literal.datatype):
        found.append((literal.name, literal.datatype, None))
    if literal.language is None:
        found += [(literal.name, f"{MINTED}v:{kind.__name__}:{_quoted(literal.datatype or '')}", None) for kind in values.TYPES]
    return list(dict.fromkeys(found))


def is_iri(text: str) -> bool:
    """An absolute IRI that every store takes."""
    return _ABSOLUTE.fullmatch(text) is not None and _BAD_PERCENT.search(text) is None


def iri_of(key: Key, kind: str = "e") -> str:
    """The IRI or blank node of a key; minted where it is neither. `kind`: e(ntity), r(elation), t(ype), s(ource).

    >>> iri_of("http://example.org/a"), iri_of("Blade Runner"), iri_of(7)
    ('http://example.org/a', 'urn:kgllm:e:Blade%20Runner', 'urn:kgllm:i:7')
    """
    if isinstance(key, int):
        return f"{MINTED}i:{key}"
    if (is_iri(key) and not key.startswith(MINTED)) or (kind == "e" and re.fullmatch(r"_:[A-Za-z0-9][A-Za-z0-9_]*", key)):
        return key
    return f"{MINTED}{kind}:{_quoted(key)}"


def key_of(iri: str) -> Key:
    """The key that `iri_of` was given; any other IRI is its own key.

    >>> key_of("urn:kgllm:e:Blade%20Runner"), key_of("urn:kgllm:i:7"), key_of("http://example.org/a")
    ('Blade Runner', 7, 'http://example.org/a')
    """
    if not iri.startswith(MINTED):
        return iri
    kind, colon, rest = iri[len(MINTED) :].partition(":")
    if not colon or kind not in "eirts":
        return iri
    if kind != "i":
        return unquote(rest, errors="surrogatepass")
    return int(rest) if re.fullmatch("-?[0-9]{1,19}", rest) else iri


def text_of(iri: str) -> str:
    """`key_of` as text: of relations, types and sources."""
    return str(key_of(iri))


def local_name(iri: str) -> str:
    """What an IRI without a label is called.

    >>> local_name("http://example.org/Christopher_Nolan"), local_name("urn:kgllm:e:a_b")
    ('Christopher Nolan', 'a_b')
    """
    if iri.startswith(MINTED):
        return text_of(iri) or iri
    tail = re.split("[#/]", iri.rstrip("#/"))[-1].rpartition(":")[2]
    return unquote(tail).replace("_", " ").strip() or iri


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")
