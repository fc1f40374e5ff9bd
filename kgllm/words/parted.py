"""Questions for a part of all things of a kind: those that are not so, all but some, the share that is so, whether all are.

What says so is blanked out of the question, so that what is left asks for those that are so, at the same places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kgllm.words.language import language_of
from kgllm.words.questions import Span, blank, overlap

_VERB = r"do|does|did|is|are|was|were|has|have|had|can|could|will|would|need|must|should"
_NOT = re.compile(rf"\b(?:{_VERB})(?P<not>\s+(?:not|never)\b|n['’]t\b)|\b(?P<never>not|never)\b|\bcan(?P<cannot>not)\b", re.IGNORECASE)
_LACKING = re.compile(r"\b(?P<no>no|neither)\b(?=\s+[a-z])|\b(?P<without>without|lacking|lacks?)\b(?P<a>\s+(?:any|an?)\b)?", re.IGNORECASE)
_OUTSIDE = re.compile(r"\boutside(?:\s+of)?\b", re.IGNORECASE)
_NON = re.compile(r"\bnon[- ](?=[a-z])", re.IGNORECASE)
_UN = re.compile(r"\bun(?=(?P<rest>[a-z]{4,})\b)", re.IGNORECASE)
_HAN_NOT = re.compile(r"(?:并不|从不|不曾|不|并非|非|从未|从来没有?|没有|没|未曾|未)(?=[\u4e00-\u9fff])")
_HAN_OTHER = re.compile(
    r"不(?:同|少于?|多于|到|超过|低于|高于|大于|小于|足|止|锈|过|仅|久|断|管|论|限|等|丹|错|良|孕|动产|朽|治)|非(?:洲|凡|常|遗|物质|营利)|未(?:来|知|婚|成年|满)|没落|(.)[不没]\1|有没有|有无|是否|会不会|能不能|莫非|除非|无非"
)
_SHARE = re.compile(
    r"\b(?:what|which)\s+(?:percentage|percent|share|proportion|fraction|%)\s+of\s+(?:the\s+|all\s+)*|\bhow\s+many\s+percent\s+of\s+(?:the\s+|all\s+)*",
    re.IGNORECASE,
)
_HAN_SHARE = re.compile(
    r"(?:的)?(?:占比|所占(?:的)?(?:比例|百分比|比重)|百分比|比例)(?:是多少|有多[大高]|多少|为多少)?|占(?:所有|全部|全体|总)?[^，？?]{0,12}?(?:的)?(?:百分之(?:几|多少)|比例(?:是多少)?|几成|多少)"
)
_EVERY = re.compile(rf"^\W*(?:{_VERB})\s+(?P<every>every|each|all)(?:\s+(?:of\s+)?(?:the\s+)?)?(?=\s|\w)", re.IGNORECASE)
_ANY = re.compile(rf"^\W*(?:(?:is|are|was|were)\s+(?P<there>there(?:\s+(?:any|an?|some))?)|(?:{_VERB})\s+(?P<any>any))\b", re.IGNORECASE)
_HAN_EVERY = re.compile(
    r"^(?:是不是|是否)?(?P<every>所有(?:的)?|每一?[个位名家座部条种本]|全部(?:的)?)(?=[^，？?]+?(?:都|均|全)[^，？?]+(?:[吗么]|$|？))"
)
_BUT = re.compile(
    r",?\s*\b(?:except(?:ing)?(?:\s+for)?|excluding|other\s+than|apart\s+from|aside\s+from|besides|but\s+not|not\s+counting)\s+",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"(?:\s*(?:,|and|or|&)?\s*(?:the\s+)?)", re.IGNORECASE)
_HAN_BUT = re.compile(
    r"除(?:了|去|开)?(?P<clause>[^，,？?]+?)(?:之外|以外|外)?(?:[，,]|(?=还有|其他|其余|的|哪))(?:还有|其他|其余)?|(?:，|,)?(?:不包括|不含|不算)(?P<after>[^，,？?]+)"
)


@dataclass(frozen=True, slots=True)
class Parted:
    """What a question for a part of a kind asks. `text`: the question for those that are so; `asks`: "share", "every" or "any", else the things
    themselves; `negative`: those that are not so; `without`: it is having something that is denied; `but`: what is left out, and its place;
    `denials`: where something is denied, and whether that is of the next word alone ("non-").
    """

    text: str
    asks: str = ""
    negative: bool = False
    without: bool = False
    but: Span | None = None
    denials: tuple[tuple[Span, bool], ...] = ()


def parted(question: str, names: Sequence[Span], known: Callable[[str], bool]) -> Parted | None:
    """How a question asks for a part of a kind; None where it does not. `names`: places of names, in which nothing is looked for;
    `known`: whether the graph has a word, which "un" before it denies.

    >>> parted("Which towns do not lie on the coast?", [], str.isalpha).text
    'Which towns do     lie on the coast?'
    >>> parted("哪些城市不靠海？", [], str.isalpha).text, parted("哪部电影不超过90分钟", [], str.isalpha) is None
    ('哪些城市 靠海？', True)
    >>> parted("What share of the towns lie on the coast?", [], str.isalpha).asks, parted("Are all towns rich?", [], str.isalpha).asks
    ('share', 'every')
    """
    chinese = language_of(question) == "zh"
    but = _but(question, names, chinese=chinese)
    text = question if but is None else blank(question, but[0])
    asks, spans = "", []
    patterns = (("share", _HAN_SHARE), ("every", _HAN_EVERY)) if chinese else (("share", _SHARE), ("every", _EVERY), ("any", _ANY))
    for name, pattern in patterns:
        found = next(_apart(pattern, text, names), None)
        if found is not None and not asks:
            asks = name
            spans = [next((found.span(group) for group, said in found.groupdict().items() if said), found.span())]
    denials = list(_denials(text, names, known, chinese=chinese))
    if not asks and not denials and but is None:
        return None
    for span in (*spans, *(span for span, _, _ in denials)):
        text = blank(text, span)
    without = any(lacking for _, lacking, _ in denials)
    words = sum(word for _, _, word in denials)
    twice = words + (len(denials) > words)  # "neither red nor green", 既不红也不绿: that is no yes
    where = tuple((span, word) for span, _, word in denials)
    return Parted(text, asks, twice % 2 == 1, without, None if but is None else but[1], where)


def _denials(text: str, names: Sequence[Span], known: Callable[[str], bool], *, chinese: bool) -> Iterator[tuple[Span, bool, bool]]:
    """What says that something is not so, whether it denies having something, and whether it denies the next word alone."""
    if chinese:
        others = [found.span() for found in _HAN_OTHER.finditer(text)]
        for found in _apart(_HAN_NOT, text, [*names, *others]):
            keeps = found[0].endswith("有") and found[0] != "有"
            yield (found.start(), found.end() - keeps), keeps, False
        return
    for found in _apart(_NOT, text, names):
        yield found.span("not" if found["not"] else "never" if found["never"] else "cannot"), found["never"] == "never", False
    for found in _apart(_LACKING, text, names):
        yield found.span(), True, False
    for found in _apart(_OUTSIDE, text, names):
        yield found.span(), False, False
    for found in _apart(_NON, text, names):
        yield found.span(), False, True
    for found in _apart(_UN, text, names):
        if known(found["rest"].lower()) and not known("un" + found["rest"].lower()):
            yield found.span(), True, True


def _but(text: str, names: Sequence[Span], *, chinese: bool) -> tuple[Span, Span] | None:
    """What is left out: all that says so, and the clause that tells what."""
    if chinese:
        found = next(iter(_HAN_BUT.finditer(text)), None)
        return None if found is None else (found.span(), found.span("clause" if found["clause"] else "after"))
    found = next(_apart(_BUT, text, names), None)
    if found is None:
        return None
    end, at = len(text.rstrip(" ?.!")), found.end()
    for name in sorted(names):  # the names that follow one after the other, and nothing behind them
        if name[0] >= at and _BESIDE.fullmatch(text[at : name[0]]):
            at = end = name[1]
    return (found.start(), end), (found.end(), end)


def _apart(pattern: re.Pattern[str], text: str, names: Sequence[Span]) -> Iterator[re.Match[str]]:
    return (found for found in pattern.finditer(text) if not any(overlap(found.span(), name) for name in names))
