"""Things that are called by a kind and a number, said in Chinese where a graph calls them in English (serials.toml): 第2季 is "Season 2", or
"Series 2"; 3号楼 "Building 3"; B组 "Group B".
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from kgllm.words.figures import han_number
from kgllm.words.patterns import either
from kgllm.words.tables import read_table

_HAN = "[一二三四五六七八九十百零]{1,6}"
_PLACES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"]
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_ASCII = re.compile(r"[A-Za-z][\x20-\x7e]*(?=第)")  # whose season it is: "Olm第2季"
_SERIAL = re.compile(r"([A-Za-z]{3,}) (\d{1,4}|[IVXLCivxlc]{1,7}|[A-Za-z]{3,6})\b")
_BEHIND = re.compile(rf"[\s,:;(–—-]{{1,3}}{_SERIAL.pattern}")
_WORD = re.compile(r"\w+")
_ROMANS = 200  # … and more are hardly written so
_LONGEST = 16  # characters of one that is called so, or of two in a row


def serial_names(text: str) -> list[str]:
    """What some Chinese with a number, or two such in a row, may be called in English; nothing for any other text.

    >>> serial_names("第二季"), serial_names("第14章")
    (['season 2', 'season II', 'season two', 'second season', '2nd season', 'series 2', 'series II', 'series two', 'second series', '2nd series'], ['chapter 14', 'chapter XIV', '14th chapter'])
    >>> serial_names("B组"), serial_names("3号楼")[0], serial_names("3楼")[0], serial_names("第10季第3集")[0]
    (['group B', 'team B'], 'building 3', 'floor 3', 'season 10 episode 3')
    >>> serial_names("Olm第十三集"), serial_names("三季"), serial_names("3集"), serial_names("第三世界")
    (['Olm episode 13', 'Olm episode XIII', 'Olm 13th episode', 'Olm part 13', 'Olm part XIII', 'Olm 13th part'], [], [], [])
    """
    begins = _ASCII.match(text)
    of, said = (text[: begins.end()].rstrip() + " ", text[begins.end() :]) if begins else ("", text)
    found = _pattern().fullmatch(said) if len(said) <= _LONGEST else None
    if found is None:
        return []
    numbered, twice, bare = _nouns(), found["inner"], found["bare"]
    if bare:
        return [of + name for noun in numbered["bare"][bare] for name in _names(noun, found["amount"])]
    number = _number(found["letter"] or found["ordinal"] or found["number"])
    nouns = numbered["serials"][found["noun"]]
    if twice:
        inner = _number(found["second"])
        return [f"{of}{one} {number} {other} {inner}" for one, other in product(nouns, numbered["serials"][twice])]
    return [of + name for noun in nouns for name in _names(noun, number)]


def another_serial(behind: str, name: str) -> bool:
    """Whether what stands right behind a mention tells another number of a kind than a name does: of "Olm Season 5", or Olm第五季, is no
    "Olm, Season 3".

    >>> another_serial(" Season 5?", "Olm, Season 3"), another_serial(": part II", "Olm (Part Two)"), another_serial(" Tower第五季的", "Olm Tower, Season 3")
    (True, False, True)
    >>> another_serial(" Season 5", "Olm 1990"), another_serial(" and Esk Season 5", "Olm, Season 3"), another_serial("第3季", "Olm, Season 3")
    (False, False, False)
    """
    english = _BEHIND.search(behind)
    chinese = None if english else _chinese_behind().search(behind)
    found = english or chinese
    if found is None or not set(behind[: found.start()].lower().split()) <= set(_WORD.findall(name.lower())):
        return False  # of something else
    nouns = (found[1].lower(),) if english else _nouns()["serials"][found[2]]
    number = _figure(found[2] if english else _number(found[1]))
    own = [_figure(said) for noun, said in _SERIAL.findall(name) if noun.lower() in nouns]
    return number is not None and any(own) and number not in own


def _figure(said: str) -> int | None:
    """The number that a word, Roman or other figures write."""
    return int(said) if said.isdecimal() else _written().get(said.lower())


@lru_cache(maxsize=1)
def _written() -> dict[str, int]:
    return {_roman(n).lower(): n for n in range(1, _ROMANS)} | {word: n for n, word in enumerate(_WORDS, 1)}


def _number(said: str) -> str:
    """A number in figures, or a letter, as names have it."""
    if said.isascii():
        return said.upper() if said.isalpha() else str(int(said))
    return f"{han_number(said) or 0:g}"


def _names(noun: str, number: str) -> list[str]:
    """What the thing of a kind and a number, or a letter, may be called."""
    if not number.isdecimal() or not int(number):
        return [f"{noun} {number}"]
    n = int(number)
    out = [f"{noun} {number}", *([f"{noun} {_roman(n)}"] if n < _ROMANS else [])]
    if n <= len(_WORDS):
        out += [f"{noun} {_WORDS[n - 1]}", f"{_PLACES[n - 1]} {noun}"]
    end = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return [*out, f"{number}{end} {noun}"]


def _roman(number: int) -> str:
    """A number below 200 as the Romans wrote it.

    >>> [_roman(n) for n in (4, 14, 49, 101)]
    ['IV', 'XIV', 'XLIX', 'CI']
    """
    out = ""
    for value, letters in _ROMAN:
        while number >= value:
            out, number = out + letters, number - value
    return out


@lru_cache(maxsize=1)
def _nouns() -> dict[str, dict[str, tuple[str, ...]]]:
    data = read_table("serials")
    return {part: {noun: tuple(names.split()) for noun, names in rows.items()} for part, rows in data.items()}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    noun, bare = (either(rows) for rows in (_nouns()["serials"], _nouns()["bare"]))
    numbered = rf"(?:第(?P<ordinal>\d{{1,4}}|{_HAN})|(?P<number>\d{{1,4}}|{_HAN})号|(?P<letter>[A-Za-z])号?)(?P<noun>{noun})"
    return re.compile(rf"{numbered}(?:的?第(?P<second>\d{{1,4}}|{_HAN})(?P<inner>{noun}))?|(?P<amount>\d{{1,4}})(?P<bare>{bare})")


@lru_cache(maxsize=1)
def _chinese_behind() -> re.Pattern[str]:
    nouns = either(_nouns()["serials"])
    return re.compile(rf"[（(]?的?第(\d{{1,4}}|{_HAN})({nouns})")
