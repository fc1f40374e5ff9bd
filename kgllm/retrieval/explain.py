"""Which stage found the gold answer, or lost it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.base import view_of
from kgllm.retrieval.ground import Walked, ground
from kgllm.types import Evidence, Link, Node

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Retriever

STAGES = {
    "found": "the first end of the best path is a gold answer",
    "order": "the best path leads to a gold answer, but not first",
    "ranking": "a path that leads to a gold answer was found, but another was ranked above it",
    "scoring": "a path that leads to a gold answer exists from a linked thing, but its words fit too little to be followed to its end",
    "other link": "only from a thing that was considered and not chosen is there a path to a gold answer",
    "no path": "no path within the limits leads from what was linked to a gold answer",
    "not linked": "nothing was linked",
    "not in graph": "the graph holds none of the gold answers",
}
MOST_PATHS = 600


@dataclass(frozen=True, slots=True)
class Stage:
    """A code of `STAGES` and words: `path` is the path that leads to a gold answer, where there is one, `place` its rank."""

    code: str
    words: str
    path: str = ""
    place: int = 0


def stage(retriever: Retriever, evidence: Evidence, gold: Sequence[Node], links: Sequence[Link] = ()) -> Stage:
    """The stage that found or lost the gold answers of a question that has been retrieved for.

    `gold` are nodes of the graph; none of them known to it is the stage "not in graph".
    """
    view = view_of(retriever.graph)
    wanted = view.handles(list(gold)) if gold else np.zeros(0, np.int64)
    wanted = wanted[wanted >= 0]
    if not len(wanted):
        return _at("not in graph")
    names = set(view.nodes(wanted))
    for place, path in enumerate(evidence.paths, 1):
        if names & set(path.endpoints):
            code = "ranking" if place > 1 else "found" if path.endpoints[0] in names else "order"
            return _at(code, str(path), place)
    if not evidence.seeds:
        return _at("not linked")
    if (path := _reaches(retriever, evidence, wanted)) is not None:
        return _at("scoring", path)
    chosen = {link.entity for link in links or evidence.links}
    others = [
        candidate.entity
        for link in links or evidence.links
        for candidate in link.candidates
        if candidate.entity not in chosen | set(evidence.seeds)
    ]
    if others and _reaches(retriever, evidence, wanted, others) is not None:
        return _at("other link")
    return _at("no path")


def _at(code: str, path: str = "", place: int = 0) -> Stage:
    return Stage(code, STAGES[code], path, place)


def _reaches(retriever: Retriever, evidence: Evidence, wanted: np.ndarray, seeds: Sequence[Node] | None = None) -> str | None:
    """A path, among all candidates, that leads to a wanted node."""
    run = retriever.run(evidence.question, evidence.links, list(seeds if seeds is not None else evidence.seeds))
    candidates = run.candidates()[0]
    if not len(candidates) or candidates.table is None:
        return None
    steps = retriever.steps(run.view)
    handles = {relation.id: i for i, relation in enumerate(run.view.relations)}
    order = np.argsort(-(candidates.table @ retriever.weights), kind="stable")
    walked: Walked = {}
    for i in order[:MOST_PATHS].tolist():
        path = tuple(steps.relations[s] for s in candidates.steps[i] if s >= 0)
        reached = ground(run.view, run.handles[[candidates.seed[i]]], path, retriever.limits, handles, walked)
        if np.isin(reached.ends, wanted).any():
            said = "".join(f" → {r} → " if way == "out" else f" ← {r} ← " for step in path for r, way in step)
            return f"{run.seeds[int(candidates.seed[i])].node}{said}"
    return None
