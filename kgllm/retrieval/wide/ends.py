"""What has most and least, for a language model to look at: of every measure of all things of a kind, or of those beside what is named; and
how many things stand beside each of those that may have most of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import counted
from kgllm.retrieval.paths.amounts import amounts_of
from kgllm.retrieval.wide.reads import along, once, spoken
from kgllm.types import Told, Way

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.retriever import Run
    from kgllm.retrieval.wide.reads import Reads

_MEASURES = 32  # relations to numbers or times
_FIRST, _LAST = 2, 1  # facts with most and with least, where most is asked for: "youngest" may be told by a year of birth
_FEW, _MANY = 3, 5000  # things beside what is named that there is something to compare of, and that may be read
_SETS = 32  # such sets
_RELATIONS = 4  # relations whose ends are counted
_COUNTED = 3  # ends with most, and with least
_SPOKEN = 0.4  # from here on a relation is said
_WAYS: tuple[Way, Way] = ("out", "in")


def of_all(run: Run, sense: int, kinds: Collection[str], said: NDArray[Any], reads: Reads) -> tuple[list[int], bool]:
    """The facts with the highest and the lowest of each measure, of these kinds, or of any; and whether of each. Measures of whose names the
    question says a word come first. sense: 1 where most is asked for, -1 where least: of these there are more."""
    handles = run.steps.handles(run.view.relations)
    measured = [one for one in run.wholes.stats.values() if one.literal and one.relation.id in handles]
    of_kind = [one for one in measured if any(name in kinds for name, _ in one.domain)]
    found: list[int] = []
    whole = True
    for stats in sorted(of_kind or measured, key=lambda one: -spoken(said, handles[one.relation.id])):
        if len(found) >= _MEASURES * (_FIRST + _LAST):
            return found, False
        rows = along(run, handles[stats.relation.id], reads)
        if rows is None:
            whole = False
            continue
        found += _ends_of(run, handles[stats.relation.id], rows.objects, rows.facts, sense)
    return found, whole


@dataclass(slots=True)
class Beside:
    """The things that stand beside a thing by one of its relations: with the fact that leads to each, and what is told of all of them."""

    things: NDArray[Any]
    leads: dict[int, int]
    told: Told


def sets_beside(view: View, things: NDArray[Any], said: NDArray[Any], reads: Reads) -> Iterator[Beside]:
    """The things that stand beside what is named, by each relation of it that leads to several; where there are very many, by those that the
    question says best."""
    groups = view.groups(things)
    nodes = view.nodes(things)
    rows = np.flatnonzero((groups.count >= _FEW) & (groups.count <= _MANY))
    if len(rows) > _SETS:
        heard = np.append(said, 0.0)[np.minimum(2 * groups.relation[rows] + groups.way[rows], len(said))]
        rows = np.sort(rows[np.argsort(-heard, kind="stable")[:_SETS]])
    for row in rows.tolist():
        if reads.take(int(groups.count[row])):
            origin, relation, way = (int(column[row]) for column in (groups.origin, groups.relation, groups.way))
            edges = view.edges(things[origin : origin + 1], groups.relation[row : row + 1], groups.way[row : row + 1], _MANY)
            members = np.unique(edges.neighbour)
            members = members[~view.literal(members)]
            if len(members):
                told = Told(ends=(nodes[origin], None), steps=((view.relations[relation], _WAYS[way]),), count=len(members))
                yield Beside(members, dict(zip(edges.neighbour.tolist(), edges.fact.tolist(), strict=True)), told)


def among(run: Run, members: NDArray[Any], sense: int, reads: Reads) -> list[tuple[int, int]]:
    """(thing, fact) with the highest and the lowest of each measure that some things have."""
    view, numeric = run.view, run.steps.numeric(run.view.relations)
    groups = view.groups(members)
    mine = np.flatnonzero((groups.way == 0) & (groups.relation < len(numeric)))
    mine = mine[numeric[groups.relation[mine]]]
    if not len(mine) or not reads.take(len(mine)):
        return []
    run.deadline.check("retrieval")
    things, relations = members[groups.origin[mine]], groups.relation[mine]
    values = view.edges(things, relations, groups.way[mine], 1)
    owner, relation = things[values.row], relations[values.row]
    found: list[tuple[int, int]] = []
    for one in np.unique(relation)[:_MEASURES].tolist():
        some = np.flatnonzero(relation == one)
        of = dict(zip(values.fact[some].tolist(), owner[some].tolist(), strict=True))
        found += [(of[fact], fact) for fact in _ends_of(run, one, values.neighbour[some], values.fact[some], sense)]
    return found


def counts(run: Run, said: NDArray[Any], reads: Reads) -> tuple[list[int], list[Told]]:
    """Of the relations that the question says best, how many facts they have, and the things with the most and the fewest at either end; a
    fact of each."""
    handles = run.steps.handles(run.view.relations)
    how = {name: spoken(said, handle) for name, handle in handles.items() if name in run.wholes.stats}
    best = sorted((name for name, much in how.items() if much >= _SPOKEN), key=lambda name: -how[name])[:_RELATIONS]
    facts: list[int] = []
    told: list[Told] = []
    for name in best:
        relation = run.view.relations[handles[name]]
        told.append(Told(ends=(None, None), steps=((relation, "out"),), count=run.wholes.stats[name].facts))
        rows = along(run, handles[name], reads)
        pairs = np.zeros((0, 2), np.int64) if rows is None else once(rows.subjects, rows.objects)
        for way, ends in () if rows is None else zip(_WAYS[::-1], (rows.objects, rows.subjects), strict=True):
            things, many = counted(pairs[:, int(way == "in")])
            if len(things) < 2 or many.max(initial=0) < 2:
                continue
            order = np.argsort(-many, kind="stable")
            top = np.concatenate([order[:_COUNTED], order[_COUNTED:][-_COUNTED:]])
            amounts = tuple(zip(run.view.nodes(things[top]), many[top].tolist(), strict=True))
            told.append(Told(ends=(None, None), steps=((relation, "out"),), amounts=amounts, count=len(things), by=way))
            facts += [int(rows.facts[np.argmax(ends == thing)]) for thing in things[top].tolist()]
    return facts, told


def _ends_of(run: Run, relation: int, objects: NDArray[Any], facts: NDArray[Any], sense: int) -> list[int]:
    """The facts of a relation with most, and with least; none where its values are no numbers or times."""
    ends, inverse = np.unique(objects, return_inverse=True)
    amounts = amounts_of(run.view.nodes(ends), run.view.relations[relation].name) if len(ends) > 1 else None
    if amounts is None:
        return []
    values = amounts.values[inverse]
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(-sense * values[known], kind="stable")]
    return [int(fact) for fact in facts[np.concatenate([order[:_FIRST], order[_FIRST:][-_LAST:]])]]
