"""What is written in a graph, as numbers that can be compared: amounts with their units, years and dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.linking.dates import dates_in
from kgllm.types import Literal, Node
from kgllm.words.comparisons import Bound
from kgllm.words.extremes import says_time, tier
from kgllm.words.figures import Figure, alike, figure_at, in_one_form
from kgllm.words.relations import relation_words
from kgllm.words.units import PLAIN, Unit, counted, said_by, symbol_units, units_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DATE = re.compile(
    r"^(?P<minus>-)?(?P<year>\d{1,4})(?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?)?(?:t[\d:.]+(?:z|[-+]\d\d:?\d\d)?)?$"
)
_DECIMAL = re.compile(r"^\d+\.\d+$")
_ABOUT = re.compile(
    r"^(?:(?:c|ca|circa|approx|approximately|about|around|nearly|some|est|estimated)\.?\s+|c\.|ca\.|[~≈～]\s?|大约|约为?|近|将近)"
)
_AROUND = re.compile(r"(?:左右|上下|余|多| approx\.?| or so)$")
# "5 kg+", "> 6 kg", 30米以上 say where it begins or ends: about so much, too, and what has most may be among them
_OPEN = re.compile(
    r"^(?:(?:over|above|more than|at least|from|up to|under|below|less than|at most)\s+|[<>≤≥]=?\s?|超过|至少|不少于|不低于|大于|高于|最多|不超过|小于|低于|少于)"
)
_ON = re.compile(r"(?:\s?\+|及?以[上下内]|\s(?:or|and) (?:more|over|above|less|under|below|up)|\splus)$")
_TO = re.compile(r"\s?(?:–|—|~|～|至|到|-| to )\s?")
_BEFORE = re.compile(r"^(?:第|us\$|[$€£¥￥])\s?")
_UNIT = re.compile(r"^\s?(?!(?:or|and|to|of|in|at|by|from)\b)(?P<unit>[^\W\d_][^\d]{0,14})$")
_SYMBOL = re.compile(r"^(?P<number>[-+−]?\d(?:[\d., ]*\d)?(?:[eE][-+]?\d+)?)[ \u00a0]?(?P<unit>[^\W\d_]{1,4})$")
_LASTING = frozenset(("years", "old"))  # of 19 "years old" is no year
_YEARS = (1000.0, 2101.0)  # bare numbers between them may be years
_ABSOLUTE = 1e4  # "over 500,000 euros" of a fee in millions says euros, "over 50" millions
_MIXED = 0.1  # share of values in another unit that is left out; more, and they are not compared
_IN_ONES = ("population", "wealth", "price", "pay", "capacity")  # measures in which "m" behind a number is a million
_SIZED = ("length", "height", "depth", "width", "distance", "duration")  # … and those in which it is a unit
_LONGEST = 40
_BYTES = (Unit("data"), Unit("", 1e9))  # what "2.1B" may be


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, what its unit may be (none for an unknown one, whose name is `word`), and whether it is a date. `rough`: only about so much."""

    value: float
    units: tuple[Unit, ...] = (PLAIN,)
    word: str = ""
    dated: bool = False
    rough: bool = False


def amount_of(node: Node) -> Amount | None:
    """What a node says, None where that is no number or time.

    >>> amount_of(Literal("1,024 GB")).value, amount_of(Literal("208年")).value, amount_of(Literal("三千")).value
    (1024.0, 208.0, 3000.0)
    >>> amount_of(Literal("7-0")) is None, amount_of(Literal("2010-07-01")).value, amount_of(Literal("ca. 1500")).rough
    (True, 2010.5, True)
    """
    value = node.value if isinstance(node, Literal) else None
    if isinstance(value, (date, datetime)):
        return Amount(_year(value.year, value.month, value.day), dated=True)
    if isinstance(value, timedelta):
        return Amount(value.total_seconds(), (Unit("duration"),))
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return _finite(value)
    name = node.name.strip().strip("“”").strip()
    if name.startswith('"') or not any(letter.isdigit() for letter in in_one_form(name).replace('"', "")):
        name = name.strip('"').strip()
    text = in_one_form(name)
    if not text or len(text) > _LONGEST:
        return None
    about = _ABOUT.match(text) or _OPEN.match(text)
    around = _AROUND.search(text) or _ON.search(text)
    inner = slice(about.end() if about else 0, around.start() if around else len(text))
    text = text[inner].strip()
    read = (_with_symbol(name[inner].strip()) or _written(text)) if text else None
    return read if read is None or not (about or around) else Amount(read.value, read.units, read.word, read.dated, rough=True)


def _with_symbol(text: str) -> Amount | None:
    """A number and a unit that is told by its capitals: "703.8 My", "5 mW", "800 B"."""
    found = _SYMBOL.match(text)
    units = symbol_units(found["unit"]) if found else ()
    figure = figure_at(in_one_form(found["number"]), 0) if found and units else None
    whole = found is not None and figure is not None and figure.span[1] == len(found["number"])
    return Amount(figure.value, units) if whole and figure is not None and not figure.dated else None


def _written(text: str) -> Amount | None:
    found = _DATE.match(text)
    if found is not None and not _DECIMAL.match(text) and (len(found["year"]) > 3 or found["month"] or text.lstrip("-") != found["year"]):
        month, day = int(found["month"] or 1), int(found["day"] or 1)
        if not 1 <= month <= 12 or not 1 <= day <= 31 or (len(found["year"]) < 3 and found["month"]):  # "7-0" is a result
            return _range(text)
        year = int(found["year"])
        if found["month"] or "t" in text:
            return Amount(_year(-year if found["minus"] else year, month, day), dated=True)
        return Amount(float(-year if found["minus"] else year), rough=False)
    for start, end, iso in dates_in(text):
        if start == 0 and end == len(text):
            parts = [int(part) for part in iso.split("-")]
            return Amount(_year(parts[0], parts[1], parts[2] if len(parts) > 2 else 1), dated=True)
    return _figure(text) or _range(text)


def _figure(text: str) -> Amount | None:
    """A text that is one number with its unit, a known one or not."""
    before = _BEFORE.match(text)
    at = before.end() if before else 0
    figure = figure_at(text, at) if at < len(text) else None
    if figure is None and text.startswith(("-", "+")) and text[1:2] in "$€£¥":
        return None
    if figure is None:
        return None
    rest = text[figure.span[1] :].rstrip(" .")
    if not rest:
        return Amount(figure.value, figure.units or (PLAIN,), dated=figure.dated)
    unknown = _UNIT.match(rest)
    if unknown is None or figure.dated or figure.width > 1:
        return None
    last = unknown["unit"].strip()
    if figure.units and not all(counted(unit) for unit in figure.units):
        return Amount(figure.value, figure.units) if last in ("tall", "long", "wide", "deep", "high", "old") else None
    known = units_of(last)
    return Amount(figure.value, known) if known else Amount(figure.value, (), last)


def _range(text: str) -> Amount | None:
    """ "10–20 kg": what lies between."""
    for found in _TO.finditer(text):
        low, high = _figure(text[: found.start()].strip()), _figure(text[found.end() :].strip())
        sure = found[0].strip() != "-" or len(text) > 4  # "2-1" is a result
        if found.start() and sure and low and high and low.value < high.value and high.value > 0:
            units = high.units if low.units == (PLAIN,) else low.units
            return Amount((low.value + high.value) / 2, units, high.word, low.dated or high.dated, rough=True)
    return None


def _year(year: int, month: int = 1, day: int = 1) -> float:
    return year + (month - 1) / 12 + (day - 1) / 372


def _finite(value: float | Decimal) -> Amount | None:
    try:
        number = float(value)
    except (OverflowError, ValueError):  # more than a float holds; a signalling NaN
        return None
    return Amount(number) if np.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class Amounts:
    """Values of many nodes in one unit: NaN where one says none that can be compared with the others. `timed`: they are years and dates;
    `unit`: what they are in; `own`: what a number without a unit is taken to be in; `rough`: which are only about so much."""

    values: NDArray[Any]
    timed: bool
    unit: Unit
    own: Unit
    word: str
    rough: NDArray[Any]


def amounts_of(nodes: Sequence[Node], relation: str = "") -> Amounts | None:
    """What nodes say, in one unit; None where most say no number, or they do in several units. The relation's name may say the unit of
    numbers without one, and whether 1844 is a year.

    >>> amounts_of([Literal("1999"), Literal("2003-05-01")]).timed, amounts_of([Literal("3 kg"), Literal("5 km")]) is None
    (True, True)
    >>> amounts_of([Literal("1344"), Literal("1602")], "height_m").timed, amounts_of([Literal("1344"), Literal("1602")]).timed
    (False, True)
    """
    read = [amount_of(node) for node in nodes]
    known = [one for one in read if one is not None]
    if not known or len(known) * 2 < len(read):
        return None
    said, scale = said_by(relation)
    kind, word = _kind(known, said, relation)
    own = _own(known, kind, said, scale)
    values = np.array([np.nan if one is None else _in(one, kind, word, own) for one in read])
    others = sum(one is not None and not one.word and bool(np.isnan(value)) for one, value in zip(read, values.tolist(), strict=True))
    some = values[~np.isnan(values)]
    if others > _MIXED * len(known) or len(some) * 2 < len(read):
        return None
    time = None if _LASTING.intersection(relation_words(relation).spoken) else says_time(relation)
    bare = all(one.dated or one.units == (PLAIN,) for one in known)
    like = bool(((some >= _YEARS[0]) & (some < _YEARS[1]) & (some == np.floor(some))).all())
    timed = any(one.dated for one in known) or (bare and said is None and scale == 1 and (like if time is None else time))
    rough = np.array([one is not None and one.rough for one in read])
    return Amounts(values, timed, Unit(kind), own, word, rough)


def _kind(known: list[Amount], said: Unit | None, relation: str) -> tuple[str, str]:
    """The kind of unit that most values are in, that of the relation's name first; or the word for an unknown one."""
    votes: Counter[tuple[str, str]] = Counter()
    in_ones = said is None and any(tier([relation], one) is not None for one in _IN_ONES)
    in_ones |= said is None and not any(tier([relation], one) is not None for one in _SIZED) and any(one.units == (PLAIN,) for one in known)
    for one in known:
        kinds = dict.fromkeys("" if counted(unit) else unit.kind for unit in one.units)
        if "" in kinds and len(kinds) > 1 and (in_ones or one.units == _BYTES):  # "10m" of people is ten million
            continue
        if one.dated or kinds == {"": None}:
            continue
        votes.update([(kind, "") for kind in kinds] or [("", one.word)])
    alone = sum(one.units == (PLAIN,) and not one.dated for one in known)
    for vote in [vote for vote in votes if vote[1] and votes[vote] < alone]:  # "three gold" among plain numbers
        del votes[vote]
    if said is not None and (votes[said.kind, ""] or not votes):
        return said.kind, ""
    return max(votes, key=lambda one: (votes[one], one[1] == "", one[0] != "", one)) if votes else ("", "")


def _own(known: list[Amount], kind: str, said: Unit | None, scale: float) -> Unit:
    """The unit of numbers without one: the relation's, or the only one that other values have."""
    if said is not None and said.kind == kind:
        return Unit(kind, said.factor * scale)
    written = {unit.factor for one in known for unit in one.units if unit.kind == kind and kind}
    return Unit(kind, (written.pop() if len(written) == 1 else 1.0) * scale)


def _in(one: Amount, kind: str, word: str, own: Unit) -> float:
    """A value in the unit that they are compared in; NaN where it has another."""
    if one.dated:
        return one.value if kind == "" else np.nan
    if one.word:
        return one.value * own.factor if one.word == word else np.nan
    mine = next((unit for unit in one.units if unit.kind == kind and kind), None)
    if mine is not None:
        return one.value * mine.factor
    ones = next((unit for unit in one.units if counted(unit)), None)
    return np.nan if ones is None else one.value * ones.factor * own.factor


def within(found: Amounts, bound: Bound) -> NDArray[Any] | None:
    """Which values a bound allows; None where its numbers are of another kind."""
    kept = ~np.isnan(found.values)
    for figure, closed, low in ((bound.low, bound.closed[0], True), (bound.high, bound.closed[1], False)):
        if figure is None:
            continue
        held = held_against(found, figure)
        if held is None:
            return None
        value, width = held
        slack = 1e-9 * (abs(value) or 1.0)  # 6 ft are 1.8288 m, give or take a bit
        with np.errstate(invalid="ignore"):
            if low:
                kept &= (
                    found.values >= value - slack if closed else (found.values >= value + width if width else found.values > value + slack)
                )
            else:
                kept &= (
                    (found.values < value + width if width else found.values <= value + slack) if closed else found.values < value - slack
                )
    return kept


def held_against(found: Amounts, figure: Figure) -> tuple[float, float] | None:
    """The number of a question as the values count, and how wide it is among times; None where it is of another kind."""
    if found.timed:
        bare = figure.dated or (not figure.units and figure.scale == 1)
        return (figure.value, figure.width) if bare else None
    if figure.dated and not (figure.width == 1 and figure.value > 0):
        return None
    if not figure.units or figure.dated:
        absolute = figure.scale != 1 or abs(figure.value) >= _ABSOLUTE
        scale = 1.0 if absolute and found.unit.kind in ("", "euro", "dollar", "pound", "yuan", "yen") else found.own.factor
        return figure.value * scale, 0.0
    value = alike(figure, found.unit)
    if value is not None:
        return value, 0.0
    if found.unit.kind == "" and not found.word:  # nothing says what the values are in: what is asked is taken to be said in the same
        return figure.value, 0.0
    return None
