"""Units and magnitudes (units.toml): the one place that says what they are worth, for questions, values and names of relations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from kgllm.words.patterns import either, longest_first
from kgllm.words.relations import KEPT, relation_words
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han

_TABLES = ("sizes", "numbers", "alone", "symbols", "magnitudes")
_ANY = ("people", "things")  # what is counted in ones
_TIMES = ("year", "month", "week", "day", "年", "天")  # "founded year" is no duration
_MONEY = ("euro", "dollar", "pound", "yuan", "yen")
_LONGEST = 4  # characters of a Chinese unit
_LATIN = "a-zA-Z0-9À-ɏ"  # what a word in letters goes on with; Chinese may follow at once
_SAID_MAGNITUDE = re.compile(r"[(（/]\s*(百万|十亿|千万|万亿|万|亿)")


@dataclass(frozen=True, slots=True)
class Unit:
    """`kind`: a table of units.toml, "" for plain numbers; `factor`: how many of its first unit it is."""

    kind: str = ""
    factor: float = 1.0


PLAIN = Unit()


@dataclass(frozen=True, slots=True)
class _Words:
    units: Mapping[str, tuple[Unit, ...]]
    names: Mapping[tuple[str, float], str]
    of: Mapping[str, tuple[str, ...]]
    symbols: Mapping[str, tuple[Unit, ...]]
    sizes: Mapping[str, float]
    numbers: Mapping[str, float]
    places: Mapping[str, int]
    nouns: frozenset[str]
    unit: re.Pattern[str]
    size: re.Pattern[str]
    number: re.Pattern[str]


def units_of(word: str) -> tuple[Unit, ...]:
    """What a unit may be, by how it is written.

    >>> [(unit.kind, unit.factor) for unit in units_of("km")], [unit.kind for unit in units_of("pounds")], units_of("films")
    ([('length', 1000.0)], ['weight', 'pound'], ())
    """
    return _words().units.get(word.lower(), ())


def symbol_units(symbol: str) -> tuple[Unit, ...]:
    """What a unit in a value may be that is written so, with these capitals, and would be a word elsewhere.

    >>> symbol_units("My"), [unit.kind for unit in symbol_units("B")], symbol_units("my")
    ((Unit(kind='duration', factor=31556952000000.0),), ['data', ''], ())
    """
    return _words().symbols.get(symbol, ())


def unit_at(text: str, at: int) -> tuple[tuple[Unit, ...], int] | None:
    """The longest unit that stands here, blanks before it left out, and where it ends.

    >>> unit_at("5 km long", 1)[1], unit_at("5 films", 1)
    (4, None)
    """
    found = _words().unit.match(text, at)
    return None if found is None else (units_of(re.sub(r"\s+", " ", found[1])), found.end())


def size_at(text: str, at: int) -> tuple[str, float, int] | None:
    """What multiplies a number and stands here: the word, by how much, and where it ends."""
    found = _words().size.match(text, at)
    return None if found is None else (found[1], _words().sizes[found[1]], found.end())


def number_at(text: str, at: int) -> tuple[float, int] | None:
    """A number in English words that stands here, and where it ends: "twenty-five", "three"."""
    found = _words().number.match(text, at)
    if found is None:
        return None
    return sum(_words().numbers[word] for word in re.split(r"[\s-]+", found[0])), found.end()


def place_of(word: str) -> int | None:
    """The place that a word says.

    >>> place_of("second"), place_of("3rd"), place_of("two")
    (2, 3, None)
    """
    return _words().places.get(word)


def number_words() -> str:
    """A regular expression for a number in English words."""
    return _words().number.pattern


def place_words() -> tuple[str, ...]:
    """English words for places, the longest first."""
    return longest_first(_words().places)


def measures_of(units: tuple[Unit, ...]) -> tuple[str, ...]:
    """The measures (tables of extremes.toml) that units are of.

    >>> measures_of(units_of("metres"))[:2], measures_of(units_of("小时")), measures_of(units_of("films"))
    (('length', 'height'), ('duration', 'age'), ())
    """
    return tuple(dict.fromkeys(measure for unit in units for measure in _words().of.get(unit.kind, ())))


def name_of(unit: Unit) -> str:
    """How a unit is written: the first of its names; "" where it has none.

    >>> name_of(Unit("length", 1000.0)), name_of(Unit("length", 7.0))
    ('km', '')
    """
    return _words().names.get((unit.kind, unit.factor), "")


def counted(unit: Unit) -> bool:
    """Whether it is one thing, or nothing: such numbers are compared with any others."""
    return unit.kind in ("", *_ANY)


def money(unit: Unit) -> bool:
    """Whether it is a currency."""
    return unit.kind in _MONEY


@lru_cache(maxsize=KEPT)
def said_by(relation: str) -> tuple[Unit | None, float]:
    """The unit that the name of a relation ends with, and by what its numbers are to be multiplied.

    >>> said_by("length_km"), said_by("feeMillionEUR"), said_by("runtimeSeconds")[0].kind, said_by("票房（亿元）")[1], said_by("age")
    ((Unit(kind='length', factor=1000.0), 1.0), (Unit(kind='euro', factor=1.0), 1000000.0), 'duration', 100000000.0, (None, 1.0))
    """
    known = _words()
    spoken = relation_words(relation).spoken
    scale = next((known.sizes[word] for word in spoken if word in known.sizes and len(word) > 1 and not is_han(word)), 1.0)
    found = _SAID_MAGNITUDE.search(relation)
    scale = known.sizes.get(found[1], 1e7) if found else scale
    within = re.search(r"[(（/]\s*(?:百万|十亿|千万|万亿|万|亿)?([^()（）]+)[)）]?\s*$", relation)
    for name in (within[1] if within else "", " ".join(spoken[-2:]), spoken[-1] if len(spoken) > 1 else ""):
        word = name.strip().lower()
        units = tuple(unit for unit in units_of(word) if unit.kind not in _ANY and word not in _TIMES)
        if units and (len(spoken) > 1 or within):
            return units[0], scale
    return unit_alone(relation) or _at_the_end(spoken[-1]), scale


def _at_the_end(word: str) -> Unit | None:
    """The unit that a Chinese name ends with, in two characters at least: 冷藏小时; a 玉米 is in no metres."""
    ends = (word[-size:] for size in range(min(len(word) - 1, _LONGEST), 1, -1)) if is_han(word) else ()
    return next((unit for end in ends for unit in units_of(end) if unit.kind not in _ANY and end not in _words().nouns), None)


@lru_cache(maxsize=KEPT)
def unit_alone(relation: str) -> Unit | None:
    """The unit that is all that a relation is called by: its numbers are of what the unit measures.

    >>> unit_alone("milliseconds"), unit_alone("公斤"), unit_alone("minute"), unit_alone("length_km")
    (Unit(kind='duration', factor=0.001), Unit(kind='weight', factor=1.0), None, None)
    """
    word = " ".join(relation_words(relation).spoken).lower()
    if len(word) < 2 or word in _words().nouns:
        return None
    return next((unit for unit in units_of(word) if unit.kind not in _ANY), None)


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = read_table("units")
    units: dict[str, tuple[Unit, ...]] = {}
    names: dict[tuple[str, float], str] = {}
    for kind, table in data.items():
        if kind in _TABLES:
            continue
        for factor, words in table.items():
            for word in words.split() if factor != "of" else ():
                name = word.replace("_", " ")
                names.setdefault((kind, float(factor)), name)
                units[name] = (*units.get(name, ()), Unit(kind, float(factor)))
    symbols: dict[str, tuple[Unit, ...]] = {}
    for kind, table in (*data["symbols"].items(), ("", data["magnitudes"])):
        for factor, words in table.items():
            for word in words.split():
                symbols[word] = (*symbols.get(word, ()), Unit(kind, float(factor)))
    sizes = {word: float(size) for size, words in data["sizes"].items() for word in words.split()}
    numbers: dict[str, float] = {}
    places: dict[str, int] = {}
    for value, words in data["numbers"].items():
        plain, _, place = words.partition("|")
        numbers |= {word: float(value) for word in plain.split()}
        places |= {word: int(value) for word in place.split()}
    ones = "|".join(word for word, value in numbers.items() if value < 10)
    tens = "|".join(word for word, value in numbers.items() if 20 <= value < 100)
    teens = either(word for word, value in numbers.items() if 10 <= value < 20 or value == 0)
    return _Words(
        units=units,
        names=names,
        of={kind: tuple(table["of"].split()) for kind, table in data.items() if kind not in _TABLES},
        symbols=symbols,
        sizes=sizes,
        numbers=numbers,
        places=places,
        nouns=frozenset(data["alone"]["nouns"].split()),
        unit=re.compile(rf"[ \u00a0]?({_words_or_marks(units)})\.?", re.IGNORECASE),
        size=re.compile(rf"[ \u00a0]?({_words_or_marks(sizes)})"),
        number=re.compile(rf"\b(?:(?:{tens})(?:[\s-](?:{ones}))?|{teens}|{ones})\b"),
    )


def _words_or_marks(words: Mapping[str, object]) -> str:
    """A word in letters ends where they do; Chinese and signs anywhere."""
    letters = [word for word in words if word[-1].isalnum() and not is_han(word)]
    others = [word for word in words if word not in letters]
    ends = rf"{either(letters)}(?![{_LATIN}²³]|/[a-z])"
    return f"{ends}|{either(others)}" if others else ends
