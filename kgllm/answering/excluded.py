"""The answers to a question that leaves out what it knows already: of all of them, the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kgllm.answering.symbolic import said_of
from kgllm.types import Answer, replace
from kgllm.words.besides import besides
from kgllm.words.language import language_of
from kgllm.words.questions import Span, overlap, yes_or_no


def others(text: str, draft: Answer, names: Sequence[Span], ask: Callable[[str], Answer]) -> Answer | None:
    """What answers a question but for the things that it leaves out; None where it leaves out none, or where nothing else is known."""
    found = besides(text, names) if draft.abstained and not yes_or_no(text) else None
    if found is None or draft.evidence is None:
        return None
    rest, left_out = found
    links = [link for link in draft.evidence.links if any(overlap(link.mention.span, span) for span in left_out)]
    out = {node for link in links for node in (link.entity, *(candidate.entity for candidate in link.candidates))}
    answer = ask(rest)
    kept = tuple(node for node in answer.entities if node not in out)
    if answer.abstained or answer.verdict is not None or answer.value is not None or not kept:
        return None
    facts = tuple(fact for fact in answer.facts if set(kept) & set(fact.nodes) or not out & set(fact.nodes))
    said, citations = said_of(kept, facts, "", chinese=language_of(text) == "zh")
    return replace(answer, question=text, text=said, entities=kept, facts=facts, citations=citations)
