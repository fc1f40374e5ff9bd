"""Words that compare (extremes.toml): "the longest", "更早", "more than 100 million"; what they measure, and the numbers they are held against."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from kgllm.words.figures import FIGURE, Figure, figure_at, han_number
from kgllm.words.questions import Span, overlap, yes_or_no
from kgllm.words.relations import relation_words
from kgllm.words.stems import stem
from kgllm.words.tokens import is_han

_TABLES = ("units", "limits", "magnitudes", "whole")
_MAGNITUDES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "wan": 1e4, "yi": 1e8}
_BETWEEN = re.compile(r"\s*(?:之间|以内|范围内?)")
_EACH = re.compile(r"\s*(?:(?:a|an|per|each|every)\s+(?:year|month|week|day|hour)\b|/\s?(?:year|month|week|day|hour)\b|每[年月天])")
_DESCRIBED = re.compile(r"(?:ous|ful|ive|able|ible|ant|ent|ed|ing|ar|less|known|common)$")
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
    degrees = tuple(one for one in (*_degrees(text), *_orders(text)) if not any(overlap(one.span, bound.span) for bound in bounds))
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
            described = _DESCRIBED.search(noun[1]) is not None  # "most famous"
            some = first == "most" and noun[1] != "than" and not text[: here.start()].endswith("the ")  # "most italians speak"
            loose = loose or described or some
        yield Degree((here.start(), end), sense, dimensions, superlative, loose)
    for one in known.han.finditer(text):
        word = one["word"] or one["lead"] or one["bare"]
        sense, dimensions, _ = known.degrees[word]
        start = one.start("word") - 1 if one["word"] else one.end() - len(word)
        dimensions = next((("age",) for noun in known.aged if text[:start].endswith(noun)), dimensions)
        loose = one["how"] is None or (one["how"] == "最" and word in ("后", "先", "前", "近"))
        yield Degree((start, one.end()), sense, dimensions, one["how"] == "最", loose)


def _orders(text: str) -> Iterator[Degree]:
    """ "Was A founded before B?": earlier than that."""
    if yes_or_no(text):
        for found in re.finditer(r"\b(before|after|prior to)\b", text):
            yield Degree(found.span(), 1 if found[1] == "after" else -1, ("late",), superlative=False, loose=True)


def _bounds(text: str) -> Iterator[Bound]:
    known, taken = _words(), 0
    for pair in known.between.finditer(text):
        figures = [figure_at(text, pair.start(side), known.units, known.magnitudes) for side in ("low", "high")]
        if (
            figures[0] and figures[1] and figures[0].scale == 1 and figures[0].value < figures[1].value / figures[1].scale
        ):  # "between 5 and 10 million"
            figures[0] = replace(figures[0], value=figures[0].value * figures[1].scale)
        if all(figures) and figures[0] and figures[1] and figures[0].value < figures[1].value:
            closing = _BETWEEN.match(text, figures[1].span[1])
            span = (pair.start(), closing.end() if closing else figures[1].span[1])
            yield Bound(span, figures[0], figures[1], (True, True), unit_dimensions(figures[1].unit))
            taken = span[1]
    for match in FIGURE.finditer(text):
        figure = figure_at(text, match.start(), known.units, known.magnitudes)
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
        han=re.compile(
            rf"(?P<how>最|更为?|比较)(?:的)?(?P<word>{han})|(?<=[谁个位条座部家种款件])(?P<lead>[先后早晚])(?![面来天上于])|(?P<bare>{han})(?=(?:一些|一点|些)?[吗么吧呢的？?。\s]*$)"
        ),
        degrees=degrees,
        before=re.compile(rf"(?:(?<![a-z])|(?=[^a-z]))(?P<said>{_either(before)}){filled}$"),
        after=re.compile(rf"\s*(?:年|[^\W\d_]{{0,6}}?)?\s*(?P<after>{_either(after)})(?![a-z])"),
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
        than=re.compile(r".{0,60}?\b(?:than|before|after|prior to|compared (?:to|with))\s+(?:the\s+)?|.{0,8}?(?:比|相比于?|相较于?)\s*"),
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
