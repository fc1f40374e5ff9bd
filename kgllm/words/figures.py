"""Amounts and times as people write them, in questions and in graphs alike: 8,500, 90k, €1.2bn, 三千万, 5'11", 1h 30m, 2010-05-01, 100 BC, the 1990s."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from kgllm.words.moments import MONTH, moment_at
from kgllm.words.questions import Span
from kgllm.words.tokens import is_han
from kgllm.words.units import Unit, money, number_at, number_words, place_of, place_words, size_at, unit_at, units_of

_HAN_DIGITS = {letter: n for n, letter in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_BIG = {"万": 10**4, "亿": 10**8}
_HAN = "零〇一二两三四五六七八九十百千万亿"
_SIGNS = str.maketrans({"\u2212": "-", "\uff0d": "-", "\uff05": "%", **{chr(0xFF10 + n): str(n) for n in range(10)}})
_MONEY = r"(?P<money>us\$|[$€£¥￥])\s?"
_ISO = r"p(?=[\dt])(?:(?P<y>[\d.]+)y)?(?:(?P<mo>[\d.]+)m)?(?:(?P<w>[\d.]+)w)?(?:(?P<d>[\d.]+)d)?(?:t(?:(?P<h>[\d.]+)h)?(?:(?P<mi>[\d.]+)m)?(?:(?P<s>[\d.]+)s)?)?(?![a-z\d])"
_YEARS, _MONTHS, _DAYS = 31556952.0, 2629746.0, 86400.0
_PARTS = {"y": _YEARS, "mo": _MONTHS, "w": 7 * _DAYS, "d": _DAYS, "h": 3600.0, "mi": 60.0, "s": 1.0}
_PLACES = "|".join(word for word in place_words())
_BC = r"\s*(?:bce|bc|b\.c\.(?:e\.)?)(?![a-z])"
_TIMES = re.compile(
    r"(?P<date>(?<!\d)\d{4}-\d{1,2}(?:-\d{1,2})?(?![\d-])|(?<!\d)\d{4}年\s?\d{1,2}月(?:\s?\d{1,2}[日号])?)"
    rf"|(?P<ce>\d{{1,4}}){_BC}|(?P<tens>\d{{3}}0|(?<=')\d0)s(?![a-z\d])"
    rf"|(?P<th>\d{{1,2}}(?:st|nd|rd|th)|{_PLACES})[\s-]century(?P<bc>{_BC})?"
    rf"|(?P<before>公元前|(?<![年之以])前(?=[\d{_HAN}]+(?:年|世纪)))?(?:公元(?=[\d{_HAN}]))?(?:"
    r"第?(?P<century>\d{1,2}|[一二三四五六七八九十]{1,3})世纪(?:(?P<inner>\d0|[一二三四五六七八九]十)年代)?"
    r"|(?P<decade>\d{2,4}|[一二三四五六七八九]十)年代|(?P<year>\d{1,4})年?(?![\d.,]))"
)
FIGURE = re.compile(
    rf"(?:{MONTH.replace('?P<month>', '?:')})(?=,?\s+(?:of\s+)?\d)|公元前|公元|前(?=\d+年)|-?\d|p[\dt]|第?[{_HAN}]|(?:{number_words()})|(?:{_PLACES})(?=[\s-]century)|\b(?:an?|half)\s|半(?=个?(?:小时|钟头|月)|年|天|米|公里|公斤|斤|吨)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[-+]?(?:\d{1,3}(?:[, \u00a0]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?(?![\d])")
_POWER = re.compile(r"\s?(?:[x×*·]\s?10\s?\^\s?(?P<power>-?\d+)|\^\s?(?P<of>-?\d+))")
_BIG = re.compile(rf"\s?(?P<big>[百千万亿]+)(?![{_HAN}])")
_LETTERS = re.compile(rf"第?(?P<han>[{_HAN}]+(?:点[{_HAN}]+)?)")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?(?![\d:])")
_FEET = re.compile(r"(\d{1,2})\s?(?:['’′]|ft\.?|feet|foot)\s?(\d{1,2}(?:\.\d+)?)\s?(?:[\"”″]|''|in(?:ch(?:es)?)?\b\.?)?(?![\d])")
_AND = re.compile(r"\s?(?:and\s|零|又)?\s?(?=\d)")
_CENT = re.compile(rf"百分之(?=[\d{_HAN}])")
_ONE = re.compile(r"\ban?\s(?=\w)")
_HALF = re.compile(r"\bhalf\s(?:an?\s)?(?=\w)|半(?=[^\d\W])")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text. `width` is 1 for a year, 1/12 for a month, 10 for a decade; `units` are what the unit behind it may be."""

    span: Span
    value: float
    width: float = 0.0
    units: tuple[Unit, ...] = ()
    scale: float = 1.0  # of a word that multiplies it
    dated: bool = False  # it can be nothing but a time

    @property
    def alone(self) -> bool:
        """Whether neither a unit nor a magnitude stands behind it."""
        return not self.units and self.scale == 1.0


def in_one_form(text: str) -> str:
    """A text in small letters, signs and digits of other forms as the usual ones; positions stay.

    >>> in_one_form("\u2212１５ °C")
    '-15 °c'
    """
    low = text.lower()
    return (low if len(low) == len(text) else text).translate(_SIGNS)


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


def figure_at(text: str, start: int) -> Figure | None:
    """The number or time that begins here, with what multiplies it and its unit. `text`: as `in_one_form` gives it.

    >>> figure_at("1.5 million euros", 0).value, figure_at("1h 30m", 0).value, figure_at("the 1990s", 4).width
    (1500000.0, 5400.0, 10.0)
    >>> figure_at("公元前221年", 0).value, figure_at("5'11\\"", 0).units[0].kind
    (-221.0, 'length')
    """
    if start >= len(text) or (start and text[start - 1].isdigit()):
        return None
    return _duration(text, start) or _time(text, start) or _several(text, start) or _number(text, start)


def _duration(text: str, start: int) -> Figure | None:
    """P1DT2H, 2:31:10."""
    if text[start] == "p":
        found = re.compile(_ISO).match(text, start)
        if found is None or not any(found.groups()):
            return None
        try:
            value = sum(float(said) * _PARTS[part] for part, said in found.groupdict().items() if said)
        except ValueError:  # "P1.2.3D"
            return None
        return Figure(found.span(), value, units=(Unit("duration"),))
    clock = _CLOCK.match(text, start)
    if clock is None:
        return None
    first, second = int(clock[1]), int(clock[2])
    value = first * 60.0 + second if clock[3] is None else first * 3600.0 + second * 60.0 + float(clock[3])
    return Figure(clock.span(), value, units=(Unit("duration"),))


def _time(text: str, start: int) -> Figure | None:
    """A date, a year that can be nothing else, a decade or a century."""
    written = moment_at(text, start)
    if written is not None:
        (moment, end), day = written, written[0].day
        value = (moment.year or 0) + ((moment.month or 1) - 1) / 12 + max(0, (day or 1) - 1) / 372
        return Figure((start, end), value, 1 / 372 if day else 1 / 12, dated=True)
    found = _TIMES.match(text, start)
    if found is None:
        return None
    if found["date"]:
        year, month, day = (int(part) for part in (*re.findall(r"\d+", found["date"]), "0", "0")[:3])
        if not 1 <= month <= 12 or day > 31:
            return None
        return Figure(found.span(), year + (month - 1) / 12 + max(0, day - 1) / 372, 1 / 372 if day else 1 / 12, dated=True)
    sign = -1 if found["before"] or found["bc"] or found["ce"] else 1
    century = found["century"] or found["th"]
    if century:
        n = place_of(century) or int(_arabic(re.sub("[a-z]+$", "", century)))
        if found["inner"]:
            return Figure(found.span(), (n - 1) * 100 + _arabic(found["inner"]), 10.0, dated=True)
        return Figure(found.span(), (n - 1) * 100.0 + 1 if sign > 0 else -n * 100.0, 100.0, dated=True)
    if found["decade"] or found["tens"]:
        said = _arabic(found["decade"] or found["tens"])
        return Figure(found.span(), said if said >= 100 else _lately(said), 10.0, dated=True)
    digits = found["ce"] or found["year"]
    explicit = sign < 0 or "公元" in found[0] or (found[0].endswith("年") and len(digits) >= 3)
    return Figure(found.span(), sign * float(digits), 1.0, dated=True) if explicit else None


def _arabic(said: str) -> float:
    return float(said) if said.isdecimal() else han_number(said) or 0.0


def _lately(tens: float) -> float:
    """The decade that two digits mean: of the last century but for the first ones."""
    return tens + (1900 if tens > 20 else 2000)


def _several(text: str, start: int) -> Figure | None:
    """Two or more numbers of one kind of unit that are one amount: 5'11", 1h 30m, 3 lb 4 oz, 2小时5分."""
    feet = _FEET.match(text, start)
    if feet is not None and float(feet[2]) < 12:
        return Figure(feet.span(), int(feet[1]) * 0.3048 + float(feet[2]) * 0.0254, units=(Unit("length"),))
    first = _number(text, start)
    if first is None or not first.units:
        return None
    total, end, last, parts = first.value * first.units[0].factor, first.span[1], first.units[0], 1
    while (gap := _AND.match(text, end)) is not None:
        found = _PLAIN.match(text, gap.end())
        if found is None:
            break
        unit = unit_at(text, found.end())
        mine = next((one for one in unit[0] if one.kind == last.kind and one.factor < last.factor), None) if unit else None
        after = unit[1] if unit else 0
        if mine is None and last == Unit("duration", 3600.0):
            short = re.compile(r"\s?(m|分|min)(?![a-z])").match(text, found.end())
            mine, after = (Unit("duration", 60.0), short.end()) if short else (None, 0)
        if mine is None or last.kind not in ("duration", "length", "weight"):
            break
        total, end, last, parts = total + _float(found[0]) * mine.factor, after, mine, parts + 1
    return None if parts < 2 else Figure((start, end), total, units=(Unit(last.kind),))


def _number(text: str, start: int) -> Figure | None:
    """A number, what multiplies it, and its unit."""
    cent = _CENT.match(text, start)
    read = _digits(text, cent.end() if cent else start)
    if read is None:
        return None
    value, end, year = read
    if cent:
        return Figure((start, end), value, units=units_of("%"))
    coin = re.compile(r"(us\$|[$€£¥￥])\s?$").search(text, max(0, start - 4), start)
    value, end, scale = _multiplied(text, value, end, coin=coin is not None)
    year = year and scale == 1.0
    if coin:
        return Figure((start, end), value, units=units_of(coin[1]), scale=scale)
    unit = unit_at(text, end)
    if unit is not None and year and text[end:].lstrip()[:1] == "年":
        return Figure((start, unit[1]), value, 1.0, dated=True)
    if unit is not None:
        return Figure((start, unit[1]), value, units=_with_million(text[end : unit[1]], unit[0]), scale=scale)
    return Figure((start, end), value, float(year), scale=scale)


def _with_million(word: str, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """ "m" behind a number may be a million where nothing has a length: "1.5m"."""
    return (*units, Unit("", 1e6)) if word == "m" else units


def _digits(text: str, start: int) -> tuple[float, int, bool] | None:
    """The number alone: its value, where it ends, and whether it may be a year."""
    one = _ONE.match(text, start)
    half = _HALF.match(text, start)
    if one or half:
        found = one or half
        assert found is not None
        size = size_at(text, found.end())
        unit = unit_at(text, found.end())
        return (0.5 if half else 1.0, found.end() - text[found.start() : found.end()].endswith(" "), False) if size or unit else None
    digits = _PLAIN.match(text, start)
    if digits is not None:
        value, end = _float(digits[0]), digits.end()
        power = _POWER.match(text, end)
        if power is not None and abs(int(power["power"] or power["of"])) < 300:
            value = value * 10.0 ** int(power["power"]) if power["power"] else value ** int(power["of"])
            return (value, power.end(), False) if math.isfinite(value) else None
        return (value, end, digits[0].isdigit() and len(digits[0]) == 4 and 1000 <= value <= 2100) if math.isfinite(value) else None
    letters = _LETTERS.match(text, start)
    if letters is not None:
        return _in_letters(letters)
    words = number_at(text, start)
    return None if words is None else (*words, False)


def _in_letters(found: re.Match[str]) -> tuple[float, int, bool] | None:
    letters, end = found["han"], found.end()
    if len(letters) > 1 and letters[-1] == "两" and letters[-2] not in "百千万亿":  # "十两": of silver
        letters, end = letters[:-1], end - 1
    whole, _, part = letters.partition("点")
    value = han_number(whole)
    if value is None:
        return None
    if part:
        value += sum(_HAN_DIGITS.get(letter, 0) / 10 ** (n + 1) for n, letter in enumerate(part))
    return value, end, False


def _multiplied(text: str, value: float, end: int, *, coin: bool) -> tuple[float, int, float]:
    scale = 1.0
    if is_han(text[end : end + 1]) and (unit := unit_at(text, end)) is not None and unit[1] > end + 1:
        return value, end, scale  # "40千卡" are kilocalories, and no forty thousand of anything
    big = _BIG.match(text, end)
    if big is not None:
        scale = han_number("一" + big["big"]) or 1.0
        end = big.end()
    while (size := size_at(text, end)) is not None:
        word, times, after = size
        if len(word) < 3 and word.isascii() and text[end : end + 1] == " ":  # "5 m" is no million
            break
        if word in ("m", "t") and not coin:  # "8600m" is a height, "€5m" a price; "5t" a weight, "$2T" money
            break
        scale, end = scale * times, after
    return value * scale, end, scale


def _float(written: str) -> float:
    return float(re.sub("[, \u00a0]", "", written))


def alike(one: Figure, unit: Unit) -> float | None:
    """The value of a figure in the first unit of another's kind; None where it is of no such kind.

    >>> alike(figure_at("2 km", 0), Unit("length")), alike(figure_at("2 km", 0), Unit("weight"))
    (2000.0, None)
    """
    own = next((mine for mine in one.units if mine.kind == unit.kind), None)
    if own is None and (unit.kind in ("", "people", "things") or money(unit)):
        own = next((mine for mine in one.units if mine.kind in ("", "people", "things")), None)
    return None if own is None else one.value * own.factor


def with_units(one: Figure, other: Figure) -> Figure:
    """A figure with the magnitude and the unit of the one behind it: "5" of "between 5 and 10 million euros"."""
    if one.alone and one.value < other.value / other.scale and not other.dated:
        return replace(one, value=one.value * other.scale, scale=other.scale, units=other.units)
    sure = not any(unit.kind == "" for unit in other.units)  # "300k and 1.5m"
    return replace(one, units=other.units) if sure and not one.units and not one.width else one
