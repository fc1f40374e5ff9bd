"""Conditions that are denied: "not red", "made by neither", 不是红色, as conditions on all other things."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.computed.flags import flag_of, flags
from kgllm.retrieval.computed.placing import BY_NAME
from kgllm.retrieval.computed.wholes import column

if TYPE_CHECKING:
    from kgllm.retrieval.computed.placing import Placed, Places


def others(places: Places, way: Placed) -> Placed:
    """All things but those that meet a condition, and what they have instead; of what a relation says yes or no to only a no is one.

    Raises:
        TooMany: the relation has more facts than may be read.
    """
    assert places.members is not None
    known = np.concatenate([way.ends, np.array(way.values, np.int64)])  # who is no neighbour of X is not X
    rest = places.members[~among(places.members, distinct(known))]
    if way.relation == BY_NAME:
        return replace(way, ends=rest)
    run, wholes = places.run, places.wholes
    rows = column(wholes, run.view, way.relation, run.retriever.limits.members, run.deadline)
    if run.view.relations[way.relation].id in flags(wholes, run.view):
        flag = flag_of(wholes, run.view, way.relation, run.retriever.limits.members, run.deadline)
        rest = rest if flag is None else rest[among(rest, flag.subjects)]
    mine = among(rows.subjects, rest) if way.way else np.zeros(len(rows.subjects), bool)
    return replace(way, values=(), ends=rest, ends_of_facts=rows.subjects[mine], facts=rows.facts[mine])
