"""The most or the least of a field that a question says by its whole name: "the nurse with the lowest annual pay", 年薪最高的三个护士.

Such a question says a kind of things, a field, whether most or least, maybe values of other fields, and nothing else: it is read as a query
of a table is. Where a word with content is left, it is read in other ways.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.computed.compared import Compared, Row, chosen, told, undecided
from kgllm.retrieval.computed.fields import Said, Value, fields_said, value_at
from kgllm.retrieval.computed.given import holds
from kgllm.retrieval.computed.measures import Measure
from kgllm.retrieval.computed.placing import Places
from kgllm.retrieval.computed.sets import Members, Sets, classes_named
from kgllm.retrieval.computed.wholes import TooMany
from kgllm.retrieval.scoring.understood import understood
from kgllm.words import is_han
from kgllm.words.questions import Span, overlap, yes_or_no
from kgllm.words.superlatives import Superlative, asks_further, asks_value, hinted, nothing_else, superlative

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.computed.compared import Rows
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence

_LONGEST = 200  # characters of a question
_SURE = 0.95
_VALUES = 24  # values that one thing may have of a field that is asked for


def by_field(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for the most or the least of a field; None for every other, and where more is said."""
    try:
        found = most_of_field(run)
    except TooMany:
        return None
    return None if found is None else told(run, found, max_facts, form="superlative")


def most_of_field(run: Run) -> Compared | None:
    """What such a question compares.

    Raises:
        TooMany: more things or facts than may be read.
    """
    text = run.question.lower()
    if len(text) > _LONGEST or not hinted(text) or yes_or_no(run.question):
        return None
    return next((one for one in (_read(run, text, field) for field in fields_said(run)) if one is not None), None)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a question says beside the field that is compared: how, the kinds of things, and values of other fields."""

    found: Superlative
    kinds: dict[Span, Any]
    values: tuple[Value, ...]
    further: Said | None = None  # a field that is asked for of what has most

    @property
    def apart(self) -> list[Span]:
        """Other fields and their values."""
        own = [span for one in self.values for span in (one.field.span, one.span)]
        return [*own, self.further.span] if self.further else own

    @property
    def spans(self) -> list[Span]:
        """All places that are read."""
        return [*self.kinds, *self.apart, *self.found.spans]


def _read(run: Run, text: str, measure: Said) -> Compared | None:
    """A question as one for the most or the least of this field; None where it is none, or says more."""
    parts = _parts(run, text, measure)
    if parts is None:
        return None
    sets = Sets(run, understood(run.question, run.steps))
    of = sets.of_kind(list(parts.kinds.values())) if parts.kinds else None
    if parts.kinds and of is None:
        return None
    parts = _whole(sets, text, measure, parts, of)
    asks = None if parts is None else asks_value(text, parts.found, measure.span, list(parts.kinds), parts.apart)
    if parts is None or asks is None:
        return None
    meant = [one for one in (_rows(sets, relation, of, parts.values) for relation in measure.relations) if one is not None]
    if len(meant) != 1:  # two fields of the same name
        return None
    [(rows, key, members)] = meant
    best = None if undecided(rows, parts.found.degree) else chosen(rows, parts.found.degree)
    if best is None:
        return None
    proof = [value.facts[among(value.things, distinct(np.array(best.winners, np.int64)))] for value in parts.values]
    seeds = tuple(one for value in parts.values for one in value.values)
    found = Compared(best.rows, best.winners, key, _SURE, seeds, members=members, unread=rows.unread, asks_value=asks)
    found = replace(found, proof=tuple(np.concatenate(proof).tolist()) if proof else (), among=rows, condition=parts.found.degree)
    return found if parts.further is None else _further(run, found, parts.further)


def _whole(sets: Sets, text: str, measure: Said, parts: _Parts, of: Members | None) -> _Parts | None:
    """What is read of a question with what is named alone, or with the field that is asked for of what has most; None where more is said."""
    if nothing_else(text, [measure.span, *parts.spans]):
        return parts
    taken = [measure.span, *parts.spans]
    others = [one for one in fields_said(sets.run, numbers=False) if not any(overlap(one.span, span) for span in taken)]
    for other in others if parts.kinds else ():
        more = replace(parts, further=other)
        if asks_further(text, other.span, parts.found, measure.span, list(parts.kinds)) and nothing_else(text, [*taken, other.span]):
            return more
    if of is None:
        return None
    parts = replace(parts, values=(*parts.values, *_named(sets, of.handles, taken)))
    return parts if nothing_else(text, [measure.span, *parts.spans]) else None


def _further(run: Run, found: Compared, field: Said) -> Compared | None:
    """What the things that have most have of another field; None where they have nothing of it."""
    winners = np.array(found.winners, np.int64)
    for relation in field.relations:
        edges = run.view.edges(winners, np.full(len(winners), relation), np.zeros(len(winners), np.int64), _VALUES)
        if len(edges.row):
            own = winners[edges.row].tolist()
            names = [node.name for node in run.view.nodes(edges.neighbour)]
            rows = tuple(Row(one, 0.0, name, (fact,)) for one, name, fact in zip(own, names, edges.fact.tolist(), strict=True))
            proof = (*found.proof, *(row.facts[0] for row in found.rows if row.member in found.winners))
            return replace(found, rows=rows, measure=Measure(relation, 1.0, frozenset()), proof=proof, asks_value=True)
    return None


def _parts(run: Run, text: str, measure: Said) -> _Parts | None:
    """What is said beside the field."""
    values: list[Value] = []
    for field in fields_said(run, numbers=False):
        taken = [measure.span, *(span for one in values for span in (one.field.span, one.span))]
        if not any(overlap(field.span, one) for one in taken) and (value := value_at(run, field, taken)) is not None:
            values.append(value)
    apart = [span for one in values for span in (one.field.span, one.span)]
    found = superlative(text, [measure.span, *apart])
    if found is None:
        return None
    kinds = _kinds(run, [measure.span, *apart, *found.spans])
    return None if len(set(map(str, kinds.values()))) > 1 else _Parts(found, kinds, tuple(values))


def _named(sets: Sets, members: NDArray[Any], taken: list[Span]) -> list[Value]:
    """What is named outside of some places and leads to things by one relation only, which is not said: "the highest hut in Lower Vale"."""
    run, out = sets.run, []
    for span in run.names:
        if any(overlap(span, one) for one in taken) or run.question[slice(*span)].isdigit():
            continue
        named = Places(run, sets.asked, members, (0, 0)).named(span)
        if named is not None and len(named.ways) == 1 and named.ways[0].way == 1:
            [way] = named.ways
            out.append(Value(Said(span, (way.relation,)), span, way.values, way.relation, way.ends_of_facts, way.facts))
    return out


def _kinds(run: Run, taken: list[Span]) -> dict[Span, Any]:
    """The kinds of things that are named outside of some places, wherever they are."""
    kinds = classes_named(Sets(run, understood(run.question, run.steps)), taken)
    kinds = {span: kind for span, kind in kinds.items() if not nothing_else(run.question[slice(*span)].lower(), ())}  # "I'd" is no day
    for span, kind in list(kinds.items()):
        said, at = run.question[slice(*span)], span[1]
        while is_han(said) and (at := run.question.find(said, at)) >= 0:
            if not any(overlap((at, at + len(said)), one) for one in (*taken, *kinds)):
                kinds[at, at + len(said)] = kind
            at += len(said)
    return {span: kind for span, kind in kinds.items() if not any(holds(other, span) for other in kinds)}


def _rows(sets: Sets, relation: int, of: Members | None, values: tuple[Value, ...]) -> tuple[Rows, Measure, Members] | None:
    """The values of a relation that the things have; None where they have none that can be compared."""
    measure = Measure(relation, 1.0, frozenset())
    members = of or (sets.having(measure) if not values else None)
    handles = members.handles if members is not None else distinct(values[0].things)
    for value in values:
        handles = handles[among(handles, distinct(value.things))]
    if not len(handles):
        return None
    members = Members(handles, 1.0, kinds=() if members is None else members.kinds)
    rows = sets.values(members, measure, 0.0)
    return None if rows is None or rows.amounts is None else (rows, measure, members)


def value_asked(asked: Asked, found: Compared, kinds: list[Span], names: list[Span]) -> bool:
    """Whether a question that compares asks for the most or the least itself, and not for what has it: "the highest pay of any nurse", where
    the words for what is measured are all beside each other."""
    text, words = asked.text.lower(), [asked.words[n] for n in sorted(found.measure.words)]
    plain = found.verdict is None and found.value is None and not found.onward and not found.measure.counted
    if not words or not plain or text[words[0].start : words[-1].end].count(" ") >= len(words):
        return False
    measure = (words[0].start, words[-1].end)
    form = superlative(text, [measure, *names])
    if form is None:
        return False
    between = text[form.degree.span[1] : measure[0]] if form.degree.span[1] <= measure[0] else text[measure[1] : form.degree.span[0]] + "-"
    if between.strip() and not (is_han(text[slice(*measure)]) and between.strip("-") in ("", "的")):
        return False
    return bool(asks_value(text, form, measure, kinds, names))
