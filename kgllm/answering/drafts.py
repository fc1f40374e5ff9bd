"""The symbolic answer to a question, before any model speaks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kgllm.answering.abstain import abstention, code_for
from kgllm.answering.symbolic import answer_from
from kgllm.answering.whether import settled
from kgllm.graphs.base import view_of
from kgllm.retrieval.question import counts
from kgllm.retrieval.score import confidence
from kgllm.types import Answer, Evidence, replace

if TYPE_CHECKING:
    from kgllm.answering.qa import GraphQA
    from kgllm.answering.seeds import Seed
    from kgllm.limits import Deadline


def draft(qa: GraphQA, question: str, seeds: Sequence[Seed] | None, deadline: Deadline) -> Answer:
    """The answer that the best path gives, or an abstention that says why there is none."""
    start = time.perf_counter()

    def settings() -> dict[str, Any]:
        return {**qa.settings, "graph": qa.graph.version(), "seeds": None if seeds is None else tuple(map(str, seeds))}

    def ask(text: str) -> Answer:
        evidence = qa._retrieve(text, seeds, None, "relations", deadline)
        sure = confidence(evidence)
        code = code_for(evidence, sure, qa.sure_enough())
        if code:
            return abstention(evidence, code, confidence=sure, settings=settings(), seeded=seeds is not None)
        return answer_from(evidence, confidence=sure, counting=counts(text), settings=settings())

    def unchecked(evidence: Evidence, sure: float) -> Answer:
        return abstention(evidence, "unchecked", confidence=sure, settings=settings())

    answer = settled(question, ask, lambda: view_of(qa.graph), unchecked)
    return replace(answer, timings={**answer.timings, "total": time.perf_counter() - start})
