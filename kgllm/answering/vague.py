"""Answers that rest on one of several things that are meant as well.

Where a graph has Lamp v4, Lamp v5 and Lamp v6, "Lamp" is a part of all their names, and an answer that begins at one of them was drawn by
lot.
"""

from __future__ import annotations

import re

from kgllm.types import Entity, Evidence, Link

_AS_NEAR = 0.96  # of the score of the best of several names near a mention
_SEVERAL = 3
_FIGURES = re.compile(r"[\d,年月日]+")


def drawn_by_lot(evidence: Evidence) -> bool:
    """Whether the best path begins at one of several things near the same words, and no better one.

    >>> import kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([(f"Lamp v{n}", "socket", f"E{n}") for n in (4, 5, 6)]))
    >>> qa.ask("Which socket does the Lamp have?").abstained, qa.ask("Which socket does Lamp v5 have?").text
    (True, 'E5 [1]')
    """
    best = evidence.paths[0]
    mine = [link for link in evidence.links if link.entity in best.seeds]
    return bool(mine) and all(_one_of_several(link) for link in mine) and len(set(best.seeds)) < _SEVERAL


def _one_of_several(link: Link) -> bool:
    """Whether a link is to one of several entities that only near names speak for, all alike."""
    if not isinstance(link.entity, Entity) or not link.reason.startswith("fuzzy") or _FIGURES.fullmatch(link.mention.text):
        return False  # a year is of all its days
    near = [one for one in link.candidates if one.score >= _AS_NEAR * link.candidates[0].score]
    return len(near) >= _SEVERAL
