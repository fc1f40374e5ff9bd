"""Writing a graph to Neo4j, when asked: in batches, with constraints, so that writing it again changes nothing.

Entities are nodes `KgllmEntity` with their types as further labels; literals are nodes `KgllmLiteral`, so that they are walked
and counted like any node; facts are relationships whose type is the relation's id. Qualifiers are properties of the
relationship (its native values; what Neo4j has no value for stands in `kgllm_qualifiers` as JSON), sources in `kgllm_source`.

Nodes go first and give back their places, relationships follow by relation and subject: no name is looked up for a fact.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from kgllm.errors import ConfigError, GraphError, shorten
from kgllm.graphs.attributes import literal as as_literal
from kgllm.graphs.compiled.store import Store
from kgllm.graphs.neo4j.cypher import LITERAL, META, OWN, quoted
from kgllm.graphs.neo4j.server import Server
from kgllm.graphs.values import TYPES, kind_of
from kgllm.types import Entity, Literal, Node, Relation

T = TypeVar("T")

SOURCE, QUALIFIERS, SAME = "kgllm_source", "kgllm_qualifiers", "kgllm_fact"
"""Properties of a relationship: where its fact was read, qualifiers that are no native values, and what tells facts of one
subject, relation and object apart."""

NODES_AT_ONCE, FACTS_AT_ONCE = 10_000, 20_000
_LONGEST_KEY = 4096  # bytes: an index of Neo4j takes some 8,000
_WRITING = 600.0  # seconds for one batch
_COLUMNS = {LITERAL: ("key", "text", "kind", "value", "datatype", "language"), OWN: ("id", "name", "aliases", "named")}

CONSTRAINTS = (
    f"CREATE CONSTRAINT kgllm_entity IF NOT EXISTS FOR (n:{OWN}) REQUIRE n.id IS UNIQUE",
    f"CREATE CONSTRAINT kgllm_literal IF NOT EXISTS FOR (n:{LITERAL}) REQUIRE n.key IS UNIQUE",
    f"CREATE CONSTRAINT kgllm_relation IF NOT EXISTS FOR (n:{META}) REQUIRE n.id IS UNIQUE",
)
NAME_INDEXES = (
    f"CREATE INDEX kgllm_name IF NOT EXISTS FOR (n:{OWN}) ON (n.name)",
    (
        f"CREATE FULLTEXT INDEX kgllm_names IF NOT EXISTS FOR (n:{OWN}|{LITERAL}) ON EACH [n.id, n.name, n.aliases, n.text] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words'}}"
    ),
)
AWAIT_INDEXES = "CALL db.awaitIndexes(600)"
ANY = f"MATCH (n:{OWN}) RETURN count(n)"
RELATION = f"UNWIND $p.rows AS r MERGE (n:{META} {{id: r[0]}}) SET n.name = r[1], n.inverse_name = r[2], n.aliases = r[3], n.inverse_aliases = r[4]"
TYPED = "UNWIND $p.rows AS r MATCH (n) WHERE elementId(n) = $p.p + toString(r[0]) SET n:$(r[1])"


def nodes_text(label: str, *, fresh: bool) -> str:
    """Nodes of one label from rows of their properties; their element ids, in order."""
    columns = _COLUMNS[label]
    if fresh:
        every = ", ".join(f"{name}: r[{i}]" for i, name in enumerate(columns))
        return f"UNWIND $p.rows AS r CREATE (n:{label} {{{every}}}) RETURN collect(elementId(n))"
    if label == OWN:  # the name that is there leads, others join the aliases
        given = (
            "n.name = coalesce(n.name, r[1]), n.named = coalesce(n.named, r[3]), n.aliases = "
            "CASE WHEN size([a IN coalesce(r[2], []) + [r[1]] WHERE a <> coalesce(n.name, r[1]) AND NOT a IN coalesce(n.aliases, [])]) = 0 "
            "THEN n.aliases ELSE coalesce(n.aliases, []) + "
            "[a IN coalesce(r[2], []) + [r[1]] WHERE a <> coalesce(n.name, r[1]) AND NOT a IN coalesce(n.aliases, [])] END"
        )
    else:
        given = ", ".join(f"n.{name} = r[{i}]" for i, name in enumerate(columns) if i)
    return f"UNWIND $p.rows AS r MERGE (n:{label} {{{columns[0]}: r[0]}}) SET {given} RETURN collect(elementId(n))"


def facts_text(relation: str, *, fresh: bool) -> str:
    """Plain facts of one relation: rows of (subject, [objects])."""
    seek = "UNWIND $p.rows AS r MATCH (a) WHERE elementId(a) = $p.p + toString(r[0]) UNWIND r[1] AS o MATCH (b) WHERE elementId(b) = $p.p + toString(o)"
    kind = quoted(relation)
    if fresh:
        return f"{seek} CREATE (a)-[:{kind}]->(b)"
    return f"{seek} WITH a, b WHERE NOT EXISTS {{ MATCH (a)-[x:{kind}]->(b) WHERE x.{SAME} IS NULL }} CREATE (a)-[:{kind}]->(b)"


def told_text(relation: str, *, fresh: bool) -> str:
    """Facts of one relation with properties: rows of (subject, object, what tells it from its like, properties)."""
    seek = "UNWIND $p.rows AS r MATCH (a) WHERE elementId(a) = $p.p + toString(r[0]) MATCH (b) WHERE elementId(b) = $p.p + toString(r[1])"
    kind = quoted(relation)
    if fresh:
        return f"{seek} CREATE (a)-[x:{kind}]->(b) SET x = r[2]"
    return (
        f"{seek} CALL (a, b, r) {{ OPTIONAL MATCH (a)-[x:{kind}]->(b) WHERE x.{SAME} = r[2].{SAME} OR (x.{SAME} IS NULL AND r[2].{SAME} IS NULL) "
        "RETURN x LIMIT 1 } "
        f"FOREACH (_ IN CASE WHEN x IS NULL THEN [1] ELSE [] END | CREATE (a)-[y:{kind}]->(b) SET y = r[2]) "
        f"FOREACH (_ IN CASE WHEN x IS NULL THEN [] ELSE [1] END | SET x.{SOURCE} = "
        f"[s IN coalesce(x.{SOURCE}, []) WHERE NOT s IN coalesce(r[2].{SOURCE}, []) | s] + coalesce(r[2].{SOURCE}, []))"
    )


def literal_key(literal: Literal) -> str:
    """What a literal's node is found by: all that makes it the literal that it is, hashed."""
    text = "\x1f".join((literal.name, literal.datatype or "", literal.language or ""))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import wrote. `seconds` by stage: nodes, facts, indexes."""

    entities: int
    literals: int
    facts: int
    relations: int
    seconds: dict[str, float]

    @property
    def rate(self) -> float:
        """Facts a second, nodes and indexes included."""
        return self.facts / max(1e-9, sum(self.seconds.values()))


def write(store: Store, server: Server, *, sources: bool = True, progress: Callable[[int], None] | None = None) -> Imported:
    """Write everything in the columns. Interrupted, it may be run again: what is there stays as it is.

    Raises:
        UnsafeQueryError: a relation's id cannot be a relationship type. ConfigError: an entity's id is too long for an index.
        Nothing is written then. GraphError and its kin: the server failed; what was written before stays.
    """
    for relation in store.relations:
        quoted(relation.id)
    long = next((i for i in range(store.entities) if store.keys.ends[i + 1] - store.keys.ends[i] > _LONGEST_KEY), None)
    if long is not None:
        raise ConfigError(f"the id {shorten(store.keys[long])} is longer than {_LONGEST_KEY} bytes, which no index takes")
    start = time.perf_counter()
    for text in CONSTRAINTS:
        server.write(text, {}, what="making constraints", seconds=_WRITING)
    fresh = server.read((ANY, {}), what="looking for what is there")[0][0][0] == 0
    prefix, places = _write_nodes(store, server, fresh=fresh)
    noded = time.perf_counter()
    written = 0
    batches = _batches(store, places, fresh=fresh, sources=sources)
    # One at a time: two would lock each other's nodes. The next is made ready meanwhile.
    for count, _ in _in_flight(server, ((text, {"rows": rows, "p": prefix}, count) for text, rows, count in batches), "writing facts", 1):
        written += count
        if progress:
            progress(written)
    _write_relations(store, server)
    facted = time.perf_counter()
    _index(store, server)
    seconds = {"nodes": noded - start, "facts": facted - noded, "indexes": time.perf_counter() - facted}
    return Imported(
        entities=store.entities, literals=store.nodes - store.entities, facts=store.facts, relations=len(store.relations), seconds=seconds
    )


def _write_nodes(store: Store, server: Server, *, fresh: bool) -> tuple[str, Any]:
    """The common beginning of all element ids, and the number that ends that of each handle."""
    places, prefix = np.zeros(store.nodes, np.int64), ""
    for label, first, last in ((OWN, 0, store.entities), (LITERAL, store.entities, store.nodes)):
        text = nodes_text(label, fresh=fresh)
        pieces = [(at, min(last, at + NODES_AT_ONCE)) for at in range(first, last, NODES_AT_ONCE)]
        batches = ((text, {"rows": [_row(node) for node in store.nodes_of(np.arange(*piece))]}, piece) for piece in pieces)
        for (at, end), [[elements]] in _in_flight(server, batches, "writing nodes", 2 if fresh else 1):  # new nodes share nothing
            begin = elements[0][: elements[0].rindex(":") + 1]
            if prefix not in ("", begin) or not all(one.startswith(begin) for one in elements):
                raise GraphError("this server's element ids are of another form", hint="kgllm imports into a single Neo4j database")
            prefix, size = begin, len(begin)
            places[at:end] = [int(one[size:]) for one in elements]
    typed = [[int(places[i]), types] for i, types in _types(store)]
    for at in range(0, len(typed), NODES_AT_ONCE):
        server.write(TYPED, {"rows": typed[at : at + NODES_AT_ONCE], "p": prefix}, what="writing types", seconds=_WRITING)
    return prefix, places


def _in_flight(server: Server, batches: Iterable[tuple[str, Mapping[str, Any], T]], what: str, at_once: int) -> Iterator[tuple[T, Any]]:
    """Write batches of (text, parameters, what is said of it), so many of them at once; (what was said, rows) of each, in order."""
    waiting: deque[tuple[T, Future[Any]]] = deque()
    with ThreadPoolExecutor(at_once, thread_name_prefix="kgllm-writing") as threads:
        try:
            for text, parameters, said in batches:
                waiting.append((said, threads.submit(server.write, text, parameters, what=what, seconds=_WRITING)))
                if len(waiting) > at_once:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()
        finally:
            for _, future in waiting:
                future.cancel()


def _types(store: Store) -> Iterator[tuple[int, list[str]]]:
    """The entities that have types."""
    for at in range(0, store.entities if len(store.types.starts) > 1 else 0, NODES_AT_ONCE):
        nodes = store.nodes_of(np.arange(at, min(store.entities, at + NODES_AT_ONCE)))
        yield from ((at + i, list(node.types)) for i, node in enumerate(nodes) if isinstance(node, Entity) and node.types)


def _row(node: Node) -> list[Any]:
    if isinstance(node, Entity):
        name = None if node.name == str(node.id) else node.name
        return [node.id, name, list(node.aliases) or None, None if node.named else False]
    value = _native(node)
    return [literal_key(node), node.name, TYPES[kind_of(node)].__name__, value, node.datatype, node.language]


def _native(literal: Literal) -> Any:
    """The value as Neo4j holds it; None where it has no such value, or the text is the value."""
    value = literal.value
    if isinstance(value, (bool, float)) or (isinstance(value, int) and abs(value) < 1 << 63) or type(value).__module__ == "datetime":
        return value
    return None


def _batches(store: Store, places: Any, *, fresh: bool, sources: bool) -> Iterator[tuple[str, list[Any], int]]:
    """(text, rows, facts) of each batch, by relation, then subject."""
    out = store.out
    starts, owner = out.starts.astype(np.int64), out.node_of_groups()
    told = sources or len(store.qualifiers.starts) > 1
    for number, relation in enumerate(store.relations):
        groups = np.flatnonzero(out.relations == number)
        plain: list[Any] = []
        rich: list[Any] = []
        held = 0
        for group, subject in zip(groups.tolist(), places[owner[groups]].tolist(), strict=True):
            first, end = int(starts[group]), int(starts[group + 1])
            objects = places[out.neighbours[first:end]].tolist()
            if not told:
                for at in range(0, len(objects), FACTS_AT_ONCE):
                    part = objects[at : at + FACTS_AT_ONCE]
                    plain.append([subject, part])
                    held += len(part)
                    if held >= FACTS_AT_ONCE:
                        yield facts_text(relation.id, fresh=fresh), plain, held
                        plain, held = [], 0
                continue
            for fact, object_ in enumerate(objects, first):
                rich.append([subject, object_, _properties(store, fact, sources=sources)])
                if len(rich) >= FACTS_AT_ONCE:
                    yield told_text(relation.id, fresh=fresh), rich, len(rich)
                    rich = []
        if plain:
            yield facts_text(relation.id, fresh=fresh), plain, held
        if rich:
            yield told_text(relation.id, fresh=fresh), rich, len(rich)


def _properties(store: Store, fact: int, *, sources: bool) -> dict[str, Any]:
    """The qualifiers of a fact and where it was read, as properties of its relationship."""
    found: dict[str, Any] = {}
    said = store.qualifiers[fact]
    if said:
        found |= properties_of([(store.relations[r], store.node(n)) for r, n in zip(said[::2], said[1::2], strict=True)])
    if sources and (read := store.sources.of(fact)):
        found[SOURCE] = list(read)
    return found


def properties_of(qualifiers: Sequence[tuple[Relation, Node]]) -> dict[str, Any]:
    """Qualifiers as properties; what Neo4j would not give back as it was stands in `kgllm_qualifiers`."""
    several: dict[str, list[Node]] = {}
    for relation, node in qualifiers:
        several.setdefault(relation.id, []).append(node)
    found: dict[str, Any] = {}
    other: list[str] = []
    for name, nodes in several.items():
        [node, *more] = nodes
        value = node.value if isinstance(node, Literal) else None
        if not more and name not in (SOURCE, QUALIFIERS, SAME) and isinstance(node, Literal) and _comes_back(node, value):
            found[name] = value
            continue
        other += [json.dumps(_plain(name, one), ensure_ascii=False) for one in nodes]
    if other:
        found[QUALIFIERS] = sorted(other)
    text = json.dumps([[relation.id, _plain(relation.id, node)] for relation, node in qualifiers], ensure_ascii=False)
    found[SAME] = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return found


def _comes_back(node: Literal, value: Any) -> bool:
    native = value if isinstance(value, str) else _native(node)
    if native is None or type(value).__name__ in ("time",) or getattr(value, "tzinfo", None) is not None:
        return False
    back = as_literal(native)
    return back == node and type(back.value) is type(node.value)


def _plain(relation: str, node: Node) -> list[Any]:
    if isinstance(node, Entity):
        return [relation, "e", node.id]
    return [relation, "l", node.name, TYPES[kind_of(node)].__name__, node.datatype, node.language]


def _write_relations(store: Store, server: Server) -> None:
    rows = [
        [one.id, one.name, one.inverse_name, list(one.aliases), list(one.inverse_aliases)]
        for one in store.relations
        if one.name != one.id or one.inverse_name or one.aliases or one.inverse_aliases
    ]
    if rows:
        server.write(RELATION, {"rows": rows}, what="writing relations", seconds=_WRITING)


def _index(store: Store, server: Server) -> None:
    longest = max((len(store.words[i]) for i in range(len(store.words))), default=0)
    for text in NAME_INDEXES[longest * 4 > _LONGEST_KEY :]:  # of the first, which holds whole names, only where they fit
        server.write(text, {}, what="making indexes", seconds=_WRITING)
    server.write(AWAIT_INDEXES, {}, what="making indexes", seconds=_WRITING)
