"""Names of fields as who programs writes them: words that are written together, with a unit behind them, and words cut short.

>>> apart("currencycode"), apart("areakm2"), apart("director")
(('currency', 'code'), ('area', 'km2'), ('director',))
>>> spelled("custAddr"), spelled("dob")[0], spelled("director")
(('customer address',), 'date of birth', ())
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from kgllm.words.lexicon import lexicon
from kgllm.words.patterns import longest_first
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han

_TIES = frozenset(("by", "of", "in", "at", "to", "for", "from", "with", "on"))
_CLEAR = frozenset(("by", "of", "with", "from"))  # no endings of words
_SHORTEST = 5  # letters of what may be two words
_LEAST = 4  # … of a word that is known; of one that is cut short two are enough
_LONGEST = 40  # a longer word is no name
_PARTS = 4  # words of one that is written together, at most
_READINGS = 4  # of a name with words cut short
_FEW = (3, 5)  # letters of a word that is cut short
_CUT, _WHOLE = 2, 7  # letters that are cut out of a word at least, and of a word of which only the beginning is left
_INITIALS = 3  # words whose first letters are a name
_VOWELS = frozenset("aeiou")
_UNIT = re.compile(r"[a-z]{2,3}[23]?")
_NUMBERED = re.compile(r"([a-z]{3,})[0-9]+")


@dataclass(frozen=True, slots=True)
class _Fields:
    heads: tuple[str, ...]
    whole: frozenset[str]
    starts: tuple[str, ...]
    short: dict[str, tuple[str, ...]]
    plain: frozenset[str]
    amounts: frozenset[str]
    portions: tuple[str, ...]
    tables: tuple[str, ...]
    codes: tuple[str, ...]
    callings: frozenset[str]
    people: frozenset[str]
    repeated: frozenset[str]


def of_people() -> frozenset[str]:
    """Names of columns, in words, that tables of people have."""
    return _fields().people


def apart(word: str) -> tuple[str, ...]:
    """The words of one in lower case that is written together, where it is unknown and they are known; else the word itself."""
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isascii() or not word.isalnum() or not word[0].isalpha() or _known(word):
        return (word,)
    return _ends_in_unit(word) or _by_families(word) or _by_fields(word) or (word,)


def spelled(name: str) -> tuple[str, ...]:
    """The names of a relation with what is cut short in it written out; none where nothing is."""
    from kgllm.words.relations import relation_words

    pieces, short = relation_words(name).spoken, _fields().short
    if not any(piece in short for piece in pieces):
        return ()
    readings = (short.get(piece, (piece,)) for piece in pieces)
    found = (reading for reading in product(*readings) if len(pieces) == 1 or not any(map(is_han, reading)))
    return tuple(dict.fromkeys(islice((" ".join(reading).replace("_", " ") for reading in found), _READINGS)))


def says_amount(name: str) -> bool:
    """Whether one of the words of a field's name in small letters makes it one of amounts; in Chinese it may stand anywhere.

    >>> says_amount("damage per hero"), says_amount("每个城市"), says_amount("home team"), says_amount("所属城市")
    (True, True, False, False)
    """
    amounts = _fields().amounts
    return not amounts.isdisjoint(name.split()) or any(not word.isascii() and word in name for word in amounts)


def says_portion(name: str) -> bool:
    """Whether a field's name in small letters says how much of a thing there is, where that thing is named (an ingredient of a dish).

    >>> says_portion("amount"), says_portion("用量"), says_portion("damage per hero"), says_portion("maximum")
    (True, True, False, False)
    """
    return _ends_in(name, _fields().portions)


def bare_kind(name: str) -> str:
    """What a table's rows are by its name in small letters, without words at its end that say nothing of it.

    >>> bare_kind("order status type data"), bare_kind("订单状态表"), bare_kind("data"), bare_kind("countries")
    ('order status', '订单状态', 'data', 'countries')
    """
    for word in _fields().tables:
        left = name.removesuffix(f" {word}" if word.isascii() else word)
        if left not in ("", name):
            return bare_kind(left)
    return name


def says_code(name: str) -> bool:
    """Whether the last word of a field's name in small letters makes it one of codes, by each of which one thing alone is known.

    >>> says_code("product sku"), says_code("商品条码"), says_code("vintage"), says_code("型号")
    (True, True, False, False)
    """
    return _ends_in(name, _fields().codes)


def initials(words: Sequence[str]) -> str | None:
    """What people may call a field of three words or more by: their first letters, where they are no word of their own.

    >>> initials(("legal", "entity", "identifier")), initials(("date", "of", "birth")), initials(("home", "away", "score")), initials(("name",))
    ('lei', 'dob', None, None)
    """
    if len(words) < _INITIALS or not all(word.isascii() and word.isalpha() for word in words):
        return None
    short = "".join(word[0] for word in words)
    return None if _known(short) or short in lexicon().english.light else short


def says_latest(words: Sequence[str]) -> bool:
    """Whether the words of a field's name call the latest of what is done again and again, where "last" says nothing of an end.

    >>> says_latest(("last", "update", "date")), says_latest(("last", "day")), says_latest(("update", "date"))
    (True, False, False)
    """
    return len(words) > 1 and words[0] == "last" and words[1] in _fields().repeated


def _ends_in(name: str, words: tuple[str, ...]) -> bool:
    last = name.rpartition(" ")[2]
    return any(last == word if word.isascii() else last.endswith(word) for word in words)


def says_calling(name: str) -> bool:
    """Whether a field's name in small letters is one by which a thing itself is called, and no other that it has to do with.

    >>> says_calling("ref name"), says_calling("中文名称"), says_calling("manager name"), says_calling("file name")
    (True, True, False, False)
    """
    front = name.removesuffix(" name")
    return name in _fields().callings or (front != name and front in _fields().callings)


@lru_cache(maxsize=4096)
def may_be_short(word: str) -> bool:
    """Whether a word of a field's name may be another that is cut short: of a few letters, and nothing by itself.

    >>> may_be_short("mag"), may_be_short("atk"), may_be_short("city"), may_be_short("net"), may_be_short("magnitude")
    (True, True, False, False, False)
    """
    return _FEW[0] <= len(word) <= _FEW[1] and word.isascii() and word.isalpha() and word not in _words()


def stands_for(short: str, word: str) -> bool:
    """Whether a word in small letters is what such a one stands for: it begins with it, or has its letters as its first and as consonants
    in their order.

    >>> [stands_for(*pair) for pair in (("mag", "magnitude"), ("atk", "attack"), ("hgt", "height"), ("gen", "gender"), ("var", "village"))]
    [True, True, True, False, False]
    """
    if word.startswith(short):
        return len(word) >= max(_WHOLE, 2 * len(short))
    if short[0] != word[0] or len(word) < len(short) + _CUT or not _VOWELS.isdisjoint(short[1:]):
        return False
    left = iter(word[1:])
    return all(letter in left for letter in short[1:])


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """The English words of the lexicon as they are written; not their stems, which are more than they."""
    known = lexicon()
    said = {word for family in known.families.values() for word in family.words} | {noun for kind in known.kinds.values() for noun in kind}
    return frozenset(said.union(known.nouns_across, known.english.stop, known.english.light, _fields().whole, _fields().plain))


def _known(word: str) -> bool:
    """Whether a word says something by itself."""
    known = lexicon()
    return (
        bool(known.families_of(word) or known.kinds_of(word) or known.across(word)) or word in known.english.stop or word in _fields().whole
    )


def _part(word: str) -> bool:
    """Whether a word may stand before another that is written together with it."""
    return word in _fields().short or (len(word) >= _LEAST and _known(word) and word not in lexicon().english.stop)


def _ends_in_unit(word: str) -> tuple[str, ...]:
    """ "areakm2", "weightkg": a measure, and what it is counted in."""
    from kgllm.words.units import counted, measures_of, units_of

    for size in (4, 3, 2):
        unit, front = word[-size:], word[:-size]
        if len(front) < _LEAST or not _UNIT.fullmatch(unit) or _known(unit):
            continue
        units = tuple(one for one in units_of(unit) if not counted(one))
        if units and (_known(front) and (front in measures_of(units) or "number" in _kinds(front))):
            return front, unit
    return ()


def _kinds(word: str) -> set[str]:
    """The kinds of what a word names, and of what the relations that it speaks of lead to."""
    known = lexicon()
    return {*known.kinds_of(word), *(kind for family in known.families_of(word) for kind in known.families[family].to)}


def _by_families(word: str) -> tuple[str, ...]:
    """ "containedby", "citytown": two words that speak of relations or kinds."""
    known = lexicon()
    if len(word) < 7 or not word.isalpha():
        return ()
    for at in range(4, len(word) - 1):
        one, other = word[:at], word[at:]
        if known.families_of(one) and (_tied(one, other) or (len(other) > 3 and (known.families_of(other) or known.kinds_of(other)))):
            return one, other
    return ()


def _tied(one: str, other: str) -> bool:
    """Whether a word of grammar stands behind a word ("containedby", "locatedin", but no "Brandon")."""
    return other in _TIES and (other in _CLEAR or one.endswith(("ed", "born")))


def _by_fields(word: str, left: int = _PARTS) -> tuple[str, ...]:
    """ "geonameid", "maxspeed": a word that ends, or begins, the names of many fields, and known words before, or behind, it."""
    if left < 2:
        return ()
    fields = _fields()
    for head in fields.heads:
        front = word.removesuffix(head)
        if front == word or not front:
            continue
        numbered = _NUMBERED.fullmatch(front)
        if _part(front) or (numbered and _part(numbered[1])):
            return front, head
        if before := _by_fields(front, left - 1):
            return *before, head
    for start in fields.starts:
        rest = word.removeprefix(start)
        if rest != word and len(rest) >= _LEAST and _known(rest) and rest not in lexicon().english.stop:
            return start, rest
    return ()


@lru_cache(maxsize=1)
def _fields() -> _Fields:
    data = read_table("fields")

    short = {word: tuple(said.split()) for word, said in data["short"].items()}
    return _Fields(
        longest_first(data["heads"].split()),
        frozenset(data["whole"].split()),
        longest_first(data["starts"].split()),
        short,
        frozenset(data["plain"].split()),
        frozenset(data["amounts"].split()),
        tuple(data["portions"].split()),
        tuple(data["tables"].split()),
        tuple(data["codes"].split()),
        frozenset(data["callings"].split()),
        frozenset(one.replace("_", " ") for one in data["people"].split()),
        frozenset(data["repeated"].split()),
    )
