"""What a whole networkx graph holds, counted in one pass: its schema, its literals, where its facts are, which nodes are hubs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from kgllm.graphs.attributes import first_end
from kgllm.graphs.base import Schema
from kgllm.graphs.networkx.walk import HUB, Data, Walk
from kgllm.graphs.tally import Tally, commonest
from kgllm.types import Literal, Relation


@dataclass(frozen=True)
class Totals:
    """The schema; the facts out of the nodes up to and with each; literals at the ends of facts and in qualifiers."""

    schema: Schema
    facts_before: list[int]
    literals: tuple[Literal, ...]


def count(walk: Walk) -> Totals:
    """Read every fact once, by subject; then the hubs, so that no question pays for their first reading."""
    tallies: dict[str, Tally] = {}
    types: Counter[str] = Counter()
    literals: dict[Literal, None] = {}
    kinds: dict[Any, tuple[str, ...]] = {}
    out: list[int] = []
    for own, mine, facts in facts_by_subject(walk):
        types.update(mine)
        kinds[own] = mine
        out.append(0)
        for relation, object, data in facts:
            tally = tallies.get(relation.id)
            if tally is None:
                tally = tallies[relation.id] = Tally(relation)
            tally.add(own, mine, object)
            out[-1] += 1
            if isinstance(object, Literal):
                literals[object] = None
            if len(data) > 1:
                literals.update((value, None) for _, value in walk.attributes.qualifiers(data) if isinstance(value, Literal))
    for own, degree in walk.graph.degree():
        if degree >= HUB:
            walk.bundles(own, "out")
            walk.bundles(own, "in")
    relations = tuple(
        tallies[one].stats(lambda own: kinds[own] if own in kinds else (type(own.value).__name__,)) for one in sorted(tallies)
    )
    before = list(accumulate(out))
    schema = Schema(relations, commonest(types), len(walk.nodes), len(literals), before[-1] if before else 0)
    return Totals(schema, before, tuple(literals))


@dataclass(frozen=True)
class Wholes:
    """networkx's own nodes by key: those of each type, and the subjects of each relation (by its id)."""

    members: dict[str, list[Any]]
    subjects: dict[str, list[Any]]


def wholes(walk: Walk) -> Wholes:
    """Read every fact once more, when the first question for a whole kind comes."""
    members: dict[str, list[Any]] = {}
    subjects: dict[str, list[Any]] = {}
    for own, types, facts in facts_by_subject(walk):
        for kind in types:
            members.setdefault(kind, []).append(own)
        for name in {relation.id for relation, _, _ in facts}:
            subjects.setdefault(name, []).append(own)
    for several in (*members.values(), *subjects.values()):
        several.sort(key=walk.key)
    return Wholes(members, subjects)


Found = Iterator[tuple[Relation, Any, Data]]


def facts_by_subject(walk: Walk) -> Iterator[tuple[Any, tuple[str, ...], Found]]:
    """For each node its types and the facts out of it (relation, object, attributes), equal ones once."""
    graph, attributes = walk.graph, walk.attributes
    data_of = graph.nodes
    keyed, directed = graph.is_multigraph(), graph.is_directed()
    ends = {} if directed else {own: first_end(walk.key(own), own) for own in graph}
    adjacent = dict(graph.adjacency())
    for own in graph if directed else ():
        if isinstance(own, Literal):
            walk.bundles(own, "out")  # refuses edges that leave a literal
    for own in walk.nodes:
        near, data = adjacent[own], data_of[own]
        attributes.key(own, data)
        if directed or not near:
            mine = near
        else:
            first = ends[own]
            mine = {other: edges for other, edges in near.items() if first <= ends[other]}
        node_types = attributes.entity(own, data).types if data else ()
        twice = (keyed and any(len(edges) > 1 for edges in mine.values())) or (data and any(isinstance(other, Literal) for other in mine))
        yield own, node_types, _united(walk, own) if twice else _facts(walk, own, data, mine, keyed)


def _united(walk: Walk, own: Any) -> Found:
    """Where a fact might be said twice: by parallel edges, by a property and an edge to a literal."""
    for bundle in walk.bundles(own, "out").values():
        for other, datas in bundle.rows:
            yield bundle.relation, other, datas[0] if datas else {}


def _facts(walk: Walk, own: Any, data: Data, near: Any, keyed: bool) -> Found:
    attributes = walk.attributes
    if data:
        yield from ((relation, literal, {}) for relation, literal in attributes.properties(own, data))
    known: dict[str, Relation] = walk.relations
    attribute = "relation" if attributes.relation is None else attributes.relation
    for other, edges in near.items():
        for key, edge in edges.items() if keyed else ((None, edges),):
            name = edge.get(attribute) if attribute != "key" else key
            relation = known.get(name) if type(name) is str else None
            if relation is None:
                relation = attributes.relation_of(own, other, key, edge)
                if relation.id == name:
                    known[name] = relation
            yield relation, other, edge
