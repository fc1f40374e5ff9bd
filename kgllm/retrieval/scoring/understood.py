"""Names of relations that are cut short: `mag` for a magnitude, `atk` for an attack. A word that nothing speaks of is taken for what the one
name of the graph stands for that it begins with, or whose letters are its first and its consonants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgllm.retrieval.reading.question import read
from kgllm.retrieval.scoring.matching import LEAST
from kgllm.words import singular, stem
from kgllm.words.fields import stands_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgllm.retrieval.paths.steps import Steps
    from kgllm.retrieval.reading.question import Asked, Word
    from kgllm.words.questions import Span

_SHORT = 0.85  # of how well the word itself would speak


def understood(text: str, steps: Steps, names: Sequence[Span] = ()) -> Asked:
    """A question, read as one of this graph; the names at these places are no words of it."""
    return _written_out(read(text, steps.pairs), steps, names)


def _written_out(asked: Asked, steps: Steps, names: Sequence[Span]) -> Asked:
    """The question with such words as the graph has them, outside of the names at these places."""
    if not steps.short:
        return asked
    words = [
        word if any(start < word.end and word.start < end for start, end in names) else _shortened(word, steps) for word in asked.words
    ]
    return asked if words == list(asked.words) else replace(asked, words=tuple(words))


def _shortened(word: Word, steps: Steps) -> Word:
    text = singular(word.text.lower())
    if not text.isascii() or not text.isalpha():
        return word  # of a Chinese character, or a number, nothing is cut
    fits = [short for short in steps.short if stands_for(short, text)]
    if len(fits) != 1 or steps.with_noun(text) is not None:
        return word
    if any(steps.with_term(term) is not None for term, how in word.terms if how >= LEAST and term[0] != "n"):
        return word
    return replace(word, terms=tuple(sorted({**dict(word.terms), ("s", stem(fits[0])): _SHORT}.items())))
