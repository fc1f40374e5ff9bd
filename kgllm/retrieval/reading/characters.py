"""Chinese characters in a question: which of them are words, which nouns stand around them, and a slip that many make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgllm.words import lexicon, stem
from kgllm.words.dictionary import glosses, in_one_word
from kgllm.words.questions import MEASURES, yes_or_no

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgllm.retrieval.reading.question import Term
    from kgllm.words import Token

DESCRIBES = "的哪些么条座卷个部种位名家只首颗片本类项国场所间支艘架门届道款栋幢台辆棵株匹册幅篇"
_FOLLOWS = "人的是在有最流和与被注位属叫由从都"  # after a noun, in no longer one
_WHICH = ("哪一", "哪几", "哪些")
_WITHIN = "里中内上的是有"  # after what is asked for by a word that counts
_ASKED = "些么"  # end what asks for a noun: 哪些课, 什么病
_ASKING = "什是为叫有哪谁多几啥何及和与、"  # what may follow a word of one character
_THERE = re.compile("那(?=[里儿年天个位些家座部首种本国省])")


def mended(text: str) -> str:
    """A question that asks nothing but for "那里" means "哪里".

    >>> mended("苏轼是那里人"), mended("那里的首都是哪座城市")
    ('苏轼是哪里人', '那里的首都是哪座城市')
    """
    if not _THERE.search(text) or yes_or_no(text) or any(word in text for word in lexicon().chinese.asks):
        return text
    return _THERE.sub("哪", text)


def noun_around(pieces: list[Token], i: int) -> tuple[str, tuple[str, ...]]:
    """The longest Chinese noun around a character, and its kinds."""
    words, begin = lexicon(), max(0, i - 3)
    spoken = [piece.word for piece in pieces[begin : i + 4]]
    for size in (4, 3, 2, 1):
        for first in range(max(0, i - size + 1), i + 1):
            noun = "".join(spoken[first - begin : first - begin + size])
            kinds = words.kind_of_noun.get(noun, ())
            plain = size > 1 or (i > 0 and pieces[i - 1].word in _ASKED and noun not in words.by_han and whole(pieces, i, noun))
            plain = plain or asked_itself(pieces, i)
            if kinds or (noun in words.nouns_across and plain):
                return noun, kinds
    return "", ()


def add_all(said: Iterable[tuple[int, Term, float]], pieces: list[Token], found: dict[int, dict[Term, float]]) -> None:
    """Add terms, each with its place in the text and how well it is said, to those of the Chinese tokens there."""
    at: dict[int, int] = {}
    for place, term, how in said:
        at = at or {piece.start: i for i, piece in enumerate(pieces) if piece.shape == "han"}
        if place in at:
            have = found.setdefault(at[place], {})
            have[term] = max(have.get(term, 0.0), how)


def alone(pieces: list[Token], i: int) -> bool:
    """Whether a Chinese character is a word of its own before what asks, or at the end: "他字什么", "有哪些号"."""
    known, after = lexicon(), pieces[i + 1] if i + 1 < len(pieces) else None
    if after is not None and after.shape == "han" and after.word not in _ASKING:
        return False
    beside = [pieces[i - 1].word + pieces[i].word] if i and pieces[i - 1].shape == "han" else []
    return not any(word in known.by_han or word in known.kind_of_noun for word in beside)


def asked_itself(pieces: list[Token], i: int) -> bool:
    """Whether a character that counts other things is what is asked for: "在哪一回？", "哪几章有图", but not 哪一回合.

    >>> from kgllm.words import tokens
    >>> [asked_itself(tokens(text), n) for text, n in (("在哪一回？", 3), ("哪几章有图", 2), ("在哪几集里", 3), ("在哪一回合", 3))]
    [True, True, True, False]
    """
    before = "".join(piece.word for piece in pieces[max(0, i - 2) : i])
    if before not in _WHICH or pieces[i].word not in lexicon().nouns_across:
        return False
    after = pieces[i + 1] if i + 1 < len(pieces) else None
    return after is None or after.shape != "han" or after.word in _WITHIN or _parted(pieces, i)


def may_be_counted(character: str) -> bool:
    """Whether a character behind 在哪 says what is asked for, and no place: "在哪本书里" asks for a book, 在哪一集 for an episode."""
    return character in MEASURES or character in lexicon().nouns_across


def is_word(character: str, phrases: dict[Term, float]) -> bool:
    """Whether a Chinese character is said by itself what it is in English: 钾 is potassium."""
    said = {name for kind, name in phrases if kind == "s"}
    return bool(said) and any(stem(word) in said for words, _ in glosses(character) for word in words)


def whole(pieces: list[Token], i: int, noun: str) -> bool:
    """Whether a Chinese noun is a word: of several characters, or one that something counts or describes ("哪条河", "最高的山")."""
    after = pieces[i + 1] if i + 1 < len(pieces) else None
    return (
        len(noun) > 1
        or asked_itself(pieces, i)
        or (
            i > 0
            and pieces[i - 1].word in DESCRIBES
            and (after is None or after.shape != "han" or after.word in _FOLLOWS or _parted(pieces, i))
        )
    )


def _parted(pieces: list[Token], i: int) -> bool:
    """Whether a word begins behind a character, and none of the dictionary holds both: "那道菜|难度", but 菜系, 国土|面积."""
    known, after = lexicon(), "".join(piece.word for piece in pieces[i + 1 : i + 3])
    word = after in known.by_han or after in known.chinese.stop or after in known.chinese.asks
    return word and not in_one_word(pieces[i].word + after[0])
