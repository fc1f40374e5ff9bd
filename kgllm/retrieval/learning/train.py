"""Teaches the scorer: listwise over all paths of a question together, the features' weights held near those that kgllm ships.

A softmax over the paths is taught to be worth the most: the mean F1 of its paths' ends. What a path's share is drawn to is its share
times its F1, as in expectation–maximisation, so that of several ways to an answer the one that other questions take too wins: where
the labels give one answer of many ("a child of …"), a roundabout path to just that one is nearer to them than the path that was
meant. Two parts are learned at once (Adam): the linear weights, held near their prior, and a bilinear form of question and path of
low rank. Which of them is kept, and how much of it
counts, is chosen on questions that were held out; where nothing is better there, the shipped weights stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.learning.cases import Case, Path
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.represent import STEPS, WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

RANK = 48
LEARNED = NAMES.index("learned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to learn. `hold`: how strongly the linear weights are held near the prior; `decay`: of the bilinear form."""

    epochs: int = 8
    batch: int = 64
    rate: float = 0.004
    hold: float = 6.0
    decay: float = 0.02
    drop: float = 0.5  # share of a path's hashed steps left out while learning, so that words are learned too
    seed: int = 0
    centred: bool = False  # learn only what depends on the question: no path is liked for being asked often


@dataclass(slots=True)
class Model:
    """Linear weights, and the bilinear form as two matrices."""

    linear: NDArray[Any]
    ask: NDArray[Any]
    path: NDArray[Any]


@dataclass(slots=True)
class _Rows:
    """Cases laid end to end."""

    rows: NDArray[Any]
    worth: NDArray[Any]  # F1 of each row's ends
    of: NDArray[Any]  # case of each row
    ask: NDArray[Any]  # place of each row's question vector
    path: NDArray[Any]  # place of each row's path vector
    asks: NDArray[Any]
    weight: NDArray[Any]  # of each case


def learn(
    cases: Sequence[Case], weights: Sequence[float], paths: dict[Path, NDArray[Any]], prior: NDArray[Any], settings: Settings
) -> tuple[Model, tuple[float, ...]]:
    """A model from cases that teach, and the loss of every epoch. `weights`: how much each case counts."""
    data, table = _laid(cases, weights, paths)
    middle = data.asks.mean(axis=0) if settings.centred else np.zeros(data.asks.shape[1])
    data.asks = data.asks - middle
    data.asks[:, WORDS] = 0 if settings.centred else 1
    rng = np.random.default_rng(settings.seed)
    scale = np.maximum(data.rows.std(axis=0), 0.05)
    scaled = data.rows / scale
    scaled[:, LEARNED] = 0
    centre = (prior * scale).astype(np.float64)
    size = data.asks.shape[1], table.shape[1]
    state = {
        "linear": centre.copy(),
        "ask": rng.normal(0, 1 / np.sqrt(size[0]), (size[0], RANK)) * 2,
        "path": np.zeros((size[1], RANK)),
    }
    adam = _Adam(state, settings.rate)
    starts = np.searchsorted(data.of, np.arange(len(cases) + 1))
    curve = []
    for _ in range(settings.epochs):
        order = rng.permutation(len(cases))
        lost = 0.0
        for begin in range(0, len(order), settings.batch):
            chosen = order[begin : begin + settings.batch]
            at = np.concatenate([np.arange(starts[i], starts[i + 1]) for i in chosen])
            slopes, loss = _gradient(data, table, scaled, at, state, centre, settings, rng)
            adam.step(slopes)
            lost += loss * len(chosen)
        curve.append(round(lost / len(cases), 4))
    if settings.centred:  # the constant takes the mean away
        state["ask"][WORDS] = -middle @ state["ask"] + middle[WORDS] * state["ask"][WORDS]
    return Model(*((state["linear"] / scale).astype(np.float32), state["ask"].astype(np.float32), state["path"].astype(np.float32))), tuple(
        curve
    )


def _laid(cases: Sequence[Case], weights: Sequence[float], paths: dict[Path, NDArray[Any]]) -> tuple[_Rows, NDArray[Any]]:
    known: dict[Path, int] = {}
    places = [known.setdefault(path, len(known)) for case in cases for path in case.path]
    table = np.stack([paths[path] for path in known]).astype(np.float64)
    begin = np.cumsum([0, *(len(case.asks) for case in cases)])
    weight = np.array(weights, float)
    data = _Rows(
        np.concatenate([case.rows for case in cases]).astype(np.float64),
        np.concatenate([case.f1 for case in cases]).astype(np.float64),
        np.repeat(np.arange(len(cases)), [len(case.rows) for case in cases]),
        np.concatenate([case.view + begin[i] for i, case in enumerate(cases)]),
        np.array(places, np.int64),
        np.concatenate([case.asks for case in cases]).astype(np.float64),
        weight / weight.mean(),
    )
    return data, table


def _gradient(
    data: _Rows,
    table: NDArray[Any],
    scaled: NDArray[Any],
    at: NDArray[Any],
    state: dict[str, NDArray[Any]],
    centre: NDArray[Any],
    settings: Settings,
    rng: np.random.Generator,
) -> tuple[dict[str, NDArray[Any]], float]:
    asks, ask = np.unique(data.ask[at], return_inverse=True)
    used, path = np.unique(data.path[at], return_inverse=True)
    of = np.unique(data.of[at], return_inverse=True)[1]
    q, p = data.asks[asks], table[used].copy()
    keep = rng.random((len(used), 1)) >= settings.drop
    p[:, _hashed(p.shape[1])] *= keep
    left, right = q @ state["ask"], p @ state["path"]
    values = scaled[at] @ state["linear"] + (left[ask] * right[path]).sum(axis=1)
    share, wanted = _share(values, of), _share(values + _log(data.worth[at]), of)
    change = (share - wanted) * data.weight[data.of[at]] / (of.max() + 1)
    loss = -float(_log(np.bincount(of, weights=share * data.worth[at])).mean())
    mixed = np.zeros((len(asks), len(used)))
    np.add.at(mixed, (ask, path), change)
    slope = scaled[at].T @ change + settings.hold * (state["linear"] - centre) / len(NAMES) * 0.1
    slope[LEARNED] = 0
    slopes = {
        "linear": slope,
        "ask": q.T @ (mixed @ right) + settings.decay * 0.01 * state["ask"],
        "path": p.T @ (mixed.T @ left) + settings.decay * 0.01 * state["path"],
    }
    return slopes, loss


def _hashed(size: int) -> slice:
    """Where a path's vector holds the hashes of its steps."""
    return slice(WORDS, min(size, WORDS + 3 * STEPS))


def _share(values: NDArray[Any], of: NDArray[Any]) -> NDArray[Any]:
    """A softmax within each case; rows of a case lie together."""
    order = np.argsort(of, kind="stable")
    begin = np.searchsorted(of[order], np.arange(of.max() + 1))
    top = np.maximum.reduceat(values[order], begin)
    raised = np.exp(values - top[of])
    return raised / np.add.reduceat(raised[order], begin)[of]


class _Adam:
    """Kingma and Ba 2015."""

    def __init__(self, state: dict[str, NDArray[Any]], rate: float) -> None:
        self.state, self.rate, self.n = state, rate, 0
        self.mean = {name: np.zeros_like(one) for name, one in state.items()}
        self.square = {name: np.zeros_like(one) for name, one in state.items()}

    def step(self, slopes: dict[str, NDArray[Any]]) -> None:
        self.n += 1
        for name, slope in slopes.items():
            mean, square = self.mean[name], self.square[name]
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope**2 - square)
            self.state[name] -= self.rate * (mean / (1 - 0.9**self.n)) / (np.sqrt(square / (1 - 0.999**self.n)) + 1e-8)


def _log(worth: NDArray[Any]) -> NDArray[Any]:
    made: NDArray[Any] = np.log(np.maximum(worth, 1e-30))
    return made


def meant(values: NDArray[Any], f1: NDArray[Any]) -> NDArray[Any]:
    """How likely each path of a question is the one that was meant: its share by these scores times the F1 of its ends, of 1 in all."""
    return _share(values + _log(f1), np.zeros(len(values), np.int64))


def wordless(paths: NDArray[Any]) -> NDArray[Any]:
    """A path's vector, or the path side of a model, without the hashes of steps; with an encoder, without those of words too."""
    out = paths.astype(np.float32)
    out[WORDS : WORDS + 3 * STEPS] = 0
    if len(out) > WORDS + 3 * STEPS:
        out[:WORDS] = 0
    return out


def scored(case: Case, linear: NDArray[Any], model: Model | None, paths: dict[Path, NDArray[Any]], share: float = 1.0) -> NDArray[Any]:
    """The scores of a case's paths."""
    values = case.rows @ linear
    if model is not None and share and len(case.rows):
        left = case.asks @ model.ask
        right = np.stack([paths[path] for path in case.path]) @ model.path
        values = values + share * (left[case.view] * right).sum(axis=1)
    return values


def best(values: NDArray[Any], ends: NDArray[Any]) -> tuple[int, float]:
    """The path that wins, and its lead over the best that ends elsewhere: as `rank` has paths of one end vote together."""
    top = values.max()
    groups = np.unique(ends)
    mass = np.array([(values[ends == group].max() + np.log(np.exp(values[ends == group] - top).sum()) + top) / 2 for group in groups])
    inside = np.flatnonzero(ends == groups[np.argmax(mass)])
    winner = int(inside[np.argmax(values[inside])])
    others = values[ends != ends[winner]]
    return winner, float(values[winner] - others.max()) if len(others) else 3.0
