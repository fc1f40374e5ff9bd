"""Every place where RDF can be keeps the rules, on the written scenarios and on any graph that Hypothesis thinks of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from rdf_places import PLACES

import kgllm
from kgllm.testing import check_facts, check_graph
from kgllm.testing.strategies import graphs


@pytest.mark.parametrize("place", PLACES)
def test_the_rules(place):
    check_graph(PLACES[place], skip=_sources(place))


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(facts=graphs())
def test_any_graph(place, facts):
    check_facts(PLACES[place], facts, skip=_sources(place))


@pytest.mark.parametrize("place", PLACES)
def test_a_sample_is_the_same_facts_wherever_the_graph_is(place):
    """What retrieval learns of relations comes from a sample: it must not depend on where the graph is."""
    facts = [(f"Film {i % 70}", relation, f"{relation} {i % 13}") for i in range(400) for relation in ("directed by", "导演", "in")]
    graph, reference = PLACES[place](facts), kgllm.load(facts)
    for n, seed in ((50, 0), (50, 1), (10_000, 0)):
        assert list(map(str, graph.sample(n, seed))) == list(map(str, reference.sample(n, seed)))


def _sources(place):
    """A file is itself the source of what no named graph says."""
    return ["sources"] if place.startswith("compiled") else []
