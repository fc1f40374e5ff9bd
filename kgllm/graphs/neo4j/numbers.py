"""Numbers for the nodes, relations and facts of one database that one question meets.

Where all names were read when the graph was opened, a node that facts lead to is taken from there by its element id: only what
is shown is looked at again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from kgllm.errors import GraphError
from kgllm.graphs.base import sort_key
from kgllm.graphs.neo4j.layout import Layout, literals
from kgllm.graphs.neo4j.write import QUALIFIERS, SAME, SOURCE
from kgllm.graphs.values import TYPES, literal_of
from kgllm.types import Entity, Fact, Literal, Node, Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Ints

_BITS = 23  # of a node's number
_MOST = (1 << _BITS) - 1
_KINDS = {kind.__name__: i for i, kind in enumerate(TYPES)}


class Remembered(Protocol):
    """All nodes of a database as they were when it was opened: see `LocalNames`."""

    nodes: Sequence[Node]
    place: Mapping[str, int]
    """Where in `nodes` the node of an element id is."""
    some_unnamed: bool
    stale: bool
    """Whether a node was seen to be another by now: then none is taken from here."""


class Numbers:
    """Handles of what was met, with all that is known of it."""

    def __init__(self, layout: Layout, remembered: Remembered | None = None) -> None:
        self._layout, self._remembered = layout, remembered
        names = {*layout.types, *(one for kind in layout.kinds for one in kind.values)}
        self.relations: list[Relation] = [layout.relation(one) for one in sorted(names)]
        self._relation = {relation.id: i for i, relation in enumerate(self.relations)}
        self._nodes: list[Node] = []
        self._element: list[str | None] = []  # of each node; None for a literal that is a property
        self._at: dict[str, int] = {}  # by element id
        self._known: dict[Node, int] = {}
        self._unseen: set[int] = set()  # taken from what is remembered, not looked at since
        self._place = np.full(1024, -1)  # of each node among those remembered, which are in order; -1 of others
        self._qualified: list[tuple[int, tuple[tuple[int, int], ...]]] = []  # facts with qualifiers: the plain fact, and these
        self._fact: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}
        self._sources: dict[int, tuple[str, ...]] = {}
        self._made: dict[int, Fact] = {}
        self.any_unnamed = remembered is None or remembered.some_unnamed

    def _intern(self, row: Sequence[Any]) -> int:
        """The handle of a node that was read just now."""
        handle = self._at.get(row[0])
        if handle is None:
            return self._add(self._layout.node(row), row[0])
        if handle in self._unseen:
            self._unseen.discard(handle)
            self._see(handle, self._layout.node(row))
        return handle

    def _recall(self, elements: Sequence[str]) -> list[str]:
        """Number the nodes that facts lead to and that are remembered; the others are given back."""
        if self._remembered is None:
            return list(elements)
        known, nodes = self._remembered.place, self._remembered.nodes
        places = [known.get(one, -1) for one in elements]
        there = [(one, place) for one, place in zip(elements, places, strict=True) if place >= 0]
        first, end = len(self._nodes), len(self._nodes) + len(there)
        self._room(end)
        self._nodes += [nodes[place] for _, place in there]
        self._element += [one for one, _ in there]
        self._at.update(zip(self._element[first:], range(first, end), strict=True))  # type: ignore[arg-type]  # none of these is None
        self._unseen.update(range(first, end))
        self._place[first:end] = [place for _, place in there]
        return [one for one, place in zip(elements, places, strict=True) if place < 0]

    def _see(self, handle: int, node: Node) -> None:
        """A remembered node, as it is now."""
        had = self._nodes[handle]
        if had != node or shown(had) != shown(node):
            self._remembered.stale = True  # type: ignore[union-attr]  # it was remembered
            self._nodes[handle], self._place[handle] = node, -1
            self.any_unnamed = True
        self._known.setdefault(node, handle)

    def _add(self, node: Node, element: str | None) -> int:
        """A new node that was read, or said as the value of a property."""
        handle = self._number(node, element)
        self._known.setdefault(node, handle)
        if element is not None and self._remembered is not None:
            place = self._remembered.place.get(element)
            if place is not None and self._remembered.nodes[place] == node:
                self._place[handle] = place
            elif not getattr(node, "named", True):
                self.any_unnamed = True
        return handle

    def _number(self, node: Node, element: str | None) -> int:
        handle = len(self._nodes)
        self._room(handle + 1)
        self._nodes.append(node)
        self._element.append(element)
        if element is not None:
            self._at[element] = handle
        return handle

    def _room(self, nodes: int) -> None:
        """Make room for so many nodes in all."""
        if nodes > _MOST + 1:
            raise GraphError(f"one question met more than {_MOST:,} nodes", hint="lower Limits(frontier=…, endpoints=…)")
        if nodes > len(self._place):
            self._place = np.concatenate([self._place, np.full(nodes + 1024 - len(self._place), -1)])

    def _relation_of(self, name: str) -> int:
        handle = self._relation.get(name)
        if handle is None:
            handle = self._relation[name] = len(self.relations)
            self.relations.append(self._layout.relation(name))
        return handle

    @staticmethod
    def _plain(subjects: Ints, relations: Ints, objects: Ints) -> Ints:
        """The handles of facts without qualifiers: the three numbers in one, so that a fact has the same from either side."""
        return (relations << 2 * _BITS) | (subjects << _BITS) | objects

    def _intern_fact(self, subject: int, relation: int, object: int, properties: Mapping[str, Any]) -> int:
        """The handle of a fact; one with qualifiers has a negative handle."""
        fact = (relation << 2 * _BITS) | (subject << _BITS) | object
        if not properties:
            return fact
        if pairs := self._pairs(properties):
            key = (fact, pairs)
            if key not in self._fact:
                self._qualified.append(key)
                self._fact[key] = -len(self._qualified)
            fact = self._fact[key]
        if source := properties.get(SOURCE):
            had = self._sources.get(fact, ())
            if more := [one for one in source if one not in had]:
                self._sources[fact] = (*had, *more)
                self._made.pop(fact, None)
        return fact

    def _parts(self, fact: int) -> tuple[int, int, int]:
        """Subject, relation and object of a fact."""
        if fact < 0:
            fact = self._qualified[-fact - 1][0]
        return fact >> _BITS & _MOST, fact >> 2 * _BITS, fact & _MOST

    def _beside(self, fact: int) -> tuple[tuple[int, int], ...]:
        """The qualifiers of a fact: (relation, value)."""
        return self._qualified[-fact - 1][1] if fact < 0 else ()

    def _pairs(self, properties: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
        """The qualifiers that a relationship's properties are, by relation id, then value."""
        found: dict[tuple[int, int], None] = {}
        for name, held in properties.items():
            if name == QUALIFIERS:
                for told in map(json.loads, held):
                    node: Node = Entity(told[2]) if told[1] == "e" else literal_of(told[2], _KINDS[told[3]], told[4], told[5])
                    found[self._relation_of(told[0]), self._known[node] if node in self._known else self._add(node, None)] = None
            elif name not in (SOURCE, SAME):
                for value in literals(held):
                    found[self._relation_of(name), self._value(value)] = None
        return tuple(sorted(found, key=lambda pair: (self.relations[pair[0]].id, sort_key(self._nodes[pair[1]]))))

    def _value(self, literal: Literal) -> int:
        handle = self._known.get(literal)
        return self._add(literal, None) if handle is None else handle

    def _make(self, fact: int) -> Fact:
        subject, relation, object_ = self._parts(fact)
        qualifiers = tuple((self.relations[r], self._nodes[node]) for r, node in self._beside(fact))
        ends = self._nodes[subject], self._nodes[object_]
        made = Fact(ends[0], self.relations[relation], ends[1], qualifiers, self._sources.get(fact, ()))  # type: ignore[arg-type]
        self._made[fact] = made
        return made

    # --- order ---

    def rank(self, handles: Ints) -> NDArray[np.floating[Any]]:
        """See `View.rank`; comparable within one call."""
        if not len(handles):
            return np.zeros(0)
        places = self._place[handles]
        if places.min() >= 0:
            return places.astype(np.float64)
        asked = handles.tolist()
        ordered = sorted(set(asked), key=lambda handle: (sort_key(self._nodes[handle]), handle))
        place = {handle: float(i) for i, handle in enumerate(ordered)}
        return np.array([place[handle] for handle in asked], dtype=np.float64)


def shown(node: Node) -> tuple[Any, ...]:
    """What is shown of a node."""
    return (node.name, node.aliases, node.types, node.named) if isinstance(node, Entity) else (node.name,)
