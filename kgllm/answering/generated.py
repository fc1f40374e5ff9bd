"""The answer in a model's words: its citations checked against the facts served, its claims against the evidence and against the facts that it cites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kgllm.answering.abstain import NOT_IN_GRAPH, abstention
from kgllm.answering.citations import check
from kgllm.answering.named_in import fold, named_in, names_in
from kgllm.answering.symbolic import least, told
from kgllm.graphs.base import Graph
from kgllm.llms.base import CutShort
from kgllm.prompting.templates import NOT_IN_FACTS
from kgllm.retrieval.reading.outside import counts
from kgllm.types import Answer, Fact, Node, Prompt
from kgllm.words.language import language_of
from kgllm.words.questions import sign, yes_or_no

if TYPE_CHECKING:
    from kgllm.llms.base import LLM

_BEGINS = re.compile(r"([^\W\d_]+?)的?\s*(?:$|[^\w\s]|\n)")  # 是的
_LISTED = 100  # names of what was computed
_COUNT = re.compile(r"(?:一?共|总共)?(?:有)?\s*(\d[\d,]*(?:\.\d+)?)(?![A-Za-z0-9_-])")


def prompt_of(draft: Answer, llm: LLM | None, **options: Any) -> Prompt:
    """The prompt of a question with the facts of its draft (`options`: see `kgllm.prompting.budget.fit`); without a model an upper bound."""
    from kgllm.llms.callable import CallableLLM
    from kgllm.prompting.budget import fit

    assert draft.evidence is not None
    llm = llm or CallableLLM(list)  # whose tokens they will be is not known
    return fit(draft.question, draft.evidence, llm=llm, result=_computed(draft), **options)


def _computed(draft: Answer) -> str | None:
    """What was counted, compared or gathered from more facts than a prompt holds; None where the facts are all that is known."""
    assert draft.evidence is not None
    counted = draft.value is not None or draft.verdict is not None or "form" in draft.evidence.settings
    if draft.abstained or not (counted or len(draft.entities) > len(draft.facts)):
        return None
    chinese = language_of(draft.question) == "zh"
    before = [] if draft.value is None else [least(draft.evidence.paths, draft.value, chinese=chinese) + f"{draft.value:,}"]
    before += [] if draft.verdict is None else [told(draft.verdict, chinese=chinese).strip(" :：")]
    values = [f" ({value})" for value in draft.values] if len(draft.values) == len(draft.entities) else [""] * len(draft.entities)
    names = [f"{node.name}{value}" for node, value in zip(draft.entities, values, strict=True)]
    listed = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    return ": ".join([*before, *([listed] if listed else [])]) or None


def answer_from(text: str, draft: Answer, *, graph: Graph, prompt: Prompt, settings: Mapping[str, Any]) -> Answer:
    """What the model said, as an answer: abstained where it says that the facts hold no answer, and cites none of them.

    `draft` is the answer without it. Its confidence, which is the retrieval's, is lowered by the share of citations that were never
    served, of claims without support and of answers that no cited fact holds, so that an unproven text never looks as sure as a proven one.
    """
    assert draft.evidence is not None
    evidence, confidence = draft.evidence, draft.confidence
    settings = {**settings, "cut_short": isinstance(text, CutShort)}
    text = text.strip()
    citations, unsupported = check(text, prompt, evidence, graph)
    declined = any(fold(said) in fold(text) for said in (*NOT_IN_GRAPH, *NOT_IN_FACTS.values()))
    if not text or (declined and not any(citation.served for citation in citations)):
        return abstention(evidence, "model_abstained", confidence=confidence, settings=settings, text=text, prompt=prompt)
    cited = tuple(dict.fromkeys(citation.fact for citation in citations if citation.fact is not None))
    entities = named_in(text, evidence, cited)
    uncited = _uncited(entities, cited) if prompt.served else ()
    wrong = sum(not citation.served for citation in citations) + len(unsupported) + len(uncited)
    proven = sum(citation.served for citation in citations)
    return Answer(
        question=evidence.question,
        text=text,
        entities=entities,
        value=_number(text) if draft.value is None and counts(evidence.question) else draft.value,
        verdict=draft.verdict if (said := _verdict(text)) is None or not yes_or_no(evidence.question) else said,
        facts=cited,
        citations=citations,
        unsupported=unsupported,
        uncited=uncited,
        confidence=confidence * (1 + proven) / (1 + proven + wrong),
        evidence=evidence,
        prompt=prompt,
        timings=evidence.timings,
        settings=settings,
    )


def _verdict(text: str) -> bool | None:
    """What a text that begins with yes or no says.

    >>> _verdict("No, it is in Utah [2]"), _verdict("是的 [1]"), _verdict("No Country for Old Men [1]")
    (False, True, None)
    """
    found = _BEGINS.match(text)
    return None if found is None else sign(found[1])


def _number(text: str) -> int | float | None:
    """The number that a text begins with, if it does.

    >>> _number("1,204 films [1][2]"), _number("three"), _number("共7部 [1]")
    (1204, None, 7)
    """
    found = _COUNT.match(text)
    number = float(found[1].replace(",", "")) if found else None
    return int(number) if number is not None and number.is_integer() else number


def _uncited(entities: tuple[Node, ...], cited: tuple[Fact, ...]) -> tuple[Node, ...]:
    """The answers that no cited fact names; a namesake of one that it names is what the text may mean."""
    proven = {fold(name) for fact in cited for node in fact.nodes for name in names_in(node)}
    return tuple(node for node in entities if not any(fold(name) in proven for name in names_in(node)))
