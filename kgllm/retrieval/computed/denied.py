"""What a denial takes with it, and what it leaves: of "Which red lamps does Olm not make?" the red lamps, and of them those that Olm makes.

What was said of the things outside of the denial is a condition that all of them meet; each denied name, of several with "or" or "nor"
between them, is taken out of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kgllm.retrieval.reading.question import LIGHT
from kgllm.words import is_han, lexicon, relation_words, stem
from kgllm.words.extremes import compares, filler
from kgllm.words.generic import generic
from kgllm.words.parted import Parted, parted
from kgllm.words.questions import Span, blank, overlap, sign
from kgllm.words.scopes import alternatives, apart, scope, together

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Run
    from kgllm.words.comparisons import Bound


@dataclass(frozen=True, slots=True)
class Denied:
    """The places of what a question denies (`spans`), and the texts that ask for what is so of each, with the names in them. `said`: names
    and words outside, that hold of all."""

    spans: tuple[Span, ...]
    mixed: bool  # "and" stands between two of the names
    parts: tuple[tuple[str, tuple[Span, ...]], ...]
    said: tuple[Span, ...]

    def rest(self, question: str) -> str:
        """The question without what is denied."""
        return blank(question, *self.spans)


def denials_of(run: Run) -> Parted | None:
    """How a question asks for a part of a kind, but for what only says on which side of a number a limit lies ("no more than 5")."""
    return parted(run.question, [*names_of(run), *(one.span for one in _limits(run))], lambda word: _knows(run, word))


def _limits(run: Run) -> list[Bound]:
    form = compares(run.question)
    return [] if form is None else list(form.bounds)


def _knows(run: Run, word: str) -> bool:
    """Whether a word is one of the lexicon or of the graph's relations."""
    return stem(word) in lexicon().by_stem or any(word in relation_words(relation.name).spoken for relation in run.view.relations)


def names_of(run: Run) -> list[Span]:
    """The names in a question, but for a yes or a no that is one of the graph's values."""
    spans = run.names
    return [span for span in spans if sign(run.question[slice(*span)]) is None]


def what_is_denied(question: str, form: Parted, asked: Asked, kind: Span, names: Sequence[Span]) -> Denied | None:
    """How a question's denials reach; None where it denies nothing, or where two names stand in one with "and" between them."""
    if not form.denials or form.asks:
        return None
    spans: tuple[Span, ...] = ()
    for at, word in sorted(form.denials):
        spans += (scope(question, at, kind, word=word, begin=spans[-1][1] if spans else 0),)
    inside = [name for name in names if any(overlap(name, one) for one in spans)]
    outside = [name for name in names if name not in inside]
    words = [
        word.span
        for n, word in enumerate(asked.words)
        if n not in asked.head and word.around is None and word.weight > LIGHT and not _little(word.text)
    ]
    said = [*outside, *(one for one in words if not any(overlap(one, other) for other in (kind, *names, *spans)))]
    parts: list[tuple[str, tuple[Span, ...]]] = []
    for one in spans:
        others = [other for other in spans if other != one]
        mine = [name for name in inside if overlap(name, one)]
        text = blank(form.text, *said, *(other for other in others if not overlap(other, one)))
        groups = alternatives(question, mine)
        group = next((group for group in groups if len(group) > 1), [])
        if len(mine) - max(0, len(group) - 1) > 1 and said:
            return None
        begin = max(at[1] for at, _ in form.denials if overlap(at, one))
        told = apart(question, group, begin) if group else [one]
        ties = [(left[1], right[0]) for left, right in pairwise(told)]
        for n in range(len(told)):
            gone = [other for at, other in enumerate(told) if at != n]
            parts.append((blank(text, *gone, *ties), tuple(other for other in mine if not any(overlap(other, away) for away in gone))))
    return Denied(spans, together(question, inside), tuple(dict.fromkeys(parts)), tuple(sorted(set(said))))


def _little(word: str) -> bool:
    return filler(word.lower()) or (generic(word) and not is_han(word))
