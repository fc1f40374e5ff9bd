"""What a question asks for and the thing that it names does not have, though things like it do.

"Who directed X?" of a film whose director the graph does not know: a word speaks of a relation that nothing leads to from X, and that
others with the same relations as X have. What other paths say then is likely no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.features import NAMES, cover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kgllm.retrieval.rank import Ranked, Ranking

SPEAKS, SILENT = 0.8, 0.6  # how far a step that a word speaks of explains it at least; below this it speaks of none
ALIKE = 0.3  # of what things with a relation have, the share that a thing like them has at least
_LACKS = NAMES.index("lacks")


def noted(ranking: Ranking, ranked: Sequence[Ranked]) -> None:
    """Set the feature "lacks" of the paths: the weight of such words, less what a path explains of them, by its ends or, where its
    first step is mentioned or its only one, by its steps."""
    words: dict[int, NDArray[Any]] = {}
    for one in ranked:
        seed = one.seeds[0]
        if seed not in words:
            words[seed] = _lacking(ranking, seed)
        if not words[seed].any():
            continue
        seen = ranking.seen[seed]
        left = np.ones(len(seen.weights))
        begin = ranking.match.explains[one.numbers[0]] * (seen.weights > 0)
        if len(one.steps) == 1 or begin.max(initial=0.0) >= SILENT:  # else it leaves the seed by a step that nothing mentions
            left -= cover(ranking.asked, ranking.match, ranking.steps, np.array([one.numbers]), seen)[0]
        left[list(one.told)] = 0.0
        one.row[_LACKS] = float((seen.weights * words[seed] * left).sum())


def _lacking(ranking: Ranking, seed: int) -> NDArray[Any]:
    """Which words of the question speak of relations that things like a seed have, and of none that leads away from it."""
    view, steps, explains = ranking.run.view, ranking.steps, ranking.match.explains
    groups = getattr(view, "around", view.groups)(ranking.run.handles[[seed]])
    own = steps.of(view.relations)[groups.relation * 2 + groups.way]
    begins = np.zeros(len(steps), bool)
    begins[own] = True
    heard = explains[begins[steps.column("first")[: len(explains)]]].max(axis=0, initial=0.0)
    asked = (heard < SILENT) & (ranking.seen[seed].weights > 0)
    if not asked.any():
        return asked
    has = {steps.keys[step][0] for step in own.tolist()}
    for step in np.flatnonzero((explains[:, asked] >= SPEAKS).any(axis=1)).tolist():
        key = steps.keys[step]
        if len(key) == 1 and steps.alike(key[0], has) >= ALIKE:
            asked &= explains[step] < SPEAKS
            if not asked.any():
                break
    return (heard < SILENT) & (ranking.seen[seed].weights > 0) & ~asked
