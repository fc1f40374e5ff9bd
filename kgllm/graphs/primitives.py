"""The primitives of `Graph` over a `View`: written once for the backends that have integers of their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kgllm.errors import ConfigError
from kgllm.graphs.base import Description, Expansion, RelationCount, Step, View
from kgllm.types import Node, Relation, Way

_WAYS: tuple[Way, Way] = ("out", "in")
_MOST_PROPERTIES = 1000  # of one relation, in a description


def drawn(total: int, n: int, seed: int) -> list[int]:
    """The places of n of `total` facts, drawn at random. Wherever facts are numbered by subject, relation and neighbour these are
    the same facts: what is learned of a graph from a sample does not depend on where the graph is.

    >>> drawn(5, 9, seed=0), drawn(0, 9, seed=0)
    ([4, 2, 3, 0, 1], [])
    """
    return np.random.default_rng(seed).choice(total, min(n, total), replace=False).tolist() if total and n > 0 else []


def relations(view: View, nodes: Sequence[Node]) -> list[tuple[RelationCount, ...]]:
    """`Graph.relations`."""
    handles = view.handles(nodes)
    known = np.flatnonzero(handles >= 0)
    groups = view.groups(handles[known])
    out: list[list[RelationCount]] = [[] for _ in nodes]
    columns = (column.tolist() for column in (known[groups.origin], groups.relation, groups.way, groups.count))
    for origin, relation, way, count in zip(*columns, strict=True):
        out[origin].append(RelationCount(view.relations[relation], _WAYS[way], count))
    return [tuple(sorted(one, key=lambda count: (count.relation.id, count.way != "out"))) for one in out]


def expand(view: View, nodes: Sequence[Node], steps: Sequence[tuple[Relation, Way]], limit: int) -> list[Expansion]:
    """`Graph.expand`."""
    if limit < 1:
        raise ConfigError(f"limit must be 1 or more, not {limit!r}")
    handles = view.handles(nodes)
    place = {relation.id: i for i, relation in enumerate(view.relations)}
    known = sorted({(relation.id, _WAYS.index(way)) for relation, way in steps if relation.id in place})
    there = np.flatnonzero(handles >= 0)
    if not known or not len(there):
        return []
    at = np.repeat(there, len(known))
    along, ways = np.tile(np.array([(place[id], way) for id, way in known], np.int64), (len(there), 1)).T
    edges = view.edges(handles[at], along, ways, limit)
    facts, ends = view.facts(edges.fact), view.nodes(edges.neighbour)
    found: dict[int, list[Step]] = {}
    for row, end, fact in zip(edges.row.tolist(), ends, facts, strict=True):
        found.setdefault(row, []).append(Step(end, fact))
    origins = view.nodes(handles[at[list(found)]])
    return [
        Expansion(origin, view.relations[along[row]], _WAYS[ways[row]], tuple(mine), bool(edges.truncated[row]))
        for origin, (row, mine) in zip(origins, found.items(), strict=True)
    ]


def describe(view: View, nodes: Sequence[Node]) -> list[Description]:
    """`Graph.describe`; of one relation at most 1,000 properties."""
    handles = view.handles(nodes)
    known = np.flatnonzero(handles >= 0)
    groups = view.groups(handles[known])
    leaving = np.flatnonzero(groups.way == 0)
    origin = known[groups.origin[leaving]]
    edges = view.edges(handles[origin], groups.relation[leaving], groups.way[leaving], _MOST_PROPERTIES)
    literal = np.flatnonzero(view.literal(edges.neighbour))
    rows = edges.row[literal]
    said: list[dict[tuple[Relation, Node], None]] = [{} for _ in nodes]  # facts that differ in qualifiers alone say it once
    values = view.nodes(edges.neighbour[literal])
    for one, relation, value in zip(origin[rows].tolist(), groups.relation[leaving][rows].tolist(), values, strict=True):
        said[one][view.relations[relation], value] = None
    whole = dict(zip(known.tolist(), view.nodes(handles[known]), strict=True))
    ordered = (sorted(one, key=lambda pair: pair[0].id) for one in said)  # the literals of a relation come in their order
    return [Description(whole.get(i, node), tuple(mine)) for i, (node, mine) in enumerate(zip(nodes, ordered, strict=True))]  # type: ignore[arg-type]
