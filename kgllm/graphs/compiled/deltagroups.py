"""Which groups of facts an update changed: a small table, and a bit for each node and each fact that says whether to look there.

What an update did not touch must cost one look at a bit; a question asks thousands of times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kgllm.graphs.ascending import begins
from kgllm.graphs.columns import Column
from kgllm.graphs.compiled.deltanumbers import DeltaNodes, DeltaRelations
from kgllm.graphs.compiled.store import Store, last_at_most
from kgllm.graphs.compiled.storeview import StoreView, groups_of, lower_bound, ranges


class Change(NamedTuple):
    """Changed groups: the nodes; how many facts more and less each has; where the new ones begin in `ChangedGroups.facts`, and the
    places in the group of those that are gone in `ChangedGroups.places`."""

    node: Column
    more: Column
    less: Column
    first: Column
    gone: Column

    def of(self, rows: Column | slice) -> Change:
        """Some of them."""
        return Change(*(column[rows] for column in self))


class ChangedGroups:
    """The groups with other facts than the store's, by node, relation and way."""

    def __init__(self, base: StoreView, added: StoreView, nodes: DeltaNodes, relations: DeltaRelations, removed: Column) -> None:
        self._base, self._relations = base, relations
        parts, near, facts, places = [], [], [], []
        for number, way in enumerate((added.store.out, added.store.into)):
            starts, old = way.starts.astype(np.int64), (base.store.out, base.store.into)[number]
            group, place = _removed(base.store, number, removed)
            begin, none = begins(group), np.zeros(len(starts) - 1, np.int64)
            group, less = group[begin], np.diff(begin, append=len(group))
            zero = np.zeros(len(group), np.int64)
            new = (nodes.handle_of[way.node_of_groups()], relations.added[way.relations], np.diff(starts), none, starts[:-1] + number * added.fact_count, none)  # fmt: skip
            gone = (last_at_most(old.node_groups, group), relations.base[old.relations[group]], zero, less, zero, begin + number * len(removed))  # fmt: skip
            node, relation, *counts = (np.concatenate(pair) for pair in zip(new, gone, strict=True))
            parts.append((node, relation, np.full(len(node), number), *counts))
            near.append(nodes.handle_of[way.neighbours])
            facts.append((np.arange(added.fact_count) if way.facts is None else way.facts.astype(np.int64)) + base.store.facts)
            places.append(place)
        node, self.relation, self.way, *counts = summed(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        self.groups = Change(node, *counts)
        self.facts = np.concatenate(near), np.concatenate(facts)  # neighbour and handle of the added facts, group by group, both ways
        self.places = np.concatenate(places)  # of the removed facts in their groups, group by group, both ways
        key = self.relation * 2 + self.way
        order = np.lexsort((node, key))
        self._key, self._along = key[order], self.groups.of(order)
        # Also what the store's view does not know; the last place is that of -1, which has no facts anywhere.
        self.touched = np.zeros(base.store.nodes + len(nodes.new) + 1, bool)
        self.touched[node] = self.touched[base.store.nodes : -1] = True

    def rows_at(self, handles: Column) -> tuple[Column, Column]:
        """(origin, row) of every changed group of every node."""
        first, last = np.searchsorted(self.groups.node, handles, "left"), np.searchsorted(self.groups.node, handles, "right")
        return ranges(first, last - first)

    def along(self, relation: int, way: int) -> Change:
        """The changed groups of one relation one way, by node."""
        first, last = np.searchsorted(self._key, (relation * 2 + way, relation * 2 + way + 1)).tolist()
        return self._along.of(slice(first, last))

    def rows_of(self, handles: Column, relations: Column, ways: Column) -> Column:
        """The row of each (node, relation, way), -1 where it did not change."""
        node = self.groups.node
        if not len(node):
            return np.full(len(handles), -1, np.int64)
        low, high = np.searchsorted(node, handles, "left"), np.searchsorted(node, handles, "right")
        place = lower_bound(self.relation * 2 + self.way, low, high, relations * 2 + ways)
        at = np.minimum(place, len(node) - 1)
        return np.where((place < high) & (self.relation[at] == relations) & (self.way[at] == ways), at, -1)

    def removed_at(self, handles: Column) -> Column:
        """How many of the store's facts are removed from each node."""
        origin, row = self.rows_at(handles)
        return np.bincount(origin, self.groups.less[row], len(handles)).astype(np.int64)

    def before(self) -> Column:
        """How many facts each changed group had."""
        node, mine = self.groups.node, self._relations.to_base[self.relation]
        out = np.zeros(len(node), np.int64)
        for number, way in enumerate((self._base.store.out, self._base.store.into)):
            at = np.flatnonzero((self.way == number) & (node < self._base.store.nodes) & (mine >= 0))
            group = groups_of(way, node[at], mine[at])
            at, group = at[group >= 0], group[group >= 0]
            out[at] = way.starts[group + 1].astype(np.int64) - way.starts[group].astype(np.int64)
        return out


def _removed(store: Store, number: int, facts: Column) -> tuple[Column, Column]:
    """(group, place in it) of facts of the store, one way, group by group. Within a group facts ascend."""
    way, group = store.out, last_at_most(store.out.starts, facts)
    first = way.starts[group].astype(np.int64)
    if number == 1:
        objects, relations = store.out.neighbours[facts].astype(np.int64), store.out.relations[group].astype(np.int64)
        way, group = store.into, groups_of(store.into, objects, relations)
        first = way.starts[group].astype(np.int64)
        assert way.facts is not None
        facts = lower_bound(way.facts, first, way.starts[group + 1], facts)
    order = np.lexsort((facts, group))
    return group[order], (facts - first)[order]


def summed(first: Column, second: Column, third: Column, *counts: Column) -> tuple[Column, ...]:
    """Rows in the order of the three keys, each once, with the sums of its counts.

    >>> [column.tolist() for column in summed(*np.array([[2, 1, 2], [0, 0, 0], [1, 1, 1], [5, 6, 7]]))]
    [[1, 2], [0, 0], [1, 1], [6, 12]]
    """
    order = np.lexsort((third, second, first))
    first, second, third = first[order], second[order], third[order]
    if not len(order):
        return (first, second, third, *counts)
    new = np.ones(len(order), bool)
    new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1]) | (third[1:] != third[:-1])
    starts = np.flatnonzero(new)
    return (first[new], second[new], third[new], *(np.add.reduceat(count[order], starts) for count in counts))


_FEW = 64  # edits that are made piece by piece; of more a whole order is made


def spliced(old: Sequence[Column], drop: Column, place: Column, new: Sequence[Column]) -> list[Column]:
    """The columns without some rows, and with the i-th new row before row `place[i]` of those given; both ascending.

    >>> spliced([np.arange(4)], np.array([1]), np.array([1, 4]), [np.array([7, 8])])[0].tolist()
    [0, 7, 2, 3, 8]
    """
    many = len(old[0])
    if len(drop) + len(place) > _FEW:
        kept = np.ones(many, bool)
        kept[drop] = False
        order = np.insert(np.flatnonzero(kept), place - np.searchsorted(drop, place), many + np.arange(len(place)))
        return [np.concatenate(pair, dtype=np.int64)[order] for pair in zip(old, new, strict=True)]
    edits = sorted([(at, 0, i) for i, at in enumerate(place.tolist())] + [(at, 1, 0) for at in drop.tolist()])
    begins_at = [0, *(at + dropped for at, dropped, _ in edits)]
    ends_at = [*(at for at, _, _ in edits), many]
    out = []
    for column, more in zip(old, new, strict=True):
        parts = [column[begin:end] for begin, end in zip(begins_at, ends_at, strict=True)]
        added = [more[i : i + 1 - dropped] for _, dropped, i in edits]
        out.append(np.concatenate([*(part for pair in zip(parts, added, strict=False) for part in pair), parts[-1]], dtype=np.int64))
    return out
