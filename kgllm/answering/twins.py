"""The async twins of a `GraphQA`: the same stages, for callers that await them.

Each runs in a thread of its own while what waits for a server runs on kgllm's private loop (`kgllm.graphs.waiting`); hundreds
may be asked at once, at most `at_once` of them walk at the same time. Cancelling the task cancels the queries in flight.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kgllm.graphs.waiting import in_thread
from kgllm.limits import Deadline, Limits
from kgllm.types import Answer, Evidence, Link

if TYPE_CHECKING:
    from kgllm.answering.qa import GraphQA
    from kgllm.answering.seeds import Seed


class AsyncTwins:
    """`alink`, `aretrieve` and `aask`.

    >>> import asyncio, kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan")]))
    >>> asyncio.run(qa.aask("Who directed Inception?")).text
    'Christopher Nolan [1]'
    """

    at_once = 32
    """How many questions walk at the same time for one event loop; the others wait for their turn, within their deadline."""

    limits: Limits

    async def alink(self: GraphQA, question: str) -> tuple[Link, ...]:  # type: ignore[misc]  # a part of GraphQA
        """`link`, awaited."""
        deadline = Deadline(self.limits.seconds)
        return await in_thread(lambda: self.link(question), at_once=self.at_once, deadline=deadline)

    async def aretrieve(  # type: ignore[misc]
        self: GraphQA, question: str, *, seeds: Sequence[Seed] | None = None, max_facts: int | None = None, strategy: str = "relations"
    ) -> Evidence:
        """`retrieve`, awaited; the time that it waits for its turn counts."""
        deadline = Deadline(self.limits.seconds)
        return await in_thread(
            lambda: self._retrieve(question, seeds, max_facts, strategy, deadline), at_once=self.at_once, deadline=deadline
        )

    async def aask(self: GraphQA, question: str, *, seeds: Sequence[Seed] | None = None) -> Answer:  # type: ignore[misc]
        """`ask`, awaited; the time that it waits for its turn counts."""
        deadline = Deadline(self.limits.seconds)
        return await in_thread(
            lambda: self._ask_many([question], None if seeds is None else [seeds], deadline)[0], at_once=self.at_once, deadline=deadline
        )
