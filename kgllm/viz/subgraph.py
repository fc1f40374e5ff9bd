"""What of an evidence is drawn: its nodes and edges, and which of them the best path goes through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgllm.types import Entity, Evidence, Fact, Node

if TYPE_CHECKING:
    from networkx import MultiDiGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One arrow of the drawing: all facts with these ends and this relation."""

    source: int
    target: int
    facts: tuple[Fact, ...]
    marked: bool

    @property
    def label(self) -> str:
        relation = self.facts[0].relation.name
        return relation if len(self.facts) == 1 else f"{relation} ×{len(self.facts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgraph:
    """Nodes in order of appearance; `seeds` and `ends` are indices. `left_out` counts the facts that are not drawn."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    seeds: frozenset[int]
    ends: frozenset[int]
    left_out: int


def subgraph(evidence: Evidence, *, most: int = 24, answers: Iterable[Node] | None = None) -> Subgraph:
    """At most `most` facts: the best path's, then the others by rank. The ends are `answers`, or those of the best path."""
    best = evidence.paths[:1]
    on_path = {fact.id for path in best for fact in path.facts}
    ranked = dict.fromkeys([*(fact for path in best for fact in path.facts), *evidence.facts])
    drawn = list(ranked)[:most]
    nodes: dict[Node, int] = {}
    for node in [*evidence.seeds, *(end for fact in drawn for end in (fact.subject, fact.object))]:
        nodes.setdefault(node, len(nodes))
    joined: dict[tuple[int, str, int], list[Fact]] = {}
    for fact in drawn:
        joined.setdefault((nodes[fact.subject], fact.relation.id, nodes[fact.object]), []).append(fact)
    ends = (end for path in best for end in path.endpoints) if answers is None else answers
    return Subgraph(
        nodes=tuple(nodes),
        edges=tuple(
            Edge(source=source, target=target, facts=tuple(facts), marked=any(fact.id in on_path for fact in facts))
            for (source, _, target), facts in joined.items()
        ),
        seeds=frozenset(nodes[seed] for seed in evidence.seeds),
        ends=frozenset(nodes[end] for end in ends if end in nodes),
        left_out=len(ranked) - len(drawn),
    )


def to_networkx(evidence: Evidence) -> MultiDiGraph:
    """A `networkx.MultiDiGraph` of the evidence's facts.

    A node's key is the entity's id, or the `Literal` itself; its attributes are `name`, `types` and `literal`. An edge's
    key is the relation's id (with the fact's id where facts differ in their qualifiers only); its attributes are
    `relation`, `fact` (its id), `score`, `source`, `qualifiers` (names) and `path`: whether the best path goes through it.
    """
    import networkx

    graph = networkx.MultiDiGraph(question=evidence.question)
    on_path = {fact.id for path in evidence.paths[:1] for fact in path.facts}
    for node in evidence.seeds:
        graph.add_node(_key(node), **_attributes(node))
    for fact in evidence.facts:
        for node in (fact.subject, fact.object):
            graph.add_node(_key(node), **_attributes(node))
        start, end, key = _key(fact.subject), _key(fact.object), fact.relation.id
        graph.add_edge(
            start,
            end,
            key=key if not graph.has_edge(start, end, key) else f"{key} {fact.id}",
            relation=fact.relation.name,
            fact=fact.id,
            score=fact.score,
            source=fact.source,
            qualifiers=tuple((relation.name, value.name) for relation, value in fact.qualifiers),
            path=fact.id in on_path,
        )
    return graph


def _key(node: Node) -> object:
    return node.id if isinstance(node, Entity) else node


def _attributes(node: Node) -> Mapping[str, object]:
    return {"name": node.name, "types": node.types if isinstance(node, Entity) else (), "literal": not isinstance(node, Entity)}
