"""Which of the candidate paths answer the question: ground the best, let paths with the same ends vote together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.features import NAMES
from kgllm.retrieval.ground import Ground, Steps, ground
from kgllm.retrieval.matching import Match
from kgllm.retrieval.question import Asked
from kgllm.retrieval.score import sure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.features import Seen
    from kgllm.retrieval.retriever import Run
    from kgllm.retrieval.walk import Candidates

GROUNDED = 12
TRIED = 40  # candidates tried before giving up on more that lead somewhere
_NUMBER, _LOOPS = NAMES.index("number"), NAMES.index("loops")


@dataclass(slots=True)
class Ranked:
    """A path followed to its ends."""

    seeds: tuple[int, ...]
    steps: tuple[Steps, ...]
    ground: Ground
    score: float
    row: NDArray[Any]
    confidence: float = 0.0
    constraints: tuple[tuple[int, int], ...] = ()


def rank(run: Run, asked: Asked, candidates: Candidates, table: NDArray[Any], found: Match | None, seen: list[Seen]) -> list[Ranked]:
    """The best paths, grounded, best first."""
    if not len(candidates):
        return []
    weights = run.retriever._weights
    scores = table @ weights
    order = np.lexsort((np.arange(len(scores)), -scores))
    steps = run.retriever.steps(run.view)
    handles = {relation.id: i for i, relation in enumerate(run.view.relations)}
    out: list[Ranked] = []
    for i in order[:TRIED].tolist():
        path = tuple(steps.relations[s] for s in candidates.steps[i] if s >= 0)
        seed = int(candidates.seed[i])
        reached = ground(run.view, run.handles[[seed]], path, run.retriever.limits, handles)
        if not reached.count:
            continue
        row = table[i].copy()
        if asked.number:
            several = reached.count > 1
            row[_NUMBER] = (0.5 if several else -1.0) if asked.number > 0 else (-0.3 if several else 0.3)
        row[_LOOPS] = float(len(reached.ends) == 1 and reached.ends[0] == run.handles[seed])
        out.append(Ranked((seed,), path, reached, float(row @ weights), row))
        if len(out) >= GROUNDED:
            break
    out.sort(key=lambda one: -one.score)
    return _voted(out)


def _voted(ranked: list[Ranked]) -> list[Ranked]:
    """Paths with the same ends pool their mass; the best of the heaviest group comes first."""
    if not ranked:
        return []
    top = ranked[0].score
    groups: dict[tuple[int, ...], float] = {}
    keys = [tuple(np.sort(one.ground.ends).tolist()) for one in ranked]
    for key, one in zip(keys, ranked, strict=True):
        groups[key] = groups.get(key, 0.0) + float(np.exp(one.score - top))
    order = sorted(range(len(ranked)), key=lambda i: (-groups[keys[i]], -ranked[i].score, i))
    ranked, keys = [ranked[i] for i in order], [keys[i] for i in order]
    rest = [one.score for one, key in zip(ranked, keys, strict=True) if key != keys[0]]
    for one in ranked:
        one.confidence = sure(one.row, one.score - (max(rest) if rest else one.score - 3.0))
    return ranked
