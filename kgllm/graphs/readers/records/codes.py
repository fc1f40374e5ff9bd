"""Codes: what they look like, and whether some are those of others by chance."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from math import comb, log10
from typing import Any

from kgllm.graphs.readers.records.cells import Cells, text_of

_CODE = re.compile(r"(?=.*[A-Za-z])(?:[A-Z0-9_.:/-]{2,40}|(?=.*[0-9])[A-Za-z0-9_.:/-]{2,40})", re.ASCII)
_MADE_SO = re.compile(r"(?:[A-Z0-9_.:/-]{2,40}|(?=.*[0-9])[A-Za-z0-9_.:/-]{2,40})", re.ASCII)
_MOST, _HALF, _TWO = 0.8, 0.5, 2  # of the fewer texts are among the more, of these, and in all, at least
_NEARLY_ALL = 0.95  # of codes have a letter: the airport "369" is one, too


def codes_in(cells: Cells) -> frozenset[str]:
    """The values of a column where all are codes: of capital letters, or with a number, and hardly one of a number alone.

    >>> sorted(codes_in(Cells.of(["JFK", "9E", "N14228"]))), codes_in(Cells.of(["Monday", "Sunday"])), codes_in(Cells.of(["007", "12"]))
    (['9E', 'JFK', 'N14228'], frozenset(), frozenset())
    """
    texts = [text_of(value) for value in cells.values if isinstance(value, str)]
    whole = len(texts) == len(cells.values) > 1 and all(map(_MADE_SO.fullmatch, texts))
    good = whole and sum(map(bool, map(_CODE.fullmatch, texts))) >= _NEARLY_ALL * len(texts)
    return frozenset(texts) if good else frozenset()


def chance(texts: frozenset[str], codes: frozenset[str]) -> float:
    """How likely it is (its decimal logarithm) that so many of some texts are among codes by chance: as texts of their length, of the
    characters that stand at each place in both, would be.

    >>> airports = frozenset("JFK LGA EWR BOS ATL ORD SFO LAX MIA DEN SEA IAH".split())
    >>> chance(frozenset("JFK BOS SFO MIA DEN ORD LAX SEA".split()), airports) < -6
    True
    >>> seats = frozenset("A1 A2 A3 B1 B2 B3".split())  # whatever is numbered so is among them
    >>> chance(frozenset("A1 A3 B2".split()), seats)
    0.0
    """
    places: dict[tuple[Any, ...], list[set[str]]] = defaultdict(list)
    for text in texts | codes:
        known = places[_look(text)]
        known += [set() for _ in text[len(known) :]]
        for place, character in enumerate(text):
            known[place].add(character)
    having = Counter(map(_look, codes))
    likely = {look: log10(having[look]) - sum(log10(len(one)) for one in places[look]) for look in having}
    lost = len(texts - codes)
    return sum(likely[_look(text)] for text in texts & codes) + log10(comb(len(texts), lost))


def mostly_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether most texts of each are those of the other, too, and nearly all of the fewer.

    >>> mostly_same(frozenset("abcde"), frozenset("abcd")), mostly_same(frozenset("abcde"), frozenset("ab"))
    (True, False)
    """
    less, more = sorted((len(one), len(other)))
    return less >= _HALF * more and len(one & other) >= max(_TWO, _MOST * less, _HALF * more)


def _look(text: str) -> tuple[Any, ...]:
    """What two codes of one make have alike: how long they are, and where marks stand."""
    return len(text), *((place, mark) for place, mark in enumerate(text) if not mark.isalnum())
