"""Where in the question each step of a path is mentioned: the best assignment, for all paths of one length at once.

Every step takes one mention or none; no word is used twice; mentions told out of order cost. With at most a dozen words and
three steps all assignments are tried, in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.matching import Mentions

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUALITY = 0.5  # worth of saying the whole name of a relation
DISORDER = 0.45  # of two steps told in the wrong order
UNSAID = 0.7  # of a step that nothing mentions
UNSAID_BACK = 0.15  # … that only comes back from the step before ("films of the same director")
TOWARD = 0.3  # of a wording that goes the way of the step ("the director of", "whose director is")
_NEVER = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class Alignment:
    """One row a path. `at[i, k]` is the word where step k is mentioned, the width where it is not."""

    value: NDArray[Any]
    at: NDArray[Any]
    gain: NDArray[Any]  # a column a step
    quality: NDArray[Any]
    mask: NDArray[Any]  # all words taken
    toward: NDArray[Any]  # summed over the steps
    disorder: NDArray[Any]


def align(
    said: Mentions, paths: NDArray[Any], *, back: NDArray[Any], told: NDArray[Any], way: NDArray[Any], toward: NDArray[Any]
) -> Alignment:
    """Align paths of one length. `paths` holds rows of `said`; `back[i, k]` says that step k undoes step k-1; `told` is the order in
    which words are told, `way` their direction; `toward` the direction of each row of `said`."""
    size, hops = paths.shape
    width = said.gain.shape[1]
    columns = np.flatnonzero(np.isfinite(said.gain).any(axis=0)) if width else np.zeros(0, np.int64)
    # A last column for "not mentioned".
    hint = np.concatenate([TOWARD * toward[:, None] * way[None, columns], np.zeros((len(toward), 1))], axis=1).astype(np.float32)
    gain = np.concatenate([said.gain[:, columns], np.zeros((len(toward), 1), np.float32)], axis=1)
    quality = np.concatenate([said.quality[:, columns], np.zeros((len(toward), 1), np.float32)], axis=1)
    mask = np.concatenate([said.mask[:, columns], np.zeros((len(toward), 1), np.int64)], axis=1)
    value = np.where(np.isfinite(gain), gain + QUALITY * quality + hint, _NEVER)
    n = len(columns) + 1
    place = np.concatenate([told[columns], [np.nan]])
    wrong = np.where(place[:, None] > place[None, :], np.float32(-DISORDER), np.float32(0.0))  # False for nan
    total = np.zeros((size,) + (1,) * hops, np.float32)
    for k in range(hops):
        mine = value[paths[:, k]].copy()
        mine[:, -1] = np.where(back[:, k], -UNSAID_BACK, -UNSAID)
        total = total + mine.reshape((size,) + tuple(n if i == k else 1 for i in range(hops)))
    for one, other in combinations(range(hops), 2):
        clash = (mask[paths[:, one]][:, :, None] & mask[paths[:, other]][:, None, :]) > 0
        # A step and the one that undoes it may be told in either order; what comes after them is told after both.
        ordered = ~back[:, other] if other == one + 1 else back[:, other] | back[:, one + 1]
        pair = np.where(clash, _NEVER, wrong[None, :, :] * ordered[:, None, None])
        total = total + pair.reshape((size,) + tuple(n if i in (one, other) else 1 for i in range(hops)))
    flat = total.reshape(size, -1).argmax(axis=1) if size else np.zeros(0, np.int64)
    chosen = np.stack(np.unravel_index(flat, (n,) * hops), axis=1) if size else np.zeros((0, hops), np.int64)
    rows = np.arange(size)

    def picked(table: NDArray[Any]) -> NDArray[Any]:
        return np.stack([table[paths[:, k], chosen[:, k]] for k in range(hops)], axis=1)

    taken = np.bitwise_or.reduce(picked(mask), axis=1) if size else np.zeros(0, np.int64)
    disorder = sum(((wrong[chosen[:, k], chosen[:, k + 1]] < 0) & ~back[:, k + 1] for k in range(hops - 1)), np.zeros(size, np.float32))
    real = np.concatenate([columns, [width]])
    return Alignment(
        total.reshape(size, -1)[rows, flat] if size else np.zeros(0, np.float32),
        real[chosen],
        picked(gain),
        picked(quality),
        taken,
        picked(hint).sum(axis=1) / TOWARD,
        np.asarray(disorder),
    )
