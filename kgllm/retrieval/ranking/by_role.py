"""Things of the kind asked for where a graph tells no types: "Which hotels are in Lisbon?" are of all that lies there what people stayed at, and
what is like it.

A noun says of which relation its things are an end; a type names them in `ranking.typed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.ranking.combine import within
from kgllm.retrieval.ranking.conditions import explained
from kgllm.retrieval.ranking.lacks import SPEAKS
from kgllm.retrieval.ranking.so_called import called_so
from kgllm.retrieval.scoring.features import NAMES
from kgllm.words import lexicon, singular
from kgllm.words.generic import generic
from kgllm.words.questions import yes_or_no

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked, Ranking

MOST = 300  # ends that are looked at, of the best paths first
_BEHIND = 9.0  # of score: what is further behind the best path comes first by no noun
_BEST = 3  # paths: where the noun names what all of these lead to, there is nothing to find out
_NAMED = 0.6  # how well a noun names what stands at the end of a relation
_PLAINLY = 0.3  # … and how much better than what stands at its other end
_CALLED = 2.0  # how far a path is off whose ends are called by another noun than is asked for
_OFFTYPE = NAMES.index("offtype")
_ALIKE = 0.6  # how far a thing without the relation is like those that have it


def of_role(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Keep of each path's ends those that stand, or might stand, at an end of a relation that the noun asked for names: they explain it."""
    asked = ranking.asked
    if not asked.head or ranking.steps.typed or yes_or_no(asked.text):
        return
    words = list(asked.head if asked.chinese else asked.head[-1:])
    text = "".join(asked.words[n].text for n in words)
    if generic(singular(text.lower())):
        return
    best = max(ranked, key=lambda one: one.score, default=None)
    mine, left = [], MOST
    for one in ranked:
        near = best is not None and one.score >= best.score - _BEHIND and len(one.numbers) <= len(best.numbers)
        if near and not one.ground.brief and len(one.ground.ends) <= left and not one.ground.truncated:
            mine.append(one)
            left -= len(one.ground.ends)
    roles = _roles(ranking, words)
    if all(one.numbers[-1] in roles for one in mine[:_BEST]):
        return
    ends = distinct(np.concatenate([one.ground.ends for one in mine]))
    called = called_so(ranking, ends)
    strict = bool(roles) and "thing" not in lexicon().kinds_of(singular(text.lower()))  # animals are also those that eat none
    passed = {(one.seeds, one.numbers[:-1]) for one in ranked if one.numbers[-1] in roles}  # from there the noun asked for leads on
    told = [one.numbers[-1] in roles or (one.seeds, one.numbers) in passed for one in mine]
    plays = np.array([one is True for one in called]) | (_plays(ranking, ends, roles, words) if roles and not all(told) else False)
    others = np.array([one is False for one in called]) & (True in called)
    for one, known in zip(mine, told, strict=True):
        at = ends.searchsorted(one.ground.ends)
        if others[at].all():  # the college is asked for, and this is a school
            one.row[_OFFTYPE] = _CALLED
            one.score = float(one.row @ ranking.weights)
        elif plays[at].any() and not known:
            if strict and not plays[at].all():  # by its name alone nothing is left out: the Rhine is a river, too
                one.ground = within(one.ground, one.ground.ends[plays[at]])
            explained(ranking, one, words)


def _roles(ranking: Ranking, words: list[int]) -> list[int]:
    """The steps of one relation whose ends a noun names, and the other ends not."""
    nouns, inverse = ranking.match.nouns, ranking.steps.column("inverse")
    named = nouns[:, words].min(axis=1)
    found = np.flatnonzero(named >= _NAMED).tolist()
    plain = (n for n in found if len(ranking.steps.relations[n]) == 1 and 0 <= inverse[n] < len(named))
    return [n for n in plain if named[n] >= named[inverse[n]] + _PLAINLY]


def _plays(ranking: Ranking, ends: NDArray[Any], roles: list[int], words: list[int]) -> NDArray[np.bool_]:
    """Which things stand at the end of one of the steps, or are like those that do, where the noun is not for that alone (a capital is one of
    something) and they do not stand at its other end (what has a genre is none)."""
    view, steps = ranking.run.view, ranking.steps
    groups = view.groups(ends)
    has: list[set[tuple[str, int]]] = [set() for _ in range(len(ends))]
    for origin, relation, way in zip(groups.origin.tolist(), groups.relation.tolist(), groups.way.tolist(), strict=True):
        has[origin].add((view.relations[relation].id, way))
    keys = [steps.keys[step][0] for step in roles]
    alone = ranking.match.explains[np.ix_(roles, words)].min(axis=1) >= SPEAKS
    leaves = [((relation, 1 - way), (relation, way), bool(only)) for (relation, way), only in zip(keys, alone, strict=True)]
    return np.array(
        [
            any(
                key in own or (not only and not (steps.values(key[0]) and back in own) and steps.alike(key, own) >= _ALIKE)
                for key, back, only in leaves
            )
            for own in has
        ],
        bool,
    )
