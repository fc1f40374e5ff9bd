"""Questions that hold things against each other by a field and say nothing else (versus.toml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from kgllm.words.parts import WHOLE, Phrase, Vocabulary, listed, phrase_of, vocabulary
from kgllm.words.patterns import longest_first
from kgllm.words.questions import Span, asks_if_so, overlap
from kgllm.words.relations import relation_words
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han


@dataclass(frozen=True, slots=True)
class Versus:
    """What is asked of things that are named: more (`sense` 1) or less (-1) of a field; `choice`: which of them has that, and otherwise
    whether the one at `first` among them has it, of two."""

    sense: int
    choice: bool
    first: int


_BEYOND = (" than", "比", "高于", "低于", "大于", "小于", "多于", "少于", "超过", "不到")


def hints(text: str) -> bool:
    """Whether a text holds a word that asks for more or for less, and one that holds things against each other or lets choose.

    >>> hints("Does Ann have a larger garden than Bob?"), hints("安的花园比波的大吗？"), hints("Who is Ann?"), hints("安的花园有多大？")
    (True, True, False, False)
    """
    known, low = _words(), text.lower()
    return known.degree.search(low) is not None and known.between.search(low) is not None


def versus(text: str, names: Sequence[Span], field: Sequence[Span], nouns: Iterable[str], relation: str) -> Versus | None:
    """What a text asks of the things that it names at some places, by a field that it says at others; None where it says anything else.
    `nouns`: for the kinds of the things; `relation`: the name of the field.

    >>> versus("Compared with Ann, does Bob have a smaller garden area?", [(14, 17), (24, 27)], [(43, 54)], (), "garden area")
    Versus(sense=-1, choice=False, first=1)
    >>> versus("安和波哪个身高更高？", [(0, 1), (2, 3)], [(5, 7)], (), "身高")
    Versus(sense=1, choice=True, first=0)
    >>> versus("安和波的身高更高吗？", [(0, 1), (2, 3)], [(4, 6)], (), "身高") is None  # than whose?
    True
    >>> versus("Has Ann a higher fame rank than Bob?", [(4, 7), (31, 34)], [(17, 26)], (), "fame rank") is None  # 1 is the highest
    True
    >>> versus("Is Ann's garden area twice that of Bob?", [(3, 6), (35, 38)], [(9, 20)], (), "garden area") is None
    True
    """
    known, said = _words(), _said(text, sorted([*names, *field]), nouns)
    if said is None:
        return None
    degrees = [phrase for phrase in said if phrase in known.senses]
    if len({known.senses[phrase] for phrase in degrees}) != 1 or (_ranks(relation) and not known.unsure.isdisjoint(degrees)):
        return None
    choice = not known.choice.isdisjoint(said)
    asks = asks_if_so(text) or text.rstrip().endswith(("?", "？"))
    if choice and any(text[: name[0]].rstrip(" 《“\"'").lower().endswith(_BEYOND) for name in names):  # "Who has more than Ann and Bob?"
        return None
    if not choice and (not asks or len(names) != 2 or known.held.isdisjoint(said)):
        return None
    return Versus(known.senses[degrees[0]], choice, int(not choice and _turned(text.lower(), names)))


def is_plain(text: str) -> bool:
    """Whether a text in small letters is nothing but such words: no name is written so.

    >>> is_plain("to"), is_plain("'s"), is_plain("which of"), is_plain("It"), is_plain("oslo")
    (True, True, True, False, False)
    """
    return text.islower() and _said(text, (), ()) is not None


def _said(text: str, spans: Sequence[Span], nouns: Iterable[str]) -> list[Phrase] | None:
    """The phrases outside of some places, one after the other; None where one of them is none that such a question is made of."""
    if any(overlap(one, other) for one, other in pairwise(spans)):
        return None
    return _words().every.with_words(nouns).beside(text, spans)


def _turned(text: str, names: Sequence[Span]) -> bool:
    """Whether the first of two things is what the second is held against."""
    known, before = _words(), text[: min(names)[0]].rstrip(" 《“\"'")
    after = text[min(names)[1] :].lstrip(" 》”\"'")
    if known.against.search(before) is not None:
        return True
    return before.endswith(known.han_against) and after.startswith(known.han_behind)


def _ranks(relation: str) -> bool:
    known = _words()
    return not known.ranks.isdisjoint(relation_words(relation).spoken) or any(is_han(one) and one in relation for one in known.ranks)


@dataclass(frozen=True, slots=True)
class _Words:
    senses: dict[Phrase, int]
    choice: frozenset[Phrase]
    unsure: frozenset[Phrase]
    held: frozenset[Phrase]
    ranks: frozenset[str]
    degree: re.Pattern[str]
    between: re.Pattern[str]
    every: Vocabulary
    against: re.Pattern[str]
    han_against: tuple[str, ...]
    han_behind: tuple[str, ...]


@cache
def _words() -> _Words:
    data = read_table("versus")["versus"]
    said = {name: listed(words) for name, words in data.items()}
    phrases = {name: frozenset(map(phrase_of, said[name])) for name in ("choice", "unsure", "held")}
    senses = {word: sense for name, sense in (("more", 1), ("less", -1)) for word in said[name]}
    return _Words(
        senses={phrase_of(word): sense for word, sense in senses.items()},
        choice=phrases["choice"],
        unsure=phrases["unsure"],
        held=phrases["held"],
        ranks=frozenset(said["ranks"]),
        degree=re.compile(_either(senses)),
        between=re.compile(_either({*said["choice"], *said["held"]})),
        every=vocabulary(*WHOLE).with_words((*senses, *(word for name in ("choice", "beside", "against", "held") for word in said[name]))),
        against=re.compile(f"(?:{_either(said['against'])}|{_either(f'{one} the' for one in said['against'] if not is_han(one))})$"),
        han_against=said["han_against"],
        han_behind=said["han_behind"],
    )


def _either(words: Iterable[str]) -> str:
    """Any of some words, the longest first; one in letters not within another."""
    ordered = longest_first(set(words))
    return "|".join(
        rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word[-1:].isalpha() and word.isascii() else re.escape(word) for word in ordered
    )
