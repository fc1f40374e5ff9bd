"""Facts chosen by a number that stands on them: "shareholders of Olm with more than 50%", "who joined after 2010", 乙公司的最大股东.

The number is said of neither end of a fact but of the fact (an attribute of an edge, a qualifier): the share that one holds in another,
the year in which one joined. What is chosen from are the facts of the path that the rest of the question finds, or, where nothing is
named, all facts of the one relation that leads to what is asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.computed.compared import Compared, Row, Rows, chosen, told, too_many
from kgllm.retrieval.computed.given import meant
from kgllm.retrieval.computed.measures import Measure, names_of
from kgllm.retrieval.computed.sets import Members, Sets
from kgllm.retrieval.computed.tallied import Tally
from kgllm.retrieval.computed.wholes import TooMany, column
from kgllm.retrieval.paths.amounts import amounts_of
from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.scoring.matching import KIND_PART, SPOKEN
from kgllm.retrieval.scoring.understood import understood
from kgllm.words import singular
from kgllm.words.comparisons import Bound, Degree
from kgllm.words.extremes import compares, tier
from kgllm.words.questions import Span, overlap, yes_or_no

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Relation, Way

_SURE = 0.5  # a path that is less sure, or a relation, finds no facts
_NOUN = 0.3  # how well a noun must name what stands at a relation's end
_BIG = frozenset(("size", "amount"))  # "the largest shareholder", "the most goals": by a share, or an amount
_WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class _Mark:
    """A relation that qualifiers are of (a handle), and the words of the question that name it."""

    relation: int
    words: frozenset[int]


def edged(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question that chooses facts by a number on them; None for every other question."""
    run.steps.of(run.view.relations)
    form = compares(run.question) if run.steps.beside and not yes_or_no(run.question) else None
    form = None if form is None else meant(run, form)
    conditions: tuple[Bound | Degree, ...] = () if form is None else (*form.bounds, *form.degrees)
    if len(conditions) != 1 or not _tellable(conditions[0]):
        return None
    kind = "superlative" if isinstance(conditions[0], Degree) else "comparison"
    try:
        found = _Edges.of(run, conditions[0]).chosen()
    except TooMany:
        return too_many(run, kind)
    return None if found is None else told(run, found, max_facts, form=kind)


def _tellable(condition: Bound | Degree) -> bool:
    return isinstance(condition, Bound) or (condition.superlative and not condition.loose and not condition.asks)


@dataclass(slots=True)
class _Edges:
    """The facts of one question that have numbers on them."""

    run: Run
    condition: Bound | Degree
    asked: Asked
    names: list[Span]
    sets: Sets

    @classmethod
    def of(cls, run: Run, condition: Bound | Degree) -> _Edges:
        """With what the question names outside of its condition."""
        names = run.names
        names = [name for name in names if not overlap(name, condition.span)]
        asked = understood(run.question, run.steps, names)
        return cls(run, condition, asked, names, Sets(run, asked))

    def chosen(self) -> Compared | None:
        """What stands at the chosen facts, by the number that the question's words name, or that its condition can only be of."""
        marks = self._marks()
        said = [mark for mark in marks if mark.words]
        for some in ([max(said, key=lambda mark: len(mark.words))] if said else [], self._meant(marks) if not said else []):
            found = [one for mark in some if (one := self._by(mark)) is not None]
            if len(found) == 1:
                return found[0]
        return None

    # --- what the number is of

    def _marks(self) -> list[_Mark]:
        """The relations of qualifiers, with the words that name them."""
        handles = self.run.steps.handles(self.run.view.relations)
        free = [n for n, word in enumerate(self.asked.words) if self._is_free(word.span)]
        found, numbers = self.run.matched(self.asked, self.run.steps), self.run.steps.of(self.run.view.relations)
        out = []
        for name in sorted(self.run.steps.beside):
            both = numbers[2 * handles[name] : 2 * handles[name] + 2]
            spoken = (found.explains[both] >= SPOKEN) & (found.part[both] != KIND_PART)
            out.append(_Mark(handles[name], frozenset(n for n in free if spoken[:, n].any())))
        return out

    def _meant(self, marks: list[_Mark]) -> list[_Mark]:
        """… that the condition may be of, where no words name one: by its unit ("50%"), or by what can be large at all."""
        condition = self.condition
        dimensions = set(condition.dimensions)
        if isinstance(condition, Degree) and dimensions & _BIG:
            dimensions |= {"stake"}
        relations = self.run.view.relations
        return [mark for mark in marks if any(tier(names_of(relations[mark.relation]), one) is not None for one in dimensions)]

    def _is_free(self, span: Span) -> bool:
        return not any(overlap(span, one) for one in (*self.names, self.condition.span))

    # --- the facts

    def _by(self, mark: _Mark) -> Compared | None:
        head = self.asked.head
        if head and mark.words.issuperset(head) and not self._leads(mark, head):  # "the largest share": it is asked for itself
            return None
        return self._on_path(mark) if self.names else self._of_relation(mark)

    def _leads(self, mark: _Mark, words: tuple[int, ...]) -> bool:
        """Whether words that name a number on facts are as well a noun for what these lead to: a shareholder, of a share."""
        return any(self._fit(relation, way, words) >= _NOUN for relation in self._along(mark) for way in (0, 1))

    def _along(self, mark: _Mark) -> list[int]:
        handles = self.run.steps.handles(self.run.view.relations)
        return sorted(handles[name] for name in self.run.steps.beside[self.run.view.relations[mark.relation].id] if name in handles)

    def _on_path(self, mark: _Mark) -> Compared | None:
        """Of the facts at the end of the path that the rest of the question finds."""
        words = [self.asked.words[n].span for n in sorted(mark.words)]
        for spans in ([self.condition.span], [self.condition.span, *words])[: 1 + bool(words)]:
            for one in self.sets.paths_without(spans, _SURE):
                hop = one.ground.hops[-1]
                rows = self._rows(mark, hop.end, hop.fact) if one.steps[-1][-1][1] != "beside" else None
                if rows is None:
                    continue
                seeds = tuple(one.ground.seeds.tolist())
                members = Members(one.ground.ends, one.confidence, seeds, one, hops=len(one.ground.hops))
                return self._told(mark, rows, members, one.confidence)
        return None

    def _of_relation(self, mark: _Mark) -> Compared | None:
        """Of all facts of the one relation that leads to what is asked for."""
        ways = [(self._fit(relation, way, self.asked.head), relation, way) for relation in self._along(mark) for way in (0, 1)]
        best = max((fit for fit, _, _ in ways), default=0.0)
        ways = [one for one in ways if one[0] >= max(best, _NOUN)]
        if len(ways) != 1:
            return None
        [(_, relation, way)] = ways
        facts = column(self.run.wholes, self.run.view, relation, self.sets.limit, self.run.deadline)
        ends = facts.subjects if way else facts.objects
        rows = self._rows(mark, ends, facts.facts)
        numbers = self.run.steps.of(self.run.view.relations)[2 * relation : 2 * relation + 2]
        said = (self.run.matched(self.asked, self.run.steps).explains[numbers] >= SPOKEN).any(axis=0)
        head = set(self.asked.head)
        words = enumerate(self.asked.words)
        left = [n for n, word in words if n not in mark.words | head and not said[n] and self._is_free(word.span)]
        sure = self.sets.sure(left, Measure(relation, 1.0, mark.words, way=1 - way))
        if rows is None or sure < _SURE:
            return None
        move: Way = "in" if way else "out"
        return self._told(mark, rows, Members(np.unique(ends), sure, via=(self.run.view.relations[relation], move)), sure)

    def _fit(self, relation: int, way: int, nouns: tuple[int, ...]) -> float:
        """How well what is asked for names what a relation leads to: by its noun, or by "who"."""
        step = int(self.run.steps.of(self.run.view.relations)[2 * relation + way])
        if nouns:
            row, words = self.run.view.relations[relation], self.asked.words
            span = (words[nouns[0]].start, words[nouns[-1]].end)
            noun = self.run.question[slice(*span)].lower()
            if Tally(frozenset((noun, singular(noun))), span).named_by(row) == way or self._types(row, way) & self._kinds(noun):
                return 1.0
            return float(self.run.matched(self.asked, self.run.steps).nouns[step, list(nouns)].max())
        kinds = [KINDS.index(kind) for kind in self.asked.kinds if kind in KINDS and kind not in ("number", "time")]
        return float(self.run.steps.column("kinds")[step, kinds].max()) if kinds else 0.0

    def _kinds(self, noun: str) -> set[str]:
        kind = self.run.wholes.called(noun)
        return set() if kind is None else {kind}

    def _types(self, relation: Relation, way: int) -> set[str]:
        """The types of what a relation leads to."""
        stats = self.run.wholes.stats.get(relation.id)
        return set() if stats is None else {kind for kind, _ in (stats.domain if way else stats.range)}

    def _rows(self, mark: _Mark, ends: NDArray[Any], facts: NDArray[Any]) -> Rows | None:
        """The numbers on facts, each with what the fact leads to; None where few have one."""
        view = self.run.view
        row, relation, value = view.qualifiers(facts)
        mine = relation == mark.relation
        row, value = row[mine], value[mine]
        if len(row) < 2:
            return None
        distinct, place = np.unique(value, return_inverse=True)
        nodes = view.nodes(distinct)
        amounts = amounts_of(nodes, view.relations[mark.relation].name)
        if amounts is None:
            return None
        amounts = replace(amounts, values=amounts.values[place] * self._scale(amounts.values))
        rows = [
            Row(int(ends[at]), float(number), nodes[of].name, (int(facts[at]),), bool(amounts.rough[of]))
            for at, of, number in zip(row.tolist(), place.tolist(), amounts.values.tolist(), strict=True)
            if not math.isnan(number)
        ]
        ranks = view.rank(np.array([one.member for one in rows], np.int64))
        return Rows([rows[i] for i in np.argsort(ranks, kind="stable").tolist()], amounts, names_of(view.relations[mark.relation]))

    def _scale(self, values: NDArray[Any]) -> float:
        """What shares of one are to be multiplied with beside a number of per cent."""
        figures = (
            [] if isinstance(self.condition, Degree) else [one for one in (self.condition.low, self.condition.high) if one is not None]
        )
        cent = any(unit.kind == "share" for one in figures for unit in one.units)
        return _WHOLE if cent and float(np.nanmax(values, initial=0.0)) <= 1.0 else 1.0

    def _told(self, mark: _Mark, rows: Rows, members: Members, sure: float) -> Compared | None:
        best = chosen(rows, self.condition)
        if best is None:
            return None
        return Compared(best.rows, best.winners, Measure(mark.relation, 1.0, mark.words), sure, members.seeds, members=members)
