"""Of a text that a graph holds in several languages, the one of the question, or of the language that it names: definitions, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.types import Literal, replace
from kgllm.words import tokens
from kgllm.words.language import language_of
from kgllm.words.tongues import tongue, tongues_in

if TYPE_CHECKING:
    from kgllm.types import Evidence, Fact, Node


def in_tongue(evidence: Evidence) -> Evidence:
    """The evidence, its best path without the texts in other languages where a thing has one in the question's own."""
    best = evidence.paths[0] if evidence.paths else None
    if best is None or best.truncated or len(best.endpoints) < 2 or best.relations[-1:] == () or best.relations[-1][1] != "out":
        return evidence
    tags = {node: (node.language or "").partition("-")[0] for node in best.endpoints if isinstance(node, Literal)}
    if len(tags) < len(best.endpoints) or len(set(tags.values()) - {""}) < 2:
        return evidence
    last = best.relations[-1][0]
    of: dict[Node, list[Literal]] = {}
    for fact in best.facts:
        if fact.relation == last and isinstance(fact.object, Literal) and fact.object in tags:
            of.setdefault(fact.subject, []).append(fact.object)
    if {end for ends in of.values() for end in ends} != set(tags):  # not all facts are shown
        return evidence
    wanted = _wanted(evidence)
    kept = {end for ends in of.values() for end in ([one for one in ends if tags[one] == wanted] or ends)}
    if len(kept) == len(tags):
        return evidence

    def told(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        return tuple(fact for fact in facts if fact.relation != last or fact.object not in tags or fact.object in kept)

    ends = tuple(end for end in best.endpoints if end in kept)
    path = replace(best, endpoints=ends, facts=told(best.facts), count=len(ends))
    return replace(evidence, paths=(path, *evidence.paths[1:]), facts=told(evidence.facts))


def _wanted(evidence: Evidence) -> str:
    """The language that the question names, outside of names of things, or its own."""
    text, spans = evidence.question, [link.mention.span for link in evidence.links]
    named = [(piece.span, tongue(piece.word)) for piece in tokens(text) if piece.shape == "word"]
    named += tongues_in(text)
    outside = [code for span, code in named if code is not None and not any(a <= span[0] and span[1] <= b for a, b in spans)]
    return outside[0] if len(outside) == 1 else "zh" if language_of(text) == "zh" else "en"
