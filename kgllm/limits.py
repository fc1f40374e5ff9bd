"""What a question may cost: limits that hold inside the loops, and the deadline of a whole ask."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields

from kgllm.errors import ConfigError, GraphTimeout, WrongTypeError, shorten


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far, how wide and how long. Reaching one is never an error but `seconds`: it is noted in the evidence.

    hops: steps of a path. beam: paths kept at each hop. fan_out: facts followed for one (entity, relation, direction)
    while looking for paths. frontier: entities expanded at one hop of one path. endpoints: answers listed of one path
    (they are counted in full). facts: facts of an evidence. members: things of a kind, or facts of a relation,
    read to compare them. links: mentions of a question that are linked. seconds: of a whole ask, retrieval and model.
    literal_bytes: a longer literal is cut in prompts. question_bytes: a longer question is refused.

    Raises:
        ConfigError, WrongTypeError: one of them is no number above 0, or `hops` is more than 6.

    >>> Limits(seconds=5).hops
    3
    """

    hops: int = 3
    beam: int = 48
    fan_out: int = 64
    frontier: int = 2048
    endpoints: int = 10_000
    facts: int = 100
    members: int = 100_000
    links: int = 8
    seconds: float = 30.0
    literal_bytes: int = 1 << 20
    question_bytes: int = 4096

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            whole = one.name != "seconds"
            if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
                raise WrongTypeError(f"Limits.{one.name} must be a {'whole ' if whole else ''}number, not {shorten(value)}")
            if not value > 0:
                raise ConfigError(f"Limits.{one.name} must be more than 0, not {value!r}")
        if self.hops > 6:
            raise ConfigError(f"Limits.hops must be 1 to 6, not {self.hops!r}")


class Deadline:
    """A moment that ends a whole ask, however many stages share it.

    >>> Deadline(60).left() > 59
    True
    """

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self._end - time.monotonic())

    def end(self) -> None:
        """Over now: nobody waits for the answer any more.

        >>> deadline = Deadline(60)
        >>> deadline.end()
        >>> deadline.left()
        0.0
        """
        self._end = time.monotonic()

    def check(self, stage: str) -> None:
        """Raise GraphTimeout, naming the stage, when no time is left."""
        if time.monotonic() >= self._end:
            raise GraphTimeout(
                f"{stage} did not finish within {self.seconds:g} s", hint="raise Limits(seconds=…), or lower hops, beam or frontier"
            )
