"""Who has most things of a kind: "Which country has the most active geysers?", 谁写的诗最多？, "the most common colour of lamps in Peru".

What is counted are the things that meet all that is said of them (`described`). Who has them stands one step from each, or two: the maker of
an album's tracks, the clubs of a table of who is in which. Where something is said that no thing meets, or two relations lead to different
ones, there is no answer of this form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.computed.compared import Chosen, Compared, Row, Rows, chosen, kept, settings_of, told
from kgllm.retrieval.computed.described import Description
from kgllm.retrieval.computed.leading import Leading, Way, nouns_at
from kgllm.retrieval.computed.measures import Measure, names_of
from kgllm.retrieval.computed.standing import stands_for
from kgllm.retrieval.computed.wholes import TooMany
from kgllm.words import is_han, tokens
from kgllm.words.comparisons import Degree
from kgllm.words.extremes import compares
from kgllm.words.generic import generic
from kgllm.words.most import Most, most
from kgllm.words.questions import overlap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence
    from kgllm.words.questions import Span

_SURE = 0.9


def most_of(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for who has most things; None for every other, and where what is counted or who has it cannot be told."""
    form = most(run.question)
    if form is None or not (run.wholes.types or run.wholes.classes):
        return None
    run.steps.of(run.view.relations)
    asking = _Asking(run, form, Leading(run))
    try:
        found = asking.common() if form.common else asking.counted()
    except TooMany:
        return None
    if found is None and asking.even:  # each has as many: none has most
        return kept(run, (), (), (), {**settings_of(run, "superlative"), "declined": "comparison"})
    return None if found is None else told(run, found, max_facts, form="superlative")


@dataclass(slots=True)
class _Asking:
    """A question for who has most, on its way."""

    run: Run
    form: Most
    leading: Leading
    even: bool = False  # what is counted is known, and who has it, and each has as many

    def counted(self) -> Compared | None:
        """Of the things that the question says those have most to which most of them lead."""
        rest = self._without(self.form.things)
        said = self.run.question[slice(*self.form.things)]
        words = [said] if is_han(said) else [piece.word for piece in tokens(said)]  # 病人 is more than its last character
        if any(map(generic, words)):  # people: what measures them is no count
            return None
        found = Description.of(rest, unnamed=True, kind=self._kind(rest))
        met = None if found is None or found.denies() else found.all_of()
        if met is None or not len(met.ends):
            return None
        wanted = list(nouns_at(self.run.question, self.form.holder)) if not self.form.who else [((), self.form.verb)]
        for nouns, verb in wanted:
            ways = self.leading.ways(met.ends, nouns, verb)
            if ways:
                return self._told(met.ends, ways, met.seeds)
        return None

    def common(self) -> Compared | None:
        """What most things have of what the question asks for: of all that have it, or of those that meet its conditions."""
        for nouns, rest in nouns_at(self.run.question, self.form.holder):
            ways = [way for way in self.leading.ways(None, nouns, (0, 0)) if way.between is None and way.way == 0]
            if not ways:
                continue
            things = distinct(np.concatenate([self.leading.column(way.relation)[0] for way in ways]))
            said = self.form.things if self.form.things[0] < self.form.things[1] else rest
            if not self.run.question[slice(*said)].strip():
                return self._told(things, ways, ())
            run = self._without(said)
            found = Description.of(run, unnamed=True) or Description.among(run, things)
            met = found.all_of()
            return self._told(met.ends, ways, met.seeds) if met is not None and len(met.ends) else None
        return None

    # --- what is counted

    def _without(self, things: Span) -> Run:
        """The question without what asks who has most: it asks for all that is counted."""
        text, (start, end) = self.run.question, self.form.taken
        keep = things if things[0] < things[1] else (end, end)
        text = text[:start] + " " * (keep[0] - start) + text[slice(*keep)] + " " * (end - keep[1]) + text[max(end, keep[1]) :]
        everything, which = ("所有", "有哪些") if is_han(text) or is_han(self.run.question[start:end]) else ("all ", "")
        if keep[0] - len(everything) >= start:
            text = text[: keep[0] - len(everything)] + everything + text[keep[0] :]
        elif end - keep[1] >= len(which):
            text = text[: keep[1]] + which + text[keep[1] + len(which) :]
        kept = [(at, at + 1) for at in range(len(text)) if self.run.question[at : at + 1] != text[at : at + 1]]
        links = [link for link in self.run.links if not any(overlap(link.mention.span, one) for one in kept)]
        return self.run.retriever.run(text, links, None, self.run.deadline, part_of=self.run)

    def _kind(self, rest: Run) -> tuple[Span, str] | None:
        """The type that the last of the words for what is counted names, by a noun that only stands for it."""
        start, end = self.form.things
        text = rest.question[start:end]
        if is_han(text):
            nouns = ((at, text[at:]) for at in range(len(text)))
        else:
            pieces = [piece for piece in tokens(text) if piece.shape != "mark"]
            nouns = ((piece.start, piece.text) for piece in pieces[-1:])
        for at, noun in nouns:
            kind = stands_for(self.run.wholes, noun)
            if kind is not None:
                return (start + at, start + at + len(noun)), kind
        return None

    # --- what is told

    def _told(self, things: NDArray[Any], ways: list[Way], seeds: tuple[int, ...]) -> Compared | None:
        out: Compared | None = None
        for way in ways:
            rows = self.leading.rows(things, way)
            names = names_of(self.run.view.relations[way.relation])
            best = chosen(Rows(rows, None, names), self._degree) if len(rows) > 1 else self._only(rows)
            if best is None:
                self.even |= len(rows) > 1
                continue
            measure = Measure(way.relation, way.score, frozenset(), counted=True, way=1 - way.way)
            if out is not None and set(out.winners) != set(best.winners):
                return None
            out = Compared(best.rows, best.winners, measure, _SURE, seeds)
        return out

    def _only(self, rows: list[Row]) -> Chosen | None:
        """The only one that has any has most."""
        return Chosen(tuple(rows), (rows[0].member,)) if rows and self.form.sense > 0 and self._degree.place == 1 else None

    @property
    def _degree(self) -> Degree:
        """Which of them are asked for: those that have most, or the second most, or the three that do."""
        form = compares(self.run.question)
        own = [one for one in (() if form is None else form.degrees) if overlap(one.span, self.form.taken)]
        plain = Degree(self.form.taken, self.form.sense, ("amount",), superlative=True)
        return replace(plain, place=own[0].place, top=own[0].top) if own else plain
