"""What every rule is written with: the case that it looks at, how it says what is broken, and nodes and facts as plain values."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kgllm.graphs.base import Graph, sort_key
from kgllm.testing.oracle import Given, OracleGraph
from kgllm.types import Entity, Fact, Literal, Node, Relation, Way

ALL = 1_000_000  # a limit that no scenario reaches
STRANGERS: tuple[Node, ...] = (Entity("nobody of this name"), Entity(987654321), Entity(""), Literal("nothing written so"))


class BrokenRule(AssertionError):
    """A graph breaks a rule: which, on which scenario, in which call, what was expected and what came."""

    def __init__(self, rule: str, call: str, expected: Any, got: Any, *, scenario: str = "") -> None:
        self.rule, self.call, self.expected, self.got, self.scenario = rule, call, expected, got, scenario
        asks = (RULES[rule].__doc__ or "").splitlines()[0] if rule in RULES else ""
        super().__init__(f"{rule}: {asks}\n  scenario: {scenario}\n  call:     {call}\n  expected: {expected}\n  got:      {got}")


@dataclass(frozen=True)
class Case:
    """A graph, the oracle of the same facts, and how to make more of them."""

    factory: Callable[[Sequence[Given]], Graph]
    given: tuple[Given, ...]
    oracle: OracleGraph
    graph: Graph

    @cached_property
    def nodes(self) -> list[Node]:
        """Every node, entities first, by key."""
        return sorted((*self.oracle.entities, *self.oracle.literals), key=sort_key)

    @cached_property
    def steps(self) -> list[tuple[Relation, Way]]:
        """Every relation, both ways."""
        ways: tuple[Way, Way] = ("out", "in")
        return [(stats.relation, way) for stats in self.oracle.schema().relations for way in ways]


RULES: dict[str, Callable[[Case], None]] = {}
"""Every rule by its name, in the order in which they are checked."""


def rule(check: Callable[[Case], None]) -> Callable[[Case], None]:
    """Enter a rule under its function's name."""
    RULES[check.__name__] = check
    return check


def expect(name: str, call: str, expected: Any, got: Any) -> None:
    """Raise BrokenRule unless both are equal; of two lists only what differs is shown."""
    if expected == got:
        return
    if isinstance(expected, list) and isinstance(got, list):
        for i, (one, other) in enumerate(itertools.zip_longest(expected, got, fillvalue="nothing")):
            if one != other:
                raise BrokenRule(name, f"{call}, item {i} of {len(expected)}", _brief(one), _brief(other))
    raise BrokenRule(name, call, _brief(expected), _brief(got))


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 400 else text[:399] + "…"


def content(fact: Fact) -> tuple[Any, ...]:
    """What makes a fact the fact that it is, as plain values."""
    qualifiers = sorted((relation.id, identity(value)) for relation, value in fact.qualifiers)
    return identity(fact.subject), fact.relation.id, identity(fact.object), *qualifiers


def identity(node: Node) -> tuple[str, ...]:
    """What makes a node the node that it is, as texts."""
    if isinstance(node, Entity):
        return ("entity", repr(node.id))
    return ("literal", node.name, node.datatype or "", node.language or "")


def known(node: Node) -> tuple[Any, ...]:
    """A node with all that is known of it; the order of aliases and types is free."""
    if isinstance(node, Entity):
        return (*identity(node), node.name, sorted(node.aliases), sorted(node.types), node.named)
    return (*identity(node), type(node.value).__name__, node.value)


def in_order(steps: Iterable[Node]) -> bool:
    """Whether nodes are ordered by their keys."""
    keys = [sort_key(node) for node in steps]
    return keys == sorted(keys)


def show(node: Node) -> str:
    """A node in a message."""
    return repr(node.id) if isinstance(node, Entity) else f"literal {node.name!r}"
