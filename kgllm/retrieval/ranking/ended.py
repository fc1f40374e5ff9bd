"""What holds now: asked in the present for what rows say that have an end, those rows that have ended say nothing.

"Which clubs does Vass Bank sponsor?" asks for those that it still does, where rows of sponsors have a start and some of them an end. Where
all of them have ended, or none has, all are told; and an end later than anything there began may lie ahead.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.graphs.whole import along
from kgllm.retrieval.ranking.when import MOST, keep, years_of
from kgllm.words import is_han, lexicon, relation_words
from kgllm.words.questions import without_names
from kgllm.words.relations import KEPT
from kgllm.words.tense import present

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_OF_EACH = 2  # starts or ends of one row
_VALUES = 20_000  # starts that are looked at


def still(ranking: Ranking, one: Ranked) -> None:
    """Keep of a path's ends those whose rows have not ended, where the question asks for what is so."""
    asked = ranking.asked
    ends, hops = one.ground.ends, one.ground.hops
    through = len(hops) > 1 and hops[-2].middle
    if asked.years or asked.pick in ("first", "last") or "time" in asked.kinds or not 1 < len(ends) <= MOST or one.ground.brief:
        return
    if not through or bound_of(one.steps[-1][-1][0].name) or not present(without_names(asked.text, [seen.span for seen in ranking.seen])):
        return
    rows = distinct(hops[-1].start)
    over = _over(ranking, rows)
    if not 0 < len(over) < len(rows):
        return
    keep(one.ground, hops[-1], ~np.isin(hops[-1].start, over))


def _over(ranking: Ranking, rows: NDArray[Any]) -> NDArray[Any]:
    """Of some rows those that have ended."""
    view = ranking.run.view
    groups = view.groups(rows)
    sides = np.array([bound_of(view.relations[of].name) for of in groups.relation.tolist()], np.int64) * (groups.way == 0)
    ending = sides > 0
    if not ending.any() or not (sides < 0).any():
        return rows[:0]
    edges = view.edges(rows[groups.origin[ending]], groups.relation[ending], groups.way[ending], _OF_EACH)
    owner = rows[groups.origin[ending]][edges.row]
    years = [max(years_of(node), default=0) for node in view.nodes(edges.neighbour)]
    if not all(years):  # it ends somewhere, and not at some time
        return rows[:0]
    now = max(_latest(ranking, relation) for relation in set(groups.relation[sides < 0].tolist()))
    return distinct(owner[np.array(years) <= now])


def _latest(ranking: Ranking, relation: int) -> int:
    """The year of the last start that there is."""
    run = ranking.run
    starts = distinct(along(run.retriever.graph, run.view, relation, run.retriever.limits.members, deadline=run.deadline).objects)
    if len(starts) > _VALUES:
        return 0
    return max((max(years_of(node), default=0) for node in run.view.nodes(starts)), default=0)


@lru_cache(maxsize=KEPT)
def bound_of(relation: str) -> int:
    """Whether a relation of a row says by its name when it began (-1) or ended (1); else 0.

    >>> [bound_of(name) for name in ("from", "end_date", "until", "开始日期", "结束日期", "club")]
    [-1, 1, 1, -1, 1, 0]
    """
    known = lexicon()
    families: set[str] = set()
    for word in relation_words(relation).spoken:
        families.update(known.by_han.get(word, ()) if is_han(word) else known.families_of(word))
    return ("end" in families) - ("start" in families)
