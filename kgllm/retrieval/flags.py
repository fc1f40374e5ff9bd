"""Relations whose values say yes or no: "is contagious: true", 靠海: 否."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.wholes import Wholes, column
from kgllm.words.questions import sign

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.limits import Deadline

_SIGNED = 0.9  # share of the facts whose value says yes or no


@dataclass(frozen=True, slots=True)
class Flag:
    """Those of which a relation says yes, and no, and the facts of it."""

    subjects: NDArray[Any]
    yes: NDArray[Any]
    no: NDArray[Any]
    yes_facts: NDArray[Any]
    no_facts: NDArray[Any]


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
    return Flag(distinct(rows.subjects), distinct(rows.subjects[yes]), distinct(rows.subjects[no]), rows.facts[yes], rows.facts[no])
