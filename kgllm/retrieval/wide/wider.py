"""What a language model may look at where no path explains a question: what is linked to all that it names, what is said of each, and, where it
compares, which have most and least; with how many there are, where there is no room for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.computed.kind_asked import kinds_said
from kgllm.retrieval.computed.sets import Sets
from kgllm.retrieval.scoring.score import confidence
from kgllm.retrieval.scoring.understood import understood
from kgllm.retrieval.wide import ends
from kgllm.retrieval.wide.kinds_counted import counted_kinds
from kgllm.retrieval.wide.linked import linked
from kgllm.retrieval.wide.neighbours import in_order, neighbours
from kgllm.retrieval.wide.reads import Reads, along, spoken
from kgllm.retrieval.wide.within import numbers, within
from kgllm.types import Told, Wide, replace
from kgllm.words.extremes import compares
from kgllm.words.questions import longest, overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kgllm.retrieval.paths.seeds import Seed
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Fact
    from kgllm.words.questions import Span

_OF_PATHS = 0.4  # of the room for facts, for those of the paths that fit best
_OF_THE_BEST = 0.6  # … for all of the best path, where it explains the question
_EXPLAINED = 0.5  # from this confidence on it does
_OF_LINKS = 0.5  # … for what is linked to all that is named, or has most and least
_EXAMPLES = 24  # things of a kind
_UNLIKELY = 4.0  # how much later what a name hardly means comes
_LIKELY = 0.8  # share of the score of what a name most likely means
_HEADS, _HEAD = 12, 1.0  # things that were found of which all is told, and how late that comes
_READ = 50_000  # facts read for one question, in all: about a second of a compiled graph


def wider(run: Run, evidence: Evidence, max_facts: int) -> Evidence:
    """The evidence with what is linked to all that the question names, and what is said of each, beside the facts of the best paths.

    It compares: what has most and least of every measure, of what stands beside what is named, and of the kind that is named. It names
    nothing but a kind: the first of its things.
    """
    looked = _Look(run, max_facts)
    best = len(evidence.paths[0].facts) if confidence(evidence) >= _EXPLAINED else 0
    first = max(min(best, round(_OF_THE_BEST * max_facts)), round(_OF_PATHS * max_facts))
    facts: dict[Fact, None] = {}
    left = max_facts
    for fact in (*evidence.facts[:first], *looked.facts(max_facts), *evidence.facts):
        if fact not in facts and (left := left - 1 - len(fact.qualifiers)) >= 0:
            facts[fact] = None
    wide = Wide(
        shown="around" if len(looked.handles) else "extremes",
        told=tuple(looked.told),
        groups=looked.groups,
        compares=looked.whole and set(run.view.facts(np.array(looked.extremes, np.int64))) <= facts.keys(),
    )
    return replace(evidence, facts=tuple(facts), wide=wide)


class _Look:
    """One question's wider look: handles of facts, in the order of use, and what is told of how many there are."""

    def __init__(self, run: Run, room: int) -> None:
        self.run, self.room, self.reads = run, room, Reads(_READ)
        self.told: list[Told] = []
        self.groups: tuple[Told, ...] = ()
        self.extremes: list[int] = []  # the facts with most and least
        self.whole = False  # those of each measure are among them
        self.heads: list[int] = []  # things that were found to be linked, or to meet a number
        spans = sorted({seed.span for seed in run.seeds})
        self.asked = understood(run.question, run.steps, spans)
        steps = run.steps.of(run.view.relations)
        explains = run.matched(self.asked, run.steps).explains
        self.said = explains[steps].max(axis=1, initial=0.0) if len(steps) else np.zeros(0)
        self.sets = Sets(run, self.asked)
        self.kinds = sorted({kind for kind in kinds_said(self.sets).values() if isinstance(kind, str)})
        form = compares(run.question)
        self.sense = form.degrees[0].sense if form is not None and form.degrees else 0
        self.bounds = numbers(run.question, spans)
        self.named = [(seed, handle) for seed, handle in run.seeded if not self._is_number(seed)]
        self.handles = np.array([handle for _, handle in self.named], np.int64)

    def _is_number(self, seed: Seed) -> bool:
        """Whether what a seed was named by is a number that things are held against, or a part of a date where a year is meant."""
        exact = seed.node.name == self.run.question[slice(*seed.span)]
        return any(overlap(seed.span, one.span) and not (exact and one.moment) for one in self.bounds)

    def facts(self, most: int) -> Sequence[Fact]:
        """At most so many facts, the first of most use."""
        share = round(_OF_LINKS * self.room)
        linked = list(dict.fromkeys(self._linked())) if len(self.handles) else []
        of_kinds, first = self._kinds() if self.kinds or not len(self.handles) else ([], [])
        of_kinds = list(dict.fromkeys(of_kinds))
        around = self._around()
        found = list(dict.fromkeys([*linked[:share], *of_kinds[: share if around else None], *around, *linked, *of_kinds, *first]))
        return self.run.view.facts(np.array(found[:most], np.int64)) if found else ()

    def _linked(self) -> list[int]:
        """What is linked to all that is named, and what of that which stands beside it has most and least, or meets a number."""
        run = self.run
        found = linked(run.view, self._things(), self.said, self.reads)
        self.told += found.told
        self.heads += found.things
        facts = found.facts
        if not self.sense and not self.bounds:
            return facts
        if not run.steps.numeric(run.view.relations).any():
            return facts
        for one in ends.sets_beside(run.view, self.handles, self.said, self.reads):
            if self.sense:
                best = ends.among(run, one.things, self.sense, self.reads)
                facts += [fact for thing, value in best for fact in (one.leads[thing], value)]
            met = within(run, self.sets, one.things, self.bounds, self.said, self.reads, of=one.told)
            facts += [*(one.leads[thing] for thing in met.things[:_EXAMPLES]), *met.facts]
            self.told += met.told
            self.heads += met.things[:_HEADS]
        return facts

    def _around(self) -> list[int]:
        run = self.run
        best: dict[Span, float] = {}
        for seed, _ in self.named:
            best[seed.span] = max(best.get(seed.span, 0.0), seed.score)
        starts = [_UNLIKELY * (1.0 - seed.score / max(best[seed.span], 1e-9)) for seed, _ in self.named]
        heads = [one for one in dict.fromkeys(self.heads) if one not in set(self.handles.tolist())][:_HEADS]
        things = np.array([*self.handles.tolist(), *heads], np.int64)
        found = neighbours(run.view, things, np.array([*starts, *(_HEAD for _ in heads)]), self.said, self.room, told=self.handles)
        self.groups = found.told
        return in_order(found)

    def _kinds(self) -> tuple[list[int], list[int]]:
        """Of the things of the kinds that are named: the facts of those that meet a number, or have most and least; and of their first."""
        run = self.run
        things, told = counted_kinds(run, self.kinds, self.said, self.reads)
        self.told += told
        facts: list[int] = []
        if self.sense or not len(self.handles):
            facts, told = ends.counts(run, self.said, self.reads)
            self.told += told
        if self.sense:
            self.extremes, self.whole = ends.of_all(run, self.sense, self.kinds, self.said, self.reads)
            facts += self.extremes
        if not self.kinds and self.bounds:
            things = self._measured()
        met = within(
            run, self.sets, things, self.bounds, self.said, self.reads, of=Told(kind=self.kinds[0]) if len(self.kinds) == 1 else None
        )
        self.told += met.told
        self.heads += met.things[:_HEADS]
        some = np.array(met.things[:_EXAMPLES] or things[:_EXAMPLES], np.int64)
        return [*met.facts, *facts], in_order(neighbours(run.view, some, np.zeros(len(some)), self.said, self.room))

    def _measured(self) -> NDArray[Any]:
        """All that have a field of numbers that the question says best."""
        run = self.run
        numeric = np.flatnonzero(run.steps.numeric(run.view.relations))
        best = max(numeric.tolist(), key=lambda one: spoken(self.said, one), default=None)
        rows = None if best is None or not spoken(self.said, best) else along(run, best, self.reads)
        return np.zeros(0, np.int64) if rows is None else np.unique(rows.subjects)

    def _things(self) -> list[list[int]]:
        """What each name may mean: those that score best. Of names that overlap the longest."""
        found = []
        for span in longest(seed.span for seed, _ in self.named):
            mine = [(seed.score, handle) for seed, handle in self.named if overlap(seed.span, span)]
            top = max((score for score, _ in mine), default=0.0)
            found.append(list(dict.fromkeys(handle for score, handle in mine if score >= _LIKELY * top)))
        return found
