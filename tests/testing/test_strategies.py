"""Backends against the oracle on graphs that Hypothesis makes up."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

import kgllm
from kgllm.testing import OracleGraph, check_facts
from kgllm.testing.strategies import graphs
from kgllm.types import Fact

few = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@few
@given(graphs())
def test_graphs_are_facts_that_the_oracle_takes(facts):
    assert all(isinstance(fact, Fact) for fact in facts)
    check_facts(OracleGraph, facts, skip=["threads"])


@few
@given(graphs())
def test_compiled(facts):
    check_facts(lambda given: kgllm.load(list(given)), facts, skip=["threads", "order_of_input"])
