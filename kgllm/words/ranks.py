"""Places, and numbers that are made of values: "the second longest", "top 3", "前三", "how much taller", "the average height", "总共"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from kgllm.words.comparisons import Bound, Degree
from kgllm.words.figures import han_number
from kgllm.words.questions import overlap
from kgllm.words.units import number_at, number_words, place_of, place_words

_HAN = "一二两三四五六七八九十"
_WORD = "年轻|年长|便宜|[长短久高低矮大小多少重轻快慢深浅宽窄贵远近早晚老新]"
_PLACE = "|".join(place_words())
_NUMBER = rf"(?:\d{{1,3}}|{number_words()})"
_BEFORE = re.compile(rf"(?:\b(?P<place>{_PLACE})[\s-]+|(?:\btop\s+)?\b(?P<top>{_NUMBER})\s+)$")
_TOP = re.compile(rf"\btop[\s-]+(?P<top>{_NUMBER})\b")
_BEFORE_HAN = re.compile(rf"(?:第(?P<place>[{_HAN}]|\d{{1,3}})|前(?P<top>[{_HAN}]|\d{{1,3}})(?:名|位|个)?)$")
_TOP_HAN = re.compile(rf"(?<![年以之])前(?P<top>[{_HAN}]{{1,2}}|\d{{1,3}})(?![{_HAN}\d年月天日周世])(?:名|位|个|大|强|家|座|部|本)?")
_AFTER_HAN = re.compile(r"的(?:前)?(?P<top>[二两三四五六七八九十]|\d{1,3})[个名位座家本部款条种件]")
_PLACE_HAN = re.compile(rf"第(?P<place>[{_HAN}]|\d{{1,3}})最?(?P<word>{_WORD})(?![度量间期学])")
_MUCH = re.compile(r"\b(?:how (?:much|many \w+)|by how (?:much|many \w+)|what is the difference)\b")
_MUCH_HAN = re.compile(rf"(?P<word>{_WORD})(?:了|出)?(?:多少|几)|相差|差(?:多少|几)")
_FOLDS = (
    ("average", re.compile(r"\b(?:average|mean)\b|平均")),
    (
        "total",
        re.compile(
            r"(?<!in )\b(?:total|combined|sum of|sum|overall|altogether)\b(?! number)|(?:总共|总和|总计|合计|一共)(?!有)|(?:(?<=的)|^)总(?=[^是共经部理裁统督])"
        ),
    ),
)
HINT = rf"\btop\b|{_PLACE_HAN.pattern.replace('?P<place>', '?:').replace('?P<word>', '?:')}|前[{_HAN}\d]|比|差|\bdifference\b|" + "|".join(
    pattern.pattern for _, pattern in _FOLDS
)

Known = Callable[[str], tuple[int, tuple[str, ...], bool] | None]
"""What a word that compares asks for: `kgllm.words.extremes.degree_of`."""


def ranked(text: str, degrees: Sequence[Degree], bounds: Sequence[Bound], known: Known) -> tuple[Degree, ...]:
    """The words that compare, with the places that stand beside them; and those that ask for a number made of values."""
    found = [_beside(text, one) for one in degrees]
    found += [one for one in _alone(text, found, bounds, known) if not any(overlap(one.span, other.span) for other in found)]
    return tuple(_asking(text, found, bounds, known))


def _beside(text: str, one: Degree) -> Degree:
    """A word that asks for the most with the place before it: "second longest", "three longest", "第二高", "最多的两个"."""
    han = text[one.span[0]] > "\u2e80"
    before = (_BEFORE_HAN if han else _BEFORE).search(text, max(0, one.span[0] - 24), one.span[0])
    after = _AFTER_HAN.match(text, one.span[1]) if before is None and one.superlative else None
    found = before or after
    if found is None or not (one.superlative or han):
        return one
    place, value = found.groupdict().get("place"), _value(found.groupdict().get("place") or found["top"])
    if value < 1:
        return one
    span = (found.start(), one.span[1]) if before else (one.span[0], found.end())
    return replace(one, span=span, place=value if place else 1, top=1 if place else value, superlative=True, loose=False)


def _value(said: str) -> int:
    if said.isdecimal():
        return int(said)
    number = number_at(said, 0)
    return place_of(said) or int(number[0] if number else han_number(said) or 0)


def _alone(text: str, degrees: Sequence[Degree], bounds: Sequence[Bound], known: Known) -> list[Degree]:
    """Places without a word that says of what: "top two athletes by career earnings", "面积前三"; "海拔第二高"."""
    found: list[Degree] = []
    taken = [*(one.span for one in degrees), *(one.span for one in bounds)]
    for one in _PLACE_HAN.finditer(text):
        word = known(one["word"])
        if word is not None and not any(overlap(one.span(), span) for span in taken):
            found.append(Degree(one.span(), word[0], word[1], superlative=True, place=_value(one["place"])))
    if not degrees and not found:
        for one in (*_TOP.finditer(text), *_TOP_HAN.finditer(text)):
            if not any(overlap(one.span(), span) for span in taken):
                found.append(Degree(one.span(), 1, (), superlative=True, top=_value(one["top"])))
    return found


def _asking(text: str, degrees: list[Degree], bounds: Sequence[Bound], known: Known) -> list[Degree]:
    """With the word that asks for a difference, a sum or a mean."""
    far = _MUCH_HAN.search(text) if "比" in text or "差" in text else None
    if far is not None:
        word = known(far["word"]) if far["word"] else (1, (), False)
        others = [one for one in degrees if not overlap(one.span, (far.start(), far.end() + 1))]
        if word is not None and not others:
            return [Degree(far.span(), word[0], word[1], superlative=False, loose=True, asks="difference")]
    much = _MUCH.search(text)
    if much is not None and len(degrees) == 1 and not degrees[0].superlative and degrees[0].span[0] > much.start():
        [one] = degrees
        beside = text[much.end() : one.span[0]].strip() in ("", "more")
        return [replace(one, span=(much.start(), one.span[1]) if beside else one.span, asks="difference")]
    if degrees or bounds:
        return degrees
    for asks, pattern in _FOLDS:
        found = pattern.search(text)
        if found is not None:
            return [Degree(found.span(), 1, (), superlative=True, asks=asks)]
    return degrees
