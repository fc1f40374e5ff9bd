"""What nodes and properties are called in RDF: labels, other labels, types with their superclasses, ids, inverses.

Filled with statements in any order (`take`), asked for entities and relations. Nothing depends on the order in which the
statements came, since a store gives them in none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from kgllm.errors import GraphError, WrongTypeError, shorten
from kgllm.graphs.rdf.parts import names_through
from kgllm.graphs.rdf.spelling import apart, is_sentence, joined, written_otherwise
from kgllm.graphs.rdf.terms import OWL, RDF, RDFS, SKOS, TYPE, UNNAMED, Stated, Term, key_of, local_name, text_of
from kgllm.graphs.rdf.told import kinds_told, nouns_of
from kgllm.graphs.wordings import wordings
from kgllm.types import Entity, Key, Literal, Relation
from kgllm.words.names import has_han

NAMES = (
    f"{RDFS}label",
    f"{SKOS}prefLabel",
    "http://schema.org/name",
    "https://schema.org/name",
    "http://xmlns.com/foaf/0.1/name",
    "http://purl.org/dc/terms/title",
    "http://purl.org/dc/elements/1.1/title",
)
_TITLES = frozenset(NAMES[-2:])
"""Names of what has no label: a title may be longer than what a thing is called."""
ALIASES = (f"{SKOS}altLabel", "http://schema.org/alternateName", "https://schema.org/alternateName")
_LABELS = frozenset((*NAMES, f"{SKOS}altLabel", f"{SKOS}hiddenLabel"))
"""What only labels: no fact. Any other predicate of other names (an abbreviation, a former name) is asked for as one, too."""
TYPES = (TYPE,)
SUBCLASS, SAME, INVERSE = f"{RDFS}subClassOf", f"{OWL}sameAs", f"{OWL}inverseOf"
_WIKIBASE_TERMS = "http://wikiba.se/ontology#"
PROPERTY_CLASSES = frozenset((
    f"{RDF}Property",
    f"{_WIKIBASE_TERMS}Property",
    *(f"{OWL}{kind}Property" for kind in ("Object", "Datatype", "Annotation", "Functional", "InverseFunctional", "Transitive", "Symmetric",
                                          "Asymmetric", "Reflexive", "Irreflexive")),
))  # fmt: skip
BETWEEN_PROPERTIES = frozenset(
    (f"{RDFS}subPropertyOf", *(f"{OWL}{name}" for name in ("inverseOf", "equivalentProperty", "propertyDisjointWith")))
)
OF_PROPERTIES = frozenset((
    *BETWEEN_PROPERTIES, f"{RDFS}domain", f"{RDFS}range", f"{RDFS}isDefinedBy", f"{OWL}propertyChainAxiom",
    *(f"{_WIKIBASE_TERMS}{name}" for name in ("claim", "directClaim", "directClaimNormalized", "novalue", "propertyType", "qualifier",
                                              "qualifierValue", "qualifierValueNormalized", "reference", "referenceValue",
                                              "referenceValueNormalized", "statementProperty", "statementValue", "statementValueNormalized")),
))  # fmt: skip
NO_TYPES = frozenset((f"{OWL}NamedIndividual", f"{OWL}Thing", f"{RDFS}Resource"))
_DEEPEST = 32  # superclasses of superclasses

_WIKIBASE = re.compile(r"(.*/)prop/(?:(direct|statement|qualifier)/)?([A-Z][0-9]+)")

Label = tuple[int, str, str]  # rank of the predicate, language, text


def wikibase_role(predicate: str) -> tuple[str, str] | None:
    """The role of a predicate of Wikibase's mapping (claim, direct, statement or qualifier), and the direct property of its family.

    >>> wikibase_role("http://www.wikidata.org/prop/statement/P57")
    ('statement', 'http://www.wikidata.org/prop/direct/P57')
    """
    found = _WIKIBASE.fullmatch(predicate)
    return None if found is None else (found[2] or "claim", f"{found[1]}prop/direct/{found[3]}")


def predicates(options: Mapping[str, Any], option: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    """The predicates that an option names, or the usual ones.

    Raises:
        WrongTypeError: something else than an IRI or a list of them.
    """
    said = options.get(option)
    if said is None:
        return usual
    several = (said,) if isinstance(said, str) else said
    if not isinstance(several, (list, tuple)) or not several or not all(isinstance(one, str) and one for one in several):
        raise WrongTypeError(f"{option} must be a predicate's IRI, or a list of them, not {shorten(said)}")
    return tuple(several)


class Names:
    """options: `name`, `aliases`, `types`, `id`: predicates instead of the usual ones; `language`: whose labels are the names.

    >>> names = Names({})
    >>> names.take("http://e/m", "http://www.w3.org/2000/01/rdf-schema#label", Literal("流浪地球", language="zh"))
    >>> names.entity("http://e/m").name
    '流浪地球'
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.labels = {one: rank for rank, one in enumerate(predicates(options, "name", NAMES))}
        self._titles = {rank for one, rank in self.labels.items() if one in _TITLES}
        self.aliases = dict.fromkeys(predicates(options, "aliases", ALIASES))
        self.types = dict.fromkeys(predicates(options, "types", TYPES))
        self.ids = dict.fromkeys(predicates(options, "id", ()))
        self.languages = _languages(options.get("language"))
        self.wordings = wordings(options.get("relations"))
        self.also = frozenset(self.aliases) - {*self.labels, *self.ids, *_LABELS}  # name something where they are a fact, too
        self.literals = frozenset((*self.labels, *self.aliases, *self.ids, UNNAMED)) - self.also  # only name it, with a literal
        self.telling = self.literals | self.also | {*self.types, SUBCLASS, *BETWEEN_PROPERTIES}
        self.members: dict[str, tuple[str, ...]] = {}  # of nodes folded into one, by the one that stands for them
        self._labels: dict[str, set[Label]] = {}
        self._others: dict[str, set[str]] = {}
        self._classes: dict[str, set[str]] = {}
        self._above: dict[str, set[str]] = {}
        self._ids: dict[str, str] = {}
        self._nodes: dict[Key, str] = {}
        self._unnamed: set[str] = set()
        self._inverse: dict[str, set[str]] = {}
        self._relations: dict[str, Relation] = {}
        self._types: dict[str, tuple[str, ...]] = {}
        self.properties: set[str] = set()
        self.through: dict[str, tuple[str, str, bool, bool]] = {}  # properties that lead through a part (`Parts.made`)
        self._nouns: dict[Term, str] = {}  # what such kinds are in Chinese
        self._told: dict[str, list[Term]] = {}  # kinds that a property says of nodes
        self.told_long: set[str] = set()  # properties with a label that is a sentence and no name

    def take(self, subject: str, predicate: str, object: Term | Stated, place: str = "the graph") -> None:
        """Note what a statement says of names; others say nothing here.

        Raises:
            GraphError: a node with two ids.
        """
        if isinstance(object, Literal):
            self._take_text(subject, predicate, object, place)
        elif isinstance(object, str):
            if predicate in self.types:
                self._classes.setdefault(subject, set()).add(object)
                if object in PROPERTY_CLASSES:
                    self.properties.add(subject)
            if predicate == SUBCLASS:
                self._above.setdefault(subject, set()).add(object)
            elif predicate in BETWEEN_PROPERTIES:
                self.properties.update((subject, object))
                if predicate == INVERSE:
                    self._inverse.setdefault(subject, set()).add(object)
                    self._inverse.setdefault(object, set()).add(subject)

    def _take_text(self, subject: str, predicate: str, object: Literal, place: str) -> None:
        if predicate in self.labels:
            self._labels.setdefault(subject, set()).add((self.labels[predicate], object.language or "", object.name))
        elif predicate in self.aliases:
            self._others.setdefault(subject, set()).add(object.name)
        elif predicate in self.ids:
            if self._ids.setdefault(subject, object.name) != object.name:
                raise GraphError(f"{place}: {shorten(subject)} has two ids: {shorten(self._ids[subject])}, {shorten(object.name)}")
            self._nodes[object.name] = subject
        elif predicate == UNNAMED and object.name == "false":
            self._unnamed.add(subject)

    def is_naming(self, predicate: str, object: Term | Stated) -> bool:
        """A statement that names or types something, and is no fact."""
        return predicate in self.literals if isinstance(object, Literal) else predicate in self.types

    def key(self, node: str) -> Key:
        """The id of a node's entity."""
        return self._ids[node] if node in self._ids else key_of(node)

    def node(self, key: Key) -> str | None:
        """The node that has this id, where ids are said by a predicate."""
        return self._nodes.get(key)

    def texts(self, node: str) -> list[str]:
        """The name of a node and its other names: those of the languages asked for first, then untagged, then English."""
        mine = self.members.get(node, (node,))
        labels = [text for _, _, text in sorted({label for one in mine for label in self._labels.get(one, ())}, key=self._order)]
        others = sorted({text for one in mine for text in self._others.get(one, ())})
        return [text for text in dict.fromkeys((*labels, *others)) if text.strip()]

    def _order(self, label: Label) -> tuple[Any, ...]:
        rank, tag, text = label
        asked = next((i for i, one in enumerate(self.languages) if tag == one or tag.startswith(f"{one}-")), len(self.languages))
        return rank in self._titles, asked, 0 if not tag else 1 if tag.partition("-")[0] == "en" else 2, tag, rank, text

    def entity(self, node: str) -> Entity:
        """A node with its names and types. Without a label, the last part of its IRI is its name; a blank node has none."""
        mine = self.members.get(node, (node,))
        types = self.types_of(mine)
        texts = self.texts(node)
        labelled = any(one in self._labels for one in mine) and bool(texts)
        blank = node.startswith("_:") and not labelled
        name = texts[0] if labelled else f"{types[0]} {node}" if blank and types else node if blank else local_name(node)
        others = [text for text in texts if text != name]
        others += written_otherwise(texts if labelled else () if blank else (name, *texts))
        return Entity(self.key(node), name, tuple(others), types, named=not blank and not self._unnamed.intersection(mine))

    def tell(self, said: Collection[tuple[str, Term]]) -> None:
        """Take the kinds that a property says of nodes for types, where `rdf:type` says the same of all of them."""
        told = kinds_told(said, [self._classes.get(node, set()) for node in {node for node, _ in said}])
        self._told |= told
        of: dict[Term, list[str]] = {}
        for node, kinds in told.items():
            for kind in kinds:
                of.setdefault(kind, []).extend(self._han_labels(node)[:1])
        self._nouns |= nouns_of(of)

    def _han_labels(self, node: str) -> list[str]:
        """What a node is called in Chinese."""
        said = sorted(label for label in self._labels.get(node, ()) if label[1].partition("-")[0] in ("", "zh") and has_han(label[2]))
        return [joined(text) for _, _, text in said]

    def types_of(self, nodes: Iterable[str]) -> tuple[str, ...]:
        """The names of the classes of some nodes that are one, and of the classes above these, nearest first; then the kinds told."""
        nodes = tuple(nodes)
        told = [text for node in nodes for kind in self._told.get(node, ()) for text in self._kind_names(kind)] if self._told else ()
        return tuple(dict.fromkeys((*self._types_said(nodes), *told)))

    def _kind_names(self, kind: Term) -> list[str]:
        """What a kind is called: by its name and, in another script, by the first that is in it."""
        texts = [kind.name] if isinstance(kind, Literal) else self.texts(kind) or [local_name(kind)]
        names = [apart(joined(text)) for text in texts if text.strip()]
        if not any(map(has_han, names)) and kind in self._nouns:
            names.append(self._nouns[kind])
        if not names:
            return []
        other = next((text for text in names if has_han(text) != has_han(names[0])), None)
        return names[:1] if other is None or not (has_han(other) or has_han(names[0])) else [names[0], other]

    def _types_said(self, nodes: tuple[str, ...]) -> tuple[str, ...]:
        classes = {one for node in nodes for one in self._classes.get(node, ())}
        if len(classes) == 1:
            (only,) = classes
            if only not in self._types:
                self._types[only] = self._named_classes(classes)
            return self._types[only]
        return self._named_classes(classes)

    def _named_classes(self, classes: set[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        gone: set[str] = set()
        level = classes
        for _ in range(_DEEPEST):
            if not level:
                break
            gone |= level
            names = (self.class_name(one) for one in level if one[:2] != "_:" and one not in NO_TYPES)
            found.update(dict.fromkeys(sorted(names)))
            level = {above for one in level for above in self._above.get(one, ())} - gone
        return tuple(found)

    def class_name(self, node: str) -> str:
        """What a class is called."""
        return (self.texts(node) or [local_name(node)])[0]

    def relation(self, predicate: str) -> Relation:
        """A property with its names, and those of its inverse."""
        if predicate not in self._relations:
            name, *aliases = self._property_texts(predicate)
            back = [text for one in sorted(self._inverse.get(predicate, ())) for text in self._property_texts(one)]
            named = Relation(text_of(predicate), name, back[0] if back else None, tuple(aliases), tuple(back[1:]))
            self._relations[predicate] = self.wordings.of(named)
        return self._relations[predicate]

    def _property_texts(self, predicate: str) -> list[str]:
        if (found := self.through.get(predicate)) is not None:
            first, then, main, alone = found
            return names_through(self._property_texts(first), self._property_texts(then), main=main, alone=alone)
        if not (texts := self.texts(predicate)) and (role := wikibase_role(predicate)):
            texts = self.texts(property_item(role[1]))
        texts = [" ".join(text.split()) for text in texts]  # editors of XML break labels and indent what follows
        if any(map(is_sentence, texts)):
            self.told_long.add(predicate)
            texts = [text for text in texts if not is_sentence(text)]
        return texts or [local_name(predicate)]

    @property
    def any_unnamed(self) -> bool:
        """Whether of some node it is said that it only joins others."""
        return bool(self._unnamed)

    def described(self) -> Iterator[str]:
        """Every node of which a name or a type is said, by no order."""
        yield from dict.fromkeys((*self._labels, *self._others, *self._classes))

    def says_name(self, predicate: str) -> bool:
        """Whether a predicate names or types things."""
        return predicate in self.literals or predicate in self.also or predicate in self.types

    def is_called(self, node: str) -> bool:
        """Whether a node has a label or an id of its own."""
        return node in self._labels or node in self._others or node in self._ids

    def is_described(self, node: str) -> bool:
        """Whether a name or a type of a node is said."""
        mine = self.members.get(node, (node,))
        return any(one in self._labels or one in self._others or one in self._classes for one in mine)

    def classes_of(self, node: str) -> set[str]:
        """The classes of a node, as they are said."""
        return self._classes.get(node, set())


def property_item(direct: str) -> str:
    """The item that describes a Wikibase property, from its direct form.

    >>> property_item("http://www.wikidata.org/prop/direct/P57")
    'http://www.wikidata.org/entity/P57'
    """
    head, _, tail = direct.rpartition("prop/direct/")
    return f"{head}entity/{tail}"


def _languages(said: Any) -> tuple[str, ...]:
    several: Sequence[Any] = () if said is None else (said,) if isinstance(said, str) else said
    if not isinstance(several, (list, tuple)) or not all(isinstance(one, str) and one for one in several):
        raise WrongTypeError(f"language must be a tag such as 'zh', or a list of them, not {shorten(said)}")
    return tuple(one.lower() for one in several)
