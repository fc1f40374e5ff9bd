"""What is asked of one thing is not told of another beside it: of a city that has no best month, "the best month to visit it" is not that of a
city that somebody visited as well.

A path goes there and back by one relation, and on to a field of what it finds there. The question says so with a word for the way and another
for the way back ("the films by the director of X"), or by saying what they share.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.ranking.roled import content
from kgllm.retrieval.reading.question import LIGHT
from kgllm.retrieval.scoring.matching import LEAST
from kgllm.words.chains import chains

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking


def aside(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, those refused that tell of what stands beside the thing asked about."""
    asked = ranking.asked
    if not ranked or len(ranked[0].numbers) < 3 or asked.share or chains().same.search(asked.text):
        return ranked
    for one in ranked:
        if _turns(ranking, one):
            one.refuse("of_another")
    return ranked


def _turns(ranking: Ranking, one: Ranked) -> bool:
    """Whether a path turns back by a step that no word of its own speaks of, and leads on."""
    inverse = ranking.steps.column("inverse")
    return any(inverse[a] == b and a != b and _words(ranking, [a, b]) < 2 for a, b in pairwise(one.numbers[:-1]))


def _words(ranking: Ranking, steps: list[int]) -> int:
    """How many words speak of some steps, or of what stands at their ends; Chinese characters beside each other are one."""
    match = ranking.match
    says = np.maximum(match.explains[steps], match.nouns[steps]).max(axis=0) >= LEAST
    said = np.flatnonzero(says & (content(ranking) > LIGHT)).tolist()
    if not ranking.asked.chinese:
        return len(said)
    return sum(n - 1 not in said for n in said)
