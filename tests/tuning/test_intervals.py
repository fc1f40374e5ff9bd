"""Intervals: Wilson's for shares, and passages drawn again for perplexity."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgllm.tuning.proving.intervals import figures, perplexities, share


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)]
)
def test_wilson_as_printed_by_newcombe(hits, n, low, high):
    """The last is the example of Newcombe 1998 (Statistics in Medicine 17, table I, method 3)."""
    found = share([True] * hits + [False] * (n - hits))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_share_lies_in_its_interval(hits):
    found = share(hits)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.high - found.low > 0


def test_yes_and_no_are_shares_and_the_rest_is_drawn_again():
    found = figures([{"hits1": 1.0, "f1": 1.0, "invented": 0.0}] * 4)
    assert found["hits1"].low == pytest.approx(0.5101, abs=1e-4)
    assert found["invented"].high == pytest.approx(0.4899, abs=1e-4)
    assert (found["f1"].low, found["f1"].high) == (1.0, 1.0)


def test_a_rise_is_held_against_the_same_passages():
    before = [(float(10 + i), 10) for i in range(16)]
    found = perplexities({"before": before, "after": [(nll + 0.5, n) for nll, n in before]})
    assert found["perplexity_before"] == pytest.approx(math.exp(sum(nll for nll, _ in before) / 160))
    rise = math.exp(0.05) - 1  # of every passage alike: how hard they are widens only the other two
    assert [found[f"perplexity_rise{end}"] for end in ("", "_low", "_high")] == pytest.approx([rise] * 3)
    assert found["perplexity_after_low"] < found["perplexity_after"] < found["perplexity_after_high"]
    assert perplexities({"before": before, "after": before}, seed=1) == perplexities({"before": before, "after": before}, seed=1)


def test_perplexity_of_nothing_of_one_side_and_of_what_is_beyond_numbers():
    assert perplexities({}) == {}
    assert set(perplexities({"after": [(3.0, 2)]})) == {"perplexity_after", "perplexity_after_low", "perplexity_after_high"}
    assert math.isfinite(perplexities({"after": [(1e9, 1)]})["perplexity_after"])
