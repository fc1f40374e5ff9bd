"""Tokens of a question: words, numbers, single Chinese characters, marks. Positions are characters of the text given."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from kgllm.frozen import frozen

Shape = Literal["word", "number", "han", "mark"]

# Han ideographs with their extensions and compatibility forms, kana and hangul: scripts written without spaces.
_HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_HAN}]|\d+(?:[.,]\d+)*(?![^\W_{_HAN}])|['’][sS]\b|[^\W_{_HAN}]+(?:['’](?![sS]\b)[^\W_{_HAN}]+)*|[^\w\s]|_")
YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
"""A year within a text: four digits that are no part of a longer number."""

ASKED = 512
"""Texts of which it is kept how they are read: a question is read by many, one after the other."""

_LONG = 1_000  # characters of a text that is no question: it is not kept
_ACRONYMS = re.compile("[A-Z]{2,}s")
_IS_HAN = re.compile(rf"[{_HAN}]")


@frozen
class Token:
    """A piece of a text: `text == source[start:end]`; `word` is it in lower case, of several acronyms ("GPUs") one."""

    text: str
    word: str
    start: int
    end: int
    shape: Shape

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


def is_han(text: str) -> bool:
    """Whether a text holds a character of a script without spaces.

    >>> is_han("导演"), is_han("director")
    (True, False)
    """
    return not text.isascii() and _IS_HAN.search(text) is not None


def tokens(text: str) -> list[Token]:
    """The tokens of a text.

    >>> [(token.word, token.shape) for token in tokens("Tom's 2 films")]
    [('tom', 'word'), ("'s", 'mark'), ('2', 'number'), ('films', 'word')]
    """
    return list((_tokens if len(text) <= _LONG else _tokens.__wrapped__)(text))


@lru_cache(maxsize=ASKED)
def _tokens(text: str) -> tuple[Token, ...]:
    found = []
    for match in _TOKEN.finditer(text):
        piece = match.group()
        word = (piece[:-1] if _ACRONYMS.fullmatch(piece) else piece).replace("’", "'").lower()
        found.append(Token(piece, word, match.start(), match.end(), _shape(word)))
    return tuple(found)


def _shape(word: str) -> Shape:
    if word == "'s" or not (word[0].isalnum() or _IS_HAN.match(word)):
        return "mark"
    if _IS_HAN.match(word):
        return "han"
    return "number" if word[0].isdigit() and word[-1].isdigit() and not any(c.isalpha() for c in word) else "word"
