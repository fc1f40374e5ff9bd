"""Sets of handles against numpy's own set functions, and following one relation against `edges`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgllm.graphs.ascending import among, begins, counted, distinct
from kgllm.graphs.base import Record
from kgllm.graphs.compiled.graph import build
from kgllm.testing.scenarios import random_facts

VALUES = st.lists(st.integers(0, 9), max_size=12).map(lambda values: np.array(values, np.int64))


@given(VALUES, VALUES)
def test_sets_are_those_of_numpy(values, others):
    once, often = counted(values)
    expected = np.unique(values, return_counts=True)
    assert distinct(values).tolist() == once.tolist() == expected[0].tolist()
    assert often.tolist() == expected[1].tolist()
    assert among(values, distinct(others)).tolist() == np.isin(values, others).tolist()
    assert begins(np.sort(values)).tolist() == np.unique(np.sort(values), return_index=True)[1].tolist()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("updated", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_following_gives_the_edges(seed, updated, limit):
    facts = random_facts(seed)
    graph = build(Record(fact=fact) for fact in (facts[: len(facts) // 2] if updated else facts))
    if updated:
        graph.update(add=facts[len(facts) // 2 :], remove=facts[:2])
    view = graph.view()
    nodes = view.handles([*dict.fromkeys(fact.subject for fact in facts), *dict.fromkeys(fact.object for fact in facts)])
    nodes = distinct(nodes[nodes >= 0])
    for asked in (nodes, nodes[:1], nodes[-1:], nodes[:0]):
        for relation in range(len(view.relations)):
            for way in (0, 1):
                edges = view.edges(asked, np.full(len(asked), relation), np.full(len(asked), way), limit)
                start, end, fact, cut = view.follow(asked, relation, way, limit)
                assert start.tolist() == asked[edges.row].tolist()
                assert (end.tolist(), fact.tolist(), cut) == (edges.neighbour.tolist(), edges.fact.tolist(), bool(edges.truncated.any()))


@pytest.mark.parametrize("top", [5, 3_000, 10**9])
def test_many_values_are_counted_in_a_table_or_sorted(top):
    values = np.random.default_rng(0).integers(0, top, 5_000)
    once, often = counted(values)
    expected = np.unique(values, return_counts=True)
    assert np.array_equal(distinct(values), expected[0])
    assert np.array_equal(once, expected[0]) and np.array_equal(often, expected[1])
