"""Several names beside each other, and what a question says of each: "Did Ann found Foo and Bar?", "How old are Ann and Bob?", 安和波的导演分别是谁."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from kgllm.words.patterns import either
from kgllm.words.questions import Span, forms_of
from kgllm.words.saying import CLOSE, OPEN, led
from kgllm.words.stems import singular
from kgllm.words.tokens import is_han


def conjoined(text: str, names: Sequence[Span]) -> list[str]:
    """A question about several names at once as one about each; none where it is about one, or about what they are to each other.

    >>> conjoined("Did Ann found Foo and Bar?", [(4, 7), (14, 17), (22, 25)])
    ['Did Ann found Foo?', 'Did Ann found Bar?']
    >>> conjoined("Are Ann and Bob siblings?", [(4, 7), (12, 15)])
    []
    """
    if _patterns().shared.search(text.lower()):
        return []
    group = beside_each_other(text, names)
    if not group:
        return []
    begin, end = group[0][0], group[-1][1]
    others = [name for name in names if name not in group]
    if not others and not (_patterns().both.search(text) or text[end:].lstrip(CLOSE).startswith(forms_of("joined")["all_han"])):
        return []
    while begin and text[begin - 1] in OPEN:
        begin -= 1
    while end < len(text) and text[end] in CLOSE:
        end += 1
    before, after = text[:begin], _patterns().spread_han.sub("", text[end:])
    parts = []
    for name in group:
        first = begin if name == group[0] else name[0]
        last = end if name == group[-1] else name[1]
        parts.append(_patterns().both.sub("", f"{before}{marked(text, (first, last))}{after}"))
    return parts


def described(text: str, names: Sequence[Span]) -> list[str]:
    """A question for whether a thing is several things that are named behind it, as one about each; none for any other.

    >>> described("Is Ann a Finnish singer?", [(3, 6), (9, 16), (17, 23)])
    ['Is Ann a Finnish?', 'Is Ann a singer?']
    >>> described("安是芬兰的歌手吗？", [(0, 1), (2, 4), (5, 7)])
    ['安是芬兰吗？', '安是歌手吗？']
    """
    if len(names) < 3:
        return []
    known, (thing, *said) = _described(), names
    before, after = text[: thing[0]].strip(" " + OPEN), text[said[-1][1] :]
    gaps = [text[a:b] for (_, a), (b, _) in pairwise(names)]
    if is_han(text[thing[1] :]):
        fits = bool(
            not before
            and known.is_han.fullmatch(gaps[0])
            and all(map(known.beside_han.fullmatch, gaps[1:]))
            and known.ends_han.fullmatch(after)
        )
        return [f"{text[: thing[1]]}{known.close.match(gaps[0])[0]}是{text[slice(*one)]}吗？" for one in said] if fits else []  # type: ignore[index]
    fits = bool(known.be_the.fullmatch(before) and all(map(known.beside.fullmatch, gaps)) and not after.strip(" ?.!"))
    article = "a " if any(known.a.search(gap) for gap in gaps) else ""
    return [f"{text[: thing[1]]} {article}{text[slice(*one)]}?" for one in said] if fits else []


def stands_for_a_relation(text: str, name: Span) -> bool:
    """Whether a word that is taken for a name is the noun of what one thing is to another.

    >>> stands_for_a_relation("Is Callisto a moon of Jupiter?", (14, 18)), stands_for_a_relation("木卫四是木星的卫星吗？", (7, 9))
    (True, True)
    >>> stands_for_a_relation("Is Callisto a moon?", (14, 18)), stands_for_a_relation("Did Ann see the Moon of Jupiter?", (16, 20))
    (False, False)
    """
    before, word, after = text[: name[0]], text[slice(*name)], text[name[1] :]
    if is_han(word):
        return before.endswith("的") and _described().ends_han.fullmatch(after) is not None
    return word.islower() and _described().of_one.search(before) is not None and after.startswith(" of ")


def each(text: str, names: Sequence[Span]) -> list[tuple[str, str]]:
    """The names for each of which a question asks ("respectively", 分别), and the question of it; none where it asks for all together.

    >>> each("How old are Ann and Bob respectively?", [(12, 15), (20, 23)])
    [('Ann', 'How old are Ann?'), ('Bob', 'How old are Bob?')]
    >>> each("安和波的导演分别是谁？", [(0, 1), (2, 3)]), each("films by Ann and Bob", [(9, 12), (17, 20)])
    ([('安', '安的导演是谁？'), ('波', '波的导演是谁？')], [])
    """
    known, group = _patterns(), beside_each_other(text, names)
    if (
        len(group) < 2
        or known.summed.search(text)
        or not (
            known.each.search(text)
            or text.startswith(forms_of("joined")["each_behind_han"], group[-1][1])
            or (known.of_each.match(text) and text[: group[0][0]].lower().rstrip().endswith(forms_of("joined")["auxiliaries"]))
        )
    ):
        return []
    begin, end = (
        group[0][0] - (text[group[0][0] - 1 : group[0][0]] in tuple(OPEN)),
        group[-1][1] + (text[group[-1][1] : group[-1][1] + 1] in tuple(CLOSE)),
    )
    before, after = known.each.sub("", text[:begin]), known.each_behind.sub("", known.each.sub("", text[end:]))
    return [(text[slice(*name)], f"{before}{marked(text, name)}{after}") for name in group]


def of_field(text: str, names: Sequence[Span], is_field: Callable[[str], bool]) -> list[tuple[str, str]]:
    """The names whose field a question asks for, and the question of it; none where it asks for one name's, or for more than the field.

    >>> of_field("What is the height of Olm and Tarn?", [(22, 25), (30, 34)], lambda text: text == "height")
    [('Olm', 'What is the height of Olm?'), ('Tarn', 'What is the height of Tarn?')]
    >>> of_field("甲和乙的高度是多少？", [(0, 1), (2, 3)], lambda text: text == "高度")
    [('甲', '甲的高度是多少？'), ('乙', '乙的高度是多少？')]
    >>> of_field("Give the heights of Olm and Tarn.", [(20, 23), (28, 32)], lambda text: text == "height")
    [('Olm', 'Give the height of Olm.'), ('Tarn', 'Give the height of Tarn.')]
    """
    known, group = _patterns(), beside_each_other(text, names)
    if not group or known.summed.search(text):
        return []
    before, after = text[: group[0][0]], text[group[-1][1] :]
    said = (
        known.field_of.fullmatch(before)
        if after.strip(" ?.!？。") == ""
        else known.field_han.fullmatch(after)
        if not before.strip()
        else None
    )
    field = "" if said is None else led(said["field"], is_field)
    one = field if is_field(field) else known.last.sub(lambda last: singular(last[0]), field)
    if said is None or not field or not is_field(one):
        return []
    before = before.replace(field, one)
    return [(text[slice(*name)], f"{before}{text[slice(*name)]}{after}") for name in group]


def beside_each_other(text: str, names: Sequence[Span]) -> list[Span]:
    """The first names that stand beside each other."""
    group: list[Span] = []
    for name in names:
        if group and _patterns().joins.fullmatch(text[group[-1][1] : name[0]]):
            group.append(name)
        elif len(group) < 2:
            group = [name]
    return group if len(group) > 1 else []


def marked(text: str, span: Span) -> str:
    """A name with the marks around it, both or none."""
    start, end = span
    while start < end and text[start] in OPEN:
        start += 1
    while end > start and text[end - 1] in CLOSE:
        end -= 1
    return f"《{text[start:end]}》" if is_han(text[start:end]) and start and text[start - 1] == "《" else text[start:end]


class _Patterns(NamedTuple):
    """Between two names; what says that all are meant, that it is about what they are to one another, that it is asked of each, or of all
    together; behind Chinese names; a field of each."""

    joins: re.Pattern[str]
    both: re.Pattern[str]
    shared: re.Pattern[str]
    spread_han: re.Pattern[str]
    each: re.Pattern[str]
    each_behind: re.Pattern[str]
    of_each: re.Pattern[str]
    summed: re.Pattern[str]
    field_of: re.Pattern[str]
    field_han: re.Pattern[str]
    last: re.Pattern[str]


class _Described(NamedTuple):
    """Between a thing and the several that it is said to be."""

    be_the: re.Pattern[str]
    a: re.Pattern[str]
    beside: re.Pattern[str]
    of_one: re.Pattern[str]
    close: re.Pattern[str]
    is_han: re.Pattern[str]
    beside_han: re.Pattern[str]
    ends_han: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    said = {name: either(words) for name, words in forms_of("joined").items()}
    the = r"the\s+"
    return _Patterns(
        joins=re.compile(rf"[{CLOSE}]?\s*(?:,?\s*{said['and']}(?:\s+the)?|,|{said['and_han']})\s*[{OPEN}]?"),
        both=re.compile(rf"\b{said['both']}\b\s*", re.IGNORECASE),
        shared=re.compile(rf"\b{said['shared']}\b|{said['shared_han']}"),
        spread_han=re.compile(rf"^{said['spread_han']}"),
        each=re.compile(rf",?\s*\b{said['each']}\b|{said['each_han']}|{said['each_behind_han']}(?={said['each_before_han']})"),
        each_behind=re.compile(rf"^{said['each_behind_han']}"),
        of_each=re.compile(rf"\W*(?:{said['of_each']}|how\s+[a-z]+)\b", re.IGNORECASE),
        summed=re.compile(rf"\b{said['summed']}\b|{said['summed_han']}", re.IGNORECASE),
        field_of=re.compile(rf"\W*(?:{said['field_asks']}\s+{said['be']}\s+)?(?:{the})?(?P<field>\w[^?]*?)\s+of\s+", re.IGNORECASE),
        field_han=re.compile(rf"的(?P<field>[^的，,。？?]{{1,12}}?)(?:是{said['field_asks_han']}|{said['field_has_han']})?[？?。\s]*"),
        last=re.compile(r"[^\W_]+$"),
    )


@cache
def _described() -> _Described:
    said = {name: either(words) for name, words in forms_of("joined").items()}
    unit = rf"(?:一?{said['units_han']})?[{OPEN}\s]*"
    return _Described(
        be_the=re.compile(rf"{said['be']}(?:\s+the)?", re.IGNORECASE),
        a=re.compile(r"\ban?\b", re.IGNORECASE),
        beside=re.compile(rf"[\s\"'-]*(?:\b{said['beside']}\b[\s\"'-]*|,\s*)*", re.IGNORECASE),
        of_one=re.compile(rf"\b{said['one']}\s+$", re.IGNORECASE),
        close=re.compile(rf"[{CLOSE}\s]*"),
        is_han=re.compile(rf"[{CLOSE}\s]*{said['before_is_han']}?{said['is_han']}{unit}"),
        beside_han=re.compile(rf"[{CLOSE}\s]*{said['beside_han']}*{unit}"),
        ends_han=re.compile(rf"[{CLOSE}\s]*{said['ends_han']}?[\s?？。]*"),
    )
