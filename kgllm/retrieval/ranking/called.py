"""What others call a thing: "what colour is the Olm?" where its `finish` is black, and black is the `colour` of others.

A path that goes on from black to the things whose colour it is says the words of the question, and answers another one: which things
are of that colour. What is asked for is where the relation that the noun names leads, and there the path has been already. So it is
where a number or a time is asked for ("how long is the warranty?") and the path goes on from the 3 years that it has come to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kgllm.retrieval.paths.ground import ground
from kgllm.retrieval.paths.kinds import written
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.matching import LEAST
from kgllm.words import is_han, relation_words, singular

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.types import Relation

_AMOUNTS = frozenset(("number", "time"))  # kinds
_LOOKED_AT = 8  # ends whose form is looked at
_HOPS = NAMES.index("hops")


def called(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, those cut before their last step that lead back from what is asked for to what has it; the best of each stands for all."""
    asks = ranking.asked
    amount = asks.count or not _AMOUNTS.isdisjoint(asks.kinds)
    if asks.ask < 0 or not (asks.head or amount):
        return ranked
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], Ranked] = {}
    for one in ranked:
        short = _cut(ranking, one, amount=amount)
        key = (short.seeds, short.numbers)
        if key not in found or found[key].score < short.score:
            found[key] = short
    return sorted(found.values(), key=lambda one: -one.score)


def _cut(ranking: Ranking, one: Ranked, *, amount: bool) -> Ranked:
    """A path without its last step, where that leads back from what is asked for."""
    if not _goes_back(one):
        return one
    named = _names(ranking, one.steps[-1][0][0], one.numbers[-1])
    if not (named or (amount and _values(ranking, one.ground.ends) is False)):
        return one
    run = ranking.run
    reached = ground(run.view, one.ground.seeds, one.steps[:-1], run.retriever.limits, ranking.steps.handles(run.view.relations))
    if not named and not _values(ranking, reached.ends):
        return one
    row = one.row.copy()
    row[_HOPS] -= 1
    return replace(one, steps=one.steps[:-1], numbers=one.numbers[:-1], ground=reached, score=float(row @ ranking.weights), row=row)


def _goes_back(one: Ranked) -> bool:
    """Whether the last of several steps goes against another relation than the one before, which has no name for that way."""
    if len(one.steps) < 2 or len(one.steps[-1]) > 1:
        return False
    [(relation, move)] = one.steps[-1]
    return move == "in" and relation.inverse_name is None and relation.id not in {before.id for before, _ in one.steps[-2]}


def _names(ranking: Ranking, relation: Relation, number: int) -> bool:
    """Whether the noun that a question asks for is what a relation is called, and no kind of thing that has it."""
    asked, match, head = ranking.asked, ranking.match, list(ranking.asked.head)
    if not head or ranking.steps.column("toward")[number] > 0:
        return False
    if match.nouns[number, head].max() >= LEAST or match.explains[number, head].min() < LEAST:
        return False
    said = [asked.words[n].text.lower() for n in head]
    if is_han("".join(said)):
        return relation.name.endswith("".join(said))
    return singular(said[-1]) == singular(relation_words(relation.name).words[-1][0])


def _values(ranking: Ranking, ends: NDArray[Any]) -> bool | None:
    """Whether all of some things are numbers or times (True), or none is (False); None: too many to look at, or some are."""
    if not 0 < len(ends) <= _LOOKED_AT:
        return None
    forms = {bool(written(node)) for node in ranking.run.view.nodes(ends)}
    return forms.pop() if len(forms) == 1 else None
