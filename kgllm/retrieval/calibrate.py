"""How sure to be: a logistic over the best path, held near the one that kgllm ships, and the threshold below which to abstain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.features import NAMES
from kgllm.retrieval.score import ALONE, CONSTANT, CONSTANT_MEANING, SURE

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOST = 0.015  # of the right answers, at most so many are abstained on
LEAST, HIGHEST = 0.3, 0.5  # where the threshold may lie
HOLD = 1.0  # how strongly the logistic is held near the shipped one, taught by questions that kgllm writes
HOLD_LABELLED = 0.05  # … and by those of the user, who ask as they will ask
WEIGHTS = {"right": 1.0, "none": 0.2, "wrong": 0.1}
"""What right answers, questions without an answer, and wrong answers weigh in all, as far as there are any."""


def calibrated(table: NDArray[Any], kinds: Sequence[str], hold: float = HOLD, *, encoder: bool = False) -> tuple[NDArray[Any], float]:
    """(weights, threshold) from rows of the best paths: features, whether there is no rival, 1. `kinds`: right, wrong or none (no answer in the graph).

    Held near the shipped logistic, so that few examples move it little: on human questions of MetaQA and of the built-in graph a freer
    one, taught by questions that kgllm writes, abstained on a tenth of the right answers."""
    prior = np.array([*(SURE.get(name, 0.0) for name in NAMES), ALONE, CONSTANT_MEANING if encoder else CONSTANT])
    marks = np.array([kind == "right" for kind in kinds], float)
    if not len(kinds) or marks.min() == marks.max():
        return prior, 0.5
    weight = np.zeros(len(kinds))
    for kind, share in WEIGHTS.items():
        mine = np.array([one == kind for one in kinds])
        weight[mine] = share / max(1, mine.sum())
    weight /= weight.sum()
    scale = np.maximum(table.std(axis=0), 0.1)
    scale[-1] = 1.0
    x, centre = table / scale, prior * scale
    at, pull = centre.copy(), hold * np.ones(len(prior)) / len(prior) * 4
    pull[-1] = 1e-4  # the constant is free
    for _ in range(60):  # Newton
        p = 1 / (1 + np.exp(-np.clip(x @ at, -30, 30)))
        slope = x.T @ (weight * (p - marks)) + pull * (at - centre)
        curve = (x * (weight * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ x + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        at -= step * min(1.0, 2.0 / max(1e-9, float(np.abs(step).max())))
    found = at / scale
    p = 1 / (1 + np.exp(-np.clip(table @ found, -30, 30)))
    return found, float(np.clip(np.quantile(p[marks > 0], LOST), LEAST, HIGHEST))


def expected_calibration_error(told: NDArray[Any], right: NDArray[Any], bins: int = 10) -> float:
    """Mean distance of confidence from how often it was right, over bins of equal width (Guo et al. 2017).

    >>> expected_calibration_error(np.array([0.5, 0.5]), np.array([True, False]))
    0.0
    """
    if not len(told):
        return 0.0
    place = np.minimum((told * bins).astype(int), bins - 1)
    gaps = [
        abs(float(told[place == i].mean()) - float(right[place == i].mean())) * float((place == i).mean())
        for i in range(bins)
        if (place == i).any()
    ]
    return round(sum(gaps), 4)
