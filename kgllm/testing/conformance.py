"""`check_graph`: whether a backend keeps the rules of `kgllm.graphs.base`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from kgllm.errors import ConfigError
from kgllm.graphs.base import Graph
from kgllm.testing import rules, view_rules  # noqa: F401 - they enter their rules, in this order
from kgllm.testing.case import RULES, BrokenRule, Case
from kgllm.testing.oracle import Given, OracleGraph
from kgllm.testing.scenarios import all_scenarios

Factory = Callable[[Sequence[Given]], Graph]


def check_graph(factory: Factory, *, random_graphs: int = 12, skip: Collection[str] = ()) -> None:
    """Compare a backend with the oracle, rule by rule, on small graphs of everything that goes wrong.

    Args:
        factory: makes a graph of facts: (subject, relation, object) texts, or `Fact`s where ids, names or literals matter.
        random_graphs: how many random graphs follow the written ones; the same in every run.
        skip: names of rules that are not asked for (see `kgllm.testing.RULES`).

    Raises:
        BrokenRule: with the rule, the scenario, the call, what was expected and what came.

    >>> check_graph(OracleGraph, random_graphs=1)
    """
    unknown = set(skip) - set(RULES)
    if unknown:
        raise ConfigError(f"there is no rule {min(unknown)!r}; the rules are {', '.join(RULES)}")
    for scenario, facts in all_scenarios(random_graphs):
        check_facts(factory, facts, scenario=scenario, skip=skip)


def check_facts(factory: Factory, facts: Sequence[Given], *, scenario: str = "these facts", skip: Collection[str] = ()) -> None:
    """`check_graph` on a graph of one's own: every rule, on these facts."""
    case: Any = None
    rule = "the graph is made"
    try:
        case = Case(factory, tuple(facts), OracleGraph(facts), factory(tuple(facts)))
        for rule, check in RULES.items():
            if rule not in skip:
                check(case)
    except BrokenRule as broken:
        raise BrokenRule(broken.rule, broken.call, broken.expected, broken.got, scenario=scenario) from None
    except Exception as error:
        error.add_note(f"check_graph: while checking the rule {rule!r} on the scenario {scenario!r}")
        raise
