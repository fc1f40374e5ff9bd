"""Fields that a question says by their whole names: "annual salary eur" of annual_salary_eur, 占地面积; and the values that stand beside
them: "club Ajax", "Ajax as its club", 俱乐部为Ajax."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.computed.wholes import TooMany
from kgllm.words import is_han, lexicon, tokens
from kgllm.words.questions import Span, overlap
from kgllm.words.saying import chinese, english

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run

_WORDS, _LETTERS = 9, 16  # of a value
_LINK = re.compile(rf"\s*(?:\b{english('is_value')}\b|[=:：＝]|{chinese('is_value')})?\s*[\"'“”‘’「『]?", re.IGNORECASE)
_PAUSES = frozenset(",，。?？;；:：、")
_AS = re.compile(rf"(?:\s+{english('as_field')}\s+{english('whose_field')}|{chinese('as_field')})?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """Where a field is said, and the relations (handles) that are called so."""

    span: Span
    relations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A value that stands beside a field: where, what is meant, the things that have it, and the facts that say so of each."""

    field: Said
    span: Span
    values: tuple[int, ...]
    relation: int
    things: NDArray[Any]
    facts: NDArray[Any]


def fields_said(run: Run, *, numbers: bool = True) -> list[Said]:
    """The fields of numbers and times that a question says whole, in their order; of names within each other the longest. `numbers` off:
    those of other values as well."""
    hits = run.spoken.telling
    if not hits:
        return []
    handles = run.steps.handles(run.view.relations)
    counted = run.steps.numeric(run.view.relations)
    found: list[Said] = []
    for span, called in hits:
        own = tuple(handle for name in called if (handle := handles.get(name, -1)) >= 0 and (counted[handle] or not numbers))
        if own and not any(overlap(span, other.span) for other in found):
            found.append(Said(span, own))
    return sorted(found, key=lambda one: one.span)


def value_at(run: Run, field: Said, apart: Sequence[Span]) -> Value | None:
    """The longest value of a field that stands right behind it ("club is Ajax", 俱乐部为Ajax), or before it ("Ajax as its club").

    Raises:
        TooMany: more things have it than may be read.
    """
    spans = [
        span
        for span in (*_behind(run.question, field.span), *_before(run.question, field.span))
        if not any(overlap(span, one) for one in apart)
    ]
    texts = [run.question[slice(*span)] for span in spans]
    found = run.spoken.find(texts)
    nodes = [match.node for matches in found for match in matches]
    if not nodes:
        return None
    handles = run.view.handles(nodes).tolist()
    at = iter(handles)
    by_span = [(span, [handle for _ in matches if (handle := next(at)) >= 0]) for span, matches in zip(spans, found, strict=True)]
    limit = run.retriever.limits.members
    small = lexicon().english.stop  # "whose language is pl": the code of Icelandic is no value there
    for span, mine in sorted(by_span, key=lambda one: (run.question[slice(*one[0])].lower() in small, one[0][0] - one[0][1])):
        meant = distinct(np.array(mine, np.int64))
        for relation in field.relations if len(meant) else ():
            edges = run.view.edges(meant, np.full(len(meant), relation), np.ones(len(meant), np.int64), limit)
            if edges.truncated.any():
                raise TooMany(run.view.relations[relation].id)
            if len(edges.row):
                return Value(field, span, tuple(meant[np.unique(edges.row)].tolist()), relation, edges.neighbour, edges.fact)
    return None


def _behind(text: str, field: Span) -> list[Span]:
    link = _LINK.match(text, field[1])
    starts = {field[1] + len(text[field[1] :]) - len(text[field[1] :].lstrip()), link.end() if link else field[1]}
    ends = [piece.end for piece in tokens(text) if piece.end > field[1] and piece.text not in _PAUSES]
    return [(start, end) for start in sorted(starts) for end in [one for one in ends if one > start][: _most(text[start:])]]


def _before(text: str, field: Span) -> list[Span]:
    link = _AS.search(text[: field[0]])
    end = link.start() if link else field[0]
    starts = [piece.start for piece in tokens(text[:end])]
    return [(start, end) for start in starts[-_most(text[:end]) :]]


def _most(text: str) -> int:
    return _LETTERS if is_han(text) else _WORDS
