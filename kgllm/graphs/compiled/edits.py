"""What `update` added to a graph and removed from it, before it is turned into columns (`kgllm.graphs.compiled.deltaview`).

Edits are kept as lines of JSON, one for each fact, so that they can be replayed on the generation that they belong to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kgllm.errors import CheckpointError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.base import Record, sort_key
from kgllm.graphs.compiled.storeview import StoreView, groups_of, lower_bound
from kgllm.graphs.readers.columns import fact_of
from kgllm.graphs.values import TYPES, ambiguous, check_key, kind_of, literal_of
from kgllm.types import Entity, Fact, Literal, Node, Relation
from kgllm.words.names import clean

Given = Fact | tuple[Any, Any, Any]
_HOW = 'such as ("Memento", "directed by", "Christopher Nolan") or ("Memento", "release year", 2000); qualifiers go into a kgllm.Fact'


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an update did. `present`: facts to add that the graph had (their sources are united). `missing`: facts to remove
    that it had not."""

    added: int = 0
    removed: int = 0
    present: int = 0
    missing: int = 0


def as_fact(given: Any) -> Fact:
    """A fact, or a triple as `kgllm.load` reads it (texts are entities, any other value at its end is a literal), with clean texts and its
    qualifiers in order."""
    if (
        isinstance(given, (tuple, list))
        and len(given) == 3
        and isinstance(given[0], (str, int, Entity))
        and isinstance(given[1], (str, Relation))
    ):
        try:
            given = fact_of((given[0], given[1], given[2]), "the fact")
        except GraphParseError as error:
            raise WrongTypeError(error.args[0], hint=_HOW) from None
    if not isinstance(given, Fact):
        raise WrongTypeError(f"a fact must be a Fact or (subject, relation, object), not {shorten(given)}", hint=_HOW)
    said = dict.fromkeys((_cleaned_relation(relation), _cleaned(node)) for relation, node in given.qualifiers)
    qualifiers = tuple(sorted(said, key=lambda pair: (pair[0].id, sort_key(pair[1]))))
    subject, relation, object_ = _cleaned(given.subject), _cleaned_relation(given.relation), _cleaned(given.object)
    return Fact(subject, relation, object_, qualifiers, given.source)  # type: ignore[arg-type]  # the subject is an entity


def _cleaned_relation(relation: Relation) -> Relation:
    return relation if relation.id.isascii() else replace(relation, id=clean(relation.id))


def _cleaned(node: Node) -> Node:
    if isinstance(node, Literal):
        return node if node.name.isascii() else replace(node, name=clean(node.name))
    check_key(node.id)
    return replace(node, id=clean(node.id)) if isinstance(node.id, str) and not node.id.isascii() else node


class Edits:
    """Facts added to a store and removed from it, as sets that later edits may change."""

    def __init__(self, base: StoreView) -> None:
        self.base = base
        self.removed: set[int] = set()  # facts of the store
        self.sources: dict[int, tuple[str, ...]] = {}  # more sources of facts of the store
        self.facts: dict[Fact, Fact] = {}
        self.entities: dict[Entity, list[Entity]] = {}  # all that was said of the ends of facts; they stay when the facts go
        self._relation = {relation.id: i for i, relation in enumerate(base.relations)}

    def copy(self) -> Edits:
        """Edits that change apart from these."""
        other = Edits(self.base)
        other.removed, other.sources, other.facts = set(self.removed), dict(self.sources), dict(self.facts)
        other.entities = {entity: list(said) for entity, said in self.entities.items()}
        return other

    def apply(self, new: Sequence[Fact], gone: Sequence[Fact]) -> Changes:
        """Remove what is gone, then add what is new; facts as `as_fact` gives them."""
        removed = missing = added = present = 0
        for fact, number in zip(gone, self._numbers(gone), strict=True):
            if fact in self.facts:
                del self.facts[fact]
                removed += 1
            elif number >= 0 and number not in self.removed:
                self.removed.add(number)
                self.sources.pop(number, None)
                removed += 1
            else:
                missing += 1
        for fact, number in zip(new, self._numbers(new), strict=True):
            self._meet(fact)
            if number >= 0 and number not in self.removed:
                have = (*self.base.store.sources.of(number), *self.sources.get(number, ()))
                more = tuple(source for source in dict.fromkeys(fact.source) if source not in have)
                if more:
                    self.sources[number] = (*self.sources.get(number, ()), *more)
                present += 1
            elif (known := self.facts.get(fact)) is not None:
                self.facts[fact] = replace(known, source=tuple(dict.fromkeys((*known.source, *fact.source))))
                present += 1
            else:
                self.facts[fact] = replace(fact, source=tuple(dict.fromkeys(fact.source)))
                added += 1
        return Changes(added=added, removed=removed, present=present, missing=missing)

    def records(self) -> Iterable[Record]:
        """Everything added, as a builder takes it."""
        for said in self.entities.values():
            yield from (Record(entity=entity) for entity in said)
        yield from (Record(fact=fact) for fact in self.facts.values())

    def _meet(self, fact: Fact) -> None:
        for entity in fact.nodes:
            if not isinstance(entity, Entity):
                continue
            said = self.entities.get(entity)
            if said is None:
                other: Entity | None = Entity(int(entity.id)) if _reads_as_number(entity.id) else Entity(str(entity.id))
                place = self.base.entity_place(str(entity.id))
                if (place >= 0 and self.base.is_int(place) != (type(entity.id) is int)) or (other != entity and other in self.entities):
                    raise ambiguous(entity.id, other.id)  # type: ignore[union-attr]
                self.entities[entity] = [entity]
            elif (entity.name, entity.aliases, entity.types, entity.named) not in ((e.name, e.aliases, e.types, e.named) for e in said):
                said.append(entity)

    def _numbers(self, facts: Sequence[Fact]) -> list[int]:
        """The number of each fact in the store, -1 where it has none."""
        if not facts or not self.base.fact_count:
            return [-1] * len(facts)
        out = self.base.store.out
        s, o = self.base.handles([fact.subject for fact in facts]), self.base.handles([fact.object for fact in facts])
        r = np.array([self._relation.get(fact.relation.id, -1) for fact in facts], np.int64)
        known = np.flatnonzero((s >= 0) & (o >= 0) & (r >= 0))
        group = groups_of(out, s[known], r[known])
        known, group = known[group >= 0], group[group >= 0]
        place = lower_bound(out.neighbours, out.starts[group], out.starts[group + 1], o[known])
        numbers = [-1] * len(facts)
        for i, first, end in zip(known.tolist(), place.tolist(), out.starts[group + 1].tolist(), strict=True):
            numbers[i] = self._same(facts[i], int(o[i]), first, end)
        return numbers

    def _same(self, fact: Fact, object: int, first: int, end: int) -> int:
        """Which of the facts from `first` on has this object and these qualifiers."""
        ends = [] if not fact.qualifiers else self.base.handles([node for _, node in fact.qualifiers]).tolist()
        wanted = [x for (relation, _), end_ in zip(fact.qualifiers, ends, strict=True) for x in (self._relation.get(relation.id, -1), end_)]
        store = self.base.store
        for number in range(first, end):
            if int(store.out.neighbours[number]) != object:
                break
            if store.qualifiers[number] == wanted:
                return number
        return -1


def _reads_as_number(key: str | int) -> bool:
    return isinstance(key, str) and key.removeprefix("-").isdecimal() and key.isascii() and len(key) < 20 and str(int(key)) == key


# --- kept ---


def written(add: Sequence[Fact], remove: Sequence[Fact]) -> str:
    """The edits as lines of JSON."""
    rows = [["-", *plain_fact(fact)] for fact in remove] + [["+", *plain_fact(fact)] for fact in add]
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)


def parsed(text: str) -> tuple[list[Fact], list[Fact]]:
    """(added, removed) of what `written` wrote."""
    sides: dict[str, list[Fact]] = {"+": [], "-": []}
    try:
        for line in text.splitlines():
            side, subject, relation, object_, qualifiers, source = json.loads(line)
            pairs = tuple((relation_of(r), node_of(n)) for r, n in qualifiers)
            sides[side].append(Fact(node_of(subject), relation_of(relation), node_of(object_), pairs, tuple(source)))  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise CheckpointError("an update of this graph cannot be read", hint="write the folder again with kgllm.compile") from error
    return sides["+"], sides["-"]


def plain_fact(fact: Fact) -> list[Any]:
    pairs = [[_plain_relation(relation), plain_node(node)] for relation, node in fact.qualifiers]
    return [plain_node(fact.subject), _plain_relation(fact.relation), plain_node(fact.object), pairs, list(fact.source)]


def plain_node(node: Node) -> list[Any]:
    if isinstance(node, Entity):
        return ["e", node.id, node.name, node.aliases, node.types, node.named]
    return ["l", node.name, TYPES[kind_of(node)].__name__, node.datatype, node.language]


def node_of(plain: list[Any]) -> Node:
    if plain[0] == "e":
        return Entity(plain[1], plain[2], tuple(plain[3]), tuple(plain[4]), bool(plain[5]))
    kinds = [kind.__name__ for kind in TYPES]
    return literal_of(plain[1], kinds.index(plain[2]), plain[3], plain[4])


def _plain_relation(relation: Relation) -> list[Any]:
    return [relation.id, relation.name, relation.inverse_name, relation.aliases, relation.inverse_aliases]


def relation_of(plain: list[Any]) -> Relation:
    return Relation(plain[0], plain[1], plain[2], tuple(plain[3]), tuple(plain[4]))
