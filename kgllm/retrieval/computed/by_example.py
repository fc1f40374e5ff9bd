"""What each thing of a kind has of what a question asks: "Who wrote each book?", 每部电影的导演是谁？, "the price of each lamp".

The question is asked of some of the things, each by its name in the place of "each book": where one relation answers it of most of them, it
is told for all.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import by_key
from kgllm.retrieval.clock import Clock
from kgllm.retrieval.computed.compared import Compared, Row
from kgllm.retrieval.computed.groups import shortened
from kgllm.retrieval.computed.measures import Measure
from kgllm.retrieval.scoring.features import NAMES
from kgllm.types import Entity
from kgllm.words.extremes import compares
from kgllm.words.questions import overlap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run
    from kgllm.words.questions import Span

_UNEXPLAINED = NAMES.index("unexplained")
_EXAMPLES, _AGREE = 4, 2  # things of which the question is asked; so many must be answered by one relation
_SURE = 0.6  # a path that is less sure says nothing of others
_LEFT = 0.3  # weight of words that nothing explains, at most
_VALUES = 24  # values of one thing


def by_example(run: Run, members: NDArray[Any], place: Span, *, numbers: bool) -> Compared | None:
    """What each of the members has, of a question that names all of them at a place; None where no relation answers it. `numbers`: it asks how
    many."""
    named = any(not overlap(seed.span, place) for seed in run.seeds if seed.start < seed.end)
    if named or compares(run.question) is not None:  # more is said of them
        return None
    ordered = by_key(run.view, members)
    found: Counter[tuple[int, int]] = Counter()
    sure = 1.0
    for node in run.view.nodes(ordered[:_EXAMPLES]):
        step = _step(run, node, place) if isinstance(node, Entity) else None
        if step is not None:
            found[step[0]] += 1
            sure = min(sure, step[1])
    if not found:
        return None
    [(best, count), *others] = found.most_common()
    if count < min(_AGREE, len(ordered)) or (others and others[0][1] == count):
        return None
    relation, way = best
    edges = run.view.edges(ordered, np.full(len(ordered), relation), np.full(len(ordered), way), _VALUES)
    names = [node.name for node in run.view.nodes(edges.neighbour)]
    of: dict[int, list[tuple[str, int]]] = {}
    if numbers and not run.view.literal(edges.neighbour).any():  # those that have none have none
        of = {int(one): [] for one in ordered}
    for row, name, fact in zip(edges.row.tolist(), names, edges.fact.tolist(), strict=True):
        of.setdefault(int(ordered[row]), []).append((name, int(fact)))
    rows = tuple(Row(one, 0.0, _written(run, mine, numbers=numbers), tuple(fact for _, fact in mine)) for one, mine in of.items())
    proof = tuple(row.facts[0] for row in rows if row.facts)
    return Compared(rows, tuple(of), Measure(relation, 1.0, frozenset(), way=way), sure, proof=proof) if proof else None


def _written(run: Run, mine: list[tuple[str, int]], *, numbers: bool) -> str:
    """What one thing has: a number where that is asked for and it has no number itself."""
    if numbers and not (len(mine) == 1 and mine[0][0][:1].isdigit()):
        return f"{len(mine):,}"
    return shortened(run, [name for name, _ in mine], len(mine))


def _step(run: Run, node: Entity, place: Span) -> tuple[tuple[int, int], float] | None:
    """The relation, and the way along it, that answers the question of one thing, and how sure that is."""
    text = run.question[: place[0]] + node.name + run.question[place[1] :]
    again = run.retriever.run(text, (), [node], run.deadline, part_of=run)
    best = next(iter(again.ranked(Clock())[0]), None) if again.seeds else None
    if best is None or best.confidence < _SURE or best.row[_UNEXPLAINED] > _LEFT:
        return None
    if len(best.steps) != 1 or len(best.steps[0]) != 1 or best.constraints:
        return None
    relation, move = best.steps[0][0]
    handle = run.steps.handles(run.view.relations).get(relation.id, -1)
    return ((handle, int(move == "in")), best.confidence) if handle >= 0 and move in ("in", "out") else None
