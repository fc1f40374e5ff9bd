"""The kinds that a question names, for a language model to look at: how many things there are of each, how many of them have which of a few
values, and the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import counted
from kgllm.retrieval.computed.wholes import TooMany, of_type
from kgllm.retrieval.wide.reads import along, once, spoken
from kgllm.types import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run
    from kgllm.retrieval.wide.reads import Reads

_VALUES = 12  # that a field may have for its values to be counted
_FIELDS = 6  # whose values are counted
_HEARD = 0.3  # from here on the question may mean a field
_NAMES = 60  # that are told of a kind


def counted_kinds(run: Run, kinds: Sequence[str], said: NDArray[Any], reads: Reads) -> tuple[NDArray[Any], list[Told]]:
    """The things of the kinds, those of one after those of the other, and what is told of them."""
    told: list[Told] = []
    found = [np.zeros(0, np.int64)]
    for kind in kinds:
        members = _members(run, kind, reads)
        many = run.wholes.counts.get(kind, len(members))
        if not many:
            continue
        named = 0 < len(members) <= _NAMES and bool(run.view.named(members).all())  # rows without a name say nothing
        names = tuple(run.view.nodes(members)) if named else ()
        told.append(Told(kind=kind, count=many, names=names))
        told += _values(run, kind, members, said, reads)
        found.append(members)
    return np.concatenate(found), told


def _members(run: Run, kind: str, reads: Reads) -> NDArray[Any]:
    many = run.wholes.counts.get(kind, 0)
    if not reads.take(many):
        return np.zeros(0, np.int64)
    try:
        return of_type(run.wholes, run.view, kind, many, run.deadline)
    except TooMany:
        return np.zeros(0, np.int64)


def _values(run: Run, kind: str, members: NDArray[Any], said: NDArray[Any], reads: Reads) -> list[Told]:
    """How many things of a kind have each value of a field that has few."""
    handles = run.steps.handles(run.view.relations)
    numeric = run.steps.numeric(run.view.relations)
    few = []
    for one in run.wholes.stats.values():
        handle = handles.get(one.relation.id)
        if handle is not None and 1 < one.objects <= _VALUES and kind in dict(one.domain):
            how = spoken(said, handle)
            if how >= _HEARD or not numeric[handle]:  # how many have which number says little, where none is asked for
                few.append((how, one))
    few.sort(key=lambda pair: -pair[0])
    told = []
    for _, stats in few[:_FIELDS]:
        rows = along(run, handles[stats.relation.id], reads) if len(members) else None
        if rows is None:
            continue
        pairs = once(rows.subjects, rows.objects)
        ends, many = counted(pairs[np.isin(pairs[:, 0], members), 1])
        order = np.argsort(-many, kind="stable")
        amounts = tuple(zip(run.view.nodes(ends[order]), many[order].tolist(), strict=True))
        if amounts:
            told.append(Told(ends=(None, None), steps=((stats.relation, "out"),), kind=kind, amounts=amounts))
    return told
