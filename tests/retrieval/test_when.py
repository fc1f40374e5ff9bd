"""First, last and current among many ends: what is chosen, and that it costs a look at each."""

from __future__ import annotations

import time

import numpy as np
import pytest

from kgllm.retrieval.ranking.when import _of_years, _picked

TERMS = [(1990, 1994), (), (1994,), (1988, 1990), (1994, 1998)]


@pytest.mark.parametrize(
    ("pick", "through", "chosen"),
    [
        ("first", True, [3]),
        ("first", False, [3]),
        ("last", True, [4]),
        ("last", False, [4]),
        ("current", True, [2, 4]),
        ("current", False, None),
    ],
)
def test_what_is_picked(pick, through, chosen):
    found = _picked(TERMS, pick, through)
    assert chosen is None if found is None else np.flatnonzero(found).tolist() == chosen


def test_nothing_is_picked_where_no_time_is_known():
    assert _picked([(), ()], "first", True) is None
    assert _of_years([(), ()], [1990]) is None


@pytest.mark.parametrize("pick", ["first", "last", "current"])
def test_a_hundred_times_the_ends_cost_some_hundred_times_as_much(pick):
    def spent(size):
        spans = [(1000 + i % 900, 1900) for i in range(size)]
        begin = time.process_time()
        _picked(spans, pick, True)
        return time.process_time() - begin

    # Of every end's comparison with every other, 20,000 would cost a minute.
    assert spent(20_000) < 2.0
