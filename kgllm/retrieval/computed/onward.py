"""One step on from what was compared: the player of the dearest transfer, the country of the highest mountain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.computed.compared import Chosen
from kgllm.retrieval.paths.kinds import KINDS
from kgllm.words import relation_words, singular, tokens

if TYPE_CHECKING:
    from kgllm.retrieval.computed.measures import Measure
    from kgllm.retrieval.computed.sets import Members, Sets
    from kgllm.types import Relation, Way

_NOUN = 0.5  # how well a noun must name what a step leads to
_KIND, _MORE = 0.7, 0.1  # how far a step's end must be of the kind asked for, and how much more than what was compared
_MOST = 200  # things of which a step further is looked for
_PER_NODE = 16


def onward(sets: Sets, best: Chosen, measure: Measure, members: Members) -> tuple[Chosen, tuple[Relation, Way], frozenset[int]] | None:
    """What is asked for, where that is not what was compared but one step from it: the ends, the step, and the words that name them."""
    step = _step(sets, best, measure, members)
    if step is None:
        return None
    relation, way, said = step
    view, nodes = sets.run.view, np.array(best.winners, np.int64)
    edges = view.edges(nodes, np.full(len(nodes), relation), np.full(len(nodes), way), _PER_NODE)
    of: dict[int, list[tuple[int, int]]] = {}
    for row, end, fact in zip(edges.row.tolist(), edges.neighbour.tolist(), edges.fact.tolist(), strict=True):
        of.setdefault(int(nodes[row]), []).append((end, fact))
    winners = set(best.winners)
    rows = [
        replace(row, member=end, facts=(*row.facts, fact))
        for row in best.rows
        if row.member in winners
        for end, fact in of.get(row.member, ())
    ]
    ends = tuple(dict.fromkeys(row.member for row in rows))
    others = tuple(row for row in best.rows if row.member not in winners and row.member not in ends)
    return (Chosen((*rows, *others), ends), (view.relations[relation], "in" if way else "out"), said) if ends else None


def _step(sets: Sets, best: Chosen, measure: Measure, members: Members) -> tuple[int, int, frozenset[int]] | None:
    """The only step from the winners that leads to what the question asks for; None where they are that, or there are several."""
    run, asked = sets.run, sets.asked
    steps = run.steps
    numbers = steps.of(run.view.relations)
    inward = int(numbers[2 * measure.relation + 1 - measure.way])
    if len(best.winners) > _MOST or (members.kinds and members.fits):
        return None
    groups = run.view.groups(np.array(best.winners, np.int64))
    ways = sorted({(r, w) for r, w in zip(groups.relation.tolist(), groups.way.tolist(), strict=True) if r != measure.relation})
    if not ways:
        return None
    at = np.array([numbers[2 * r + w] for r, w in ways])
    for n in _nouns(sets, members):
        if members.fits and sets.names(n, inward, mixed=False):
            return None
        posting = steps.with_noun(singular(asked.words[n].text.lower()))
        if posting is not None:
            how = np.zeros(len(steps), np.float32)
            fits = posting[0] < len(steps)
            np.maximum.at(how, posting[0][fits], posting[3][fits])
            said = np.array([_says(sets, ways[i][0], singular(asked.words[n].text.lower())) for i in range(len(ways))])
            good = np.flatnonzero((how[at] >= _NOUN) & said)
            if len(good):
                good = good[how[at[good]] >= how[at[good]].max() - 1e-6]
                return (*ways[int(good[0])], frozenset((n,))) if len(good) == 1 else None
    kinds = [KINDS.index(kind) for kind in asked.kinds if kind in KINDS and kind not in ("number", "time")]
    column: Any = steps.column("kinds")
    own = column[inward, kinds].max() if kinds else 1.0  # "谁" of a transfer asks for the player
    if own >= _KIND or not members.fits or members.path is None:
        return None
    good = np.flatnonzero(column[at][:, kinds].max(axis=1) >= max(_KIND, own + _MORE))
    return (*ways[int(good[0])], frozenset()) if len(good) == 1 else None


def _says(sets: Sets, relation: int, noun: str) -> bool:
    """Whether a relation's own name holds the noun, or it is that of a type: a noun that only may be used of an end is too little."""
    words = relation_words(sets.run.view.relations[relation].name).spoken
    return (noun,) in sets.wholes.types or noun in {singular(word) for word in words}


def _nouns(sets: Sets, members: Members) -> list[int]:
    """The words that may name what is asked for: the noun after "which", or the first of the question."""
    asked = sets.asked
    if not members.fits:
        return [n for n, word in enumerate(asked.words) if any(span[0] <= word.start < span[1] for span in members.kinds)]
    pieces = [piece for piece in tokens(asked.text) if piece.shape != "mark"]
    first = [n for n, word in enumerate(asked.words) if pieces and word.start == pieces[0].start]
    from_ = {seed.span for seed in sets.run.seeds if seed.start < seed.end} if members.seeds else set()
    return [n for n in asked.head or first if not any(a <= asked.words[n].start < b for a, b in from_)]
