"""Words of questions that are a query over one field of a kind of things (queries.toml): what makes a number of its values, and what stands
beside them without saying more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from kgllm.words.parts import WHOLE, Vocabulary, vocabulary
from kgllm.words.patterns import longest_first
from kgllm.words.questions import Span, blank
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han

_GAP = "\n"  # stands where something was read, so that no word is made of what stands beside it
_OF_EACH = re.compile(
    r"\b(?:total|average|mean|overall|combined)\s+(?:of|for|in|by|per)\s+each\b"
)  # it is of each one's own: "the total crew of each ship"
_MEANS = re.compile(r"\b(?:do|does|did)\b.*\bmeans?\b")  # "what does it mean"


@dataclass(frozen=True, slots=True)
class _Words:
    folds: tuple[tuple[str, re.Pattern[str]], ...]
    polite: re.Pattern[str]
    beside: Vocabulary


def fold_of(text: str, taken: Sequence[Span] = ()) -> str:
    """Which number made of all values a text asks for, outside of what stands at some places: "average", "total", or "" for none.

    >>> fold_of("how much do all ships weigh altogether?"), fold_of("各船的平均吨位"), fold_of("total weight of ships", [(0, 12)])
    ('total', 'average', '')
    """
    rest = _blanked(text, taken)
    folds = () if _MEANS.search(rest) or _OF_EACH.search(rest) else _words().folds
    return next((asks for asks, pattern in folds if pattern.search(rest)), "")


def polite(text: str) -> bool:
    """Whether a question asks for what it names, though by its form for yes or no.

    >>> polite("Could I see the ships over 90 m?"), polite("能列出吨位超过5000的船吗？"), polite("Are there ships over 90 m?")
    (True, True, False)
    """
    return _words().polite.match(text.lower()) is not None


def says_no_more(text: str, taken: Iterable[Span]) -> bool:
    """Whether nothing that asks for more stands in a text beside what was read at some places.

    >>> says_no_more("what is the average weight of all ships, please?", [(20, 26), (34, 39)])
    True
    >>> says_no_more("average weight of ships per yard", [(8, 14), (18, 23)]), says_no_more("军舰的平均吨位", [(1, 2), (5, 7)])
    (False, False)
    """
    return _words().beside.beside(text, taken) is not None


def _blanked(text: str, taken: Iterable[Span]) -> str:
    low = text.lower()
    return re.sub(" {2,}", _GAP, blank(low if len(low) == len(text) else text, *((max(0, at), end) for at, end in taken)))


@cache
def _words() -> _Words:
    data = read_table("queries")
    folds = {asks: words.split() for asks, words in data["folds"].items()}
    own = " ".join([*data["beside"].values(), *data["folds"].values(), data["count"]["words"]])
    return _Words(
        tuple((asks, _either(words)) for asks, words in folds.items()),
        re.compile(rf"\W*(?:{_either(data['polite']['begins'].split()).pattern})"),
        vocabulary(*WHOLE, "asks", "things", "reaches", own=own),
    )


def _either(words: Iterable[str]) -> re.Pattern[str]:
    """Any of some words: those in letters stand alone, Chinese ones anywhere."""
    ordered = longest_first(set(words))
    english = "|".join(re.escape(word).replace("_", r"\s+") for word in ordered if not is_han(word))
    han = "|".join(re.escape(word) for word in ordered if is_han(word))
    return re.compile(rf"(?:(?<![a-z0-9])(?:{english})(?![a-z0-9])|{han})")
