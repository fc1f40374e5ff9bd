"""The async twins of a `GraphQA`: the same stages, for callers that await them.

Each runs in a thread of its own while what waits for a server runs on kgllm's private loop (`kgllm.graphs.waiting`); hundreds
may be asked at once, and some of them walk at the same time (`at_once`). Cancelling the task cancels the queries in flight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kgllm.answering.seeds import several
from kgllm.graphs.base import view_of
from kgllm.graphs.waiting import in_thread
from kgllm.limits import Deadline, Limits
from kgllm.types import Answer, Evidence, Link

if TYPE_CHECKING:
    from kgllm.answering.qa import GraphQA
    from kgllm.answering.seeds import Seed

WAITING, COMPUTING = 32, 4


class AsyncTwins:
    """`alink`, `aretrieve`, `aask` and `aask_many`.

    >>> import asyncio, kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan")]))
    >>> asyncio.run(qa.aask("Who directed Inception?")).text
    'Christopher Nolan [1]'
    """

    at_once: int | None = None
    """How many questions walk at the same time for one event loop; the others wait for their turn, within their deadline.
    None: 32 where a server or a model is waited for; else 4, since threads that all compute gain nothing by being more, and the
    event loop waits for each of them (with 50 questions at once 1.5 s with 32 threads, 0.15 s with 4)."""

    limits: Limits

    def _turns(self: GraphQA) -> int:  # type: ignore[misc]
        if self.at_once is not None:
            return self.at_once
        return WAITING if self.llm is not None or getattr(view_of(self.graph), "remote", False) else COMPUTING

    async def alink(self: GraphQA, question: str) -> tuple[Link, ...]:  # type: ignore[misc]  # a part of GraphQA
        """`link`, awaited."""
        deadline = Deadline(self.limits.seconds)
        return await in_thread(lambda: self.link(question), at_once=self._turns(), deadline=deadline)

    async def aretrieve(  # type: ignore[misc]
        self: GraphQA, question: str, *, seeds: Sequence[Seed] | None = None, max_facts: int | None = None, strategy: str = "relations"
    ) -> Evidence:
        """`retrieve`, awaited; the time that it waits for its turn counts."""
        deadline = Deadline(self.limits.seconds)
        return await in_thread(
            lambda: self._evidence(question, seeds, max_facts, strategy, deadline), at_once=self._turns(), deadline=deadline
        )

    async def aask(self: GraphQA, question: str, *, seeds: Sequence[Seed] | None = None) -> Answer:  # type: ignore[misc]
        """`ask`, awaited; the time that it waits for its turn counts."""
        deadline = Deadline(self.limits.seconds)
        return await in_thread(
            lambda: self._ask_many([question], None if seeds is None else [seeds], deadline)[0], at_once=self._turns(), deadline=deadline
        )

    async def aask_many(  # type: ignore[misc]
        self: GraphQA, questions: Iterable[str], *, seeds: Sequence[Sequence[Seed]] | None = None
    ) -> list[Answer]:
        """`ask_many`, awaited: they walk one after the other, and a model gets them as one batch. `asyncio.gather` of `aask` has
        several walk at the same time."""
        asked = several(questions, seeds)
        deadline = Deadline(self.limits.seconds * max(1, len(asked)))
        return await in_thread(lambda: self._ask_many(asked, seeds, deadline), at_once=self._turns(), deadline=deadline)
