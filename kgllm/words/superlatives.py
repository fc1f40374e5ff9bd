"""The most or the least of a field that a question says by its whole name: "the three cities with the lowest rainfall", 年薪最高的员工.

What is read here is only the form: which words ask for the most or the least, for how many, for the things or for the value itself, and
whether anything else is said. Where the field, the kind of things and the values stand is given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from kgllm.words.comparisons import Degree
from kgllm.words.figures import han_number
from kgllm.words.parts import WHOLE, Vocabulary, vocabulary
from kgllm.words.patterns import either
from kgllm.words.questions import MEASURES, Span, overlap
from kgllm.words.scales import scales
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han
from kgllm.words.units import number_at, number_words, place_of, place_words

_DATA = read_table("superlatives")
_FORM = {name: either(words) for name, words in _DATA["form"].items()}
_MOST = 99  # things that are asked for at once
_COUNT = re.compile(rf"\b(?:{_FORM['sides']}(?:[\s-]+|(?=\d)))?(?P<top>\d{{1,2}}|(?!one\b){number_words()})\b(?:\s+of\b)?")
_PLACE = re.compile(rf"\b(?P<place>{'|'.join(place_words())})(?=[\s-])")
_UNITS = either((*MEASURES, *_DATA["form"]["zh_units"].split()))
_COUNT_HAN = re.compile(
    rf"(?:排?(?P<back>{_FORM['zh_back']})?(?P<front>{_FORM['zh_front']})?)(?P<top>{_FORM['zh_numbers']}{{1,3}}|\d{{1,2}})(?P<unit>{_UNITS})?{_FORM['zh_places']}?{_FORM['zh_within']}?"
)
_PLACE_HAN = re.compile(rf"(?P<back>倒数)?第(?P<place>{_FORM['zh_numbers']}{{1,3}}|\d{{1,2}})(?:名|位)?")
_TO = re.compile(
    r"\bfrom\s+(?:the\s+)?(?P<first>[a-z]+)(?:\s+to\s+(?:the\s+)?[a-z]+)?|从(?P<han>[^从到]{1,2})到.{1,2}?(?=[^高低大小多少长短])"
)
_ONE = re.compile(rf"\b{_FORM['ones']}\b")
_WH = re.compile(rf"\b(?P<wh>{_FORM['which']})\b")
_WHICH_NOUN = re.compile(rf"\b{_FORM['which_noun']}\s+$")
_HAS = re.compile(rf"\b{_FORM['has']}\b")
_BY = re.compile(rf"\s+{_FORM['by']}\s+(?:{_FORM['before_field']}\s+)?")
_OF = re.compile(rf"\s+{_FORM['of']}\s+(?:{_FORM['before_thing']}\s+)?")
_FRONTED = re.compile(rf"^\W*(?:{_FORM['fronted']}|{_FORM['fronted_by']}\b.*)\b")
_WHICH_HAN = re.compile(rf"{_FORM['zh_who']}|哪(?!里的?数|个?数)(?:一|几)?(?:{_UNITS}|些)?|{_FORM['zh_what']}(?!数)")
_MUCH_HAN = re.compile(rf"{_FORM['zh_much']}|是几[？?。\s]*$")
_IS_WHAT = tuple(_DATA["form"]["zh_is_what"].split())


_TOP, _BOTTOM, _WHO = (tuple(_DATA["form"][name].split()) for name in ("top", "bottom", "who"))


@dataclass(frozen=True, slots=True)
class _Words:
    """What superlatives.toml holds, made ready to search with."""

    degrees: re.Pattern[str]
    senses: dict[str, int]
    orders: re.Pattern[str]
    how: re.Pattern[str]
    reaches: re.Pattern[str]
    han: re.Pattern[str]
    limits: frozenset[str]
    value: re.Pattern[str]
    value_han: re.Pattern[str]
    beside: Vocabulary


@cache
def _words() -> _Words:
    degrees, value, beside, known = _DATA["degrees"], _DATA["value"], _DATA["beside"], scales().degrees

    def listed(words: str) -> list[str]:
        return [word.replace("_", " ") for word in words.split()]

    def signed(*sides: tuple[str, int]) -> dict[str, int]:
        return {word: sense for key, sense in sides for word in listed(degrees[key])}

    orders = signed(("more_order", 1), ("less_order", -1))
    limits = signed(("more_limit", 1), ("less_limit", -1))
    said = signed(("more", 1), ("less", -1), ("zh_more", 1), ("zh_less", -1)) | limits
    own = [word for word in known if not is_han(word) and word not in ("last", "first") and word.endswith(("est", "most", "least"))]
    how = {word: sense for key, sense in (("how_more", 1), ("how_less", -1)) for word in listed(degrees[key])}
    return _Words(
        re.compile(
            rf"(?<!\bat )(?<!\bat the )\b{either([*(one for one in said if one.isascii()), *own])}\b|{either(one for one in said if is_han(one))}"
        ),
        said | orders | how,
        re.compile(rf"\b{either(one for one in orders if one.isascii())}\b|{either(one for one in orders if is_han(one))}"),
        re.compile(rf"\bhow\s+(?P<word>{either(how)})\b"),
        re.compile(rf"\b{either(listed(degrees['reaches']))}\b"),
        re.compile(rf"最(?:为|是)?(?P<word>{either(word for word in known if is_han(word))})(?!后|先)"),
        frozenset(limits),
        re.compile(rf"\b{either(listed(value['words']))}\b"),
        re.compile(either(listed(value["zh_words"]))),
        vocabulary(*WHOLE, "asks", "reaches", own=f"{beside['en']} {beside['zh']}"),
    )


@dataclass(frozen=True, slots=True)
class Superlative:
    """What asks for the most or the least: how, for which place and how many; `spans` are all words that say so. `how`: it is asked how
    high, or how low, something goes, or for its limit: for the value."""

    degree: Degree
    spans: tuple[Span, ...]
    how: bool = False


def superlative(text: str, apart: Sequence[Span] = ()) -> Superlative | None:
    """What a question in small letters asks that asks for the most or the least of something; None of every other, and where it says both.
    `apart`: places of names, fields and values, whose words are no such words.

    >>> found = superlative("which three towns have the lowest rainfall?")
    >>> found.degree.sense, found.degree.top, superlative("降雨量前三名的城市").degree.top, superlative("the second highest tower").degree.place
    (-1, 3, 3, 2)
    >>> superlative("who wrote it?") is None, superlative("from the highest to the lowest, the first 3").degree.sense
    (True, 1)
    """
    text, words = _blanked(text, apart), _words()
    how = words.how.search(text)
    found = [_degree(one, words) for one in words.degrees.finditer(text)]
    found += [_degree_han(one) for one in words.han.finditer(text)]
    spans = [one.span for one in found]
    if how is not None and not found and words.reaches.search(text, how.end()) is not None:
        spans = [how.span(), *(one.span() for one in words.reaches.finditer(text, how.end()))]
        return Superlative(Degree(how.span(), words.senses[how["word"]], (), superlative=True), tuple(spans), how=True)
    count, place = _count(text), _place(text)
    order = _order(text, words)
    if order is not None:
        found, spans = [order], [*spans, order.span]
    if count is not None:
        spans.append(count[0])
        if not found and count[2]:  # "前三名", "倒数三名"
            found = [Degree(count[0], count[2], (), superlative=True)]
        elif count[2] < 0 and (order is not None or found[0].sense > 0):  # the last three of those from the top: it may be read both ways
            return None
    if place is not None and not any(overlap(place[0], one) for one in spans):
        spans.append(place[0])
    elif place is not None:
        place = None
    if not found or len({one.sense for one in found}) > 1 or (count and place) or (place and len(found) > 1):
        return None
    best = max(found, key=lambda one: (len(one.dimensions), one.span))
    best = replace(best, top=count[1] if count else 1, place=place[1] if place else 1)
    limit = text[slice(*best.span)] in words.limits
    return Superlative(best, (*spans, *((how.span(),) if how else ())), how=limit or how is not None)


def hinted(text: str) -> bool:
    """Whether a question in small letters holds any word for the most, the least, a number of the first, or an order."""
    words = _words()
    return any(one.search(text) for one in (words.degrees, words.han, words.orders, words.how, _TO, _COUNT, _COUNT_HAN))


def _blanked(text: str, apart: Sequence[Span]) -> str:
    for start, end in apart:
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text


def _degree(found: re.Match[str], words: _Words) -> Degree:
    sense, dimensions, _ = scales().degrees.get(found[0], (words.senses.get(found[0], 1), (), False))
    return Degree(found.span(), sense, tuple(one for one in dimensions if one != "amount"), superlative=True)


def _degree_han(found: re.Match[str]) -> Degree:
    sense, dimensions, _ = scales().degrees[found["word"]]
    return Degree(found.span(), sense, tuple(one for one in dimensions if one != "amount"), superlative=True)


def _order(text: str, words: _Words) -> Degree | None:
    """ "Ranked from the highest", "in descending order", 从高到低: what comes first."""
    for one in _TO.finditer(text):
        word = one["first"] or one["han"]
        sense = scales().degrees.get(word) or (words.senses[word], (), False) if word in words.senses else scales().degrees.get(word)
        if sense is not None:
            return Degree(one.span(), sense[0], (), superlative=True)
    found = words.orders.search(text)
    return Degree(found.span(), words.senses[found[0]], (), superlative=True) if found else None


def _count(text: str) -> tuple[Span, int, int] | None:
    """How many are asked for: where that is said, the number, and whether it is so many from the top (1) or the bottom (-1), 0 where that
    is not said."""
    for one in _COUNT.finditer(text):
        number = number_at(one["top"], 0)
        value = int(one["top"]) if one["top"].isdecimal() else int(number[0]) if number else 0
        if 1 < value <= _MOST:
            side = 1 if one[0].startswith(_TOP) else -1 if one[0].startswith(_BOTTOM) else 0
            return one.span(), value, side
    for one in _COUNT_HAN.finditer(text):
        placed = one["back"] or one["front"]
        if (not placed and one["unit"] is None) or text[: one.start()].endswith("第"):
            continue
        value = int(one["top"]) if one["top"].isdecimal() else int(han_number(one["top"]) or 0)
        if 1 < value <= _MOST:
            return one.span(), value, -1 if one["back"] else 1 if one["front"] else 0
    return None


def _place(text: str) -> tuple[Span, int] | None:
    """The place that is asked for: "second", 第二."""
    for one in _PLACE.finditer(text):
        value = place_of(one["place"]) or 1
        if value > 1:
            return one.span(), value
    for one in _PLACE_HAN.finditer(text):
        value = int(one["place"]) if one["place"].isdecimal() else int(han_number(one["place"]) or 0)
        if one["back"] is None and 1 < value <= _MOST:
            return one.span(), value
    return None


def nothing_else(text: str, spans: Sequence[Span]) -> bool:
    """Whether a question in small letters says nothing with content outside of some places.

    >>> nothing_else("can you tell me which towns have the lowest rainfall, please?", [(22, 27), (37, 43), (44, 52)])
    True
    >>> nothing_else("which old towns have the lowest rainfall?", [(10, 15), (25, 31), (32, 40)]), nothing_else("请问哪个城市的降雨量最高", [(4, 6), (7, 10), (10, 12)])
    (False, True)
    """
    return _words().beside.beside(text, spans) is not None


def asks_value(text: str, found: Superlative, measure: Span, kinds: Sequence[Span], apart: Sequence[Span] = ()) -> bool | None:
    """Whether a question asks for the value itself and not for the thing that has it; None where both may be meant. measure: where the
    field is said; kinds: the things; apart: other fields and values.

    >>> def asks(text, measure, kind):
    ...     places = [(text.find(one), text.find(one) + len(one)) for one in (measure, kind)]
    ...     return asks_value(text, superlative(text, places), places[0], [places[1]])
    >>> asks("what is the highest pay of any nurse?", "pay", "nurse"), asks("what nurse has the highest pay?", "pay", "nurse")
    (True, False)
    >>> asks("护士的工资最高是多少？", "工资", "护士"), asks("工资最高的护士是谁？", "工资", "护士")
    (True, False)
    """
    if found.how:
        return True
    if _counts(text, found, measure, kinds):
        return None
    plain = _blanked(text, [measure, *kinds, *apart, *found.spans])
    if is_han(text[slice(*found.degree.span)]) or (is_han(plain) and not _WH.search(plain)):
        return _asks_value_han(text, plain, found, measure, kinds)
    first = min((kind[0] for kind in kinds), default=len(text))
    says_value = _words().value.search(plain) is not None
    beside = next((kind for kind in kinds if kind[0] >= measure[1] and not text[measure[1] : kind[0]].strip(" -")), None)
    if beside and not says_value and found.degree.span[1] <= measure[0] and _HAS.match(plain, beside[1] + 1) is None:
        return False  # "the highest altitude hut"
    if _BY.fullmatch(text, found.degree.span[1], measure[0]):  # "which is the highest in rainfall?"
        return False
    wh = _WH.search(plain)
    if wh is not None:
        if wh["wh"] in _WHO:
            return False
        after = [kind[0] for kind in kinds if kind[0] >= wh.end()]
        stops = {"thing": min(after, default=len(text)), "value": measure[0] if measure[0] > wh.start() else len(text)}
        has = _HAS.search(plain, wh.end())
        stops["has"] = has.start() if has else len(text)
        if (valued := _words().value.search(plain, wh.end())) is not None:
            stops["value"] = min(stops["value"], valued.start())
        return min(stops, key=lambda one: stops[one]) == "value"
    if first < measure[0]:
        kind = next(one for one in kinds if one[0] == first)
        if re.match(r"['’]s?\b|['’]\s", text[kind[1] :]):
            return True
        comma = text.find(",", kind[1], measure[0])
        if comma < 0 or _FRONTED.match(plain) is None:
            return says_value and _HAS.search(plain, kind[1], measure[0]) is None
        return _ONE.search(plain, comma, measure[0]) is None
    if _ONE.search(plain, 0, measure[0]) and _HAS.search(plain, 0, measure[0]):
        return False
    return says_value or beside is None


def asks_further(text: str, field: Span, found: Superlative, measure: Span, kinds: Sequence[Span]) -> bool:
    """Whether a field is asked for of what has the most of another: "the owner of the longest ship by tonnage", 吨位最大的船的船主.

    >>> text = "what is the owner of the ship with the highest tonnage?"
    >>> asks_further(text, (12, 17), superlative(text), (47, 54), [(25, 29)])
    True
    """
    others = [*found.spans, measure, *kinds]
    last = max(end for _, end in others)
    if re.fullmatch(r"['’]s?\s+", text[last : field[0]]):
        return True
    if is_han(text[slice(*field)]):
        asked = any(kind[1] == last for kind in kinds) and text[last : field[0]] == "的"
        return asked or (_WHICH_HAN.search(text[: field[0]]) is not None and any(text[field[1] : kind[0]] == "的" for kind in kinds))
    first = min(start for start, _ in others)
    return field[1] <= first and _OF.fullmatch(text, field[1], first) is not None


def _counts(text: str, found: Superlative, measure: Span, kinds: Sequence[Span]) -> bool:
    """Whether it is things that are counted: "which year had the most laureates?", of years."""
    said = text[slice(*found.degree.span)]
    many = said in ("most", "least", "fewest") or said.endswith(("多", "少"))
    between = (text[found.degree.span[1] : kind[0]].strip(" 的") for kind in kinds if kind[0] >= found.degree.span[1])
    if many and not all(between) and text[measure[1] : found.degree.span[0]].strip(" 是"):
        return True
    wh = _WHICH_NOUN.search(text[: measure[0]])
    return wh is not None and found.degree.span[0] >= measure[1] and _HAS.search(text, measure[1], found.degree.span[0]) is not None


def _asks_value_han(text: str, plain: str, found: Superlative, measure: Span, kinds: Sequence[Span]) -> bool | None:
    which, much = _WHICH_HAN.search(plain) is not None, _MUCH_HAN.search(plain) is not None
    if which or much:
        return None if which and much else much or (plain.rstrip(" ？?。").endswith(_IS_WHAT) and _first(found, measure, plain))
    end = max(found.degree.span[1], measure[1])
    if any(kind[0] >= end and text[end : kind[0]].strip() in ("", "的") for kind in kinds):
        return False
    return _words().value_han.search(plain) is not None or (bool(kinds) and _first(found, measure, plain))


def _first(found: Superlative, measure: Span, plain: str) -> bool:
    """Whether the word for the most stands right before the field: 最高年薪, 最高的年薪."""
    return found.degree.span[1] <= measure[0] and not plain[found.degree.span[1] : measure[0]].replace("\x00", "").strip(" 的")
