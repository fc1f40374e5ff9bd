"""Numbers as conditions on things of a kind: "over 90 metres" of "red ships over 90 metres", "cost more than 5500" beside what else is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.computed.compared import Row, chosen
from kgllm.retrieval.computed.measures import ALIKE, Measure, in_its_own_unit, measures
from kgllm.retrieval.computed.placing import Condition, Placed, Places
from kgllm.retrieval.computed.sets import Members, Sets
from kgllm.retrieval.scoring.matching import LEAST
from kgllm.words import relation_words, stem
from kgllm.words.extremes import compares
from kgllm.words.questions import Span, overlap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgllm.words.comparisons import Bound


@dataclass(frozen=True, slots=True)
class Limited(Placed):
    """The things that a bound lets through, with what they have, in its order."""

    rows: tuple[Row, ...] = ()


def limits(question: str) -> tuple[Bound, ...]:
    """The numbers that a question holds things against.

    >>> [one.low.value for one in limits("red ships over 90 metres")]
    [90.0]
    """
    form = compares(question)
    return () if form is None else form.bounds


def bounded(places: Places, taken: Iterable[Span]) -> list[Condition]:
    """The limits that a question sets outside of some places, each with the field that it is of; without one where that cannot be told.

    Raises:
        TooMany: such a relation has more facts than may be read.
    """
    spans = list(taken)
    found = [one for one in limits(places.run.question) if not any(overlap(one.span, span) for span in spans)]
    if not found or places.members is None:
        return []
    return [Condition(one.span, _ways(places, one, [*spans, *(other.span for other in found)])) for one in found]


def _ways(places: Places, bound: Bound, taken: list[Span]) -> tuple[Placed, ...]:
    """The things that a bound lets through; nothing where no field can be meant, or two that tell them apart."""
    asked, run = places.asked, places.run
    words = enumerate(asked.words)
    free = [n for n, word in words if word.around is None and not any(overlap(word.span, span) for span in [*taken, places.kind])]
    head = tuple(n for n in asked.head if n not in free)
    relations = run.view.relations
    tried = measures(asked, run.matched(asked, run.steps), steps=run.steps, relations=relations, condition=bound, free=free, head=head)
    best: Placed | None = None
    score = 0.0
    for measure in tried:
        if measure.counted or (best is not None and measure.score < score - ALIKE):
            continue
        found = _placed(places, bound, measure)
        if found is None:
            continue
        if best is not None and found.ends.tobytes() != best.ends.tobytes():
            return ()
        best, score = best or found, max(score, measure.score)
    return () if best is None else (best,)


def _placed(places: Places, bound: Bound, measure: Measure) -> Placed | None:
    """The things whose value of a field a bound lets through; None where too few have one."""
    assert places.members is not None
    rows = Sets(places.run, places.asked).values(Members(places.members, 1.0), measure)
    best = None if rows is None else chosen(*in_its_own_unit(rows, bound, places.run.question))
    if best is None:
        return None
    ends = np.array([row.member for row in best.rows for _ in row.facts], np.int64)
    facts = np.array([fact for row in best.rows for fact in row.facts], np.int64)
    said = measure.words | _beside(places, bound, measure)
    weight = sum(places.asked.words[n].weight for n in said)
    things = distinct(np.array(best.winners, np.int64))
    return Limited(bound.span, measure.relation, 1, (), things, ends, facts, len(ends), said, weight, best.rows)


def _beside(places: Places, bound: Bound, measure: Measure) -> frozenset[int]:
    """Words that say no more than what the field is of: what it counts, behind the number ("50 points"), where the field is named whole or
    nothing of the graph is called so; and a noun for a kind of things between its words ("home team score")."""
    if not measure.words:
        return frozenset()
    words, text, run = places.asked.words, places.asked.text, places.run
    explains = run.matched(places.asked, run.steps).explains
    first, last = min(measure.words), max(measure.words)
    inside = [n for n in range(first, last) if any(overlap(words[n].span, span) for span in run.spoken.types)]
    named = {stem(words[n].text.lower()) for n in measure.words}
    whole = {stem(word) for word in relation_words(run.view.relations[measure.relation].name).spoken} <= named
    behind = [n for n, word in enumerate(words) if text[bound.span[1] : word.start] == " "]
    return frozenset((*inside, *(n for n in behind if whole or explains[:, n].max(initial=0.0) < LEAST)))
