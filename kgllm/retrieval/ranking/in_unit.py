"""What is asked for in a unit ("how many minutes", 多少克, 几个小时): a relation whose values are in such a unit says it, one whose values are in
units of something else does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgllm.retrieval.paths.amounts import amount_of
from kgllm.retrieval.ranking.conditions import explained
from kgllm.retrieval.scoring.features import NAMES
from kgllm.words.counting import HOW_MANY, HOW_MANY_HAN
from kgllm.words.units import counted, said_by, unit_at

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.words.questions import Span
    from kgllm.words.units import Unit

_ASKED = re.compile(f"{HOW_MANY_HAN}|{HOW_MANY}", re.IGNORECASE)
_ENDS = 3  # ends that are looked at
_OTHER = 2.0  # how far a path is off whose values are in units of something else
_OFFTYPE = NAMES.index("offtype")


def in_unit(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Let a unit that is asked for be explained by the paths that lead to amounts in it, and judge those to amounts of something else."""
    found = unit_asked(ranking.asked.text)
    if found is None or any(seen.span[0] < found[1][1] and found[1][0] < seen.span[1] for seen in ranking.seen):
        return
    units, (start, end) = found
    kinds = {unit.kind for unit in units}
    words = [n for n, word in enumerate(ranking.asked.words) if start <= word.start and word.end <= end]
    for one in ranked:
        theirs = _units(ranking, one)
        if not theirs:
            continue
        if not set(units).isdisjoint(theirs):
            explained(ranking, one, words)
        elif kinds.isdisjoint({unit.kind for unit in theirs}):  # of minutes one may as well be told in hours
            one.row[_OFFTYPE] = _OTHER
            one.score = float(one.row @ ranking.weights)


def unit_asked(text: str) -> tuple[tuple[Unit, ...], Span] | None:
    """The unit that a question asks for a number of, what it may be and where it stands; None where it names none.

    >>> [unit.kind for unit in unit_asked("它要泡几分钟？")[0]], unit_asked("how many metres is it?")[1], unit_asked("几个人")
    (['duration'], (9, 15), None)
    """
    asked = _ASKED.search(text)
    found = None if asked is None else unit_at(text, asked.end())
    if asked is None or found is None or not found[0] or any(map(counted, found[0])):
        return None
    blanks = len(text[asked.end() : found[1]]) - len(text[asked.end() : found[1]].lstrip())
    return found[0], (asked.end() + blanks, found[1])


def _units(ranking: Ranking, one: Ranked) -> tuple[Unit, ...]:
    """The units of what a path leads to: as its relation says, or as each of its few values does."""
    relation, move = one.steps[-1][-1]
    if move == "in":
        return ()
    unit, _ = said_by(relation.name)
    if unit is not None:
        return (unit,)
    if not 0 < len(one.ground.ends) <= _ENDS:
        return ()
    amounts = [amount_of(node) for node in ranking.run.view.nodes(one.ground.ends)]
    units = tuple(unit for amount in amounts if amount is not None for unit in amount.units if not counted(unit))
    return units if all(amount is not None and not amount.dated for amount in amounts) else ()
