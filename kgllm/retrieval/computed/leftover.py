"""Which words of a question are left beside what stands at some places in it, and how a value may be written that they say."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from kgllm.retrieval.computed.sexes import SEXES, says_sex, sex_of
from kgllm.retrieval.reading.question import LIGHT
from kgllm.words import is_han, lexicon, singular
from kgllm.words.counting import NUMBER_OF
from kgllm.words.dictionary import SHORTEST, glosses
from kgllm.words.extremes import filler
from kgllm.words.figures import han_number
from kgllm.words.generic import generic
from kgllm.words.happening import only_happens
from kgllm.words.patterns import either
from kgllm.words.questions import MEASURE, Span, forms_of, overlap
from kgllm.words.units import number_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgllm.retrieval.reading.question import Asked
    from kgllm.types import Relation

_MOST_WORDS, _MOST_LETTERS = 4, 8  # of a value that words hold
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_MEANINGS = 3  # of a Chinese word in the dictionary, the first


def words_left(asked: Asked, kind: Span, taken: Iterable[Span], relations: Sequence[Relation]) -> list[int]:
    """The words with content outside of some places. kind: where the question names what things are; relations: of the graph, which may
    tell of what sex somebody is."""
    spans, says = [*taken, kind, *_counts(asked.text, kind)], forms_of("placing")["says"]
    found = []
    for n, word in enumerate(asked.words):
        text = word.text.lower()
        if word.around is not None or any(overlap(word.span, span) for span in spans):
            continue
        if (word.weight <= LIGHT and not is_han(text)) or filler(text) or text in says or text in lexicon().english.count:
            continue
        if (generic(word.text) and not is_han(word.text) and not says_sex(word.text, relations)) or _fills_han(asked, n, spans):
            continue
        found.append(n)
    return found


def runs_of(asked: Asked, left: Sequence[int]) -> list[Span]:
    """The places of words that follow each other with nothing but blanks and hyphens between them."""
    words, text, found = asked.words, asked.text, []
    for i, first in enumerate(left):
        end, size = words[first].start, 0
        for n in left[i:]:
            word = words[n]
            if word.start > end and text[end : word.start].strip(" -/"):
                break
            end, size = word.end, size + 1
            if size > (_MOST_LETTERS if is_han(word.text) else _MOST_WORDS):
                break
            found.append((words[first].start, end))
    return found


def forms(text: str) -> list[str]:
    """How a value may be written that words say: as they are, in the singular, a number in figures, Chinese words in English.

    >>> forms("twelve"), forms("twin-engine planes")
    (['12', 'twelve'], ['twin-engine planes', 'twin-engine plane', 'twin engine planes'])
    """
    number = figure(text)
    if number is not None:
        return [f"{number:g}", text]
    if (sex := sex_of(text)) is not None:
        return [text, *SEXES[sex]]
    if is_han(text):
        meant = [" ".join(said) for said, _ in glosses(text)[:_MEANINGS]] if len(text) >= SHORTEST else []
        return list(dict.fromkeys((text, *lexicon().across(text), *meant)))
    head, _, tail = text.rpartition(" ")
    one = f"{head} {singular(tail.lower())}".strip()
    spaced = text.replace("-", " ")
    return list(dict.fromkeys((text, one, spaced)))


def figure(text: str) -> float | None:
    """The number that a text is: in figures, or in the words of either language.

    >>> figure("12.5"), figure("twelve"), figure("五"), figure("12 m")
    (12.5, 12.0, 5.0, None)
    """
    if is_han(text):
        return han_number(text)
    said = number_at(text.lower(), 0)
    if said is not None:
        return said[0] if said[1] == len(text) else None
    return float(text) if _FIGURES.fullmatch(text) else None


@cache
def tails() -> str:
    """Chinese characters that end the name of a field: 香型, 星级."""
    return "".join(forms_of("placing")["tails_han"])


def _counts(text: str, kind: Span) -> list[Span]:
    """The words that ask how many, those that lead to a place in a Chinese question, and those that say of games that they are played."""
    return [*(match.span() for match in _no_content().finditer(text)), *only_happens(text, kind)]


@cache
def _no_content() -> re.Pattern[str]:
    said = {name: either(words) for name, words in forms_of("placing").items()}
    return re.compile(rf"{NUMBER_OF}|\b{said['number']}\b|{said['which_han']}{MEASURE}|{said['place_han']}", re.IGNORECASE)


def _fills_han(asked: Asked, n: int, spans: Sequence[Span]) -> bool:
    """Whether a Chinese character only ends a value (水系, 五星级), counts, or is a verb that says that something has it (加暴击率)."""
    word, said = asked.words[n], forms_of("placing")
    if not is_han(word.text):
        return False
    if word.text in lexicon().chinese.light:
        return True
    before, after = (any(span[at] == place for span in spans) for at, place in ((1, word.start), (0, word.end)))
    return (before and (word.text in said["tails_han"] or word.text in said["ends_han"])) or (after and word.text in said["having_han"])
