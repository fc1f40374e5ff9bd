"""What RDF statements mean to a graph that people ask: names, types, properties, lists, statements about statements.

- A label is a name, its other languages and alternative labels are aliases; rdf:type is a type; none of them is a fact.
- A label of a property names the relation, a label of its owl:inverseOf the way back.
- A node without a label is called by the last part of its IRI; a blank node without one only joins others.
- The members of a list are facts each. A reified statement that is also made qualifies the fact.

Statements are read twice, once for the vocabulary and once for the facts, so that no more than the vocabulary is held.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import unquote

from kgllm.errors import ConfigError, GraphError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.base import Record, Triples, sort_key
from kgllm.graphs.readers.columns import BATCH, Rows
from kgllm.graphs.readers.notes import Notes
from kgllm.types import Entity, Fact, Literal, Node, Relation

Term: TypeAlias = "str | Literal"
"""An IRI, a blank node ("_:b1"), or a literal."""

Quad: TypeAlias = tuple[str, str, Term, str, int]
"""Subject, predicate, object, where it was said (a named graph or a file), and the line there (0: not known)."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"

NAMES = (
    f"{RDFS}label",
    f"{SKOS}prefLabel",
    "http://schema.org/name",
    "https://schema.org/name",
    "http://xmlns.com/foaf/0.1/name",
)
ALIASES = (f"{SKOS}altLabel", "http://schema.org/alternateName", "https://schema.org/alternateName")
TYPES = (f"{RDF}type",)
_PROPERTY_CLASSES = {
    f"{RDF}Property",
    *(
        f"{OWL}{kind}"
        for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty", "FunctionalProperty", "InverseFunctionalProperty")
    ),
    *(
        f"{OWL}{kind}"
        for kind in ("TransitiveProperty", "SymmetricProperty", "AsymmetricProperty", "ReflexiveProperty", "IrreflexiveProperty")
    ),
}
_BETWEEN_PROPERTIES = {f"{RDFS}subPropertyOf", *(f"{OWL}{name}" for name in ("inverseOf", "equivalentProperty", "propertyDisjointWith"))}
_OF_PROPERTIES = {*_BETWEEN_PROPERTIES, f"{RDFS}domain", f"{RDFS}range", f"{RDFS}isDefinedBy", f"{OWL}propertyChainAxiom"}
_NO_TYPES = {f"{OWL}NamedIndividual", f"{OWL}Thing"}
_FIRST, _REST, _NIL = f"{RDF}first", f"{RDF}rest", f"{RDF}nil"
_PARTS = {f"{RDF}subject": 0, f"{RDF}predicate": 1, f"{RDF}object": 2}
_DEPTH = 64

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
    if datatype is None or datatype == f"{XSD}string":
        return Literal(text, language=language.lower() if language else None)
    try:
        value = _PARSE.get(datatype, str)(text)
    except (ValueError, ArithmeticError, KeyError):
        value = None
    return Literal(text, value, datatype)


def local_name(iri: str) -> str:
    """What an IRI without a label is called.

    >>> local_name("http://example.org/Christopher_Nolan")
    'Christopher Nolan'
    """
    tail = re.split("[#/]", iri.rstrip("#/"))[-1].rpartition(":")[2]
    return unquote(tail).replace("_", " ").strip() or iri


class Vocabulary:
    """What is said of nodes and properties beside the facts.

    options: `name`, `aliases`, `types`, `id`: predicates instead of the usual ones; `language`: whose labels are the names.
    """

    def __init__(self, quads: Iterable[Quad], options: Mapping[str, Any], place: str) -> None:
        self._place = place
        self._names = {one: rank for rank, one in enumerate(_predicates(options, "name", NAMES))}
        self._aliases = dict.fromkeys(_predicates(options, "aliases", ALIASES))
        self._types = dict.fromkeys(_predicates(options, "types", TYPES))
        self._id = _predicates(options, "id", ())
        self._language = options.get("language")
        if self._language is not None and not isinstance(self._language, str):
            raise WrongTypeError(f"language must be a tag such as 'zh', not {shorten(self._language)}")
        self._labels: dict[str, list[tuple[int, str | None, str]]] = {}
        self._others: dict[str, list[str]] = {}
        self._classes: dict[str, dict[str, None]] = {}
        self._ids: dict[str, str] = {}
        self._properties: dict[str, None] = {}
        self._inverse: dict[str, str] = {}
        self._lists: dict[str, list[Term | None]] = {}
        self._statements: dict[str, list[Term | None]] = {}
        self._relations: dict[str, Relation] = {}
        self.naming = frozenset((*self._names, *self._aliases, *self._types, *self._id, _FIRST, _REST))
        telling = self.naming | _BETWEEN_PROPERTIES | set(_PARTS)
        seen: set[str] = set()
        for subject, predicate, object, _, _ in quads:
            seen.add(predicate)
            if predicate in telling:
                self._take(subject, predicate, object)
        self._properties.update(dict.fromkeys(one for one in sorted(seen)))
        for option in ("name", "aliases", "types", "id"):
            for one in _predicates(options, option, ()):
                if one not in seen:
                    raise ConfigError(f"{option}={one!r}: nothing in {place} has this predicate", hint="give the whole IRI")

    def _take(self, subject: str, predicate: str, object: Term) -> None:
        if isinstance(object, Literal):
            if predicate in self._names:
                self._labels.setdefault(subject, []).append((self._names[predicate], object.language, object.name))
            elif predicate in self._aliases:
                self._others.setdefault(subject, []).append(object.name)
            elif predicate in self._id and self._ids.setdefault(subject, object.name) != object.name:
                raise GraphError(f"{self._place}: {shorten(subject)} has two ids: {shorten(self._ids[subject])}, {shorten(object.name)}")
        elif predicate in self._types:
            self._classes.setdefault(subject, {})[object] = None
            if object in _PROPERTY_CLASSES:
                self._properties[subject] = None
        elif predicate == f"{OWL}inverseOf":
            self._inverse[subject] = object
            self._inverse.setdefault(object, subject)
        if predicate in _BETWEEN_PROPERTIES and not isinstance(object, Literal):
            self._properties.update({subject: None, object: None})
        if predicate in (_FIRST, _REST):
            self._lists.setdefault(subject, [None, None])[predicate == _REST] = object
        elif predicate in _PARTS:
            self._statements.setdefault(subject, [None, None, None])[_PARTS[predicate]] = object

    def is_vocabulary(self, predicate: str, object: Term) -> bool:
        """A statement that names or types something, or holds a list together, and is no fact."""
        if isinstance(object, Literal):
            return predicate in self._names or predicate in self._aliases or predicate in self._id or (predicate == _FIRST)
        return predicate in self._types or predicate in (_FIRST, _REST)

    def is_property(self, node: str) -> bool:
        """A node that is a relation."""
        return node in self._properties

    @property
    def statements(self) -> dict[str, tuple[str, str, Term]]:
        """Reified statements that are whole, by their node."""
        return {node: (parts[0], parts[1], parts[2]) for node, parts in self._statements.items() if None not in parts}  # type: ignore[misc]

    def key(self, node: str) -> str:
        """The id of a node's entity."""
        return self._ids.get(node, node)

    def members(self, object: Term) -> Sequence[Term]:
        """The members of a list, those of lists in it included; any other object as it is."""
        if isinstance(object, Literal) or (object not in self._lists and object != _NIL):
            return (object,)
        found: list[Term] = []
        open_lists, gone = [(object, 1)], {object}
        while open_lists:
            at, depth = open_lists.pop()
            first, rest = self._lists.get(at, (None, None))
            if isinstance(rest, str) and rest != _NIL:
                if rest in gone:
                    raise GraphParseError(f"{self._place}: a list that holds itself")
                gone.add(rest)
                open_lists.append((rest, depth))
            if isinstance(first, str) and first in self._lists and first not in gone:
                if depth == _DEPTH:
                    raise GraphParseError(f"{self._place}: lists nested too deep (over {_DEPTH})")
                gone.add(first)
                open_lists.append((first, depth + 1))
            elif first is not None and first != _NIL:
                found.append(first)
        return found

    def texts(self, node: str) -> list[str]:
        """The name of a node and its other names: those of the language asked for first, then untagged, then English."""

        def order(label: tuple[int, str | None, str]) -> tuple[bool, int, str, int]:
            tag = label[1] or ""
            asked = self._language is not None and (tag == self._language.lower() or tag.startswith(f"{self._language.lower()}-"))
            return not asked, 0 if not tag else 1 if tag.partition("-")[0] == "en" else 2, tag, label[0]

        labels = [text for _, _, text in sorted(self._labels.get(node, ()), key=order)]
        return [text for text in dict.fromkeys((*labels, *self._others.get(node, ()))) if text.strip()]

    def entity(self, node: str) -> Entity:
        """A node with its names and types. Without a label, the last part of its IRI is its name; a blank node has none."""
        types = tuple(
            (self.texts(one) or [local_name(one)])[0] for one in self._classes.get(node, ()) if one[:2] != "_:" and one not in _NO_TYPES
        )
        texts = self.texts(node) if node in self._labels else []
        blank = node.startswith("_:") and not texts
        name = texts[0] if texts else f"{types[0]} {node}" if blank and types else node if blank else local_name(node)
        others = tuple(texts[1:]) if texts else tuple(self._others.get(node, ()))
        return Entity(self.key(node), name, others, types, named=not blank)

    def relation(self, predicate: str) -> Relation:
        """A property with its names, and those of its inverse."""
        if predicate not in self._relations:
            name, *aliases = self.texts(predicate) or [local_name(predicate)]
            back = self.texts(self._inverse[predicate]) or [local_name(self._inverse[predicate])] if predicate in self._inverse else []
            self._relations[predicate] = Relation(predicate, name, back[0] if back else None, tuple(aliases), tuple(back[1:]))
        return self._relations[predicate]

    def described(self) -> Iterator[str]:
        """Every node of which a name or a type is said, properties left out."""
        for node in dict.fromkeys((*self._labels, *self._others, *self._classes)):
            if node not in self._properties:
                yield node


def records(quads: Callable[[], Iterable[Quad]], options: Mapping[str, Any], place: str, notes: Notes) -> Iterator[Record | Triples]:
    """The entities and facts of RDF statements, which `quads` gives as often as it is called, always in the same order."""
    vocabulary = Vocabulary(quads(), options, place)
    statements = vocabulary.statements
    qualified = _qualified(quads, vocabulary, statements) if statements else {}
    spoken_for = {node for node, statement in statements.items() if statement in qualified}
    described = set(vocabulary.described())
    yield from (Record(entity=vocabulary.entity(node)) for node in vocabulary.described())
    about, related, rows = 0, set(), Rows()
    for subject, predicate, object, source, line in quads():
        if (predicate in vocabulary.naming and vocabulary.is_vocabulary(predicate, object)) or subject in spoken_for:
            continue
        if predicate in _OF_PROPERTIES and vocabulary.is_property(subject):
            about += 1
            continue
        if predicate not in related:
            related.add(predicate)
            yield Record(relation=vocabulary.relation(predicate))
        for member in vocabulary.members(object):
            for node in (subject, member):
                if isinstance(node, str) and node not in described:
                    described.add(node)
                    yield Record(entity=vocabulary.entity(node))
            more = qualified and qualified.get((subject, predicate, member))
            if isinstance(member, str) and not more:
                if rows.source != source or len(rows) == BATCH:
                    yield from rows.taken()
                    rows.source = source
                rows.add((vocabulary.key(subject), predicate, vocabulary.key(member)), line)
            elif isinstance(member, Literal) and not member.name.strip():
                notes.skip("an empty literal", f"{source}:{line}" if line else source)
            else:
                end: Node = Entity(vocabulary.key(member)) if isinstance(member, str) else member
                said = (f"{source}:{line}" if line else source,) if source else ()
                for qualifiers in more or [()]:
                    yield Record(fact=Fact(Entity(vocabulary.key(subject)), vocabulary.relation(predicate), end, qualifiers, said))
    yield from rows.taken()
    if about:
        notes.say(f"{about:,} statement{'s' * (about > 1)} about properties (domain, range, inverse …) are no facts of the graph")


def _qualified(
    quads: Callable[[], Iterable[Quad]], vocabulary: Vocabulary, statements: Mapping[str, tuple[str, str, Term]]
) -> dict[tuple[str, str, Term], list[tuple[tuple[Relation, Node], ...]]]:
    """The qualifiers of every statement that is both made and reified, one tuple for each reification."""
    wanted = set(statements.values())
    made: set[tuple[str, str, Term]] = set()
    said: dict[str, list[tuple[Relation, Node]]] = {node: [] for node in statements}
    for subject, predicate, object, _, _ in quads():
        if (subject, predicate, object) in wanted:
            made.add((subject, predicate, object))
        if subject in said and predicate not in _PARTS and not vocabulary.is_vocabulary(predicate, object):
            for member in vocabulary.members(object):
                said[subject].append((vocabulary.relation(predicate), member if isinstance(member, Literal) else vocabulary.entity(member)))
    found: dict[tuple[str, str, Term], list[tuple[tuple[Relation, Node], ...]]] = {}
    for node, statement in statements.items():
        if statement in made:
            found.setdefault(statement, []).append(tuple(sorted(said[node], key=lambda one: (one[0].id, sort_key(one[1])))))
    return found


def _predicates(options: Mapping[str, Any], option: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    said = options.get(option)
    if said is None:
        return usual
    several = (said,) if isinstance(said, str) else said
    if not isinstance(several, (list, tuple)) or not several or not all(isinstance(one, str) and one for one in several):
        raise WrongTypeError(f"{option} must be a predicate's IRI, or a list of them, not {shorten(said)}")
    return tuple(several)
