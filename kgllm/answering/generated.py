"""The answer in a model's words: its citations checked against the facts served, its claims against the evidence and against the facts that it cites."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kgllm.answering.abstain import NOT_IN_GRAPH, abstention
from kgllm.answering.citations import check, names_of, without_ids
from kgllm.answering.named_in import fold, named_in, names_in
from kgllm.answering.symbolic import least, told
from kgllm.graphs.base import Graph
from kgllm.llms.base import CutShort
from kgllm.prompting.beside import Computed
from kgllm.prompting.templates import NOT_IN_FACTS
from kgllm.retrieval.reading.outside import counts
from kgllm.types import Answer, Evidence, Fact, Node, Prompt
from kgllm.words.declines import declines, names_none
from kgllm.words.language import language_of
from kgllm.words.names import simplified
from kgllm.words.patterns import either
from kgllm.words.questions import sign, yes_or_no
from kgllm.words.tables import read_table

if TYPE_CHECKING:
    from kgllm.llms.base import LLM

_MARKS = " \t\n*_`#>\"'“”「『《"  # around what a text begins with
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


def _computed(draft: Answer) -> Computed | None:
    """What was counted, compared or gathered from more facts than a prompt holds; None where the facts are all that is known."""
    assert draft.evidence is not None
    counted = draft.value is not None or draft.verdict is not None or "form" in draft.evidence.settings
    if draft.abstained or not (counted or len(draft.entities) > len(draft.facts)):
        return None
    chinese = language_of(draft.question) == "zh"
    before = [] if draft.value is None else [least(draft.evidence.paths, draft.value, chinese=chinese) + f"{draft.value:,}"]
    before += [] if draft.verdict is None else [told(draft.verdict, chinese=chinese).strip(" :：")]
    values = draft.values if len(draft.values) == len(draft.entities) else ("",) * len(draft.entities)
    names = tuple((node.name, value) for node, value in zip(draft.entities, values, strict=True))
    return Computed(": ".join(before), names[:_LISTED], more=len(names) > _LISTED) if before or names else None


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
    cited = tuple(dict.fromkeys(citation.fact for citation in citations if citation.fact is not None))
    entities = named_in(text, evidence, cited)
    if not text or _declines(text, evidence, entities, cited):
        return abstention(evidence, "model_abstained", confidence=confidence, settings=settings, text=text, prompt=prompt)
    said = _verdict(text) if yes_or_no(evidence.question) else None
    verdict = draft.verdict if said is None else said
    uncited = _uncited(entities, cited) if prompt.served else ()
    wrong = sum(not citation.served for citation in citations) + len(unsupported) + len(uncited)
    proven = sum(citation.served for citation in citations)
    wrong += draft.verdict is not None and verdict != draft.verdict
    wrong = max(wrong, 1) if prompt.served and not proven else wrong  # "2", "No": nothing says so
    return Answer(
        question=evidence.question,
        text=text,
        entities=entities,
        value=_number(text) if draft.value is None and counts(evidence.question) else draft.value,
        verdict=verdict,
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


def _declines(text: str, evidence: Evidence, entities: Sequence[Node], cited: Sequence[Fact]) -> bool:
    """Whether a text says that there is no answer: by the words that the prompt asks for, unless it cites something beside; by others where it
    names nothing but what is asked about."""
    said = simplified(fold(without_ids(text, names_of(evidence)))).strip()
    words = [fold(one) for one in (*NOT_IN_GRAPH, *NOT_IN_FACTS.values())]
    if any(one in said for one in words):
        return not cited or said.strip(" .。!！\"'*,，;；") in words
    if cited or not set(evidence.seeds).issuperset(entities):
        return False
    answers = counts(evidence.question) or yes_or_no(evidence.question)
    return declines(said) or (names_none(said) and not answers)


def _verdict(text: str) -> bool | None:
    """What a text that begins with yes or no says.

    >>> _verdict("No, it is in Utah [2]"), _verdict("是的 [1]"), _verdict("No Country for Old Men [1]")
    (False, True, None)
    >>> _verdict("**No**"), _verdict("Answer: yes [1]"), _verdict("不对。"), _verdict("Nope"), _verdict("No he did not")
    (False, True, False, False, False)
    """
    found = _BEGINS.match(text := _without_lead(text))
    if found is not None and (said := sign(found[1])) is not None:
        return said
    words = read_table("reasons")["verdict"]
    first = re.match(rf"({either([*words['yes'], *words['no']])})(?![^\W\d_])", text, re.IGNORECASE)
    if first is not None:
        return first[1].lower() in words["yes"]
    goes_on = re.match(rf"(yes|no)\s+{either(words['after'])}(?![^\W\d_])", text, re.IGNORECASE)
    return None if goes_on is None else goes_on[1].lower() == "yes"


def _without_lead(text: str) -> str:
    """A text from its answer on: "**Answer:** no" is "no"."""
    lead = either(read_table("reasons")["verdict"]["lead"])
    return re.sub(
        rf"^{lead}(?:[{re.escape(_MARKS)}]*[:：][{re.escape(_MARKS)}]*|\s+|(?<=[是为]))", "", text.strip(_MARKS), flags=re.IGNORECASE
    ).lstrip(_MARKS)


def _number(text: str) -> int | float | None:
    """The number that a text begins with, if it does.

    >>> _number("1,204 films [1][2]"), _number("three"), _number("共7部 [1]"), _number("**The answer is 4** [1]")
    (1204, None, 7, 4)
    """
    found = _COUNT.match(_without_lead(text))
    number = float(found[1].replace(",", "")) if found else None
    return int(number) if number is not None and number.is_integer() else number


def _uncited(entities: tuple[Node, ...], cited: tuple[Fact, ...]) -> tuple[Node, ...]:
    """The answers that no cited fact names; a namesake of one that it names is what the text may mean."""
    proven = {fold(name) for fact in cited for node in fact.nodes for name in names_in(node)}
    return tuple(node for node in entities if not any(fold(name) in proven for name in names_in(node)))
