"""A question as it looks from one of its mentions: which words are left beside it, and what they ask of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.frozen import frozen
from kgllm.retrieval.reading.chains import kin_links
from kgllm.retrieval.reading.order import asked_of, clause, order
from kgllm.retrieval.reading.question import LIGHT, Asked, Word
from kgllm.retrieval.scoring.matching import LEAST, Match
from kgllm.words import lexicon
from kgllm.words.saying import OPEN

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MORE_OF_THE_NAME = 0.35  # of the weight of a word that is likely part of a name is left
_TOWARDS = ("向", "给", "跟着", "对")
_HAN_HEARD = 0.45  # how far a Chinese character speaks at least of what has it as a word, not only as a character


@frozen
class Seen:
    """A question as it looks from one seed: which words are left beside its mention, and in which order they tell a path."""

    weights: NDArray[Any]
    told: NDArray[Any]
    way: NDArray[Any]
    joined: NDArray[Any]
    linked: NDArray[Any]
    cut: bool  # beside it stands another name, which nothing explains
    parts: list[list[int]]  # words that are the steps of one that stands for several
    chain: list[int]  # words of a chain of kinship: each is a step
    of: list[int]  # words for what something is asked of, which is no answer
    verb: int  # the word that asks it; -1: none
    joins: Mapping[int, int]  # words that are explained as far as others are
    unheard: bool  # it asks for a kind of thing that the graph has no word for
    near: NDArray[Any]  # words right beside the mention: they may say what the seed is
    score: float
    span: tuple[int, int]


def seen_from(
    asked: Asked,
    start: int,
    end: int,
    score: float,
    foreign: NDArray[Any] | None = None,
    apart: NDArray[Any] | None = None,
    *,
    unheard: bool = False,
    joins: Mapping[int, int] | None = None,
) -> Seen:
    """The question as seen from a mention (start == end: none). `foreign` marks the words that speak of no relation of the graph:
    right beside the mention they are likely more of the name. `apart` are those that are in no mention. `joins`: words that say no more than
    others do."""
    words = asked.words
    free = np.array([word.end <= start or word.start >= end for word in words], bool)
    told = np.array(order(asked, start, end))
    way = np.array([word.way for word in words], float)
    if asked.chinese and start != end:
        # "…是X的…": what is said before "is X" goes against the relation.
        before = asked.text[:start].rstrip(" " + OPEN)
        if before.endswith(("是", "为")) and asked.text[end : end + 2].lstrip("》”\"'」").startswith("的"):
            way[[i for i, word in enumerate(words) if word.end <= start]] = -1
        if clause(asked, start, end):  # nothing is X's
            way[[i for i, word in enumerate(words) if word.start >= end and word.way > 0]] = 0
        if before.endswith(_TOWARDS):  # "谁向X汇报": what follows is done to X
            way[[i for i, word in enumerate(words) if word.start >= end]] = -1
    near = np.array([0 <= start - word.end <= 2 or 0 <= word.start - end <= 2 for word in words], bool)
    weights = np.array([word.weight for word in words], np.float32) * free * _counted(words, free, start, end)
    if foreign is not None and start != end:
        weights *= np.where(foreign & _beside(asked, start, end), _MORE_OF_THE_NAME, 1.0).astype(np.float32)
    joined = np.array([word.joined and i > 0 and bool(free[i - 1]) for i, word in enumerate(words)], bool)
    linked = np.array([i > 0 and bool(free[i - 1]) and word.position - words[i - 1].position <= 2 for i, word in enumerate(words)], bool)
    cut = foreign is not None and apart is not None and _cut(asked, foreign & apart, start, end)
    parts = [
        [i for i, word in enumerate(words) if word.step >= 0 and word.start == at] for at in sorted({w.start for w in words if w.step > 0})
    ]
    return Seen(
        weights,
        told,
        way,
        joined,
        linked,
        cut,
        parts,
        kin_links(asked),
        *asked_of(asked, start, end),
        dict(joins or {}),
        unheard,
        near,
        score,
        (start, end),
    )


def asks_for_unheard(asked: Asked, found: Match, apart: NDArray[Any]) -> bool:
    """Whether a question asks for a kind of thing ("which pharaohs") by a word that speaks of nothing in a graph, and names none of its things."""
    head = list(asked.head)
    if not head or asked.ask < 0 or not apart[head].all():
        return False
    heard = np.maximum(found.explains[:, head], found.nouns[:, head]).max(axis=0, initial=0.0)
    if asked.chinese:
        return len(head) > 1 and bool((heard < _HAN_HEARD).all())
    return bool(asked.words[head[-1]].weight > LIGHT and heard[-1] < LEAST)


def _cut(asked: Asked, foreign: NDArray[Any], start: int, end: int) -> bool:
    """Whether a word like a name, of which nothing is known, stands right beside a mention: "The Lady Vanishes", linked to "The Lady"."""
    if not asked.text[start:end][:1].isupper() or asked.capitals:
        return False
    return any(
        unknown and word.start > 0 and word.text[0].isupper() and 1 in (start - word.end, word.start - end)
        for word, unknown in zip(asked.words, foreign & _beside(asked, start, end), strict=True)
    )


def _beside(asked: Asked, start: int, end: int) -> NDArray[Any]:
    """Unknown words with nothing but a space between them and a mention, or another such word ("Peter Ilyich TCHAIKOVSKY"); none in small
    letters beside a name that begins with a capital ("who mentored Kim")."""
    known, words, capital = lexicon(), asked.words, asked.text[start:end][:1].isupper()
    out = np.array(
        [not (known.families_of(w.text.lower()) or w.kinds or not w.text.isascii() or not w.text.isalpha() or w.around) for w in words],
        bool,
    )
    out &= np.array([not capital or word.text[:1].isupper() for word in words], bool)
    first, last = start, end
    for i in range(len(words) - 1, -1, -1):
        if words[i].end <= first:
            out[i] &= first - words[i].end == 1
            first = words[i].start if out[i] else first
    for i, word in enumerate(words):
        if word.start >= last:
            out[i] &= word.start - last == 1
            last = word.end if out[i] else last
    return out


def _counted(words: Sequence[Word], free: NDArray[Any], start: int, end: int) -> NDArray[Any]:
    """Words that count from a mention. What a bare question asks does so where no word of weight is left beside the mention, and
    the mention stands where the name is expected; of several readings the longest."""
    out = np.array([word.around is None for word in words], bool)
    if start != end and not any(word.weight > LIGHT and free[i] for i, word in enumerate(words) if word.around is None):
        for i, word in enumerate(words):
            if word.around is not None and word.around[0] <= start and end <= word.around[1]:
                out[i] = True
                break
    return out
