"""What is written in a graph, as numbers that can be compared: amounts with their units, years and dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.types import Literal, Node
from kgllm.words.extremes import Bound, magnitude
from kgllm.words.figures import Figure, han_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DATE = re.compile(
    r"^(?P<bc>公元前|前|-)?(?P<year>\d{1,4})(?:[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})[日号]?)?|年)月?(?:T[\d:.]+Z?)?$"
)
_NUMBER = re.compile(
    r"^(?:第|约|about |[$€£¥])?\s?(?P<number>[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?)\s?(?P<unit>[^\W\d_][^\d]{0,14})?$"
)
_DECIMAL = re.compile(r"^\d+\.\d+$")
_HAN = re.compile(r"^第?(?P<han>[零〇一二两三四五六七八九十百千万亿]+)(?P<unit>[^\W\d]{0,4})$")
_SIZES = {
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "k": 1e3,
    "bn": 1e9,
    "千": 1e3,
    "万": 1e4,
    "百万": 1e6,
    "亿": 1e8,
    "万亿": 1e12,
}
_SCALES = {"mm": ("m", 1e-3), "cm": ("m", 1e-2), "km": ("m", 1e3), "毫米": ("m", 1e-3), "厘米": ("m", 1e-2), "米": ("m", 1.0), "公里": ("m", 1e3), "千米": ("m", 1e3), "g": ("kg", 1e-3), "克": ("kg", 1e-3), "千克": ("kg", 1.0), "公斤": ("kg", 1.0), "t": ("kg", 1e3), "吨": ("kg", 1e3), "MB": ("B", 1e6), "GB": ("B", 1e9), "TB": ("B", 1e12)}  # fmt: skip
_ALIKE = {"meter": "m", "metre": "m", "kilometer": "km", "kilometre": "km", "kilogram": "kg", "gram": "g", "ton": "t", "tonne": "t", "hour": "hours", "minute": "minutes", "day": "days"}  # fmt: skip
_SECONDS = {"second": 1.0, "seconds": 1.0, "秒": 1.0, "minute": 60.0, "minutes": 60.0, "分钟": 60.0, "hour": 3600.0, "hours": 3600.0, "小时": 3600.0, "day": 86400.0, "days": 86400.0, "天": 86400.0, "week": 604800.0, "weeks": 604800.0, "周": 604800.0}  # fmt: skip
_YEARS = (1000.0, 2101.0)  # bare numbers between them may be years
_ABSOLUTE = 1e4  # "over 500,000 euros" of a fee in millions says euros, "over 50" millions
_MIXED = 0.1  # share of values in another unit that is left out; more, and they are not compared


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, its unit ("" for none), and whether it is a date."""

    value: float
    unit: str = ""
    dated: bool = False


def amount_of(node: Node) -> Amount | None:
    """What a node says, None where that is no number or time.

    >>> amount_of(Literal("1,024 GB")), amount_of(Literal("208年")).value, amount_of(Literal("三千")).value
    (Amount(value=1024000000000.0, unit='B', dated=False), 208.0, 3000.0)
    >>> amount_of(Literal("7-0")) is None, amount_of(Literal("2010-07-01")).value
    (True, 2010.5)
    """
    value = node.value if isinstance(node, Literal) else None
    if isinstance(value, (date, datetime)):
        return Amount(value.year + (value.month - 1) / 12 + (value.day - 1) / 372, "", dated=True)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return _finite(value)
    text = node.name.strip().strip('"“”').strip()
    if len(text) > 40:
        return None
    if (found := _DATE.match(text)) is not None and not _DECIMAL.match(text):
        return _dated(found)
    if (found := _NUMBER.match(text)) is not None:
        plain = float(found["number"].replace(",", ""))
        return _scaled(plain, (found["unit"] or "").strip()) if np.isfinite(plain) else None
    if (found := _HAN.match(text)) is not None and (number := han_number(found["han"])) is not None:
        return _scaled(number, found["unit"])
    return None


def _finite(value: float | Decimal) -> Amount | None:
    try:
        number = float(value)
    except (OverflowError, ValueError):  # more than a float holds; a signalling NaN
        return None
    return Amount(number) if np.isfinite(number) else None


def _dated(found: re.Match[str]) -> Amount | None:
    month, day = int(found["month"] or 1), int(found["day"] or 1)
    if not 1 <= month <= 12 or not 1 <= day <= 31 or (len(found["year"]) < 3 and found["month"]):  # "7-0" is a result
        return None
    year = int(found["year"])
    return Amount((-year if found["bc"] else year) + (month - 1) / 12 + (day - 1) / 372, "", dated=True)


def _scaled(value: float, unit: str) -> Amount:
    for size in (unit, *unit.split(" ")[:1], unit[:2], unit[:1]):
        if size.lower() in _SIZES and (size == unit or not size.isascii() or " " in unit):
            value, unit = value * _SIZES[size.lower()], unit[len(size) :].strip()
            break
    unit = unit.strip(" .")
    known, scale = _SCALES.get(_unit(unit), (_unit(unit), 1.0))
    return Amount(value * scale, known)


def _unit(unit: str) -> str:
    plain = unit.lower().rstrip("s") if unit.isascii() and len(unit) > 3 else unit
    return _ALIKE.get(plain, unit)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Values of many nodes: NaN where one says none that can be compared with the others. `timed`: they are years and dates."""

    values: NDArray[Any]
    timed: bool
    unit: str


def amounts_of(nodes: Sequence[Node]) -> Amounts | None:
    """What nodes say, in one unit; None where most say no number, or they do in several units.

    >>> amounts_of([Literal("1999"), Literal("2003-05-01")]).timed, amounts_of([Literal("3 kg"), Literal("5 km")]) is None
    (True, True)
    """
    read = [amount_of(node) for node in nodes]
    known = [one for one in read if one is not None]
    if not known or len(known) * 2 < len(read):
        return None
    units: dict[str, int] = {}
    for one in known:
        units[one.unit] = units.get(one.unit, 0) + 1
    unit = max(units, key=lambda name: (units[name], name))
    if units[unit] < (1 - _MIXED) * len(known):
        return None
    values = np.array([np.nan if one is None or one.unit != unit else one.value for one in read])
    some = values[~np.isnan(values)]
    timed = any(one.dated for one in known) or bool(
        unit in ("", "年") and ((some >= _YEARS[0]) & (some < _YEARS[1]) & (some == np.floor(some))).all()
    )
    return Amounts(values, timed, unit)


def within(found: Amounts, bound: Bound, relation: str) -> NDArray[Any]:
    """Which values a bound allows. `relation`: the name, which may say their unit ("half-life in hours", "fee, millions")."""
    with np.errstate(invalid="ignore"):
        kept = ~np.isnan(found.values)
        if bound.low is not None:
            low, width = _held_against(found, bound.low, relation)
            kept &= found.values >= low if bound.closed[0] else (found.values >= low + width if width else found.values > low)
        if bound.high is not None:
            high, width = _held_against(found, bound.high, relation)
            kept &= (found.values < high + width if width else found.values <= high) if bound.closed[1] else found.values < high
    return kept


def _held_against(found: Amounts, figure: Figure, relation: str) -> tuple[float, float]:
    """The number of a question as the values count, and how wide it is among times."""
    if found.timed:
        return figure.value, figure.width
    value, said = figure.value, magnitude(relation)
    if said > 1 and value >= min(said, _ABSOLUTE):
        value /= said
    named = relation.lower().replace("_", " ")
    own = next((unit for unit in _SECONDS if f" {unit}" in f" {named}" or (not unit.isascii() and unit in named)), found.unit)
    if figure.unit in _SECONDS and own in _SECONDS:
        value *= _SECONDS[figure.unit] / _SECONDS[own]
    mine, theirs = (
        _SCALES.get(_unit(figure.unit), (_unit(figure.unit), 1.0)),
        _SCALES.get(_said_unit(named) or found.unit, (found.unit, 1.0)),
    )
    if figure.unit and mine[0] == theirs[0]:
        scale = theirs[1] if _said_unit(named) else 1.0
        value *= mine[1] / scale
    return value, 0.0


def _said_unit(named: str) -> str:
    """The unit that the name of a relation ends with ("length km")."""
    last = re.split(r"[\s(（]+", named.rstrip(")） "))[-1]
    return last if last in _SCALES or last in ("m", "kg") else ""
