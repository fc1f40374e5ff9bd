"""What a denial takes with it, and what it leaves: of "Which red lamps does Olm not make?" the red lamps, and of them those that Olm makes.

What was said of the things outside of the denial is a condition that all of them meet; each denied name, of several with "or" or "nor"
between them, is taken out of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kgllm.retrieval.computed.sets import generic
from kgllm.retrieval.reading.question import LIGHT
from kgllm.words import is_han
from kgllm.words.extremes import filler
from kgllm.words.questions import Span, blank, overlap
from kgllm.words.scopes import alternatives, scope

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Asked
    from kgllm.words.parted import Parted


@dataclass(frozen=True, slots=True)
class Denied:
    """The places of what a question denies (`spans`), and the texts that ask for what is so of each, with the names in them. `said`: names
    and words outside, that hold of all."""

    spans: tuple[Span, ...]
    parts: tuple[tuple[str, tuple[Span, ...]], ...]
    said: tuple[Span, ...]

    def rest(self, question: str) -> str:
        """The question without what is denied."""
        return blank(question, *self.spans)


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
        (word.start, word.end)
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
        apart = next((group for group in groups if len(group) > 1), [])
        if len(mine) - max(0, len(apart) - 1) > 1 and said:
            return None
        ties = [(one[1], other[0]) for one, other in pairwise(apart)]
        for n in range(max(1, len(apart))):
            gone = [other for at, other in enumerate(apart) if at != n]
            parts.append((blank(text, *gone, *ties), tuple(other for other in mine if other not in gone)))
    return Denied(spans, tuple(dict.fromkeys(parts)), tuple(sorted(set(said))))


def _little(word: str) -> bool:
    return filler(word.lower()) or (generic(word) and not is_han(word))
