"""How the nodes of a database read as entities and literals: which property is the key, the name, the aliases.

Nothing is asked of a database but its own lists (labels, types, constraints, indexes) and a look at some nodes of each label.
What `kgllm import` wrote is known by its labels. Everything may be said instead of being found out.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from kgllm.errors import WrongTypeError
from kgllm.graphs.attributes import literal
from kgllm.graphs.neo4j import cypher
from kgllm.graphs.neo4j.cypher import LITERAL, META, OWN, Holders, Seek, Texts
from kgllm.graphs.values import TYPES, literal_of
from kgllm.graphs.wordings import NONE, Wordings
from kgllm.types import Entity, Literal, Node, Relation
from kgllm.words.names import clean

Said: TypeAlias = "str | Sequence[str] | Mapping[str, str | Sequence[str]] | None"
"""A property, several of which the first there counts, or one for each label."""

_OF_ENTITIES = ("id", "name", "aliases", "named")
_OF_LITERALS = ("text", "kind", "datatype", "language")

KEYLESS = "_:"
"""What begins the id of a node without a key of its own. It holds for as long as the database keeps its nodes where they are."""

SCANNED = 20_000  # nodes of a label that may be read to find those with a value, where no index helps


@dataclass(frozen=True, kw_only=True)
class Kind:
    """The nodes of one label. `qualified`: another label has the same keys, so ids say the label ("Person:7")."""

    label: str
    total: int = 0
    key: str | None = None
    name: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    qualified: bool = False
    values: tuple[str, ...] = ()  # other properties that hold literals
    lists: tuple[str, ...] = ()  # those of them that hold several

    @cached_property
    def own(self) -> set[str]:
        return {*self.name, *self.aliases, *([self.key] if self.key else [])}


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index of the database that is online."""

    name: str
    type: str  # RANGE, FULLTEXT, VECTOR, …
    labels: tuple[str, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """What was found out of a database, and what follows from it."""

    kinds: tuple[Kind, ...]
    types: tuple[str, ...]  # relationship types, commonest first
    counts: Mapping[str, int]
    indexes: tuple[Index, ...]
    nodes: int
    relationships: int
    relations: Mapping[str, Relation]  # what people read for a type
    typed_by: tuple[str, ...] = ()  # properties that hold more types
    skip: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    server: str = ""
    labels: tuple[str, ...] = ()  # all that there are
    prefix: str = ""  # what all element ids begin with, where a number follows and nothing else
    kept: bool = False  # element ids are hashed: what is read is kept elsewhere
    wordings: Wordings = NONE
    _places: dict[str, int] = field(default_factory=dict)

    @cached_property
    def own(self) -> bool:
        """Whether `kgllm import` wrote this database, or a part of it."""
        return any(kind.label == OWN for kind in self.kinds)

    @cached_property
    def read(self) -> tuple[str, ...]:
        """The properties that are read with every node; what kgllm wrote has its own first, where `node` takes them from."""
        own = (*_OF_ENTITIES, *(_OF_LITERALS if LITERAL in self.by_label else ())) if self.own else ()
        return tuple(dict.fromkeys([*own, *(one for kind in self.others for one in self._ordered(kind)), *self.typed_by]))

    @cached_property
    def others(self) -> tuple[Kind, ...]:
        """The kinds of nodes that kgllm did not write."""
        return tuple(kind for kind in self.kinds if kind.label not in (OWN, LITERAL)) if self.own else self.kinds

    @staticmethod
    def _ordered(kind: Kind) -> list[str]:
        return [*([kind.key] if kind.key else []), *kind.name, *kind.aliases]

    @cached_property
    def keys(self) -> tuple[Seek, ...]:
        """Where a key may be looked up."""
        return tuple(Seek(kind.label, kind.key) for kind in self.kinds if kind.key)

    @cached_property
    def texts(self) -> Texts:
        own = ["id", *(["text"] if LITERAL in self.by_label else [])] if self.own else []
        order = list(dict.fromkeys([*own, *(kind.key for kind in self.others if kind.key)]))
        return Texts(read=self.read, types=self.types, keys=self.keys, order=order, prefix=self.prefix)

    @cached_property
    def by_label(self) -> dict[str, Kind]:
        return {kind.label: kind for kind in self.kinds}

    @cached_property
    def place(self) -> dict[str, int]:
        """Where a property stands in what is read of a node, after its element id and labels."""
        return {name: i + 2 for i, name in enumerate(self.read)}

    @cached_property
    def holders(self) -> dict[str, Holders]:
        """For each property that holds literals, how the nodes are found that hold one."""
        found: dict[str, list[Kind]] = {}
        for kind in self.kinds:
            for one in kind.values:
                found.setdefault(one, []).append(kind)
        made = {}
        for name, kinds in sorted(found.items()):
            quick = [kind for kind in kinds if self.indexed(kind.label, name) or kind.total <= SCANNED]
            if quick:
                indexed = all(self.indexed(kind.label, name) for kind in quick)
                made[name] = Holders(name, tuple((kind.label, name in kind.lists) for kind in quick), each=indexed)
        return made

    @cached_property
    def unreached(self) -> tuple[str, ...]:
        """What is not walked backwards, from a value to the nodes that have it: it would scan too many nodes."""
        return tuple(
            f"values: the {kind.total:,} nodes of {kind.label} are not found by their {name}, which no index covers; "
            f"CREATE INDEX FOR (n:{cypher.quoted(kind.label)}) ON (n.{cypher.quoted(name)})"
            for kind in self.kinds
            for name in kind.values
            if kind.total > SCANNED and not self.indexed(kind.label, name)
        )

    def indexed(self, label: str, property: str) -> bool:
        """Whether a range index finds nodes of a label by a property."""
        return any(one.type == "RANGE" and label in one.labels and one.properties == (property,) for one in self.indexes)

    def relation(self, id: str) -> Relation:
        """A type or property as a relation; ACTED_IN is read as words."""
        known = self.relations.get(id)
        return self.wordings.of(known if known is not None else Relation(id, "" if self.own and not self.others else words_of(id)))

    @property
    def relation_ids(self) -> list[str]:
        """The ids of the relations that there are: types of relationships, and properties that are facts."""
        return sorted({*self.types, *self.relations, *(name for kind in self.kinds for name in kind.values)})

    # --- nodes ---

    def node(self, row: Sequence[Any]) -> Node:
        """The entity or literal of what was read of a node."""
        labels = row[1]
        if not self.own:
            return self._entity(row, labels)
        if LITERAL in labels and LITERAL in self.by_label:
            text, kind, datatype, language = row[6:10]
            return literal_of(text, _KINDS[kind], datatype, language)
        _, _, id, name, aliases, named = row[:6]
        if id is None or OWN not in labels:
            return self._entity(row, labels)
        types = tuple(label for label in labels if label != OWN) if len(labels) > 1 else ()
        return Entity(id, name or "", tuple(aliases) if aliases else (), types, named is not False)

    def _entity(self, row: Sequence[Any], labels: Sequence[str]) -> Entity:
        at, kinds = self.place, [kind for kind in (self.by_label.get(label) for label in labels) if kind is not None]
        kinds.sort(key=self._rank)
        keyed = next((kind for kind in kinds if kind.key and row[at[kind.key]] is not None), None)
        key: Any = None if keyed is None else row[at[keyed.key]]  # type: ignore[index]
        if type(key) not in (str, int):
            id: str | int = KEYLESS + (hashlib.blake2b(row[0].encode(), digest_size=6).hexdigest() if self.kept else row[0])
        else:
            id = f"{keyed.label}:{key}" if keyed is not None and keyed.qualified else key
        names = [text for kind in kinds for one in kind.name for text in _texts(row[at[one]])]
        name = names[0] if names else ""
        others = dict.fromkeys([*names[1:], *(text for kind in kinds for one in kind.aliases for text in _texts(row[at[one]]))])
        types = [label for label in labels if label not in (OWN, META)]
        types += [text for one in self.typed_by for text in _texts(row[at[one]])]
        named = bool(name) or (type(key) is str and not any(kind.name for kind in kinds))
        if not name and (not named or str(id).startswith(KEYLESS)):
            name = _display(types, key)
        aliases = tuple(other for other in others if other not in (name, str(id)))
        return Entity(id, name, aliases, tuple(dict.fromkeys(types)), named)

    def _rank(self, kind: Kind) -> int:
        if not self._places:
            self._places.update({one.label: i for i, one in enumerate(self.kinds)})
        return self._places[kind.label]

    def properties(self, row: Sequence[Any], pairs: Sequence[Sequence[Any]]) -> list[tuple[str, Literal]]:
        """The literals that a node's other properties are: also what is a key or a name of no more than others."""
        labels = row[1]
        if self.own and LITERAL in labels:
            return []
        if not (self.own and OWN in labels):
            mine = set(self.typed_by)
            for label in labels:
                if (kind := self.by_label.get(label)) is not None:
                    mine |= kind.own
            pairs = [*pairs, *((name, row[at]) for name, at in self.place.items() if name not in mine and row[at] is not None)]
        return [(name, value) for name, held in pairs for value in literals(held)]

    def key_seeks(self, id: str | int) -> list[tuple[int, str | int]]:
        """(place in `keys`, value) of where the id of an entity may be found."""
        found: list[tuple[int, str | int]] = []
        for j, seek in enumerate(self.keys):
            if not self.by_label[seek.label].qualified:
                found.append((j, id))
            elif isinstance(id, str) and id.startswith(f"{seek.label}:"):
                rest = id[len(seek.label) + 1 :]
                found += [(j, rest)] + ([(j, int(rest))] if rest.removeprefix("-").isdecimal() and len(rest) < 19 else [])
        return found


_KINDS = {kind.__name__: i for i, kind in enumerate(TYPES)}


def literals(value: Any) -> list[Literal]:
    """What a property holds, as literals: each member of a list; nothing for what is no literal (points, vectors, bytes)."""
    many = value if isinstance(value, list) else [value]
    found: dict[Literal, None] = {}
    for one in many:
        native = one.to_native() if hasattr(one, "to_native") else one
        if isinstance(native, (bytes, bytearray)) or type(native).__module__.startswith("neo4j"):
            text = "" if isinstance(native, (bytes, bytearray)) else str(native)
            if text and hasattr(native, "iso_format"):
                found[Literal(native.iso_format(), datatype="duration")] = None
            continue
        try:
            known = literal(native)
        except WrongTypeError:
            continue
        if known is not None:
            found[known] = None
    return list(found)


def words_of(type: str) -> str:
    """A relationship type as people read it.

    >>> words_of("ACTED_IN"), words_of("hasGenre"), words_of("directed by")
    ('acted in', 'has genre', 'directed by')
    """
    if type.isupper() and type.isascii():
        return type.replace("_", " ").lower().strip() or type
    if type.isascii() and type.isalnum() and not type.islower():
        spaced = "".join(f" {c.lower()}" if c.isupper() and i and not type[i - 1].isupper() else c for i, c in enumerate(type))
        return spaced[:1].lower() + spaced[1:] if not type[:2].isupper() else spaced
    return type


def _display(types: Sequence[str], key: Any) -> str:
    """What a node without a name is called."""
    called = words_of(types[0]) if types else "node"
    return called if key is None else f"{called} {key}"


def _texts(value: Any) -> list[str]:
    return [str(one.name) for one in literals(value)] if value is not None else []


def stored_as(values: Sequence[Literal]) -> list[Any]:
    """What literals may be stored as: their value, their text, and the number or date that the text reads as."""
    found: dict[tuple[type, Any], Any] = {}
    for value in values:
        for one in (clean(value.value) if isinstance(value.value, str) else value.value, clean(value.name)):
            if (isinstance(one, (str, bool, int, float)) or type(one).__module__ == "datetime") and not (
                isinstance(one, int) and abs(one) >> 63
            ):
                found[type(one), one] = one
        if value.name.removeprefix("-").isdecimal() and len(value.name) < 19:
            found[int, int(value.name)] = int(value.name)
        elif value.name[:4].isdecimal():
            with suppress(ValueError):
                day = (datetime.date if len(value.name) == 10 else datetime.datetime).fromisoformat(value.name)
                found[type(day), day] = day
    return list(found.values())
