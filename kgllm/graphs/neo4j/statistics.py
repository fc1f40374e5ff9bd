"""Counts of a database, and facts drawn from it.

Exact where it is small enough to be read for that; of a larger one, facts are counted by the count store, and ends and the
draw come from the first relationships of each type.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeAlias

import numpy as np

from kgllm.graphs.base import RelationStats, Schema
from kgllm.graphs.neo4j import cypher
from kgllm.graphs.neo4j.cypher import LITERAL, META, OWN, quoted
from kgllm.graphs.neo4j.layout import Layout
from kgllm.graphs.neo4j.names import LocalNames
from kgllm.graphs.neo4j.server import Server
from kgllm.graphs.neo4j.view import Neo4jView
from kgllm.graphs.tally import commonest
from kgllm.types import Fact

EXACT = 3_000_000  # relationships whose ends are counted
_LOOKED_AT = 20_000  # relationships of a type, where there are more
_DRAWN = 100  # facts drawn of a type, where a draw from all would read everything
_AT_ONCE = 1500
_WHAT = "counting"

Pairs: TypeAlias = "tuple[tuple[str, int], ...]"


def ends_text(type: str, way: int, *, own: bool, most: int | None) -> str:
    """Distinct nodes at one end of a type, by their labels (and the kind of literal)."""
    end = "a" if way == 0 else "b"
    cut = "" if most is None else f"WITH {end} LIMIT {most} "
    kind = f"{end}.kind" if own else "null"
    return (
        f"MATCH (a)-[:{quoted(type)}]->(b) {cut}WITH DISTINCT {end} WITH labels({end}) AS l, {kind} AS k, count(*) AS c "
        "RETURN collect([l, k, c])"
    )


def first_text(layout: Layout, type: str) -> str:
    """The first relationships of a type, whole."""
    node = layout.texts.node
    return f"MATCH (a)-[r:{quoted(type)}]->(b) WITH a, r, b LIMIT $p.k RETURN collect([[{node('a')}], [{node('b')}], properties(r)])"


def schema_of(server: Server, layout: Layout, local: LocalNames | None) -> Schema:
    """Relations and types with counts, domains and ranges."""
    exact = layout.relationships <= EXACT
    most = None if exact else _LOOKED_AT
    texts = [ends_text(type, way, own=layout.own, most=most) for type in layout.types for way in (0, 1)]
    found = server.read(*((text, {}) for text in texts), what=_WHAT) if texts else []
    stats: dict[str, RelationStats] = {}
    for i, type in enumerate(layout.types):
        (subjects, domain, _), (objects, range, literals) = (_ends(rows[0][0]) for rows in found[2 * i : 2 * i + 2])
        scale = 1.0 if exact else max(1.0, layout.counts[type] / _LOOKED_AT)
        many = [min(layout.counts[type], round(n * scale)) for n in (subjects, objects)]
        stats[type] = RelationStats(
            layout.relation(type), layout.counts[type], many[0], many[1], domain, range, literal=objects > 0 and literals == objects
        )
    for one in _properties(layout, local):
        stats[one.relation.id] = _both(stats[one.relation.id], one) if one.relation.id in stats else one
    types, entities, literal_nodes = _nodes(server, layout)
    values = sum(element is None for element in local.elements) if local else sum(one.objects for one in _properties(layout, local))
    facts = sum(one.facts for one in stats.values())
    return Schema(tuple(stats[name] for name in sorted(stats)), types, entities, literal_nodes + values, facts)


def _ends(rows: list[Any]) -> tuple[int, tuple[tuple[str, int], ...], int]:
    """(nodes, types by how many, literals among them)."""
    total, kinds, literals = 0, Counter[str](), 0
    for labels, kind, many in rows:
        total += many
        if LITERAL in labels:
            literals += many
            kinds[kind] += many
        else:
            kinds.update({label: many for label in labels if label not in (OWN, META)})
    return total, commonest(kinds), literals


def _properties(layout: Layout, local: LocalNames | None) -> tuple[RelationStats, ...]:
    if local is not None:
        return local.properties
    found = []
    for name, kinds in _kinds_with(layout).items():
        many = sum(kind.total for kind in kinds)
        found.append(
            RelationStats(layout.relation(name), many, many, many, tuple((kind.label, kind.total) for kind in kinds), (), literal=True)
        )
    return tuple(found)


def _kinds_with(layout: Layout) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for kind in layout.kinds:
        for name in kind.values:
            found.setdefault(name, []).append(kind)
    return found


def _both(one: RelationStats, other: RelationStats) -> RelationStats:
    """A relation that is both a relationship and a property."""
    return RelationStats(
        one.relation, one.facts + other.facts, one.subjects + other.subjects, one.objects + other.objects,
        _together(one.domain, other.domain), _together(one.range, other.range), one.literal and other.literal,
    )  # fmt: skip


def _together(one: Pairs, other: Pairs) -> Pairs:
    return commonest(Counter(dict(one)) + Counter(dict(other)))


def _nodes(server: Server, layout: Layout) -> tuple[tuple[tuple[str, int], ...], int, int]:
    """Types with their entities, entities, literals that are nodes."""
    if not layout.own:
        return commonest(Counter({kind.label: kind.total for kind in layout.kinds})), layout.nodes, 0
    labels = [row[0] for row in server.read((cypher.LABELS, {}), what=_WHAT)[0] if cypher.safe(row[0])]
    found = server.read(*((cypher.count_of_label(label), {}) for label in labels), what=_WHAT)
    counts = Counter({label: rows[0][0] for label, rows in zip(labels, found, strict=True)})
    literals, others = counts.pop(LITERAL, 0), counts.pop(META, 0)
    counts.pop(OWN, 0)
    return commonest(counts), layout.nodes - literals - others, literals


def sampled(server: Server, layout: Layout, local: LocalNames | None, view: Neo4jView, n: int, seed: int) -> list[Fact]:
    """Facts drawn at random: with the names at hand the very draw of a compiled graph, whose facts are numbered by subject."""
    rng = np.random.default_rng(seed)
    if local is None:
        return _drawn_by_type(server, layout, view, n, rng)
    total = int(local.before[-1]) if len(local.before) else 0
    if not total or n < 1:
        return []
    places = np.asarray(rng.choice(total, min(n, total), replace=False), np.int64)
    subject = np.searchsorted(local.before, places, "right")
    offset = places - np.where(subject > 0, local.before[subject - 1], 0)
    found: list[Fact | None] = []
    for at in range(0, len(places), _AT_ONCE):
        found += _at(view, local, subject[at : at + _AT_ONCE].tolist(), offset[at : at + _AT_ONCE].tolist())
    return list(dict.fromkeys(fact for fact in found if fact is not None))


def _at(view: Neo4jView, local: LocalNames, subjects: list[int], offsets: list[int]) -> list[Fact | None]:
    """For each (subject, n) the n-th fact out of it, by relation, then neighbour; None where it is gone."""
    handles = view.meet((), [local.elements[i] for i in subjects])  # type: ignore[misc]  # what facts leave is a node
    groups = view.groups(np.array([handle for handle in handles if handle >= 0], np.int64))
    leaving: dict[int, list[tuple[str, int, int]]] = {}
    known = [handle for handle in handles if handle >= 0]
    for origin, relation, way, count in zip(*(c.tolist() for c in (groups.origin, groups.relation, groups.way, groups.count)), strict=True):
        if way == 0:
            leaving.setdefault(known[origin], []).append((view.relations[relation].id, relation, count))
    chosen: list[tuple[int, int, int] | None] = []
    for handle, offset in zip(handles, offsets, strict=True):
        pick = None
        for _, relation, count in sorted(set(leaving.get(handle, ()))):
            if offset < count:
                pick = (handle, relation, offset)
                break
            offset -= count
        chosen.append(pick)
    there = [one for one in chosen if one is not None]
    most = max((one[2] for one in there), default=0) + 1
    asked = np.array([one[:2] for one in there], np.int64).reshape(-1, 2)
    edges = view.edges(asked[:, 0], asked[:, 1], np.zeros(len(there), np.int64), most)
    starts = np.searchsorted(edges.row, np.arange(len(there)))
    ends = np.searchsorted(edges.row, np.arange(len(there)), "right")
    place = np.minimum(starts + np.array([one[2] for one in there], np.int64), ends - 1)
    made = iter(view.facts(edges.fact[place[ends > starts]]))
    still = iter((ends > starts).tolist())
    return [next(made) if one is not None and next(still) else None for one in chosen]


def _drawn_by_type(server: Server, layout: Layout, view: Neo4jView, n: int, rng: Any) -> list[Fact]:
    """Some of the first facts of every type."""
    if not layout.types or n < 1:
        return []
    most = max(_DRAWN, n // len(layout.types))
    statements = [(first_text(layout, type), {"k": most}) for type in layout.types]
    found = server.read(*statements, what="drawing facts")
    facts: dict[Fact, None] = {}
    for type, [[rows]] in zip(layout.types, found, strict=True):
        made = view.facts_of((layout.node(a), type, b, properties) for a, b, properties in rows)
        facts.update(dict.fromkeys(made))
    every = list(facts)
    return [every[i] for i in rng.permutation(len(every))[:n].tolist()]
