"""Relations whose values say yes or no: "is contagious: true", 靠海: 否."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.computed.wholes import Wholes, column
from kgllm.words.questions import BITS, bears_sign, sign_of, signs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Along, View
    from kgllm.limits import Deadline
    from kgllm.types import Relation

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
        said = _entering(wholes, view, [*signs(), *(word.capitalize() for word in signs())])
        bits = _entering(wholes, view, sorted(BITS)) if any(bears_sign(wholes.stats[one].relation.name) for one in wholes.few) else []
        found = [*said, *(one for one in bits if bears_sign(one.name))]
        wholes.flags = frozenset(one.id for one in found) & wholes.few
    return wholes.flags


def _entering(wholes: Wholes, view: View, names: list[str]) -> list[Relation]:
    """The relations that lead to what is called so."""
    nodes = [match.node for matches in wholes.graph.find(names) for match in matches]
    handles = view.handles(list(dict.fromkeys(nodes))) if nodes else np.zeros(0, np.int64)
    handles = distinct(handles[handles >= 0])
    if not len(handles):
        return []
    groups = view.groups(handles)
    return [view.relations[one] for one in np.unique(groups.relation[groups.way == 1]).tolist()]


def flag_of(wholes: Wholes, view: View, relation: int, limit: int, deadline: Deadline) -> Flag | None:
    """What a relation (a handle of the view) says yes and no to; None where its values say something else.

    Raises:
        TooMany: it has more facts than `limit`.
    """
    rows = column(wholes, view, relation, limit, deadline)
    values = distinct(rows.objects)
    name = view.relations[relation].name
    said = [sign_of(name, node.name) for node in view.nodes(values)]
    signs = np.array([-1 if one is None else int(one) for one in said], np.int64)
    if not len(values):
        return None
    of = signs[np.searchsorted(values, rows.objects)]
    if (of >= 0).mean() < _SIGNED:
        return None
    yes, no = of == 1, of == 0
    return Flag(rows, distinct(rows.subjects), distinct(rows.subjects[yes]), distinct(rows.subjects[no]), rows.facts[yes], rows.facts[no])
