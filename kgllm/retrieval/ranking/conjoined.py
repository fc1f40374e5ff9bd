"""Two relations that a question says of one thing, joined by "and": "films written and directed by Ann", 报警和急救都打999的国家.

What is asked for has the thing by both. By either it is no answer, and where none has it by both there is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.ranking.combine import within
from kgllm.retrieval.scoring.matching import SPOKEN
from kgllm.words.lexicon import lexicon
from kgllm.words.patterns import either
from kgllm.words.questions import forms_of
from kgllm.words.saying import chinese, english

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_SAID = forms_of("conjuncts")
_JOINS = re.compile(rf"\s+{english('joins')}\s+|\s*(?:{chinese('joins')}|{either(_SAID['joins_han'])})\s*", re.IGNORECASE)
_SMALL = re.compile(rf"{either(_SAID['small_han'])}*")
_MOST = 6  # words that say a relation
_LESS = 0.15  # of what a word explains: "raised" says "raised in" sooner than "born in"
_WHO = re.compile(rf"\W*(?:{english('who')})(?:\s+{english('be')})?\s+(?:{english('both')}\s+)?$|{chinese('who')}$", re.IGNORECASE)


def conjoined(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths; where two single steps from what the best starts from are said so, what both lead to comes first."""
    if not ranked or _JOINS.search(ranking.asked.text) is None or ranking.asked.negated:
        return ranked
    span = ranking.seen[ranked[0].seeds[0]].span
    steps = [one for one in ranked if ranking.seen[one.seeds[0]].span == span and _one_step(one)]
    for left, right in _joined_words(ranking, ranked[0]):
        for one in steps:
            for other in steps:
                alike = one.seeds == other.seeds and one.steps[0][0][1] == other.steps[0][0][1]
                if alike and _says(ranking, one, other, left) and _says(ranking, other, one, right) and _of_both(ranking, one, left, right):
                    return _both(ranked, one, other)
    return ranked


def _both(ranked: list[Ranked], one: Ranked, other: Ranked) -> list[Ranked]:
    best, also = (one, other) if one.score >= other.score else (other, one)
    ends = np.intersect1d(best.ground.ends, also.ground.ends)
    if not len(ends) or best.ground.truncated or also.ground.truncated:
        for path in ranked:
            path.refuse("not_both")
        return ranked
    best.ground = within(best.ground, ends)
    best.also = (also,)
    return [best, *(path for path in ranked if path is not best and path is not also)]


def _one_step(one: Ranked) -> bool:
    return len(one.steps) == 1 and len(one.steps[0]) == 1 and not one.also and not one.constraints


def _says(ranking: Ranking, one: Ranked, other: Ranked, words: list[int]) -> bool:
    """Whether some words speak of one step and less of another, and none the other way round."""
    mine, its = (ranking.match.explains[path.numbers[0], words] for path in (one, other))
    return bool(((mine >= SPOKEN) & (its < mine - _LESS)).any() and not ((its >= SPOKEN) & (mine < its - _LESS)).any())


def _of_both(ranking: Ranking, one: Ranked, left: list[int], right: list[int]) -> bool:
    """Whether what is asked for is of both: verbs of a thing ("who wrote and directed Olm"), and not its director and writer, nor "Ann's
    pupils and friends"."""
    asked, span = ranking.asked, ranking.seen[one.seeds[0]].span
    if one.steps[0][0][1] == "out":
        return not asked.text[asked.words[right[-1]].end : span[0]].strip() and not asked.chinese
    first = asked.words[left[-1]].start
    return bool(asked.head) or (_WHO.search(asked.text[:first]) is not None and span[0] >= first)  # "Who was born and died in Rome?"


def _joined_words(ranking: Ranking, best: Ranked) -> Iterator[tuple[list[int], list[int]]]:
    """The words, by their numbers, right before an "and", and right behind it; none of a name, nor of the noun that is asked for."""
    asked, weights = ranking.asked, np.min([seen.weights for seen in ranking.seen], axis=0)
    start, end = ranking.seen[best.seeds[0]].span  # "founded Acme and works there": the name may stand before "and"
    free = [n for n, word in enumerate(asked.words) if weights[n] > 0 and n not in asked.head]
    for found in _JOINS.finditer(asked.text):
        left, at = list[int](), start if asked.text[end : found.start()].strip() == "" and end <= found.start() else found.start()
        for n in reversed(free):
            if asked.words[n].end <= at and _small(asked.text[asked.words[n].end : at]) and len(left) < _MOST:
                left.append(n)
                at = asked.words[n].start
        right, at = list[int](), found.end()
        for n in free:
            if asked.words[n].start >= at and _small(asked.text[at : asked.words[n].start]) and len(right) < _MOST:
                right.append(n)
                at = asked.words[n].end
        if left and right:
            yield left, right


def _small(text: str) -> bool:
    """Whether nothing stands there but small words: "works at"."""
    return _SMALL.fullmatch(text) is not None or lexicon().english.stop.issuperset(text.lower().split())
