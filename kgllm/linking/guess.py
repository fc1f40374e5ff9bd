"""A guess: a span of a question and a node that it may mean, with every sign for and against it."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kgllm.graphs.base import Match
from kgllm.linking.disambiguate import Fit
from kgllm.linking.spans import Span, Unit
from kgllm.linking.weights import STOP
from kgllm.types import Entity
from kgllm.words.names import fold

WRITTEN = ("id", "name", "alias")
"""Kinds of matches where the name stands in the question as the graph has it."""
_OF_ID = ("id", "normalised", "folded")
_NO_FIT = Fit()
_SERIAL = re.compile(r"^([A-Za-z]{1,6})([ -]?)(\d{1,6})$")
_DIGITS = re.compile(r"\d{1,40}(?:\.\d{1,40})*")  # 25.0.0 is one number, and not 0.25.0
_BEFORE = re.compile(rf"({_DIGITS.pattern}) ?$")
_BEHIND = re.compile(rf"((?:[ -][^\W\d_]{{1,20}}){{0,2}})[ -]?v?({_DIGITS.pattern})")
_VERSION = re.compile(r"^(?P<of>(?:\S+ )*?)(?P<v>v?)(?P<number>\d{1,6}(?:\.\d{1,6})+|(?<= )\d{1,4}|(?<=v)\d{1,4})$", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_FAR = 41  # characters of a number and a blank
_ROW = re.compile(r"^[^\W\d_]+(?:[ _][^\W\d_]+)*[/_:#-]\d+$")
_CODE = 3  # letters
_CODES = frozenset(
    ("code", "coded", "iso", "symbol", "abbreviation", "acronym", "ticker", "domain", "tld")
)  # say that a word beside them is one
_GLOSSED = re.compile(r"(?P<name>.*[^\s])\s*[(（](?P<gloss>[^()（）]+)[)）]$")
_ONE_NAME = 0.45  # how like each other two names are of which one is a slip: 子苏, 紫苏
_OTHER_CASE, _OTHER_FORM = 0.75, 0.9


@dataclass(slots=True)
class Guess:
    """A span and a node that it may mean."""

    span: Span
    match: Match
    content: float
    marked: bool
    share: float = 1.0  # of the score, for another form or other capitals
    container: bool = False  # what stands beside it is within it
    handle: int = -1
    degree: int = 0
    connected: float = 0.0  # to what another part of the question names
    fit: Fit = _NO_FIT
    typed: tuple[float, str] = (0.0, "")  # how surely the noun beside it says its type, and which
    score: float = 0.0


def called_by_id(match: Match) -> bool:
    """Whether a match is of the whole id of a node that has no other name, and of an id that is no common word or number.

    >>> from kgllm.types import Entity
    >>> nodes = [*map(Entity, ("MU553", "transfer_17", "transfer", "17")), Entity("e17", name="marriage")]
    >>> [called_by_id(Match(node, "id", 1.0, node.id)) for node in nodes]
    [True, True, False, False, False]
    """
    node, name = match.node, match.name
    own = match.kind in _OF_ID and isinstance(node, Entity) and node.name == str(node.id) == name
    return own and any(map(str.isdigit, name)) and any(map(str.isalpha, name))


def only_serial(match: Match) -> bool:
    """Whether a near match is of an id of which the text holds all but the number that tells it from others: no "wmi" of wmi/2121, which
    is how the table calls a row.

    >>> from kgllm.types import Entity
    >>> nodes = [Entity("Wmi/2121", name="1C3"), Entity("order_7", name="A dress"), Entity("AB-17 hub", name="Hub"), Entity("Rome 4")]
    >>> nodes += [Entity("ports/OLM", name="Olmburg", types=("ports",)), Entity("ports/OLM", name="Olmburg")]
    >>> [only_serial(Match(node, "fuzzy", 0.6, str(node.id))) for node in nodes]
    [True, True, False, False, True, False]
    """
    node, name = match.node, match.name
    if match.kind != "fuzzy" or not isinstance(node, Entity) or not name == str(node.id) != node.name:
        return False
    return _ROW.match(name) is not None or name.partition("/")[0] in node.types


def cut_short(said: str, name: str) -> bool:
    """Whether the last word of what is said is but the first letters, less than half, of a word of a name near it: no "vin" of VinFast.

    >>> [cut_short(*pair) for pair in (("vin", "VinFast Trading"), ("Volks", "Volkswagen"), ("ann", "Ann Arbor"), ("Nolna", "Nolan"))]
    [True, False, False, False]
    """
    last, words = fold(said).split(" ")[-1], fold(name).split(" ")
    longer = [word for word in words if word.startswith(last)]
    return bool(longer) and last.isascii() and last not in longer and all(2 * len(last) < len(word) for word in longer)


def other_number(question: str, start: int, end: int, name: str) -> bool:
    """Whether a mention has a number that a name near it has not, or stands beside one where the name has another: p-003 is no slip for
    p-001, nor is "Rome" of "Rome 4" one for Rome 3, nor "km" of "1200 km" one for 6650 km.

    >>> [other_number("p-003", 0, 5, name) for name in ("p-001", "P003", "p-0031")], other_number("Boeing 737", 0, 10, "Boeing 737-800")
    ([True, False, True], False)
    >>> other_number("Rome 4", 0, 4, "Rome 3"), other_number("1200 km", 5, 7, "6650 km"), other_number("Alein 1979", 0, 5, "Alien")
    (True, True, False)
    >>> other_number("Lamp 25.0.0", 0, 11, "Lamp 0.25.0"), other_number("Olm B 4.0", 0, 3, "Olm B 3.0"), other_number("Olm for 4", 0, 3, "Olm 3")
    (True, True, False)
    """
    own, said = _numbers(name), _numbers(question[start:end])
    if said or not own:
        return not said <= own
    before, behind = _BEFORE.search(question, max(0, start - _FAR), start), _BEHIND.match(question, end)
    if before is not None and not _numbers(before[1]) <= own:
        return True
    words = set(_LETTERS.findall(fold(name)))
    return behind is not None and set(_LETTERS.findall(fold(behind[1]))) <= words and not _numbers(behind[2]) <= own


def other_glossed(said: str, name: str) -> bool:
    """Whether a mention and a name near it only share what stands in brackets behind them: 铁（元素） is no slip for 汞（元素）.

    >>> other_glossed("铁（元素）", "汞（元素）"), other_glossed("Mercry (planet)", "Mercury (planet)"), other_glossed("Mars (planet)", "Sedna (planet)")
    (True, False, True)
    """
    one, other = _GLOSSED.match(said), _GLOSSED.match(name)
    if one is None or other is None or one["gloss"].lower() != other["gloss"].lower():
        return False
    return SequenceMatcher(None, one["name"].lower(), other["name"].lower()).ratio() < _ONE_NAME


def _numbers(text: str) -> set[tuple[int, ...]]:
    """The numbers in a text, those of a version by its parts."""
    return {tuple(map(int, number.split("."))) for number in _DIGITS.findall(text)}


def serial_forms(text: str) -> list[str]:
    """Another way to write letters and a number: "MU553" and "MU 553"; a hyphen is a space, and a version has a v before it or none.

    >>> serial_forms("mu 553"), serial_forms("appt204"), serial_forms("BA-117"), serial_forms("in 2019")
    (['mu553', 'mu v553'], ['appt 204'], ['BA117'], ['in2019', 'in v2019'])
    >>> serial_forms("Lamp 1.0.2"), serial_forms("v1.0"), serial_forms("Lamp v3"), serial_forms("2019")
    (['Lamp v1.0.2'], ['1.0'], ['Lamp 3'], [])
    """
    forms = []
    if (found := _SERIAL.match(text)) is not None:
        letters, between, digits = found.groups()
        forms.append(f"{letters}{digits}" if between else f"{letters} {digits}")
    if (version := _VERSION.match(text)) is not None:
        forms.append(f"{version['of']}{'' if version['v'] else 'v'}{version['number']}")
    return forms


def order(guess: Guess) -> tuple[float, int, int, str]:
    """By score; of equals, the longer where it is written exactly so ("Up!"), else the shorter (no question mark)."""
    exact = guess.match.kind in WRITTEN
    return -guess.score, -len(guess.span.text) if exact else len(guess.span.text), guess.span.start, str(guess.match.node)


def in_case(guesses: Sequence[Guess], written: Sequence[Guess], cased: bool, apart: Container[Span]) -> None:
    """A name in other capitals than the question's is less likely meant, where both tell names by capitals: of names `written` in
    the question some have one ("albert_einstein": then the graph has none). `apart` are spans that are no names (dates)."""
    lower = not any(guess.match.name[:1].isupper() for guess in written)
    for guess in guesses if cased else ():
        name, text = guess.match.name, guess.span.text
        if name != text and guess.match.kind != "fuzzy" and guess.span not in apart:
            other = name[:1].isupper() != text[:1].isupper() and not lower
            guess.share *= _OTHER_CASE if other else _OTHER_FORM


def is_code(name: str) -> bool:
    """Whether a name is a code of two or three letters.

    >>> [is_code(name) for name in ("LY", ".in", "no", "Lee", "IT", "汉")]
    [True, True, True, False, True, False]
    """
    letters = name.removeprefix(".")
    return 1 < len(letters) <= _CODE and letters.isascii() and letters.isalpha() and (letters.isupper() or letters.islower())


def may_be_code(span: Span, units: Sequence[Unit], weights: Sequence[float], bent: bool) -> bool:
    """Whether a word may be meant as a code: not where another form of it is ("lies": LY), and of words of grammar in small letters ("is",
    "in", "me"), or with the capital that begins a question ("Is"), only those beside which the question says that they are codes, or that
    stand alone."""
    if bent:
        return False
    small = span.text.islower() or (span.first == 0 and span.text.istitle())
    if span.last - span.first > 1 or weights[span.first] > STOP or not small or len(units) == 1:
        return True
    beside = (*units[max(0, span.first - 1) : span.first], *units[span.last : span.last + 1])
    return any(fold(unit.text) in _CODES for unit in beside)
