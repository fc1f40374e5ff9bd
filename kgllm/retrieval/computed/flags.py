"""Relations whose values say yes or no: "is contagious: true", 靠海: 否."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.computed.wholes import Wholes, column
from kgllm.words.questions import sign, signs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Along, View
    from kgllm.limits import Deadline

_SIGNED = 0.9  # share of the facts whose value says yes or no


@dataclass(frozen=True, slots=True)
class Flag:
    """Those of which a relation says yes, and no, and the facts of it; all of these, as they were read."""

    rows: Along
    subjects: NDArray[Any]
    yes: NDArray[Any]
    no: NDArray[Any]
    yes_facts: NDArray[Any]
    no_facts: NDArray[Any]


def flags(wholes: Wholes, view: View) -> frozenset[str]:
    """The relations that lead to a yes or a no, and to few other things."""
    if wholes.flags is None:
        nodes = [match.node for matches in wholes.graph.find([*signs(), *(word.capitalize() for word in signs())]) for match in matches]
        handles = view.handles(list(dict.fromkeys(nodes))) if nodes else np.zeros(0, np.int64)
        handles = distinct(handles[handles >= 0])
        entering: frozenset[str] = frozenset()
        if len(handles):
            groups = view.groups(handles)
            entering = frozenset(view.relations[one].id for one in np.unique(groups.relation[groups.way == 1]).tolist())
        wholes.flags = entering & wholes.few
    return wholes.flags


def flag_of(wholes: Wholes, view: View, relation: int, limit: int, deadline: Deadline) -> Flag | None:
    """What a relation (a handle of the view) says yes and no to; None where its values say something else.

    Raises:
        TooMany: it has more facts than `limit`.
    """
    rows = column(wholes, view, relation, limit, deadline)
    values = distinct(rows.objects)
    said = [sign(node.name) for node in view.nodes(values)]
    signs = np.array([-1 if one is None else int(one) for one in said], np.int64)
    if not len(values):
        return None
    of = signs[np.searchsorted(values, rows.objects)]
    if (of >= 0).mean() < _SIGNED:
        return None
    yes, no = of == 1, of == 0
    return Flag(rows, distinct(rows.subjects), distinct(rows.subjects[yes]), distinct(rows.subjects[no]), rows.facts[yes], rows.facts[no])
