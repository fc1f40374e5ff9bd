"""Every place where RDF can be keeps the rules, on the written scenarios and on any graph that Hypothesis thinks of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from rdf_places import PLACES

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


def _sources(place):
    """A file is itself the source of what no named graph says."""
    return ["sources"] if place.startswith("compiled") else []
