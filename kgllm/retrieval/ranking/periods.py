"""Years of which a graph has several days: "released in 1979" is so of every date of that year, and linking names only some of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.graphs.whole import along
from kgllm.linking.dates import is_date_of, period_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.ground import Steps
    from kgllm.retrieval.retriever import Run

_PERIOD = re.compile(r"[12]\d{3}(?!\d)")
_VALUES = 20_000  # dates of one relation that are looked at
Periods = dict[tuple[str, int], "NDArray[Any] | None"]
"""The dates of a period that a relation leads to, by the text and the relation. Kept for one question."""


def from_period(run: Run, seed: int, path: tuple[Steps, ...], kept: Periods) -> NDArray[Any]:
    """What a path starts from: all dates of the year or month that is named, where what was linked is one of them."""
    one, alone = run.seeds[seed], run.handles[[seed]]
    text = period_at(run.question, one.start, one.end)
    relation, move = path[0][0]
    if move != "in" or not _PERIOD.match(text) or not is_date_of(one.node.name, text):
        return alone
    number = run.steps.handles(run.view.relations).get(relation.id, -1)
    key = text, number
    if key not in kept:
        kept[key] = _dates(run, number, text) if number >= 0 else None
    found = kept[key]
    return alone if found is None else distinct(np.concatenate([alone, found]))


def _dates(run: Run, relation: int, text: str) -> NDArray[Any] | None:
    rows = along(run.retriever.graph, run.view, relation, run.retriever.limits.members, deadline=run.deadline)
    values = distinct(rows.objects)
    if not 0 < len(values) <= _VALUES:
        return None
    return values[np.array([is_date_of(node.name, text) for node in run.view.nodes(values)], np.bool_)]
