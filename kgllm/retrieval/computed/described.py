"""Questions for all things of a kind under conditions: "Which red five-star cars does Olm sell?", "geysers in Iceland", 用弓的冰元素角色有哪些.

Everything that such a question says is a condition on one set: what it names, and the values of fields that its words hold. A condition is
met by the things of the kind to which a relation leads from what it names, the relation that the question's words say or the only
one. The answer is what meets them all. Where a word stands for nothing that the things have, there is no answer of this form: none
is given that leaves a condition out.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, by_key, distinct
from kgllm.retrieval.computed.bounded import bounded, limits
from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.retrieval.computed.conditions import flagged, having, others
from kgllm.retrieval.computed.given import holds, of_other_form
from kgllm.retrieval.computed.kind_asked import apposed, asked_for, kinds_of, kinds_said
from kgllm.retrieval.computed.placing import BY_NAME, Condition, Placed, Places
from kgllm.retrieval.computed.sets import Sets
from kgllm.retrieval.computed.valued import called, of_value
from kgllm.retrieval.computed.wholes import TooMany
from kgllm.retrieval.reading.outside import counts
from kgllm.retrieval.scoring.understood import understood
from kgllm.words import is_han, lexicon, relation_words
from kgllm.words.all_of import counted
from kgllm.words.asked import between_asking
from kgllm.words.counting import SEVERAL_HAN
from kgllm.words.extremes import compares
from kgllm.words.questions import Span, negated, overlap, sign, without_names, yes_or_no

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Relation, Way

_LONGEST = 120  # characters of a question
_COMBINED = 24  # ways in which the conditions together may be meant
_USUAL = 4  # a relation that leads to so many times as many things as any other is the one that is meant
_SURE = 0.9
_UNLIKELY, _ALIKE = -99.0, 0.5  # of a step that the question says nothing of; two whose scores differ by less fit alike
_NON = re.compile(r"\bnon\b|非", re.IGNORECASE)
_OR = re.compile(r"\b(?:or|nor)\b|或|还是")
_EVERYTHING = ("all", "所有")  # stands in place of what compares, in English and in Chinese
Reading = tuple[tuple["Placed", ...], "NDArray[Any]"]
"""One way in which all conditions may be meant, and the things that meet them."""
_OF_HAN = "的"
_SEVERAL_HAN = re.compile(SEVERAL_HAN)
_ALL = re.compile(r"\b(?:all|every|each|list)\b", re.IGNORECASE)


def described(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for all things that meet some conditions; None for every other, and where a condition cannot be placed."""
    wholes = run.wholes
    if not (wholes.types or wholes.classes) or len(run.question) > _LONGEST or yes_or_no(run.question) or of_other_form(run.question):
        return None
    try:
        found = Description.of(run)
        if found is None:
            return None
        if found.denies():
            return None
        if len(found.conditions) > 1 and _OR.search(without_names(run.question, found.names)):  # which of them hold together is not read
            return kept(run, (), (), (), {**settings_of(run, "described"), "declined": "unchecked"})
        met, strange = found.met(), found.strange()
    except TooMany:
        return None
    if met is None:
        declined = "nothing_found" if found.nothing else "unchecked" if strange else ""
        return kept(run, (), (), (), {**settings_of(run, "described"), "declined": declined}) if declined else None
    return found.told(met, max_facts)


def things_without(run: Run, spans: list[Span]) -> Met | None:
    """The things that a question is about without the words at `spans`, which compare them: those of a kind that meet all of its other
    conditions. None where it names no kind, or a condition cannot be placed."""
    try:
        found = description_without(run, spans)
        return None if found is None else found.met()
    except TooMany:
        return None


def description_without(run: Run, spans: list[Span]) -> Description | None:
    """A question without the words at `spans` as a question for all things of its kind; None where it names no kind.

    Raises:
        TooMany: more things than may be read.
    """
    if len(run.question) > _LONGEST:
        return None
    text = run.question
    for start, end in spans:
        everything = _EVERYTHING[is_han(text)]
        text = text[:start] + (everything if end - start >= len(everything) else "").ljust(end - start) + text[end:]
    links = [link for link in run.links if not any(overlap(link.mention.span, span) for span in spans)]
    return Description.of(run.retriever.run(text, links, None, run.deadline, part_of=run))


@dataclass(frozen=True, slots=True)
class Met:
    """The things that meet all conditions, and how each is meant."""

    ends: NDArray[Any]
    by: tuple[Placed, ...]
    sure: float

    @property
    def seeds(self) -> tuple[int, ...]:
        """What the conditions name."""
        return tuple(dict.fromkeys(value for one in self.by for value in one.values))


@dataclass(slots=True)
class Description:
    """A question for things under conditions, on its way."""

    run: Run
    asked: Asked
    kind_span: Span
    names: list[Span]
    places: Places
    given: tuple[Condition, ...] = ()  # what its noun says of the things
    _conditions: list[Condition] | None = None
    flagged: bool = False  # a relation's own name is a condition, or that there is what it leads to
    nothing: bool = False  # every condition is met by something, and no thing meets all
    told_apart: bool = True  # the question's words were held against the relations that may be meant
    denied: tuple[Span, ...] = ()  # conditions at these places hold of all other things

    @classmethod
    def of(cls, run: Run, *, unnamed: bool = False, kind: tuple[Span, Any] | None = None, beside: bool = False) -> Description | None:
        """The question's kind and names; None where no kind of things is asked for. `unnamed`: also of rows that only join others. `kind`:
        what it is, and where that is said, where the question's own words do not name it. `beside`: of several kinds that are named the one
        that is asked for."""
        run.steps.of(run.view.relations)
        names = run.names
        numbers = [one.span for one in limits(run.question)]
        names = [name for name in names if not any(overlap(name, one) for one in numbers)]
        asked = understood(run.question, run.steps, names)
        sets = Sets(run, asked)
        kinds = {span: one for span, one in kinds_said(sets).items() if not any(holds(name, span) for name in names)}
        within = {one for one in kinds for field, _ in run.spoken.telling if holds(field, one)}  # "a sister ship"
        kinds = {one: kind for one, kind in kinds.items() if one not in within} or kinds
        kinds = {one: kind for one, kind in kinds.items() if not apposed(run, asked, one, kind)} or kinds
        if beside and len(set(map(str, kinds.values()))) > 1:  # "the features of the Security category"
            kinds = {one: kind for one, kind in kinds.items() if asked_for(asked, run.question, one)}
        if len(set(map(str, kinds.values()))) > 1:
            return None
        span = next(iter(kinds), (0, 0))
        small = lexicon().english.stop
        texts = {name: run.question[slice(*name)].lower() for name in names}
        names = [name for name in names if not overlap(name, span) and texts[name] not in small and sign(texts[name]) is None]
        if not kinds:
            found = cls._by_value(run, asked, names)
            if found is not None or kind is None:
                return found
            kinds, span = dict([kind]), kind[0]
            names = [name for name in names if not overlap(name, span)]
        between = (0, 0)
        if not asked_for(asked, run.question, span):
            between = between_asking(run.question, span[0])
            if between[0] == between[1]:
                return None
        found_of = (sets.of_kind([one]) for one in kinds_of(run.wholes, kinds[span]))
        handles = [of.handles for of in found_of if of is not None]
        members = distinct(np.concatenate(handles)) if handles else None
        if members is None or not (
            unnamed or run.view.named(members).any()
        ):  # what only joins others is no answer; a row may lack its name
            return None
        found = cls(run, asked, span, names, Places(run, asked, members, span))
        return found if found._are_conditions(between) else None

    @classmethod
    def _by_value(cls, run: Run, asked: Asked, names: list[Span]) -> Description | None:
        """Where what is asked for is named by a value alone, that is its kind: "number of globular clusters", "Which Democrats …?"."""
        head = next((name for name in names if counted(run.question, name)), None)
        if head is not None:
            ends = of_value(run, asked, head)
            return None if ends is None else cls(run, asked, (0, 0), names, Places(run, asked, ends, (0, 0)))
        found = called(run, asked)
        if found is None:
            return None
        ends, given = found
        names = [name for name in names if not overlap(name, given.span)]
        return cls(run, asked, (0, 0), names, Places(run, asked, ends, (0, 0)), given=(given,))

    @classmethod
    def among(cls, run: Run, things: NDArray[Any]) -> Description:
        """The conditions of a question whose kind is known."""
        names = run.names
        asked = understood(run.question, run.steps, names)
        return cls(run, asked, (0, 0), names, Places(run, asked, things, (0, 0)))

    def all_of(self) -> Met | None:
        """What meets every condition; all of the kind, where the question says nothing else of it."""
        things = self.places.members
        if self.conditions or things is None or self.places.unsaid(set(), ()):
            return self.met()
        return Met(things, (), _SURE)

    def met(self) -> Met | None:
        """What meets every condition; None where one cannot be placed, or it cannot be told which relation is meant."""
        ways = [self._likely(one) for one in self.conditions]
        if not ways or not all(ways) or math.prod(map(len, ways)) > _COMBINED:
            return None
        readings: list[Reading] = []
        for by in product(*ways):
            ends = by[0].ends
            for one in by[1:]:
                ends = ends[among(ends, one.ends)]
            if self._unsaid(by) == 0 and self._said_last(by):
                readings.append((by, ends))
        if readings and not any(len(ends) for _, ends in readings):
            sure = self.flagged or (self._several and not any(map(self._of_relation, self.conditions)))
            self.nothing = sure and len(self.conditions) > 1
        readings = [(by, ends) for by, ends in readings if len(ends)]
        best = self._usual(readings)
        if best is None:
            return None
        return Met(best[1], best[0], _SURE)

    def none(self) -> Met | None:
        """Of conditions that no thing meets together how each is meant, where that is plain of every one."""
        ways = [self._likely(one) for one in self.conditions]
        by = tuple(of[0] for of in ways if len(of) == 1)
        plain = len(by) == len(ways) > 1 and self._unsaid(by) == 0 and self._said_last(by)
        return Met(np.zeros(0, np.int64), by, _SURE) if plain else None

    def denies(self) -> bool:
        """Whether something is denied of the things beside what a relation says no to."""
        return negated(without_names(self.run.question, [one.span for one in self.conditions]))

    def _are_conditions(self, between: Span) -> bool:
        """Whether all that stands at a place are conditions: 红色 of 哪些红色灯."""
        spans = [one.span for one in self.conditions] if between[0] < between[1] else []
        text = self.run.question
        return all(text[n] in _OF_HAN or any(start <= n < end for start, end in spans) for n in range(*between))

    def _of_relation(self, one: Condition) -> bool:
        """Whether what is taken for a condition may as well speak of a relation: "author", "parent"."""
        said, known = self.run.question[slice(*one.span)].lower(), lexicon()
        return said.isascii() and bool(known.families_of(said) or known.kinds_of(said))

    def strange(self) -> bool:
        """Whether a word before the noun for the things describes them by what neither a value nor a relation of the graph says."""
        start, end = self.kind_span
        denied = _NON.search(self.run.question[:start]) is not None  # "non-red lamps" are a part of all lamps
        return start < end and not denied and bool(self.conditions) and self.places.describes_strangely(self.conditions)

    def _unsaid(self, by: tuple[Placed, ...]) -> int:
        return self.places.unsaid({n for one in by for n in one.said}, self.conditions)

    def _said_last(self, by: tuple[Placed, ...]) -> bool:
        """Whether what would compare ("last") belongs to the name of a relation ("last eruption")."""
        form = compares(self.run.question)
        by = tuple(one for one in by if one.relation != BY_NAME)
        spoken = {word for one in by for word in relation_words(self.run.view.relations[one.relation].name).spoken}
        degrees = () if form is None or counts(self.run.question) else form.degrees
        degrees = tuple(one for one in degrees if not any(overlap(one.span, of.span) for of in self.conditions))  # "Most Valuable Player"
        return all(self.run.question[slice(*one.span)].lower() in spoken for one in degrees)

    @property
    def conditions(self) -> list[Condition]:
        """What the question names and, of the words that are left, the values of fields that they hold."""
        if self._conditions is None:
            named = [*self.given, *(one for one in (self.places.named(span) for span in self.names) if one is not None)]
            named += bounded(self.places, [one.span for one in named])
            taken = [self.kind_span, *(one.span for one in named)]
            said = {n for one in named for way in one.ways for n in way.said}
            signs = flagged(self.places, taken)
            there = having(self.places, [self.kind_span, *(one.span for one in (*named, *signs))], [*named, *signs])
            self.flagged = bool(signs or there)
            named += [*signs, *there]
            taken, said = [self.kind_span, *(one.span for one in named)], said | {n for one in named for way in one.ways for n in way.said}
            found = [*named, *self.places.in_words(taken, said)]
            things = self.places.members
            for one in found:
                if things is not None and len(one.ways) == 1:
                    things = things[among(things, one.ways[0].ends)]
            called = None if things is None else self.places.called([one.span for one in found], things)
            found = [self._otherwise(one) for one in (*found, *([] if called is None else [called]))]
            self._conditions = sorted(found, key=lambda one: one.span)
        return self._conditions

    def _otherwise(self, one: Condition) -> Condition:
        """A condition as it is meant: where it is denied, of all other things."""
        return Condition(one.span, tuple(others(self.places, way) for way in one.ways)) if self.denies_at(one.span) else one

    def denies_at(self, span: Span) -> bool:
        """Whether what stands at a place is denied."""
        return any(overlap(span, one) for one in self.denied)

    def _likely(self, one: Condition) -> list[Placed]:
        """The ways in which a condition may be meant: those of which the question says most."""
        ways = list(one.ways)
        if self._several and any(way.count > 1 for way in ways):  # "the cities in Denmark" are not its capital
            ways = [way for way in ways if way.count > 1]
        if len({way.ends.tobytes() for way in ways}) > 1:
            scores = self.places.scores()
            own = [max((scores.get((value, way.relation, way.way), _UNLIKELY) for value in way.values), default=_UNLIKELY) for way in ways]
            self.told_apart &= max(own) > _UNLIKELY
            ways = [way for way, score in zip(ways, own, strict=True) if score >= max(own) - _ALIKE]
        most = max((way.weight for way in ways), default=0.0)
        return [way for way in ways if way.weight >= most - 1e-6]

    @property
    def _several(self) -> bool:
        """Whether more than one thing is asked for."""
        asked, text = self.asked, self.run.question
        return asked.count or asked.number > 0 or (_SEVERAL_HAN if asked.chinese else _ALL).search(text) is not None

    def _usual(self, found: list[Reading]) -> Reading | None:
        """Of several readings the one that all share, or that far more facts speak for; None where none does."""
        groups: dict[bytes, Reading] = {}
        for by, ends in found:
            groups.setdefault(ends.tobytes(), (by, ends))
        ordered = sorted(groups.values(), key=lambda one: -_support(one[0]))
        alone = len(ordered) == 1 or (ordered and self.told_apart and _support(ordered[0][0]) >= _USUAL * _support(ordered[1][0]))
        return ordered[0] if alone else None

    def told(self, met: Met, max_facts: int) -> Evidence:
        """The evidence: of each thing the facts that say that it meets each condition."""
        run = self.run
        settings = settings_of(run, "described")
        ends = by_key(run.view, met.ends)
        columns = [(one.ends_of_facts, one.facts) for one in met.by]
        order = {handle: n for n, handle in enumerate(ends.tolist())}
        rows = [
            (order[end], at, fact)
            for at, (of, facts) in enumerate(columns)
            for end, fact in zip(of.tolist(), facts.tolist(), strict=True)
            if end in order
        ]
        made, cuts = facts_of(run, [fact for _, _, fact in sorted(rows)], max_facts)
        related = [one for one in met.by if one.relation != BY_NAME]
        head = max(related, key=lambda one: (one.weight, -one.span[0]), default=None)
        steps: list[tuple[Relation, Way]] = [] if head is None else [(run.view.relations[head.relation], "in" if head.way else "out")]
        path = path_of(run, () if head is None else head.values, steps, ends, made, met.sure)
        return kept(run, (path,), made, cuts, settings)


def _support(by: tuple[Placed, ...]) -> int:
    return min(one.count for one in by)
