"""Slips of the keyboard in words for relations: "direted by", "who fonded Acme". A word that nothing knows is read as the one word that is
nearest to it, of those that speak of a relation of the graph."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kgllm.retrieval.scoring.matching import LEAST
from kgllm.words import lexicon, relation_words, singular, stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgllm.retrieval.paths.steps import Steps
    from kgllm.retrieval.reading.question import Asked, Term, Word
    from kgllm.words.questions import Span

SHORTEST, LONG = 5, 8  # letters of a word that may have a slip, and of one that may have two
_SLIPPED = 0.85  # of how well the word that was meant speaks


def without_slips(asked: Asked, steps: Steps, names: Sequence[Span]) -> Asked:
    """The question with such words as they were meant, outside of the names at these places."""
    if asked.chinese:
        return asked
    words = [
        word if any(start < word.end and word.start < end for start, end in names) else _meant(word, steps, capitals=asked.capitals)
        for word in asked.words
    ]
    return asked if words == list(asked.words) else replace(asked, words=tuple(words))


def _meant(word: Word, steps: Steps, *, capitals: bool) -> Word:
    text = word.text.lower()
    named = word.text[:1].isupper() and not capitals
    if named or len(text) < SHORTEST or not text.isascii() or not text.isalpha() or word.kinds or text in _general():
        return word
    if any(steps.with_term(term) is not None for term, how in word.terms if how >= LEAST) or steps.with_noun(singular(text)) is not None:
        return word
    own = {part for parts in steps.relations for relation, _ in parts for part, _ in relation_words(relation.name).words}
    near = _nearest(text, frozenset(part for part in own if len(part) >= SHORTEST - 1))
    if near is None and not lexicon().families_of(text):
        near = _nearest(text, _general())
    if near is None:
        return word
    terms: dict[Term, float] = {("s", stem(near)): _SLIPPED}
    for family in lexicon().families_of(near):
        for answered in lexicon().asked(stem(near), family):
            terms |= {("f", answered): 0.8 * _SLIPPED, ("v", answered): 0.8 * _SLIPPED}
    if not any(steps.with_term(term) is not None for term in terms):
        return word
    return replace(word, terms=tuple(sorted(terms.items())), kinds=lexicon().kinds_of(near))


def _nearest(text: str, words: frozenset[str]) -> str | None:
    """The one word that differs by a slip, or by two where it is long; None where several do, or none."""
    from rapidfuzz.distance import OSA

    most = 2 if len(text) >= LONG else 1
    found: dict[int, set[str]] = {}
    for word in words:
        if abs(len(word) - len(text)) <= most and word[0] == text[0]:
            slips = OSA.distance(text, word, score_cutoff=most)
            if slips <= most:
                found.setdefault(slips, set()).add(word)
    best = sorted(found[min(found)]) if found else []
    return best[0] if best and len({stem(word) for word in best}) == 1 else None


@lru_cache(maxsize=1)
def _general() -> frozenset[str]:
    """The English words of all families."""
    words = (word for family in lexicon().families.values() for word in family.words)
    return frozenset(word for word in words if word.isascii() and word.isalpha() and len(word) >= SHORTEST - 1)
