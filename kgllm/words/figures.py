"""Numbers as people write them in a question: 8,500, 90k, 1.5 million, 三千万, 2010-05-01."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from kgllm.words.questions import Span
from kgllm.words.tokens import is_han

_HAN_DIGITS = {letter: n for n, letter in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_BIG = {"万": 10**4, "亿": 10**8}
FIGURE = re.compile(
    r"(?P<date>\d{4}-\d{1,2}(?:-\d{1,2})?(?!\d))|(?P<number>\d{1,3}(?:[, \u00a0]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s?(?P<big>[百千万亿]+))?"
    r"|第?(?P<han>[零〇一二两三四五六七八九十百千万亿]+)"
)
_MONEY = ("$", "€", "£", "¥", "￥")
_AFTER = re.compile(r"\s?([^\W\d]+²?\d?)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a question: `width` is 1 for a year, 1/12 for a month; `unit` is the word behind it."""

    span: Span
    value: float
    width: float = 0.0
    unit: str = ""
    scale: float = 1.0  # of a word that multiplies it


def han_number(text: str) -> float | None:
    """A number in Chinese characters.

    >>> han_number("一百"), han_number("三千万"), han_number("二十一"), han_number("两万五千"), han_number("人")
    (100.0, 30000000.0, 21.0, 25000.0, None)
    """
    total, part, tens = 0.0, 0.0, 1.0
    digit: float | None = None
    for letter in text:
        if letter in _HAN_DIGITS:
            digit = _HAN_DIGITS[letter] if digit is None else digit * 10.0 + _HAN_DIGITS[letter]
        elif letter in _HAN_TENS:
            tens = float(_HAN_TENS[letter])
            part, digit = part + (1 if digit is None else digit) * tens, None
        elif letter in _HAN_BIG:
            total, part, digit = (total + part + (digit or 0) or 1.0) * _HAN_BIG[letter], 0.0, None
        else:
            return None
    value = total + part + (digit or 0)
    return value if text and math.isfinite(value) else None


def figure_at(text: str, start: int, units: Container[str], sizes: Mapping[str, float]) -> Figure | None:
    """The number that begins here, with what multiplies it (`sizes`) and the unit behind it, where it is one of `units`.

    >>> figure_at("1.5 million euros", 0, {"euros"}, {"million": 1e6}).value
    1500000.0
    """
    found = FIGURE.match(text, start)
    if found is None or (start and text[start - 1].isdigit()):
        return None
    end, scale = found.end(), 1.0
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
            scale = han_number("一" + found["big"]) or 1.0
            value *= scale
    unit = _AFTER.match(text, end)
    while unit is not None and unit[1] in sizes:
        attached = text[end : end + 1] != " "
        if len(unit[1]) < 3 and unit[1].isascii() and not attached:
            break
        if unit[1] == "m" and text[start - 1 : start] not in _MONEY:  # "8600m" is a height, "€5m" a price
            break
        value, scale, plain, end = value * sizes[unit[1]], scale * sizes[unit[1]], False, unit.end()
        unit = _AFTER.match(text, end)
    if unit is None:
        return Figure((start, end), value, float(plain and 1000 <= value <= 2100), scale=scale)
    name = (
        next((unit[1][:size] for size in range(min(4, len(unit[1])), 0, -1) if unit[1][:size] in units), "") if is_han(unit[1]) else unit[1]
    )
    year = name == "年" and plain
    known = name in units and not year
    return Figure(
        (start, unit.start(1) + len(name) if known or year else end), value, float(plain and not known), name if known else "", scale
    )
