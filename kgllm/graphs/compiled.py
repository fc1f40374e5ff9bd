"""The embedded default: a graph compiled to integer columns, in memory or in a folder that is memory-mapped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from typing import Literal as Choice

import numpy as np

from kgllm.errors import CheckpointError
from kgllm.graphs import folder as folders
from kgllm.graphs.base import (
    KINDS,
    Description,
    Edges,
    Expansion,
    Groups,
    Match,
    Page,
    Record,
    RelationCount,
    RelationStats,
    Schema,
    Step,
    Triples,
)
from kgllm.graphs.build import Builder, Progress, clean
from kgllm.graphs.store import Store, Way
from kgllm.linking.columns import Column
from kgllm.types import Entity, Fact, Literal, Node, Relation
from kgllm.types import Way as WayName

_WAYS: tuple[WayName, WayName] = ("out", "in")


def build(
    records: Iterable[Record | Triples], *, folder: str | os.PathLike[str] | None = None, progress: Progress | None = None
) -> CompiledGraph:
    """A compiled graph: in memory, or written to a folder and memory-mapped from there.

    progress is called now and then with the number of facts taken so far.

    >>> graph = build(iter([Triples(["Heat"], ["directed by"], ["Michael Mann"])]))
    >>> [str(one.relation) for one in graph.relations([Entity("Heat")])[0]]
    ['directed by']
    """
    graph = CompiledGraph(Builder(progress).add(records).store())
    return graph if folder is None else graph.save(folder)


def ranges(starts: Column, lengths: Column) -> tuple[Column, Column]:
    """(row, position) of every place of every range, ranges end to end."""
    lengths = lengths.astype(np.int64)
    row = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    return row, np.arange(len(row)) - before[row] + starts.astype(np.int64)[row]


class CompiledView:
    """The `View` of a store: handles are its node, relation and fact numbers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.relations: Sequence[Relation] = store.relations

    def handles(self, nodes: Sequence[Node]) -> Column:
        return np.array([self._handle(node) for node in nodes], np.int64)

    def _handle(self, node: Node) -> int:
        entity = isinstance(node, Entity)
        low, high = (0, self._store.entities) if entity else (self._store.entities, self._store.nodes)
        keys, wanted = (
            self._store.keys,
            clean(str(node.id)) if isinstance(node, Entity) else (clean(node.name), node.datatype or "", node.language or ""),
        )
        while low < high:
            middle = (low + high) // 2
            if (keys[middle] if entity else self._literal_key(middle)) < wanted:  # type: ignore[operator]
                low = middle + 1
            else:
                high = middle
        if low >= (self._store.entities if entity else self._store.nodes):
            return -1
        return low if (keys[low] if entity else self._literal_key(low)) == wanted else -1

    def _literal_key(self, handle: int) -> tuple[str, str, str]:
        at = handle - self._store.entities
        tags = self._store.tags
        return self._store.keys[handle], tags[int(self._store.datatypes[at])], tags[int(self._store.languages[at])]

    def nodes(self, handles: Column) -> list[Node]:
        return [self._store.node(handle) for handle in np.asarray(handles).tolist()]

    def groups(self, handles: Column) -> Groups:
        handles = np.asarray(handles, np.int64)
        parts = []
        for number, way in enumerate((self._store.out, self._store.into)):
            safe = np.maximum(handles, 0)
            first = way.node_groups[safe].astype(np.int64)
            length = np.where(handles >= 0, way.node_groups[safe + 1].astype(np.int64) - first, 0)
            origin, group = ranges(first, length)
            count = way.starts[group + 1].astype(np.int64) - way.starts[group].astype(np.int64)
            parts.append((origin, way.relations[group].astype(np.int64), np.full(len(group), number, np.int64), count))
        origin, relation, ways, count = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((ways, relation, origin))
        return Groups(origin[order], relation[order], ways[order], count[order])

    def edges(self, handles: Column, relations: Column, ways: Column, limit: int) -> Edges:
        handles, relations, ways = (np.asarray(column, np.int64) for column in (handles, relations, ways))
        parts = []
        truncated = np.zeros(len(handles), bool)
        for number, way in enumerate((self._store.out, self._store.into)):
            asked = np.flatnonzero((ways == number) & (handles >= 0))
            group = _group(way, handles[asked], relations[asked])
            asked, group = asked[group >= 0], group[group >= 0]
            first = way.starts[group].astype(np.int64)
            length = way.starts[group + 1].astype(np.int64) - first
            truncated[asked] = length > limit
            row, place = ranges(first, np.minimum(length, limit))
            parts.append(
                (asked[row], way.neighbours[place].astype(np.int64), place if way.facts is None else way.facts[place].astype(np.int64))
            )
        row, neighbour, fact = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(row, kind="stable")
        return Edges(row[order], neighbour[order], fact[order], truncated)

    def facts(self, facts: Column) -> list[Fact]:
        return [self._store.fact(fact) for fact in np.asarray(facts).tolist()]

    def qualifiers(self, facts: Column) -> tuple[Column, Column, Column]:
        facts = np.asarray(facts, np.int64)
        lists = self._store.qualifiers
        if len(lists.starts) <= 1 or not len(facts):
            none = np.zeros(0, np.int64)
            return none, none, none
        first = lists.starts[facts].astype(np.int64) // 2
        row, place = ranges(first, lists.starts[facts + 1].astype(np.int64) // 2 - first)
        return row, lists.values[2 * place].astype(np.int64), lists.values[2 * place + 1].astype(np.int64)

    def named(self, handles: Column) -> Column:
        handles = np.asarray(handles, np.int64)
        return (handles >= self._store.entities) | (self._store.flags[handles] & 2 == 0)

    def literal(self, handles: Column) -> Column:
        return np.asarray(handles, np.int64) >= self._store.entities

    def degrees(self, handles: Column) -> Column:
        handles = np.asarray(handles, np.int64)
        return sum(
            (way.starts[way.node_groups[handles + 1]].astype(np.int64) - way.starts[way.node_groups[handles]].astype(np.int64))
            for way in (self._store.out, self._store.into)
        )  # type: ignore[return-value]

    def rank(self, handles: Column) -> Column:
        return np.asarray(handles, np.float64)


def _group(way: Way, handles: Column, relations: Column) -> Column:
    """The group of each (node, relation), -1 where there is none: all found at once by bisection."""
    low, end = way.node_groups[handles].astype(np.int64), way.node_groups[handles + 1].astype(np.int64)
    high = end.copy()
    while (open_ := low < high).any():
        middle = (low + high) // 2
        less = open_ & (way.relations[np.minimum(middle, max(len(way.relations) - 1, 0))] < relations)
        low, high = np.where(less, middle + 1, low), np.where(open_ & ~less, middle, high)
    there = low < end
    there[there] = way.relations[low[there]] == relations[there]
    return np.where(there, low, -1)


class CompiledGraph:
    """A graph of columns. Threads and processes may share it: nothing that is read ever changes in place."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.notes: tuple[str, ...] = ()  # what the reader of its source had to say

    def __repr__(self) -> str:
        return f"<CompiledGraph: {self._store.facts:,} facts, {self._store.entities:,} entities, {len(self._store.relations):,} relations>"

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, verify: bool = False) -> CompiledGraph:
        """Memory-map the graph that `save` or `kgllm.compile` wrote. `verify` reads and compares every byte of it.

        Raises:
            GraphParseError: the folder is none of a compiled graph.
            CheckpointError: it is incomplete, altered, or of another format.
        """
        where = Path(path)
        manifest = folders.read(where)
        try:
            folders.check(where, manifest, whole=verify)
            store = Store.open(where / manifest.generation)
        except CheckpointError:
            if folders.read(where) == manifest:
                raise
            return cls.open(path, verify=verify)  # a writer replaced the generation while it was being opened
        return cls(store)

    def save(self, path: str | os.PathLike[str]) -> CompiledGraph:
        """Write the graph to a folder, in the place of a graph that may be there, and open it from there."""
        folders.publish(Path(path), self._store.save)
        return CompiledGraph.open(path)

    def view(self) -> CompiledView:
        return CompiledView(self._store)

    def find(self, names: Sequence[str]) -> list[tuple[Match, ...]]:
        found = self._store.index.lookup([clean(name) for name in names])
        view, out = self.view(), []
        for hits in found:
            degrees = view.degrees(np.array([hit.handle for hit in hits], np.int64)).tolist() if hits else []
            rank = sorted(range(len(hits)), key=lambda i: (KINDS.index(hits[i].kind), -degrees[i], hits[i].handle))
            out.append(tuple(Match(self._store.node(hits[i].handle), hits[i].kind, hits[i].score, hits[i].name) for i in rank))
        return out

    def search(self, text: str, limit: int = 10) -> tuple[Match, ...]:
        return tuple(
            Match(self._store.node(hit.handle), hit.kind, hit.score, hit.name) for hit in self._store.index.search(clean(text), limit)
        )

    def relations(self, nodes: Sequence[Node]) -> list[tuple[RelationCount, ...]]:
        groups = self.view().groups(self.view().handles(nodes))
        out: list[list[RelationCount]] = [[] for _ in nodes]
        for origin, relation, way, count in zip(
            *(c.tolist() for c in (groups.origin, groups.relation, groups.way, groups.count)), strict=True
        ):
            out[origin].append(RelationCount(self._store.relations[relation], _WAYS[way], count))
        return [tuple(one) for one in out]

    def expand(self, nodes: Sequence[Node], steps: Sequence[tuple[Relation, WayName]], limit: int) -> list[Expansion]:
        view = self.view()
        place = {relation.id: i for i, relation in enumerate(self._store.relations)}
        known = sorted({(place[relation.id], _WAYS.index(way)) for relation, way in steps if relation.id in place})
        handles = view.handles(nodes)
        asked = [(i, relation, way) for i in range(len(nodes)) for relation, way in known]
        if not asked:
            return []
        at, relations, ways = np.array(asked, np.int64).T
        edges = view.edges(handles[at], relations, ways, limit)
        facts, ends = view.facts(edges.fact), view.nodes(edges.neighbour)
        steps_of: list[list[Step]] = [[] for _ in asked]
        for row, end, fact in zip(edges.row.tolist(), ends, facts, strict=True):
            steps_of[row].append(Step(end, fact))
        return [
            Expansion(nodes[i], self._store.relations[relation], _WAYS[way], tuple(found), bool(edges.truncated[row]))
            for row, ((i, relation, way), found) in enumerate(zip(asked, steps_of, strict=True))
            if found
        ]

    def describe(self, nodes: Sequence[Node]) -> list[Description]:
        view, out = self.view(), []
        for node, handle in zip(nodes, view.handles(nodes).tolist(), strict=True):
            if handle < 0:
                out.append(Description(node))
                continue
            groups = view.groups(np.array([handle]))
            leaving = groups.way == 0
            edges = view.edges(np.full(leaving.sum(), handle), groups.relation[leaving], groups.way[leaving], 1000)
            literal = view.literal(edges.neighbour)
            relation = groups.relation[leaving][edges.row[literal]]
            values = view.nodes(edges.neighbour[literal])
            said = dict.fromkeys(zip(relation.tolist(), values, strict=True))  # facts that differ in qualifiers alone say it once
            out.append(
                Description(self._store.node(handle), tuple((self._store.relations[r], v) for r, v in said if isinstance(v, Literal)))
            )
        return out

    @cached_property
    def _schema(self) -> Schema:
        store = self._store
        out, into = ((w.relations.astype(np.int64), np.diff(w.starts.astype(np.int64))) for w in (store.out, store.into))
        n = len(store.relations)
        facts = np.bincount(out[0], out[1], n).astype(np.int64)
        subjects, objects = np.bincount(out[0], minlength=n), np.bincount(into[0], minlength=n)
        firsts = np.zeros(n, np.int64)
        firsts[out[0][::-1]] = store.out.starts[:-1][::-1]
        stats = tuple(
            RelationStats(
                relation,
                int(facts[i]),
                int(subjects[i]),
                int(objects[i]),
                self._ends(i, store.out),
                self._ends(i, store.into),
                bool(facts[i]) and int(store.out.neighbours[firsts[i]]) >= store.entities,
            )
            for i, relation in enumerate(store.relations)
        )
        places, counts = np.unique(store.types.values, return_counts=True)
        kinds = sorted(
            ((store.words[p], c) for p, c in zip(places.tolist(), counts.tolist(), strict=True)), key=lambda kind: (-kind[1], kind[0])
        )
        return Schema(stats, tuple(kinds), store.entities, store.nodes - store.entities, store.facts)

    def _ends(self, relation: int, way: Way) -> tuple[tuple[str, int], ...]:
        """The commonest types of the nodes that have the relation this way, with how many have each."""
        if len(self._store.types.starts) <= 1:
            return ()
        groups = np.flatnonzero(way.relations == relation)
        nodes = np.searchsorted(way.node_groups, groups, "right") - 1
        nodes = nodes[nodes < self._store.entities]
        starts = self._store.types.starts
        _, place = ranges(starts[nodes], starts[nodes + 1].astype(np.int64) - starts[nodes].astype(np.int64))
        kinds, counts = np.unique(self._store.types.values[place], return_counts=True)
        order = np.lexsort((kinds, -counts))[:8]
        return tuple((self._store.words[int(kinds[i])], int(counts[i])) for i in order.tolist())

    def schema(self) -> Schema:
        return self._schema

    def scan(self, cursor: Any | None = None, limit: int = 10_000, *, what: Choice["facts", "entities"] = "facts") -> Page:
        start, end = int(cursor or 0), self._store.facts if what == "facts" else self._store.entities
        stop = min(end, start + limit)
        one = self._store.fact if what == "facts" else self._store.node
        return Page(tuple(one(i) for i in range(start, stop)), stop if stop < end else None)  # type: ignore[misc]

    def sample(self, n: int, seed: int = 0) -> list[Fact]:
        total = self._store.facts
        chosen = np.random.default_rng(seed).choice(total, min(n, total), replace=False) if total else []
        return [self._store.fact(int(i)) for i in chosen]

    @cached_property
    def _version(self) -> str:
        out = hashlib.blake2b(digest_size=8)
        for column in (
            self._store.keys.blob,
            self._store.out.node_groups,
            self._store.out.relations,
            self._store.out.starts,
            self._store.out.neighbours,
        ):
            out.update(np.ascontiguousarray(column))
        out.update("\n".join(relation.id for relation in self._store.relations).encode())
        return out.hexdigest()

    def version(self) -> str | None:
        return self._version

