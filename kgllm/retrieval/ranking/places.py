"""The place in which another place lies: "In which country does NH203 land?", where a flight lands at an airport and that serves a city.

Of a path to a place of another kind than the question asks for, one goes on from place to place until it comes to one of that kind. The
noun asks for all of these steps, so they are no steps that nothing mentions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.ranking.combine import within
from kgllm.retrieval.ranking.conditions import explained
from kgllm.retrieval.ranking.so_called import so_called
from kgllm.retrieval.ranking.twins import followed_whole
from kgllm.retrieval.reading.question import LIGHT
from kgllm.retrieval.scoring.features import NAMES
from kgllm.words.relations import leads_up, transitive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.walk import Candidates
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_PLACE = KINDS.index("place")
_IS_PLACE = 0.5  # how surely a step must lead to places
_SAYS, _MORE = 0.75, 0.2  # how far its end must answer to the noun, and how much more than the place before
_LOOKED_AT = 64  # ends
_OF = re.compile(r"(?:[\s_./-]of|[a-z]Of)$")  # "capitalOf" is said of what it leads from
_LONGEST = 2  # places that a place is held by, one after the other
_UNSAID, _SILENT, _DISORDER, _HOPS, _THIRD, _OFFTYPE = (
    NAMES.index(name) for name in ("unsaid", "silent", "disorder", "hops", "third", "offtype")
)


def held(ranking: Ranking, candidates: Candidates) -> None:
    """Judge the steps from a place to one that holds it, and that the question asks for, as said with the place."""
    says = _says(ranking)
    if says is None or candidates.table is None:
        return
    onward = _onward(ranking)
    rows, hops = np.arange(len(candidates)), candidates.hops
    last = candidates.steps[rows, hops - 1]
    chained = (hops > 1) & onward[last] & (says[last] >= _SAYS)
    for size in range(1, _LONGEST + 1):
        mine = np.flatnonzero(chained & (hops > size))
        before = candidates.steps[mine, hops[mine] - 1 - size]
        to_place = ranking.steps.column("kinds")[before, _PLACE] >= _IS_PLACE
        ours = mine[to_place & (says[before] <= says[last[mine]] - _MORE)]
        _said(candidates.table, ours[~_onward_at(candidates, ours, size, onward)], size)
        chained &= onward[candidates.steps[rows, np.maximum(hops - 1 - size, 0)]]
    bare = np.array([_bare(ranking, n) for n in range(len(ranking.seen))], bool)
    within = np.flatnonzero(
        (hops == _LONGEST) & bare[candidates.seed] & onward[candidates.steps[:, 0]] & onward[last] & (says[last] >= _SAYS)
    )
    candidates.table[within, _UNSAID] -= np.minimum(1.0, candidates.table[within, _UNSAID])
    candidates.table[within, _SILENT] = 0.0


def _bare(ranking: Ranking, seed: int) -> bool:
    """Whether nothing but the noun is said beside a mention: "which country is X in"."""
    said = np.flatnonzero(ranking.seen[seed].weights > LIGHT).tolist()
    return set(said) <= set(ranking.asked.head)


def _onward_at(candidates: Candidates, rows: NDArray[Any], size: int, onward: NDArray[Any]) -> NDArray[Any]:
    """Whether a longer chain ends there, too: it is judged in its turn."""
    hops = candidates.hops[rows]
    longer = (hops > size + 1) & (size < _LONGEST)
    return longer & onward[candidates.steps[rows, hops - 1 - size]]


def _said(table: NDArray[Any], rows: NDArray[Any], size: int) -> None:
    silent = np.minimum(table[rows, _SILENT], size - 1)
    table[rows, _UNSAID] -= np.minimum(table[rows, _UNSAID], silent)
    table[rows, _SILENT] -= silent
    table[rows, _THIRD] = np.maximum(0.0, table[rows, _HOPS] - size - 2)
    table[rows, _HOPS] -= size
    table[rows, _DISORDER] = 0.0


def outside(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Where such a path is known, the one that it goes on from ends at a place that was not asked for; unless that is of the kind itself:
    then going on leaves it. Of all that a thing lies in (a county, a state, the country) only what is of the kind is asked for."""
    says = _says(ranking)
    if says is None:
        return
    onward = _onward(ranking)
    for one in ranked:
        size = len(one.numbers)
        farther = [
            other
            for other in ranked
            if other.seeds == one.seeds
            and size < len(other.numbers) <= size + _LONGEST
            and other.numbers[:size] == one.numbers
            and all(onward[step] for step in other.numbers[size:])
            and says[other.numbers[-1]] >= max(_SAYS, says[one.numbers[-1]] + _MORE)
        ]
        relation, way = one.steps[-1][-1]
        holds = followed_whole(one) and transitive(relation.name)
        if not (farther or holds) or len(one.ground.ends) > _LOOKED_AT:
            continue
        are = _of_the_kind(ranking, one)
        if holds and are.any():
            up = (way == "out") == (leads_up(relation.name) is not False)
            only = are if up else so_called(ranking, one.ground.ends)  # in what lies in a place nothing need lie
            if only.any() and not only.all():
                one.ground = within(one.ground, one.ground.ends[only])
            explained(ranking, one, set(ranking.asked.head))
        for off in farther if are.any() else [one] if farther else ():
            off.row[_OFFTYPE] = 1.0
            off.score = float(off.row @ ranking.weights)


def _of_the_kind(ranking: Ranking, one: Ranked) -> NDArray[np.bool_]:
    """Which ends of a path are places of the kind asked for: other things lie in them, or come from them, as such, or they are called so."""
    view, ends = ranking.run.view, one.ground.ends
    groups = view.groups(ends)
    entering = (groups.way == 1).nonzero()[0]
    origin, relation = groups.origin[entering], groups.relation[entering]
    heads = [n for n in ranking.asked.head if "place" in ranking.asked.words[n].kinds]
    leads = ranking.steps.of(view.relations)[2 * relation]
    called = ranking.match.explains[leads][:, heads].max(axis=1, initial=0.0) >= _SAYS
    of = np.array([n for n in distinct(relation[called]).tolist() if _OF.search(view.relations[n].name)], np.int64)
    as_such = origin[called & ~among(relation, of)]
    return so_called(ranking, ends) | np.isin(np.arange(len(ends)), as_such)


def _says(ranking: Ranking) -> NDArray[Any] | None:
    """How far the end of each step answers to the noun for a place that is asked for; None where none is."""
    asked, match = ranking.asked, ranking.match
    head = [n for n in asked.head if "place" in asked.words[n].kinds]
    if not head:
        return None
    says, rows = np.zeros(len(ranking.steps), np.float32), match.spoken[:, None]
    says[match.spoken] = np.maximum(match.explains[rows, head], match.nouns[rows, head]).max(axis=1)
    return says


def _onward(ranking: Ranking) -> NDArray[Any]:
    """Which steps lead from a thing to a place along one relation."""
    through, back, kinds = (ranking.steps.column(name)[: len(ranking.steps)] for name in ("through", "back", "kinds"))
    return ~through & ~back & (kinds[:, _PLACE] >= _IS_PLACE)
