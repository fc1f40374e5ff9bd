"""Paths that nothing tells apart: "what is Olm?" of a thing of which the graph tells its height, its owner and its colour alike.

No word of the question speaks of any of them, and nothing else makes one better: whichever came first would be told by chance. Where a number
is asked for (它有几栋) and the graph tells several, none of them is that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.retrieval.scoring.features import NAMES

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked

_ALIKE = 1e-6  # scores that differ by less are the same
_UNSAID, _NAMED, _KIND = (NAMES.index(name) for name in ("unsaid", "named", "kind"))


def undecided(ranked: list[Ranked], *, number: bool = False) -> list[Ranked]:
    """The paths, those marked that nothing tells from the best one. `number`: a number is asked for, and nothing else of its kind."""
    if not ranked or not _silent(ranked[0], number=number):
        return ranked
    best = ranked[0]
    others = [one for one in ranked if one.seeds == best.seeds and abs(one.score - best.score) < _ALIKE and _silent(one, number=number)]
    if len({one.ground.ends.tobytes() for one in others}) > 1:  # two columns that say the same (maker, maker_id) leave nothing open
        for one in others:
            one.undecided = True
    return ranked


def _silent(one: Ranked, *, number: bool) -> bool:
    """Whether no word speaks of any step of a path, or asks for the kind of thing that it leads to."""
    asked = one.row[_NAMED] if number else max(one.row[_NAMED], one.row[_KIND])
    return one.row[_UNSAID] >= len(one.numbers) and asked <= 0 and not one.also and not one.constraints
