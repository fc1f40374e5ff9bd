"""What a question means where no word of it speaks of a relation: "How long has the press been up?" of a machine's `uptime`.

Words are what kgllm trusts; where they explain no path, and an encoder is there, the relation whose wording means what the question
does is taken, if it stands out among all that the thing has. Only of one thing that is named, and one step from it: of longer paths
the meanings of all are alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.paths.ground import ground
from kgllm.retrieval.scoring.features import NAMES
from kgllm.words.figures import figure_at
from kgllm.words.questions import longest, yes_or_no

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.walk import Candidates
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

NEAR = 0.36
"""The least cosine, and how far the next relation must be behind. Of what 32 small graphs do not answer by words (benchmarks: everyday,
dev) 16 of 60 questions are answered by these, all of them right, and of 127 that MetaQA's graph cannot answer none."""
APART = 0.165
UNSURE = 0.5  # the confidence below which nothing is answered
_SURE = 0.6
_MEANING, _UNKIND, _OFFTYPE, _HEADLESS = (NAMES.index(name) for name in ("meaning", "unkind", "offtype", "headless"))
_BAD = [_UNKIND, _OFFTYPE, _HEADLESS]


def meant(ranking: Ranking, candidates: Candidates, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, that which is meant first where none of them is sure."""
    retriever, asked = ranking.run.retriever, ranking.asked
    if retriever.meaning is None or retriever.learned is not None or (ranked and ranked[0].confidence >= UNSURE):
        return ranked
    if asked.negated or asked.share or asked.pick or yes_or_no(asked.text) or candidates.table is None:
        return ranked
    spans = longest({seed.span for seed in ranking.seen})
    rows = _steps(ranking, candidates, spans[0]) if len(spans) == 1 else np.zeros(0, np.int64)
    if len(rows) < 2:
        return ranked
    near = _nearness(ranking, candidates, rows)
    best = int(near.argmax())
    said = [{part[0].id for part in ranking.steps.relations[number]} for number in candidates.steps[rows, 0].tolist()]
    others = near[[said[best].isdisjoint(one) for one in said]]  # either way it is the same relation
    if near[best] < NEAR or near[best] - others.max(initial=-1.0) < APART or not len(others):
        return ranked
    one = _path(ranking, candidates, int(rows[best]), float(near[best]))
    return ranked if one is None else [one, *(other for other in ranked if other.numbers != one.numbers or other.seeds != one.seeds)]


def _steps(ranking: Ranking, candidates: Candidates, span: tuple[int, int]) -> NDArray[np.int64]:
    """The candidates of one step from the likeliest thing of a mention."""
    at = [n for n, seen in enumerate(ranking.seen) if seen.span == span]
    first = max(at, key=lambda n: ranking.seen[n].score)
    return np.flatnonzero((candidates.seed == first) & (candidates.hops == 1))


def _nearness(ranking: Ranking, candidates: Candidates, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """How near each step comes to what is asked: cosines."""
    meaning, seeds = ranking.run.retriever.meaning, ranking.run.seeds
    assert meaning is not None
    seed = seeds[int(candidates.seed[rows[0]])]
    asked = meaning.asked(ranking.asked.text, seeds)[seed.span]
    numbers = candidates.steps[rows, 0].tolist()
    known = meaning.learn(ranking.steps, numbers)
    return np.array([float(asked @ known[number]) for number in numbers], np.float32)


def _path(ranking: Ranking, candidates: Candidates, at: int, near: float) -> Ranked | None:
    """The step followed; None where it leads to another kind of thing than is asked for."""
    from kgllm.retrieval.ranking.rank import Ranked

    view, steps = ranking.run.view, ranking.steps
    assert candidates.table is not None
    row, seed, number = candidates.table[at].copy(), int(candidates.seed[at]), int(candidates.steps[at, 0])
    row[_MEANING] = near
    if row[_BAD].max() > 0:
        return None
    path = (steps.relations[number],)
    reached = ground(view, ranking.run.handles[[seed]], path, ranking.run.retriever.limits, steps.handles(view.relations))
    if not reached.count or (ranking.asked.count and any(figure_at(node.name, 0) is None for node in view.nodes(reached.ends))):
        return None
    return Ranked((seed,), path, (number,), reached, float(row @ ranking.weights), row, confidence=_SURE)
