"""Where in the question each step of a path is mentioned: the best assignment, for all paths of one length at once.

Every step takes one mention or none; no word is used twice; mentions told out of order cost. All assignments of the mentions that there
are are tried, in numpy: of three steps and a dozen words mostly some ten.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.frozen import frozen
from kgllm.retrieval.scoring.matching import Mentions

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUALITY = 0.5  # worth of saying the whole name of a relation
DISORDER = 0.45  # of two steps told in the wrong order
UNSAID = 0.7  # of a step that nothing mentions
UNSAID_BACK = 0.15  # … that only comes back from the step before ("films of the same director")
TOWARD = 0.3  # of a wording that goes the way of the step ("the director of", "whose director is")
_NEVER = np.float32(-1e4)


@frozen
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
    """Align paths. `paths` holds rows of `said`, and the number behind them for a step that a shorter path does not have; `back[i, k]` says that step k undoes step k-1; `told` is the order in
    which words are told, `way` their direction; `toward` the direction of each row of `said`."""
    size, hops = paths.shape
    width = said.gain.shape[1]
    # The mentions of each step, and as its last one that there is none: a step has one or two, a question a dozen words.
    gains = _with_none(said.gain)
    gains[-1] = -np.inf
    gains[:, -1] = 0.0
    there = np.isfinite(gains)
    step, word = np.nonzero(there)
    silent, gain = word == width, gains[step, word]
    quality, mask = _with_none(said.quality)[step, word], _with_none(said.mask)[step, word]
    ways, places, toward = np.zeros(width + 1), np.full(width + 1, np.nan), np.append(toward, np.float32(0))
    ways[:width], places[:width] = way, told
    hint = (TOWARD * toward[step] * ways[word]).astype(np.float32)
    value = gain + QUALITY * quality + hint
    value[silent] = -UNSAID
    value[-1] = 0.0  # of what is no step
    place = places[word]
    options = there.sum(axis=1)
    row, chosen = _every(options[paths], (options.cumsum() - options)[paths])
    total = np.zeros(len(row), np.float32)
    for k in range(hops):
        worth = value[chosen[k]]
        if back[:, k].any():
            worth[back[row, k] & silent[chosen[k]]] = -UNSAID_BACK
        total += worth
    taken, at_place = mask[chosen], place[chosen]
    for one, other in combinations(range(hops), 2):
        clash = taken[one] & taken[other] > 0
        # A step and the one that undoes it may be told in either order; what comes after them is told after both.
        ordered = ~back[:, other] if other == one + 1 else back[:, other] | back[:, one + 1]
        wrong = (at_place[one] > at_place[other]) & ordered[row]  # False for nan
        total += np.where(clash, _NEVER, np.where(wrong, np.float32(-DISORDER), np.float32(0)))
    best = _first_best(total, row, size)
    at = chosen[:, best]
    disorder = np.zeros(size, np.float32)
    for k in range(hops - 1):
        disorder += (place[at[k]] > place[at[k + 1]]) & ~back[:, k + 1]
    return Alignment(
        total[best],
        word[at].T,
        gain[at].T,
        quality[at].T,
        np.bitwise_or.reduce(mask[at], axis=0),
        hint[at].T.sum(axis=1) / TOWARD,
        disorder,
    )


def _with_none(table: NDArray[Any]) -> NDArray[Any]:
    """A table with one more row, for no step, and one more column, for no mention."""
    out = np.zeros((len(table) + 1, table.shape[1] + 1), table.dtype)
    out[:-1, :-1] = table
    return out


def _every(options: NDArray[Any], begin: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Every way to choose one of its options for each step of each path, path by path, the first step's slowest: the path, and the
    options chosen, a row a step. A step's options are numbered on from `begin`."""
    ways = options.prod(axis=1)
    row = np.arange(len(ways)).repeat(ways)
    left = np.arange(len(row)) - (ways.cumsum() - ways).repeat(ways)
    chosen = np.empty((options.shape[1], len(row)), np.int64)
    for k in range(options.shape[1] - 1, 0, -1):
        left, digit = np.divmod(left, options[:, k][row])
        chosen[k] = digit + begin[:, k][row]
    chosen[0] = left + begin[:, 0][row]
    return row, chosen


def _first_best(total: NDArray[Any], row: NDArray[Any], size: int) -> NDArray[Any]:
    """Of each row the place of its largest value, of equal ones the first."""
    if not size:
        return np.zeros(0, np.int64)
    most = np.maximum.reduceat(total, row.searchsorted(np.arange(size)))
    hits = (total == most[row]).nonzero()[0]
    return hits[row[hits].searchsorted(np.arange(size))]
