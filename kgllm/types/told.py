"""What a language model is told beside facts: how many there are of what, where the facts that it is shown may be only some of them."""

from __future__ import annotations

from typing import Literal as Choice

from kgllm.types.facts import Node, Relation, Way
from kgllm.types.values import value


@value
class Told:
    """How many there are of what a chain of steps ends at, or passes, where the facts beside it may be only some of them.

    `ends` are what the chain goes through, one more than `steps`; None stands for what is counted, or for anything. Two ends without a step:
    nothing is linked to both. `kind` is the type of what is counted, where it is said; `by` says whose facts are counted, those of the one
    step's objects (in) or subjects (out); `within` are the words of the question that say a number which the last end is held against.
    `names` are all that are counted, where they are few; `amounts` values or things, each with how many there are. `exact`: there are so many,
    and not at least so many.
    """

    ends: tuple[Node | None, ...] = (None,)
    steps: tuple[tuple[Relation, Way], ...] = ()
    count: int = 0
    kind: str = ""
    within: str = ""
    by: Way | None = None
    names: tuple[Node, ...] = ()
    amounts: tuple[tuple[Node, int], ...] = ()
    exact: bool = True

    @property
    def named(self) -> tuple[Node, ...]:
        """What is counted, and what there are so many of."""
        return (*self.names, *(node for node, _ in self.amounts))


@value
class Wide:
    """What a language model is told beside facts that it was shown because no path explains the question, or its answer leaves a doubt.

    `shown` says what the facts are, in the order of their use: those around what is named, or, where nothing is, those with most and least
    ("extremes"); `compares` whether those of each measure of the graph are among them. `told` is how many there are of what, `groups` the same of each relation of
    what is named.
    """

    shown: Choice["around", "extremes"]
    told: tuple[Told, ...] = ()
    groups: tuple[Told, ...] = ()
    compares: bool = False
