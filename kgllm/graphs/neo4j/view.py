"""Walking a Neo4j graph: handles for the nodes, relations and facts that one question meets.

What was fetched is kept for that question, so nothing is asked for twice. Every method is one round trip at most: nodes come
with their names, types and counts, edges with their neighbours and properties.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.errors import ConfigError
from kgllm.graphs.base import Edges, Groups, sort_key
from kgllm.graphs.neo4j.cypher import LITERAL, SORTED, Holders
from kgllm.graphs.neo4j.layout import KEYLESS, Layout, literals, stored_as
from kgllm.graphs.neo4j.server import Server, Statement
from kgllm.graphs.neo4j.write import QUALIFIERS, SAME, SOURCE, literal_key
from kgllm.graphs.values import TYPES, literal_of
from kgllm.linking.names import clean
from kgllm.types import Entity, Fact, Literal, Node, Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Bools, Ints

_OUT, _IN = 0, 1
_SORTED_IN_ALL = 100_000  # facts that the server sorts for one call
_KINDS = {kind.__name__: i for i, kind in enumerate(TYPES)}

Request = tuple[int, int, int]  # handle, relation, way
Found = tuple[int, list[int], list[int], bool]  # the limit it was fetched with, neighbours, facts, truncated


class Neo4jView:
    """A `View` of one database, for the time of one question."""

    remote = True  # every call may be a round trip: what will be needed is best asked for together

    def __init__(self, server: Server, layout: Layout) -> None:
        self._server, self._layout = server, layout
        names = {*layout.types, *(one for kind in layout.kinds for one in kind.values)}
        self.relations: list[Relation] = [layout.relation(one) for one in sorted(names)]
        self._relation = {relation.id: i for i, relation in enumerate(self.relations)}
        self._type_of: dict[str, tuple[int, int]] = {
            one: (n, j) for n, chunk in enumerate(layout.texts.chunks) for j, one in enumerate(chunk.types)
        }
        self._nodes: list[Node] = []
        self._order: list[tuple[int, str, str, str]] = []
        self._element: list[str | None] = []  # of each node; None for a literal that is a property
        self._at: dict[str, int] = {}  # by element id
        self._known: dict[Node, int] = {}
        self._others: dict[int, list[tuple[int, int]]] = {}  # a node's properties: (relation, literal)
        self._groups: dict[int, list[tuple[int, int, int]]] = {}
        self._edges: dict[Request, Found] = {}
        self._facts: list[tuple[int, int, int, tuple[tuple[int, int], ...], tuple[str, ...]]] = []
        self._fact: dict[tuple[Any, ...], int] = {}
        self._made: dict[int, Fact] = {}

    # --- View ---

    def handles(self, nodes: Sequence[Node]) -> Ints:
        """See `View.handles`."""
        self.meet(nodes)
        return np.array([self._known.get(node, -1) for node in nodes], dtype=np.int64)

    def nodes(self, handles: Ints) -> list[Node]:
        """See `View.nodes`."""
        return [self._nodes[handle] for handle in handles.tolist()]

    def node(self, handle: int) -> Node:
        """One of `nodes`."""
        return self._nodes[handle]

    def groups(self, handles: Ints) -> Groups:
        """See `View.groups`."""
        asked = handles.tolist()
        self._count(asked)
        rows = [(origin, *row) for origin, handle in enumerate(asked) for row in self._groups[handle]]
        return Groups(*_columns(rows, 4))

    def edges(self, handles: Ints, relations: Ints, ways: Ints, limit: int) -> Edges:
        """See `View.edges`."""
        requests = list(zip(handles.tolist(), relations.tolist(), ways.tolist(), strict=True))
        self._fetch(dict.fromkeys(requests), limit)
        sizes, neighbours, facts = [], [], []
        truncated = np.zeros(len(requests), dtype=bool)
        for i, request in enumerate(requests):
            _, near, mine, cut = self._edges[request]
            truncated[i] = cut or len(mine) > limit
            neighbours += near[:limit]
            facts += mine[:limit]
            sizes.append(min(limit, len(mine)))
        row = np.repeat(np.arange(len(requests)), np.array(sizes, np.int64))
        return Edges(row, np.array(neighbours, np.int64), np.array(facts, np.int64), truncated)

    def follow(self, nodes: Ints, relation: int, way: int, limit: int) -> tuple[Ints, Ints, Ints, bool]:
        """Columns (start, end, fact) of one relation one way, by the keys of the nodes, and whether one has more than `limit`."""
        ordered = nodes[np.argsort(self.rank(nodes), kind="stable")]
        edges = self.edges(ordered, np.full(len(nodes), relation), np.full(len(nodes), way), limit)
        return ordered[edges.row], edges.neighbour, edges.fact, bool(edges.truncated.any())

    def facts(self, facts: Ints) -> list[Fact]:
        """See `View.facts`."""
        return [self._made.get(fact) or self._make(fact) for fact in facts.tolist()]

    def qualifiers(self, facts: Ints) -> tuple[Ints, Ints, Ints]:
        """See `View.qualifiers`."""
        rows = [(row, *pair) for row, fact in enumerate(facts.tolist()) for pair in self._facts[fact][3]]
        row, relation, node = _columns(rows, 3)
        return row, relation, node

    def named(self, handles: Ints) -> Bools:
        """See `View.named`."""
        nodes = (self._nodes[handle] for handle in handles.tolist())
        return np.array([not isinstance(node, Entity) or node.named for node in nodes], dtype=bool)

    def literal(self, handles: Ints) -> Bools:
        """See `View.literal`."""
        return np.array([isinstance(self._nodes[handle], Literal) for handle in handles.tolist()], dtype=bool)

    def degrees(self, handles: Ints) -> Ints:
        """See `View.degrees`."""
        asked = handles.tolist()
        self._count(asked)
        return np.array([sum(count for _, _, count in self._groups[handle]) for handle in asked], dtype=np.int64)

    def rank(self, handles: Ints) -> NDArray[np.floating[Any]]:
        """See `View.rank`; comparable within one call."""
        asked = handles.tolist()
        ordered = sorted(set(asked), key=lambda handle: (self._order[handle], handle))
        place = {handle: float(i) for i, handle in enumerate(ordered)}
        return np.array([place[handle] for handle in asked], dtype=np.float64)

    # --- meeting nodes ---

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
            self._take(found[0][0][0])
        self._take_counts(values, searched, found[len(statements) - len(searched) :])

    def _take(self, rows: Sequence[Sequence[Any]]) -> None:
        hubs: list[tuple[int, str]] = []
        types = self._layout.types
        for _, node, others, counts in rows:
            handle = self._intern(node)
            groups: dict[tuple[int, int], int] = {}
            if self._layout.texts.few:
                for j, name in enumerate(types):
                    for way in (_OUT, _IN):
                        if counts[2 * j + way]:
                            groups[self._relation[name], way] = counts[2 * j + way]
            else:
                if not all(counts[2 * way] == sum(c for _, c in counts[2 * way + 1]) for way in (_OUT, _IN)):
                    hubs.append((handle, node[0]))
                for way in (_OUT, _IN):
                    groups |= {(self._relation_of(name), way): c for name, c in counts[2 * way + 1]}
            held = [(self._relation_of(name), self._value(value)) for name, value in self._layout.properties(node[1], others)]
            self._others[handle] = held
            for relation, _ in held:
                groups[relation, _OUT] = groups.get((relation, _OUT), 0) + 1
            self._groups[handle] = sorted((*pair, count) for pair, count in groups.items())
        if hubs:
            self._take_hubs(hubs)

    def _take_hubs(self, hubs: list[tuple[int, str]]) -> None:
        """Nodes of very many relationships, in a graph of very many types: counted by every type, from the degree store."""
        chunks = self._layout.texts.hubs
        found = self._server.read(*((chunk.text, {"q": hubs}) for chunk in chunks), what="counting relations")
        for handle, _ in hubs:
            self._groups[handle] = [row for row in self._groups[handle] if self.relations[row[0]].id not in self._type_of]
        for chunk, [[rows]] in zip(chunks, found, strict=True):
            for handle, counts in rows:
                for j, name in enumerate(chunk.types):
                    self._groups[handle] += [(self._relation[name], way, counts[2 * j + way]) for way in (_OUT, _IN) if counts[2 * j + way]]
        for handle, _ in hubs:
            self._groups[handle].sort()

    def _count(self, handles: Sequence[int]) -> None:
        new = [handle for handle in dict.fromkeys(handles) if handle not in self._groups]
        if not new:
            return
        elements = [(i, element) for i, handle in enumerate(new) if (element := self._element[handle]) is not None]
        values = [self._nodes[handle] for handle in new if self._element[handle] is None]
        self._look(elements, [], values)  # type: ignore[arg-type]  # what has no element is a literal
        for handle in new:
            self._groups.setdefault(handle, [])  # gone since

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
                        counts.setdefault(literal, []).append((self._relation_of(one.held), _IN, count))
        for literal, groups in counts.items():
            handle = self._value(literal)
            merged: dict[tuple[int, int], int] = {}
            for relation, way, count in groups:
                merged[relation, way] = merged.get((relation, way), 0) + count
            had = {row[:2]: row[2] for row in self._groups.get(handle, ())}
            self._groups[handle] = sorted((*pair, count) for pair, count in (had | merged).items())

    def _value(self, literal: Literal) -> int:
        handle = self._known.get(literal)
        return self._add(literal, None) if handle is None else handle

    # --- edges ---

    def _fetch(self, requests: Iterable[Request], limit: int) -> None:
        """Fetch what is missing: all of it in one round trip."""
        missing = []
        for request in requests:
            had = self._edges.get(request)
            if had is None or (had[0] < limit and had[3]):
                missing.append(request)
        if not missing:
            return
        if limit < 1:
            raise ConfigError(f"limit must be 1 or more, not {limit!r}")
        steps: dict[tuple[int, bool], dict[str, list[Any]]] = {}
        values: dict[int, list[int]] = {}
        budget = _SORTED_IN_ALL
        for n, (handle, relation, way) in enumerate(missing):
            groups = self._groups.get(handle)
            size = None if groups is None else next((row[2] for row in groups if row[0] == relation and row[1] == way), 0)
            element, chunk = self._element[handle], self._type_of.get(self.relations[relation].id)
            if way == _OUT and handle not in self._others and element is not None and self._layout.holders:
                self._count([handle])
            if size == 0:
                continue
            if element is None and way == _IN:
                values.setdefault(relation, []).append(handle)
            elif element is not None and chunk is not None:
                sort = size is not None and limit < size <= min(SORTED, budget)
                budget -= size if sort and size else 0
                steps.setdefault((chunk[0], sort), {}).setdefault(f"{'oi'[way]}{chunk[1]}", []).append([n, element])
        found: dict[int, list[Any]] = {}
        self._ask_types(steps, limit, found)
        self._ask_values(values, missing, limit, found)
        self._resolve([properties for rows in found.values() for _, properties in rows if QUALIFIERS in properties])
        for n, request in enumerate(missing):
            self._edges[request] = self._found(request, found.get(n, ()), limit)

    def _ask_types(self, steps: dict[tuple[int, bool], dict[str, list[Any]]], limit: int, found: dict[int, list[Any]]) -> None:
        chunks = self._layout.texts.chunks
        statements: list[Statement] = []
        for (at, sort), given in steps.items():
            empty: dict[str, Any] = {f"{way}{j}": [] for j in range(len(chunks[at].types)) for way in "oi"}
            statements.append((chunks[at].sorted if sort else chunks[at].text, empty | given | {"k": limit + 1}))
        for lists in self._server.read(*statements, what="following relations") if statements else ():
            for [rows] in lists:
                for n, node, properties in rows:
                    found.setdefault(n, []).append((self._intern(node), properties))

    def _ask_values(self, values: dict[int, list[int]], missing: list[Request], limit: int, found: dict[int, list[Any]]) -> None:
        holders = self._layout.holders
        asked = [(relation, handles) for relation, handles in values.items() if self.relations[relation].id in holders]
        if not asked:
            return
        place = {request: n for n, request in enumerate(missing)}
        statements: list[Statement] = [
            (
                self._layout.texts.held(holders[self.relations[relation].id]),
                {"values": stored_as([self._nodes[handle] for handle in handles]), "k": limit + 1},  # type: ignore[misc]
            )
            for relation, handles in asked
        ]
        for (relation, _), [[rows]] in zip(asked, self._server.read(*statements, what="following values"), strict=True):
            for value, node in rows:
                for literal in literals(value):
                    n = place.get((self._known.get(literal, -1), relation, _IN))
                    if n is not None:
                        found.setdefault(n, []).append((self._intern(node), {}))

    def _found(self, request: Request, rows: Sequence[tuple[int, dict[str, Any]]], limit: int) -> Found:
        handle, relation, way = request
        order, facts = self._order, self._facts
        pairs: dict[int, int] = {}  # fact → neighbour
        for near, properties in rows:
            fact = (
                self._intern_fact(handle, relation, near, properties)
                if way == _OUT
                else self._intern_fact(near, relation, handle, properties)
            )
            pairs[fact] = near
        if way == _OUT and (others := self._others.get(handle)):
            for other, value in others:
                if other == relation:
                    pairs[self._intern_fact(handle, relation, value, {})] = value
        if len(pairs) > 1:
            nears = list(pairs.values())
            if len(set(nears)) == len(nears):
                at = sorted(range(len(nears)), key=[order[near] for near in nears].__getitem__)
            else:  # facts that differ in qualifiers alone
                at = sorted(range(len(nears)), key=[(order[near], facts[fact][3]) for fact, near in pairs.items()].__getitem__)
            made = list(pairs)
            return (limit, [nears[i] for i in at[:limit]], [made[i] for i in at[:limit]], len(nears) > limit or len(rows) > limit)
        return (limit, list(pairs.values()), list(pairs), len(rows) > limit)

    # --- numbering ---

    def _intern(self, row: Sequence[Any]) -> int:
        handle = self._at.get(row[0])
        return self._add(self._layout.node(row), row[0]) if handle is None else handle

    def _add(self, node: Node, element: str | None) -> int:
        handle = len(self._nodes)
        self._nodes.append(node)
        self._order.append(sort_key(node))
        self._element.append(element)
        if element is not None:
            self._at[element] = handle
        self._known.setdefault(node, handle)
        return handle

    def facts_of(self, rows: Iterable[tuple[Node, str, Sequence[Any], dict[str, Any]]]) -> list[Fact]:
        """Facts of (subject, relation, what was read of the object, properties), equal ones once."""
        told = list(rows)
        self._resolve([properties for _, _, _, properties in told if QUALIFIERS in properties])
        found: dict[int, None] = {}
        for subject, name, row, properties in told:
            handle = self._known.get(subject)
            start = self._add(subject, None) if handle is None else handle
            found[self._intern_fact(start, self._relation_of(name), self._intern(row), properties)] = None
        return self.facts(np.array(list(found), np.int64))

    def facts_between(self, rows: Iterable[tuple[int, str, int, dict[str, Any]]]) -> list[Fact]:
        """Facts of (subject, relation, object, properties) between nodes that were met."""
        told = list(rows)
        self._resolve([properties for _, _, _, properties in told if QUALIFIERS in properties])
        found = {self._intern_fact(one, self._relation_of(name), other, properties): None for one, name, other, properties in told}
        return self.facts(np.array(list(found), np.int64))

    def properties_of(self, node: Node) -> list[Fact]:
        """The facts that the properties of a node are, if it was met."""
        handle = self._known.get(node, -1)
        found = [self._intern_fact(handle, relation, value, {}) for relation, value in self._others.get(handle, ())]
        return self.facts(np.array(found, np.int64))

    def _relation_of(self, name: str) -> int:
        handle = self._relation.get(name)
        if handle is None:
            handle = self._relation[name] = len(self.relations)
            self.relations.append(self._layout.relation(name))
        return handle

    def _intern_fact(self, subject: int, relation: int, object: int, properties: dict[str, Any]) -> int:
        key: tuple[Any, ...] = (subject, relation, object)
        pairs: tuple[tuple[int, int], ...] = ()
        if properties:
            pairs = self._pairs(properties)
            key = (*key, pairs)
        fact = self._fact.get(key)
        if fact is None:
            fact = self._fact[key] = len(self._facts)
            self._facts.append((subject, relation, object, pairs, tuple(properties.get(SOURCE, ()) if properties else ())))
        elif properties and (more := [one for one in properties.get(SOURCE, ()) if one not in self._facts[fact][4]]):
            self._facts[fact] = (*self._facts[fact][:4], (*self._facts[fact][4], *more))
            self._made.pop(fact, None)
        return fact

    def _pairs(self, properties: dict[str, Any]) -> tuple[tuple[int, int], ...]:
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
        return tuple(sorted(found, key=lambda pair: (self.relations[pair[0]].id, self._order[pair[1]])))

    def _resolve(self, told: Sequence[dict[str, Any]]) -> None:
        """Look up the entities among qualifiers, so that they come with their names."""
        said = [one for properties in told for one in map(json.loads, properties[QUALIFIERS]) if one[1] == "e"]
        if said:
            self.meet([Entity(one[2]) for one in said])

    def _make(self, fact: int) -> Fact:
        subject, relation, object_, pairs, source = self._facts[fact]
        qualifiers = tuple((self.relations[r], self._nodes[node]) for r, node in pairs)
        made = Fact(self._nodes[subject], self.relations[relation], self._nodes[object_], qualifiers, source)  # type: ignore[arg-type]
        self._made[fact] = made
        return made


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> tuple[Ints, ...]:
    return tuple(np.array(rows, dtype=np.int64).reshape(-1, width).T)
