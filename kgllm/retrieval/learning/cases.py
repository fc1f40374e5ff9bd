"""What a scorer learns from: for a question, the paths that were ranked, their features, and how near their ends come to the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.represent import path_keys, path_vector, question_vector

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Graph
    from kgllm.retrieval.ranking.rank import Ranked
    from kgllm.retrieval.retriever import Retriever, Run
    from kgllm.types import Link

GROUNDED = 32  # paths followed to their ends, and so judged
TRIED = 56
WORTH = 0.3  # F1 of a path that is worth learning from
Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A question. A row a path: its features, which path it is, which view of the question, which ends, whether the first of them is
    right, F1 of all of them. No gold: the graph cannot answer it."""

    rows: NDArray[Any]
    path: tuple[Path, ...]
    view: NDArray[Any]
    ends: NDArray[Any]
    first: NDArray[Any]
    f1: NDArray[Any]
    asks: NDArray[Any]  # question vectors, a row a view
    kind: str = ""
    answerable: bool = True

    @property
    def teaches(self) -> bool:
        """Whether a path comes near enough to the answer."""
        return self.answerable and len(self.rows) > 0 and bool(self.f1.max() >= WORTH)


class Collector:
    """Asks questions of a retriever and keeps what it needs to learn. Vectors and hashes of paths are kept once for all."""

    def __init__(self, retriever: Retriever, graph: Graph) -> None:
        self.retriever, self.graph = retriever, graph
        self.paths: dict[Path, NDArray[Any]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}

    def case(self, question: str, answers: Sequence[str], links: Sequence[Link], *, kind: str = "") -> Case:
        """Ask one question. `answers` are names or ids; none: the graph cannot answer it."""
        from kgllm.retrieval.ranking.rank import Ranking, rank

        run = self.retriever.run(question, links)
        candidates, _, asked, seen = run.candidates()
        steps = run.steps
        ranking = Ranking(run, asked, run.matched(asked, steps), steps, seen, self.retriever.weights, grounded=GROUNDED, tried=TRIED)
        ranked = rank(ranking, candidates) if run.seeds else []
        spans = list(dict.fromkeys(one.span for one in seen))
        meaning = self.retriever.meaning
        dense = meaning.asked(question, run.seeds) if meaning is not None and run.seeds else {}
        views = {one.span: one for one in seen}
        asks = [question_vector(asked, views[span], dense.get(span)) for span in spans]
        new = [path for path in dict.fromkeys(one.numbers for one in ranked) if path not in self.paths]
        if new:
            told = meaning.paths(steps, new) if meaning is not None else [None] * len(new)
            for path, vector in zip(new, told, strict=True):
                walked = [steps.relations[step] for step in path]
                self.paths[path], self.keys[path] = path_vector(walked, vector), path_keys(walked)
        first, f1 = self._worth(run, ranked, answers)
        ends: dict[Any, int] = {}
        same = [ends.setdefault((one.seeds, one.ground.count, np.sort(one.ground.ends).tobytes()), len(ends)) for one in ranked]
        return Case(
            rows=np.array([one.row for one in ranked], np.float32).reshape(-1, len(NAMES)),
            path=tuple(one.numbers for one in ranked),
            view=np.array([spans.index(seen[one.seeds[0]].span) for one in ranked], np.int64),
            ends=np.array(same, np.int64),
            first=first,
            f1=f1,
            asks=np.array(asks, np.float32) if asks else np.zeros((0, 1), np.float32),
            kind=kind,
            answerable=bool(answers),
        )

    def _worth(self, run: Run, ranked: list[Ranked], answers: Sequence[str]) -> tuple[NDArray[Any], NDArray[Any]]:
        """For each path, whether its first end is right, and the F1 of all its ends."""
        owner: dict[int, int] = {}
        for n, matches in enumerate(self.graph.find(list(answers)) if answers else []):
            exact = [match.node for match in matches if match.kind in ("id", "name", "alias")]
            for handle in run.view.handles(exact).tolist() if exact else []:
                owner.setdefault(handle, n)
        gold = np.array(sorted(owner), np.int64)
        first, f1 = np.zeros(len(ranked), bool), np.zeros(len(ranked), np.float32)
        for i, one in enumerate(ranked):
            hit = one.ground.ends[np.isin(one.ground.ends, gold)]
            if len(hit):
                precision = len(hit) / max(1, one.ground.count)
                recall = len({owner[handle] for handle in hit.tolist()}) / len(answers)
                first[i], f1[i] = one.ground.ends[0] in owner, 2 * precision * recall / (precision + recall)
        return first, f1
