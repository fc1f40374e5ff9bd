"""Ask every question, and hold what comes back against what is known."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgllm.errors import KGLLMError, WrongTypeError, shorten
from kgllm.evaluation.datasets import Question, questions_of
from kgllm.evaluation.metrics import BUDGETS, answer_figures, fact_figures, link_figures, path_recall
from kgllm.evaluation.report import Report, Row

if TYPE_CHECKING:
    from kgllm.answering.qa import GraphQA
    from kgllm.types import Answer, Evidence


def evaluate(
    qa: GraphQA,
    questions: str | Path | Iterable[Mapping[str, Any] | Question],
    *,
    gold_topics: bool = False,
    explain: bool = False,
    n: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Every figure of a GraphQA on a set of questions, by hop count, with 95 % intervals.

    Args:
        questions: a file of JSON lines, or dicts with "question" and "answers" and, where known, "topics", "relations", "hops".
        gold_topics: ask with the gold topics as seeds, so that linking is left out of the figures.
        explain: also find out, for each miss, which stage lost the gold answer (some milliseconds each).
        n: so many questions, drawn at random with `seed`; None: all.
        progress: called with (asked, of how many) after every question.

    Raises:
        GraphParseError, ConfigError: the questions are not such questions.

    >>> import kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan")]))
    >>> report = kgllm.evaluate(qa, [{"question": "Who directed Inception?", "answers": ["Christopher Nolan"]}])
    >>> report.figures["hits1"].value
    1.0
    """
    if not hasattr(qa, "ask"):
        raise WrongTypeError(f"qa must be a kgllm.GraphQA, not {shorten(qa)}", hint="kgllm.evaluate(kgllm.GraphQA(graph), questions)")
    asked = questions_of(questions, n=n, seed=seed)
    rows: list[Row] = []
    settings: Mapping[str, Any] = {}
    for i, question in enumerate(asked, 1):
        row, used = _one(qa, question, gold_topics=gold_topics, explaining=explain)
        rows.append(row)
        settings = settings or {name: str(value) for name, value in used.items() if name != "seeds"}
        if progress is not None:
            progress(i, len(asked))
    return Report(rows=tuple(rows), settings={**settings, "gold_topics": str(gold_topics)}, seed=seed)


def _one(qa: GraphQA, question: Question, *, gold_topics: bool, explaining: bool) -> tuple[Row, Mapping[str, Any]]:
    """The row of a question, and the settings that it was asked with."""
    seeds = list(question.topics) if gold_topics else None
    begin = time.perf_counter()
    try:
        answer = qa.ask(question.question, seeds=seeds)
        ms = (time.perf_counter() - begin) * 1e3
        evidence = _evidence(qa, question, answer, seeds)
        stage = None
        figures = _figures(question, answer, evidence, linking=not gold_topics)
        if explaining and question.answerable and not figures["hits1"]:
            stage = str(qa.explain(question.question, gold=question.answers, seeds=seeds).stage)
    except KGLLMError as error:
        failed = Row(question=question, figures=_missed(question, linking=not gold_topics), error=f"{type(error).__name__}: {error}")
        return failed, {}
    row = Row(
        question=question,
        figures=figures,
        got=tuple(entity.name for entity in answer.entities[:10]),
        linked=tuple(link.entity.name for link in evidence.links),
        path=str(evidence.paths[0]) if evidence.paths else "",
        ms=ms,
        reason=answer.reason,
        stage=stage,
    )
    return row, answer.settings


def _evidence(qa: GraphQA, question: Question, answer: Answer, seeds: Sequence[str] | None) -> Evidence:
    """The evidence that the recall is read from: the answer's own where it was made with as many facts."""
    if answer.evidence is not None and qa.limits.facts == BUDGETS[-1]:
        return answer.evidence
    return qa.retrieve(question.question, seeds=seeds, max_facts=BUDGETS[-1])


def _figures(question: Question, answer: Answer, evidence: Evidence, *, linking: bool) -> dict[str, float]:
    if not question.answerable:
        return {"abstain_recall": float(answer.abstained)}
    figures = answer_figures(answer.entities, question.answers)
    figures |= fact_figures(evidence.facts, question.answers)
    if linking and question.topics:
        figures |= link_figures((link.entity for link in evidence.links), question.topics)
    if question.relations:
        figures["path_recall"] = path_recall(evidence.paths, question.relations)
    figures["abstained"] = float(answer.abstained)
    if not answer.abstained:
        figures["wrong_when_answered"] = 1.0 - figures["hits1"]
    return figures


def _missed(question: Question, *, linking: bool) -> dict[str, float]:
    """An error is a miss of everything that the question could have shown."""
    if not question.answerable:
        return {"abstain_recall": 0.0}
    figures = answer_figures((), question.answers) | fact_figures((), question.answers) | {"abstained": 0.0}
    if linking and question.topics:
        figures |= link_figures((), question.topics)
    if question.relations:
        figures["path_recall"] = 0.0
    return figures
