"""What stands around the fields that a question says (saying.toml): what leads to them, joins them, follows them, and links them to a thing."""

from __future__ import annotations

import re
from collections.abc import Callable

from kgllm.words.patterns import either
from kgllm.words.tables import read_table

Known = Callable[[str], bool]
"""Whether a text is the whole name of a field."""

_DATA = read_table("saying")
WORDS = {name: frozenset(words.replace("_", " ").split()) for name, words in _DATA["english"].items()}
HAN = {name: frozenset(words.split()) for name, words in _DATA["chinese"].items()}
OPEN, CLOSE = "《“\"'「‘", "》”\"'」’"
"""Marks before a name, and behind it."""


def english(name: str) -> str:
    """A pattern for any of the English words of one kind, the longest first."""
    return either(_DATA["english"][name])


def chinese(name: str) -> str:
    """The same for Chinese ones."""
    return either(_DATA["chinese"][name])


SEPARATES = re.compile(rf"\s*,\s*(?:{english('joins')}\s+)?|\s+{english('joins')}\s+", re.IGNORECASE)
"""Between two fields."""
LINK = re.compile(
    rf"^(?P<fields>.*\S)\s+{english('links')}\s+(?P<kind>(?:{english('before_kind')}\s+)?(?:[^\W\d_][\w-]*\s+){{0,5}})$",
    re.IGNORECASE | re.DOTALL,
)
"""What stands before a thing: fields, and the noun that it is called by."""
CALLED = re.compile(rf"\s*\b{english('called')}\s*$", re.IGNORECASE)
OWN = re.compile(r"['’]s?\s+(?=\S)")
HAN_TAIL = re.compile(
    rf"\s*{chinese('each')}*(?:{chinese('be')}?{chinese('asks')}(?:{chinese('sorts')}|(?<=什么)人)?的?)?(?<!哪人)"
    rf"{chinese('ends')}?(?:[，,]?\s*{chinese('thanks')})?[\s？?。！!.]*$"
)
"""What may stand behind a Chinese field."""
_BEFORE_FIELD = re.compile(rf"^(?:{english('before_field')}\s+)+", re.IGNORECASE)
_BEFORE_KIND = re.compile(rf"^{english('before_kind')}\s+", re.IGNORECASE)


def bare(piece: str) -> str:
    """A field without its article.

    >>> bare("both the height"), bare(" its area ")
    ('height', 'area')
    """
    return _BEFORE_FIELD.sub("", piece.strip()).strip()


def kind_of(said: str) -> str:
    """The noun for the kind of a thing, without its article and without "called".

    >>> kind_of("the tower called"), kind_of("this tower")
    ('tower', 'tower')
    """
    return _BEFORE_KIND.sub("", CALLED.sub("", said).strip()).strip()


def led(said: str, known: Known = lambda _: False) -> str:
    """What is left of a text without the words that lead to a field; with them where they are of its name."""
    said = said.strip()
    starts = [match.start() for match in re.finditer(r"\S+", said)]
    n = 0
    while n < len(starts) and word(said[starts[n] :]) in WORDS["lead"]:
        n += 1
    rest = said[starts[n] :] if n < len(starts) else ""
    for more in range(min(n, 3), 0, -1):  # "is a" and "name" may be names of fields
        left = said[starts[n - more] :]
        if word(left) not in WORDS["articles"] and not (rest and known(first(rest))) and known(first(left)):
            return left
    return rest


def first(said: str) -> str:
    """The first of several fields."""
    return bare(SEPARATES.split(said)[0])


def word(text: str) -> str:
    """The first word of a text, in small letters."""
    return text.split(None, 1)[0].lower().strip(",.:;?!").replace("’", "'")


def until(said: str, known: Known = lambda _: False) -> str:
    """What is left of a text without the words that may stand behind a field."""
    said = said.strip().rstrip("?.! ")
    while said:
        head, _, last = said.rpartition(" ")
        if not head or last.lower().strip(",") not in WORDS["tail"] or known(bare(SEPARATES.split(said)[-1])):
            break
        said = head.rstrip(" ,")
    return said


def ended(after: str) -> bool:
    """Whether nothing is said any more."""
    left = after.strip(" ?.!,;")
    return not left or all(one.strip(",.?!") in WORDS["tail"] for one in left.lower().split())
