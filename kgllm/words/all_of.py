"""Questions for all things of a kind, and for how many there are, by their form alone: "list all …", "how many … are there", 有多少…, …有哪些."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kgllm.words.counting import HOW_MANY, SEVERAL_HAN
from kgllm.words.extremes import fillers, places
from kgllm.words.lexicon import lexicon
from kgllm.words.patterns import either, longest_first
from kgllm.words.questions import MEASURE, Span, forms_of
from kgllm.words.stems import singular
from kgllm.words.tokens import is_han

_ENDS = r"[\s。？?！!]*$"
_SAID = 4  # characters of what is asked for by which, at most


def asks_for_all(question: str) -> bool:
    """Whether a question may be for all things of a kind: it begins as one for something, and asks for several.

    >>> [asks_for_all(one) for one in ("List all products", "how many statins are there", "公司有多少个项目？", "Who directed Alien?")]
    [True, True, True, False]
    """
    known = _all()
    return known.asks.search(question) is not None and known.many.search(question) is not None


def without_place(question: str) -> str:
    """A question without the place whose things are asked for: "in our hospital", 这家公司, and 公司里 before what it has.

    >>> without_place("which beds are there in our hospital")
    'which beds are there  '
    """
    return _all().where.sub(" ", question)


def without_kinds(noun: str) -> str:
    """A field whose values are asked for without what stands before it: "different", "kinds of".

    >>> without_kinds("different types colours")
    'colours'
    """
    return _all().kinds.sub("", noun)


def without_counted(question: str) -> str:
    """A Chinese question without what asks how many or which, and the measure behind that: 有多少个."""
    return _all().counted.sub(" ", question)


def spare_words() -> frozenset[str]:
    """English words that ask for all of a kind, beside the small ones and those that fill."""
    return frozenset(forms_of("everything")["spare"])


@cache
def asking_han() -> tuple[str, ...]:
    """Chinese words that ask, or fill, the longest first."""
    known = lexicon().chinese
    words = {*known.asks, *known.stop, *known.count, *fillers(), *forms_of("everything")["asking_han"]}
    return longest_first(word for word in words if word and is_han(word))


def asked_for_han(before: str, after: str) -> bool:
    """Whether what stands between two parts of a Chinese question is what it asks for: 有多少…, …有哪些, …中哪些. What somebody did is
    not (谁拿过这个奖: who, and no prize).

    >>> asked_for_han("大厅里有多少盏", ""), asked_for_han("", "有哪些？"), asked_for_han("谁拿过", "？"), asked_for_han("", "的颜色")
    (True, True, False, False)
    """
    said, known = forms_of("kind_asked"), _kind()
    if any(who in before for who in said["who_han"]) and not before.endswith(said["who_is_han"]):
        return False
    return any(found is not None for found in (known.last.match(after), known.among.match(after), known.many.search(before)))


def counted(question: str, name: Span) -> bool:
    """Whether what is named is what a question counts: "number of globular clusters", 五星单手剑有多少把.

    >>> counted("number of globular clusters", (10, 27)), counted("五星单手剑有多少把", (0, 5)), counted("how heavy is Olm", (13, 16))
    (True, True, False)
    """
    before, after, known = question[: name[0]], question[name[1] :], _kind()
    if is_han(question[slice(*name)]):
        return known.counts_han.match(after) is not None or (
            known.last.match(after) is not None and known.several.search(before) is not None
        )
    text = question[slice(*name)].split()
    return known.counts.search(before) is not None and bool(text) and singular(text[-1].lower()) != text[-1].lower()


@dataclass(frozen=True, slots=True)
class _All:
    asks: re.Pattern[str]
    many: re.Pattern[str]
    counted: re.Pattern[str]
    where: re.Pattern[str]
    kinds: re.Pattern[str]


@cache
def _all() -> _All:
    listed = forms_of("everything")
    said = {name: either(words) for name, words in listed.items()}
    english, chinese = (either(word for word in places() if is_han(word) is han) for han in (False, True))
    has = rf"(?={said['has_han']})"
    return _All(
        asks=re.compile(
            rf"^\W*(?:{said['please']}\s+)?(?:{said['asks']}|(?:the )?{HOW_MANY})\b|{SEVERAL_HAN}|{said['asks_han']}", re.IGNORECASE
        ),
        many=re.compile(rf"{HOW_MANY}|\b{said['many']}\b|^\W*{said['which']}\s+[\w\s]*s\s+{said['be']}\b|{SEVERAL_HAN}", re.IGNORECASE),
        counted=re.compile(f"{said['counts_han']}{MEASURE}"),
        where=re.compile(
            rf"\b{said['at']}?\s*\b{said['this']} {english}\b(?:'s)?"
            rf"|{said['this_han']}{chinese}(?!{said['beside_han']})|^{said['list_han']}?{chinese}{said['inside_han']}?{has}",
            re.IGNORECASE,
        ),
        kinds=re.compile(rf"^(?:{said['kinds']}\s+)+"),
    )


@dataclass(frozen=True, slots=True)
class _Kind:
    counts: re.Pattern[str]
    counts_han: re.Pattern[str]
    many: re.Pattern[str]
    last: re.Pattern[str]
    among: re.Pattern[str]
    several: re.Pattern[str]


@cache
def _kind() -> _Kind:
    said = {name: either(words) for name, words in forms_of("kind_asked").items()}
    which, all_of = said["which_han"], said["all_han"]
    return _Kind(
        counts=re.compile(rf"{HOW_MANY}(?:\s+{said['each']})*\s+$", re.IGNORECASE),
        counts_han=re.compile(f"^{all_of}?有?{which}"),
        many=re.compile(rf"(?:有?{which}[^\W\d]?的?|哪一?[^\W\d]|{said['every_han']}\s*的?|{said['list_han']})$"),
        last=re.compile(rf"^(?:{all_of}|都)*(?:是谁|{said['be_han']}?{said['ask_han']}[^，。？?]{{0,{_SAID}}}|有)?{_ENDS}"),
        among=re.compile(rf"^{said['among_han']}[，,]?{said['also_han']}?{said['several_han']}"),
        several=re.compile(SEVERAL_HAN),
    )
