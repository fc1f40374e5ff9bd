"""Which language a question is asked in."""

from __future__ import annotations

import re
from functools import lru_cache

from kgllm.words.tokens import ASKED

_ASKS_IN_CHINESE = re.compile("[谁哪啥吗呢么几什多少的是在]")
_SURELY = re.compile("[谁哪啥吗呢么几什]|多少")
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Han ideographs with their extensions and compatibility forms, for a character class."""

_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile("[A-Za-z]+")
_BEGINS = re.compile(f"(?<![{HAN}])的|(?<=[A-Za-z0-9])[是在]")  # so no name in a text of words with blanks does
_MARK = r"\s+[\"'“‘《「]?"
_ENGLISH_BEFORE = re.compile(  # an English verb right before what is then a name, whatever stands in that: "Who directed 谁先爱上他的?"
    rf"^\W*(?i:which|what|who|whose|whom|where|when|why|how|is|are|was|were|do|does|did|has|have|had|can)\b[^{HAN}]*\s[a-z]{{2,}}{_MARK}(?=[{HAN}])"
    rf"|^\W*(?i:is|are|was|were|do|does|did|has|have|had|can){_MARK}(?=[{HAN}]+\W*\s[a-z])"
)
_ASKS_AFTER = re.compile(f"[的是在由被有][{HAN}]*(?:[谁哪啥吗呢么几什]|多少)[{HAN}]+")  # "how to train your dragon 是谁导演的"
_ASKS_IN_ENGLISH = re.compile(
    r"^\W*(?:(?:in|of|for|to|by|from|at|on|with) )?(?:which|what|who|whose|whom|where|when|why|how|is|are|was|were|do|does|did|has|have|can"
    rf"|list|give|name|show|tell|find|count)\b.*\s|\b(?:of|for|in|to|by|from|at|on|with|the|and|or)\s+(?=[{HAN}])",
    re.IGNORECASE,
)


@lru_cache(maxsize=ASKED)
def language_of(question: str) -> str:
    """The language that a question is asked in; a name in another script does not decide it.

    >>> language_of("Who directed 流浪地球?"), language_of("Inception的导演是谁？")
    ('en', 'zh')
    >>> language_of("Which lesson teaches 倒数的认识?"), language_of("How I Met Your Mother的导演")
    ('en', 'zh')
    >>> language_of("Who wrote 在路上?"), language_of("Which actors are in 谁先爱上他的?"), language_of("How I Met Your Mother 是谁演的")
    ('en', 'en', 'zh')
    """
    bare = re.sub("《[^》]*》", "", question)
    if not _HAN.search(bare):
        return "en" if _LATIN.search(bare) or not _HAN.search(question) else "zh"
    before = _ENGLISH_BEFORE.search(bare)
    if before is not None and _ASKS_AFTER.match(bare, before.end()) is None:
        return "en"
    if len(_LATIN.findall(bare)) < 2 or _SURELY.search(bare):
        return "zh"
    named = _ASKS_IN_ENGLISH.search(bare) is not None and not _BEGINS.search(bare)  # the Chinese in it is a name
    return "zh" if _ASKS_IN_CHINESE.search(bare) and not named else "en"
