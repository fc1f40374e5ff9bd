"""A store and what was added and removed since, walked as one graph.

The added facts are a small store of their own (`kgllm.graphs.compiled.deltanumbers` numbers both together). A table of the groups that
changed (`kgllm.graphs.compiled.deltagroups`) says how much to add to each count, and which nodes are touched at all: the others cost what
they cost without a delta.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from kgllm.graphs.ascending import among
from kgllm.graphs.base import KINDS, Along, Edges, Groups, OfType
from kgllm.graphs.columns import Column
from kgllm.graphs.compiled.build import Builder
from kgllm.graphs.compiled.deltagroups import Change, ChangedGroups, spliced
from kgllm.graphs.compiled.deltanumbers import DeltaNodes, DeltaRelations
from kgllm.graphs.compiled.edits import Edits
from kgllm.graphs.compiled.store import last_at_most
from kgllm.graphs.compiled.storeview import StoreView, lower_bound, ranges
from kgllm.graphs.nameindex import Hit
from kgllm.graphs.whole import from_subjects
from kgllm.types import Entity, Fact, Node, Relation

_NONE = np.zeros(0, np.int64)
_NOTHING = (_NONE, _NONE, _NONE, False)


class DeltaView:
    """The `View` of a store with edits. Immutable: each update makes another."""

    def __init__(self, edits: Edits) -> None:
        self.edits, self.base = edits, edits.base
        self.added = StoreView(Builder(by_structure=False).add(edits.records()).store())
        base, added = self.base.store, self.added.store
        self.removed = np.array(sorted(edits.removed), np.int64)
        self._nodes, self._relations = DeltaNodes(self.base, self.added), DeltaRelations(self.base, self.added)
        self._changed = ChangedGroups(self.base, self.added, self._nodes, self._relations, self.removed)
        self.relations: Sequence[Relation] = self._relations.all
        self.fact_count = base.facts - len(self.removed) + added.facts
        self.entity_count = base.entities + int((~self._nodes.literal).sum())
        self.gone = self._literals_without_facts()
        self.literal_count = base.nodes - base.entities + int(self._nodes.literal.sum()) - len(self.gone)
        self._unnamed = np.array(sorted(at for at, entity in self._nodes.changed.items() if not entity.named), np.int64)
        self._lost = frozenset((*self.gone.tolist(), *self._unnamed.tolist()))  # nodes that some names of the store do not mean now

    def _literals_without_facts(self) -> Column:
        """Literals of the store that only removed facts had."""
        store, facts = self.base.store, self.removed
        _, _, said = self.base.qualifiers(facts)
        some = np.unique(np.concatenate([store.out.neighbours[facts].astype(np.int64), said]))
        some = some[(some >= store.entities) & ~np.isin(some, self._nodes.handle_of)]
        some = some[self.degrees(some) == 0]
        if len(some) and len(store.qualifiers.values):
            held = np.flatnonzero(np.isin(store.qualifiers.values, some))
            held = held[held % 2 == 1]  # the others are relations
            facts_of = last_at_most(store.qualifiers.starts, held)
            some = some[~np.isin(some, store.qualifiers.values[held[~np.isin(facts_of, self.removed)]])]
        return some

    @cached_property
    def any_unnamed(self) -> bool:
        """Whether there may be nodes that only join others."""
        return self.base.any_unnamed or self.added.any_unnamed or bool(len(self._unnamed))

    # --- nodes ---

    def handles(self, nodes: Sequence[Node]) -> Column:
        """The handle of each node, -1 for one that the graph does not have."""
        found, added = self.base.handles(nodes), self.added.handles(nodes)
        if len(self._nodes.handle_of):
            found = np.where((found < 0) & (added >= 0), self._nodes.handle_of[added], found)
        return np.where(among(found, self.gone), -1, found)

    def meet(self, nodes: Sequence[Node], handles: Sequence[int]) -> None:
        """Remember some nodes of the store, whose handles will soon be asked for."""
        old = [(node, handle) for node, handle in zip(nodes, handles, strict=True) if handle < self._nodes.first]
        self.base.meet([node for node, _ in old], [handle for _, handle in old])

    def node(self, handle: int) -> Node:
        """One node, whole."""
        if handle < self._nodes.first:
            return self._nodes.changed.get(handle) or self.base.store.node(handle)
        return self.added.store.node(int(self._nodes.new[handle - self._nodes.first]))

    def nodes(self, handles: Column) -> list[Node]:
        """The node of each handle, with its name, aliases and types."""
        handles = np.asarray(handles, np.int64)
        if self._nodes.any_new(handles):
            return [self.node(handle) for handle in handles.tolist()]
        made, changed = self.base.nodes(handles), self._nodes.changed
        return [changed.get(handle, node) for handle, node in zip(handles.tolist(), made, strict=True)] if changed else made

    def _each(self, handles: Column, own: Column, ask: str) -> Column:
        """What the store's view says of its nodes, `own[i]` of the i-th new one."""
        handles = np.asarray(handles, np.int64)
        if not self._nodes.any_new(handles):
            return getattr(self.base, ask)(handles)
        n = self._nodes.first
        if not n:  # a graph that began empty
            return own[handles]
        new = handles >= n
        return np.where(new, own[np.where(new, handles - n, 0)], getattr(self.base, ask)(np.where(new, 0, handles)))

    def named(self, handles: Column) -> Column:
        """False for nodes that only join others."""
        known = self._each(handles, self.added.named(self._nodes.new), "named")
        return known & ~among(np.asarray(handles), self._unnamed) if len(self._unnamed) else known

    def literal(self, handles: Column) -> Column:
        """True for literals."""
        return self._each(handles, self._nodes.literal, "literal")

    def rank(self, handles: Column) -> Column:
        """Numbers that order the handles as `sort_key` does."""
        return self._each(handles, self._nodes.rank, "rank")

    def entities_at(self, places: Column) -> Column:
        """The handles of the entities at these places of all: the store's, then new ones."""
        mine = self.base.store.entities
        return np.where(places < mine, places, places - mine + self._nodes.first)

    # --- names ---

    def lookup(self, texts: Sequence[str]) -> list[tuple[Hit, ...]]:
        """For each text the nodes of that name."""
        pairs = zip(self.base.lookup(texts), self.added.lookup(texts), strict=True)
        return [tuple(self._hits(old, new).values()) if new or self._some_lost(old) else old for old, new in pairs]

    def _some_lost(self, hits: Sequence[Hit]) -> bool:
        return len(self._lost) > 0 and any(hit.handle in self._lost for hit in hits)

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
        hits = [*old, *(self._as_known(hit._replace(handle=int(self._nodes.handle_of[hit.handle]))) for hit in new)]
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
        now = self._nodes.changed.get(hit.handle)
        return hit._replace(kind="alias") if now and hit.kind == "name" and hit.name != now.name else hit

    # --- whole kinds and relations ---

    def of_type(self, type: str, limit: int) -> OfType:
        """See `WholeView.of_type`."""
        base = self.base.of_type(type, self.base.entity_count).nodes
        changed = [at for at, entity in self._nodes.changed.items() if type in entity.types]
        added = self._nodes.handle_of[self.added.of_type(type, self.added.entity_count).nodes]
        handles = np.unique(np.concatenate([base, np.array(changed, np.int64), added]))
        ordered = handles[np.argsort(self.rank(handles), kind="stable")]
        return OfType(ordered[:limit], len(ordered))

    def along(self, relation: int, limit: int) -> Along:
        """See `WholeView.along`: of the nodes that have the relation in one of the two stores."""
        subjects = [_NONE]
        for view, number in ((self.base, self._relations.to_base), (self.added, self._relations.to_added)):
            if number[relation] >= 0:
                mine = np.flatnonzero(view.store.out.relations == number[relation])
                handles = last_at_most(view.store.out.node_groups, mine).astype(np.int64)
                subjects.append(handles if view is self.base else self._nodes.handle_of[handles])
        return from_subjects(self, np.unique(np.concatenate(subjects)), relation, limit)

    # --- facts ---

    def degrees(self, handles: Column) -> Column:
        """Facts out of and into each node."""
        handles = np.asarray(handles, np.int64)
        if not self._changed.touched[handles].any():
            return self.base.degrees(handles)
        total = self.base.degrees(self._nodes.in_base(handles)) + self.added.degrees(self._nodes.in_added(handles))
        return total - self._changed.removed_at(handles)

    def groups(self, handles: Column) -> Groups:
        """Which relations leave and enter the nodes, with counts."""
        handles = np.asarray(handles, np.int64)
        if not self._changed.touched[handles].any():
            return self._renumbered(self.base.groups(handles))
        here, change = self._renumbered(self.base.groups(self._nodes.in_base(handles))), self._changed
        origin, row = change.rows_at(handles)
        # Both are in order: what changes a count is added to it, what is new is put in its place.
        kinds = 2 * len(self.relations)
        key = here.origin * kinds + here.relation * 2 + here.way
        more_key, more = origin * kinds + change.relation[row] * 2 + change.way[row], change.groups.more[row] - change.groups.less[row]
        place = np.searchsorted(key, more_key)
        there = among(more_key, key)
        count = here.count.copy()
        count[place[there]] += more[there]
        at, row, more = place[~there], row[~there], more[~there]
        columns = zip(
            (here.origin, here.relation, here.way, count), (origin[~there], change.relation[row], change.way[row], more), strict=True
        )
        origin, relation, way, count = (np.insert(old, at, new) if len(at) else old for old, new in columns)
        kept = count > 0
        return Groups(origin[kept], relation[kept], way[kept], count[kept])

    def around(self, handles: Column) -> Groups:
        """The rows of `groups`, in any order."""
        if self._changed.touched[handles].any():
            return self.groups(handles)
        return self._renumbered(self.base.around(handles))

    def _renumbered(self, groups: Groups) -> Groups:
        """Groups of the store, with the numbers that its relations have here."""
        if self._relations.same:
            return groups
        return Groups(groups.origin, self._relations.base[groups.relation], groups.way, groups.count)

    def edges(self, handles: Column, relations: Column, ways: Column, limit: int) -> Edges:
        """The facts of each request, at most `limit` each."""
        handles, relations, ways = (np.asarray(column, np.int64) for column in (handles, relations, ways))
        mine, change = self._relations.in_base(relations), self._changed
        hit = np.flatnonzero(change.touched[handles])
        rows = change.rows_of(handles[hit], relations[hit], ways[hit]) if len(hit) else hit
        hit, rows = hit[rows >= 0], rows[rows >= 0]
        known = self._nodes.in_base(handles) if self._nodes.any_new(handles) else handles
        if not len(hit):
            return self.base.edges(known, mine, ways, limit)
        most = np.full(len(handles), limit, np.int64)
        most[hit] += change.groups.less[rows]
        old = self.base.edges(known, mine, ways, most)
        low, high = np.searchsorted(old.row, hit, "left"), np.searchsorted(old.row, hit, "right")
        changes = change.groups.of(rows)
        neighbour, fact, row = self._edited((old.neighbour, old.fact, old.row), low, high, changes, limit, hit)
        truncated, size = old.truncated, np.bincount(row, minlength=len(handles))
        if (over := size > limit).any():
            truncated = truncated | over
            within = np.arange(len(row)) - (np.cumsum(size) - size)[row] < limit
            row, neighbour, fact = row[within], neighbour[within], fact[within]
        return Edges(row, neighbour, fact, truncated)

    def _edited(self, old: Sequence[Column], low: Column, high: Column, change: Change, limit: int, *beside: Column) -> list[Column]:
        """Rows (neighbour, fact, …) of the store after changes: the i-th group of changes is that of rows `low[i]` to `high[i]`, which
        ascend. Of its new rows only so many come in as tell whether there are more than `limit`; columns after the first two hold
        `beside[…][i]` in all of them."""
        origin, at = ranges(change.gone, change.less)
        drop = low[origin] + self._changed.places[at]
        drop = drop[drop < high[origin]]  # not all rows of a group may have been asked for
        origin, at = ranges(change.first, np.minimum(change.more, limit + 1))
        neighbour, fact = (column[at] for column in self._changed.facts)
        # The rank of a node of the store is its handle; those of new nodes lie between.
        place = lower_bound(old[0], low[origin], high[origin], np.floor(self.rank(neighbour)).astype(np.int64) + 1)
        return spliced(old, drop, place, (neighbour, fact, *(column[origin] for column in beside)))

    def follow(self, handles: Column, relation: int, way: int, limit: int) -> tuple[Column, Column, Column, bool]:
        """Columns (start, neighbour, fact) of one relation, followed one way from distinct nodes: what `edges` gives, for less."""
        mine = int(self._relations.to_base[relation])
        touched = np.flatnonzero(self._changed.touched[handles])
        if mine >= 0 and not len(touched):
            return self.base.follow(handles, mine, way, limit)
        changes = self._changed.along(relation, way)
        hit = handles[touched[among(handles[touched], changes.node)]]
        if len(hit) == len(handles) == 1:
            return self._followed(int(hit[0]), mine, way, changes.of(np.searchsorted(changes.node, hit)), limit)
        found = self.base.follow(handles[handles < self._nodes.first], mine, way, limit) if mine >= 0 else _NOTHING
        if not len(hit):
            return found
        rank = self.rank(handles)
        if not found[3] and (rank[1:] > rank[:-1]).all():
            change = changes.of(np.searchsorted(changes.node, hit))
            rank = self.rank(hit)  # of a new node, which has no row yet, it lies between two nodes of the store
            low, high = (np.searchsorted(found[0], bound.astype(np.int64)) for bound in (np.ceil(rank), np.floor(rank) + 1))
            if not ((high - low - change.less + change.more) > limit).any():
                neighbour, fact, start = self._edited((*found[1:3], found[0]), low, high, change, limit, hit)
                return start, neighbour, fact, False
        edges = self.edges(handles, np.full(len(handles), relation), np.full(len(handles), way), limit)
        return handles[edges.row], edges.neighbour, edges.fact, bool(edges.truncated.any())

    def _followed(self, handle: int, relation: int, way: int, change: Change, limit: int) -> tuple[Column, Column, Column, bool]:
        """`follow` from one node that changed: of a hub's many facts each is copied once."""
        known = relation >= 0 and handle < self._nodes.first
        old = self.base.group(handle, relation, way) if known else (_NONE, _NONE)
        cut = [column[: limit + int(change.less[0])] for column in old]
        neighbour, fact = self._edited(cut, np.zeros(1, np.int64), np.array([len(cut[0])]), change, limit)
        many = len(old[0]) + int(change.more[0]) - int(change.less[0])
        return np.full(min(many, limit), handle), neighbour[:limit], fact[:limit], many > limit

    def facts(self, facts: Column) -> list[Fact]:
        """The fact of each handle, whole."""
        facts = np.asarray(facts, np.int64)
        new = facts >= self.base.store.facts
        theirs = lambda handles: self.nodes(self._nodes.handle_of[handles])
        added = iter(self.added.store.facts_of(facts[new] - self.base.store.facts, nodes=theirs, relations=self._relations.of_added))
        old = iter(self.base.store.facts_of(facts[~new], nodes=self.nodes, relations=self._relations.of_base))
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
        if not len(facts) or int(facts.max()) < total:
            row, relation, node = self.base.qualifiers(facts)
            return row, relation if self._relations.same else self._relations.base[relation], node
        old, new = np.flatnonzero(facts < total), np.flatnonzero(facts >= total)
        row, relation, node = self.base.qualifiers(facts[old])
        more_row, more_relation, more_node = self.added.qualifiers(facts[new] - total)
        rows = np.concatenate([old[row], new[more_row]])
        order = np.argsort(rows, kind="stable")
        relations = np.concatenate([self._relations.base[relation], self._relations.added[more_relation]])
        nodes = np.concatenate([node, self._nodes.handle_of[more_node]])
        return rows[order], relations[order], nodes[order]

    # --- for the totals ---

    def changed_groups(self) -> tuple[Column, Column, Column, Column, Column]:
        """(node, relation, way, facts before, facts now) of every group with other facts than the store's."""
        change, before = self._changed, self._changed.before()
        groups = change.groups
        return groups.node, change.relation, change.way, before, before + groups.more - groups.less

    def changed_entities(self) -> dict[int, Entity]:
        """Entities of the store of which more is known now, by handle."""
        return self._nodes.changed
