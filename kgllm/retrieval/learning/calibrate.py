"""How sure to be: a logistic over the best path, held near the one that kgllm ships, and the threshold below which to abstain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.score import ALONE, CONSTANT, CONSTANT_MEANING, SURE

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOST = 0.01
"""Of the right answers to labelled questions, at most about so many are abstained on, judged in folds. People's next questions differ more:
where .02 were to be lost, .07 of a fresh quarter of WebQSP's dev were."""
UNANSWERABLE = 0.1
"""One in so many of people's questions has no answer in a graph, to say what catching them may cost: where the last few are only caught
with a hundredth of the right answers, they are let go."""
LEAST, HIGHEST = 0.1, 0.5  # where the threshold may lie
FOLDS, LEVELS = 5, 11
TELLING = np.array([*(name in {*SURE, "learned", "remembered"} for name in NAMES), True, True])
"""What tells that a question has an answer. The other features tell how the questions without one were drawn (kgllm writes them of things
with few facts): with these, MetaQA's own were caught no oftener, .94 for .945, and .0125 of the right answers lost, where none was."""
TIE = 1e-5  # some paths lie exactly on the threshold: they are abstained on, whatever the rounding
FEW = 80  # with fewer right answers than this, the shipped logistic stays
HOLD = 1.0  # how strongly the logistic is held near the shipped one, at most
WEIGHTS = {"right": 1.0, "none": 0.2, "wrong": 0.1}
"""What right answers, questions without an answer, and wrong answers weigh in all, as far as there are any."""


def calibrated(
    table: NDArray[Any], kinds: Sequence[str], hold: float = HOLD, *, encoder: bool = False, shipped: float = 0.5
) -> tuple[NDArray[Any], float]:
    """(weights, threshold) from rows of the best paths: features, whether there is no rival, 1. `kinds`: right, wrong or none (no
    answer in the graph). `shipped`: the threshold so far.

    Held near the shipped logistic, so that few examples move it little."""
    prior, table = _shipped(encoder), table * TELLING
    marks = np.array([kind == "right" for kind in kinds], float)
    if marks.sum() < FEW or not (marks == 0).any():
        return prior, shipped
    found = _fitted(table, kinds, prior, hold)
    told = np.zeros(len(kinds))
    fold_of = np.random.default_rng(0).permutation(len(kinds)) % FOLDS
    for fold in range(FOLDS):  # a right answer that a logistic was fitted on says too little about the next
        mine = fold_of == fold
        rest = [kind for kind, left in zip(kinds, mine.tolist(), strict=True) if not left]
        told[mine] = _probability(table[mine], _fitted(table[~mine], rest, prior, hold))
    right, none = marks > 0, np.array([kind == "none" for kind in kinds])

    def worth(told: NDArray[Any], edge: float) -> float:
        kept, caught = float((told[right] >= edge).mean()), float((told[none] < edge).mean()) if none.any() else 0.0
        return (1 - UNANSWERABLE) * kept + UNANSWERABLE * caught

    edges = np.clip(np.quantile(told[right], np.linspace(0, LOST, LEVELS)), LEAST, max(HIGHEST, shipped)).tolist()
    threshold = max(edges, key=lambda edge: worth(told, edge))
    if worth(_probability(table, prior), shipped) > worth(told, threshold):
        return prior, shipped
    return found, threshold


def tempered(table: NDArray[Any], kinds: Sequence[str], *, encoder: bool = False, shipped: float = 0.5) -> tuple[NDArray[Any], float]:
    """(weights, threshold) as `calibrated`, but the shipped logistic is only stretched and shifted (Platt 1999), and the threshold with
    it: what is abstained on stays the same.

    For questions that kgllm writes: they tell how often it is right, but where their threshold took people's place, more right answers
    were lost (NLPCC's dev hits@1 .938 → .917)."""
    prior = _shipped(encoder)
    if kinds.count("right") < FEW or kinds.count("right") == len(kinds):
        return prior, shipped
    logit = table @ prior
    slope, shift = _fitted(np.stack([logit, np.ones(len(logit))], axis=1), kinds, np.array([1.0, 0.0]), HOLD)
    if slope <= 0:
        return prior, shipped
    moved = slope * prior
    moved[-1] += shift
    return moved, float(1 / (1 + np.exp(-(slope * np.log(shipped / (1 - shipped)) + shift))))


def _shipped(encoder: bool) -> NDArray[Any]:
    return np.array([*(SURE.get(name, 0.0) for name in NAMES), ALONE, (CONSTANT_MEANING if encoder else CONSTANT) - TIE])


def _probability(table: NDArray[Any], weights: NDArray[Any]) -> NDArray[Any]:
    return 1 / (1 + np.exp(-np.clip(table @ weights, -30, 30)))


def _fitted(table: NDArray[Any], kinds: Sequence[str], prior: NDArray[Any], hold: float) -> NDArray[Any]:
    """A logistic held near the prior, by Newton's method."""
    marks = np.array([kind == "right" for kind in kinds], float)
    weight = np.zeros(len(kinds))
    for kind, share in WEIGHTS.items():
        mine = np.array([one == kind for one in kinds])
        weight[mine] = share / max(1, mine.sum())
    weight /= max(1e-9, weight.sum())
    scale = np.maximum(table.std(axis=0), 0.1)
    scale[-1] = 1.0
    x, centre = table / scale, prior * scale
    at, pull = centre.copy(), hold * np.ones(len(prior)) / len(prior) * 4
    pull[-1] = 0.01 * hold  # the constant is nearly free
    for _ in range(60):
        p = _probability(x, at)
        slope = x.T @ (weight * (p - marks)) + pull * (at - centre)
        curve = (x * (weight * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ x + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        at -= step * min(1.0, 2.0 / max(1e-9, float(np.abs(step).max())))
    return at / scale


def hold_of(labels: int) -> float:
    """How strongly to hold the logistic near the shipped one, taught by so many right answers of the user's own: few move it little."""
    return max(0.02, min(HOLD, 100.0 / max(1, labels)))


def expected_calibration_error(told: NDArray[Any], right: NDArray[Any], weight: NDArray[Any] | None = None, bins: int = 10) -> float:
    """Mean distance of confidence from how often it was right, over bins of equal width (Guo et al. 2017). `weight`: of each case.

    >>> expected_calibration_error(np.array([0.5, 0.5]), np.array([True, False]))
    0.0
    """
    if not len(told):
        return 0.0
    share = np.ones(len(told)) if weight is None else weight
    share = share / share.sum()
    place = np.minimum((told * bins).astype(int), bins - 1)
    gaps = [abs(float((share * (told - right))[place == i].sum())) for i in range(bins)]
    return round(sum(gaps), 4)


def weights_of(kinds: Sequence[str]) -> NDArray[Any]:
    """What each case weighs, so that each kind weighs what `WEIGHTS` says."""
    return np.array([WEIGHTS[kind] / kinds.count(kind) for kind in kinds])
