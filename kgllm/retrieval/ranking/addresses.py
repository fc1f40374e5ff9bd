"""Addresses of the web that are told of a thing beside what it is ("license_url", "team_logo"): nobody asks for one by the other word.

"What license is Bash released under?" is not answered by https://…/COPYING, although `license_url` holds the noun.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.scoring.features import NAMES
from kgllm.words import lexicon, relation_words, singular

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
_WEB = "website"  # the family of words for addresses
_LOOKED_AT = 4  # ends
_NEVER = 3.0  # how far off such a path is
_OFFTYPE = NAMES.index("offtype")


def addresses(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Paths whose last relation says more than one word and leads to addresses of the web are off, where the question says none of an
    address: not the relation's last word, nor another one for it, nor where."""
    asked = ranking.asked
    said = {singular(word.text.lower()) for word in asked.words}
    families = {family for word in asked.words for family in _families(word.text)}
    if _WEB in families or "place" in asked.kinds:
        return
    told = [one for one in ranked if len(one.ground.ends) and _beside(one, said, families)]
    ends = [one.ground.ends[:_LOOKED_AT] for one in told]
    nodes = iter(ranking.run.view.nodes(np.concatenate(ends)) if ends else ())  # all at once: each look may be a trip to a server
    for one, own in zip(told, ends, strict=True):
        names = [node.name for node in islice(nodes, len(own))]
        if all(map(_ADDRESS.match, names)):
            one.row[_OFFTYPE] = _NEVER
            one.score = float(one.row @ ranking.weights)


def _beside(one: Ranked, said: set[str], families: set[str]) -> bool:
    """Whether the last relation of a path says more than one word, and its last word is none of the question's."""
    relation, way = one.steps[-1][-1]
    words = relation_words(relation.name).spoken
    if way != "out" or len(words) < 2:
        return False
    last = singular(words[-1])
    return last not in said and families.isdisjoint(lexicon().families_of(last))


def _families(word: str) -> set[str]:
    return {family for term in (word.lower(), singular(word.lower())) for family in lexicon().families_of(term)}
