"""Facts without qualifiers as single numbers, made of those of their parts: what the views over plain facts share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.base import Along, Edges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Bools, Ints

    Numbers = NDArray[np.int64]


class CodedView:
    """The part of a `View` that follows from how facts are numbered."""

    _nodes: int  # how many there may be
    _steps: int  # … of relations

    def _coded(self, subject: Numbers, relation: Numbers | int, object: Numbers) -> Numbers:
        return (subject * self._steps + relation) * self._nodes + object

    def _parts(self, facts: Ints) -> tuple[Numbers, Numbers, Numbers]:
        """Subject, relation and object of each fact."""
        step, object = np.divmod(np.asarray(facts, np.int64), self._nodes)
        subject, relation = np.divmod(step, self._steps)
        return subject, relation, object

    def _edges(self, requests: tuple[Ints, Ints, Ints], ends: Sequence[Numbers], limits: Numbers, cut: Bools | None = None) -> Edges:
        """The facts of requests (handles, relations, ways), of each so many as its limit of the ends that it leads to; truncated where
        there are more, or they were `cut` before."""
        handles, relations, ways = (np.asarray(column, np.int64) for column in requests)
        sizes = np.array([len(one) for one in ends], np.int64)
        taken = np.minimum(sizes, limits)
        neighbour = np.concatenate([np.zeros(0, np.int64), *(one[:most] for one, most in zip(ends, taken.tolist(), strict=True))])
        row = np.repeat(np.arange(len(ends)), taken)
        out = ways[row] == 0
        subject, object = np.where(out, handles[row], neighbour), np.where(out, neighbour, handles[row])
        return Edges(
            row, neighbour, self._coded(subject, relations[row], object), sizes > limits if cut is None else cut | (sizes > limits)
        )

    def _all_along(self, subjects: Numbers, relation: int, objects: Numbers) -> Along:
        return Along(subjects, objects, self._coded(subjects, relation, objects), len(subjects))

    def qualifiers(self, facts: Ints) -> tuple[Numbers, Numbers, Numbers]:
        """Columns (row, relation handle, node handle) of the facts' qualifiers: none."""
        none = np.zeros(0, np.int64)
        return none, none, none
