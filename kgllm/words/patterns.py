"""Patterns made of lists of words."""

from __future__ import annotations

import re
from collections.abc import Iterable


def either(words: str | Iterable[str]) -> str:
    """A pattern for any of some words, the longest first: one of several beside it is never taken for its beginning. A text holds them
    with blanks between; "_" stands for blanks within one.

    >>> either("in in_terms_of by"), either(["名", "位"])
    ('(?:in\\\\s+terms\\\\s+of|by|in)', '(?:位|名)')
    """
    listed = set(words.split() if isinstance(words, str) else words)
    return "(?:" + "|".join(re.escape(word).replace("_", r"\s+") for word in sorted(listed, key=lambda word: (-len(word), word))) + ")"
