"""Nouns that may be said of anything, or of anybody: which kind of things is asked for they do not say."""

from __future__ import annotations

from kgllm.words.lexicon import lexicon
from kgllm.words.stems import singular
from kgllm.words.tokens import is_han

GENERIC = frozenset(("person", "people", "man", "woman", "thing", "one", "item", "object", "entity", "entry", "人", "人物", "东西"))


def generic(word: str) -> bool:
    """Whether a noun may be said of anything.

    >>> generic("People"), generic("人物"), generic("director")
    (True, True, False)
    """
    return singular(word.lower()) in GENERIC or (is_han(word) and word in lexicon().chinese.light)
