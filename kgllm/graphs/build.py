"""From what readers yield to columns. Plain triples are taken in whole columns; what an entity or a literal is called is
kept once, however many facts name it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

import numpy as np

from kgllm.errors import ConfigError, GraphError, shorten
from kgllm.graphs.base import Record, Triples
from kgllm.graphs.store import Lists, Sources, Store, Way
from kgllm.graphs.values import kind_of
from kgllm.linking.columns import Column, Strings, smallest
from kgllm.linking.index import NameIndex
from kgllm.types import Entity, Fact, Literal, Node, Relation

Progress = Callable[[int], None]
"""Called now and then with the number of facts taken so far."""

_BIGGEST = 2**63 - 1


class _Numbers(defaultdict[Any, int]):
    """Things numbered in the order in which they are first met."""

    def __init__(self) -> None:
        super().__init__(count().__next__)

    def all(self, things: Sequence[Any]) -> Column:
        return np.fromiter(map(self.__getitem__, things), np.int32, len(things))


def clean(text: str) -> str:
    """The text with lone surrogates, which nothing can write down, replaced by U+FFFD."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


class Builder:
    """Takes records, gives a `Store`."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._entities, self._literals, self._relations, self._files = _Numbers(), _Numbers(), _Numbers(), _Numbers()
        self._known: dict[int, list[Entity]] = {}  # what was said of an entity beyond its key, by its number
        self._ints: dict[int, int] = {}  # the ids that are ints, by number
        self._values: dict[int, Literal] = {}
        self._relation: dict[str, Relation] = {}
        self._parts: list[tuple[Column, Column, Column, Column, Column]] = []  # subject, relation, object (literals: -1 - n), file, line
        self._rows: list[list[int]] = [[], [], [], [], []]
        self._qualified: dict[int, tuple[tuple[int, int], ...]] = {}  # by row
        self._more: list[tuple[int, str]] = []
        self._taken = 0
        self._progress = progress
        self._file(None)

    def add(self, records: Iterable[Record | Triples]) -> Builder:
        for record in records:
            if isinstance(record, Triples):
                self._add_triples(record)
            elif record.fact is not None:
                self._add_fact(record.fact)
            elif record.entity is not None:
                self._entity(record.entity)
            elif record.relation is not None:
                self._told(record.relation)
        return self

    # --- taking in ---

    def _add_triples(self, rows: Triples) -> None:
        self._flush()
        n = len(rows.subjects)
        lines = np.fromiter(rows.lines, np.int32, n) if len(rows.lines) else np.zeros(n, np.int32)
        file = np.full(n, self._file(rows.source), np.int32)
        for relation in set(rows.relations):
            self._relation.setdefault(relation, Relation(clean(relation)))
        subjects, objects = self._entities.all(rows.subjects), self._entities.all(rows.objects)
        self._parts.append((subjects, self._relations.all(rows.relations), objects, file, lines))
        self._step(n)

    def _add_fact(self, fact: Fact) -> None:
        row = self._taken
        ends = (self._entity(fact.subject), self._relation_of(fact.relation), self._node(fact.object))
        first, *others = fact.source or ("",)
        for column, value in zip(self._rows, (*ends, *self._place(first)), strict=True):
            column.append(value)
        self._more += [(row, other) for other in others]
        if fact.qualifiers:
            said = sorted((self._relation_of(relation), self._node(node)) for relation, node in fact.qualifiers)
            self._qualified[row] = tuple(dict.fromkeys(said))
        self._step(1)

    def _step(self, n: int) -> None:
        before, self._taken = self._taken, self._taken + n
        if self._progress and before // 100_000 != self._taken // 100_000:
            self._progress(self._taken)

    def _flush(self) -> None:
        if self._rows[0]:
            self._parts.append(tuple(np.array(column, np.int32) for column in self._rows))  # type: ignore[arg-type]
            self._rows = [[], [], [], [], []]

    def _file(self, name: str | None) -> int:
        return self._files[name or ""]

    def _place(self, source: str) -> tuple[int, int]:
        """A source as (file, line): "kb.tsv:12" is line 12 of kb.tsv; anything else is a name of its own."""
        file, _, line = source.rpartition(":")
        if file and line.isdecimal() and line.isascii() and not line.startswith("0") and len(line) < 10:
            return self._file(file), int(line)
        return self._file(source), 0

    def _relation_of(self, relation: Relation) -> int:
        self._told(relation)
        return self._relations[relation.id]

    def _told(self, relation: Relation) -> None:
        known = self._relation.get(relation.id)
        if known is None or known is relation:
            self._relation[relation.id] = relation
        elif relation.name != relation.id or relation.aliases or relation.inverse_name is not None or relation.inverse_aliases:
            self._relation[relation.id] = _united(known, relation)

    def _node(self, node: Node) -> int:
        if isinstance(node, Literal):
            number = self._literals[(clean(node.name), node.datatype or "", node.language or "")]
            if number not in self._values or type(node.value) is not str:
                self._values[number] = node
            return -1 - number
        return self._entity(node)

    def _entity(self, entity: Entity) -> int:
        key = entity.id
        if type(key) is not str and (type(key) is not int or abs(key) > _BIGGEST):
            raise ConfigError(f"an entity's id must be text or an integer of 64 bits, not {shorten(key)}")
        number = self._entities[str(key)]
        if (self._ints.setdefault(number, key) if type(key) is int else self._ints.get(number, key)) != key:
            raise GraphError(
                f"ids {key!r} and {self._ints[number]!r} are of different types and read the same", hint="give every node an id of its own"
            )
        if entity.name != str(key) or entity.aliases or entity.types or not entity.named:
            said = self._known.setdefault(number, [])
            if not said or any(_differs(entity, one) for one in said[-1:]):
                said.append(entity)
        return number

    # --- giving out ---

    def store(self, *, unnamed: Callable[[Store], Column] | None = None) -> Store:
        """All that was taken, as columns. `unnamed` finds the nodes that only join others (see `kgllm.graphs.joints`)."""
        self._flush()
        keys = [clean(key) for key in self._entities]
        entity_at, entity_keys = _ranked(keys)
        literals = list(self._literals)
        order = sorted(range(len(literals)), key=literals.__getitem__)
        literal_at = _inverse(np.array(order, np.int32))
        names, flags, words, aliases, types = self._said(entity_at, entity_keys)
        tags = sorted({tag for _, datatype, language in literals for tag in (datatype, language)} | {""})
        tag_at = {tag: place for place, tag in enumerate(tags)}
        ordered = [literals[i] for i in order]
        relation_ids = sorted(self._relations)
        relation_at = _inverse(np.array([self._relations[i] for i in relation_ids], np.int32))
        renumber = _Renumber(entity_at, literal_at, relation_at)
        facts, qualifiers, sources = self._facts(renumber, len(entity_keys) + len(ordered), len(relation_ids))
        nodes = len(entity_keys) + len(ordered)
        out, into = _ways(*facts, nodes)
        all_keys = entity_keys + [name for name, _, _ in ordered]
        return Store(
            entities=len(entity_keys),
            keys=Strings.of(all_keys),
            flags=np.concatenate([flags, np.array([kind_of(self._values[i]) for i in order], np.uint8)]),
            names=smallest(names),
            words=Strings.of(words),
            aliases=aliases,
            types=types,
            tags=tuple(tags),
            datatypes=smallest(np.array([tag_at[datatype] for _, datatype, _ in ordered], np.int64)),
            languages=smallest(np.array([tag_at[language] for _, _, language in ordered], np.int64)),
            relations=tuple(self._relation[i] for i in relation_ids),
            out=out,
            into=into,
            qualifiers=qualifiers,
            sources=sources,
            index=_index(all_keys, len(entity_keys), flags, names, words, aliases),
        )

    def _said(self, entity_at: Column, keys: list[str]) -> tuple[Column, Column, list[str], Lists, Lists]:
        """names, flags, words, aliases and types of the entities, by handle."""
        words = _Numbers()
        words[""]
        names, flags = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.uint8)
        aliases: dict[int, list[str]] = {}
        types: dict[int, list[str]] = {}
        for number in self._ints:
            flags[entity_at[number]] |= 1
        for number, pieces in self._known.items():
            at = int(entity_at[number])
            called = list(dict.fromkeys(clean(piece.name) for piece in pieces if piece.named and piece.name != keys[at]))
            others = [clean(alias) for piece in pieces for alias in piece.aliases]
            if called:
                names[at] = words[called[0]]
            elif not all(piece.named for piece in pieces):
                flags[at] |= 2
                shown = [clean(piece.name) for piece in pieces if piece.name != keys[at]]
                names[at] = words[shown[0]] if shown else 0
            aliases[at] = list(dict.fromkeys(name for name in called[1:] + others if name and name != (called or [""])[0]))
            types[at] = list(dict.fromkeys(clean(kind) for piece in pieces for kind in piece.types if kind))
        listed = [Lists(*_lists(said, words, len(keys))) for said in (aliases, types)]
        return names, flags, list(words), listed[0], listed[1]

    def _facts(self, renumber: _Renumber, nodes: int, relations: int) -> tuple[tuple[Column, Column, Column], Lists, Sources]:
        """(subject, relation, object) of the distinct facts in order, their qualifiers and their sources."""
        empty = (np.zeros(0, np.int32),) * 5
        s, r, o, file, line = (np.concatenate(column) for column in zip(*(self._parts or [empty]), strict=True))
        self._parts = []
        s, r, o = renumber.entity[s], renumber.relation[r], renumber.node(o)
        kinds, said = self._kinds_of_qualifiers(renumber, len(s))
        order = _order(s, r, o, kinds, nodes, relations)
        s, r, o, file, line = s[order], r[order], o[order], file[order], line[order]
        new = np.ones(len(s), bool)
        new[1:] = (s[1:] != s[:-1]) | (r[1:] != r[:-1]) | (o[1:] != o[:-1])
        if kinds is not None:
            kinds = kinds[order]
            new[1:] |= kinds[1:] != kinds[:-1]
        fact_of = np.cumsum(new) - 1
        numbers = {int(row): int(fact) for row, fact in zip(order.tolist(), fact_of.tolist(), strict=True)} if self._more else {}
        more = [(int(fact_of[i]), int(file[i]), int(line[i])) for i in np.flatnonzero(~new).tolist()]
        more += [(numbers[row], *self._place(source)) for row, source in self._more]
        own = list(zip(file[new].tolist(), line[new].tolist(), strict=True)) if more else []
        more = sorted({(fact, *place) for fact, *place in more if tuple(place) != own[fact]})
        columns = np.array(more, np.int64).reshape(-1, 3).T
        sources = Sources(tuple(map(clean, self._files)), smallest(file[new]), smallest(line[new]), *map(smallest, columns))
        qualifiers = Lists(np.zeros(1, np.uint8), np.zeros(0, np.uint8))
        if kinds is not None:
            qualifiers = Lists(*_flat([said[kind] for kind in kinds[new].tolist()]))
        return (s[new], r[new], o[new]), qualifiers, sources

    def _kinds_of_qualifiers(self, renumber: _Renumber, rows: int) -> tuple[Column | None, list[list[int]]]:
        """For each row which set of qualifiers it has (0: none), and the sets as flat lists of handles, in their own order."""
        if not self._qualified:
            return None, []
        sets: dict[int, tuple[tuple[int, int], ...]] = {}
        for row, pairs in self._qualified.items():
            sets[row] = tuple(sorted((int(renumber.relation[r]), int(renumber.node(np.array([n]))[0])) for r, n in pairs))
        distinct = sorted(set(sets.values()))
        place = {said: i for i, said in enumerate(distinct, 1)}
        kinds = np.zeros(rows, np.int32)
        for row, said in sets.items():
            kinds[row] = place[said]
        return kinds, [[], *([x for pair in said for x in pair] for said in distinct)]


class _Renumber:
    """From the numbers of arrival to handles."""

    def __init__(self, entity: Column, literal: Column, relation: Column) -> None:
        self.entity, self.relation = entity, relation
        self._literal = literal + np.int32(len(entity))

    def node(self, numbers: Column) -> Column:
        out = self.entity[np.maximum(numbers, 0)] if len(self.entity) else np.zeros(len(numbers), np.int32)
        below = numbers < 0
        if below.any():
            out[below] = self._literal[-1 - numbers[below]]
        return out


def _united(known: Relation, more: Relation) -> Relation:
    """A relation with the names of both: the first name of each way counts, others are aliases."""
    names = [name for name in (known.name, more.name) if name != known.id] or [known.id]
    backs = [name for name in (known.inverse_name, more.inverse_name) if name is not None]
    aliases = dict.fromkeys((*known.aliases, *names[1:], *more.aliases))
    inverse_aliases = dict.fromkeys((*known.inverse_aliases, *backs[1:], *more.inverse_aliases))
    return Relation(
        known.id,
        names[0],
        backs[0] if backs else None,
        tuple(alias for alias in aliases if alias != names[0]),
        tuple(alias for alias in inverse_aliases if alias not in backs[:1]),
    )


def _differs(one: Entity, other: Entity) -> bool:
    return (one.name, one.aliases, one.types, one.named) != (other.name, other.aliases, other.types, other.named)


def _ranked(keys: list[str]) -> tuple[Column, list[str]]:
    """The rank of each key among all, and the keys in that order (code point order, as Python compares text)."""
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return _inverse(np.array(order, np.int32)), [keys[i] for i in order]


def _inverse(order: Column) -> Column:
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank


def _order(s: Column, r: Column, o: Column, kinds: Column | None, nodes: int, relations: int) -> Column:
    if kinds is None and (nodes + 1) ** 2 * (relations + 1) < 2**63:
        return np.argsort((s.astype(np.int64) * (relations + 1) + r) * (nodes + 1) + o, kind="stable")
    return np.lexsort((o, r, s) if kinds is None else (kinds, o, r, s))


def _ways(s: Column, r: Column, o: Column, nodes: int) -> tuple[Way, Way]:
    out = _way(s, r, o, None, nodes)
    back = np.lexsort((r, o)) if len(r) == 0 else np.argsort(o.astype(np.int64) * (int(r.max()) + 1) + r, kind="stable")
    return out, _way(o[back], r[back], s[back], back, nodes)


def _way(near: Column, r: Column, far: Column, facts: Column | None, nodes: int) -> Way:
    new = np.ones(len(near), bool)
    new[1:] = (near[1:] != near[:-1]) | (r[1:] != r[:-1])
    starts = np.append(np.flatnonzero(new), len(near))
    node_groups = np.searchsorted(near[starts[:-1]], np.arange(max(nodes, 1) + 1))
    return Way(smallest(node_groups), smallest(r[new]), smallest(starts), smallest(far), None if facts is None else smallest(facts))


def _lists(said: dict[int, list[str]], words: _Numbers, rows: int) -> tuple[Column, Column]:
    if not any(said.values()):
        return np.zeros(1, np.uint8), np.zeros(0, np.uint8)
    return _flat([[words[word] for word in said.get(row, ())] for row in range(rows)])


def _flat(lists: list[list[int]]) -> tuple[Column, Column]:
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.fromiter(map(len, lists), np.int64, len(lists)))])
    return smallest(starts), smallest(np.array([x for one in lists for x in one], np.int64))


def _index(keys: list[str], entities: int, flags: Column, names: Column, words: list[str], aliases: Lists) -> NameIndex:
    """The name index over ids, names, aliases and short literals; unnamed nodes are found by their id alone."""
    handles, texts = [np.arange(len(keys))], list(keys)
    kinds = [np.concatenate([np.zeros(entities, np.uint8), np.ones(len(keys) - entities, np.uint8)])]
    named = np.flatnonzero((names > 0) & ((flags & 2) == 0))
    handles.append(named)
    texts += [words[i] for i in names[named].tolist()]
    kinds.append(np.ones(len(named), np.uint8))
    if len(aliases.values):
        owners = np.repeat(np.arange(len(aliases.starts) - 1), np.diff(aliases.starts.astype(np.int64)))
        handles.append(owners)
        texts += [words[i] for i in aliases.values.tolist()]
        kinds.append(np.full(len(owners), 2, np.uint8))
    return NameIndex.build(np.concatenate(handles), texts, np.concatenate(kinds))
