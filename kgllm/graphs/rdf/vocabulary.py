"""What RDF statements mean to a graph that people ask, in one place for files, stores and endpoints.

- A label is a name, its other languages and alternative labels are aliases; rdf:type is a type, with the classes above it; none
  of them is a fact.
- A label of a property names the relation, a label of its owl:inverseOf the way back.
- A node without a label is called by the last part of its IRI; a blank node without one only joins others.
- A blank node that only holds values of one thing is a part of it: its values are facts of the thing (see `Parts`).
- The members of a list are facts each. A statement about a statement that is also made qualifies the fact.
- `same_as=True`: nodes that owl:sameAs joins are one, under the smallest IRI.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.base import sort_key
from kgllm.graphs.rdf.names import OF_PROPERTIES, SAME, Names, predicates
from kgllm.graphs.rdf.parts import Parts
from kgllm.graphs.rdf.structure import Structure, folded
from kgllm.graphs.rdf.terms import Quad, Stated, Term, text_of
from kgllm.graphs.rdf.told import says_kind
from kgllm.types import Node, Relation

Said = Iterable[tuple[str, "Term | Stated", str]]
"""What is said of a node: (predicate, object, where)."""


@dataclass(frozen=True, slots=True)
class Meant:
    """One fact that a statement makes, in terms: nodes that are the same are already one."""

    subject: str
    predicate: str
    object: Term
    qualifiers: tuple[tuple[Relation, Node], ...] = ()
    sources: tuple[str, ...] | None = None  # of the qualifiers; None: those of the statement


class Vocabulary:
    """What is said of nodes and properties beside the facts, read from all statements once.

    quads: the statements. options: see `Names`; `same_as`: fold what owl:sameAs joins. place: how messages call the source.
    """

    def __init__(self, quads: Iterable[Quad], options: Mapping[str, Any], place: str) -> None:
        self.place = place
        self.names = Names(options)
        self.structure = Structure()
        self.parts = Parts()
        same = options.get("same_as", False)
        if not isinstance(same, bool):
            raise WrongTypeError(f"same_as must be True or False, not {shorten(same)}")
        pairs: list[tuple[str, str]] = []
        seen: set[str] = set()
        direct: set[str] = set()
        telling = self.names.telling
        kinds: dict[str, dict[tuple[str, Term], None]] = {}
        for subject, predicate, object, _, _ in quads:
            if predicate not in seen:
                seen.add(predicate)
                if says_kind(predicate) and not self.names.says_name(predicate):
                    kinds[predicate] = {}
            if predicate in kinds and not isinstance(object, Stated):
                kinds[predicate][subject, object] = None
            if predicate in telling:
                self.names.take(subject, predicate, object, place)
            self.structure.take(subject, predicate, object)
            if subject[:2] == "_:" or (isinstance(object, str) and object[:2] == "_:"):
                self.parts.take(subject, predicate, object)
            if subject[:2] != "_:":
                direct.add(predicate)
            if same and predicate == SAME and isinstance(object, str):
                pairs.append((subject, object))
        self._leaders: dict[str, str] = {}
        if same:
            self.names.members = folded(pairs)
            self._leaders = {node: leader for leader, mine in self.names.members.items() for node in mine}
        self.same = same
        self.predicates = seen
        self.parts.settle(self._stands_alone, direct)
        self.names.through = self.parts.made
        for predicate in sorted(kinds):
            self.names.tell(kinds[predicate])
        if self.names.wordings:
            self.names.wordings.check(map(self.names.relation, sorted((*seen, *self.parts.made))), place)
        for option in ("name", "aliases", "types", "id"):
            for one in predicates(options, option, ()):
                if one not in seen:
                    raise ConfigError(f"{option}={one!r}: nothing in {place} has this predicate", hint="give the whole IRI")

    def _stands_alone(self, node: str) -> bool:
        """A blank node that is something by itself: it has a name, stands for a statement, or is another node."""
        return self.names.is_called(node) or node in self.structure.statements or node in self._leaders

    def leader(self, node: str) -> str:
        """The node that stands for all that are the same."""
        return self._leaders.get(node, node)

    def members(self, node: str) -> tuple[str, ...]:
        """All nodes that are the same as this one, itself included."""
        return self.names.members.get(node, (node,))

    def is_property(self, node: str) -> bool:
        """A node that is a relation."""
        return node in self.predicates or node in self.names.properties

    def is_about_property(self, subject: str, predicate: str) -> bool:
        """A statement about a property (its domain, its inverse), which is no fact of the graph."""
        return predicate in OF_PROPERTIES and self.is_property(subject)

    def says_nothing(self, predicate: str, object: Term | Stated) -> bool:
        """A statement that names, types or holds together, and is no fact."""
        return (
            self.names.is_naming(predicate, object)
            or self.structure.is_structure(predicate)
            or isinstance(object, Stated)
            or (self.same and predicate == SAME)
        )

    def described(self, spoken_for: Callable[[str], bool]) -> Iterator[str]:
        """Every node of which a name or a type is said, in order; properties and what holds statements together left out."""
        for node in sorted(dict.fromkeys(map(self.leader, self.names.described()))):
            if not (self.is_property(node) or self.structure.is_list(node) or spoken_for(node) or self.parts.is_part(node)):
                yield node

    def ends(self, object: Term) -> Sequence[Term]:
        """The objects that a statement's object stands for: the members of a list, or itself; one for all that are the same."""
        found = self.structure.members(object, self.place)
        return [self.leader(one) if isinstance(one, str) else one for one in found] if self._leaders else found

    @property
    def is_flat(self) -> bool:
        """Whether every statement is one fact or none: no lists, no statements about statements, nothing that is the same."""
        return not self.same and self.structure.is_empty and self.parts.is_empty

    def node(self, term: Term) -> Node:
        """A term as the node that it is, with its names."""
        return self.names.entity(term) if isinstance(term, str) else term

    def facts(self, subject: str, predicate: str, object: Term, qualified: Qualified) -> Iterator[Meant]:
        """The facts that a statement makes: one for each member of a list, one for each way in which it is qualified."""
        if self.parts.is_part(object):
            for predicate_, value in self.parts.said(predicate, str(object)):
                yield from self.facts(subject, predicate_, value, qualified)
            return
        stated = self.structure.claimed(predicate, object)
        if stated is not None:
            if isinstance(object, str) and self.structure.is_deprecated(object):
                return
            subject, predicate, object = stated
        leader = self.leader(subject)
        more = None if self.structure.is_list(object) else qualified(Stated(subject, predicate, object))
        for end in self.ends(object):
            if more is None:
                yield Meant(leader, predicate, end)
            else:
                for qualifiers, sources in more.items():
                    yield Meant(leader, predicate, end, qualifiers, sources or None)

    def qualifiers(self, reifier: str, said: Said) -> tuple[tuple[Relation, Node], ...]:
        """The qualifiers that a statement's node gives, by relation id, then value."""
        found: dict[tuple[Relation, Node], None] = {}
        for predicate, object, _ in said:
            property = self.structure.qualifier(reifier, predicate)
            if property is None or self.says_nothing(predicate, object) or isinstance(object, Stated):
                continue
            for end in self.ends(object):
                found[self.names.relation(property), self.node(end)] = None
        return tuple(sorted(found, key=lambda one: (one[0].id, sort_key(one[1]))))


Ways = dict[tuple[tuple[Relation, Node], ...], tuple[str, ...]]
Qualified = Callable[[Stated], "Ways | None"]
"""For a statement, the ways in which it is qualified, each with the named graphs that say so; None where it is not."""


class Reified:
    """Which statements are qualified, asked for one by one.

    said: what is said of a node. made: whether a statement is made. named: whether a place is a named graph.
    """

    def __init__(
        self, vocabulary: Vocabulary, said: Callable[[str], Said], made: Callable[[Stated], bool], named: Callable[[str], bool]
    ) -> None:
        self._vocabulary, self._said, self._made, self._named = vocabulary, said, made, named
        self._any = bool(vocabulary.structure.statements)
        self._known: dict[str, bool] = {}

    def __call__(self, statement: Stated) -> Ways | None:
        """The ways in which a statement is qualified."""
        reifiers = self._vocabulary.structure.reifiers(statement) if self._any else ()
        if not reifiers:
            return None
        found: Ways = {}
        for node in reifiers:
            said = list(self._said(node))
            qualifiers = self._vocabulary.qualifiers(node, said)
            sources = {text_of(place) for _, _, place in said if self._named(place)}
            found[qualifiers] = tuple(sorted({*found.get(qualifiers, ()), *sources}))
        return found

    def spoken_for(self, node: str) -> bool:
        """Whether all that is said of a node belongs to a statement that is made."""
        if not self._any:
            return False
        known = self._known.get(node)
        if known is None:
            stated = self._vocabulary.structure.statements.get(node)
            known = stated is not None and (self._vocabulary.structure.asserts(node) or self._made(stated))
            self._known[node] = known
        return known
