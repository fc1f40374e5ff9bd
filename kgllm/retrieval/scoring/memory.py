"""Labelled questions remembered: a question is likely answered by the path that answered those most like it.

Nearest neighbours over the questions' vectors, the mention masked, vote for a path as a whole and for its last step: case-based
reasoning over a graph (Das et al. 2021), which with a few hundred labels beats every form that is fitted to them (docs/fitting.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.scoring.represent import WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.learning.cases import Case, Path

NEAREST = 12  # questions that vote; on WebQSP's dev questions, in folds, 8 to 30 are alike
WARMTH = 0.05  # of cosine: how fast the vote of a question less alike falls (0.03 to 0.1 are alike)
WHOLE, LAST = 6.0, 3.0  # of score, where all that vote agree on the path, and on its last step
LIKELY = 0.05  # of a path to have been meant: less is not remembered


@dataclass(slots=True)
class Memory:
    """`asked`: a unit vector for each question. `steps`: for each path remembered, the hash of it and of its last step; `of`: its
    question; `weight`: its share of that question."""

    asked: NDArray[Any]
    steps: NDArray[Any]
    of: NDArray[Any]
    weight: NDArray[Any]

    @classmethod
    def none(cls) -> Memory:
        """Nothing remembered."""
        return cls(np.zeros((0, 1), np.float32), np.zeros((0, 2), np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))

    @classmethod
    def made(cls, cases: Sequence[Case], likely: Sequence[NDArray[Any]], keys: dict[Path, tuple[int, int]]) -> Memory:
        """The paths that cases which teach likely meant, each seen from the mention that it starts from. `likely`: for each case, how
        likely each of its paths is (`train.meant`)."""
        asked: list[NDArray[Any]] = []
        steps, of, weight = [], [], []
        for case, shares in zip(cases, likely, strict=True):
            good = np.flatnonzero(shares >= LIKELY)
            for view in np.unique(case.view[good]).tolist():
                mine: dict[Path, float] = {}
                for i in good[case.view[good] == view].tolist():
                    mine[case.path[i]] = mine.get(case.path[i], 0.0) + float(shares[i])
                steps += [keys[path] for path in mine]
                of += [len(asked)] * len(mine)
                weight += [share / sum(mine.values()) for share in mine.values()]
                asked.append(compared(case.asks[view]))
        if not asked:
            return cls.none()
        return cls(np.stack(asked), np.array(steps, np.int64), np.array(of, np.int64), np.array(weight, np.float32))

    def votes(self, question: NDArray[Any], keys: NDArray[Any]) -> NDArray[Any]:
        """What the questions most like this one (a vector of `represent.question_vector`) give each path (a row of hashes, as in `steps`)."""
        if not len(self.asked) or not len(keys):
            return np.zeros(len(keys), np.float32)
        near = self.asked @ compared(question)
        least = np.partition(near, -NEAREST)[-NEAREST] if len(near) > NEAREST else -np.inf
        share = np.where(near >= least, np.exp((near - near.max()) / WARMTH), 0.0)
        vote = share[self.of] * self.weight
        voting = np.flatnonzero(vote)
        vote = vote[voting] / share.sum()
        agree = keys[:, None, :] == self.steps[voting][None, :, :]
        return (agree[:, :, 0] @ vote * WHOLE + agree[:, :, 1] @ vote * LAST).astype(np.float32)


def compared(question: NDArray[Any]) -> NDArray[Any]:
    """What of a question's vector two questions are compared by: the encoder's part where there is one, else its words."""
    part = question[WORDS + 1 :] if len(question) > WORDS + 1 else question[:WORDS]
    length = float(np.linalg.norm(part))
    return (part / length if length else part).astype(np.float32)
