"""Whether one thing lies in another, by the structure of the graph: then what leads to the one says no no of the other.

Who was born in Scotland was born in the United Kingdom, if the graph says that Scotland is a part of that, and may have been born in
Scotland, where it says only the United Kingdom. No name of a relation tells it ("part of", "borough of", 上级城市, "capital"): what leads
from many to one, between things of which neither is a person, may.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.paths.kinds import KINDS
from kgllm.words import is_han, lexicon, relation_words
from kgllm.words.relations import KEPT, mutual, transitive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.types import Relation

_PERSON = KINDS.index("person")
_OF_KIND = 0.5
_ONE = 0.1  # log10 of how many ends a step has in the mean: some 1.25
_STEPS, _PER_STEP, _WIDE = 3, 8, 64


def lie_together(ranking: Ranking, some: NDArray[Any], others: NDArray[Any], relation: Relation) -> bool:
    """Whether one of some things lies in one of others, or the other way round. That both have to do with each other by `relation`, which
    led to them, says nothing of it, unless it goes on itself by its name."""
    view, steps = ranking.run.view, ranking.steps
    numbers = steps.of(view.relations)
    carried = np.array([transitive(one.name) for one in view.relations], bool).repeat(2)
    itself = np.array([one.id == relation.id for one in view.relations], bool).repeat(2)
    holds = np.array([not mutual(one.name) and not _does(one.name) for one in view.relations], bool).repeat(2)
    alone, person = steps.column("fan")[numbers] <= _ONE, steps.column("kinds")[numbers, _PERSON] >= _OF_KIND
    onward = carried | (alone & holds & ~itself & ~person)
    return _leads(view, some, others, onward) or _leads(view, others, some, onward)


@lru_cache(maxsize=KEPT)
def _does(relation: str) -> bool:
    """Whether a relation says by its name what one thing does to another ("supplies", "acquired", "founded by")."""
    words = relation_words(relation)
    return words.form in ("does", "by") or words.spoken[-1].endswith("ed")


def _leads(view: View, start: NDArray[Any], ends: NDArray[Any], onward: NDArray[Any]) -> bool:
    """Whether steps of these lead from some things to others."""
    wanted, at = np.sort(ends), start
    for _ in range(_STEPS):
        at = distinct(at[~view.literal(at)])[:_WIDE]
        if not len(at):
            return False
        groups = view.groups(at)
        mine = onward[2 * groups.relation + groups.way]
        edges = view.edges(at[groups.origin[mine]], groups.relation[mine], groups.way[mine], _PER_STEP)
        if among(edges.neighbour, wanted).any():
            return True
        at = edges.neighbour
    return False


def placed_within(ranking: Ranking, one: Ranked) -> bool:
    """Whether a path leads from a thing to a place where it is, was or comes from, and from there only on to what that is a part of, or back:
    who is born in a town is born in its country. A capital is that of one country alone, and no head of a state of one is its own."""
    if len(one.steps) < 2 or any(len(step) > 1 for step in one.steps):
        return False
    moves = {move for [(_, move)] in one.steps}
    steps = one.steps if moves == {"out"} else one.steps[::-1]
    (relation, _), *onward = (step[0] for step in steps)
    if len(moves) > 1 or not all(transitive(further.name) for further, _ in onward):
        return False
    back = ranking.steps.of(ranking.run.view.relations)[2 * ranking.steps.handles(ranking.run.view.relations)[relation.id] + 1]
    return _says_where(relation.name) and bool(ranking.steps.column("fan")[back] > _ONE)


@lru_cache(maxsize=KEPT)
def _says_where(relation: str) -> bool:
    """Whether a relation says where a thing is, was, or comes from.

    >>> [_says_where(name) for name in ("birthCountry", "所在城市", "capital", "governor of", "ruled")]
    [True, True, False, False, False]
    """
    known, words = lexicon(), relation_words(relation)
    parts = {word[a:b] if is_han(word) else word for word, _ in words.words for a in range(len(word)) for b in range(a + 1, len(word) + 1)}
    families = [known.families[family] for part in parts for family in known.families_of(part)]
    place = any(family.to[:1] == ("place",) for family in families)
    return place and words.form != "of" and not any("place" in family.of for family in families)
