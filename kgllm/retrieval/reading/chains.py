"""Chains of kinship: in "Odo's son's mother" and 贾政的儿子的母亲 every word is a step of its own, and none is said by another's."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from kgllm.words import lexicon
from kgllm.words.chains import chains
from kgllm.words.relations import KEPT

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Asked, Word

_SAID = 0.5  # how well a word must answer to a family of kinship
_MUTUAL = frozenset(("spouse", "sibling"))


def kin_links(asked: Asked) -> list[int]:
    """The words of a question that are links of a chain of kinship; none where there is only one.

    >>> from kgllm.retrieval.reading.question import read
    >>> asked = read("Who is the mother of Odo's son?")
    >>> [asked.words[n].text for n in kin_links(asked)], kin_links(read("Who are the mother and father of Odo?"))
    (['mother', 'son'], [])
    """
    groups: list[list[int]] = []
    for n, word in enumerate(asked.words):
        if not _of_kin(word):
            continue
        if groups and word.start <= asked.words[groups[-1][-1]].end and word.text.isascii() <= (word.start == asked.words[n - 1].start):
            groups[-1].append(n)
        else:
            groups.append([n])
    links: set[int] = set()
    for one, other in pairwise(groups):
        between = asked.text[asked.words[one[-1]].end : asked.words[other[0]].start]
        mutual = _families(asked.words[one[-1]]) & _families(asked.words[other[0]]) & _MUTUAL  # of spouses one step may say both
        if chains().link.fullmatch(between.strip().lower()) and not mutual:
            links |= {*one, *other}
    return sorted(links)


def _of_kin(word: Word) -> bool:
    return bool(_families(word))


def _families(word: Word) -> set[str]:
    """The families of kinship that a word asks for."""
    names = {name.split("/", maxsplit=1)[0] for (kind, name), how in word.terms if kind in "fv" and how >= _SAID}
    return {name for name in names if _kinship(name)}


@lru_cache(maxsize=KEPT)
def _kinship(name: str) -> bool:
    family = lexicon().families.get(name)
    return family is not None and bool(family.inverse and family.apart)
