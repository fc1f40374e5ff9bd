"""The conformance kit passes what is right and names what is broken."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.errors import ConfigError
from kgllm.testing import RULES, SCENARIOS, OracleGraph, check_facts, check_graph


def test_the_oracle_keeps_every_rule():
    check_graph(OracleGraph)


def test_a_graph_of_which_half_was_added_keeps_every_rule():
    def updated(facts):
        graph = kgllm.load(list(facts[: len(facts) // 2]))
        graph.update(add=list(facts[len(facts) // 2 :]))
        return graph

    check_graph(updated, random_graphs=8)
    check_facts(updated, [("a", "r", "b")])


def test_unknown_rules_are_refused():
    with pytest.raises(ConfigError, match="no rule 'fnid'"):
        check_graph(OracleGraph, skip=["fnid"])


def test_every_rule_says_what_it_asks():
    assert all(check.__doc__ for check in RULES.values())
    assert "nothing" in SCENARIOS


def test_an_error_of_the_backend_says_where_it_happened():
    class Fails(OracleGraph):
        def sample(self, n, seed=0):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        check_facts(Fails, [("a", "r", "b")])
    assert "rule 'sample'" in caught.value.__notes__[0]
