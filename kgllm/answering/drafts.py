"""The symbolic answer to a question, before any model speaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kgllm.answering.abstain import abstention, code_for
from kgllm.answering.symbolic import answer_from
from kgllm.answering.whether import settled
from kgllm.retrieval.reading.outside import counts
from kgllm.retrieval.scoring.score import confidence
from kgllm.types import Answer, Evidence, replace
from kgllm.words.names import read_as

if TYPE_CHECKING:
    from kgllm.graphs.base import View


def draft(
    question: str,
    retrieve: Callable[[str], Evidence],
    *,
    view: Callable[[], View],
    is_field: Callable[[str], bool],
    threshold: float,
    settings: Mapping[str, Any],
    seeded: bool,
) -> Answer:
    """The answer that the best path gives, or an abstention that says why there is none. `seeded`: the caller said what to start from."""
    start = time.perf_counter()
    read = read_as(question) if isinstance(question, str) else question  # what is no text is refused where it is linked

    def ask(text: str) -> Answer:
        evidence = retrieve(question if text == read else text)
        sure = confidence(evidence)
        code = code_for(evidence, sure, threshold)
        if code:
            return abstention(evidence, code, confidence=sure, settings=settings, seeded=seeded)
        return answer_from(evidence, confidence=sure, counting=counts(text), settings=settings)

    def unchecked(evidence: Evidence, sure: float) -> Answer:
        return abstention(evidence, "unchecked", confidence=sure, settings=settings)

    answer = settled(read, ask, view, unchecked, is_field)
    evidence = None if answer.evidence is None else replace(answer.evidence, question=question)  # told as it was asked
    return replace(answer, question=question, evidence=evidence, timings={**answer.timings, "total": time.perf_counter() - start})
