"""How much may still be read of the graph for one question, and whole relations as far as that goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.computed.wholes import TooMany, column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run


@dataclass(slots=True)
class Reads:
    """How many facts may still be read for one question."""

    left: int

    def take(self, count: int) -> bool:
        """Whether so many may be read, which are then read."""
        if count > self.left:
            return False
        self.left -= count
        return True


def along(run: Run, relation: int, reads: Reads) -> Any:
    """All facts of a relation, where so many may still be read; None where not."""
    stats = run.wholes.stats.get(run.view.relations[relation].id)
    if stats is None or not reads.take(stats.facts):
        return None
    run.deadline.check("retrieval")
    try:
        return column(run.wholes, run.view, relation, max(stats.facts, 1), run.deadline)
    except TooMany:
        return None


def once(subjects: NDArray[Any], objects: NDArray[Any]) -> NDArray[Any]:
    """Rows (subject, object), each once: facts that differ in qualifiers alone say one thing of another once."""
    order = np.lexsort((objects, subjects))
    pairs = np.stack([subjects[order], objects[order]], axis=1)
    new = np.ones(len(pairs), bool)
    new[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return pairs[new]


def spoken(said: NDArray[Any], relation: int) -> float:
    """How far the question says a relation, either way."""
    return float(said[2 * relation : 2 * relation + 2].max(initial=0.0))
