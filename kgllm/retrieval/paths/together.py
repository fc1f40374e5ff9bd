"""Many paths followed at once, a step at a time: what `ground` finds for each, in the calls of one.

A question follows a dozen paths of a few facts each, where what costs is the number of calls. Beginnings that paths share are followed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from kgllm.graphs.ascending import counted
from kgllm.graphs.base import some_unnamed
from kgllm.graphs.compiled.storeview import StoreView, ranges
from kgllm.retrieval.paths.ground import Ground, Hop, Steps, came_from, count_in_full
from kgllm.retrieval.paths.steps import MOVES
from kgllm.words.relations import mutual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.limits import Limits

Part: TypeAlias = "tuple[int, int, bool]"
"""A relation, the way it is followed, and whether what it leads to is only passed through."""


@dataclass(slots=True)
class _Branch:
    """The beginning of some paths: its last part, and what it leads to. `last`: it is a path, and not gone on with."""

    seed: int
    part: Part
    last: bool
    before: _Branch | None = None
    hops: list[Hop] = field(default_factory=list)
    nodes: NDArray[Any] = field(default_factory=lambda: np.zeros(0, np.int64))
    truncated: bool = False

    @property
    def back(self) -> bool:
        """Whether it may only come back: it undoes the step before, or goes on from what is passed through."""
        if self.before is None:
            return False
        relation, way, middle = self.before.part
        return middle or (relation, 1 - way) == self.part[:2]


def flat(steps: tuple[Steps, ...], handles: Mapping[str, int], relations: Sequence[Any]) -> tuple[Part, ...] | None:
    """The parts of a path; None where it is no plain one: to a qualifier, or by a relation that holds both ways."""
    out = []
    for step in steps:
        for n, (relation, move) in enumerate(step):
            number = handles[relation.id]
            if move == "beside" or mutual(relations[number].name):
                return None
            out.append((number, MOVES.index(move), n + 1 < len(step)))
    return tuple(out)


def ground_together(view: StoreView, paths: Sequence[tuple[int, tuple[Part, ...]]], limits: Limits) -> list[Ground]:
    """What `ground` finds for each path: (seed, its `flat` parts)."""
    out = [Ground(np.array([seed], np.int64)) for seed, _ in paths]
    known: dict[tuple[Any, ...], _Branch] = {}
    longer = [(seed, parts, len(parts), found) for (seed, parts), found in zip(paths, out, strict=True)]
    for n in range(max((size for _, _, size, _ in longer), default=0)):
        level: dict[tuple[Any, ...], _Branch] = {}
        ends: list[tuple[Ground, _Branch]] = []
        for seed, parts, size, found in longer:
            if n >= size:
                continue
            before = known.get((seed, parts[:n])) if n else None
            if n and (before is None or not len(before.nodes)):
                continue  # it leads nowhere
            key, last = (seed, parts[: n + 1]), n + 1 == size
            branch = level.get((*key, last))
            if branch is None:
                branch = level[*key, last] = _Branch(seed, parts[n], last, before)
                if not last:
                    known[key] = branch
            if last:
                ends.append((found, branch))
        if level:
            _follow(view, sorted(level.values(), key=lambda one: one.part[1]), limits)  # all out of nodes first
        for found, branch in ends:
            found.hops, found.truncated = branch.hops, branch.truncated
            if len(branch.nodes):
                found.ends, found.count = branch.nodes, len(branch.nodes)
                if len(found.ends) > limits.endpoints:
                    found.ends, found.truncated = found.ends[: limits.endpoints], True
                if len(found.hops) == 1 and found.truncated:
                    count_in_full(view, found, *branch.part[:2])
    return out


def _follow(view: StoreView, level: list[_Branch], limits: Limits) -> None:
    """Go one part further on all branches: `nodes` become what they lead to, in the order of their answers where they are whole."""
    from_ = [np.array([one.seed]) if one.before is None else one.before.nodes for one in level]
    size = np.array([len(nodes) for nodes in from_])
    branch, place = ranges(size.cumsum() - size, np.minimum(size, limits.frontier))  # by key: handles ascend as keys do
    node: NDArray[Any] = np.concatenate(from_)[place]
    relation, way, most = np.array([(*one.part[:2], limits.endpoints if one.last else limits.frontier) for one in level]).T
    edges = view.edges(node, relation[branch], way[branch], most[branch])
    more = (size > limits.frontier) | (np.bincount(branch[edges.truncated], minlength=len(level)) > 0)
    mine, start, end, fact = branch[edges.row], node[edges.row], edges.neighbour, edges.fact
    keep = _kept(view, level, mine, start, end)
    if keep is not None:
        mine, start, end, fact = mine[keep], start[keep], end[keep], fact[keep]
    begin = [0, *np.bincount(mine, minlength=len(level)).cumsum().tolist()]
    for n, (one, cut) in enumerate(zip(level, more.tolist(), strict=True)):
        rows, middle = slice(begin[n], begin[n + 1]), one.part[2]
        before, truncated = ([], False) if one.before is None else (one.before.hops, one.before.truncated)
        one.hops = [*before, Hop(start[rows], end[rows], fact[rows], middle)]
        one.truncated = truncated or cut
    _reach(level, mine, end)


def _kept(view: StoreView, level: list[_Branch], mine: NDArray[Any], start: NDArray[Any], end: NDArray[Any]) -> NDArray[Any] | None:
    """Which facts lead somewhere: not only back, and to a named node or to one that is passed through; None: all do."""
    keep: NDArray[Any] | None = None
    back = [one.back for one in level]
    if any(back):
        came = np.array([one.seed if one.back and one.before is not None and one.before.before is None else -1 for one in level])
        keep = end != came[mine]
        begin = [0, *np.bincount(mine, minlength=len(level)).cumsum().tolist()]
        for n, one in enumerate(level):
            if back[n] and one.before is not None and one.before.before is not None and begin[n] < begin[n + 1]:
                rows = slice(begin[n], begin[n + 1])
                keep[rows] = came_from(start[rows], end[rows], one.before.hops[-1])
    middle = [one.part[2] for one in level]
    if any(middle) or some_unnamed(view):
        named = view.named(end) != np.array(middle)[mine]
        keep = named if keep is None else keep & named
    return keep


def _reach(level: list[_Branch], mine: NDArray[Any], end: NDArray[Any]) -> None:
    """What each branch leads to: ascending, or where it is a whole path in the order of its answers, as `ground` has them."""
    top = int(end.max(initial=0)) + 1
    code, ways = counted(mine * top + end)
    mine, end = np.divmod(code, top)
    whole = np.array([one.last for one in level])[mine]
    fresh = (end != np.array([one.seed for one in level])[mine]) | ~whole
    if not fresh.all():  # the seed is an answer only where nothing else is
        fresh |= (np.bincount(mine[fresh], minlength=len(level)) == 0)[mine]
        mine, end, ways, whole = mine[fresh], end[fresh], ways[fresh], whole[fresh]
    less = (ways.max(initial=0) - ways) * whole  # most ways first
    if less.any():
        order = (mine * (int(less.max()) + 1) + less).argsort(kind="stable")
        end = end[order]
    begin = [0, *np.bincount(mine, minlength=len(level)).cumsum().tolist()]
    for n, one in enumerate(level):
        one.nodes = end[begin[n] : begin[n + 1]]
