"""The words of extremes.toml, read once: what asks for more or for less, what limits a number, and what relations measure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kgllm.words.patterns import either
from kgllm.words.ranks import HINT
from kgllm.words.stems import stem
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han
from kgllm.words.units import number_words

TABLES = ("limits", "whole", "times", "amounts", "ends")
_NAMED = (
    "length",
    "height",
    "depth",
    "width",
    "population",
    "weight",
    "speed",
    "heat",
)  # tables whose words name a measure and nothing else
MEASURES = (*_NAMED, "size", "area", "volume", "power", "price", "pay")  # … or is what "bigger" may be of

Sense = tuple[int, tuple[str, ...], bool]
"""A word's sense, its dimensions, and whether it says so only after another."""


@dataclass(frozen=True, slots=True)
class Scales:
    """What the tables hold, made ready to search a text with."""

    hint: re.Pattern[str]
    english: re.Pattern[str]
    han: re.Pattern[str]
    degrees: Mapping[str, Sense]
    how: Mapping[str, tuple[str, ...]]  # adjectives that do not compare: "how tall", "as tall as"
    before: re.Pattern[str]
    after: re.Pattern[str]
    said: Mapping[str, str]
    aging: re.Pattern[str]
    moments: frozenset[str]
    exact: re.Pattern[str]
    between: re.Pattern[str]
    of: Mapping[str, tuple[tuple[frozenset[str], tuple[str, ...]], ...]]
    times: tuple[frozenset[str], tuple[str, ...]]
    amounts: tuple[frozenset[str], tuple[str, ...]]
    counts_on: tuple[frozenset[str], tuple[str, ...]]
    most: tuple[frozenset[str], tuple[str, ...]]
    least: tuple[frozenset[str], tuple[str, ...]]
    filler: frozenset[str]
    lies: frozenset[str]  # of these what says where something lies
    places: tuple[str, ...]
    aged: tuple[str, ...]
    named: frozenset[str]  # stems of words that name a measure of amounts, and in Chinese
    named_han: tuple[str, ...]
    measured: frozenset[str]  # the same with those of size
    measured_han: tuple[str, ...]
    verbs: Mapping[str, tuple[str, ...]]
    joins: re.Pattern[str]
    than: re.Pattern[str]
    than_han: re.Pattern[str]
    either: re.Pattern[str]
    among: re.Pattern[str]
    asks: re.Pattern[str]


@cache
def scales() -> Scales:
    """The tables of extremes.toml."""
    data = read_table("extremes")
    degrees = _degrees({name: table for name, table in data.items() if name not in TABLES})
    limits = _limits(data["limits"], degrees)
    (named, named_han), (measured, measured_han) = (_measuring([data[name]["of"] for name in names]) for names in (_NAMED, MEASURES))
    before = [word for key, words in limits.items() if key in ("above", "least", "below", "most") for word in words]
    after = [word for key, words in limits.items() if key.startswith("after_") for word in words]
    english = [word for word in degrees if not is_han(word)]
    han = either(word for word in degrees if is_han(word))
    numeral = rf"(?:-?\d|公元前?|[零〇一二两三四五六七八九十百千万亿]|{number_words()})"
    ranges = either(word.replace("*", "").strip() for word in limits["range"])
    return Scales(
        hint=re.compile(
            rf"\b{either(english)}\b|[最更比谁哪]|{either(before)}|{numeral}[^？?]{{0,8}}{either(after)}|{ranges}|[年月日号][前后]|年代|世纪|公元前|\d0s|centur|b\.?c\b|{HINT}"
        ),
        english=re.compile(rf"\b{either(english)}\b"),
        han=re.compile(
            rf"(?P<how>最|更为?|比较)(?:的)?(?P<word>{han})|(?<=[谁个位条座部家种款件])(?P<lead>[先后早晚])(?![面来天上于])|(?P<bare>{han})(?=(?:一些|一点|些)?[吗么吧呢的？?。\s]*$)"
        ),
        degrees=degrees,
        how=_inverted({name: table["how"] for name, table in data.items() if "how" in table}),
        before=_before_a_number(before, {name: table for name, table in data.items() if name not in TABLES}),
        after=re.compile(rf"\s*(?:年|[^\W\d_]{{0,6}}?)?\s*(?P<after>{either(after)})(?![a-z])"),
        said=_said(limits),
        aging=re.compile(either(limits["aging"])),
        moments=frozenset(limits["moments"]),
        exact=re.compile(rf"(?:(?<![a-z])|(?=[^a-z])){either(limits['exact'])}\s*$"),
        between=re.compile(
            rf"(?:{ranges})\s*(?:the\s+)?(?:[$€£¥]\s?)?(?P<low>{numeral}[^？?]{{0,16}}?)\s*{either(limits['and'])}\s*(?:the\s+)?(?:[$€£¥]\s?)?(?P<high>{numeral})"
        ),
        of={name: _tiers(table["of"]) for name, table in data.items() if name not in TABLES and table.get("of")},
        times=_tiers(data["times"]["of"])[0],
        amounts=_tiers(data["amounts"]["of"])[0],
        counts_on=_plain(data["age"]["counts_on"]),
        most=_plain(data["ends"]["most"]),
        least=_plain(data["ends"]["least"]),
        filler=frozenset((*data["whole"]["filler"].split(), *data["whole"]["lies"].split())),
        lies=frozenset(data["whole"]["lies"].split()),
        places=tuple(data["whole"]["places"].split()),
        named=named,
        named_han=named_han,
        measured=measured,
        measured_han=measured_han,
        aged=tuple(data["age"]["aged"].split()),
        verbs=_inverted({name: table["verbs"] for name, table in data.items() if "verbs" in table}),
        joins=re.compile(r"\s*(?:,|，|、|;|和|与|跟|同|及|以及|还是|或者?|,?\s*(?:and|or|vs\.?|versus|&))\s*(?:the\s+)?"),
        than_han=re.compile(rf"\s*(?:还要?|更加?|要)?(?P<word>{han})(?![东南西北于])"),
        either=re.compile(r"\s*,?\s*(?:or\s+(?:the\s+)?|还是|或者?)\s*"),
        than=re.compile(r".{0,60}?\b(?:than|before|after|prior to|compared (?:to|with))\s+(?:the\s+)?|.{0,8}?(?:比|相比于?|相较于?)\s*"),
        among=re.compile(r"\b(?:among|amongst|between|out of|of|compare)\s+(?:the\s+)?$|(?:在|对比|比较)\s*$"),
        asks=re.compile(r"[，,\s]*(?:这?[两二三]?[者个人]?(?:之中|之间|当中|中|里|相比|比|比较)?)?[，,\s]*(?:[谁哪]|.{0,10}?更)"),
    )


def _before_a_number(words: Iterable[str], tables: Mapping[str, Mapping[str, str]]) -> re.Pattern[str]:
    """A word that limits the number behind it, with what may stand between: "over a height of about 60", "under $9"."""
    nouns = {word for table in tables.values() for word in table.get("of", "").split() if word.isascii() and word.isalpha()}
    filled = rf"(?:\s+(?:an?\s+)?{either(nouns)})?(?:\s+(?:of|the|about|around|nearly))?\s*(?:(?:us)?[$€£¥￥]\s*)?第?"
    return re.compile(rf"(?:(?<![a-z])|(?=[^a-z]))(?P<said>{either(words)}){filled}$")


def _said(limits: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The sense of each word that limits: "above", "most", …, whether it stands before its number or after it."""
    others = ("range", "and", "exact", "aging", "moments")
    return {word: key.removeprefix("after_") for key, words in limits.items() if key not in others for word in words}


def _degrees(tables: Mapping[str, Mapping[str, str]]) -> dict[str, Sense]:
    """The words that compare."""
    out: dict[str, Sense] = {}
    for name, table in tables.items():
        for key, sense in (("more", 1), ("base", 1), ("zh_more", 1), ("less", -1), ("zh_less", -1)):
            for word in map(_spaced, table.get(key, "").split()):
                had = out.get(word, (sense, (), False))
                out[word] = (had[0], (*had[1], name), key == "base")
    return out


def _limits(table: Mapping[str, str], degrees: Mapping[str, Sense]) -> dict[str, list[str]]:
    """What limits a number: what the table says, and the words that compare: "heavier than", "more expensive than", "重于"."""
    out = {key: [_spaced(word) for word in words.split()] for key, words in table.items()}
    for word, (sense, _, base) in degrees.items():
        if word.endswith("er") or (base and not is_han(word)):
            out["above" if sense > 0 else "below"].append(f"more {word} than" if base else f"{word} than")
            out["below"] += [f"less {word} than"] if base else []
        elif is_han(word) and len(word) == 1 and word not in "新老东南西北":
            out["above" if sense > 0 else "below"].append(f"{word}于")
    return out


def _measuring(tables: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words that name measures outright: the first row of each table, stems and Chinese words."""
    words = [word for rows in tables for word in rows.split("|")[0].split()]
    return frozenset(stem(word) for word in words if not is_han(word)), tuple(dict.fromkeys(word for word in words if is_han(word)))


def _tiers(words: str) -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    return tuple(
        (frozenset(stem(word) for word in row.split() if not is_han(word)), tuple(word for word in row.split() if is_han(word)))
        for row in words.split("|")
    )


def _plain(words: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Words as they are, and Chinese ones."""
    said = words.split()
    return frozenset(word for word in said if not is_han(word)), tuple(word for word in said if is_han(word))


def _inverted(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for name, words in table.items():
        for word in words.split():
            out[word] = (*out.get(word, ()), name)
    return out


def _spaced(word: str) -> str:
    return word.replace("_", " ")
