"""Words that compare (extremes.toml): "the longest", "更早", "more than 100 million"; what they measure, and the numbers they are held against."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kgllm.words.questions import Span, overlap
from kgllm.words.relations import relation_words
from kgllm.words.stems import singular, stem
from kgllm.words.tokens import is_han

_TABLES = ("units", "limits", "magnitudes", "whole")
_HAN_DIGITS = {letter: n for n, letter in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_BIG = {"万": 10**4, "亿": 10**8}
_MAGNITUDES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "wan": 1e4, "yi": 1e8}
_FIGURE = re.compile(
    r"(?P<date>\d{4}-\d{1,2}(?:-\d{1,2})?(?!\d))|(?P<number>\d{1,3}(?:[, \u00a0]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<big>[百千万亿]*)"
    r"|第?(?P<han>[零〇一二两三四五六七八九十百千万亿]+)"
)
_AFTER = re.compile(r"\s?([^\W\d]+²?\d?)")
_EACH = re.compile(r"\s*(?:(?:a|an|per|each|every)\s+(?:year|month|week|day|hour)\b|/\s?(?:year|month|week|day|hour)\b|每[年月天])")
_CLOSED = ("least", "most")
_ALONE = frozenset(("first", "last"))  # say nothing of a measure in most questions ("the first president", "the last name")


@dataclass(frozen=True, slots=True)
class Degree:
    """A word that asks for the most (`sense` 1) or the least (-1) of something, or for more or less of it. `dimensions`: what it may be."""

    span: Span
    sense: int
    dimensions: tuple[str, ...]
    superlative: bool
    loose: bool = False  # it says so only of things that are named, or at the end of a question


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a question: `width` is 1 for a year, 1/12 for a month; `unit` is the word behind it."""

    span: Span
    value: float
    width: float = 0.0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """What is asked for lies over `low` and under `high`; `closed` are those that count themselves. `span` is all that says so."""

    span: Span
    low: Figure | None = None
    high: Figure | None = None
    closed: tuple[bool, bool] = (False, False)
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What a question compares."""

    degrees: tuple[Degree, ...] = ()
    bounds: tuple[Bound, ...] = ()


def compares(question: str) -> Form | None:
    """What a question compares, None where it holds no word that does.

    >>> form = compares("Which drug has the longest half-life?")
    >>> form.degrees[0].sense, form.degrees[0].dimensions
    (1, ('length',))
    >>> [(one.low.value, one.closed[0]) for one in compares("mountains higher than 8,500 metres").bounds]
    [(8500.0, False)]
    >>> compares("Who directed Inception?") is None
    True
    """
    text = question.lower()
    known = _words()
    if known.hint.search(text) is None:
        return None
    bounds = tuple(_bounds(text))
    degrees = tuple(one for one in _degrees(text) if not any(overlap(one.span, bound.span) for bound in bounds))
    return Form(degrees, bounds) if degrees or bounds else None


def tier(relation: Iterable[str], dimension: str) -> int | None:
    """How well the names of a relation say that it measures something: 0 best, None where they do not.

    >>> tier(["annual salary (EUR)"], "pay"), tier(["birthDate"], "age"), tier(["directed by"], "age")
    (0, 1, None)
    """
    rows = _words().of.get(dimension, ())
    best: int | None = None
    for name in relation:
        words = {stem(word) for word in relation_words(name).spoken}
        for n, (stems, letters) in enumerate(rows):
            if (not words.isdisjoint(stems) or any(one in name for one in letters)) and (best is None or n < best):
                best = n
    return best


def magnitude(name: str) -> float:
    """By what the values of a relation are to be multiplied, by its name.

    >>> magnitude("feeMillionEUR"), magnitude("票房（亿元）"), magnitude("length_km")
    (1000000.0, 100000000.0, 1.0)
    """
    sizes = _words().magnitudes
    for word in relation_words(name).spoken:
        if word in sizes and len(word) > 2:
            return sizes[word]
    found = re.search(r"[(（](百万|十亿|千万|万亿|万|亿)", name)
    return han_number("一" + found[1]) or 1.0 if found else 1.0


def han_number(text: str) -> float | None:
    """A number in Chinese characters.

    >>> han_number("一百"), han_number("三千万"), han_number("二十一"), han_number("两万五千"), han_number("人")
    (100.0, 30000000.0, 21.0, 25000.0, None)
    """
    total, part, digit, tens = 0.0, 0.0, None, 1.0
    for letter in text:
        if letter in _HAN_DIGITS:
            digit = _HAN_DIGITS[letter] if digit is None else digit * 10 + _HAN_DIGITS[letter]
        elif letter in _HAN_TENS:
            tens = float(_HAN_TENS[letter])
            part, digit = part + (1 if digit is None else digit) * tens, None
        elif letter in _HAN_BIG:
            total, part, digit = (total + part + (digit or 0) or 1.0) * _HAN_BIG[letter], 0.0, None
        else:
            return None
    return total + part + (digit or 0) if text else None


def coordinated(text: str, names: Sequence[Span]) -> list[Span]:
    """The names (by their places, in order) that a question that compares puts beside each other: "among A, B and C", "A than B", "A和B哪个".

    >>> coordinated("is the elbe longer than the oder?", [(7, 11), (28, 32)]), coordinated("rivers in peru and chile", [(10, 14), (19, 24)])
    ([(7, 11), (28, 32)], [])
    >>> coordinated("黄河和长江哪条更长？", [(0, 2), (3, 5)])
    [(0, 2), (3, 5)]
    """
    known = _words()
    for at in range(len(names) - 1):
        group = [names[at]]
        for span in names[at + 1 :]:
            between = text[group[-1][1] : span[0]]
            if known.joins.fullmatch(between) is None and known.than.fullmatch(between) is None:
                break
            group.append(span)
        if len(group) < 2:
            continue
        than = any(known.than.fullmatch(text[one[1] : other[0]]) for one, other in itertools.pairwise(group))
        either = any(known.either.fullmatch(text[one[1] : other[0]]) for one, other in itertools.pairwise(group))
        if than or either or known.among.search(text[: group[0][0]]) or known.asks.match(text, group[-1][1]):
            return group
    return []


def unit_dimensions(unit: str) -> tuple[str, ...]:
    """What a unit measures.

    >>> unit_dimensions("metres"), unit_dimensions("小时"), unit_dimensions("films")
    (('length', 'height', 'depth', 'width', 'distance'), ('duration',), ())
    """
    found = _words().units.get(unit, ())
    return tuple(
        dict.fromkeys(other for one in found for other in ((one, "height", "depth", "width", "distance") if one == "length" else (one,)))
    )


def verb_dimensions(word: str) -> tuple[str, ...]:
    """What a verb is said of.

    >>> verb_dimensions("holds"), verb_dimensions("films")
    (('capacity',), ())
    """
    return _words().verbs.get(word, ())


def filler(word: str) -> bool:
    """Whether a word adds nothing to the name of a kind of things, where all of them are asked for."""
    return word in _words().filler


def fillers() -> frozenset[str]:
    """All such words."""
    return _words().filler


@dataclass(frozen=True, slots=True)
class _Words:
    hint: re.Pattern[str]
    english: re.Pattern[str]
    han: re.Pattern[str]
    degrees: Mapping[str, tuple[int, tuple[str, ...], bool]]  # sense, dimensions, whether it says so only after another
    before: re.Pattern[str]
    after: re.Pattern[str]
    said: Mapping[str, str]
    between: re.Pattern[str]
    of: Mapping[str, tuple[tuple[frozenset[str], tuple[str, ...]], ...]]
    units: Mapping[str, tuple[str, ...]]
    magnitudes: Mapping[str, float]
    filler: frozenset[str]
    aged: tuple[str, ...]
    verbs: Mapping[str, tuple[str, ...]]
    joins: re.Pattern[str]
    than: re.Pattern[str]
    either: re.Pattern[str]
    among: re.Pattern[str]
    asks: re.Pattern[str]


def _degrees(text: str) -> Iterator[Degree]:
    known = _words()
    found = list(known.english.finditer(text))
    at = 0
    while at < len(found):
        here = found[at]
        sense, dimensions, base = known.degrees[here[0]]
        end, at, first = here.end(), at + 1, here[0]
        if base:
            continue
        if (
            at < len(found)
            and not text[end : found[at].start()].strip(" -")
            and (known.degrees[found[at][0]][2] or first in ("most", "least"))
        ):
            other = known.degrees[found[at][0]]
            sense, dimensions, end, at = sense * other[0], other[1], found[at].end(), at + 1
        superlative = first.endswith("est") or first in ("most", "least", "first", "last")
        loose = first in _ALONE and bool(text[end:].strip(" ?.!"))
        if "amount" in dimensions and (noun := re.match(r"\s+([a-z]+)", text[end:])) is not None:
            dimensions = (*dimensions, *unit_dimensions(noun[1]))
            many = noun[1] in ("of", "than", "money") or bool(unit_dimensions(noun[1])) or singular(noun[1]) != noun[1]  # "most famous"
            some = first == "most" and noun[1] != "than" and not text[: here.start()].endswith("the ")  # "most italians speak"
            loose = loose or not many or some
        yield Degree((here.start(), end), sense, dimensions, superlative, loose)
    for one in known.han.finditer(text):
        word = one["word"] or one["bare"]
        sense, dimensions, _ = known.degrees[word]
        start = one.start("word") - 1 if one["word"] else one.start("bare")
        dimensions = next((("age",) for noun in known.aged if text[:start].endswith(noun)), dimensions)
        loose = one["bare"] is not None or (one["how"] == "最" and word in ("后", "先", "前", "近"))
        yield Degree((start, one.end()), sense, dimensions, one["how"] == "最", loose)


def _bounds(text: str) -> Iterator[Bound]:
    known, taken = _words(), 0
    for pair in known.between.finditer(text):
        figures = [_figure(text, pair.start(side)) for side in ("low", "high")]
        if all(figures) and figures[0] and figures[1] and figures[0].value < figures[1].value:
            span = (pair.start(), figures[1].span[1])
            yield Bound(span, figures[0], figures[1], (True, True), unit_dimensions(figures[1].unit))
            taken = span[1]
    for match in _FIGURE.finditer(text):
        figure = _figure(text, match.start())
        if figure is None or match.start() < taken:
            continue
        before, after = known.before.search(text, 0, match.start()), known.after.match(text, figure.span[1])
        said = known.said[before["said"]] if before else known.said[after["after"]] if after else ""
        if said:
            start, end = before.start() if before else match.start(), after.end() if after else figure.span[1]
            each = _EACH.match(text, end)
            end = each.end() if each else end
            closed = said in _CLOSED
            low, high = (figure, None) if said in ("above", "least") else (None, figure)
            yield Bound((start, end), low, high, (closed, closed), _meant(text, start, end, figure))
            taken = end


def _meant(text: str, start: int, end: int, figure: Figure) -> tuple[str, ...]:
    """What a bound is of: by its adjective ("higher than"), by its unit, or by the verb before it ("make less than 90k")."""
    known, units = _words(), unit_dimensions(figure.unit)
    said = [one for found in known.english.finditer(text, start, figure.span[0]) for one in known.degrees[found[0]][1]]
    by_adjective = tuple(one for one in said if one != "amount")
    if by_adjective and set(by_adjective) & set(units):
        return tuple(one for one in by_adjective if one in units)
    before = re.search(r"([a-z]+)\s*$", text[:start])
    alone = bool(units) or not text[end:].strip(" ?.!？。")
    verb = known.verbs.get(before[1], ()) if before and alone and set(units) <= {"price", "pay"} else ()
    return tuple(dict.fromkeys((*verb, *by_adjective, *units)))


def _figure(text: str, start: int) -> Figure | None:
    """The number that begins here, with what multiplies it and the unit behind it."""
    found = _FIGURE.match(text, start)
    if found is None or (start and text[start - 1].isdigit()):
        return None
    end = found.end()
    if found["date"]:
        parts = [int(part) for part in found["date"].split("-")]
        value = parts[0] + (parts[1] - 1) / 12 + ((parts[2] - 1) / 372 if len(parts) > 2 else 0.0)
        return Figure((start, end), value, 1 / 372 if len(parts) > 2 else 1 / 12)
    if found["han"]:
        letters = found["han"]
        if len(letters) > 1 and letters[-1] == "两" and letters[-2] not in "百千万亿":  # "十两": of silver
            letters, end = letters[:-1], end - 1
        value, plain = han_number(letters) or 0.0, False
    else:
        value = float(re.sub("[, \u00a0]", "", found["number"]))
        plain = found["number"].isdigit() and len(found["number"]) == 4 and not found["big"]
        if found["big"]:
            value *= han_number("一" + found["big"]) or 1.0
    unit, sizes = _AFTER.match(text, end), _words().magnitudes
    while unit is not None and unit[1] in sizes:
        attached = text[end : end + 1] != " "
        if len(unit[1]) < 3 and unit[1].isascii() and not attached:
            break
        value, plain, end = value * sizes[unit[1]], False, unit.end()
        unit = _AFTER.match(text, end)
    if unit is None:
        return Figure((start, end), value, float(plain and 1000 <= value <= 2100))
    name = (
        next((unit[1][:size] for size in range(min(4, len(unit[1])), 0, -1) if unit[1][:size] in _words().units), "")
        if is_han(unit[1])
        else unit[1]
    )
    year = name == "年" and plain
    known = name in _words().units and not year
    return Figure((start, unit.start(1) + len(name) if known or year else end), value, float(plain and not known), name if known else "")


@cache
def _words() -> _Words:
    data = tomllib.loads(files("kgllm.words").joinpath("extremes.toml").read_text(encoding="utf-8"))
    degrees: dict[str, tuple[int, tuple[str, ...], bool]] = {}
    for name, table in data.items():
        if name in _TABLES:
            continue
        for key, sense in (("more", 1), ("base", 1), ("zh_more", 1), ("less", -1), ("zh_less", -1)):
            for word in table.get(key, "").split():
                had = degrees.get(word, (sense, (), False))
                degrees[word] = (had[0], (*had[1], name), key == "base")
    limits = {key: [_spaced(word) for word in words.split()] for key, words in data["limits"].items()}
    said = {word: key.removeprefix("after_") for key, words in limits.items() if key not in ("range", "and") for word in words}
    before = [word for key, words in limits.items() if key in ("above", "least", "below", "most") for word in words]
    after = [word for key, words in limits.items() if key.startswith("after_") for word in words]
    english = [word for word in degrees if not is_han(word)]
    han = _either(word for word in degrees if is_han(word))
    numeral = r"(?:\d|[零〇一二两三四五六七八九十百千万亿])"
    filled = r"(?:\s+(?:a|an|the|about|around|nearly))?\s*(?:[$€£¥]\s*)?第?"
    ranges = _either(word.replace("*", "").strip() for word in limits["range"])
    return _Words(
        hint=re.compile(rf"\b(?:{_either(english)})\b|[最更比谁哪]|{_either(before)}|{numeral}[^？?]{{0,8}}(?:{_either(after)})|{ranges}"),
        english=re.compile(rf"\b(?:{_either(english)})\b"),
        han=re.compile(rf"(?P<how>最|更为?|比较)(?:的)?(?P<word>{han})|(?P<bare>{han})(?=(?:一些|一点|些)?[吗么吧呢的？?。\s]*$)"),
        degrees=degrees,
        before=re.compile(rf"(?:(?<![a-z])|(?=[^a-z]))(?P<said>{_either(before)}){filled}$"),
        after=re.compile(rf"\s*(?:年|回|章|[^\W\d_]{{0,6}}?)?\s*(?P<after>{_either(after)})(?![a-z])"),
        said=said,
        between=re.compile(rf"(?:{ranges})\s*(?P<low>{numeral}[^？?]{{0,16}}?)\s*(?:{_either(limits['and'])})\s*(?P<high>{numeral})"),
        of={name: _tiers(table["of"]) for name, table in data.items() if name not in _TABLES and table.get("of")},
        units=_inverted(data["units"]),
        magnitudes={
            word: _MAGNITUDES.get(key, 1.0) for key, words in data["magnitudes"].items() for word in words.split() if not is_han(word)
        },
        filler=frozenset(data["whole"]["filler"].split()),
        aged=tuple(data["age"]["aged"].split()),
        verbs=_inverted({name: table["verbs"] for name, table in data.items() if "verbs" in table}),
        joins=re.compile(r"\s*(?:,|，|、|;|和|与|跟|同|及|以及|还是|或者?|,?\s*(?:and|or|vs\.?|versus|&))\s*(?:the\s+)?"),
        either=re.compile(r"\s*,?\s*(?:or\s+(?:the\s+)?|还是|或者?)\s*"),
        than=re.compile(r".{0,60}?\b(?:than|compared (?:to|with))\s+(?:the\s+)?|.{0,8}?(?:比|相比于?|相较于?)\s*"),
        among=re.compile(r"\b(?:among|amongst|between|out of|of|compare)\s+(?:the\s+)?$|(?:在|对比|比较)\s*$"),
        asks=re.compile(r"[，,\s]*(?:这?[两二三]?[者个人]?(?:之中|之间|当中|中|里|相比|比|比较)?)?[，,\s]*(?:[谁哪]|.{0,10}?更)"),
    )


def _tiers(words: str) -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    return tuple(
        (frozenset(stem(word) for word in row.split() if not is_han(word)), tuple(word for word in row.split() if is_han(word)))
        for row in words.split("|")
    )


def _inverted(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for name, words in table.items():
        for word in words.split():
            out[word] = (*out.get(word, ()), name)
    return out


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))
