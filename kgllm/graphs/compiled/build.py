"""From what readers yield to columns. Plain triples are taken in whole columns; what an entity or a literal is called is
kept once, however many facts name it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import count

import numpy as np

from kgllm.graphs.base import Record, Things, Triples
from kgllm.graphs.columns import Column, Strings, smallest
from kgllm.graphs.compiled import assemble
from kgllm.graphs.compiled.joints import joints, labelled
from kgllm.graphs.compiled.store import Lists, Sources, Store
from kgllm.graphs.compiled.told import aliases_told, lists_by_subject, types_told
from kgllm.graphs.uncollected import uncollected
from kgllm.graphs.values import ambiguous, check_key, kind_of, united
from kgllm.types import Entity, Fact, Key, Literal, Node, Relation
from kgllm.words.names import clean

Progress = Callable[[int], None]
"""Called now and then with the number of facts taken so far."""

Unnamed = Callable[[Key], bool] | Collection[Key] | None
"""Which nodes only join others, by id: a rule, or all of them. None: found by structure (`kgllm.graphs.compiled.joints`)."""

_Text = tuple[str, str, str]


class _Numbers(defaultdict[object, int]):
    """Things numbered in the order in which they are first met."""

    def __init__(self) -> None:
        super().__init__(count().__next__)

    def all(self, things: Sequence[object]) -> Column:
        return np.fromiter(map(self.__getitem__, things), np.int32, len(things))


class Builder:
    """Takes records, gives a `Store`."""

    def __init__(self, progress: Progress | None = None, *, unnamed: Unnamed = None, by_structure: bool = True) -> None:
        self._entities, self._literals, self._relations, self._files = _Numbers(), _Numbers(), _Numbers(), _Numbers()
        self._known: dict[int, list[Entity]] = {}  # what was said of an entity beyond its key, by its number
        self._values: dict[int, Literal] = {}
        self._relation: dict[str, Relation] = {}
        self._parts: list[tuple[Column, ...]] = []  # subject, relation, object (literals: -1 - n), file, line
        self._rows: list[list[int]] = [[], [], [], [], []]
        self._qualified: dict[int, tuple[tuple[int, int], ...]] = {}  # by row
        self._more: list[tuple[int, int, int]] = []  # row, file, line of further sources
        self._joining: list[int] = []  # of those taken, the events with a name, by their numbers
        self._taken = 0
        self._progress, self._unnamed, self._by_structure = progress, unnamed, by_structure
        self._files[""]

    def add(self, records: Iterable[Record | Triples | Things]) -> Builder:
        """Take them all."""
        for record in records:
            if isinstance(record, Triples):
                self._add_triples(record)
                continue
            if isinstance(record, Things):
                self._add_things(record)
                continue
            if record.fact is not None:
                self._add_fact(record.fact)
            if record.entity is not None:
                self._entity(record.entity)
            if record.relation is not None:
                self._say(record.relation)
        return self

    # --- taking in ---

    def _add_triples(self, rows: Triples) -> None:
        self._flush()
        n = len(rows.subjects)
        lines = np.fromiter(rows.lines, np.int32, n) if len(rows.lines) else np.zeros(n, np.int32)
        subjects, relations, objects = map(_clean_all, (rows.subjects, rows.relations, rows.objects))
        file = np.full(n, self._files[rows.source], np.int32)
        self._parts.append((self._entities.all(subjects), self._relations.all(relations), self._entities.all(objects), file, lines))
        self._step(n)

    def _add_things(self, things: Things) -> None:
        self._flush()
        keys = things.keys
        for key in keys:
            if type(key) is not str:
                check_key(key)
        texts = all(type(key) is str for key in keys)
        own = _clean_all(keys) if texts else [clean(key) if type(key) is str else key for key in keys]  # type: ignore[arg-type]
        subjects = self._entities.all(own)
        for entity in things.entities:
            self._entity(entity)
        lines = np.zeros(len(keys), np.int32) if things.lines is None else things.lines.astype(np.int32)
        files = np.full(len(keys), self._files[things.source], np.int32)
        for row, source in enumerate(things.sources):
            if source:
                files[row], lines[row] = self._place(source)
        for told in things.facts:
            nodes = np.fromiter(map(self._node, told.nodes), np.int32, len(told.nodes))
            n = len(told.rows)
            relation = np.full(n, self._relation_of(told.relation), np.int32)
            self._parts.append((subjects[told.rows], relation, nodes[told.at], files[told.rows], lines[told.rows]))
            self._step(n)

    def _add_fact(self, fact: Fact) -> None:
        row = self._taken
        ends = (self._entity(fact.subject), self._relation_of(fact.relation), self._node(fact.object))
        first, *others = fact.source or ("",)
        for column, value in zip(self._rows, (*ends, *self._place(first)), strict=True):
            column.append(value)
        self._more += [(row, *self._place(other)) for other in others]
        if fact.qualifiers:
            self._qualified[row] = tuple((self._relation_of(relation), self._node(node)) for relation, node in fact.qualifiers)
        self._step(1)

    def take(self, store: Store, *, without: Column, drop: Column, sources: Iterable[tuple[int, tuple[str, ...]]] = ()) -> Builder:
        """Take the facts and nodes of a store, but these facts and literals, and with more sources of others."""
        self._flush()
        keys = (store.keys[i] for i in range(store.entities))
        entities = self._entities.all([int(key) if flag & 1 else key for key, flag in zip(keys, store.flags.tolist(), strict=False)])
        rich = (store.names > 0) | (store.flags[: store.entities] & 2 > 0)
        for lists in (store.aliases, store.types):
            if len(lists.starts) > 1:
                rich |= np.diff(lists.starts.astype(np.int64))[: store.entities] > 0
        for handle in np.flatnonzero(rich).tolist():
            self._entity(store.node(handle))  # type: ignore[arg-type]  # below `entities`
        self._joining += entities[np.flatnonzero(store.flags[: store.entities] & 8)].tolist()
        gone = set(drop.tolist())
        literals = [0 if handle in gone else self._node(store.node(handle)) for handle in range(store.entities, store.nodes)]
        numbers = np.concatenate([entities, np.array(literals, np.int32)]).astype(np.int32)
        relations = np.array([self._relation_of(relation) for relation in store.relations], np.int32)
        files = np.array([self._files[file] for file in store.sources.files], np.int32)
        kept = np.ones(store.facts, bool)
        kept[without] = False
        facts = np.flatnonzero(kept)
        row_of = np.cumsum(kept) - 1 + self._taken
        s, r = store.subjects_of(facts), store.relations_of(facts)
        o, file, line = (column[facts] for column in (store.out.neighbours, store.sources.file, store.sources.line))
        self._parts.append((numbers[s], relations[r], numbers[o], files[file], line.astype(np.int32)))
        more = (store.sources.more_facts, store.sources.more_files, store.sources.more_lines)
        rows = zip(*(column.tolist() for column in more), strict=True)
        self._more += [(int(row_of[fact]), int(files[file]), line) for fact, file, line in rows if kept[fact]]
        self._more += [(int(row_of[fact]), *self._place(one)) for fact, said in sources for one in said]
        if len(store.qualifiers.values):
            for fact in np.flatnonzero(kept & (np.diff(store.qualifiers.starts.astype(np.int64)) > 0)).tolist():
                said = store.qualifiers[fact]
                pairs = zip(said[::2], said[1::2], strict=True)
                self._qualified[int(row_of[fact])] = tuple((int(relations[r]), int(numbers[n])) for r, n in pairs)
        self._step(len(facts))
        return self

    def _step(self, n: int) -> None:
        before, self._taken = self._taken, self._taken + n
        if self._progress and before // 100_000 != self._taken // 100_000:
            self._progress(self._taken)

    def _flush(self) -> None:
        if self._rows[0]:
            self._parts.append(tuple(np.array(column, np.int32) for column in self._rows))
            self._rows = [[], [], [], [], []]

    def _place(self, source: str) -> tuple[int, int]:
        """A source as (file, line): "kb.tsv:12" is line 12 of kb.tsv; anything else is a name of its own."""
        file, _, line = source.rpartition(":")
        if file and line.isdecimal() and line.isascii() and not line.startswith("0") and len(line) < 10:
            return self._files[file], int(line)
        return self._files[source], 0

    def _say(self, relation: Relation) -> None:
        known = self._relation.get(key := clean(relation.id))
        if known is None:
            self._relation[key] = united(Relation(key), relation)
        elif relation.name != relation.id or relation.aliases or relation.inverse_name or relation.inverse_aliases:
            self._relation[key] = united(known, relation)

    def _relation_of(self, relation: Relation) -> int:
        self._say(relation)
        return self._relations[clean(relation.id)]

    def _node(self, node: Node) -> int:
        if isinstance(node, Literal):
            number = self._literals[(clean(node.name), node.datatype or "", node.language or "")]
            if number not in self._values or type(node.value) is not str:
                self._values[number] = node
            return -1 - number
        return self._entity(node)

    def _entity(self, entity: Entity) -> int:
        key = entity.id
        check_key(key)
        number = self._entities[clean(key) if isinstance(key, str) else key]
        if entity.name != str(key) or entity.aliases or entity.types or not entity.named:
            said = self._known.setdefault(number, [])
            if not said or _differs(entity, said[-1]):
                said.append(entity)
        return number

    # --- giving out ---

    @uncollected()
    def store(self) -> Store:
        """All that was taken, as columns."""
        self._flush()
        ints = [(number, key) for key, number in self._entities.items() if isinstance(key, int)]
        both = next((key for _, key in ints if str(key) in self._entities), None)
        if both is not None:
            raise ambiguous(both, str(both))
        entity_at, keys = assemble.ranked([str(key) for key in self._entities] if ints else list(self._entities))  # type: ignore[arg-type]
        literals: list[_Text] = list(self._literals)  # type: ignore[arg-type]
        order = sorted(range(len(literals)), key=literals.__getitem__)
        names, flags, words, aliases, types = self._said(entity_at, keys)
        flags[entity_at[np.array([number for number, _ in ints], np.int64)]] |= 1
        tags = sorted({tag for _, datatype, language in literals for tag in (datatype, language)} | {""})
        tag_at = {tag: place for place, tag in enumerate(tags)}
        ordered = [literals[i] for i in order]
        relation_ids = sorted(self._relations)  # type: ignore[type-var]
        relation_at = assemble.inverse(np.array([self._relations[i] for i in relation_ids], np.int32))
        renumber = _Renumber(entity_at, assemble.inverse(np.array(order, np.int32)), relation_at)
        nodes = len(keys) + len(ordered)
        facts, qualifiers, sources = self._facts(renumber, nodes, len(relation_ids))
        out, into = assemble.both_ways(*facts, nodes)
        all_keys = keys + [name for name, _, _ in ordered]
        if self._by_structure:
            words, aliases, types = _told([str(one) for one in relation_ids], facts, all_keys, len(keys), names, words, aliases, types)
        packed = Strings.of(all_keys)
        said = tuple(self._relation.get(i, Relation(i)) for i in relation_ids)  # type: ignore[arg-type, call-overload]
        has_name = names > 0

        def called(i: int) -> str:
            return words[names[i]] if i < len(keys) and names[i] else all_keys[i]

        def found() -> tuple[Column, Column]:
            kinds = lambda i: [words[kind] for kind in types[i]]
            left = flags & 2 == 0
            return joints(packed, ~has_name & left, out, into, relations=said, types=kinds), labelled(called, has_name & left, out, into)

        self._flag_joints(flags, keys, entity_at, found)
        return Store(
            entities=len(keys),
            keys=packed,
            flags=np.concatenate([flags, np.array([kind_of(self._values[i]) for i in order], np.uint8)]),
            names=smallest(names),
            words=Strings.of(words),
            aliases=aliases,
            types=types,
            tags=tuple(tags),
            datatypes=smallest(np.array([tag_at[datatype] for _, datatype, _ in ordered], np.int64)),
            languages=smallest(np.array([tag_at[language] for _, _, language in ordered], np.int64)),
            relations=said,
            out=out,
            into=into,
            qualifiers=qualifiers,
            sources=sources,
            index=assemble.index_of(all_keys, len(keys), flags, names, words, aliases),
        )

    def _flag_joints(self, flags: Column, keys: list[str], entity_at: Column, find: Callable[[], tuple[Column, Column]]) -> None:
        unnamed = self._unnamed
        if unnamed is not None:
            says = unnamed if callable(unnamed) else set(unnamed).__contains__
            chosen = (i for i, key in enumerate(keys) if says(int(key) if flags[i] & 1 else key))
            flags[np.fromiter(chosen, np.int64)] |= 2
        elif self._by_structure:
            nameless, labelled = find()
            flags[nameless] |= 2 | 4
            flags[labelled] |= 8
        flags[entity_at[np.array(self._joining, np.int64)]] |= 8

    def _said(self, entity_at: Column, keys: list[str]) -> tuple[Column, Column, list[str], Lists, Lists]:
        """names, flags, words, aliases and types of the entities, by handle."""
        words = _Numbers()
        words[""]
        names, flags = [0] * len(keys), np.zeros(len(keys), np.uint8)
        aliases: dict[int, list[str]] = {}
        types: dict[int, list[str]] = {}
        for number, at in zip(self._known, entity_at[np.fromiter(self._known, np.int64, len(self._known))].tolist(), strict=True):
            pieces = self._known[number]
            if len(pieces) == 1 and pieces[0].named and not pieces[0].aliases:  # nearly all of a table's rows
                name = clean(pieces[0].name)
                names[at] = words["" if name == keys[at] else name]
                if pieces[0].types:
                    types[at] = list(dict.fromkeys(clean(kind) for kind in pieces[0].types if kind))
                    for word in types[at]:
                        words[word]
                continue
            unnamed = not all(piece.named for piece in pieces)
            called = [name for name in (clean(piece.name) for piece in pieces) if name != keys[at]]
            first = called[0] if called else ""
            others = called + [clean(alias) for piece in pieces for alias in piece.aliases]
            names[at] = words[first]
            flags[at] |= 2 * unnamed
            aliases[at] = [name for name in dict.fromkeys(others) if name not in ("", first, keys[at])]
            types[at] = list(dict.fromkeys(clean(kind) for piece in pieces for kind in piece.types if kind))
            for word in aliases[at] + types[at]:
                words[word]
        lists = (assemble.lists_of(said, words, len(keys)) for said in (aliases, types))  # type: ignore[arg-type]
        return np.array(names, np.int64), flags, list(words), *lists  # type: ignore[arg-type, return-value]

    def _facts(self, renumber: _Renumber, nodes: int, relations: int) -> tuple[tuple[Column, Column, Column], Lists, Sources]:
        """(subject, relation, object) of the distinct facts in order, their qualifiers and their sources."""
        empty = (np.zeros(0, np.int32),) * 5
        s, r, o, file, line = (np.concatenate(column) for column in zip(*(self._parts or [empty]), strict=True))
        self._parts = []
        s, r, o = renumber.entity[s], renumber.relation[r], renumber.node(o)
        kinds, said = self._kinds_of_qualifiers(renumber, len(s))
        order = assemble.order_of_facts(s, r, o, kinds, nodes, relations)
        s, r, o = s[order], r[order], o[order]
        new = np.ones(len(s), bool)
        new[1:] = (s[1:] != s[:-1]) | (r[1:] != r[:-1]) | (o[1:] != o[:-1])
        qualifiers = assemble.no_lists()
        if kinds is not None:
            kinds = kinds[order]
            new[1:] |= kinds[1:] != kinds[:-1]
            qualifiers = assemble.flat([said[kind] for kind in kinds[new].tolist()])
        fact = np.cumsum(new) - 1
        file, line = file[order], line[order]
        if self._more:
            row, more_file, more_line = np.array(self._more, np.int64).T
            place = assemble.inverse(order)
            fact = np.concatenate([fact, fact[place[row]]])
            file, line = np.concatenate([file, more_file]), np.concatenate([line, more_line])
        sources = assemble.sources_of([clean(str(name)) for name in self._files], fact, file, line, int(new.sum()))
        return (s[new], r[new], o[new]), qualifiers, sources

    def _kinds_of_qualifiers(self, renumber: _Renumber, rows: int) -> tuple[Column | None, list[list[int]]]:
        """For each row which set of qualifiers it has (0: none), and the sets as flat lists of handles, in their own order."""
        if not self._qualified:
            return None, []
        flat = [pair for pairs in self._qualified.values() for pair in pairs]
        relation, node = np.array(flat, np.int64).T
        pairs = iter(zip(renumber.relation[relation].tolist(), renumber.node(node).tolist(), strict=True))
        sets = {row: tuple(sorted({next(pairs) for _ in said})) for row, said in self._qualified.items()}
        distinct = sorted(set(sets.values()))
        place = {said: i for i, said in enumerate(distinct, 1)}
        kinds = np.zeros(rows, np.int32)
        for row, said in sets.items():
            kinds[row] = place[said]
        return kinds, [[], *([x for pair in said for x in pair] for said in distinct)]


def _told(
    relations: list[str],
    facts: tuple[Column, Column, Column],
    keys: list[str],
    entities: int,
    names: Column,
    words: list[str],
    aliases: Lists,
    types: Lists,
) -> tuple[list[str], Lists, Lists]:
    """Words, aliases and types, with those that the facts tell where nothing else does."""
    place = {word: at for at, word in enumerate(words)}

    def with_told(said: Lists, rows: Column) -> Lists:
        if not len(rows):
            return said
        objects = facts[2][rows]
        texts = {at: words[names[at]] if at < entities and names[at] else keys[at] for at in np.unique(objects).tolist()}
        number = {at: place.setdefault(text, len(place)) for at, text in texts.items()}
        return lists_by_subject(facts[0][rows], np.array([number[at] for at in objects.tolist()], np.int64), entities)

    if not len(aliases.values):
        aliases = with_told(aliases, aliases_told(relations, *facts))
    if not len(types.values):
        types = with_told(types, types_told(relations, *facts))
    return list(place), aliases, types


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


def _clean_all(texts: list[str]) -> list[str]:
    """`clean` of each, for the price of looking once where nothing is to be done."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return [clean(text) for text in texts]
    return texts


def _differs(one: Entity, other: Entity) -> bool:
    return (one.name, one.aliases, one.types, one.named) != (other.name, other.aliases, other.types, other.named)
