"""Conditions that say only that something has a field at all: "clients with a fax", "patients who have an allergy", 有传真的客户."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.computed.placing import Condition, Placed, Places
from kgllm.retrieval.computed.wholes import column
from kgllm.words.conditions import has_any
from kgllm.words.questions import Span, overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def having(places: Places, taken: Iterable[Span], placed: Sequence[Condition]) -> list[Condition]:
    """What the question says that the things have, whatever it is, where some of them have it and others have not. `placed`: what else it
    says of them; of what it says what it is, it does not say only that there is any.

    Raises:
        TooMany: such a relation has more facts than may be read.
    """
    run, members = places.run, places.members
    if members is None:
        return []
    spans = list(taken)
    relations = run.steps.handles(run.view.relations)
    told = {way.relation for one in placed for way in one.ways}
    out: list[Condition] = []
    for span, names in run.spoken.telling:
        if any(overlap(span, one) for one in spans) or not has_any(run.question, span):
            continue
        found = [one for name in names if (one := _placed(places, relations.get(name), span)) is not None]
        if len(found) == 1 and found[0].relation not in told:
            out.append(Condition(span, (found[0],)))
            spans.append(span)
    return out


def _placed(places: Places, relation: int | None, span: Span) -> Placed | None:
    """The things that have a field; None where none or all of them do."""
    if relation is None or places.members is None:
        return None
    run = places.run
    rows = column(places.wholes, run.view, relation, run.retriever.limits.members, run.deadline)
    mine = among(rows.subjects, places.members)
    ends = rows.subjects[mine]
    things = distinct(ends)
    if not 0 < len(things) < len(places.members):
        return None
    words = places.asked.words
    said = frozenset(n for n, word in enumerate(words) if overlap((word.start, word.end), span)) | places.said_of(relation, span)
    weight = sum(words[n].weight for n in said)
    return Placed(span, relation, 1, (), things, ends, rows.facts[mine], int(np.count_nonzero(mine)), said, weight)
