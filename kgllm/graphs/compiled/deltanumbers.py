"""How the nodes and the relations of a store and of the facts added to it are numbered together.

Nodes that both have go by the handle of the big store; others get handles after its last, and a rank between its nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kgllm.graphs.columns import Column
from kgllm.graphs.compiled.storeview import StoreView
from kgllm.graphs.values import united
from kgllm.types import Entity, Relation


class DeltaNodes:
    """The nodes of both stores by one handle each.

    `handle_of`: of each node of the added store. `new`: the numbers there of the nodes that only it has, in the order of their
    handles; `literal` and `rank` say for these what a view says of a node. `changed`: entities of the store of which more is known now.
    """

    def __init__(self, base: StoreView, added: StoreView) -> None:
        self._base, store = base, added.store
        self.first = base.store.nodes  # the handle of the first new node
        mine = [
            base.entity_place(store.keys[i]) if i < store.entities else base.literal_place(*store.literal_key(i))
            for i in range(store.nodes)
        ]
        self.handle_of = np.array(mine, np.int64).reshape(-1)
        self.new = np.flatnonzero(self.handle_of < 0)
        self.literal = self.new >= store.entities
        self.handle_of[self.new] = self.first + np.arange(len(self.new))
        self._order = np.argsort(self.handle_of, kind="stable")
        self._sorted = self.handle_of[self._order]
        keys = [store.keys[i] if i < store.entities else store.literal_key(i) for i in self.new.tolist()]
        before = np.array([self._place_before(key) for key in keys], np.float64).reshape(-1)
        self.rank = before - 1 + (np.arange(len(keys)) + 1) / (len(keys) + 1)  # between the node before and the node after
        self.changed = self._changed_entities(added)

    def in_added(self, handles: Column) -> Column:
        """The numbers of the nodes in the added store, -1 for those it has not."""
        if not len(self._sorted):
            return np.full(len(handles), -1, np.int64)
        at = np.minimum(np.searchsorted(self._sorted, handles), len(self._sorted) - 1)
        return np.where(self._sorted[at] == handles, self._order[at], -1)

    def in_base(self, handles: Column) -> Column:
        """The numbers of the nodes in the store, -1 for those it has not."""
        return np.where(handles < self.first, handles, -1)

    def any_new(self, handles: Column) -> bool:
        """Whether some of the nodes are not in the store."""
        return len(self.new) > 0 and len(handles) > 0 and int(handles.max()) >= self.first

    def _place_before(self, key: str | tuple[str, str, str]) -> int:
        """How many nodes of the store come before this key."""
        store = self._base.store
        entity = isinstance(key, str)
        low, high = (0, store.entities) if entity else (store.entities, store.nodes)
        while low < high:
            middle = (low + high) // 2
            if (store.keys[middle] if entity else store.literal_key(middle)) < key:  # type: ignore[operator]
                low = middle + 1
            else:
                high = middle
        return low

    def _changed_entities(self, added: StoreView) -> dict[int, Entity]:
        out = {}
        for number in range(added.store.entities):
            handle, more = int(self.handle_of[number]), added.store.node(number)
            if handle < self.first and isinstance(more, Entity):
                had = self._base.store.node(handle)
                now = _united_entity(had, more)  # type: ignore[arg-type]
                if self._base.store.flags[handle] & 4 and more.named and more.name != str(more.id):
                    now = replace(now, named=True)  # it was unnamed for want of a name
                if (now.name, now.aliases, now.types, now.named) != (had.name, had.aliases, had.types, had.named):  # type: ignore[union-attr]
                    out[handle] = now
        return out


class DeltaRelations:
    """The relations of both stores, numbered by id; `base` and `added` are the numbers here of those there, `to_base` and
    `to_added` the other way (-1: it has none)."""

    def __init__(self, base: StoreView, added: StoreView) -> None:
        known = {relation.id: relation for relation in base.relations}
        for relation in added.relations:
            known[relation.id] = united(known[relation.id], relation) if relation.id in known else relation
        self.all: Sequence[Relation] = tuple(known[i] for i in sorted(known))
        place = {relation.id: i for i, relation in enumerate(self.all)}
        self.base, self.added = (np.array([place[relation.id] for relation in view.relations], np.int64) for view in (base, added))
        self.to_base, self.to_added = (_inverse(numbers, len(place)) for numbers in (self.base, self.added))
        self.same = len(self.all) == len(base.relations)  # then the numbers are the store's
        self.of_base = [self.all[i] for i in self.base.tolist()]
        self.of_added = [self.all[i] for i in self.added.tolist()]

    def in_base(self, relations: Column) -> Column:
        """The store's numbers of the relations, -1 for those it has not."""
        return relations if self.same else np.where(relations >= 0, self.to_base[np.maximum(relations, 0)], -1)

    def in_added(self, relations: Column) -> Column:
        """The added store's numbers of the relations, -1 for those it has not."""
        return np.where(relations >= 0, self.to_added[np.maximum(relations, 0)], -1)


def _inverse(numbers: Column, size: int) -> Column:
    out = np.full(size, -1, np.int64)
    out[numbers] = np.arange(len(numbers))
    return out


def _united_entity(had: Entity, more: Entity) -> Entity:
    """What two pieces say of one entity; a name that only repeats the id is none."""
    names = [name for name in (had.name, more.name) if name != str(had.id)] or [had.name]
    others = dict.fromkeys((*names, *had.aliases, *more.aliases))
    types = tuple(dict.fromkeys((*had.types, *more.types)))
    return Entity(had.id, names[0], tuple(name for name in others if name not in (names[0], str(had.id))), types, had.named and more.named)
