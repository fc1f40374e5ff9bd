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
from kgllm.retrieval.paths.steps import ONE_END
from kgllm.words import is_han, lexicon, relation_words
from kgllm.words.relations import KEPT, mutual, transitive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Relation

_PERSON = KINDS.index("person")
_OF_KIND = 0.5
_STEPS, _PER_STEP, _WIDE = 3, 8, 64


def lie_together(run: Run, some: NDArray[Any], others: NDArray[Any], relation: Relation) -> bool:
    """Whether one of some things lies in one of others, or the other way round. That both have to do with each other by `relation`, which
    led to them, says nothing of it, unless it goes on itself by its name."""
    return _leads(run, some, others, relation) or _leads(run, others, some, relation)


@lru_cache(maxsize=KEPT)
def _does(relation: str) -> bool:
    """Whether a relation says by its name what one thing does to another ("supplies", "acquired", "founded by")."""
    words = relation_words(relation)
    return words.form in ("does", "by") or words.spoken[-1].endswith("ed")


def _leads(run: Run, start: NDArray[Any], ends: NDArray[Any], but: Relation) -> bool:
    """Whether steps from what lies in a thing to that thing lead from some things to others; of `but` only where its name says so."""
    view, wanted, at = run.view, np.sort(ends), start
    for n in range(_STEPS):
        at = distinct(at[~view.literal(at)])[:_WIDE]
        if not len(at):
            return False
        groups = view.groups(at)
        mine = _onward(run, 2 * groups.relation + groups.way, but)
        follow = view.edges if n + 1 == _STEPS else getattr(view, "reach", view.edges)  # a walk goes on from there
        edges = follow(at[groups.origin[mine]], groups.relation[mine], groups.way[mine], _PER_STEP)
        if among(edges.neighbour, wanted).any():
            return True
        at = edges.neighbour
    return False


def _onward(run: Run, ways: NDArray[Any], but: Relation) -> NDArray[Any]:
    """Which of some ways (relation × 2 + way) lead on: of the relations that are met, as a graph may have very many."""
    relations, steps = run.view.relations, run.steps
    numbers = steps.of(relations)[ways]
    alone, person = steps.column("fan")[numbers] <= ONE_END, steps.column("kinds")[numbers, _PERSON] >= _OF_KIND
    met, place = np.unique(ways // 2, return_inverse=True)
    # never back: two towns of a country lie in no other for that
    carried = np.array([transitive(relations[n].name) for n in met.tolist()], bool)[place] & (ways % 2 == 0)
    holds = np.array([_holds(relations[n]) and relations[n].id != but.id for n in met.tolist()], bool)[place]
    return carried | (alone & ~person & holds)


def _holds(relation: Relation) -> bool:
    return not mutual(relation.name) and not _does(relation.name)


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
    return _says_where(relation.name) and bool(ranking.steps.column("fan")[back] > ONE_END)


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
