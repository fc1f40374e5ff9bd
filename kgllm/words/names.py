"""Names as they are compared: what may differ between a name and how people write it.

Every function works on text in any script; bulk forms take a list and work on one joined text, so that two million names
cost seconds. Characters map one by one (simplified forms included), so a name inside a sentence is normalised as it is alone.

>>> normalise("《流浪地球》"), normalise("Ocean's_Eleven"), fold("Amélie"), unqualified("Paris (Texas)")
('流浪地球', 'ocean eleven', 'amelie', 'Paris')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from kgllm.words.language import HAN

LONGEST = 1024
"""Bytes of UTF-8: longer names are not indexed, and longer texts are not looked up."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_HAN = re.compile(f"[{HAN}]")
_POSSESSIVE = re.compile(r"(?<=[^\s']) ?'s(?![^\s'])")
_SPACES = re.compile(" {2,}")
_QUALIFIER = re.compile(r"(?<=\S)\s*(?:\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】)\s*$")
_INITIALS = re.compile(r"(?<=\S)\s*[(（]([A-Z][A-Z0-9]{1,7})[)）]\s*$")
_COMMA = re.compile(r"^([^,]{2,}), +(?=[^\Wa-z_])([^\s,]+(?: [^\s,]+)?)$")
_DIACRITIC = re.compile("[\u0300-\u036f]")
_WITHOUT_MARKS = re.compile("[ -~\u3400-\u4dbf\u4e00-\u9fff]+")  # letters that are made of no others
_KEPT_MARKS = "#%"  # punctuation by Unicode, part of names by use: C#, 100%
_APOSTROPHES = "'‘’‛ʼ`´"
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"})


class _Characters(dict[int, str | int | None]):
    """What becomes of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str | int | None:
        self[code] = out = self.decide(chr(code))
        return out

    @staticmethod
    def decide(char: str) -> str | int | None:
        if char == "\n":
            return "\n"
        if char in _APOSTROPHES:
            return "'"
        if char == "&":
            return " and "
        category = unicodedata.category(char)
        if category == "Cf":  # joiners, direction marks: not seen, not compared
            return None
        if category[0] in "PZC" and char not in _KEPT_MARKS:
            return " "
        return _simplified().get(ord(char), ord(char)) if _HAN.match(char) else ord(char)


_CHARACTERS = _Characters()


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _simplified() -> dict[int, int]:
    """Traditional → simplified, character by character (OpenCC's table), for the whole Han range. Loaded when Han is met."""
    convert = _converter().convert
    ranges = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0))
    # One by one through a separator: OpenCC's phrases must not make a name's form depend on its neighbours.
    codes = [code for first, last in ranges for code in range(first, last)]
    forms = convert(" ".join(map(chr, codes))).split(" ")
    table = {code: ord(form) for code, form in zip(codes, forms, strict=True) if len(form) == 1 and ord(form) != code}
    return {code: table.get(form, form) for code, form in table.items()}


def clean(text: str) -> str:
    """The text without lone surrogates, which cannot be encoded: U+FFFD stands for them.

    >>> clean("a\\ud800b")
    'a�b'
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _once(joined: str) -> str:
    if not joined.isascii():
        joined = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", joined).casefold())
        joined = unicodedata.normalize("NFKC", joined.casefold())
    else:
        joined = joined.lower()
    joined = joined.translate(_CHARACTERS)
    if "'" in joined:
        joined = _POSSESSIVE.sub("", joined).replace("'", "")
    return _SPACES.sub(" ", joined).replace("\n ", "\n").replace(" \n", "\n").strip(" ")


def normalise_all(texts: Sequence[str]) -> list[str]:
    """`normalise` of each text, at a fraction of the cost."""
    out: list[str] = []
    for start in range(0, len(texts), 50_000):
        out += _normalise_chunk(texts[start : start + 50_000])
    return out


def _normalise_chunk(texts: Sequence[str]) -> list[str]:
    joined = clean("\n".join(text.replace("\n", " ") if "\n" in text else text for text in texts))
    done = _once(joined)
    for _ in range(0 if done.isascii() else 3):  # composing across a dropped character can need another round
        if unicodedata.is_normalized("NFKC", done) and done.casefold() == done:
            break
        again = _once(done)
        if again == done:
            break
        done = again
    names = done.split("\n")
    if "" in names:
        names = [name or _bare(text) for name, text in zip(names, texts, strict=True)]
    return names


def _bare(text: str) -> str:
    """For names of nothing but punctuation: only width and spaces are made alike."""
    return " ".join(unicodedata.normalize("NFKC", clean(text)).casefold().split())


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """The form in which names are compared; never raises, and normalising again changes nothing.

    NFKC and case; spaces, underscores and punctuation as one space (kept where nothing else remains); "&" as "and"; apostrophes
    left out and a possessive 's with them; invisible characters left out; full width, and traditional Chinese, as the simple form.

    >>> normalise("  The_Lord of the Rings: PART 2"), normalise("ＡＢＣ－電影"), normalise("???")
    ('the lord of the rings part 2', 'abc 电影', '???')
    """
    return _normalise_chunk([text])[0]


def fold(text: str) -> str:
    """`normalise`, and diacritics left out.

    >>> fold("Antonín Dvořák"), fold("Łódź")
    ('antonin dvorak', 'lodz')
    """
    return fold_normalised(normalise(text))


def fold_normalised(name: str) -> str:
    """`fold` of a name that is normalised already."""
    if name.isascii() or _WITHOUT_MARKS.fullmatch(name):
        return name
    plain = _DIACRITIC.sub("", unicodedata.normalize("NFD", name)).translate(_LETTERS)
    return " ".join(unicodedata.normalize("NFC", plain).split()) or name


def unqualified(text: str) -> str:
    """The text without what only tells it from its namesakes: a trailing parenthesis, or
    one or two words after its only comma.

    >>> unqualified("Heat (1995 film)"), unqualified("Portland, Oregon"), unqualified("Paul, his life")
    ('Heat', 'Portland', 'Paul, his life')
    """
    if text[-1:] in "])）】" and (found := _QUALIFIER.search(text)):
        return text[: found.start()]
    if ", " in text and (found := _COMMA.match(text)):
        return found[1].rstrip()
    return text


def initialled(text: str) -> str:
    """The letters in a trailing parenthesis, where they stand for the name before it; else nothing.

    >>> initialled("World Health Organization (WHO)"), initialled("UNITED STATES (USA)"), initialled("世界卫生组织（WHO）")
    ('WHO', 'USA', '')
    >>> initialled("Heat (HD)"), initialled("Paris (Texas)")
    ('', '')
    """
    found = _INITIALS.search(text) if text[-1:] in ")）" else None
    if found is None:
        return ""
    letters, name = found[1].casefold(), iter(text[: found.start()].casefold())
    return found[1] if text[:1].casefold() == letters[0] and all(letter in name for letter in letters) else ""


def simplified(text: str) -> str:
    """The text in simplified Chinese, character by character.

    >>> simplified("條形碼"), simplified("barcode")
    ('条形码', 'barcode')
    """
    return text.translate(_simplified()) if has_han(text) else text


def read_as(text: str) -> str:
    """A question as it is read: in simplified Chinese, by words ("著作" stays, where its character alone would not), each character in its place.

    >>> read_as("誰的著作最多？"), read_as("乾隆生於哪一年"), read_as("Who?")
    ('谁的著作最多？', '乾隆生于哪一年', 'Who?')
    """
    if not has_han(text):
        return text
    found: str = _converter().convert(text)
    return found if len(found) == len(text) else simplified(text)


def has_han(text: str) -> bool:
    """Whether the text holds Chinese characters.

    >>> has_han("NVLink 是什么"), has_han("NVLink")
    (True, False)
    """
    return not text.isascii() and _HAN.search(text) is not None
