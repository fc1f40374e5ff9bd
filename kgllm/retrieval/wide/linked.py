"""What is linked to all that a question names: directly ("spells of the mage": `class` mage, `type` spell), or by a thing between two of them
("isotopes of thorium that decay into one of protactinium"). All of them, where they are few enough to be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.wide.reads import once
from kgllm.types import Told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.wide.reads import Reads
    from kgllm.types import Relation, Way

_PAIRS = 6  # pairs of things that are looked at
_NAMES = 60  # names that are told
_CHAINS = 6  # ways in which two things are linked
_FEW = 8  # things linked in one way of which more is shown
_APART = 3  # pairs of which it is told that nothing is linked to both
_BETWEEN = 16  # facts of one relation of what stands beside one of two that may be shown
_WAYS: tuple[Way, Way] = ("out", "in")
_BACK: tuple[Way, Way] = ("in", "out")


@dataclass(slots=True)
class _Beside:
    """What stands beside a thing: its relation × 2 + way, itself, the fact; and the steps of which there is more."""

    steps: NDArray[Any]
    ends: NDArray[Any]
    facts: NDArray[Any]
    cut: frozenset[int]


@dataclass(slots=True)
class _Chain:
    """A way in which two things are linked: its steps (relation × 2 + way), its facts, how many there are, and which things they are."""

    steps: tuple[int, ...]
    facts: list[int]
    told: Told
    things: list[int]


@dataclass(slots=True)
class Linked:
    """The facts of what is linked, what is told, and the things that are linked, where they are few."""

    facts: list[int]
    told: list[Told]
    things: list[int]


def linked(view: View, things: Sequence[Sequence[int]], said: NDArray[Any], reads: Reads) -> Linked:
    """What is linked to two of the things, each of which may be one of several (by their handles). said: how far the question says a
    relation, by handle × 2 + way."""
    beside = {one: near for group in things for one in group if (near := _beside(view, one, reads)) is not None}
    found: list[_Chain] = []
    apart: list[Told] = []
    for groups in list(itertools.combinations([[one for one in group if one in beside] for group in things], 2))[:_PAIRS]:
        pairs = [pair for pair in itertools.product(*groups) if pair[0] != pair[1]]
        direct = [chain for pair in pairs for chain in _both(view, pair, beside[pair[0]], beside[pair[1]], said)]
        found += direct or [chain for pair in pairs for chain in _between(view, pair, beside[pair[0]], beside[pair[1]], reads)]
        whole = not any(beside[one].cut for pair in pairs for one in pair)
        if pairs and whole and not direct and not any(np.isin(beside[one].ends, beside[other].ends).any() for one, other in pairs):
            apart.append(Told(ends=tuple(view.nodes(np.array(pairs[0], np.int64)))))
    found.sort(key=lambda chain: -sum(float(said[step]) if step < len(said) else 0.0 for step in chain.steps) / len(chain.steps))
    best = found[:_CHAINS]
    facts = list(dict.fromkeys(fact for chain in best for fact in chain.facts))
    few = [thing for chain in best if len(chain.things) <= _FEW for thing in chain.things]
    return Linked(facts, [*(chain.told for chain in best), *apart[:_APART]], list(dict.fromkeys(few)))


def _beside(view: View, thing: int, reads: Reads) -> _Beside | None:
    groups = view.groups(np.array([thing], np.int64))
    if not len(groups.relation) or not reads.take(int(groups.count.sum())):
        return None
    edges = view.edges(np.full(len(groups.relation), thing), groups.relation, groups.way, int(groups.count.max()))
    steps = 2 * groups.relation + groups.way
    return _Beside(steps[edges.row], edges.neighbour, edges.fact, frozenset(steps[edges.truncated].tolist()))


def _both(view: View, pair: tuple[int, int], one: _Beside, other: _Beside, said: NDArray[Any]) -> list[_Chain]:
    """What stands beside both, by the relations that lead to it; and what leads from one to the other."""
    direct = [int(fact) for fact in one.facts[one.ends == pair[1]]]
    common = np.intersect1d(one.ends, other.ends)
    common = common[~np.isin(common, pair)]
    things = set(_things(view, common).tolist())
    first, second = view.nodes(np.array(pair, np.int64))
    found = []
    for near, far, members in _common(one, other, common, said):
        if things.isdisjoint(members):  # values alone
            continue
        steps = (_step(view, near, _WAYS), _step(view, far, _BACK))
        names = tuple(view.nodes(np.array(list(members), np.int64))) if len(members) <= _NAMES else ()
        exact = near not in one.cut and far not in other.cut
        told = Told(ends=(first, None, second), steps=steps, count=len(members), names=names, exact=exact)
        found.append(_Chain((near, far), [*direct, *members.values()], told, [node for node in members if node in things]))
        if len(found) == _CHAINS:
            break
    for step in np.unique(one.steps[one.ends == pair[1]]).tolist():
        facts = one.facts[(one.ends == pair[1]) & (one.steps == step)].tolist()
        told = Told(ends=(first, second), steps=(_step(view, step, _WAYS),), count=len(facts), exact=step not in one.cut)
        found.append(_Chain((step,), facts, told, []))
    return found


def _common(one: _Beside, other: _Beside, common: NDArray[Any], said: NDArray[Any]) -> Iterator[tuple[int, int, dict[int, int]]]:
    """The ways by which things stand beside both: a step from either, and the things, each with the fact that leads from the first. The ways
    that the question says best come first."""
    mine = np.flatnonzero(np.isin(one.ends, common))
    order = np.argsort(other.ends, kind="stable")
    begin = other.ends.searchsorted(one.ends[mine], sorter=order)
    many = other.ends.searchsorted(one.ends[mine], "right", sorter=order) - begin
    row = np.repeat(mine, many)
    far = other.steps[order[np.repeat(begin - np.cumsum(many) + many, many) + np.arange(len(row))]]
    near = one.steps[row]
    _, first, way = np.unique(near * (int(far.max(initial=0)) + 1) + far, return_index=True, return_inverse=True)
    heard = np.append(said, 0.0)
    how = heard[np.minimum(near[first], len(said))] + heard[np.minimum(far[first], len(said))]
    of_ways, ends = np.argsort(way, kind="stable"), np.cumsum(np.bincount(way, minlength=len(first)))
    for place in np.lexsort((first, -how)).tolist():
        of = of_ways[ends[place - 1] if place else 0 : ends[place]]
        yield (
            int(near[first[place]]),
            int(far[first[place]]),
            dict(zip(one.ends[row[of]].tolist(), one.facts[row[of]].tolist(), strict=True)),
        )


def _between(view: View, pair: tuple[int, int], one: _Beside, other: _Beside, reads: Reads) -> list[_Chain]:
    """What stands beside one and leads to what stands beside the other. Of a hub only some is shown; it is counted whole as far as more may
    be read."""
    turned = len(one.ends) > len(other.ends)
    near, far = (other, one) if turned else (one, other)
    starts, target = (_things(view, side.ends) for side in (near, far))
    if not len(starts) or not len(target) or not reads.take(_BETWEEN * len(starts)):
        return []
    groups = view.groups(starts)
    if not reads.take(_BETWEEN * len(groups.relation)):
        return []
    edges = view.edges(starts[groups.origin], groups.relation, groups.way, _BETWEEN)
    target = np.setdiff1d(target, pair)
    meets = np.isin(edges.neighbour, target)
    if not meets.any():
        return []
    step = 2 * groups.relation + groups.way
    more = np.flatnonzero(edges.truncated & np.isin(step, step[edges.row[meets]]))
    met, cut = np.stack([edges.row, edges.neighbour])[:, meets], step[more]
    if len(more) and reads.take(int(groups.count[more].sum())):
        rest = view.edges(starts[groups.origin[more]], groups.relation[more], groups.way[more], int(groups.count[more].max()))
        whole = np.stack([more[rest.row], rest.neighbour])[:, np.isin(rest.neighbour, target)]
        met, cut = np.concatenate([met[:, ~np.isin(met[0], more)], whole], axis=1), step[more[rest.truncated]]
    many = _how_many(near, far, starts[groups.origin[met[0]]], step[met[0]], met[1])
    chains: dict[tuple[int, int, int], list[tuple[int, int, int]]] = {}
    for row in np.flatnonzero(meets).tolist():
        here, there = int(starts[groups.origin[edges.row[row]]]), int(edges.neighbour[row])
        for before in np.unique(near.steps[near.ends == here]).tolist():
            for behind in np.unique(far.steps[far.ends == there]).tolist():
                chains.setdefault((before, int(step[edges.row[row]]), behind), []).append((here, there, int(edges.fact[row])))
    first, second = view.nodes(np.array(pair[::-1] if turned else pair, np.int64))
    found = []
    for (before, middle, behind), rows in chains.items():
        steps = (_step(view, before, _WAYS), _step(view, middle, _WAYS), _step(view, behind, _BACK))
        exact = before not in near.cut and middle not in cut and behind not in far.cut
        told = Told(ends=(first, None, None, second), steps=steps, count=many[before, middle, behind], exact=exact)
        found.append(
            _Chain(
                (before, middle, behind),
                [*(fact for _, _, fact in rows), *_leading(near, far, rows)],
                told,
                [thing for row in rows for thing in row[:2]],
            )
        )
    return found


def _how_many(
    near: _Beside, far: _Beside, starts: NDArray[Any], steps: NDArray[Any], ends: NDArray[Any]
) -> dict[tuple[int, int, int], int]:
    """How many steps between what stands beside one thing and what stands beside the other there are, by the ways that lead to these."""
    row, before = _leads(near, starts)
    there, behind = _leads(far, ends[row])
    ways, many = np.unique(np.stack([before[there], steps[row[there]], behind]), axis=1, return_counts=True)
    return {(one, middle, other): count for one, middle, other, count in zip(*ways.tolist(), many.tolist(), strict=True)}


def _leads(side: _Beside, ends: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """(place among the ends, step): each step that leads to each of the ends."""
    pairs = once(side.ends, side.steps)
    first = pairs[:, 0].searchsorted(ends)
    many = pairs[:, 0].searchsorted(ends, "right") - first
    place = np.repeat(np.arange(len(ends)), many)
    return place, pairs[first[place] + np.arange(len(place)) - np.repeat(np.cumsum(many) - many, many), 1]


def _things(view: View, ends: NDArray[Any]) -> NDArray[Any]:
    ends = np.unique(ends)
    return ends[~view.literal(ends)] if len(ends) else ends


def _step(view: View, step: int, ways: tuple[Way, Way]) -> tuple[Relation, Way]:
    return view.relations[step // 2], ways[step % 2]


def _leading(near: _Beside, far: _Beside, rows: Sequence[tuple[int, int, int]]) -> list[int]:
    """The facts that lead from both things to what is linked."""
    here, there = ([row[side] for row in rows] for side in (0, 1))
    return [*near.facts[np.isin(near.ends, here)].tolist(), *far.facts[np.isin(far.ends, there)].tolist()]
