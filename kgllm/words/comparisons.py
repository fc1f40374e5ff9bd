"""What a question compares, as plain values: words that ask for more or for less, and numbers that it is held against."""

from __future__ import annotations

from dataclasses import dataclass

from kgllm.words.figures import Figure
from kgllm.words.questions import Span


@dataclass(frozen=True, slots=True)
class Degree:
    """A word that asks for the most (`sense` 1) or the least (-1) of something, or for more or less of it. `dimensions`: what it may be."""

    span: Span
    sense: int
    dimensions: tuple[str, ...]
    superlative: bool
    loose: bool = False  # it says so only of things that are named, or at the end of a question
    place: int = 1  # the second longest
    top: int = 1  # the three longest
    asks: str = ""  # "difference", "ratio", "total" or "average": a number that is made of the values; "times": whether it is so many times
    times: float = 1.0


@dataclass(frozen=True, slots=True)
class Bound:
    """What is asked for lies over `low` and under `high`; `closed` are those that count themselves. `span` is all that says so."""

    span: Span
    low: Figure | None = None
    high: Figure | None = None
    closed: tuple[bool, bool] = (False, False)
    dimensions: tuple[str, ...] = ()
    moment: bool = False  # its word is said of times ("before 1990")
    when: bool = False  # its word may be said of times, whatever the number is ("before 40 million years")

    def holds(self, value: float) -> bool:
        """Whether a plain number lies within."""
        over = self.low is None or value > self.low.value or (self.closed[0] and value == self.low.value)
        return over and (self.high is None or value < self.high.value or (self.closed[1] and value == self.high.value))


@dataclass(frozen=True, slots=True)
class Form:
    """What a question compares."""

    degrees: tuple[Degree, ...] = ()
    bounds: tuple[Bound, ...] = ()
