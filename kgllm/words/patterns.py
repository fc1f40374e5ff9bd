"""Patterns made of lists of words."""

from __future__ import annotations

import re
from collections.abc import Iterable


def longest_first(words: Iterable[str]) -> tuple[str, ...]:
    """Words by their length and then by themselves, so that one which begins another is tried after it.

    >>> longest_first(["in", "within", "by"])
    ('within', 'by', 'in')
    """
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def either(words: str | Iterable[str]) -> str:
    """A pattern for any of some words, the longest first: one of several beside it is never taken for its beginning. A text holds them
    with blanks between; "_" stands for blanks within one.

    >>> either("in in_terms_of by"), either(["名", "位"])
    ('(?:in\\\\s+terms\\\\s+of|by|in)', '(?:位|名)')
    """
    listed = set(words.split() if isinstance(words, str) else words)
    return "(?:" + "|".join(re.escape(word).replace("_", r"\s+") for word in longest_first(listed)) + ")"
