"""Compiling a database: read in pieces, kept on the way, so that what broke off goes on where it was.

A live server gives no snapshot. Whether it changed meanwhile is looked at before and after; then everything is read again. Ends
of facts that were not among the entities read are counted in the graph's notes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from typing import Literal as Choice

from kgllm.errors import GraphError
from kgllm.graphs.base import Record
from kgllm.graphs.compiled.build import Progress
from kgllm.graphs.compiled.edits import node_of, plain_fact, plain_node, relation_of
from kgllm.graphs.compiled.graph import CompiledGraph, build
from kgllm.graphs.neo4j import cypher
from kgllm.types import Entity, Fact

if TYPE_CHECKING:
    from kgllm.graphs.neo4j.graph import Neo4jGraph

_TIMES = 3  # a database that has changed is read again so often
_PIECE = 10_000
_WHAT: tuple[Choice["entities", "facts"], ...] = ("entities", "facts")


def compiled(graph: Neo4jGraph, folder: Path | None, progress: Progress | None) -> CompiledGraph:
    """The database as a compiled graph, in memory or in a folder; beside that folder, `<folder>.part` keeps what was read.

    Raises:
        GraphError: the database changed every time that it was read. What `Graph.scan` raises; the next call then goes on.
    """
    part = None if folder is None else folder.with_name(folder.name + ".part")
    for _ in range(_TIMES):
        before = mark(graph)
        reading = Reading(graph, part, before)
        made = build(iter(reading), folder=folder, progress=progress)
        if mark(graph) == before:
            missing = made.schema().entities - reading.entities
            notes = (f"dangling: {missing:,} ends of facts were not among the entities read",) if missing else ()
            made.notes = (*graph.notes, *notes)
            if part is not None:
                shutil.rmtree(part, ignore_errors=True)
            return made
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
    raise GraphError(f"the database changed each of the {_TIMES} times that it was read", hint="compile while nothing is written to it")


def mark(graph: Neo4jGraph) -> list[Any]:
    """What changes when the database does: its last transaction where the server tells, and its counts."""
    counts = graph.server.read((cypher.NODES, {}), (cypher.RELATIONSHIPS, {}), what="looking for changes")
    try:
        told = graph.server.read((cypher.TRANSACTION, {"name": graph.server.access.database}), what="looking for changes")
    except GraphError:  # not everybody may ask
        told = []
    return [rows[0][0] for rows in counts] + [row for rows in told for row in rows]


class Reading:
    """Every entity and every fact, once; pieces are kept in a folder and are not read again."""

    def __init__(self, graph: Neo4jGraph, part: Path | None, before: list[Any]) -> None:
        self._graph, self._part, self._mark = graph, part, before
        self.entities = 0

    def __iter__(self) -> Iterator[Record]:
        for relation in self._graph.layout.relations.values():
            yield Record(relation=relation)
        at: dict[str, Any] = dict.fromkeys(_WHAT)
        done: set[str] = set()
        for kept in self._kept():
            at[kept["what"]] = kept["cursor"]
            if kept["cursor"] is None:
                done.add(kept["what"])
            yield from self._records(kept["what"], kept["items"])
        for what in _WHAT:
            while what not in done:
                page = self._graph.scan(at[what], _PIECE, what=what)
                at[what] = page.cursor
                items = [plain_fact(one) if isinstance(one, Fact) else plain_node(one) for one in page.items]
                self._keep({"what": what, "cursor": page.cursor, "items": items})
                if page.cursor is None:
                    done.add(what)
                yield from self._counted(page.items)

    def _counted(self, items: tuple[Fact | Entity, ...]) -> Iterator[Record]:
        for one in items:
            if isinstance(one, Fact):
                yield Record(fact=one)
            else:
                self.entities += 1
                yield Record(entity=one)

    def _records(self, what: str, items: list[Any]) -> Iterator[Record]:
        read = _entity if what == "entities" else _whole
        yield from self._counted(tuple(read(one) for one in items))

    def _kept(self) -> Iterator[dict[str, Any]]:
        """The pieces that an earlier reading of the same state of the database left."""
        if self._part is None:
            return
        told, pieces = self._part / "mark.json", self._part / "pieces.jsonl"
        if not told.is_file() or json.loads(told.read_text(encoding="utf-8")) != self._mark:
            shutil.rmtree(self._part, ignore_errors=True)
            self._part.mkdir(parents=True)
            told.write_text(json.dumps(self._mark), encoding="utf-8")
            return
        if not pieces.is_file():
            return
        whole = 0
        with pieces.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break  # it broke off while this was written
                whole += len(line)
                yield json.loads(line)
        os.truncate(pieces, whole)

    def _keep(self, piece: dict[str, Any]) -> None:
        if self._part is not None:
            with (self._part / "pieces.jsonl").open("ab") as file:
                file.write(json.dumps(piece, separators=(",", ":")).encode() + b"\n")


def _entity(plain: list[Any]) -> Entity:
    node = node_of(plain)
    assert isinstance(node, Entity)
    return node


def _whole(plain: list[Any]) -> Fact:
    subject, relation, object_, qualifiers, source = plain
    pairs = tuple((relation_of(one), node_of(node)) for one, node in qualifiers)
    return Fact(_entity(subject), relation_of(relation), node_of(object_), pairs, tuple(source))
