"""Ends that are by their own names what is asked for: of all that somebody attended, "which college" asks for Hill College, and not for
Tarn School.

What is called by no noun at all may be one as well, and is told where it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.words import lexicon, singular

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranking
    from kgllm.retrieval.reading.question import Asked

_LOOKED_AT = 64  # ends whose names are looked at
_NOUN = 4  # characters of a noun that a Chinese name ends with, at most
_WORD = re.compile(r"\w+")


def so_called(ranking: Ranking, ends: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of the ends of a path have names that end with the noun asked for; none where there are too many to look at."""
    return np.array([noun is True for noun in called_so(ranking, ends)], bool)


def otherwise_called(ranking: Ranking, ends: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of the ends of a path are called by another noun for a kind of things than is asked for, where any is called by that."""
    called = called_so(ranking, ends)
    return np.array([noun is False and True in called for noun in called], bool)


def called_so(ranking: Ranking, ends: NDArray[Any]) -> list[bool | None]:
    """Whether each end is called by the noun asked for (True), by another (False), or by none."""
    asked = ranking.asked
    if not asked.head or len(ends) > _LOOKED_AT:
        return [None] * len(ends)
    noun = "".join(asked.words[n].text for n in asked.head) if asked.chinese else singular(asked.words[asked.head[-1]].text.lower())
    return [_is_called(node.name, noun, asked) for node in ranking.run.view.nodes(ends)]


def _is_called(name: str, noun: str, asked: Asked) -> bool | None:
    known = lexicon().kind_of_noun
    if asked.chinese:
        if len(noun) > 1 and name.endswith(noun):
            return True
        return False if any(name[-size:] in known for size in range(2, min(_NOUN, len(name) - 1) + 1)) else None
    words = [singular(word) for word in _WORD.findall(re.split(r"[,(]", name.lower())[0])]
    if words[-1:] == [noun]:
        return True
    return False if words and (words[-1] in known or (words[0] in known and "of" in words)) else None
