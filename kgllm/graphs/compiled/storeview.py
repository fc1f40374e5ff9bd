"""Walking the columns of a store: the `View` whose handles are the store's own numbers. No Python object for an edge."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.base import Along, Edges, Groups, OfType
from kgllm.graphs.columns import Column
from kgllm.graphs.compiled.store import Store, Way, last_at_most
from kgllm.types import Entity, Fact, Node, Relation
from kgllm.words.names import clean

if TYPE_CHECKING:
    from kgllm.graphs.nameindex import Hit


def ranges(starts: Column, lengths: Column) -> tuple[Column, Column]:
    """(row, position) of every place of every range, ranges end to end."""
    if len(lengths) == 1:
        size = int(lengths[0])
        return np.zeros(size, np.int64), np.arange(int(starts[0]), int(starts[0]) + size)
    row = np.arange(len(lengths)).repeat(lengths)
    first = starts - lengths.cumsum(dtype=np.int64)
    first += lengths
    return row, first.take(row) + np.arange(len(row))


_JOINS = 2 | 8  # flags of nodes that only join others, without and with a name
_MOST_MET = 8192  # entities that were found by name lately
_LISTED = 4096  # groups of all the nodes asked for: so many are sooner looked through than searched


def lower_bound(values: Column, low: Column, high: Column, wanted: Column | int) -> Column:
    """In each range low … high of ascending values, the first place that holds at least `wanted`; all found at once."""
    low, high = low.astype(np.int64), high.astype(np.int64)
    last = max(len(values) - 1, 0)
    while (undecided := low < high).any():
        middle = (low + high) // 2
        less = undecided & (values[np.minimum(middle, last)] < wanted)
        low, high = np.where(less, middle + 1, low), np.where(undecided & ~less, middle, high)
    return low


def groups_of(way: Way, handles: Column, relations: Column | int) -> Column:
    """The group of each (node, relation), -1 where there is none."""
    row, group = groups_there(way, handles, relations)
    out = np.full(len(handles), -1)
    out[row] = group
    return out


def groups_there(way: Way, handles: Column, relations: Column | int) -> tuple[Column, Column]:
    """Which of (node, relation) have a group, ascending, and the group of each."""
    low, high = way.node_groups[handles].astype(np.int64), way.node_groups[handles + 1].astype(np.int64)
    size = high - low
    if size.sum() > _LISTED:
        place = lower_bound(way.relations, low, high, relations)
        there = place < high
        there[there] = way.relations[place[there]] == (relations if isinstance(relations, int) else relations[there])
        row = there.nonzero()[0]
        return row, place[row]
    row, place = ranges(low, size)
    found = (way.relations[place] == (relations if isinstance(relations, int) else relations[row])).nonzero()[0]
    return row[found], place[found]


class StoreView:
    """The `View` of a store: handles are its node, relation and fact numbers, those of nodes in the order of their keys."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.relations: Sequence[Relation] = store.relations
        self.fact_count, self.entity_count, self.literal_count = store.facts, store.entities, store.nodes - store.entities
        self._met: dict[str, int] = {}

    @cached_property
    def any_unnamed(self) -> bool:
        """Whether there are nodes that only join others."""
        return bool((self.store.flags[: self.store.entities] & _JOINS).any())

    @cached_property
    def any_qualified(self) -> bool:
        """Whether there are facts with qualifiers."""
        return len(self.store.qualifiers.starts) > 1

    # --- nodes ---

    def handles(self, nodes: Sequence[Node]) -> Column:
        """The handle of each node, -1 for one that the graph does not have."""
        return np.array([self._handle(node) for node in nodes], np.int64)

    def _handle(self, node: Node) -> int:
        if not isinstance(node, Entity):
            return self.literal_place(node.name, node.datatype or "", node.language or "")
        found = self.entity_place(str(node.id))
        return found if found >= 0 and self.is_int(found) == (type(node.id) is int) else -1

    def is_int(self, handle: int) -> bool:
        """Whether the entity's id is a number."""
        return bool(self.store.flags[handle] & 1)

    def entity_place(self, key: str) -> int:
        """The handle of the entity whose id reads so, -1 where there is none."""
        if (met := self._met.get(key)) is not None:
            return met
        keys, wanted = self.store.keys, clean(key)
        low, end = 0, self.store.entities
        high = end
        while low < high:
            middle = (low + high) // 2
            if keys[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < end and keys[low] == wanted else -1

    def meet(self, nodes: Sequence[Node], handles: Sequence[int]) -> None:
        """Remember some nodes of this store, whose handles will soon be asked for."""
        if len(self._met) > _MOST_MET:
            self._met = {}
        self._met.update((str(node.id), handle) for node, handle in zip(nodes, handles, strict=True) if isinstance(node, Entity))

    def literal_place(self, name: str, datatype: str, language: str) -> int:
        """The handle of the literal, -1 where there is none."""
        wanted = (clean(name), datatype, language)
        low, end = self.store.entities, self.store.nodes
        high = end
        while low < high:
            middle = (low + high) // 2
            if self.store.literal_key(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < end and self.store.literal_key(low) == wanted else -1

    def node(self, handle: int) -> Node:
        """One node, whole."""
        return self.store.node(handle)

    def nodes(self, handles: Column) -> list[Node]:
        """The node of each handle, with its name, aliases and types."""
        return self.store.nodes_of(np.asarray(handles, np.int64))

    def named(self, handles: Column) -> Column:
        """False for nodes that only join others."""
        handles = np.asarray(handles, np.int64)
        return (handles >= self.store.entities) | (self.store.flags[handles] & _JOINS == 0)

    def literal(self, handles: Column) -> Column:
        """True for literals."""
        return np.asarray(handles, np.int64) >= self.store.entities

    def rank(self, handles: Column) -> Column:
        """Numbers that order the handles as `sort_key` does: the handles themselves."""
        return np.asarray(handles, np.float64)

    def lookup(self, texts: Sequence[str]) -> list[tuple[Hit, ...]]:
        """For each text the nodes of that name."""
        return self.store.index.lookup(texts)

    def search(self, text: str, limit: int) -> tuple[Hit, ...]:
        """The nodes of a name near the text, best first."""
        return self.store.index.search(text, limit)

    # --- whole kinds and relations ---

    def of_type(self, type: str, limit: int) -> OfType:
        """See `WholeView.of_type`: handles are in the order of keys."""
        word = self._type_words.get(type)
        places = (self.store.types.values == word).nonzero()[0] if word is not None else np.zeros(0, np.int64)
        return OfType(last_at_most(self.store.types.starts, places[:limit]).astype(np.int64), len(places))

    @cached_property
    def _type_words(self) -> dict[str, int]:
        return {self.store.words[word]: word for word in np.unique(self.store.types.values).tolist()}

    def along(self, relation: int, limit: int) -> Along:
        """See `WholeView.along`: groups of the relation, and the facts in them."""
        side = self.store.out
        groups = (side.relations == relation).nonzero()[0]
        first = side.starts[groups].astype(np.int64)
        size = side.starts[groups + 1].astype(np.int64) - first
        count = int(size.sum())
        if count > limit:
            none = np.zeros(0, np.int64)
            return Along(none, none, none, count)
        row, facts = ranges(first, size)
        subjects = last_at_most(side.node_groups, groups).astype(np.int64)[row]
        return Along(subjects, side.neighbours[facts].astype(np.int64), facts, count)

    # --- facts ---

    def groups(self, handles: Column) -> Groups:
        """Which relations leave and enter the nodes, with counts. -1 has none."""
        found = self.around(handles)
        # Each way is in order already: a stable sort merges the two runs.
        order = ((found.origin * len(self.relations) + found.relation) * 2 + found.way).argsort(kind="stable")
        return Groups(found.origin[order], found.relation[order], found.way[order], found.count[order])

    def around(self, handles: Column) -> Groups:
        """The rows of `groups`, those out of the nodes first."""
        handles = np.asarray(handles, np.int64)
        known, safe = handles >= 0, np.maximum(handles, 0)
        parts = []
        for way in (self.store.out, self.store.into):
            first = way.node_groups[safe].astype(np.int64)
            origin, group = ranges(first, (way.node_groups[safe + 1] - first) * known)
            count = way.starts[group + 1] - way.starts[group].astype(np.int64)
            parts.append((origin, way.relations[group], count))
        origin, relation, count = (np.concatenate(column) for column in zip(*parts, strict=True))
        ways = np.zeros(len(origin), np.int64)
        ways[len(parts[0][0]) :] = 1
        return Groups(origin, relation.astype(np.int64), ways, count)

    def edges(self, handles: Column, relations: Column, ways: Column, limit: int | Column) -> Edges:
        """The facts of each request, at most `limit` each (one number, or one for each request). Of -1 there are none."""
        handles, relations, ways = (np.asarray(column, np.int64) for column in (handles, relations, ways))
        truncated = np.zeros(len(handles), bool)
        known = (handles >= 0) & (relations >= 0)
        parts = []
        for number, way in enumerate((self.store.out, self.store.into)):
            asked = (known & (ways == number)).nonzero()[0]
            if len(asked):
                parts.append(self._edges(way, asked, handles[asked], relations[asked], limit, truncated))
        if len(parts) == 1:
            return Edges(*parts[0], truncated)
        none = np.zeros(0, np.int64)
        row, neighbour, fact = (np.concatenate(column) for column in zip(*parts, strict=True)) if parts else (none, none, none)
        if not (len(parts[0][0]) and len(parts[1][0]) if parts else False) or parts[0][0][-1] < parts[1][0][0]:
            return Edges(row, neighbour, fact, truncated)  # all that go out of nodes were asked for first
        order = row.argsort(kind="stable")
        return Edges(row[order], neighbour[order], fact[order], truncated)

    def _edges(
        self, way: Way, asked: Column, handles: Column, relations: Column, limit: int | Column, truncated: Column
    ) -> tuple[Column, Column, Column]:
        """(row, neighbour, fact) of the requests that go one way."""
        row, group = groups_there(way, handles, relations)
        asked = asked[row]
        most = limit[asked] if isinstance(limit, np.ndarray) else limit
        first = way.starts[group].astype(np.int64)
        length = way.starts[group + 1] - first
        truncated[asked] = length > most
        row, place = ranges(first, np.minimum(length, most))
        fact = place if way.facts is None else way.facts[place].astype(np.int64)
        return asked[row], way.neighbours[place].astype(np.int64), fact

    def group(self, handle: int, relation: int, way: int) -> tuple[Column, Column]:
        """Neighbours and facts of one node along one relation, as they are kept: nothing is copied."""
        side = self.store.into if way else self.store.out
        begin, end = int(side.node_groups[handle]), int(side.node_groups[handle + 1])
        group = begin + int(side.relations[begin:end].searchsorted(relation))
        there = group < end and side.relations[group] == relation
        first, last = (int(side.starts[group]), int(side.starts[group + 1])) if there else (0, 0)
        return side.neighbours[first:last], np.arange(first, last) if side.facts is None else side.facts[first:last]

    def follow(self, handles: Column, relation: int, way: int, limit: int) -> tuple[Column, Column, Column, bool]:
        """Columns (start, neighbour, fact) of one relation, followed one way from distinct nodes: what `edges` gives, for less."""
        if len(handles) == 1:
            neighbours, facts = self.group(int(handles[0]), relation, way)
            neighbour, fact = neighbours[:limit].astype(np.int64), facts[:limit].astype(np.int64)
            return handles.repeat(len(fact)), neighbour, fact, len(facts) > limit
        side = self.store.into if way else self.store.out
        row, group = groups_there(side, handles, relation)
        handles = handles[row]
        start = side.starts[group].astype(np.int64)
        length = side.starts[group + 1].astype(np.int64) - start
        cut = bool((length > limit).any())
        row, place = ranges(start, np.minimum(length, limit) if cut else length)
        fact = place if side.facts is None else side.facts[place].astype(np.int64)
        return handles[row], side.neighbours[place].astype(np.int64), fact, cut

    def facts(self, facts: Column, scores: Sequence[float] | None = None) -> list[Fact]:
        """The fact of each handle, whole, and with its score."""
        return self.store.facts_of(np.asarray(facts, np.int64), scores=scores)

    def facts_at(self, places: Column) -> Column:
        """The handles of the facts at these places of all."""
        return places

    def entities_at(self, places: Column) -> Column:
        """The handles of the entities at these places of all."""
        return places

    def qualifiers(self, facts: Column) -> tuple[Column, Column, Column]:
        """Columns (row, relation handle, node handle) of the facts' qualifiers."""
        lists = self.store.qualifiers
        if not (self.any_qualified and len(facts)):
            none = np.zeros(0, np.int64)
            return none, none, none
        facts = np.asarray(facts, np.int64)
        first = lists.starts[facts].astype(np.int64) // 2
        row, place = ranges(first, lists.starts[facts + 1].astype(np.int64) // 2 - first)
        return row, lists.values[2 * place].astype(np.int64), lists.values[2 * place + 1].astype(np.int64)

    def degrees(self, handles: Column) -> Column:
        """Facts out of and into each node."""
        handles = np.asarray(handles, np.int64)
        safe, total = np.maximum(handles, 0), np.zeros(len(handles), np.int64)
        for way in (self.store.out, self.store.into):
            first, last = way.starts[way.node_groups[safe]], way.starts[way.node_groups[safe + 1]]
            total += last.astype(np.int64) - first.astype(np.int64)
        return np.where(handles >= 0, total, 0)
