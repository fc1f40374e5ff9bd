"""A guess: a span of a question and a node that it may mean, with every sign for and against it."""

from __future__ import annotations

from dataclasses import dataclass

from kgllm.graphs.base import Match
from kgllm.linking.disambiguate import Fit
from kgllm.linking.spans import Span

WRITTEN = ("id", "name", "alias")
"""Kinds of matches where the name stands in the question as the graph has it."""
_NO_FIT = Fit()


@dataclass(slots=True)
class Guess:
    """A span and a node that it may mean."""

    span: Span
    match: Match
    content: float
    marked: bool
    share: float = 1.0  # of the score, for another form or other capitals
    container: bool = False  # what stands beside it is within it
    handle: int = -1
    degree: int = 0
    connected: float = 0.0  # to what another part of the question names
    fit: Fit = _NO_FIT
    typed: tuple[float, str] = (0.0, "")  # how surely the noun beside it says its type, and which
    score: float = 0.0


def order(guess: Guess) -> tuple[float, int, int, str]:
    """By score; of equals, the longer where it is written exactly so ("Up!"), else the shorter (no question mark)."""
    exact = guess.match.kind in WRITTEN
    return -guess.score, -len(guess.span.text) if exact else len(guess.span.text), guess.span.start, str(guess.match.node)
