"""What is called so? By names that were read once, or by the database's own indexes.

Of a database of up to `LOCAL` nodes all names are read when they are first needed (a second for some tens of thousands), so that
a name is found in every form, slips included, as in a compiled graph; what is found is looked up again in the database, so
what is gone is not found. A larger one is asked by its full-text or range indexes.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kgllm.graphs.base import RelationStats, sort_key
from kgllm.graphs.nameindex import NameIndex
from kgllm.graphs.neo4j import scan
from kgllm.graphs.neo4j.cypher import quoted
from kgllm.graphs.neo4j.layout import KEYLESS, Index, Layout
from kgllm.graphs.neo4j.server import Server, Statement
from kgllm.graphs.tally import commonest
from kgllm.types import Entity, Literal, Node
from kgllm.words.names import LONGEST, clean, normalise

LOCAL = 200_000  # nodes of a database whose names are read


@dataclass(slots=True)
class Called:
    """A node that a text may mean, and where it is; the element id is None for a literal that is a property."""

    node: Node
    element: str | None
    kind: Any
    score: float
    name: str


class LocalNames:
    """The names of all nodes, and what a look at all of them says besides: which node comes when facts are counted by subject."""

    def __init__(self, server: Server, layout: Layout) -> None:
        rows: list[tuple[Node, str | None, int]] = []
        values: Counter[tuple[str, Literal]] = Counter()
        subjects: dict[str, Counter[str]] = {}
        for row in scan.Scan(server, layout, kept=False).all_rows():
            node = layout.node(row.node)
            others = layout.properties(row.node, row.others)
            rows.append((node, row.node[0], row.leaving + len(others)))
            values.update(others)
            for name in {name for name, _ in others}:
                subjects.setdefault(name, Counter())[""] += 1
                subjects[name].update(node.types if isinstance(node, Entity) else ())
        known = {node for node, _, _ in rows}
        rows += [(value, None, 0) for value in dict.fromkeys(value for _, value in values) if value not in known]
        rows.sort(key=lambda one: sort_key(one[0]))
        self.nodes = [node for node, _, _ in rows]
        self.elements = [element for _, element, _ in rows]
        self.place = {element: i for i, element in enumerate(self.elements) if element is not None}
        self.some_unnamed = not all(getattr(node, "named", True) for node in self.nodes)
        self.stale = False  # whether a node was seen to be another by now
        self.before = np.cumsum(np.array([leaving for _, _, leaving in rows], np.int64))
        self.properties = tuple(_stats(layout, name, values, subjects[name]) for name in sorted(subjects))
        self.index = NameIndex.build(*_names(self.nodes))

    def find(self, names: Sequence[str]) -> list[list[Called]]:
        """For each name what is called exactly so, or nearly."""
        return [[self._called(hit) for hit in hits] for hits in self.index.lookup(names)]

    def search(self, text: str, limit: int) -> list[Called]:
        """What is called nearly so, best first."""
        return [self._called(hit) for hit in self.index.search(text, limit)]

    def _called(self, hit: Any) -> Called:
        return Called(self.nodes[hit.handle], self.elements[hit.handle], hit.kind, hit.score, hit.name)


def _stats(layout: Layout, name: str, values: Counter[tuple[str, Literal]], subjects: Counter[str]) -> RelationStats:
    mine = [(value, many) for (own, value), many in values.items() if own == name]
    kinds = Counter(type(value.value).__name__ for value, _ in mine)
    domain = {kind: many for kind, many in subjects.items() if kind}
    facts = sum(many for _, many in mine)
    return RelationStats(layout.relation(name), facts, subjects[""], len(mine), commonest(domain), commonest(kinds), literal=True)


def _names(nodes: Sequence[Node]) -> tuple[Any, list[str], list[str]]:
    rows = [(handle, *row) for handle, node in enumerate(nodes) for row in names_of(node)]
    return np.array([row[0] for row in rows], np.int64), [row[1] for row in rows], [row[2] for row in rows]


def names_of(node: Node) -> Iterator[tuple[str, str]]:
    """(name, kind) of everything that a node is called; one that only joins others has no more than its id."""
    if isinstance(node, Literal):
        yield node.name, "name"
        return
    text = str(node.id)
    if not text.startswith(KEYLESS):
        yield text, "id"
    if node.named:
        if node.name != text:
            yield node.name, "name"
        yield from ((alias, "alias") for alias in node.aliases)


class Once:
    """Something that is made when it is first asked for, by one thread."""

    def __init__(self, make: Any) -> None:
        self._make, self._lock, self._made = make, threading.Lock(), None

    def __call__(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    @property
    def made(self) -> Any:
        """What was made, None before."""
        return self._made


class ServerNames:
    """Names looked up by the database's own indexes; what they give is compared here, by the same forms as everywhere.

    Full-text indexes find a name in every form, and slips; range indexes as it is written. Where there is neither, nodes of a
    label are scanned, and `notes` say so with the statement that makes an index.
    """

    def __init__(self, server: Server, layout: Layout) -> None:
        self._server, self._layout = server, layout
        self._exact = [
            exact_text(layout, kind.label, one)
            for kind in layout.kinds
            for one in dict.fromkeys([*([kind.key] if kind.key else []), *kind.name])
        ]
        self._fulltext = [one.name for one in layout.indexes if one.type == "FULLTEXT" and self._covers(one)]
        self.notes = tuple(self._notes())

    def _covers(self, index: Index) -> bool:
        kinds = [kind for kind in self._layout.kinds if kind.label in index.labels]
        return any({*kind.name, *kind.aliases} & set(index.properties) for kind in kinds)

    def _notes(self) -> Iterator[str]:
        covered = {
            (label, one) for index in self._layout.indexes if index.type == "FULLTEXT" for label in index.labels for one in index.properties
        }
        for kind in self._layout.kinds:
            for one in kind.name[:1]:
                if (kind.label, one) in covered or not kind.total:
                    continue
                label, property = quoted(kind.label), quoted(one)
                how = (
                    "only as it is written"
                    if self._layout.indexed(kind.label, one)
                    else "by a scan of all of them, and only as it is written"
                )
                yield (
                    f"names: the {kind.total:,} nodes of {kind.label} are found by {one} {how}; "
                    f"CREATE FULLTEXT INDEX kgllm_names_{kind.label.lower() if kind.label.isidentifier() else 'of_label'} "
                    f"FOR (n:{label}) ON EACH [n.{property}] OPTIONS {{indexConfig: {{`fulltext.analyzer`: 'standard-no-stop-words'}}}}"
                )

    def find(self, names: Sequence[str]) -> list[list[Called]]:
        """For each name what is called exactly so, or nearly; one round trip."""
        asked = [clean(name) for name in names]
        wanted = [name for name in dict.fromkeys(asked) if name.strip() and len(name) <= LONGEST]
        values: list[Any] = [*wanted, *(int(name) for name in wanted if name.removeprefix("-").isdecimal() and len(name) < 19)]
        statements: list[Statement] = [(text, {"values": values}) for text in self._exact]
        phrases = [phrase for phrase in map(phrase_of, wanted) if phrase]
        statements += [(FULLTEXT, {"index": index, "q": phrases, "k": _EACH}) for index in self._fulltext if phrases]
        return self._compared(statements, lambda index: index.lookup(asked), len(asked))

    def search(self, text: str, limit: int) -> list[Called]:
        """What is called nearly so, best first."""
        query = near_of(clean(text))
        if not query or len(text) > LONGEST:
            return []
        statements: list[Statement] = [(FULLTEXT, {"index": index, "q": [query], "k": 10 * _EACH}) for index in self._fulltext]
        return self._compared(statements, lambda index: [index.search(text, limit)], 1)[0]

    def _compared(self, statements: list[Statement], ask: Callable[[NameIndex], Sequence[Sequence[Any]]], rows: int) -> list[list[Called]]:
        if not statements or not rows:
            return [[] for _ in range(rows)]
        found: dict[str, Node] = {}
        for result in self._server.read(*((self._filled(text), given) for text, given in statements), what="looking up names"):
            for row in result[0][0]:
                found.setdefault(row[0], self._layout.node(row))
        ordered = sorted(found.items(), key=lambda one: sort_key(one[1]))
        nodes, elements = [node for _, node in ordered], [element for element, _ in ordered]
        index = NameIndex.build(*_names(nodes))
        return [[Called(nodes[hit.handle], elements[hit.handle], hit.kind, hit.score, hit.name) for hit in hits] for hits in ask(index)]

    def _filled(self, text: str) -> str:
        return fulltext_text(self._layout) if text == FULLTEXT else text


FULLTEXT = "fulltext"
_EACH = 24  # nodes taken for one name: the index puts those first that are called that and no more


def exact_text(layout: Layout, label: str, property: str) -> str:
    """Nodes of a label whose property is one of the names."""
    return f"MATCH (n:{quoted(label)}) WHERE n.{quoted(property)} IN $p.values RETURN collect([{layout.texts.node('n')}])"


def fulltext_text(layout: Layout) -> str:
    """Nodes that a full-text index gives for each query."""
    return (
        "UNWIND $p.q AS q CALL (q) { CALL db.index.fulltext.queryNodes($p.index, q, {limit: $p.k}) YIELD node RETURN node } "
        f"WITH DISTINCT node AS n RETURN collect([{layout.texts.node('n')}])"
    )


def phrase_of(name: str) -> str:
    """A Lucene query for the words of a name in their order: whatever it holds is text, no operator.

    >>> phrase_of('name:* OR "x" NOT y'), phrase_of("***")
    ('"name or x not y"', '')
    """
    words = normalise(name).split()
    return f'"{" ".join(words)}"' if any(c.isalnum() for word in words for c in word) and not _SPECIAL.search("".join(words)) else ""


def near_of(text: str) -> str:
    """A Lucene query for words like these, within an edit or two; the last may be cut short.

    >>> near_of("Cristopher NOT Nol")
    'cristopher OR cristopher~2 OR not OR nol OR nol*'
    """
    words = [word for word in normalise(text).split()[:16] if word.isalnum()]
    parts: list[str] = []
    for word in words:
        parts.append(word if word.isascii() else f'"{word}"')  # in lower case "or" and "not" are words
        if word.isascii() and len(word) > 3 and not word.isdecimal():
            parts.append(f"{word}~{1 if len(word) < 8 else 2}")
    if words and words[-1].isascii() and len(words[-1]) > 2:
        parts.append(f"{words[-1]}*")
    return " OR ".join(parts)


_SPECIAL = re.compile(r'["\\]')
