"""Walking a Neo4j graph: handles for the nodes, relations and facts that one question meets.

What was fetched is kept for that question, so nothing is asked for twice. Every method is one round trip at most: nodes come
with their names, types and counts, edges with their neighbours and properties.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from kgllm.errors import ConfigError
from kgllm.graphs.base import Along, Edges, Groups, OfType
from kgllm.graphs.neo4j import whole
from kgllm.graphs.neo4j.cypher import SORTED, How
from kgllm.graphs.neo4j.layout import Layout, literals, stored_as
from kgllm.graphs.neo4j.meeting import IN, OUT, Meeting
from kgllm.graphs.neo4j.numbers import Remembered
from kgllm.graphs.neo4j.server import Server, Statement
from kgllm.graphs.neo4j.write import QUALIFIERS
from kgllm.types import Entity, Fact, Literal, Node

if TYPE_CHECKING:
    from kgllm.graphs.base import Bools, Ints

_SORTED_IN_ALL = 100_000  # facts that the server sorts for one call
_SORTED_THERE = 2_000  # facts of one call that the server had better sort itself; of more, where names are known, the ends are fetched

Request = tuple[int, int, int]  # handle, relation, way
Ends: TypeAlias = "tuple[Ints, list[tuple[int, dict[str, Any]]]]"
"""Neighbours, and the properties of the relationships that have some: (neighbour, these)."""
Found: TypeAlias = "tuple[int, Ints, Ints, bool]"  # the limit it was fetched with, neighbours, facts, truncated
Statements: TypeAlias = "dict[tuple[int, How, bool, int], dict[str, list[Any]]]"
"""What is asked by (chunk, what comes along, whether the first by key, limit): requests by type and way."""


class Neo4jView(Meeting):
    """A `View` of one database, for the time of one question."""

    remote = True  # every call may be a round trip: what will be needed is best asked for together

    def __init__(self, server: Server, layout: Layout, remembered: Remembered | None = None) -> None:
        super().__init__(server, layout, remembered)
        self._edges: dict[Request, Found] = {}
        self._whole: dict[int, Along] = {}  # relations all of whose facts, from their subjects, are among them

    # --- View ---

    def handles(self, nodes: Sequence[Node]) -> Ints:
        """See `View.handles`."""
        self.meet(nodes)
        return np.array([self._known.get(node, -1) for node in nodes], dtype=np.int64)

    def nodes(self, handles: Ints) -> list[Node]:
        """See `View.nodes`."""
        asked = handles.tolist()
        self.look_again(asked)
        return [self._nodes[handle] for handle in asked]

    def node(self, handle: int) -> Node:
        """One of `nodes`, as it was met."""
        return self._nodes[handle]

    def groups(self, handles: Ints) -> Groups:
        """See `View.groups`."""
        asked = handles.tolist()
        self._count(asked)
        rows = [(origin, *row) for origin, handle in enumerate(asked) for row in self._groups[handle]]
        origin, relation, way, count = _columns(rows, 4)
        return Groups(origin, relation, way, count)

    def edges(self, handles: Ints, relations: Ints, ways: Ints, limit: int | Ints) -> Edges:
        """See `View.edges`; `limit` may be one for each request."""
        return self._asked(handles, relations, ways, limit, "ends" if self._remembered is not None else "nodes")

    def reach(self, handles: Ints, relations: Ints, ways: Ints, limit: int | Ints) -> Edges:
        """`edges` whose neighbours will be asked for their `groups`: these come along."""
        return self._asked(handles, relations, ways, limit, "around")

    def _asked(self, handles: Ints, relations: Ints, ways: Ints, limit: int | Ints, how: How) -> Edges:
        limits = np.broadcast_to(np.asarray(limit, np.int64), handles.shape).tolist()
        requests = list(zip(handles.tolist(), relations.tolist(), ways.tolist(), strict=True))
        self._fetch(dict(zip(requests, limits, strict=True)), how)
        neighbours: list[Ints] = [np.zeros(0, np.int64)]
        facts: list[Ints] = [np.zeros(0, np.int64)]
        truncated = np.zeros(len(requests), dtype=bool)
        for i, (request, most) in enumerate(zip(requests, limits, strict=True)):
            _, near, mine, cut = self._edges[request]
            truncated[i] = cut or len(mine) > most
            neighbours.append(near[:most])
            facts.append(mine[:most])
        row = np.repeat(np.arange(len(requests)), [len(one) for one in facts[1:]])
        return Edges(row, np.concatenate(neighbours), np.concatenate(facts), truncated)

    def follow(self, nodes: Ints, relation: int, way: int, limit: int) -> tuple[Ints, Ints, Ints, bool]:
        """Columns (start, end, fact) of one relation one way, by the keys of the nodes, and whether one has more than `limit`."""
        ordered = nodes[np.argsort(self.rank(nodes), kind="stable")]
        edges = self.edges(ordered, np.full(len(nodes), relation), np.full(len(nodes), way), limit)
        return ordered[edges.row], edges.neighbour, edges.fact, bool(edges.truncated.any())

    def facts(self, facts: Ints) -> list[Fact]:
        """See `View.facts`."""
        self.look_again((), facts.tolist())
        return [self._made.get(fact) or self._make(fact) for fact in facts.tolist()]

    def qualifiers(self, facts: Ints) -> tuple[Ints, Ints, Ints]:
        """See `View.qualifiers`."""
        qualified = np.flatnonzero(facts < 0).tolist()
        rows = [(row, *pair) for row in qualified for pair in self._beside(int(facts[row]))]
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

    # --- whole kinds and relations ---

    def of_type(self, type: str, limit: int) -> OfType:
        """See `WholeView.of_type`: one round trip."""
        handles = whole.nodes_of(self, type, limit)
        mine = handles[~self.literal(handles)]
        ordered = mine[np.argsort(self.rank(mine), kind="stable")]
        return OfType(ordered[:limit], len(ordered))

    def along(self, relation: int, limit: int) -> Along:
        """See `WholeView.along`: one round trip. No fact of the relation is asked for again from its subject."""
        if relation in self._whole and self._whole[relation].count <= limit:
            return self._whole[relation]
        none = np.zeros(0, np.int64)
        found = whole.ends_of(self, self.relations[relation].id, limit)
        if found is None:
            return Along(none, none, none, limit + 1)
        subjects, objects, told = found
        self._resolve([properties for _, _, properties in told if QUALIFIERS in properties])
        starts, ends = np.array(subjects, np.int64), np.array(objects, np.int64)
        there = (starts >= 0) & (ends >= 0)  # what is gone between two calls is left out
        order = np.argsort(starts[there], kind="stable")
        nodes, first = np.unique(starts[there][order], return_index=True)
        each = np.split(ends[there][order], first[1:]) if len(nodes) else []
        said: dict[int, list[tuple[int, dict[str, Any]]]] = {}
        for start, end, properties in told:
            if start >= 0 and end >= 0:
                said.setdefault(start, []).append((end, properties))
        requests: list[Request] = [(node, relation, OUT) for node in nodes.tolist()]
        whole_ends = {n: (mine, said.get(request[0], [])) for n, (request, mine) in enumerate(zip(requests, each, strict=True))}
        if requests:
            self._keep(requests, [limit] * len(requests), whole_ends)
        ordered = nodes[np.argsort(self.rank(nodes), kind="stable")]
        rows = [self._edges[node, relation, OUT] for node in ordered.tolist()]
        facts = np.concatenate([none, *(mine for _, _, mine, _ in rows)])
        column = np.repeat(ordered, [len(mine) for _, _, mine, _ in rows])
        self._whole[relation] = Along(column, np.concatenate([none, *(near for _, near, _, _ in rows)]), facts, len(facts))
        return self._whole[relation]

    # --- edges ---

    def _fetch(self, requests: Mapping[Request, int], how: How) -> None:
        """Fetch what is missing, for each request as many as said: all of it in one round trip."""
        missing = []
        for request, limit in requests.items():
            had = self._edges.get(request)
            if had is None and request[1] in self._whole and request[2] == OUT:
                self._edges[request] = (limit, np.zeros(0, np.int64), np.zeros(0, np.int64), False)
            elif had is None or (had[0] < limit and had[3]):
                missing.append(request)
        if not missing:
            return
        if (least := min(requests.values())) < 1:
            raise ConfigError(f"limit must be 1 or more, not {least!r}")
        steps: Statements = {}
        values: dict[tuple[int, int], list[int]] = {}
        sizes = self._sizes(missing)
        sort, limits = self._sorted(missing, sizes, requests), [requests[request] for request in missing]
        apart = self._remembered is not None and sum(sort) > _SORTED_THERE
        for n, request in enumerate(missing):
            (handle, relation, way), limit, size = request, limits[n], sizes[n]
            element, chunk = self._element[handle], self._type_of.get(self.relations[relation].id)
            if size == 0:
                continue
            if element is not None and chunk is not None:
                mine: How = "ends" if apart and sort[n] else how
                whole = mine == "ends" and size is not None and size <= SORTED  # what is cut is cut here, by key
                limits[n] = SORTED if whole else limit
                key = (chunk[0], mine, bool(sort[n]) and not whole, limits[n])
                steps.setdefault(key, {}).setdefault(f"{'oi'[way]}{chunk[1]}", []).append([n, element])
            if way == IN and isinstance(self._nodes[handle], Literal):  # a node of its own, or the value of others, or both
                values.setdefault((relation, limits[n]), []).append(handle)
        found: dict[int, Ends] = {}
        self._ask_types(steps, found)
        self._ask_values(values, missing, found)
        self._resolve([properties for _, told in found.values() for _, properties in told if QUALIFIERS in properties])
        self._keep(missing, limits, found)
        self._fetch_cut({request: requests[request] for request in missing if request[0] not in self._groups}, how)

    def _sizes(self, requests: Sequence[Request]) -> list[int | None]:
        """How many facts requests have; None where a node was not counted."""
        if self._layout.holders:
            self._count([node for node, _, way in requests if way == OUT and node not in self._others and self._element[node] is not None])
        return [self._size(request) for request in requests]

    @staticmethod
    def _sorted(requests: Sequence[Request], sizes: Sequence[int | None], limits: Mapping[Request, int]) -> list[int]:
        """For each request how many facts are to be sorted, so that it can be cut by key."""
        left, found = _SORTED_IN_ALL, []
        for request, size in zip(requests, sizes, strict=True):
            found.append(size if size is not None and limits[request] < size <= min(SORTED, left) else 0)
            left -= found[-1]
        return found

    def _fetch_cut(self, uncounted: Mapping[Request, int], how: How) -> None:
        """Fetch again, by key, what was cut of nodes that were never counted: only now is it worth knowing how much they have."""
        cut = [request for request in uncounted if self._edges[request][3]]
        self._count([handle for handle, _, _ in cut])
        again = {request: uncounted[request] for request in cut if (self._size(request) or 0) <= SORTED}
        for request in again:
            del self._edges[request]
        self._fetch(again, how)

    def _size(self, request: Request) -> int | None:
        """How many facts a request has; None where its node was not counted."""
        groups = self._groups.get(request[0])
        return None if groups is None else next((row[2] for row in groups if row[:2] == request[1:]), 0)

    def _ask_types(self, steps: Statements, found: dict[int, Ends]) -> None:
        if not steps:
            return
        chunks, skip = self._layout.texts.chunks, [*self._layout.skip, *self._layout.read]
        statements: list[Statement] = []
        for (at, how, sort, limit), given in steps.items():
            empty: dict[str, Any] = {f"{way}{j}": [] for j in range(len(chunks[at].types)) for way in "oi"}
            more = {} if how == "ends" else {"skip": skip}
            statements.append((chunks[at].texts[how, sort], empty | given | {"k": limit + 1} | more))
        lists = [row for [row] in self._server.read(*statements, what="following relations")]
        for (_, how, _, _), (_, *nodes) in zip(steps, lists, strict=True):
            for row in nodes[0] if how == "nodes" else ():
                self._intern(row)
            if how == "around":
                self._take(nodes[0])
        rows = [row for told, *_ in lists for row in told]
        handles = self._handles_at(list(chain.from_iterable(ends for _, ends, _ in rows)))
        said = iter(self._handles_at([place for _, _, told in rows for place, _ in told]).tolist())
        begin = 0
        for n, ends, told in rows:
            there = handles[begin : begin + len(ends)]
            begin += len(ends)
            properties = [(next(said), one) for _, one in told]
            if len(there) and there.min() < 0:  # gone between two calls
                there, properties = there[there >= 0], [pair for pair in properties if pair[0] >= 0]
            found[n] = (there, properties)

    def _ask_values(self, values: dict[tuple[int, int], list[int]], missing: list[Request], found: dict[int, Ends]) -> None:
        holders = self._layout.holders
        asked = [(relation, limit, handles) for (relation, limit), handles in values.items() if self.relations[relation].id in holders]
        if not asked:
            return
        place = {request: n for n, request in enumerate(missing)}
        statements: list[Statement] = [
            (
                self._layout.texts.held(holders[self.relations[relation].id]),
                {"values": stored_as([self._nodes[handle] for handle in handles]), "k": limit + 1},  # type: ignore[misc]
            )
            for relation, limit, handles in asked
        ]
        ends: dict[int, list[int]] = {}
        for (relation, _, _), [[rows]] in zip(asked, self._server.read(*statements, what="following values"), strict=True):
            for value, node in rows:
                for literal in literals(value):
                    n = place.get((self._known.get(literal, -1), relation, IN))
                    if n is not None:
                        ends.setdefault(n, []).append(self._intern(node))
        for n, near in ends.items():
            nodes, told = found.get(n, (np.zeros(0, np.int64), []))
            found[n] = (np.concatenate([nodes, np.array(near, np.int64)]), told)

    def _keep(self, requests: list[Request], limits: list[int], found: Mapping[int, Ends]) -> None:
        """Number the facts that were found for requests, and keep each request's by the keys of the neighbours."""
        none: Ends = (np.zeros(0, np.int64), [])
        rows: list[int] = []
        nears: list[Ints] = [none[0]]
        told: dict[int, dict[str, Any]] = {}
        total = 0
        for n, (handle, relation, way) in enumerate(requests):
            ends, said = found.get(n, none)
            values = [value for other, value in self._others.get(handle, ()) if other == relation] if way == OUT else []
            if said:
                told.update(_aligned(ends, said, total))
            rows.append(len(ends) + len(values))
            total += rows[-1]
            nears += [ends, np.array(values, np.int64)] if values else [ends]
        row, near = np.repeat(np.arange(len(requests)), rows), np.concatenate(nears)
        start, relations, way = np.array(requests, np.int64)[row].T
        out = way == OUT
        fact = self._plain(np.where(out, start, near), relations, np.where(out, near, start))
        for i, more in told.items():
            fact[i] = self._intern_fact(*self._parts(int(fact[i])), more)
        rank = self.rank(near)
        order = np.lexsort((fact, rank, row)) if told else np.argsort(row * (rank.max(initial=0) + 1) + rank)  # of equals one is kept
        row, near, fact, rank = row[order], near[order], fact[order], rank[order]
        if len(row) > 1:  # a relationship that is there twice is one fact
            new = np.r_[True, (row[1:] != row[:-1]) | (fact[1:] != fact[:-1])]
            row, near, fact, rank = row[new], near[new], fact[new], rank[new]
        if (fact < 0).any():  # facts may differ in qualifiers alone
            tie = sorted(range(len(row)), key=lambda i: (row[i], rank[i], self._beside(int(fact[i]))))
            near, fact = near[tie], fact[tie]
        begin = np.searchsorted(row, np.arange(len(requests) + 1)).tolist()
        for n, (request, limit) in enumerate(zip(requests, limits, strict=True)):
            first, end = begin[n], begin[n + 1]
            cut = end - first > limit or len(found.get(n, ((), ()))[0]) > limit
            last = min(end, first + limit)
            self._edges[request] = (limit, near[first:last], fact[first:last], cut)

    # --- facts that were read elsewhere ---

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


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> tuple[Ints, ...]:
    return tuple(np.array(rows, dtype=np.int64).reshape(-1, width).T)


def _aligned(ends: Ints, said: Sequence[tuple[int, dict[str, Any]]], first: int) -> dict[int, dict[str, Any]]:
    """The place of the fact, counted from `first`, that each properties belong to; of facts with one neighbour any."""
    places: dict[int, list[int]] = {}
    for i, near in enumerate(ends.tolist(), first):
        places.setdefault(near, []).append(i)
    return {places[near].pop(): properties for near, properties in said}
