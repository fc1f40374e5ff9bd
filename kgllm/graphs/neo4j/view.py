"""Walking a Neo4j graph: handles for the nodes, relations and facts that one question meets.

What was fetched is kept for that question, so nothing is asked for twice. Every method is one round trip at most: nodes come
with their names, types and counts, edges with their neighbours and properties.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from kgllm.errors import ConfigError
from kgllm.graphs.base import Edges, Groups
from kgllm.graphs.neo4j.cypher import LITERAL, SORTED, Holders, How
from kgllm.graphs.neo4j.layout import KEYLESS, Layout, literals, stored_as
from kgllm.graphs.neo4j.numbers import Numbers, Remembered
from kgllm.graphs.neo4j.server import Server, Statement
from kgllm.graphs.neo4j.write import QUALIFIERS, literal_key
from kgllm.types import Entity, Fact, Literal, Node
from kgllm.words.names import clean

if TYPE_CHECKING:
    from kgllm.graphs.base import Bools, Ints

_OUT, _IN = 0, 1
_SORTED_IN_ALL = 100_000  # facts that the server sorts for one call

Request = tuple[int, int, int]  # handle, relation, way
Ends = tuple[list[int], list[dict[str, Any]]]  # neighbours, and the properties of the relationships to them
Found: TypeAlias = "tuple[int, Ints, Ints, bool]"  # the limit it was fetched with, neighbours, facts, truncated


class Neo4jView(Numbers):
    """A `View` of one database, for the time of one question."""

    remote = True  # every call may be a round trip: what will be needed is best asked for together

    def __init__(self, server: Server, layout: Layout, remembered: Remembered | None = None) -> None:
        super().__init__(layout, None if remembered is None or remembered.stale else remembered)
        self._server = server
        self._type_of: dict[str, tuple[int, int]] = {
            one: (n, j) for n, chunk in enumerate(layout.texts.chunks) for j, one in enumerate(chunk.types)
        }
        self._others: dict[int, list[tuple[int, int]]] = {}  # a node's properties: (relation, literal)
        self._groups: dict[int, list[tuple[int, int, int]]] = {}
        self._edges: dict[Request, Found] = {}

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
        return Groups(*_columns(rows, 4))

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
        found = self._server.read(*((chunk.texts["ends", False], {"q": hubs}) for chunk in chunks), what="counting relations")
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
                        counts.setdefault(literal, []).append((self._relation_of(one.held), _IN, count))
        for literal, groups in counts.items():
            handle = self._value(literal)
            merged: dict[tuple[int, int], int] = {}
            for relation, way, count in groups:
                merged[relation, way] = merged.get((relation, way), 0) + count
            had = {row[:2]: row[2] for row in self._groups.get(handle, ())}
            self._groups[handle] = sorted((*pair, count) for pair, count in (had | merged).items())

    # --- edges ---

    def _fetch(self, requests: Mapping[Request, int], how: How) -> None:
        """Fetch what is missing, for each request as many as said: all of it in one round trip."""
        missing = []
        for request, limit in requests.items():
            had = self._edges.get(request)
            if had is None or (had[0] < limit and had[3]):
                missing.append(request)
        if not missing:
            return
        if (least := min(requests.values())) < 1:
            raise ConfigError(f"limit must be 1 or more, not {least!r}")
        steps: dict[tuple[int, bool, int], dict[str, list[Any]]] = {}
        values: dict[tuple[int, int], list[int]] = {}
        budget = _SORTED_IN_ALL
        for n, request in enumerate(missing):
            (handle, relation, way), limit = request, requests[request]
            size = self._size(request)
            element, chunk = self._element[handle], self._type_of.get(self.relations[relation].id)
            if way == _OUT and handle not in self._others and element is not None and self._layout.holders:
                self._count([handle])
            if size == 0:
                continue
            if element is None and way == _IN:
                values.setdefault((relation, limit), []).append(handle)
            elif element is not None and chunk is not None:
                sort = size is not None and limit < size <= min(SORTED, budget)
                budget -= size if sort and size else 0
                if sort and how == "ends":  # cheaper than that the server reads the key of each
                    sort, limit = False, SORTED
                steps.setdefault((chunk[0], sort, limit), {}).setdefault(f"{'oi'[way]}{chunk[1]}", []).append([n, element])
        found: dict[int, Ends] = {}
        self._ask_types(steps, how, found)
        self._ask_values(values, missing, found)
        self._resolve([properties for _, told in found.values() for properties in told if QUALIFIERS in properties])
        self._keep(missing, [requests[request] for request in missing], found)
        self._fetch_cut({request: requests[request] for request in missing if request[0] not in self._groups}, how)

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

    def _ask_types(self, steps: dict[tuple[int, bool, int], dict[str, list[Any]]], how: How, found: dict[int, Ends]) -> None:
        if not steps:
            return
        chunks, more = self._layout.texts.chunks, {} if how == "ends" else {"skip": [*self._layout.skip, *self._layout.read]}
        statements: list[Statement] = []
        for (at, sort, limit), given in steps.items():
            empty: dict[str, Any] = {f"{way}{j}": [] for j in range(len(chunks[at].types)) for way in "oi"}
            statements.append((chunks[at].texts[how, sort], empty | given | {"k": limit + 1} | more))
        lists = [row for [row] in self._server.read(*statements, what="following relations")]
        for _, *nodes in lists:
            for row in nodes[0] if how == "nodes" else ():
                self._intern(row)
            if how == "around":
                self._take(nodes[0])
        place = self._at
        new = [one for rows, *_ in lists for _, ends, _ in rows for one in ends if one not in place and self._recall(one) < 0]
        self.meet((), new)  # nodes that are not remembered: made since
        for rows, *_ in lists:
            for n, ends, said in rows:
                there = [place.get(one, -1) for one in ends]
                if -1 in there:  # gone between two calls
                    said = [told for one, told in zip(there, said, strict=True) if one >= 0]
                    there = [one for one in there if one >= 0]
                found[n] = (there, said)

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
        for (relation, _, _), [[rows]] in zip(asked, self._server.read(*statements, what="following values"), strict=True):
            for value, node in rows:
                for literal in literals(value):
                    n = place.get((self._known.get(literal, -1), relation, _IN))
                    if n is not None:
                        ends, told = found.setdefault(n, ([], []))
                        ends.append(self._intern(node))
                        told.append({})

    def _keep(self, requests: list[Request], limits: list[int], found: Mapping[int, Ends]) -> None:
        """Number the facts that were found for requests, and keep each request's by the keys of the neighbours."""
        rows, nears, told = [], [], []
        for n, (handle, relation, way) in enumerate(requests):
            ends, said = found.get(n, ((), ()))
            values = [value for other, value in self._others.get(handle, ()) if other == relation] if way == _OUT else []
            rows.append(len(ends) + len(values))
            nears += [*ends, *values]
            told += [*said, *({} for _ in values)]
        row, near = np.repeat(np.arange(len(requests)), rows), np.array(nears, np.int64)
        start, relations, way = np.array(requests, np.int64)[row].T
        out = way == _OUT
        fact = self._plain(np.where(out, start, near), relations, np.where(out, near, start))
        for i, more in enumerate(told) if any(told) else ():
            if more:
                fact[i] = self._intern_fact(*self._parts(int(fact[i])), more)
        rank = self.rank(near)
        order = np.lexsort((fact, rank, row))
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

    def _resolve(self, told: Sequence[dict[str, Any]]) -> None:
        """Look up the entities among qualifiers, so that they come with their names."""
        said = [one for properties in told for one in map(json.loads, properties[QUALIFIERS]) if one[1] == "e"]
        if said:
            self.meet([Entity(one[2]) for one in said])


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> tuple[Ints, ...]:
    return tuple(np.array(rows, dtype=np.int64).reshape(-1, width).T)
