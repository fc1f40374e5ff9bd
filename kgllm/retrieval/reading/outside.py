"""What single words of a question say of all of it: that something is shared, which is meant, how many; outside of the names in it, for "Same Sky"
says of nothing that it is shared. And what asks to be told is no question: 谁知道."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kgllm.retrieval.reading.heads import is_code
from kgllm.words import Token, is_han, lexicon, tokens
from kgllm.words.counting import asks_how_many
from kgllm.words.questions import Span, without_names

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Asked
    from kgllm.words.lexicon import Language

_PICKS = ("first", "last", "current")


def says(text: str, pieces: list[Token], words: frozenset[str]) -> bool:
    """Whether a text says one of some words.

    >>> same = frozenset({"same"})
    >>> says("the same label", tokens("the same label"), same), says("samely", tokens("samely"), same)
    (True, False)
    """
    if _unspaced(words):
        return any(word in text for word in words)
    spoken = f" {' '.join([piece.word for piece in pieces])} "
    return any(f" {word} " in spoken for word in words)


@lru_cache(maxsize=64)
def _unspaced(words: frozenset[str]) -> bool:
    return any(is_han(word) for word in words)


def asked_at(text: str, word: str) -> int:
    """Where a question word stands, but for where it is a part of what only asks to be told: 谁知道, 有谁能告诉我; -1 where it does not.

    >>> asked_at("谁知道甲的出生年月吗", "谁"), asked_at("谁知道甲是谁写的", "谁"), asked_at("谁写了甲", "谁")
    (-1, 5, 0)
    """
    if word not in text:
        return -1
    told = [found.span() for opening in _openings() for found in re.finditer(opening, text)]
    places = (found.start() for found in re.finditer(word, text))
    return next((at for at in places if not any(first <= at < last for first, last in told)), -1)


@cache
def _openings() -> tuple[str, ...]:
    """What asks to be told, with a question word in it."""
    return tuple(word for word in lexicon().chinese.filling if len(word) > 2 and "谁" in word)


def picked(text: str, pieces: list[Token], language: Language) -> str:
    """Which of several in time is asked for: first, last, current; or nothing.

    >>> picked("her first film", tokens("her first film"), lexicon().english)
    'first'
    """
    return next((pick for pick in _PICKS if says(text, pieces, getattr(language, pick))), "")


def counts(text: str) -> bool:
    """Whether a question asks for a number of things.

    >>> counts("how many films did he direct"), counts("谁导演了它"), counts("他导演了哪几部电影"), counts("他导演了几部电影")
    (True, False, False, True)
    """
    return counting(text, tokens(text))


def counting(text: str, pieces: list[Token]) -> bool:
    """The same of a question in its tokens; a "phone number" counts nothing."""
    if not asks_how_many(text):
        return False
    codes = [i for i in range(len(pieces)) if is_code(pieces, i)]
    return not codes or any(piece.word in ("many", "number") and i not in codes for i, piece in enumerate(pieces))


def outside_names(asked: Asked, names: Iterable[Span]) -> Asked:
    """A question without what only the names at some places say: that something is shared ("Same Sky", 也门), or which is meant ("First
    Blood"). A name that is no more than such a word may be meant as it stands ("other").

    >>> from kgllm.retrieval.reading.question import read
    >>> asked = read("哪些国家的语言和也门的一样")
    >>> outside_names(asked, [(8, 10)]).share, outside_names(read("首都是也门的哪座城市"), [(3, 5)]).share
    (True, False)
    >>> asked = read("Who directed First Blood?")
    >>> asked.pick, outside_names(asked, [(13, 24)]).pick
    ('first', '')
    """
    if not (asked.share or asked.pick):
        return asked
    language = lexicon().chinese if asked.chinese else lexicon().english
    alone = language.share | language.first | language.last | language.current
    rest = without_names(asked.text, [span for span in names if asked.text[slice(*span)].lower() not in alone])
    pieces = tokens(rest)
    return replace(
        asked, share=asked.share and says(rest, pieces, language.share), pick=picked(rest, pieces, language) if asked.pick else ""
    )
