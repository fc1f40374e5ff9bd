"""What a thing has instead of what a question says of it: "Is Ada Finch a Tory?", where her party is another.

No word says which relation is meant: what is named says it, by how others have to do with it. What a graph tells in one way only is asked in
that way; and what is known of a thing so, is known whole (decision 10).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among
from kgllm.retrieval.paths.ground import ground
from kgllm.retrieval.paths.kinds import written
from kgllm.retrieval.paths.steps import ONE_END
from kgllm.retrieval.ranking.conditions import explained
from kgllm.retrieval.ranking.confirm import MOST, asks_whether, beside_names
from kgllm.retrieval.ranking.contained import lie_together
from kgllm.retrieval.scoring.features import NAMES
from kgllm.words import stem, tokens
from kgllm.words.questions import longest, overlap, sign

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.walk import Candidates
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.types import Node

_UNSAID, _SILENT, _WEAKEST = (NAMES.index(name) for name in ("unsaid", "silent", "weakest"))


def instead(ranking: Ranking, candidates: Candidates, ranked: list[Ranked]) -> Ranked | None:
    """The path to what the first thing has where a question says the second of it; None where it says more than the two names, where a path
    leads from one to the other, or where it cannot be told how the second is said of things."""
    handles, spans = ranking.run.handles, [seen.span for seen in ranking.seen]
    if not asks_whether(ranking) or ranking.asked.negated or beside_names(ranking.asked, set(spans)):
        return None
    if any(among(one.ground.ends, np.sort(handles)).any() for one in ranked):
        return None
    thing, said = (int(handles[spans.index(span)]) for span in longest(set(spans)))  # the best link of each name
    found = _had(ranking, thing, said)
    return _path(ranking, candidates, thing, said, found) if len(found) else None


def _had(ranking: Ranking, thing: int, said: int) -> NDArray[Any]:
    """The relations by which other things have what is said, if it is said in no other way and the thing has all of them: a value, or,
    where each has but one, a thing of another type."""
    view, steps = ranking.run.view, ranking.steps
    groups = view.groups(np.array([thing, said], np.int64))
    mine = set(groups.relation[(groups.origin == 0) & (groups.way == 0)].tolist())
    theirs = set(groups.relation[(groups.origin == 1) & (groups.way == 1)].tolist())
    if not theirs or not theirs <= mine:
        return np.zeros(0, np.int64)
    node, other = view.nodes(np.array([said, thing], np.int64))
    if written(node) or sign(node.name) is not None:
        return np.zeros(0, np.int64)
    found = np.array(sorted(theirs), np.int64)
    if ((groups.origin == 1) & (groups.way == 0)).any():  # it is a thing itself
        alike = set(getattr(node, "types", ())) & set(getattr(other, "types", ()))
        alone = steps.column("fan")[steps.of(view.relations)[2 * found]] <= ONE_END
        if alike or not getattr(node, "types", ()) or not alone.all():
            return np.zeros(0, np.int64)
    return found


def _path(ranking: Ranking, candidates: Candidates, thing: int, said: int, relations: NDArray[Any]) -> Ranked | None:
    """The step by the relation that most things have what is said by, if none of what the thing has is like it or lies together with it."""
    from kgllm.retrieval.ranking.rank import Ranked

    view, steps, named = ranking.run.view, ranking.steps, np.array([said], np.int64)
    edges = view.edges(np.full(len(relations), thing, np.int64), relations, np.zeros(len(relations), np.int64), MOST + 1)
    if np.bincount(edges.row, minlength=len(relations)).max() > MOST:
        return None
    [node], values = view.nodes(named), view.nodes(edges.neighbour)
    if any(_alike(node, value) for value in values):
        return None
    if any(
        lie_together(ranking.run, edges.neighbour[edges.row == n], named, view.relations[of]) for n, of in enumerate(relations.tolist())
    ):
        return None
    counts = view.edges(np.full(len(relations), said, np.int64), relations, np.ones(len(relations), np.int64), MOST)
    best = int(relations[np.bincount(counts.row, minlength=len(relations)).argmax()])
    number = int(steps.of(view.relations)[2 * best])
    seed = ranking.run.handles.tolist().index(thing)
    rows = np.flatnonzero((candidates.seed == seed) & (candidates.steps[:, 0] == number) & (candidates.hops == 1))
    if not len(rows) or candidates.table is None:
        return None
    row = candidates.table[rows[0]].copy()
    row[[_UNSAID, _SILENT, _WEAKEST]] = 0.0, 0.0, 1.0  # it is said by what is named
    path = (steps.relations[number],)
    reached = ground(view, np.array([thing], np.int64), path, ranking.run.retriever.limits, steps.handles(view.relations))
    one = Ranked((seed,), path, (number,), reached, 0.0, row, refutes=True)
    span = next(seen.span for seen, handle in zip(ranking.seen, ranking.run.handles.tolist(), strict=True) if handle == said)
    explained(ranking, one, [n for n, word in enumerate(ranking.asked.words) if overlap(word.span, span)])
    return one


def _alike(one: Node, other: Node) -> bool:
    """Whether two names have a word in common, or one holds the other: a romantic comedy is a comedy."""
    mine, theirs = ({stem(token.word) for token in tokens(node.name) if token.shape == "word"} for node in (one, other))
    a, b = one.name.casefold(), other.name.casefold()
    return bool(mine & theirs) or a in b or b in a
