"""Sets of handles as ascending columns. numpy's own set functions cost more than the work where there are a few dozen values,
and a question makes hundreds of such calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.columns import Column

if TYPE_CHECKING:
    from kgllm.graphs.base import View

_MANY = 1024
_TABLE = 16  # places of a table for each value; sorting compares each some ten times and more


def distinct(values: Column) -> Column:
    """The values in ascending order, each once.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    if len(values) < 2:
        return values
    rises = values[1:] > values[:-1]
    if rises.all():
        return values
    if (top := _top(values)) is not None:
        there = np.zeros(top + 1, bool)
        there[values] = True
        return there.nonzero()[0]
    ordered = np.sort(values)
    new = np.empty(len(ordered), bool)
    new[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]


def counted(values: Column) -> tuple[Column, Column]:
    """The values in ascending order, each once, and how often each is there.

    >>> [column.tolist() for column in counted(np.array([3, 1, 3]))]
    [[1, 3], [1, 2]]
    """
    if (top := _top(values)) is not None:
        often = np.bincount(values, minlength=top + 1)
        once = often.nonzero()[0]
        return once, often[once]
    ordered = np.sort(values)
    starts = begins(ordered)
    ends = np.empty_like(starts)
    ends[:-1], ends[-1:] = starts[1:], len(ordered)
    return ordered[starts], ends - starts


def _top(values: Column) -> int | None:
    """The largest value, where there are so many that a table of all up to it is sooner made than they are sorted."""
    if len(values) < _MANY:
        return None
    top = int(values.max())
    return top if top < _TABLE * len(values) and values.min() >= 0 else None


def begins(ordered: Column) -> Column:
    """Where each run of equal values begins."""
    if not len(ordered):
        return np.zeros(0, np.int64)
    new = np.empty(len(ordered), bool)
    new[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new.nonzero()[0]


def nth(ordered: Column) -> Column:
    """The place of each value in its run of equal values, from 0 on.

    >>> nth(np.array([5, 5, 7, 7, 7])).tolist()
    [0, 1, 0, 1, 2]
    """
    begin = begins(ordered)
    size = np.empty_like(begin)
    size[:-1], size[-1:] = begin[1:], len(ordered)
    return np.arange(len(ordered)) - begin.repeat(size - begin)


def largest(values: Column, most: int) -> Column:
    """Where the largest values stand, at most so many, best first; of equal ones the first.

    >>> largest(np.array([1.0, 3.0, 2.0, 3.0]), 3).tolist()
    [1, 3, 2]
    """
    if len(values) <= 2 * most:
        return (-values).argsort(kind="stable")[:most]
    good = (values >= np.partition(values, -most)[-most]).nonzero()[0]  # of thousands most need no order
    return good[(-values[good]).argsort(kind="stable")[:most]]


def among(values: Column, ascending: Column) -> Column:
    """Which values are among the ascending ones.

    >>> among(np.array([3, 2]), np.array([1, 3])).tolist()
    [True, False]
    """
    if len(ascending) == 1:
        return values == ascending[0]
    if not len(ascending):
        return np.zeros(len(values), bool)
    at = np.minimum(ascending.searchsorted(values), len(ascending) - 1)
    return ascending[at] == values


def by_key(view: View, handles: Column) -> Column:
    """The handles in the order of their nodes' keys, in which everything is served."""
    return handles[np.argsort(view.rank(handles), kind="stable")]
