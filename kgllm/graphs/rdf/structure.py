"""What holds RDF statements together and is no fact itself: lists, statements about statements, nodes that are the same.

Three ways to say more about a statement are read as its qualifiers: reification (rdf:subject, rdf:predicate, rdf:object),
RDF 1.2's rdf:reifies with a triple term ("RDF-star"), and Wikibase's statement nodes (p:, ps:, pq:).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kgllm.errors import GraphParseError
from kgllm.graphs.rdf.names import wikibase_role
from kgllm.graphs.rdf.terms import FIRST, NIL, PARTS, REIFIES, REST, Stated, Term
from kgllm.types import Literal

_DEPTH = 64
RANK, DEPRECATED = "http://wikiba.se/ontology#rank", "http://wikiba.se/ontology#DeprecatedRank"


class Structure:
    """Filled with statements in any order (`take`), then asked.

    >>> lists = Structure()
    >>> lists.take("_:l", FIRST, Literal("a"))
    >>> lists.take("_:l", REST, NIL)
    >>> [member.name for member in lists.members("_:l", "here")]
    ['a']
    """

    def __init__(self) -> None:
        self._lists: dict[str, list[Term | None]] = {}
        self._parts: dict[str, list[Term | None]] = {}
        self._stated: dict[str, Stated] = {}
        self._claims: dict[str, list[tuple[str, str]]] = {}  # statement node → (subject, direct property)
        self._values: dict[str, list[tuple[str, Term]]] = {}  # statement node → (direct property, object)
        self._deprecated: set[str] = set()
        self._roles: dict[str, tuple[str, str] | None] = {}
        self._statements: dict[str, Stated] | None = None
        self._reifiers: dict[Stated, list[str]] | None = None
        self._heads: dict[Term, list[str]] | None = None
        self._reached: dict[Term, list[Stated]] | None = None

    def take(self, subject: str, predicate: str, object: Term | Stated) -> None:
        """Note what a statement says of structure; others say nothing here."""
        if predicate not in self._roles:
            self._roles[predicate] = _role(predicate)
        role = self._roles[predicate]
        if role is None:
            return
        how, direct = role
        if isinstance(object, Stated):
            if how == "reifies":
                self._stated[subject] = min(object, self._stated.get(subject, object), key=str)
        elif how == "list":
            self._lists.setdefault(subject, [None, None])[predicate == REST] = object
        elif how == "part":
            self._parts.setdefault(subject, [None, None, None])[PARTS[predicate]] = object
        elif how == "claim" and isinstance(object, str):
            self._claims.setdefault(object, []).append((subject, direct))
        elif how == "statement":
            self._values.setdefault(subject, []).append((direct, object))
        elif how == "rank" and object == DEPRECATED:
            self._deprecated.add(subject)

    @property
    def is_empty(self) -> bool:
        """Whether no statement holds others together."""
        return not (self._lists or self._parts or self._stated or self._claims)

    def is_structure(self, predicate: str) -> bool:
        """A predicate that holds a list together."""
        return predicate in (FIRST, REST)

    @property
    def statements(self) -> dict[str, Stated]:
        """What each node that stands for a whole statement says."""
        if self._statements is None:
            whole = {node: parts for node, parts in self._parts.items() if None not in parts and isinstance(parts[1], str)}
            found = {node: Stated(str(parts[0]), str(parts[1]), parts[2]) for node, parts in whole.items() if parts[2] is not None}
            self._statements = {**found, **self._stated, **dict(self._wikibase())}
        return self._statements

    def _wikibase(self) -> Iterator[tuple[str, Stated]]:
        for node, claims in self._claims.items():
            mains = self._values.get(node, ())
            for subject, direct in claims:
                for property, object in mains:
                    if property == direct:
                        yield node, Stated(subject, direct, object)

    @property
    def has_claims(self) -> bool:
        """Whether there are statement nodes of Wikibase."""
        return bool(self._claims)

    def reached(self, object: Term) -> Sequence[Stated]:
        """The statements of Wikibase's nodes with this object."""
        if self._reached is None:
            found: dict[Term, dict[Stated, None]] = {}
            for node, statement in self.statements.items():
                if node in self._claims:
                    found.setdefault(statement.object, {})[statement] = None
            self._reached = {end: list(mine) for end, mine in found.items()}
        return self._reached.get(object, ())

    def asserts(self, node: str) -> bool:
        """Whether a statement's node makes the statement by itself, as Wikibase's do."""
        return node in self._claims

    def is_deprecated(self, node: str) -> bool:
        """A statement that its graph keeps and does not hold."""
        return node in self._deprecated

    def claimed(self, predicate: str, object: Term | Stated) -> Stated | None:
        """The statement that a claim (an edge from an item to a Wikibase statement node) makes, None where it is another edge."""
        role = self._roles.get(predicate)
        if role is None or role[0] != "claim" or not isinstance(object, str):
            return None
        return self.statements.get(object)

    def reifiers(self, statement: Stated) -> Sequence[str]:
        """The nodes that stand for a statement."""
        if self._reifiers is None:
            found: dict[Stated, list[str]] = {}
            for node, one in self.statements.items():
                if node not in self._deprecated:
                    found.setdefault(one, []).append(node)
            self._reifiers = found
        return self._reifiers.get(statement, ())

    def qualifier(self, node: str, predicate: str) -> str | None:
        """The property by which a statement's node is qualified; None for predicates that hold the statement together."""
        if predicate in PARTS or predicate == REIFIES:
            return None
        if node not in self._claims:
            return predicate
        role = self._roles.get(predicate)
        return role[1] if role is not None and role[0] == "qualifier" else None

    def is_list(self, node: Term) -> bool:
        """The head of a list, or a cell of one."""
        return node in self._lists or node == NIL

    def heads(self, member: Term) -> Sequence[str]:
        """The lists that hold a member, and the lists that hold these."""
        if self._heads is None:
            below: dict[str, str] = {rest: cell for cell, (_, rest) in self._lists.items() if isinstance(rest, str) and rest != NIL}
            held: dict[str, list[str]] = {}
            found: dict[Term, list[str]] = {}
            for cell, (first, _) in self._lists.items():
                at, gone = cell, {cell}
                while at in below and below[at] not in gone:
                    at = below[at]
                    gone.add(at)
                if first is not None:
                    found.setdefault(first, []).append(at)
                    if isinstance(first, str) and first in self._lists:
                        held.setdefault(first, []).append(at)
            for member_, mine in found.items():
                found[member_] = list(dict.fromkeys(_closed(mine, held)))
            self._heads = found
        return self._heads.get(member, ())

    def members(self, object: Term, place: str) -> Sequence[Term]:
        """The members of a list, those of lists in it included; any other object as it is.

        Raises:
            GraphParseError: a list that holds itself, or lists nested too deep.
        """
        if isinstance(object, Literal) or not self.is_list(object):
            return (object,)
        found: list[Term] = []
        open_lists, gone = [(object, 1)], {object}
        while open_lists:
            at, depth = open_lists.pop()
            first, rest = self._lists.get(at, (None, None))
            if isinstance(rest, str) and rest != NIL:
                if rest in gone:
                    raise GraphParseError(f"{place}: a list that holds itself")
                gone.add(rest)
                open_lists.append((rest, depth))
            if isinstance(first, str) and first in self._lists and first not in gone:
                if depth == _DEPTH:
                    raise GraphParseError(f"{place}: lists nested too deep (over {_DEPTH})")
                gone.add(first)
                open_lists.append((first, depth + 1))
            elif first is not None and first != NIL:
                found.append(first)
        return found


def _role(predicate: str) -> tuple[str, str] | None:
    if predicate in (FIRST, REST):
        return ("list", "")
    if predicate in PARTS:
        return ("part", "")
    if predicate == REIFIES:
        return ("reifies", "")
    if predicate == RANK:
        return ("rank", "")
    return wikibase_role(predicate)


def _closed(heads: Iterable[str], held: dict[str, list[str]]) -> Iterator[str]:
    left, gone = list(heads), set[str]()
    while left:
        at = left.pop(0)
        if at not in gone:
            gone.add(at)
            yield at
            left += held.get(at, ())


def folded(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The nodes that are the same, by the one of each that stands for them: the smallest IRI, blank nodes last.

    >>> folded([("e:b", "e:a"), ("e:b", "e:c")])
    {'e:a': ('e:a', 'e:b', 'e:c')}
    """
    leader: dict[str, str] = {}

    def find(node: str) -> str:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for one, other in pairs:
        first, second = sorted((find(one), find(other)), key=lambda node: (node.startswith("_:"), node))
        leader[second] = first
    found: dict[str, list[str]] = {}
    for node in leader:
        found.setdefault(find(node), []).append(node)
    return {node: tuple(sorted(mine)) for node, mine in sorted(found.items())}
