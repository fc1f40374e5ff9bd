"""Which language a question is asked in."""

from __future__ import annotations

import re

_ASKS_IN_CHINESE = re.compile("[谁哪啥吗呢么几什多少的是在]")
_SURELY = re.compile("[谁哪啥吗呢么几什]|多少")
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Han ideographs with their extensions and compatibility forms, for a character class."""

_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile("[A-Za-z]+")
_BEGINS = re.compile(f"(?<![{HAN}])[的是在]")  # so few names do
_ASKS_IN_ENGLISH = re.compile(
    r"^\W*(?:(?:in|of|for|to|by|from|at|on|with) )?(?:which|what|who|whose|whom|where|when|why|how|is|are|was|were|do|does|did|has|have|can"
    rf"|list|give|name|show|tell|find|count)\b.*\s|\b(?:of|for|in|to|by|from|at|on|with|the|and|or)\s+(?=[{HAN}])",
    re.IGNORECASE,
)


def language_of(question: str) -> str:
    """The language that a question is asked in; a name in another script does not decide it.

    >>> language_of("Who directed 流浪地球?"), language_of("Inception的导演是谁？")
    ('en', 'zh')
    >>> language_of("Which lesson teaches 倒数的认识?"), language_of("How I Met Your Mother的导演")
    ('en', 'zh')
    """
    bare = re.sub("《[^》]*》", "", question)
    if not _HAN.search(bare):
        return "en" if _LATIN.search(bare) or not _HAN.search(question) else "zh"
    if len(_LATIN.findall(bare)) < 2 or _SURELY.search(bare):
        return "zh"
    named = _ASKS_IN_ENGLISH.search(bare) is not None and not _BEGINS.search(bare)  # the Chinese in it is a name
    return "zh" if _ASKS_IN_CHINESE.search(bare) and not named else "en"
