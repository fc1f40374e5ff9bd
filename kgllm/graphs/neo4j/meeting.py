"""Meeting the nodes of a question: by key, by element id, by value, or because facts lead to them. With a node come its other
properties and how many relationships of each type it has; nothing is asked for twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.graphs.neo4j.cypher import LITERAL, Holders
from kgllm.graphs.neo4j.layout import KEYLESS, Layout, literals, stored_as
from kgllm.graphs.neo4j.numbers import Numbers, Remembered
from kgllm.graphs.neo4j.server import Server, Statement
from kgllm.graphs.neo4j.write import QUALIFIERS, literal_key
from kgllm.types import Entity, Literal, Node
from kgllm.words.names import clean

if TYPE_CHECKING:
    from kgllm.graphs.base import Ints

OUT, IN = 0, 1


class Meeting(Numbers):
    """Numbers for what was met, and a server to meet more."""

    def __init__(self, server: Server, layout: Layout, remembered: Remembered | None = None) -> None:
        super().__init__(layout, None if remembered is None or remembered.stale else remembered)
        self._server = server
        self._type_of: dict[str, tuple[int, int]] = {
            one: (n, j) for n, chunk in enumerate(layout.texts.chunks) for j, one in enumerate(chunk.types)
        }
        self._others: dict[int, list[tuple[int, int]]] = {}  # a node's properties: (relation, literal)
        self._groups: dict[int, list[tuple[int, int, int]]] = {}

    def meet(self, nodes: Iterable[Node], elements: Sequence[str] = ()) -> list[int]:
        """Look up nodes that were not met yet, by key or element id, in one round trip. The handles of `elements`, -1 for
        those that are gone."""
        new = [node for node in dict.fromkeys(nodes) if node not in self._known]
        wanted = [one for one in dict.fromkeys(elements) if one not in self._at]
        by_element = [(i, one) for i, one in enumerate(wanted)]
        by_key: list[tuple[int, str | int]] = []
        values: list[Literal] = []
        for node in new:
            if isinstance(node, Literal):
                if self._layout.own and LITERAL in self._layout.by_label:
                    by_key.append((len(self._layout.keys) - 1, literal_key(node)))
                values.append(node)
            elif isinstance(node.id, str) and node.id.startswith(KEYLESS):
                by_element.append((len(by_element), node.id[len(KEYLESS) :]))
            elif type(node.id) is str:
                by_key += self._layout.key_seeks(clean(node.id))
            elif type(node.id) is int and abs(node.id) < 1 << 63:
                by_key += self._layout.key_seeks(node.id)
        self._look(by_element, by_key, values)
        return [self._at.get(one, -1) for one in elements]

    def _look(self, by_element: list[tuple[int, str]], by_key: list[tuple[int, Any]], values: Sequence[Literal] = ()) -> None:
        texts, layout = self._layout.texts, self._layout
        statements: list[Statement] = []
        if by_element or by_key:
            parameters: dict[str, Any] = {"q": by_element, "skip": [*layout.skip, *layout.read]}
            if by_key:
                parameters |= {f"q{j}": [] for j in range(len(layout.keys))}
                for place, value in by_key:
                    parameters[f"q{place}"].append([0, value])
            statements.append((texts.around_by_key if by_key else texts.around, parameters))
        searched = self._count_values(values, statements)
        if not statements:
            return
        found = self._server.read(*statements, what="looking up nodes")
        if by_element or by_key:
            self._take(found[0][0][0], set(values))
        self._take_counts(values, searched, found[len(statements) - len(searched) :])

    def _take(self, rows: Sequence[Sequence[Any]], values: AbstractSet[Literal] = frozenset()) -> None:
        """What was read of nodes. A literal that properties may hold too is counted only where these are: among `values`."""
        hubs: list[tuple[int, str]] = []
        types = self._layout.types
        for _, node, others, counts in rows:
            handle = self._intern(node)
            if self._layout.holders and isinstance(literal := self._nodes[handle], Literal) and literal not in values:
                continue
            groups: dict[tuple[int, int], int] = {}
            if self._layout.texts.few:
                for j, name in enumerate(types):
                    for way in (OUT, IN):
                        if counts[2 * j + way]:
                            groups[self._relation[name], way] = counts[2 * j + way]
            else:
                if not all(counts[2 * way] == sum(c for _, c in counts[2 * way + 1]) for way in (OUT, IN)):
                    hubs.append((handle, node[0]))
                for way in (OUT, IN):
                    groups |= {(self._relation_of(name), way): c for name, c in counts[2 * way + 1]}
            held = [(self._relation_of(name), self._value(value)) for name, value in self._layout.properties(node, others)]
            self._others[handle] = held
            for relation, _ in held:
                groups[relation, OUT] = groups.get((relation, OUT), 0) + 1
            self._groups[handle] = sorted((*pair, count) for pair, count in groups.items())
        if hubs:
            self._take_hubs(hubs)

    def _take_hubs(self, hubs: list[tuple[int, str]]) -> None:
        """Nodes of very many relationships, in a graph of very many types: counted by every type, from the degree store."""
        chunks = self._layout.texts.hubs
        found = self._server.read(*((chunk.texts["ends", False], {"q": hubs}) for chunk in chunks), what="counting relations")
        for handle, _ in hubs:
            self._groups[handle] = [row for row in self._groups[handle] if self.relations[row[0]].id not in self._type_of]
        for chunk, [[rows]] in zip(chunks, found, strict=True):
            for handle, counts in rows:
                for j, name in enumerate(chunk.types):
                    self._groups[handle] += [(self._relation[name], way, counts[2 * j + way]) for way in (OUT, IN) if counts[2 * j + way]]
        for handle, _ in hubs:
            self._groups[handle].sort()

    def _count(self, handles: Sequence[int]) -> None:
        new = [handle for handle in dict.fromkeys(handles) if handle not in self._groups]
        if not new:
            return
        elements = [(i, element) for i, handle in enumerate(new) if (element := self._element[handle]) is not None]
        values = [node for handle in new if isinstance(node := self._nodes[handle], Literal)]
        self._look(elements, [], values)
        for handle in new:
            self._groups.setdefault(handle, [])  # gone since

    def look_again(self, handles: Iterable[int], facts: Iterable[int] = ()) -> None:
        """Look at nodes, and the ends of facts, that are remembered and about to be shown, in one round trip."""
        shown = dict.fromkeys([*handles, *(end for fact in facts for end in self._parts(fact)[::2])])
        unseen = [handle for handle in shown if handle in self._unseen]
        if not unseen:
            return
        elements = [self._element[handle] for handle in unseen]
        [[[rows]]] = self._server.read((self._layout.texts.known, {"q": elements}), what="looking up nodes")
        for row in rows:
            self._intern(row)
        self._unseen.difference_update(unseen)  # one that is gone stays as it was

    # --- literals that are properties ---

    def _count_values(self, values: Sequence[Literal], statements: list[Statement]) -> list[Holders]:
        """Add what counts the holders of the values."""
        holders = list(self._layout.holders.values()) if values else []
        if holders:
            parameters = {"values": stored_as(values)}
            statements += [(self._layout.texts.counted(one), parameters) for one in holders]
        return holders

    def _take_counts(self, values: Sequence[Literal], holders: Sequence[Holders], found: Sequence[Any]) -> None:
        asked = dict.fromkeys(values)
        counts: dict[Literal, list[tuple[int, int, int]]] = {}
        for one, [[rows]] in zip(holders, found, strict=True):
            for value, count in rows:
                for literal in literals(value):
                    if literal in asked:
                        counts.setdefault(literal, []).append((self._relation_of(one.held), IN, count))
        for literal, groups in counts.items():
            handle = self._value(literal)
            merged: dict[tuple[int, int], int] = {}
            for relation, way, count in (*groups, *self._groups.get(handle, ())):  # as a value, and as the node that it may be too
                merged[relation, way] = merged.get((relation, way), 0) + count
            self._groups[handle] = sorted((*pair, count) for pair, count in merged.items())

    def _resolve(self, told: Sequence[dict[str, Any]]) -> None:
        """Look up the entities among qualifiers, so that they come with their names."""
        said = [one for properties in told for one in map(json.loads, properties[QUALIFIERS]) if one[1] == "e"]
        if said:
            self.meet([Entity(one[2]) for one in said])

    def _handles_at(self, places: Sequence[int | str]) -> Ints:
        """The handles of nodes that facts lead to, by the numbers that end their element ids (or the whole of them); -1 for
        those that are gone. Those that are not remembered were made since, and are looked up."""
        if not places:
            return np.zeros(0, np.int64)
        if isinstance(places[0], str):
            return np.array(self._met([str(one) for one in places]), np.int64)
        numbers, prefix = np.array(places, np.int64), self._layout.prefix
        once = distinct(numbers)
        return np.array(self._met([f"{prefix}{one}" for one in once.tolist()]), np.int64)[np.searchsorted(once, numbers)]

    # --- for what is read of whole kinds (`kgllm.graphs.neo4j.whole`) ---

    @property
    def layout(self) -> Layout:
        """How the database reads."""
        return self._layout

    @property
    def server(self) -> Server:
        """What is asked."""
        return self._server

    @property
    def remembers(self) -> bool:
        """Whether all nodes are remembered: then it is enough to hear where one is."""
        return self._remembered is not None

    def met(self, rows: Sequence[Sequence[Any]]) -> Ints:
        """The handles of nodes that were read just now."""
        return np.array([self._intern(row) for row in rows], np.int64)

    def at_places(self, places: Sequence[int | str]) -> Ints:
        """See `_handles_at`."""
        return self._handles_at(places)

    def value(self, literal: Literal) -> int:
        """The handle of a literal that a property holds."""
        return self._value(literal)

    def _met(self, elements: Sequence[str]) -> list[int]:
        at = self._at
        new = [one for one in elements if one not in at]
        self.meet((), self._recall(new) if new else ())
        return [at.get(one, -1) for one in elements]
