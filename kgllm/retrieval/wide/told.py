"""What a language model is told beside facts: how many there are of something, of which a prompt may show only some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.types import Fact, Node, Relation, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many there are of what a chain of steps ends at, or passes.

    ends: what the chain goes through, one more than `steps`; None stands for what is counted, or for anything. kind: the type of what is
    counted, where it is said. by: whose facts are counted, those of the one step's objects (in) or subjects (out). within: the words of the question that say a number which the last end is held against. names: all that are counted, where they are few. amounts: values or things, each with how many there are.
    """

    ends: tuple[Node | None, ...] = (None,)
    steps: tuple[tuple[Relation, Way], ...] = ()
    count: int = 0
    kind: str = ""
    within: str = ""
    by: Way | None = None
    names: tuple[Node, ...] = ()
    amounts: tuple[tuple[Node, int], ...] = ()

    @property
    def named(self) -> tuple[Node, ...]:
        """What is counted, and what there are so many of."""
        return (*self.names, *(node for node, _ in self.amounts))


def groups(settings: Mapping[str, Any], facts: Sequence[Fact]) -> list[tuple[Told, int]]:
    """The relations of what is named (`settings["groups"]`), each with how many of its facts are among these."""
    shown: Counter[tuple[Node | None, Relation, Way]] = Counter()
    for fact in facts:
        shown[fact.subject, fact.relation, "out"] += 1
        shown[fact.object, fact.relation, "in"] += 1
    return [(one, shown[(one.ends[0], *one.steps[0])]) for one in settings.get("groups", ())]
