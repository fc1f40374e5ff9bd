"""Which kind of things a question asks for: its own name or another noun for it, and whether it is asked for and only said beside a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kgllm.retrieval.computed.given import of_kind
from kgllm.retrieval.computed.sets import Sets, classes_named
from kgllm.retrieval.computed.wholes import noun_words
from kgllm.retrieval.reading.question import LIGHT
from kgllm.words import is_han, lexicon, tokens
from kgllm.words.all_of import asked_for_han
from kgllm.words.counting import HOW_MANY
from kgllm.words.questions import MEASURE, Span, overlap

if TYPE_CHECKING:
    from kgllm.retrieval.computed.wholes import Wholes
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Run

_COUNTING = re.compile(rf"{HOW_MANY}|total of", re.IGNORECASE)
_WHO = re.compile(r"\b(?:who|whom|whose|where)\b", re.IGNORECASE)
_WHO_ARE = re.compile(r"\bwho\s+(?:is|are|was|were)\b", re.IGNORECASE)
_MEASURED = re.compile(rf"(?:哪一?|几|多少|些){MEASURE}([^\W\d]{{1,3}})(?=[\s？?。]|$)")


def kinds_said(sets: Sets) -> dict[Span, Any]:
    """The kinds of things that a question names, by their own names or by other nouns for the same."""
    found, wholes = classes_named(sets, []), sets.wholes
    if found:
        return found
    question = sets.run.question
    for piece in tokens(question):
        if piece.shape == "word" and piece.word not in lexicon().english.stop and (kind := _other_noun(wholes, piece.word)) is not None:
            return {piece.span: kind}
    for match in _MEASURED.finditer(question):
        if (kind := wholes.called(match[1])) is not None:
            return {match.span(1): kind}
    return {}


def apposed(run: Run, asked: Asked, noun: Span, kind: Any) -> bool:
    """Whether a noun for a kind stands beside what is named, which is of that kind: "the condition Same licence", 标签里有"甜"的."""
    for seed in run.seeds:
        if kind not in getattr(seed.node, "types", ()) or overlap(seed.span, noun):
            continue
        start, end = (noun[1], seed.start) if noun[1] <= seed.start else (seed.end, noun[0])
        heavy = any(start <= word.start and word.end <= end and word.weight > LIGHT for word in asked.words)
        if not heavy and not any(noun[0] <= asked.words[n].start < noun[1] for n in asked.head):
            return True
    return False


def kinds_of(wholes: Wholes, kind: Any) -> list[Any]:
    """A type and those whose names end with its name: a "vision model" is a model."""
    if not isinstance(kind, str):
        return [kind]
    words = tuple(noun_words(kind))
    ending = {name for spoken, name in wholes.types.items() if spoken[-len(words) :] == words and words}
    ending |= {name for noun, name in wholes.han_types.items() if noun.endswith(kind) and is_han(kind)}
    return sorted({kind, *ending})


def _other_noun(wholes: Wholes, word: str) -> str | None:
    return wholes.called(word) if lexicon().across(word) else None


def asked_for(asked: Asked, question: str, span: Span) -> bool:
    """Whether the things of a kind are what is asked for, and nothing that they have or that stands beside them."""
    things = tuple(kind for kind in asked.kinds if kind not in ("number", "time"))
    if {"time", "cause"} & set(asked.kinds) or (things and not of_kind(question[slice(*span)], things)):
        return False
    before, after = question[: span[0]].rstrip(), question[span[1] :]
    if asked.chinese:
        return asked_for_han(before, after)
    counting = [match.span() for match in _COUNTING.finditer(question)]
    heads = [word for word in (asked.words[n] for n in asked.head) if not any(overlap(word.span, one) for one in counting)]
    if things and not heads and _WHO.search(before) is not None and _WHO_ARE.search(before) is None:  # "Who won the prize?"
        return False
    if not heads or any(overlap(word.span, span) for word in heads):
        return True
    between = tokens(question[heads[0].start : span[0]])
    return heads[0].start < span[0] and not any(piece.word in lexicon().english.stop for piece in between)
