"""What is said of some things, as much as there is room for: of each relation a few facts in turn, more where the question says words of
it, then what is said of the things that these lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.base import some_unnamed
from kgllm.types import Told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Groups, View

_BEHIND = 64  # things that those lead to, of which more is told
_LEVELS = 4  # times that what is said of those is asked for, while there is room
_FURTHER = 4.0  # how much later what is said of them comes, where the question says no word of it
_STEP = 0.5  # … and where it does
_NEXT = (1 / 3, 2.0)  # how much later the next fact of the same relation comes: of what is named, and of what stands behind
_SAID = 3.0  # how much sooner, where the question says words of the relation
_FEW = 4  # facts of one relation that are read at once with others
_HEARD = 0.5  # from here on a relation is said


@dataclass(slots=True)
class Neighbours:
    """Facts with their places (the lowest first), and how many there are of each relation of what is named."""

    facts: NDArray[Any]
    places: NDArray[Any]
    told: tuple[Told, ...] = ()


@dataclass(slots=True)
class _Level:
    """Facts of some things: each with its other end, its place, and how far the question says its relation."""

    facts: NDArray[Any]
    ends: NDArray[Any]
    places: NDArray[Any]
    said: NDArray[Any]


def in_order(found: Neighbours) -> list[int]:
    """The facts by their places."""
    return [int(fact) for fact in found.facts[np.argsort(found.places, kind="stable")]]


def neighbours(
    view: View, things: NDArray[Any], starts: NDArray[Any], said: NDArray[Any], room: int, *, told: NDArray[Any] | None = None
) -> Neighbours:
    """The facts around some things, at most `room` of each level.

    starts: how late each comes, 0 for what is surely meant. said: how far the question says a relation, 0 to 1, by handle × 2 + way. told:
    the things of whose relations it is told how many facts they have.
    """
    things, first = np.unique(things, return_index=True)
    level, counted = _level(view, things, starts[first], said, room, 0, told=told)
    levels = [level]
    seen = set(things.tolist())
    for depth in range(1, _LEVELS + 1):
        if depth > 1 and sum(len(one.facts) for one in levels) >= room:  # of what is further away only what the question says
            heard = level.said >= _HEARD
            level = _Level(level.facts[heard], level.ends[heard], level.places[heard], level.said[heard])
        ends, begins = _ends(view, level, seen)
        seen.update(ends.tolist())
        level, _ = _level(view, ends, begins, said, room, depth)
        levels.append(level)
    return Neighbours(np.concatenate([one.facts for one in levels]), np.concatenate([one.places for one in levels]), counted)


def _ends(view: View, level: _Level, seen: set[int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The things that facts lead to, the soonest first, and how late each comes; what only joins others comes no later than its fact."""
    entity = ~view.literal(level.ends) if len(level.ends) else np.zeros(0, bool)
    ends, places = level.ends[entity], level.places[entity]
    order = np.argsort(places, kind="stable")
    found: dict[int, float] = {}
    for end, place in zip(ends[order].tolist(), places[order].tolist(), strict=True):
        if end not in seen and len(found) < _BEHIND:
            found.setdefault(end, place)
    handles, begins = np.array(list(found), np.int64), np.array(list(found.values()), np.float64)
    if len(handles) and some_unnamed(view):
        begins -= np.where(view.named(handles), 0.0, _FURTHER)
    return handles, begins


def _level(
    view: View, things: NDArray[Any], begins: NDArray[Any], said: NDArray[Any], room: int, depth: int, *, told: NDArray[Any] | None = None
) -> tuple[_Level, tuple[Told, ...]]:
    """At most `room` facts of some things, each with its place; and how many there are of each relation of those that are told."""
    none = np.zeros(0, np.int64)
    if not len(things) or room < 1:
        return _Level(none, none, np.zeros(0), np.zeros(0)), ()
    groups = view.groups(things)
    step = 2 * groups.relation + groups.way
    heard = np.where(step < len(said), said[np.minimum(step, len(said) - 1)], 0.0) if len(said) else np.zeros(len(step))
    rate = _NEXT[depth > 0] / (1.0 + _SAID * heard)
    begin = begins[groups.origin] + rate * groups.way / 2 + (0.0 if depth == 0 else _STEP + _FURTHER * (1.0 - heard))
    many = np.minimum(groups.count, room)
    if len(begin) > room:  # of a hub: no fact that comes later than the first facts of so many groups
        last = np.partition(begin, room - 1)[room - 1]
        many = np.minimum(many, np.maximum((last - begin) / rate + 2.0, 0.0).astype(np.int64))
    group = np.repeat(np.arange(len(many)), many)
    number = np.arange(len(group)) - np.repeat(np.cumsum(many) - many, many)
    places = begin[group] + rate[group] * number
    soon = np.flatnonzero(places <= np.partition(places, room - 1)[room - 1]) if len(places) > room else np.arange(len(places))
    soonest = soon[np.argsort(places[soon], kind="stable")[:room]]
    wanted = np.bincount(group[soonest], minlength=len(many))
    some = np.flatnonzero(wanted)
    mine, number, ends, facts = _read(view, things, groups, some, wanted)
    level = _Level(facts, ends, begin[mine] + rate[mine] * number, heard[mine])
    if told is None:
        return level, ()
    order = np.argsort(-heard, kind="stable")
    return level, _told(view, things, groups, order[np.isin(things[groups.origin[order]], told)])


def _read(view: View, things: NDArray[Any], groups: Groups, some: NDArray[Any], wanted: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """(group, number among those of its group, other end, fact): of some groups so many facts as are wanted, by key."""
    found = []
    for few in (True, False):  # a limit is for all that are asked for at once
        rows = some[(wanted[some] <= _FEW) == few]
        if len(rows):
            edges = view.edges(things[groups.origin[rows]], groups.relation[rows], groups.way[rows], int(wanted[rows].max()))
            number = np.arange(len(edges.row)) - np.searchsorted(edges.row, edges.row)
            mine = number < wanted[rows[edges.row]]
            found.append((rows[edges.row][mine], number[mine], edges.neighbour[mine], edges.fact[mine]))
    none = np.zeros(0, np.int64)
    return tuple(np.concatenate(column) for column in zip((none, none, none, none), *found, strict=True))


def _told(view: View, things: NDArray[Any], groups: Groups, order: NDArray[Any]) -> tuple[Told, ...]:
    nodes = view.nodes(things)
    rows = zip(
        groups.origin[order].tolist(),
        groups.relation[order].tolist(),
        groups.way[order].tolist(),
        groups.count[order].tolist(),
        (np.ones(len(order), bool) if groups.capped is None else ~groups.capped[order]).tolist(),
        strict=True,
    )
    return tuple(
        Told(ends=(nodes[origin], None), steps=((view.relations[relation], "in" if way else "out"),), count=count, exact=exact)
        for origin, relation, way, count, exact in rows
    )
