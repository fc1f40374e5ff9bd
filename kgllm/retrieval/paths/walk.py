"""Which relation paths there are from the seeds: hop by hop, by groups of facts, with a beam and limits inside the loop.

Paths are found from a bounded part of what they reach: enough to know which relations go on from there. Their ends are
fetched later, for the best paths alone (`ground`). A node without a name is passed through as the middle of one step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from kgllm.graphs.ascending import distinct, nth
from kgllm.graphs.base import Groups, View, some_unnamed
from kgllm.graphs.compiled.storeview import ranges
from kgllm.limits import Deadline, Limits
from kgllm.retrieval.paths.steps import Steps
from kgllm.types import Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH = 32  # nodes of a path whose relations are looked at beyond the first hop
REACH = 24  # facts followed for each of them
DESCRIBED = 1024  # paths of one length whose features are worked out, beyond the first hop
_TABLE = 1 << 16  # codes of which a table is sooner made than they are sorted,
_SPARSE = 128  # and so many more for each that there is
MOST_ROWS = 120_000  # (node, relation) pairs looked at in one hop


@dataclass(slots=True)
class Candidates:
    """Relation paths, a row each. `steps` is padded with -1; `support`: share of the nodes before the last step that have it;
    `facts`: facts of the last step seen; `seed`: position among the seeds; `table`: their features."""

    seed: NDArray[Any]
    steps: NDArray[Any]
    support: NDArray[Any]
    facts: NDArray[Any]
    table: NDArray[Any] | None = None  # features, a row a path
    known: int = 0  # how many steps were known when they were found

    def __len__(self) -> int:
        return len(self.seed)

    @property
    def hops(self) -> NDArray[Any]:
        return (self.steps >= 0).sum(axis=1)


Describe = Callable[[Candidates], "NDArray[Any]"]
"""Features of paths, a row each, by the steps that were known when they were found."""


Rows: TypeAlias = "tuple[NDArray[Any], ...]"
"""What was looked at: columns candidate, node, relation, way."""

Promise = Callable[[Candidates], "NDArray[Any]"]
"""How far the question speaks of paths, each word counted once: cheaper to tell than their features."""


def walk(
    view: View,
    steps: Steps,
    seeds: NDArray[Any],
    *,
    promise: Promise,
    describe: Describe,
    weights: NDArray[Any],
    limits: Limits,
    deadline: Deadline,
    around: Groups | None = None,
) -> tuple[Candidates, list[str]]:
    """All relation paths of up to `limits.hops` steps, at most `limits.beam` of each length gone on with, the best by
    `weights` of their features; and what was cut. `around`: the relations of the seeds, where they are known. Where there are many, those that the question speaks of are described."""
    notes: list[str] = []
    levels: list[Candidates] = []
    path = np.arange(len(seeds))
    nodes = seeds
    at = Candidates(path, np.full((len(seeds), 0), -1), np.ones(len(seeds)), np.ones(len(seeds)))
    for hop in range(limits.hops):
        deadline.check("retrieval")
        groups = around if around is not None and not hop else getattr(view, "around", view.groups)(nodes)
        found, rows = _relations(view, steps, at, path, nodes, groups, notes)
        if not len(found):
            break
        last = hop + 1 == limits.hops
        if len(found) > DESCRIBED and hop:
            found, rows = _spoken_of(steps, found, rows, promise(found))
        found.known = len(steps)
        through = steps.column("unnamed")[found.steps[:, -1]]
        if (chosen := _all(through, limits.beam, last)) is None:
            found.table = describe(found)
            chosen = _best(found.table @ weights, limits.beam, through, last)
        if len(chosen) < len(found) and not last:
            notes.append(f"beam: {len(found) - len(chosen)} of {len(found)} paths of {hop + 1} hops were not gone on with")
        at, path, nodes = _expand(view, steps, found, rows, chosen, limits)
        empty = at.facts <= 0
        if len(at) > len(found) or empty.any():
            at.table = describe(found) if found.table is None else found.table
            if len(at) > len(found):
                more = _part(at, slice(len(found), None))
                more.known = len(steps)
                at.table = np.concatenate([at.table, describe(more)])
        levels.append(_part(at, ~empty) if empty.any() else at)
    if not levels:  # nothing leads away from the seeds
        return _part(at, slice(0)), notes
    _describe_together([level for level in levels if level.table is None], describe)
    return _joined(levels), notes


def _describe_together(levels: list[Candidates], describe: Describe) -> None:
    """The features of paths none of which had to be chosen for them: worked out at once."""
    for known in {level.known for level in levels}:
        alike = [level for level in levels if level.known == known]
        table, begin = describe(_joined(alike)), 0
        for level in alike:
            level.table = table[begin : begin + len(level)]
            begin += len(level)


def _joined(levels: list[Candidates]) -> Candidates:
    """Paths of several lengths."""
    steps = np.full((sum(map(len, levels)), max(level.steps.shape[1] for level in levels)), -1)
    begin = 0
    for level in levels:
        steps[begin : begin + len(level), : level.steps.shape[1]] = level.steps
        begin += len(level)
    seed, support, facts = (np.concatenate([getattr(level, name) for level in levels]) for name in ("seed", "support", "facts"))
    tables = [level.table for level in levels if level.table is not None]
    return Candidates(seed, steps, support, facts, np.concatenate(tables) if len(tables) == len(levels) else None, levels[0].known)


def _part(candidates: Candidates, rows: Any) -> Candidates:
    """Some of the rows."""
    one = candidates
    return Candidates(
        one.seed[rows], one.steps[rows], one.support[rows], one.facts[rows], None if one.table is None else one.table[rows], one.known
    )


def _relations(
    view: View, steps: Steps, at: Candidates, path: NDArray[Any], nodes: NDArray[Any], groups: Groups, notes: list[str]
) -> tuple[Candidates, Rows]:
    """One more step on every path: the relations of the nodes that each has reached."""
    base = steps.of(view.relations)
    pair, relation, way, count = groups.origin, groups.relation, groups.way, groups.count
    if len(pair) > MOST_ROWS:
        over = np.bincount(pair, minlength=len(nodes)).cumsum() > MOST_ROWS
        notes.append(f"width: {int(over.sum())} of {len(nodes)} reached nodes were not looked at")
        pair, relation, way, count = (column[~over[groups.origin]] for column in (pair, relation, way, count))
    total = max(1, len(steps))
    step = base[relation * 2 + way]
    code, back, support = _grouped(path[pair] * total + step, len(at) * total)
    parent = code // total
    reached = np.bincount(path, minlength=len(at) or 1)
    facts = np.bincount(back, weights=count, minlength=len(code))
    found = Candidates(
        at.seed[parent],
        np.concatenate([at.steps[parent], (code % total)[:, None]], axis=1),
        support / np.maximum(1, reached[parent]),
        facts,
    )
    return found, (back, nodes[pair], relation, way)


def _grouped(codes: NDArray[Any], top: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The distinct codes (all below `top`), for each code given its place among them, and how often each is there."""
    if top > _SPARSE * len(codes) + _TABLE:
        return np.unique(codes, return_inverse=True, return_counts=True)
    there = np.zeros(top, bool)
    there[codes] = True
    known = there.nonzero()[0]
    place = np.empty(top, np.int64)  # only what is asked for is ever touched
    place[known] = np.arange(len(known))
    back = place[codes]
    return known, back, np.bincount(back, minlength=len(known))


def _spoken_of(steps: Steps, found: Candidates, rows: Rows, promise: NDArray[Any]) -> tuple[Candidates, Rows]:
    """The candidates whose steps the question speaks of most, and those that lead to unnamed nodes."""
    worth = promise + 1e-4 * np.log1p(found.facts)
    keep = steps.column("unnamed")[found.steps[:, -1]]
    keep[np.argpartition(-worth, DESCRIBED)[:DESCRIBED]] = True
    place = keep.cumsum() - 1
    back, *others = rows
    mine = keep[back]
    return _part(found, keep), (place[back[mine]], *(column[mine] for column in others))


def _all(through: NDArray[Any], beam: int, last: bool) -> NDArray[Any] | None:
    """What `_best` would choose, where that are all whatever their scores are; else None."""
    unnamed = np.count_nonzero(through)
    if unnamed > beam or (not last and len(through) - unnamed > beam):
        return None
    return through.nonzero()[0] if last else np.arange(len(through))


def _best(score: NDArray[Any], beam: int, through: NDArray[Any], last: bool) -> NDArray[Any]:
    """Positions of the candidates to go on with, ascending. Those that lead to unnamed nodes have a beam of their own:
    what they say shows only behind those nodes."""
    order = (-score).argsort(kind="stable")
    named = order[~through[order]][: 0 if last else beam]
    return np.sort(np.concatenate([named, order[through[order]][:beam]]))


def _expand(
    view: View, steps: Steps, found: Candidates, rows: Rows, chosen: NDArray[Any], limits: Limits
) -> tuple[Candidates, NDArray[Any], NDArray[Any]]:
    """Follow the chosen candidates; the (candidate, node) pairs reached, the seeds among them: who has no sister is the only child of
    her mother. Behind unnamed nodes, and beside facts that say more than their two ends, new candidates are found."""
    back, origin, relation, way = rows
    going_on = np.zeros(len(found), bool)
    going_on[chosen] = True
    keep = going_on[back].nonzero()[0]
    rank = view.rank(origin[keep])
    if (rank != origin[keep]).any():  # a view whose handles are in no order: what is followed is chosen by key all the same
        keep = keep[rank.argsort(kind="stable")]
    order = keep[back[keep].astype(np.uint32).argsort(kind="stable")]
    pick = order[nth(back[order]) < WIDTH]
    most = min(limits.fan_out, REACH if found.steps.shape[1] > 1 else limits.fan_out)
    edges = getattr(view, "reach", view.edges)(origin[pick], relation[pick], way[pick], most)
    candidate, before, to = back[pick][edges.row], origin[pick][edges.row], edges.neighbour
    at, beside = found, None
    row, qualifier, value = view.qualifiers(edges.fact)
    if len(row):
        beside = (candidate[row], qualifier, value)
    named = view.named(to) | view.literal(to) if len(to) and some_unnamed(view) else np.ones(len(to), bool)
    if not named.all():
        steps.note_unnamed(np.unique(found.steps[candidate[~named], -1]))
        more, more_candidate, more_to = _pass(view, steps, found, candidate[~named], before[~named], to[~named], limits)
        only = np.setdiff1d(np.unique(candidate[~named]), np.unique(candidate[named]))
        facts = found.facts.copy()
        facts[only] = 0  # reaches nothing that has a name: not a path of its own
        at = _both(Candidates(found.seed, found.steps, found.support, facts, found.table, found.known), more)
        candidate, to = np.concatenate([candidate[named], more_candidate + len(found)]), np.concatenate([to[named], more_to])
    if beside is not None:
        more, more_candidate = _through(steps, found, beside[0], view.relations, beside[1], np.full(len(beside[1]), 2))
        candidate, to = np.concatenate([candidate, more_candidate + len(at)]), np.concatenate([to, beside[2]])
        at = _both(at, more)
    return at, *_bounded(view, candidate, to)


def _both(one: Candidates, more: Candidates) -> Candidates:
    """The candidates of both; the table stays that of the first."""
    return Candidates(
        np.concatenate([one.seed, more.seed]),
        np.concatenate([one.steps, more.steps]),
        np.concatenate([one.support, more.support]),
        np.concatenate([one.facts, more.facts]),
        one.table,
        one.known,
    )


def _through(
    steps: Steps, found: Candidates, candidate: NDArray[Any], relations: Sequence[Relation], relation: NDArray[Any], way: NDArray[Any]
) -> tuple[Candidates, NDArray[Any]]:
    """Candidates whose last step goes on by another relation, and which of them each row belongs to."""
    total = 3 * len(relations)
    code, back = np.unique(candidate * total + relation * 3 + way, return_inverse=True)
    parent, second = code // total, code % total
    firsts = found.steps[parent, -1]
    joint = np.array(
        [steps.through(int(first), relations[int(s) // 3], int(s) % 3) for first, s in zip(firsts, second, strict=True)], dtype=np.int64
    )
    more = Candidates(
        found.seed[parent],
        np.concatenate([found.steps[parent, :-1], joint[:, None]], axis=1)
        if len(parent)
        else np.zeros((0, found.steps.shape[1]), np.int64),
        found.support[parent],
        np.bincount(back, minlength=len(code)).astype(float),
    )
    return more, back


def _pass(
    view: View, steps: Steps, found: Candidates, candidate: NDArray[Any], before: NDArray[Any], middle: NDArray[Any], limits: Limits
) -> tuple[Candidates, NDArray[Any], NDArray[Any]]:
    """The steps that go through unnamed nodes, and the named nodes behind them."""
    known, inverse = np.unique(middle, return_inverse=True)
    groups = view.groups(known)
    begin = groups.origin.searchsorted(np.arange(len(known) + 1))
    pair, row = ranges(begin[:-1][inverse], (begin[1:] - begin[:-1])[inverse])
    edges = view.edges(middle[pair], groups.relation[row], groups.way[row], min(limits.fan_out, 16))
    pair, row, to = pair[edges.row], row[edges.row], edges.neighbour
    ok = (to != before[pair]) & (view.named(to) | view.literal(to)) if len(to) else np.zeros(0, bool)
    pair, row, to = pair[ok], row[ok], to[ok]
    more, back = _through(steps, found, candidate[pair], view.relations, groups.relation[row], groups.way[row])
    return more, back, to


def _bounded(view: View, candidate: NDArray[Any], to: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Distinct (candidate, node) pairs, at most 2 × WIDTH nodes of each candidate, the first by key."""
    if not len(candidate):
        return candidate, to
    top = int(to.max()) + 1
    candidate, to = np.divmod(distinct(candidate * top + to), top)
    rank = view.rank(to)
    if (rank != to).any():
        order = np.lexsort((rank, candidate))
        candidate, to = candidate[order], to[order]
    keep = nth(candidate) < 2 * WIDTH
    return candidate[keep], to[keep]
