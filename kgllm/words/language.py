"""Which language a question is asked in."""

from __future__ import annotations

import re

_ASKS_IN_CHINESE = re.compile("[谁哪啥吗呢么几什多少的是在]")
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Han ideographs with their extensions and compatibility forms, for a character class."""

_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile("[A-Za-z]+")


def language_of(question: str) -> str:
    """The language that a question is asked in; a name in another script does not decide it.

    >>> language_of("Who directed 流浪地球?"), language_of("Inception的导演是谁？")
    ('en', 'zh')
    """
    bare = re.sub("《[^》]*》", "", question)
    if not _HAN.search(bare):
        return "en" if _LATIN.search(bare) or not _HAN.search(question) else "zh"
    return "zh" if _ASKS_IN_CHINESE.search(bare) or len(_LATIN.findall(bare)) < 2 else "en"
