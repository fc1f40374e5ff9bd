"""Places, and numbers that are made of values: "the second longest", "top 3", "前三", "how much taller", "the average height", "总共"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
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
_PLACED = re.compile(
    rf"\b(?:(?P<rank>ranks?|ranked|ranking)|comes?|came|is|are|stands?)\s+(?:in\s+)?(?P<place>{_PLACE}|\d{{1,2}}(?:st|nd|rd|th))"
    r"(?:\s+place)?\s+(?:by|in|for|on|in terms of)\s+(?:its\s+|their\s+|total\s+)?(?P<what>[a-z]+)"
)
_PLACED_HAN = re.compile(rf"(?:排名?|排行|位列|位居|居)在?(?P<last>倒数)?第(?P<place>[{_HAN}]|\d{{1,3}})(?:位|名)?")
_FROM_LAST = "倒数"
_MUCH = re.compile(r"\b(?:how (?:much|many \w+)|by how (?:much|many \w+)|what is the difference)\b")
_MUCH_HAN = re.compile(rf"(?P<word>{_WORD})(?:了|出)?(?:多少|几)|相差|差(?:多少|几)")
_OFTEN = r"(?!\s+(?:do|does|did|has|have|had|was|were)\b(?!.*\b(?:than|as|that of)\b))"  # "how many times did it win": how often
_TIMES = re.compile(rf"\bhow many times\b{_OFTEN}|\bthe ratio (?:of|between)\b|几倍|多少倍")
_SO_MANY = re.compile(
    rf"\b(?P<word>twice|double|triple|(?P<times>\d+(?:\.\d+)?|{number_words()}) times)\s+(?=(?:as|the|that|what)\b)|(?P<han>\d+(?:\.\d+)?|[{_HAN}])倍"
)
_WORDS_FOR = {"twice": 2.0, "double": 2.0, "triple": 3.0}
_AS = re.compile(
    r"\bas (?P<word>[a-z]+)\b|\bhow (?P<how>[a-z]+)\b|倍(?P<han>[\u4e00-\u9fff])(?=[？?吗的]|$)|多少(?P<much>钱)|多(?P<many>[\u4e00-\u9fff])"
)
_TOGETHER = re.compile(r"\b(?:together|in total|in all)\b|(?:一共|总共|共)有?(?=多|几|是|要|花)|加起来|加在一起|共计")
_FOLDS = (
    ("average", re.compile(r"\baveraged?\b|\bmean\b(?!\W*$)|平均|均值")),
    (
        "total",
        re.compile(
            r"(?<!in )\b(?:total|combined|sum of|sum|overall|altogether)\b(?! number)|(?:总共|总和|总计|合计|一共)(?!有)|(?:(?<=的)|^)总(?=[^是共经部理裁统督])"
        ),
    ),
)
_OF_EACH = re.compile(r"\b(?:of|for|in|by|per) each\b")  # "the total crew of each ship" is none of all of them
HINT = (
    rf"\b(?:rank|ranks|ranked|ranking|comes?|came|stands?|is|are)\s+(?:in\s+)?(?:{_PLACE}|\\d{{1,2}}(?:st|nd|rd|th))\b|排名?|排行|位列|位居|居|\btop\b|\btimes\b|\btwice\b|\bdouble\b|\btriple\b|\bratio\b|倍|{_TOGETHER.pattern}|{_PLACE_HAN.pattern.replace('?P<place>', '?:').replace('?P<word>', '?:')}|前[{_HAN}\d]|比|差|\bdifference\b|"
    + "|".join(pattern.pattern for _, pattern in _FOLDS)
)

Known = Callable[[str], tuple[int, tuple[str, ...], bool] | None]
"""What a word that compares asks for: `kgllm.words.extremes.degree_of`."""


def ranked(
    text: str, degrees: Sequence[Degree], bounds: Sequence[Bound], known: Known, measured: Callable[[str], bool]
) -> tuple[Degree, ...]:
    """The words that compare, with the places that stand beside them; and those that ask for a number made of values. `measured`: whether
    a word names a measure."""
    found = list(_placed(text, measured))
    found += [_beside(text, one) for one in degrees if not any(overlap(one.span, other.span) for other in found)]
    found += [one for one in _alone(text, found, bounds, known) if not any(overlap(one.span, other.span) for other in found)]
    return tuple(_asking(text, found, bounds, known))


def _placed(text: str, measured: Callable[[str], bool]) -> Iterator[Degree]:
    """Places that a verb says: "ranks second by area", "comes third in population", 海拔排第二, 排名倒数第三."""
    for one in _PLACED.finditer(text):
        place = one["place"]
        if one["rank"] or measured(one["what"]):
            yield Degree(
                (one.start(), one.start("what")),
                1,
                (),
                superlative=True,
                place=_value(place.rstrip("stndrh") if place[0].isdigit() else place),
            )
    for one in _PLACED_HAN.finditer(text):
        yield Degree(one.span(), -1 if one["last"] else 1, (), superlative=True, place=_value(one["place"]))


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
    if place and text[: span[0]].endswith(_FROM_LAST):
        span, one = (span[0] - len(_FROM_LAST), span[1]), replace(one, sense=-one.sense)
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
            last = len(_FROM_LAST) if text[: one.start()].endswith(_FROM_LAST) else 0
            sense = -word[0] if last else word[0]
            found.append(Degree((one.start() - last, one.end()), sense, word[1], superlative=True, place=_value(one["place"])))
    if not degrees and not found:
        for one in (*_TOP.finditer(text), *_TOP_HAN.finditer(text)):
            if not any(overlap(one.span(), span) for span in taken):
                found.append(Degree(one.span(), 1, (), superlative=True, top=_value(one["top"])))
    return found


def _asking(text: str, degrees: list[Degree], bounds: Sequence[Bound], known: Known) -> list[Degree]:
    """With the word that asks for a difference, a sum or a mean."""
    times = _times(text, degrees, known)
    if times is not None:
        return [times]
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
    if _TOGETHER.search(text) is not None:  # "一共多长": the length of all
        degrees = [one for one in degrees if not text[: one.span[0]].endswith("多")]
    if degrees or bounds:
        return degrees
    for asks, pattern in _FOLDS:
        found = pattern.search(text)
        if found is not None and _OF_EACH.search(text, found.end()) is None:
            return [Degree(found.span(), 1, _meant(text, known), superlative=True, asks=asks)]
    found = _TOGETHER.search(text)
    if found is not None:  # it says so only of things that are named
        return [Degree(found.span(), 1, _meant(text, known), superlative=True, loose=True, asks="total")]
    return degrees


def _times(text: str, degrees: list[Degree], known: Known) -> Degree | None:
    """The word that asks how many times something is something else, or says so: "how many times longer", "twice as tall", 几倍, 两倍."""
    many = _TIMES.search(text)
    so_many = _SO_MANY.search(text) if many is None else None
    found = many or so_many
    if found is None or len(degrees) > 1:
        return None
    dimensions = degrees[0].dimensions if degrees else _meant(text, known)
    end = degrees[0].span[1] if degrees and not text[found.end() : degrees[0].span[0]].strip() else found.end()
    if so_many is None:
        return Degree((found.start(), end), 1, dimensions, superlative=False, loose=True, asks="ratio")
    said = so_many["times"] or so_many["han"]
    number = number_at(said, 0) if said and said[0].isalpha() and said.isascii() else None
    value = _WORDS_FOR.get(so_many["word"] or "") or (
        number[0] if number else float(said) if said[0].isdecimal() else han_number(said) or 1.0
    )
    return Degree((found.start(), end), 1, dimensions, superlative=False, loose=True, asks="times", times=value)


def _meant(text: str, known: Known) -> tuple[str, ...]:
    """What the adjective of a question measures: "how tall", "twice as high as", 多长, 几倍长."""
    for found in _AS.finditer(text):
        word = known(next(said for said in found.groups() if said))
        if word is not None and "amount" not in word[1]:
            return word[1]
    return ()
