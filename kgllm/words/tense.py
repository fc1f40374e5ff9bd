"""Whether a question asks for what is so now: by its verb, and by nothing that speaks of earlier times (questions.toml)."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from kgllm.words.lexicon import lexicon
from kgllm.words.patterns import either
from kgllm.words.stems import irregular
from kgllm.words.tables import read_table
from kgllm.words.tokens import ASKED, is_han, tokens

_ASKS = ("which", "what", "who")


@lru_cache(maxsize=ASKED)
def present(question: str) -> bool:
    """Whether a question, its names left out, asks in the present. What has no verb asks in no tense.

    >>> [present(text) for text in ("Which clubs does     sponsor?", "Which clubs did     sponsor?", "which towns use the      ?", "clubs of     ")]
    [True, False, True, False]
    >>> present("    是谁的教练？"), present("谁当过    的教练？"), present("哪些城市使用    ？")
    (True, False, True)
    """
    text, words = question.lower(), _words()
    if any(map(is_han, text)):
        return words["zh_past"].search(text) is None and words["zh_present"].search(text) is not None
    if words["past"].search(text) is not None:
        return False
    spoken = [piece.word for piece in tokens(text) if piece.shape == "word"]
    if any(irregular(word) and not word.endswith(("s", "ing")) for word in spoken):
        return False
    return words["present"].search(text) is not None or _by_subject(spoken)


def _by_subject(spoken: list[str]) -> bool:
    """Whether a verb in the present follows who is asked for: "which towns use", "who manages"."""
    if not spoken or (spoken[0] not in _ASKS and spoken[:2] != ["how", "many"]):
        return False
    stop = lexicon().english.stop
    rest = [word for word in spoken[1:] if word not in stop]
    nouns = 0 if spoken[0] == "who" else 1
    return len(rest) > nouns and not any(word.endswith(("ed", "ing")) for word in rest)


@cache
def _words() -> dict[str, re.Pattern[str]]:
    data = read_table("questions")["tense"]
    return {name: re.compile(either(words) if name.startswith("zh_") else rf"\b{either(words)}\b") for name, words in data.items()}
