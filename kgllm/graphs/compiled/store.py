"""A graph as columns: everything that a compiled graph knows, as numpy arrays that are kept as plain files.

Nodes are numbered in `sort_key` order, entities before literals, so that order by handle is order by key. Facts are numbered
in the order (subject, relation, object, qualifiers). Both ways the facts of a node stand in groups, one for each relation:

    node n → groups  way.node_groups[n] … way.node_groups[n + 1]
    group g → relation way.relations[g], facts way.starts[g] … way.starts[g + 1]

Out of a node, the places in a group are the fact numbers themselves; into a node, `way.facts` lists them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.graphs.columns import Column, Strings
from kgllm.graphs.nameindex import NameIndex
from kgllm.graphs.values import literal_of
from kgllm.types import Entity, Fact, Node, Relation

_MOST_MET = 8192  # nodes kept of those made lately


def last_at_most(ascending: Column, values: Any) -> Column:
    """The last place that holds at most the value, -1 where none does. Of mixed integer types numpy would copy the column."""
    kind = ascending.dtype
    capped = np.minimum(values, np.iinfo(kind).max) if len(ascending) else np.zeros_like(values)
    return ascending.searchsorted(np.asarray(capped).astype(kind), "right") - 1


def owners(starts: Column) -> Column:
    """Of each value its row, where row i's values begin at `starts[i]`."""
    sizes: Column = np.diff(starts.astype(np.int64))
    return np.arange(len(sizes)).repeat(sizes)


@dataclass(frozen=True, slots=True)
class Way:
    """One direction of all facts. `neighbours[i]` is the other end of the fact at place i."""

    node_groups: Column
    relations: Column
    starts: Column
    neighbours: Column
    facts: Column | None = None  # None out of nodes: the place is the fact

    def node_of_groups(self) -> Column:
        """The node that each group belongs to."""
        return owners(self.node_groups)


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of numbers for each row: row i's are `values[starts[i]:starts[i + 1]]`."""

    starts: Column
    values: Column

    def __getitem__(self, row: int) -> list[int]:
        if row + 1 >= len(self.starts):
            return []
        return self.values[int(self.starts[row]) : int(self.starts[row + 1])].tolist()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where facts were read: `files[file[i]]`, at `line[i]` (0: no line); facts with several have the others in `more`."""

    files: tuple[str, ...]
    file: Column
    line: Column
    more_facts: Column
    more_files: Column
    more_lines: Column

    def of(self, fact: int) -> tuple[str, ...]:
        places = [(int(self.file[fact]), int(self.line[fact]))]
        if not len(self.more_facts):
            return tuple(self.files[file] + (f":{line}" if line else "") for file, line in places if self.files[file])
        low, high = last_at_most(self.more_facts, fact - 1) + 1 if fact else 0, last_at_most(self.more_facts, fact) + 1
        places += zip(self.more_files[low:high].tolist(), self.more_lines[low:high].tolist(), strict=True)
        return tuple(self.files[file] + (f":{line}" if line else "") for file, line in places if self.files[file])

    def several(self, facts: Column) -> list[tuple[str, ...]]:
        """The sources of some facts."""
        if len(self.more_facts):
            return [self.of(fact) for fact in facts.tolist()]
        places = zip(self.file[facts].tolist(), self.line[facts].tolist(), strict=True)
        return [(self.files[file] + (f":{line}" if line else ""),) if self.files[file] else () for file, line in places]


@dataclass(frozen=True, slots=True)
class Store:
    """All columns. Nodes from `entities` on are literals. `tags` are datatypes and languages (0: none)."""

    entities: int
    keys: Strings
    flags: Column  # of each node: bit 0 its id is an int, bit 1 unnamed, bit 2 by its structure, bit 3 it has a name and joins others all the same; of a literal: the kind of its value
    names: Column  # place in `words`, or 0 where the name is the key
    words: Strings
    aliases: Lists
    types: Lists
    tags: tuple[str, ...]
    datatypes: Column  # of literals
    languages: Column
    relations: tuple[Relation, ...]
    out: Way
    into: Way
    qualifiers: Lists  # of facts: relation, node, relation, node …
    sources: Sources
    index: NameIndex
    known_digest: str = ""  # of a folder
    met: dict[int, Node] = field(default_factory=dict, repr=False, compare=False)  # nodes made lately

    @property
    def nodes(self) -> int:
        return len(self.keys)

    @property
    def facts(self) -> int:
        return len(self.out.neighbours)

    def node(self, handle: int) -> Node:
        """The node with its names and types."""
        known = self.met.get(handle)
        return self.nodes_of(np.array([handle], np.int64))[0] if known is None else known

    def nodes_of(self, handles: Column) -> list[Node]:
        """The nodes with their names and types; those made lately are not made again."""
        asked = handles.tolist()
        found = list(map(self.met.get, asked))
        if None not in found:
            return found  # type: ignore[return-value]  # there is no None in it
        new = list(dict.fromkeys(handle for handle, node in zip(asked, found, strict=True) if node is None))
        made = dict(zip(new, self._made(np.array(new, np.int64)), strict=True))
        if len(self.met) > _MOST_MET:
            self.met.clear()  # of two threads the other has what it found
        self.met.update(made)
        return [made[handle] if node is None else node for handle, node in zip(asked, found, strict=True)]

    def _made(self, handles: Column) -> list[Node]:
        if len(self.aliases.starts) > 1 or len(self.types.starts) > 1:
            return [self._made_one(handle) for handle in handles.tolist()]
        plain = (handles < self.entities) & (self.flags[handles] == 0)
        plain[plain] = self.names[handles[plain]] == 0
        keys = self.keys.several(handles)
        return [
            Entity(key, key) if bare else self._made_one(handle)
            for key, bare, handle in zip(keys, plain.tolist(), handles.tolist(), strict=True)
        ]

    def _made_one(self, handle: int) -> Node:
        if handle >= self.entities:
            text, datatype, language = self.literal_key(handle)
            return literal_of(text, int(self.flags[handle]), datatype or None, language or None)
        key = self.keys[handle]
        flag, name = int(self.flags[handle]), int(self.names[handle])
        return Entity(
            int(key) if flag & 1 else key,
            self.words[name] if name else key,
            tuple(self.words[i] for i in self.aliases[handle]),
            tuple(self.words[i] for i in self.types[handle]),
            not flag & 2,
        )

    def literal_key(self, handle: int) -> tuple[str, str, str]:
        """(text, datatype, language), by which literals are ordered."""
        at = handle - self.entities
        return self.keys[handle], self.tags[int(self.datatypes[at])], self.tags[int(self.languages[at])]

    def relations_of(self, facts: Column) -> Column:
        """The relation of each fact."""
        return self.out.relations[last_at_most(self.out.starts, facts)].astype(np.int64)

    def subjects_of(self, facts: Column) -> Column:
        """The subject of each fact."""
        return last_at_most(self.out.node_groups, last_at_most(self.out.starts, facts))

    def fact(self, number: int, *, node: Callable[[int], Node] | None = None, relations: Sequence[Relation] | None = None) -> Fact:
        """The fact, whole; its nodes and relations as these say, where they say something else."""
        node, relations = node or self.node, relations or self.relations
        group = int(last_at_most(self.out.starts, number))
        subject = int(last_at_most(self.out.node_groups, group))
        said = self.qualifiers[number]
        return Fact(
            node(subject),  # type: ignore[arg-type]  # subjects are entities
            relations[int(self.out.relations[group])],
            node(int(self.out.neighbours[number])),
            tuple((relations[r], node(n)) for r, n in zip(said[::2], said[1::2], strict=True)),
            self.sources.of(number),
        )

    def facts_of(
        self,
        numbers: Column,
        *,
        nodes: Callable[[Column], list[Node]] | None = None,
        relations: Sequence[Relation] | None = None,
        scores: Sequence[float | None] | None = None,
    ) -> list[Fact]:
        """The facts, whole; a node that several share is made once. Nodes and relations are as these say, where they say else."""
        made_of, relations = nodes or self.nodes_of, relations or self.relations
        groups = last_at_most(self.out.starts, numbers)
        subjects, objects = last_at_most(self.out.node_groups, groups), self.out.neighbours[numbers].astype(np.int64)
        said, parts = self._said(numbers), [subjects, objects]
        if said is not None:
            parts.append(np.array([node for one in said for node in one[1::2]], np.int64))
        handles = distinct(np.concatenate(parts))
        made = dict(zip(handles.tolist(), made_of(handles), strict=True))
        beside = repeat(()) if said is None else (tuple((relations[r], made[n]) for r, n in zip(one[::2], one[1::2])) for one in said)  # noqa: B905 - pairs
        columns = (
            subjects.tolist(),
            self.out.relations[groups].tolist(),
            objects.tolist(),
            beside,
            self.sources.several(numbers),
            scores or repeat(None),
        )
        return [Fact(made[s], relations[r], made[o], also, source, score) for s, r, o, also, source, score in zip(*columns)]  # noqa: B905

    def _said(self, facts: Column) -> list[list[int]] | None:
        """Relation, node, relation, node … of the qualifiers of each fact; None where none has any."""
        lists = self.qualifiers
        if len(lists.starts) <= 1:
            return None
        first, last = lists.starts[facts], lists.starts[facts + 1]
        if (first == last).all():
            return None
        return [lists.values[begin:end].tolist() for begin, end in zip(first.tolist(), last.tolist(), strict=True)]

    def digest(self) -> str:
        """A hash of what the graph is: its nodes, relations, facts and what is said of them."""
        if self.known_digest:
            return self.known_digest
        out = hashlib.blake2b(digest_size=8)
        for name, column in self._columns().items():
            if not name.startswith("sources."):
                out.update(f"{name} {len(column)}".encode())
                out.update(np.ascontiguousarray(column).view(np.uint8).data)
        out.update("\n".join(map(str, (*self.tags, *(repr(relation) for relation in self.relations)))).encode("utf-8", "surrogatepass"))
        return out.hexdigest()

    def save(self, folder: Path) -> None:
        """Write every column as a plain .npy file, and the small tables as tables.json."""
        folder.mkdir(parents=True)
        for name, column in self._columns().items():
            np.save(folder / f"{name}.npy", column, allow_pickle=False)
        tables = {
            "entities": self.entities,
            "digest": self.digest(),
            "tags": self.tags,
            "files": self.sources.files,
            "relations": [[r.id, r.name, r.inverse_name, r.aliases, r.inverse_aliases] for r in self.relations],
        }
        (folder / "tables.json").write_text(json.dumps(tables, ensure_ascii=False), encoding="utf-8")
        self.index.save(folder / "index")

    def _columns(self) -> dict[str, Column]:
        out: dict[str, Column] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, np.ndarray):
                out[one.name] = value
            elif isinstance(value, Strings):
                out |= {f"{one.name}.blob": value.blob, f"{one.name}.ends": value.ends}
            elif isinstance(value, (Way, Lists, Sources)):
                parts = ((part.name, getattr(value, part.name)) for part in fields(value))
                out |= {f"{one.name}.{name}": part for name, part in parts if isinstance(part, np.ndarray)}
        return out

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Memory-map what `save` wrote."""

        def column(name: str) -> Any:
            return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)

        def part(kind: type, name: str, **more: Any) -> Any:
            there = (one.name for one in fields(kind) if one.name not in more)
            return kind(**{one: column(f"{name}.{one}") for one in there}, **more)

        tables = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
        strings: dict[str, Any] = {name: Strings(column(f"{name}.blob"), column(f"{name}.ends")) for name in ("keys", "words")}
        return cls(
            entities=tables["entities"],
            known_digest=tables["digest"],
            **strings,
            **{name: column(name) for name in ("flags", "names", "datatypes", "languages")},
            aliases=part(Lists, "aliases"),
            types=part(Lists, "types"),
            tags=tuple(tables["tags"]),
            relations=tuple(Relation(i, n, v, tuple(a), tuple(b)) for i, n, v, a, b in tables["relations"]),
            out=part(Way, "out", facts=None),
            into=part(Way, "into"),
            qualifiers=part(Lists, "qualifiers"),
            sources=part(Sources, "sources", files=tuple(tables["files"])),
            index=NameIndex.open(folder / "index"),
        )
