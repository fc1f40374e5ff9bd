"""The pieces of a question that may name something: spaCy's tokens, each unspaced character alone, and every run of them.

>>> import spacy
>>> units = units_of(spacy.blank("xx")("谁导演了Blade Runner?"))
>>> [unit.text for unit in units]
['谁', '导', '演', '了', 'Blade', 'Runner', '?']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kgllm.frozen import frozen

MOST_WORDS = 24
MOST_CHARACTERS = 64
_MOST_SPANS = 12_000  # of one text: a long one has shorter spans

# Scripts that write no spaces between words: Han, kana, Thai, Lao, Burmese, Khmer.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PIECES = re.compile(f"{UNSPACED.pattern}|[^\\s{UNSPACED.pattern[1:]}+")
_LETTERS = re.compile(r"\w+")
_SIGNS = ("So", "Sc", "Sm")  # Unicode's symbols; none of ASCII, and none that compares or calculates
_OPERATORS = "≤≥≠≈±×÷−∼"
_JOINED = "\u200d\ufe0f\ufe0e"  # between, or behind, what together is one sign
_BRACKETS = {"(": ")", "（": "）", "[": "]", "【": "】"}
_QUOTES = {"《": "》", "〈": "〉", "「": "」", "『": "』", "“": "”", '"': '"', "«": "»", "‘": "’", "【": "】", "`": "`"}
_OPENING = frozenset(_QUOTES)


@frozen
class Unit:
    """A word, a punctuation mark, or one character of a script without spaces: `text == question[start:end]`."""

    text: str
    start: int
    end: int
    unspaced: bool
    word: bool  # has a letter or digit, or is a sign that may be a name: 🎻, ♠, €


@frozen
class Span:
    """Units first to last (exclusive), and the characters that they cover."""

    text: str
    start: int
    end: int
    first: int
    last: int


def only_begins(text: str, span: Span, name: str) -> bool:
    """Whether a title stands whole between its marks, and a name only begins with it: 《黄鹤楼》 is not 《黄鹤楼送孟浩然之广陵》, though 《念奴娇》 may
    be 《念奴娇·赤壁怀古》.

    >>> span = Span("黄鹤楼", 1, 4, 1, 4)
    >>> only_begins("《黄鹤楼》是谁写的", span, "黄鹤楼送孟浩然之广陵"), only_begins("《黄鹤楼》是谁写的", span, "黄鹤楼·其一")
    (True, False)
    """
    title = span.text.strip("《》")
    if "《" not in text[max(0, span.start - 1) : span.start + 1] or "》" not in text[span.end - 1 : span.end + 1]:
        return False
    return len(name) > len(title) and name.startswith(title) and name[len(title)].isalnum()


def qualifies(text: str, span: Span) -> bool:
    """Whether all of a span stands in brackets behind a word, which it tells from others of that name.

    >>> qualifies("紫苏（干）含铁多少", Span("干", 3, 4, 3, 4)), qualifies("(干)含铁多少", Span("干", 1, 2, 1, 2))
    (True, False)
    """
    before = text[: span.start]
    closes = _BRACKETS.get(before[-1:])
    return closes is not None and text[span.end : span.end + 1] == closes and before[:-1].rstrip()[-1:].isalnum()


def units_of(doc: Any) -> list[Unit]:
    """The units of a spaCy `Doc`, in order. Letters that a character tokenizer has split are joined again."""
    out: list[Unit] = []
    for token in doc:
        for found in _PIECES.finditer(token.text):
            text, start = found[0], token.idx + found.start()
            unspaced, word = UNSPACED.match(text) is not None, _LETTERS.search(text) is not None
            word = word or (_is_sign(text) and not doc.text[start + len(text) : start + len(text) + 1].isdigit())  # no "€" of "€5"
            before = out[-1] if out else None
            if before and word and before.word and not unspaced and not before.unspaced and before.end == start and len(token.text) == 1:
                out[-1] = Unit(before.text + text, before.start, start + len(text), False, True)
            else:
                out.append(Unit(text, start, start + len(text), unspaced, word))
    return out


def _is_sign(text: str) -> bool:
    return not text.isascii() and all(
        letter in _JOINED or (unicodedata.category(letter) in _SIGNS and letter not in _OPERATORS) for letter in text
    )


def spans_of(text: str, units: Sequence[Unit], may: Callable[[int, int], bool] = lambda first, last: True) -> Iterator[Span]:
    """Every run of units, first to last (exclusive), that `may` be a name: at most 24 words, 64 characters where words are not
    spaced."""
    longest = max(6, _MOST_SPANS // max(1, len(units)))
    for first, unit in enumerate(units):
        words = 0.0
        for last in range(first, min(first + longest, len(units))):
            words += MOST_WORDS / MOST_CHARACTERS if units[last].unspaced else 1.0
            if words > MOST_WORDS + 1e-6:
                break
            if may(first, last + 1):
                yield Span(text[unit.start : units[last].end], unit.start, units[last].end, first, last + 1)


def quoted(text: str) -> list[tuple[int, int]]:
    """(start, end) of what stands in quotation or title marks.

    >>> [("谁写了《三体》？")[a:b] for a, b in quoted("谁写了《三体》？")]
    ['三体']
    """
    if _OPENING.isdisjoint(text):
        return []
    out, at = [], 0
    while at < len(text):
        close = _QUOTES.get(text[at])
        end = text.find(close, at + 1) if close else -1
        if end > at + 1 and len(text) > 2:
            out.append((at + 1, end))
            at = end
        at += 1
    return out
