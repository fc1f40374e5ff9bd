"""What a language model may look at where no path explains a question: what is said of the things that it names, and, where it
compares and names none, which have most and least of everything that is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.base import some_unnamed
from kgllm.retrieval.computed.kind_asked import kinds_said
from kgllm.retrieval.computed.sets import Sets
from kgllm.retrieval.computed.wholes import TooMany, column
from kgllm.retrieval.paths.amounts import amounts_of
from kgllm.retrieval.scoring.understood import understood
from kgllm.types import replace
from kgllm.words.extremes import compares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Fact

_OF_PATHS = 0.4  # of the room for facts, for those of the paths that fit best
_EACH = 4  # facts of one relation of one thing
_BEHIND = 16  # things that those lead to, of which more is told
_MEASURES = 32  # relations to numbers or times
_FIRST, _LAST = 2, 1  # facts with most and with least, where most is asked for: "youngest" may be told by a year of birth
_READ = 50_000  # facts read for one question, in all: about a second of a compiled graph


def wider(run: Run, evidence: Evidence, max_facts: int) -> Evidence:
    """The evidence with what is said of the things that the question names, each relation a little, beside the facts of the best paths;
    where there is room, with what is said of the things that these lead to.

    Nothing is named, but something is to have most or least: those that do, by every measure of the kind that is asked for.
    """
    if len(run.handles):
        more, ends = around(run.view, run.handles)
        more += around(run.view, ends[:_BEHIND])[0] if len(more) < max_facts else []
    else:
        more = _extremes(run)
    best = len(evidence.paths[0].facts) if evidence.paths else 0
    facts: dict[Fact, None] = {}
    left = max_facts
    told = run.view.facts(np.array(more[:max_facts], np.int64)) if more else []
    for fact in (*evidence.facts[: max(best, round(_OF_PATHS * max_facts))], *told, *evidence.facts):
        if fact not in facts and (left := left - 1 - len(fact.qualifiers)) >= 0:
            facts[fact] = None
    settings = {**evidence.settings, "shown": "around" if len(run.handles) else "extremes"}
    return replace(evidence, facts=tuple(facts), settings=settings)


def around(view: View, things: NDArray[Any]) -> tuple[list[int], NDArray[Any]]:
    """(facts, ends): the facts of some things, first one of each relation of each, what it has before what has it, then others of the
    same relations; and the named things that they lead to, in that order."""
    things = np.array(list(dict.fromkeys(things.tolist())), np.int64)
    facts, ends, place = _around(view, things)
    if some_unnamed(view) and len(ends):  # what is said with them
        hidden = np.unique(ends[~(view.named(ends) | view.literal(ends))])
        beside, behind, further = _around(view, hidden)
        facts, ends, place = np.concatenate([facts, beside]), np.concatenate([ends, behind]), np.concatenate([place, further])
    order = np.argsort(place, kind="stable")
    facts, ends = facts[order], ends[order]
    if len(ends):
        ends = ends[~view.literal(ends) & view.named(ends) & ~np.isin(ends, things)]
    return list(dict.fromkeys(facts.tolist())), np.array(list(dict.fromkeys(ends.tolist())), np.int64)


def _around(view: View, things: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """(fact, its other end, its place: the number among those of its relation, and whether the thing is its object)."""
    groups = view.groups(things)
    edges = view.edges(things[groups.origin], groups.relation, groups.way, _EACH)
    first = np.searchsorted(edges.row, edges.row)  # where the facts of its relation begin
    number = np.arange(len(edges.row)) - first
    return edges.fact, edges.neighbour, 2 * number + groups.way[edges.row]


def _extremes(run: Run) -> list[int]:
    """The facts with the highest and the lowest of each measure, of the kind that the question names, or of any. Measures of whose names
    the question says a word come first."""
    form = compares(run.question)
    if form is None or not form.degrees:
        return []
    asked = understood(run.question, run.steps, [])
    kinds = {str(kind) for kind in kinds_said(Sets(run, asked)).values()}
    handles = {relation.id: handle for handle, relation in enumerate(run.view.relations)}
    measured = [one for one in run.wholes.stats.values() if one.literal and one.relation.id in handles]
    of_kind = [one for one in measured if kinds & {name for name, _ in one.domain}]
    steps = run.steps.of(run.view.relations)
    said = run.matched(asked, run.steps).explains.sum(axis=1)
    found: list[int] = []
    left = _READ
    for stats in sorted(of_kind or measured, key=lambda one: -said[steps[2 * handles[one.relation.id]]]):
        if stats.facts > left:
            continue
        run.deadline.check("retrieval")
        left -= stats.facts
        found += _ends_of(run, handles[stats.relation.id], form.degrees[0].sense)
        if len(found) >= _MEASURES * (_FIRST + _LAST):
            break
    return found


def _ends_of(run: Run, relation: int, sense: int) -> list[int]:
    """The facts of a relation with most, and with least; none where its values are no numbers or times. sense: 1 where most is asked
    for, -1 where least: of these there are more."""
    try:
        rows = column(run.wholes, run.view, relation, _READ, run.deadline)
    except TooMany:
        return []
    ends, inverse = np.unique(rows.objects, return_inverse=True)
    amounts = amounts_of(run.view.nodes(ends), run.view.relations[relation].name) if len(ends) > 1 else None
    if amounts is None:
        return []
    values = amounts.values[inverse]
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(-sense * values[known], kind="stable")]
    return [int(fact) for fact in rows.facts[np.concatenate([order[:_FIRST], order[_FIRST:][-_LAST:]])]]
