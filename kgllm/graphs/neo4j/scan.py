"""Reading a whole database in pieces: by the numbers that end its element ids, never by SKIP, so that a piece costs what it holds.

Element ids are only where a piece begins and ends; they are not kept. A node of more facts than a piece holds is read in slices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kgllm.errors import ConfigError, GraphError
from kgllm.graphs.neo4j.cypher import FIRST, META, prefix_of, quoted
from kgllm.graphs.neo4j.layout import Layout
from kgllm.graphs.neo4j.server import Server
from kgllm.graphs.neo4j.view import Neo4jView
from kgllm.types import Entity, Fact, Literal, Node

LAST = "MATCH (n) RETURN max(toInteger(substring(elementId(n), $p.size)))"
_SPAN = 10_000  # numbers looked at in one piece
_AT_ONCE = 4  # pieces that are asked for together, where all are read
_WHAT = "reading the graph"


def nodes_text(layout: Layout) -> str:
    """Nodes by number: what they are, their other properties, how many relationships leave them."""
    return (
        "UNWIND range($p.a, $p.b) AS i MATCH (n) WHERE elementId(n) = $p.p + toString(i) "
        f"AND NOT n:{META} WITH i, n LIMIT $p.k RETURN collect([i, [{layout.texts.node('n')}], [k IN keys(n) WHERE NOT k IN $p.skip | [k, n[k]]], COUNT {{ (n)-->() }}])"
    )


def facts_text(layout: Layout) -> str:
    """Everything that leaves some nodes."""
    return (
        "UNWIND $p.q AS i MATCH (n) WHERE elementId(n) = $p.p + toString(i) MATCH (n)-[r]->(m) "
        f"RETURN collect([i, type(r), [{layout.texts.node('m')}], properties(r)])"
    )


def slice_text(layout: Layout, type: str) -> str:
    """A slice of what leaves one node along one type."""
    return (
        f"MATCH (n) WHERE elementId(n) = $p.p + toString($p.i) MATCH (n)-[r:{quoted(type)}]->(m) WHERE elementId(r) > $p.after "
        f"WITH r, m ORDER BY elementId(r) LIMIT $p.k RETURN collect([elementId(r), [{layout.texts.node('m')}], properties(r)])"
    )


@dataclass(frozen=True, slots=True)
class Span:
    """What the numbers of the nodes are: the common beginning of their element ids, and the last."""

    prefix: str
    last: int

    @classmethod
    def of(cls, server: Server) -> Span:
        """Looked up once for a scan: the largest number costs a look at every node."""
        rows = server.read((FIRST, {}), what=_WHAT)[0]
        if not rows:
            return cls("", -1)
        prefix = prefix_of(rows[0][0])
        if not prefix:
            raise GraphError("this database's element ids are of a form that cannot be read in pieces")
        return cls(prefix, server.read((LAST, {"size": len(prefix)}), what=_WHAT)[0][0][0])


@dataclass(slots=True)
class Row:
    """A node with its other properties and how many relationships leave it."""

    number: int
    node: list[Any]
    others: list[Any]
    leaving: int


class Scan:
    """Pieces of one database."""

    def __init__(self, server: Server, layout: Layout, *, kept: bool = True) -> None:
        self._server, self._layout = server, replace(layout, kept=kept)
        self._skip = [*layout.skip, *layout.read]
        self._nodes, self._facts = nodes_text(layout), facts_text(layout)

    def rows(self, span: Span, first: int, most: int = _SPAN) -> tuple[list[Row], int]:
        """At most so many nodes from a number on, some unless there are none, and the number behind them."""
        size = _SPAN
        while first <= span.last:
            last = min(span.last, first + size - 1)
            parameters = {"a": first, "b": last, "p": span.prefix, "skip": self._skip, "k": min(most, _SPAN)}
            [[[rows]]] = self._server.read((self._nodes, parameters), what=_WHAT)
            if len(rows) == parameters["k"]:
                return [Row(*row) for row in rows], rows[-1][0] + 1
            if rows:
                return [Row(*row) for row in rows], last + 1
            first, size = last + 1, min(10 * size, 100 * _SPAN)  # a hole: where nodes were deleted
        return [], span.last + 1

    def all_rows(self) -> Iterator[Row]:
        """Every node, by number: some pieces at once, so that the server reads while what came is taken in."""
        span = Span.of(self._server)
        first, size = 0, _SPAN
        while first <= span.last:
            begins = range(first, span.last + 1, size)[:_AT_ONCE]
            pieces = ((at, min(span.last, at + size - 1)) for at in begins)
            given = {"p": span.prefix, "skip": self._skip, "k": size}
            found = self._server.read(*((self._nodes, given | {"a": a, "b": b}) for a, b in pieces), what=_WHAT)
            first = begins[-1] + size
            for [[rows]] in found:
                yield from (Row(*row) for row in rows)
            size = _SPAN if any(rows for [[rows]] in found) else min(10 * size, 100 * _SPAN)  # a hole: where nodes were deleted

    def begin(self) -> list[Any]:
        """The cursor before everything: [next number, last number, prefix, type, after]."""
        span = Span.of(self._server)
        return [0, span.last, span.prefix, 0, ""]

    def entities(self, cursor: list[Any], limit: int) -> tuple[list[Entity], list[Any] | None]:
        """At most so many entities, and the cursor behind them."""
        behind, last, prefix = _checked(cursor)[:3]
        found: list[Entity] = []
        while not found and behind <= last:
            rows, behind = self.rows(Span(prefix, last), behind, limit)
            found = [node for node in (self._layout.node(row.node) for row in rows) if isinstance(node, Entity)]
        return found, None if behind > last else [behind, last, prefix, 0, ""]

    def facts(self, cursor: list[Any], limit: int) -> tuple[list[Fact], list[Any] | None]:
        """At most so many facts, and the cursor behind them."""
        first, last, prefix, type, after = _checked(cursor)
        span = Span(prefix, last)
        if type or after:
            return self._slice(span, first, type, after, limit)
        found: list[Fact] = []
        while not found and first <= last:
            rows, behind = self.rows(span, first, limit)
            held = 0
            chosen: list[Row] = []
            for row in rows:
                row.others = self._layout.properties(row.node, row.others)
                held += row.leaving + len(row.others)
                if held > limit:
                    if not chosen:
                        return self._slice(span, row.number, 0, "", limit, first=row)
                    behind = row.number
                    break
                chosen.append(row)
            found, first = self._whole(span, chosen), behind
        return found, None if first > last else [first, last, prefix, 0, ""]

    def _whole(self, span: Span, rows: Sequence[Row]) -> list[Fact]:
        view = Neo4jView(self._server, self._layout)
        subjects = {row.number: self._layout.node(row.node) for row in rows}
        found: dict[Fact, Fact] = {}
        parameters = {"q": [row.number for row in rows if row.leaving], "p": span.prefix}
        [[[edges]]] = self._server.read((self._facts, parameters), what=_WHAT) if parameters["q"] else [[[[]]]]
        counts = self._layout.counts
        made = view.facts_of((subjects[i], type, node, properties) for i, type, node, properties in edges if type in counts)
        for fact in (*made, *(self._property(subjects[row.number], name, value) for row in rows for name, value in row.others)):
            found.setdefault(fact, fact)
        return list(found.values())

    def _slice(
        self, span: Span, number: int, type: int, after: str, limit: int, *, first: Row | None = None
    ) -> tuple[list[Fact], list[Any] | None]:
        """Some facts of a node that has more than a piece holds: its properties, then type by type."""
        row = first or next(iter(self.rows(Span(span.prefix, number), number)[0]), None)
        behind = None if number >= span.last else [number + 1, span.last, span.prefix, 0, ""]
        if row is None:
            return [], behind  # gone since
        subject, types = self._layout.node(row.node), self._layout.types
        if first is not None and row.others:
            facts = [self._property(subject, name, value) for name, value in row.others[:limit]]
            return facts, [number, span.last, span.prefix, 0, " "]
        if type >= len(types):
            return [], behind
        parameters = {"i": number, "p": span.prefix, "after": after, "k": limit}
        [[[edges]]] = self._server.read((slice_text(self._layout, types[type]), parameters), what=_WHAT)
        view = Neo4jView(self._server, self._layout)
        facts = view.facts_of((subject, types[type], node, properties) for _, node, properties in edges)
        if len(edges) == limit:
            return facts, [number, span.last, span.prefix, type, edges[-1][0]]
        if type + 1 < len(types):
            return facts, [number, span.last, span.prefix, type + 1, ""]
        return facts, behind

    def _property(self, subject: Node, name: str, value: Literal) -> Fact:
        return Fact(subject, self._layout.relation(name), value)  # type: ignore[arg-type]


def _checked(cursor: Any) -> list[Any]:
    if not isinstance(cursor, list) or [type(one) for one in cursor] != [int, int, str, int, str]:
        raise ConfigError(f"cursor must be one that scan gave, not {cursor!r}")
    return cursor
