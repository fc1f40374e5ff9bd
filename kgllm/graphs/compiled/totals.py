"""The totals of a graph: counted once when its columns are made, corrected for what an update changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgllm.graphs.base import RelationStats, Schema
from kgllm.graphs.columns import Column
from kgllm.graphs.compiled.deltaview import DeltaView
from kgllm.graphs.compiled.store import Store, Way
from kgllm.graphs.compiled.storeview import ranges
from kgllm.graphs.tally import commonest
from kgllm.graphs.values import TYPES
from kgllm.types import Entity, Node, Relation

_COMMONEST = 20


@dataclass(slots=True)
class Totals:
    """Counts by relation id and way (0 out, 1 in), and types with their entities."""

    facts: Counter[str]
    literal_facts: Counter[str]
    nodes: Counter[tuple[str, int]]  # distinct nodes at each end
    kinds: dict[tuple[str, int], Counter[str]]  # their types, or the kinds of literals
    types: Counter[str]

    def save(self, path: Path) -> None:
        """Write them as JSON."""
        nodes = [[*key, many] for key, many in sorted(self.nodes.items())]
        kinds = [[*key, counts] for key, counts in sorted(self.kinds.items())]
        plain = {"facts": self.facts, "literal_facts": self.literal_facts, "nodes": nodes, "kinds": kinds, "types": self.types}
        path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def open(cls, path: Path) -> Totals:
        """Read what `save` wrote."""
        plain = json.loads(path.read_text(encoding="utf-8"))
        nodes = Counter({(relation, way): many for relation, way, many in plain["nodes"]})
        kinds = {(relation, way): Counter(counts) for relation, way, counts in plain["kinds"]}
        return cls(Counter(plain["facts"]), Counter(plain["literal_facts"]), nodes, kinds, Counter(plain["types"]))

    def schema(self, relations: Iterable[Relation], entities: int, literals: int) -> Schema:
        """As the protocol has it; only relations that have facts."""
        stats = tuple(
            RelationStats(
                relation,
                self.facts[relation.id],
                self.nodes[relation.id, 0],
                self.nodes[relation.id, 1],
                commonest(self.kinds.get((relation.id, 0), Counter()))[:_COMMONEST],
                commonest(self.kinds.get((relation.id, 1), Counter()))[:_COMMONEST],
                self.literal_facts[relation.id] == self.facts[relation.id],
            )
            for relation in relations
            if self.facts[relation.id]
        )
        return Schema(stats, commonest(self.types), entities, literals, sum(self.facts.values()))


def totals(store: Store) -> Totals:
    """Counted over all columns."""
    ids = [relation.id for relation in store.relations]
    sizes = np.diff(store.out.starts.astype(np.int64))
    relation = store.out.relations.astype(np.int64)
    facts = np.bincount(relation, sizes, len(ids)).astype(np.int64)
    literal = np.flatnonzero(store.out.neighbours >= store.entities)
    literal_facts = np.bincount(store.relations_of(literal), minlength=len(ids))
    nodes: Counter[tuple[str, int]] = Counter()
    kinds: dict[tuple[str, int], Counter[str]] = {}
    for number, way in enumerate((store.out, store.into)):
        for i, many in enumerate(np.bincount(way.relations, minlength=len(ids)).tolist()):
            nodes[ids[i], number] = many
        for i, kind, many in _kinds(store, way):
            kinds.setdefault((ids[i], number), Counter())[kind] += many
    place, many = np.unique(store.types.values, return_counts=True)
    types = Counter({store.words[p]: n for p, n in zip(place.tolist(), many.tolist(), strict=True)})
    all_facts, literals = (Counter(dict(zip(ids, column.tolist(), strict=True))) for column in (facts, literal_facts))
    return Totals(all_facts, literals, nodes, kinds, types)


def _kinds(store: Store, way: Way) -> Iterable[tuple[int, str, int]]:
    """(relation, type or kind of literal, nodes) at one end."""
    node = way.node_of_groups()
    relation = way.relations.astype(np.int64)
    literal = node >= store.entities
    if literal.any():
        yield from _counted(relation[literal], store.flags[node[literal]], [kind.__name__ for kind in TYPES])
    if len(store.types.starts) > 1:
        node, relation = node[~literal], relation[~literal]
        first = store.types.starts[node].astype(np.int64)
        row, place = ranges(first, store.types.starts[node + 1].astype(np.int64) - first)
        words, kind = np.unique(store.types.values, return_inverse=True)
        yield from _counted(relation[row], kind[place], [store.words[i] for i in words.tolist()])


def _counted(relation: Column, kind: Column, names: list[str]) -> Iterable[tuple[int, str, int]]:
    both, many = np.unique(relation * len(names) + kind, return_counts=True)
    for pair, count in zip(both.tolist(), many.tolist(), strict=True):
        yield pair // len(names), names[pair % len(names)], count


def corrected(base: Totals, view: DeltaView) -> Totals:
    """The totals after an update, from those before and the groups that it changed."""
    out = Totals(Counter(base.facts), Counter(base.literal_facts), Counter(base.nodes), {k: Counter(v) for k, v in base.kinds.items()}, Counter(base.types))  # fmt: skip
    node, relation, way, before, now = view.changed_groups()
    literal = view.literal(node)
    changed = view.changed_entities()
    rows = zip(*(column.tolist() for column in (node, relation, way, before, now, literal)), strict=True)
    for handle, r, end, had, has, is_literal in rows:
        name = view.relations[r].id
        if end == 0:
            out.facts[name] += has - had
        elif is_literal:
            out.literal_facts[name] += has - had
        if (had > 0) != (has > 0):
            sign = 1 if has else -1
            out.nodes[name, end] += sign
            old = view.base.node(handle) if handle in changed and had else view.node(handle)
            _count(out.kinds.setdefault((name, end), Counter()), old, sign)
    for handle, now_known in changed.items():
        had_types = view.base.node(handle).types  # type: ignore[union-attr]  # an entity
        new = [kind for kind in now_known.types if kind not in had_types]
        out.types.update(new)
        for r, end in _live_groups(view, handle) if new else ():
            out.kinds.setdefault((r, end), Counter()).update(new)
    for handle in view.entities_at(np.arange(view.base.entity_count, view.entity_count)).tolist():
        out.types.update(view.node(handle).types)  # type: ignore[union-attr]
    return out


def _live_groups(view: DeltaView, handle: int) -> Iterable[tuple[str, int]]:
    """Groups of a node that were there before and still are; in the others its new types were counted with it."""
    before = view.base.groups(np.array([handle]))
    had = {(view.base.relations[r].id, w) for r, w in zip(before.relation.tolist(), before.way.tolist(), strict=True)}
    groups = view.groups(np.array([handle]))
    has = {(view.relations[r].id, w) for r, w in zip(groups.relation.tolist(), groups.way.tolist(), strict=True)}
    return sorted(had & has)


def _count(kinds: Counter[str], node: Node, sign: int) -> None:
    for kind in node.types if isinstance(node, Entity) else (type(node.value).__name__,):
        kinds[kind] += sign
