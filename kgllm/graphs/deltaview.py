"""A store and what was added and removed since, walked as one graph.

The added facts are a small store of their own. Nodes that both have go by the handle of the big one; others get handles after
its last, and a rank between its nodes. A table of the groups that changed says how much to add to each count, and which nodes
are touched at all: the others cost what they cost without a delta.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from kgllm.graphs.ascending import among
from kgllm.graphs.base import KINDS, Edges, Groups
from kgllm.graphs.build import Builder
from kgllm.graphs.edits import Edits
from kgllm.graphs.store import last_at_most
from kgllm.graphs.storeview import StoreView, groups_of, lower_bound, ranges
from kgllm.graphs.values import united
from kgllm.linking.columns import Column
from kgllm.linking.index import Hit
from kgllm.types import Entity, Fact, Node, Relation


class DeltaView:
    """The `View` of a store with edits. Immutable: each update makes another."""

    def __init__(self, edits: Edits) -> None:
        self.edits, self.base = edits, edits.base
        self.added = StoreView(Builder(by_structure=False).add(edits.records()).store())
        base, added = self.base.store, self.added.store
        self.removed = np.array(sorted(edits.removed), np.int64)
        self._number_nodes()
        self._number_relations()
        self._tabulate()
        self.fact_count = base.facts - len(self.removed) + added.facts
        self.entity_count = base.entities + int((~self._new_literal).sum())
        self.gone = self._literals_without_facts()
        self.literal_count = base.nodes - base.entities + int(self._new_literal.sum()) - len(self.gone)
        self._changed = self._changed_entities()
        self._unnamed = np.array(sorted(at for at, entity in self._changed.items() if not entity.named), np.int64)

    # --- made ---

    def _number_nodes(self) -> None:
        base, added = self.base.store, self.added.store
        mine = [
            self.base.entity_place(added.keys[i]) if i < added.entities else self.base.literal_place(*added.literal_key(i))
            for i in range(added.nodes)
        ]
        self._handle_of = np.array(mine, np.int64).reshape(-1)  # of the added store's nodes
        self._new = np.flatnonzero(self._handle_of < 0)  # numbers in the added store
        self._new_literal = self._new >= added.entities
        self._handle_of[self._new] = base.nodes + np.arange(len(self._new))
        self._order = np.argsort(self._handle_of, kind="stable")
        self._sorted_handles = self._handle_of[self._order]
        keys = [added.keys[i] if i < added.entities else added.literal_key(i) for i in self._new.tolist()]
        before = np.array([self._place_before(key) for key in keys], np.float64).reshape(-1)
        self._rank = before - 1 + (np.arange(len(keys)) + 1) / (len(keys) + 1)  # between the node before and the node after

    def _place_before(self, key: str | tuple[str, str, str]) -> int:
        """How many nodes of the store come before this key."""
        store = self.base.store
        entity = isinstance(key, str)
        low, high = (0, store.entities) if entity else (store.entities, store.nodes)
        while low < high:
            middle = (low + high) // 2
            if (store.keys[middle] if entity else store.literal_key(middle)) < key:  # type: ignore[operator]
                low = middle + 1
            else:
                high = middle
        return low

    def _number_relations(self) -> None:
        known = {relation.id: relation for relation in self.base.relations}
        for relation in self.added.relations:
            known[relation.id] = united(known[relation.id], relation) if relation.id in known else relation
        self.relations: Sequence[Relation] = tuple(known[i] for i in sorted(known))
        place = {relation.id: i for i, relation in enumerate(self.relations)}
        self._from_base, self._from_added = (
            np.array([place[relation.id] for relation in view.relations], np.int64) for view in (self.base, self.added)
        )
        self._to_base, self._to_added = (np.full(len(place), -1, np.int64) for _ in range(2))
        self._to_base[self._from_base] = np.arange(len(self._from_base))
        self._to_added[self._from_added] = np.arange(len(self._from_added))
        self._same_relations = len(self.relations) == len(self.base.relations)
        self._base_relations = [self.relations[i] for i in self._from_base.tolist()]
        self._added_relations = [self.relations[i] for i in self._from_added.tolist()]

    def _tabulate(self) -> None:
        """The table of changed groups: node, relation, way, how many more facts, how many of the store's are removed."""
        added = self.added.store
        here = self.added.groups(np.arange(added.nodes))
        s, r, o = self._ends_of_removed()
        zero, one = np.zeros(len(s), np.int64), np.ones(len(s), np.int64)
        node = np.concatenate([self._handle_of[here.origin], s, o])
        relation = np.concatenate([self._from_added[here.relation], r, r])
        way = np.concatenate([here.way, zero, one])
        more = np.concatenate([here.count, zero, zero])
        less = np.concatenate([np.zeros(len(here.count), np.int64), one, one])
        self._node, self._relation, self._way, self._more, self._less = _summed(node, relation, way, more, less)
        self._less_node, self._less_count = np.unique(np.concatenate([s, o]), return_counts=True)
        # Also what the store's view does not know; the last place is that of -1, which has no facts anywhere.
        self._touched = np.zeros(self.base.store.nodes + len(self._new) + 1, bool)
        self._touched[self._node] = self._touched[self.base.store.nodes : -1] = True

    def _ends_of_removed(self) -> tuple[Column, Column, Column]:
        """Subject, relation and object of the removed facts, as merged handles."""
        store = self.base.store
        objects = store.out.neighbours[self.removed].astype(np.int64)
        return store.subjects_of(self.removed), self._from_base[store.relations_of(self.removed)], objects

    def _literals_without_facts(self) -> Column:
        """Literals of the store that only removed facts had."""
        store, facts = self.base.store, self.removed
        _, _, said = self.base.qualifiers(facts)
        some = np.unique(np.concatenate([store.out.neighbours[facts].astype(np.int64), said]))
        some = some[(some >= store.entities) & ~np.isin(some, self._handle_of)]
        some = some[self.degrees(some) == 0]
        if len(some) and len(store.qualifiers.values):
            held = np.flatnonzero(np.isin(store.qualifiers.values, some))
            held = held[held % 2 == 1]  # the others are relations
            facts_of = last_at_most(store.qualifiers.starts, held)
            some = some[~np.isin(some, store.qualifiers.values[held[~np.isin(facts_of, self.removed)]])]
        return some

    def _changed_entities(self) -> dict[int, Entity]:
        """Entities of the store of which more is known now."""
        out = {}
        for number in range(self.added.store.entities):
            handle, more = int(self._handle_of[number]), self.added.store.node(number)
            if handle < self.base.store.nodes and isinstance(more, Entity):
                had = self.base.store.node(handle)
                now = _united_entity(had, more)  # type: ignore[arg-type]
                if self.base.store.flags[handle] & 4 and more.named and more.name != str(more.id):
                    now = replace(now, named=True)  # it was unnamed for want of a name
                if (now.name, now.aliases, now.types, now.named) != (had.name, had.aliases, had.types, had.named):  # type: ignore[union-attr]
                    out[handle] = now
        return out

    @cached_property
    def any_unnamed(self) -> bool:
        """Whether there may be nodes that only join others."""
        return self.base.any_unnamed or self.added.any_unnamed or bool(len(self._unnamed))

    # --- nodes ---

    def handles(self, nodes: Sequence[Node]) -> Column:
        """The handle of each node, -1 for one that the graph does not have."""
        found, added = self.base.handles(nodes), self.added.handles(nodes)
        if len(self._handle_of):
            found = np.where((found < 0) & (added >= 0), self._handle_of[added], found)
        return np.where(np.isin(found, self.gone), -1, found)

    def meet(self, nodes: Sequence[Node], handles: Sequence[int]) -> None:
        """Remember some nodes of the store, whose handles will soon be asked for."""
        old = [(node, handle) for node, handle in zip(nodes, handles, strict=True) if handle < self.base.store.nodes]
        self.base.meet([node for node, _ in old], [handle for _, handle in old])

    def node(self, handle: int) -> Node:
        """One node, whole."""
        if handle < self.base.store.nodes:
            return self._changed.get(handle) or self.base.store.node(handle)
        return self.added.store.node(int(self._new[handle - self.base.store.nodes]))

    def nodes(self, handles: Column) -> list[Node]:
        """The node of each handle, with its name, aliases and types."""
        handles = np.asarray(handles, np.int64)
        if (handles < self.base.store.nodes).all():
            made = self.base.nodes(handles)
            return [self._changed.get(handle, node) for handle, node in zip(handles.tolist(), made, strict=True)] if self._changed else made
        return [self.node(handle) for handle in handles.tolist()]

    def _each(self, handles: Column, own: Column, ask: str) -> Column:
        """What the store's view says of its nodes, `own[i]` of the i-th new one."""
        handles = np.asarray(handles, np.int64)
        n = self.base.store.nodes
        if not len(own):
            return getattr(self.base, ask)(handles)
        if not n:  # a graph that began empty
            return own[handles]
        new = handles >= n
        return np.where(new, own[np.where(new, handles - n, 0)], getattr(self.base, ask)(np.where(new, 0, handles)))

    def named(self, handles: Column) -> Column:
        """False for nodes that only join others."""
        return self._each(handles, self.added.named(self._new), "named") & ~np.isin(handles, self._unnamed)

    def literal(self, handles: Column) -> Column:
        """True for literals."""
        return self._each(handles, self._new_literal, "literal")

    def rank(self, handles: Column) -> Column:
        """Numbers that order the handles as `sort_key` does."""
        return self._each(handles, self._rank, "rank")

    def entities_at(self, places: Column) -> Column:
        """The handles of the entities at these places of all: the store's, then new ones."""
        mine = self.base.store.entities
        return np.where(places < mine, places, places - mine + self.base.store.nodes)

    def lookup(self, texts: Sequence[str]) -> list[tuple[Hit, ...]]:
        """For each text the nodes of that name."""
        pairs = zip(self.base.lookup(texts), self.added.lookup(texts), strict=True)
        return [tuple(self._hits(old, new).values()) for old, new in pairs]

    def search(self, text: str, limit: int) -> tuple[Hit, ...]:
        """The nodes of a name near the text, best first."""
        more = limit + len(self.gone)
        hits = self._hits(self.base.search(text, more), self.added.search(text, limit)).values()
        ranked = sorted(
            hits, key=lambda hit: (-hit.score, hit.kind == "fuzzy", len(hit.name), hit.name, self.rank(np.array([hit.handle]))[0])
        )
        return tuple(ranked[:limit])

    def _hits(self, old: Sequence[Hit], new: Sequence[Hit]) -> dict[int, Hit]:
        """Each node once, by its best match."""
        best: dict[int, Hit] = {}
        hits = [*old, *(self._as_known(hit._replace(handle=int(self._handle_of[hit.handle]))) for hit in new)]
        if not hits:
            return best
        gone = set(self.gone.tolist())
        named = self.named(np.array([hit.handle for hit in hits])).tolist()
        for hit, linked in zip(hits, named, strict=True):
            lost = hit.handle in gone or (not linked and hit.name != str(getattr(self.node(hit.handle), "id", "")))
            known = best.get(hit.handle)
            if not lost and (known is None or (KINDS.index(hit.kind), -hit.score) < (KINDS.index(known.kind), -known.score)):
                best[hit.handle] = hit
        return best

    def _as_known(self, hit: Hit) -> Hit:
        """A name that an update gave to a node with a name is an alias."""
        now = self._changed.get(hit.handle)
        return hit._replace(kind="alias") if now and hit.kind == "name" and hit.name != now.name else hit

    # --- facts ---

    def degrees(self, handles: Column) -> Column:
        """Facts out of and into each node."""
        handles = np.asarray(handles, np.int64)
        if not self._touched[handles].any():
            return self.base.degrees(handles)
        total = self.base.degrees(np.where(handles < self.base.store.nodes, handles, -1)) + self.added.degrees(self._in_added(handles))
        at = np.minimum(np.searchsorted(self._less_node, handles), max(len(self._less_node) - 1, 0))
        return total - np.where(self._less_node[at] == handles, self._less_count[at], 0) if len(self._less_node) else total

    def _in_added(self, handles: Column) -> Column:
        """The numbers of the nodes in the added store, -1 for those it has not."""
        if not len(self._sorted_handles):
            return np.full(len(handles), -1, np.int64)
        at = np.minimum(np.searchsorted(self._sorted_handles, handles), len(self._sorted_handles) - 1)
        return np.where(self._sorted_handles[at] == handles, self._order[at], -1)

    def _in_base(self, handles: Column) -> Column:
        return np.where(handles < self.base.store.nodes, handles, -1)

    def groups(self, handles: Column) -> Groups:
        """Which relations leave and enter the nodes, with counts."""
        handles = np.asarray(handles, np.int64)
        if not self._touched[handles].any():
            return self._renumbered(self.base.groups(handles))
        here = self._renumbered(self.base.groups(self._in_base(handles)))
        relation = here.relation
        first, last = np.searchsorted(self._node, handles, "left"), np.searchsorted(self._node, handles, "right")
        origin, row = ranges(first, last - first)
        columns = zip((here.origin, relation, here.way), (origin, self._relation[row], self._way[row]), strict=True)
        origin, relation, way, count = _summed(
            *(np.concatenate(pair) for pair in columns), np.concatenate([here.count, self._more[row] - self._less[row]])
        )
        kept = count > 0
        return Groups(origin[kept], relation[kept], way[kept], count[kept])

    def around(self, handles: Column) -> Groups:
        """The rows of `groups`, in any order."""
        if self._touched[handles].any():
            return self.groups(handles)
        return self._renumbered(self.base.around(handles))

    def _renumbered(self, groups: Groups) -> Groups:
        """Groups of the store, with the numbers that its relations have here."""
        if self._same_relations:
            return groups
        return Groups(groups.origin, self._from_base[groups.relation], groups.way, groups.count)

    def edges(self, handles: Column, relations: Column, ways: Column, limit: int) -> Edges:
        """The facts of each request, at most `limit` each."""
        handles, relations, ways = (np.asarray(column, np.int64) for column in (handles, relations, ways))
        known = relations >= 0
        mine = relations if self._same_relations else np.where(known, self._to_base[np.where(known, relations, 0)], -1)
        touched = np.flatnonzero(self._touched[handles])
        if not len(touched):
            return self.base.edges(handles, mine, ways, limit)
        less = np.zeros(len(handles), np.int64)
        less[touched] = self._removed_of(handles[touched], relations[touched], ways[touched])
        old = self.base.edges(self._in_base(handles), mine, ways, limit + less)
        row, neighbour, fact = old.row, old.neighbour, old.fact
        if (fewer := np.flatnonzero(less[row] > 0)).size:
            kept = np.ones(len(row), bool)
            kept[fewer] = ~among(fact[fewer], self.removed)
            row, neighbour, fact = row[kept], neighbour[kept], fact[kept]
        theirs = np.where(known, self._to_added[np.where(known, relations, 0)], -1)
        new = self.added.edges(self._in_added(handles), theirs, ways, limit)
        if len(new.row):
            row, neighbour, fact = self._merged((row, neighbour, fact), new)
        truncated, size = old.truncated | new.truncated, np.bincount(row, minlength=len(handles))
        if (over := size > limit).any():
            truncated |= over
            within = np.arange(len(row)) - (np.cumsum(size) - size)[row] < limit
            row, neighbour, fact = row[within], neighbour[within], fact[within]
        return Edges(row, neighbour, fact, truncated)

    def _merged(self, old: tuple[Column, Column, Column], new: Edges) -> tuple[Column, Column, Column]:
        """Rows of the store and new ones in order: the few new ones are put in their places."""
        added = (new.row, self._handle_of[new.neighbour], new.fact + self.base.store.facts)
        rank = self.rank(added[1])
        order = np.lexsort((added[2], rank, added[0]))
        row, neighbour, _ = old
        low, high = np.searchsorted(row, added[0][order], "left"), np.searchsorted(row, added[0][order], "right")
        # The rank of a node of the store is its handle; those of new nodes lie between.
        place = lower_bound(neighbour, low, high, np.floor(rank[order]).astype(np.int64) + 1)
        first, second, third = (np.insert(column, place, more[order]) for column, more in zip(old, added, strict=True))
        return first, second, third

    def follow(self, handles: Column, relation: int, way: int, limit: int) -> tuple[Column, Column, Column, bool]:
        """Columns (start, neighbour, fact) of one relation, followed one way from distinct nodes: what `edges` gives, for less."""
        mine = int(self._to_base[relation])
        if mine >= 0 and not self._touched[handles].any():
            return self.base.follow(handles, mine, way, limit)
        edges = self.edges(handles, np.full(len(handles), relation), np.full(len(handles), way), limit)
        return handles[edges.row], edges.neighbour, edges.fact, bool(edges.truncated.any())

    def _removed_of(self, handles: Column, relations: Column, ways: Column) -> Column:
        """How many of the store's facts are removed from each (node, relation, way)."""
        low, high = np.searchsorted(self._node, handles, "left"), np.searchsorted(self._node, handles, "right")
        place = lower_bound(self._relation * 2 + self._way, low, high, relations * 2 + ways)
        at = np.minimum(place, len(self._node) - 1)
        there = (place < high) & (self._relation[at] == relations) & (self._way[at] == ways)
        return np.where(there, self._less[at], 0)

    def facts(self, facts: Column) -> list[Fact]:
        """The fact of each handle, whole."""
        facts = np.asarray(facts, np.int64)
        new = facts >= self.base.store.facts
        theirs = lambda handles: self.nodes(self._handle_of[handles])
        added = iter(self.added.store.facts_of(facts[new] - self.base.store.facts, nodes=theirs, relations=self._added_relations))
        old = iter(self.base.store.facts_of(facts[~new], nodes=self.nodes, relations=self._base_relations))
        made = [next(added if is_new else old) for is_new in new.tolist()]
        for i, number in enumerate(facts.tolist()):
            if more := self.edits.sources.get(number):
                made[i] = replace(made[i], source=(*made[i].source, *more))
        return made

    def facts_at(self, places: Column) -> Column:
        """The handles of the facts at these places of all."""
        left = self.base.store.facts - len(self.removed)
        skipped = np.searchsorted(self.removed - np.arange(len(self.removed)), places, "right")
        return np.where(places < left, places + skipped, places - left + self.base.store.facts)

    def qualifiers(self, facts: Column) -> tuple[Column, Column, Column]:
        """Columns (row, relation handle, node handle) of the facts' qualifiers."""
        facts = np.asarray(facts, np.int64)
        total = self.base.store.facts
        old, new = np.flatnonzero(facts < total), np.flatnonzero(facts >= total)
        row, relation, node = self.base.qualifiers(facts[old])
        more_row, more_relation, more_node = self.added.qualifiers(facts[new] - total)
        rows = np.concatenate([old[row], new[more_row]])
        order = np.argsort(rows, kind="stable")
        relations = np.concatenate([self._from_base[relation], self._from_added[more_relation]])
        nodes = np.concatenate([node, self._handle_of[more_node]])
        return rows[order], relations[order], nodes[order]

    # --- for the totals ---

    def changed_groups(self) -> tuple[Column, Column, Column, Column, Column]:
        """(node, relation, way, facts before, facts now) of every group with other facts than the store's."""
        mine = self._to_base[self._relation]
        before = np.zeros(len(self._node), np.int64)
        for number, way in enumerate((self.base.store.out, self.base.store.into)):
            at = np.flatnonzero((self._way == number) & (self._node < self.base.store.nodes) & (mine >= 0))
            group = groups_of(way, self._node[at], mine[at])
            at, group = at[group >= 0], group[group >= 0]
            before[at] = way.starts[group + 1].astype(np.int64) - way.starts[group].astype(np.int64)
        return self._node, self._relation, self._way, before, before + self._more - self._less

    def changed_entities(self) -> dict[int, Entity]:
        """Entities of the store of which more is known now, by handle."""
        return self._changed


def _united_entity(had: Entity, more: Entity) -> Entity:
    """What two pieces say of one entity; a name that only repeats the id is none."""
    names = [name for name in (had.name, more.name) if name != str(had.id)] or [had.name]
    others = dict.fromkeys((*names, *had.aliases, *more.aliases))
    types = tuple(dict.fromkeys((*had.types, *more.types)))
    return Entity(had.id, names[0], tuple(name for name in others if name not in (names[0], str(had.id))), types, had.named and more.named)


def _summed(first: Column, second: Column, third: Column, *counts: Column) -> tuple[Column, ...]:
    """Rows in the order of the three keys, each once, with the sums of its counts."""
    order = np.lexsort((third, second, first))
    first, second, third = first[order], second[order], third[order]
    if not len(order):
        return (first, second, third, *counts)
    new = np.ones(len(order), bool)
    new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1]) | (third[1:] != third[:-1])
    starts = np.flatnonzero(new)
    return (first[new], second[new], third[new], *(np.add.reduceat(count[order], starts) for count in counts))
