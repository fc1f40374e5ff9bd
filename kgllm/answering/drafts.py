"""The symbolic answer to a question, before any model speaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kgllm.answering.abstain import abstention, code_for
from kgllm.answering.symbolic import answer_from
from kgllm.answering.vague import drawn_by_lot
from kgllm.answering.whether import settled
from kgllm.retrieval.reading.outside import counts
from kgllm.retrieval.scoring.score import confidence
from kgllm.types import Answer, Evidence, Link, replace
from kgllm.words.courtesies import courtesies, without
from kgllm.words.names import read_as
from kgllm.words.questions import yes_or_no

if TYPE_CHECKING:
    from kgllm.graphs.base import View


def alone(question: str, link: Callable[[str], Sequence[Link]]) -> str:
    """A question without its courtesies, everything in its place; whole, where a name of the graph reaches into them (你好，李焕英)."""
    before, behind = (
        courtesies(question) if isinstance(question, str) else ((0, 0), (0, 0))
    )  # what is no text is refused where it is linked
    if before[0] == before[1] and behind[0] == behind[1]:
        return question
    named = [(one.mention.start, one.mention.end) for one in link(question)]
    across = any(start < edge < end for start, end in named for edge in (before[1], behind[0]))
    return question if across else without(question, before, behind)


def neither(answer: Answer) -> bool:
    """Whether a question for yes or no, with all that it claims looked into, is answered by what is neither: of "Is Ann left-handed?" by
    her sister."""
    plain = answer.verdict is None and answer.evidence is not None and "form" not in answer.evidence.settings
    return plain and not answer.abstained and yes_or_no(answer.question)


def draft(
    question: str,
    alone: str,
    retrieve: Callable[[str], Evidence],
    *,
    view: Callable[[], View],
    is_field: Callable[[str], bool],
    threshold: float,
    settings: Mapping[str, Any],
    seeded: bool,
) -> Answer:
    """The answer that the best path gives, or an abstention that says why there is none. `alone`: the question without its courtesies;
    `seeded`: the caller said what to start from."""
    start = time.perf_counter()
    read = read_as(alone) if isinstance(alone, str) else alone  # what is no text is refused where it is linked

    def ask(text: str) -> Answer:
        evidence = retrieve(alone if text == read else text)
        sure = confidence(evidence)
        lot = drawn_by_lot(evidence)
        if code := code_for(evidence, sure, threshold, lot):
            return abstention(evidence, code, confidence=sure, settings=settings, seeded=seeded, lot=lot)
        return answer_from(evidence, confidence=sure, counting=counts(text), settings=settings)

    def unchecked(evidence: Evidence, sure: float) -> Answer:
        return abstention(evidence, "unchecked", confidence=sure, settings=settings)

    answer = settled(read, ask, view, unchecked, is_field)
    if answer.evidence is not None and neither(answer):
        answer = abstention(answer.evidence, "yes_or_no", confidence=answer.confidence, settings=settings)
    evidence = None if answer.evidence is None else replace(answer.evidence, question=question)  # told as it was asked
    return replace(answer, question=question, evidence=evidence, timings={**answer.timings, "total": time.perf_counter() - start})
