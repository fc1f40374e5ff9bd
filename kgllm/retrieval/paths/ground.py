"""Where a relation path leads: all its ends, exactly, and the facts on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, counted, distinct
from kgllm.graphs.base import View, some_unnamed
from kgllm.limits import Limits
from kgllm.retrieval.paths.steps import MOVES, Move
from kgllm.types import Entity, Fact, Literal, Node, Relation
from kgllm.words.relations import mutual

if TYPE_CHECKING:
    from numpy.typing import NDArray

Steps = tuple[tuple[Relation, Move], ...]
_BESIDE = MOVES.index("beside")


Follow = Callable[["NDArray[Any]", int, int, int], tuple["NDArray[Any]", "NDArray[Any]", "NDArray[Any]", bool]]


@dataclass(slots=True)
class Hop:
    """The facts followed by one relation: columns from, to, fact (handles). `middle`: the nodes reached are unnamed."""

    start: NDArray[Any]
    end: NDArray[Any]
    fact: NDArray[Any]
    middle: bool = False


@dataclass(slots=True)
class Ground:
    """A path followed. `ends` are distinct, by how many ways lead to them, then by key; `count` is how many there are."""

    seeds: NDArray[Any]
    hops: list[Hop] = field(default_factory=list)
    ends: NDArray[Any] = field(default_factory=lambda: np.zeros(0, np.int64))
    count: int = 0
    truncated: bool = False
    brief: bool = False  # only some of the many facts of its first step were followed
    hub: tuple[int, int] | None = None  # relation and way of a single step that is brief


Walked = dict[tuple[Any, ...], tuple[list[Hop], "NDArray[Any]", bool]]
"""What beginnings of paths lead to: several paths share one. Kept for one question."""


def ground(
    view: View,
    seeds: NDArray[Any],
    steps: tuple[Steps, ...],
    limits: Limits,
    handles: Mapping[str, int],
    walked: Walked | None = None,
    *,
    brief: bool = False,
) -> Ground:
    """Follow a path from its seeds. `steps` holds one relation a step, or two where it goes through an unnamed node or to a qualifier;
    `handles` are the view's numbers of relations, `walked` what was followed before; `brief`: of the first step no more than
    `limits.fan_out` facts are followed for now (`is_hub`)."""
    out, walked = Ground(distinct(seeds), brief=brief), {} if walked is None else walked
    from_seeds = tuple(out.seeds.tolist())
    flat = [
        (handles[relation.id], MOVES.index(move), n + 1 < len(step) and step[n + 1][1] != "beside")
        for step in steps
        for n, (relation, move) in enumerate(step)
    ]
    nodes, begun = out.seeds, 0
    for n in range(len(flat) - 1, 0, -1):
        known = walked.get((*from_seeds, *flat[:n]))
        if known is not None:
            hops, nodes, out.truncated = known
            out.hops, begun = list(hops), n
            break
    for n in range(begun, len(flat)):
        if not len(nodes):
            return out
        last = n + 1 == len(flat)
        nodes, cut = _follow(view, out, nodes, flat, n, limits)
        out.truncated |= cut
        if not last:
            walked[(*from_seeds, *flat[: n + 1])] = (list(out.hops), nodes, out.truncated)
    if len(nodes) and out.hops:  # a live graph may have lost what it had when it was counted
        _finish(view, out, out.hops[-1], limits)
        if len(flat) == 1 and out.truncated:
            count_in_full(view, out, *flat[0][:2])
            out.hub = flat[0][:2] if brief else None
    return out


def count_in_full(view: View, out: Ground, relation: int, way: int) -> None:
    """Count what a single step leads to where not all is listed."""
    groups = view.groups(out.seeds)
    out.count = int(groups.count[(groups.relation == relation) & np.isin(groups.way, ways_of(view, relation, way))].sum())


def is_hub(count: int, hops: int, limits: Limits) -> bool:
    """Whether a path's first step has so many facts that they are cut anyway: then few are followed, until it turns out to be the best."""
    return count > (limits.frontier if hops > 1 else limits.endpoints)


def toward(view: View, out: Ground, ends: NDArray[Any], limits: Limits) -> Ground:
    """A path out of a hub as far as it leads to some ends: looked up from these, so that it does not matter how many there are."""
    assert out.hub is not None
    relation, way = out.hub
    size = len(ends)
    several = ways_of(view, relation, 1 - way)
    back = np.repeat(several, size)
    edges = view.edges(np.tile(ends, len(several)), np.full(len(back), relation), back, limits.frontier)
    mine = among(edges.neighbour, out.seeds)
    hop = Hop(edges.neighbour[mine], ends[edges.row[mine] % size], edges.fact[mine])
    found = Ground(out.seeds, [hop])
    if len(hop.end):
        _finish(view, found, hop, limits)
    return found


def _follow(
    view: View, out: Ground, nodes: NDArray[Any], flat: list[tuple[int, int, bool]], n: int, limits: Limits
) -> tuple[NDArray[Any], bool]:
    """Add the n-th hop of a path; the nodes that it reaches, and whether something was cut."""
    relation, way, middle = flat[n]
    if way == _BESIDE:
        hop = _beside(view, out.hops.pop(), relation)
        out.hops.append(hop)
        return distinct(hop.end), False
    cut = len(nodes) > limits.frontier
    nodes = nodes[view.rank(nodes).argsort(kind="stable")][: limits.frontier]  # by key: the first fact that leads to an end is told
    limit = limits.fan_out if out.brief and not n else limits.endpoints if n + 1 == len(flat) else limits.frontier
    start, end, fact, more = _along(view, nodes, relation, way, limit)
    hop = Hop(start, end, fact, middle)
    before = out.hops[-1] if out.hops else None
    came_back = n > 0 and (flat[n - 1][0], 1 - flat[n - 1][1]) == (relation, way)
    if before is not None and (came_back or before.middle):
        hop = _leave_out_origin(hop, before)
    if middle or some_unnamed(view):
        keep = view.named(hop.end) | view.literal(hop.end) if len(hop.end) else np.zeros(0, bool)
        if middle:
            keep = ~keep
        hop = Hop(hop.start[keep], hop.end[keep], hop.fact[keep], middle)
    out.hops.append(hop)
    return distinct(hop.end), cut or more


def _along(view: View, nodes: NDArray[Any], relation: int, way: int, limit: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], bool]:
    """Columns (start, end, fact) of one relation one way, both where it holds both ways, and whether some node has more than `limit`."""
    parts = [_one_way(view, nodes, relation, each, limit) for each in ways_of(view, relation, way)]
    if len(parts) == 1:
        return parts[0]
    start, end, fact = (np.concatenate(column) for column in zip(*(part[:3] for part in parts), strict=True))
    _, first = np.unique(np.stack([start, end]), axis=1, return_index=True)  # said both ways, it is still one
    first.sort()
    return start[first], end[first], fact[first], any(part[3] for part in parts)


def ways_of(view: View, relation: int, way: int) -> list[int]:
    """The way that a step goes, and the other where the relation holds both ways by its name: a graph as a rule says it once."""
    return [way, 1 - way] if mutual(view.relations[relation].name) else [way]


def _one_way(view: View, nodes: NDArray[Any], relation: int, way: int, limit: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], bool]:
    follow: Follow | None = getattr(view, "follow", None)
    if follow is not None:
        return follow(nodes, relation, way, limit)
    size = len(nodes)
    edges = view.edges(nodes, np.full(size, relation), np.full(size, way), limit)
    return nodes[edges.row], edges.neighbour, edges.fact, bool(edges.truncated.any())


def _beside(view: View, hop: Hop, relation: int) -> Hop:
    """The values of a qualifier of the facts followed, in place of what these lead to."""
    row, kind, value = view.qualifiers(hop.fact)
    mine = kind == relation
    return Hop(hop.start[row[mine]], value[mine], hop.fact[row[mine]])


def _leave_out_origin(hop: Hop, before: Hop) -> Hop:
    """Drop the steps that only go back to where their node was reached from: kept where it was also reached from elsewhere."""
    if not len(hop.end):
        return Hop(hop.start, hop.end, hop.fact)
    keep = came_from(hop.start, hop.end, before)
    return Hop(hop.start[keep], hop.end[keep], hop.fact[keep])


def came_from(start: NDArray[Any], end: NDArray[Any], before: Hop) -> NDArray[Any]:
    """Which steps (start, end) do more than go back to where their start was reached from, by the hop before."""
    if (before.start == before.start[0]).all():  # every node was reached from the seed alone
        there: NDArray[Any] = end != before.start[0]
        return there
    top = int(max(before.start.max(), before.end.max(), end.max())) + 1
    came = distinct(before.end * top + before.start)
    reached, ways = counted(came // top)
    ways_in = ways[reached.searchsorted(start)]
    from_end = among(start * top + end, came)
    onward: NDArray[Any] = ways_in - from_end > 0
    return onward


def _finish(view: View, out: Ground, hop: Hop, limits: Limits) -> None:
    ends, ways = counted(hop.end)
    fresh = ~among(ends, out.seeds)
    if not fresh.all() and fresh.any():  # the seed is an answer only where nothing else is
        ends, ways = ends[fresh], ways[fresh]
    rank = view.rank(ends)
    if not (rank[1:] > rank[:-1]).all():
        by_key = rank.argsort(kind="stable")
        ends, ways = ends[by_key], ways[by_key]
    less = ways.max(initial=0) - ways  # most ways first; small numbers are sorted in one pass
    order = (less.astype(np.uint16) if less.max(initial=0) < 1 << 16 else less).argsort(kind="stable")
    out.ends, out.count = ends[order], len(ends)
    if len(out.ends) > limits.endpoints:
        out.ends, out.truncated = out.ends[: limits.endpoints], True


def chains(out: Ground, most: int) -> list[tuple[int, tuple[int, ...]]]:
    """For each end, in order, the facts of one way to it, from the seed on: (end, fact handles). At most `most` ends."""
    at = out.ends[:most]
    if not len(at):
        return []
    columns = []
    for hop in reversed(out.hops):
        order = hop.end.argsort(kind="stable")
        place = order[hop.end.searchsorted(at, sorter=order)]  # the first fact that leads there
        columns.append(hop.fact[place].tolist())
        at = hop.start[place]
    return list(zip(out.ends[:most].tolist(), zip(*reversed(columns), strict=True), strict=True))


def whole_facts(view: View, pairs: Sequence[tuple[int, int]], middles: Sequence[int]) -> list[Fact]:
    """The n-ary facts of unnamed nodes, in each of which two facts meet: its other facts become qualifiers."""
    known = distinct(np.array(middles, np.int64))
    groups = view.groups(known)
    edges = view.edges(known[groups.origin], groups.relation, groups.way, 3)
    handles = distinct(np.concatenate([np.array(pairs, np.int64).reshape(-1), edges.fact]))
    facts = dict(zip(handles.tolist(), view.facts(handles), strict=True))
    nodes = dict(zip(known.tolist(), view.nodes(known), strict=True))
    beside: dict[int, list[int]] = {middle: [] for middle in nodes}
    for middle, fact in zip(known[groups.origin[edges.row]].tolist(), edges.fact.tolist(), strict=True):
        beside[middle].append(fact)
    return [
        _whole(facts[first], facts[second], nodes[middle], [facts[fact] for fact in beside[middle] if fact not in (first, second)])
        for (first, second), middle in zip(pairs, middles, strict=True)
    ]


def _whole(one: Fact, two: Fact, node: Node, others: Sequence[Fact], limit: int = 12) -> Fact:
    subject, object_ = _other(one, node), _other(two, node)
    qualifiers: list[tuple[Relation, Node]] = []
    for fact in others:
        value = _other(fact, node)
        if getattr(value, "named", True) and value not in (subject, object_) and len(qualifiers) < limit:
            qualifiers.append((fact.relation, value))
    relation = one.relation if one.relation.id == two.relation.id else _joint(one.relation, two.relation)
    if isinstance(subject, Literal):  # never a subject
        subject, object_, relation = object_, subject, _joint(two.relation, one.relation)
    if not isinstance(subject, Entity):  # two values of one row: it has the second, and the first beside
        assert isinstance(node, Entity)
        qualifiers.append((one.relation, object_))
        subject, object_, relation = node, subject, two.relation
    return Fact(
        subject,
        relation,
        object_,
        tuple(sorted(set(qualifiers), key=lambda q: (q[0].id, str(q[1])))),
        tuple(dict.fromkeys((*one.source, *two.source))),
    )


def _joint(one: Relation, two: Relation) -> Relation:
    return Relation(f"{one.id} / {two.id}", f"{one.name} / {two.name}")


def _other(fact: Fact, node: Node) -> Node:
    return fact.object if fact.subject == node else fact.subject
