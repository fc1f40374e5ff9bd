"""Answers that rest on less than their questions say: on one of several things that are meant as well, or without a thing that is named.

Where a graph has Lamp v4, Lamp v5 and Lamp v6, "Lamp" is a part of all their names, and an answer that begins at one of them was drawn by
lot. And a name that stands in a question as the graph has it, in a place that nothing of the best path explains, is a condition that
the path does not check.
"""

from __future__ import annotations

import re

from kgllm.answering.forms import takes_part
from kgllm.types import Entity, Evidence, Link
from kgllm.words.questions import longest

_AS_NEAR = 0.96  # of the score of the best of several names near a mention
_SEVERAL = 3
_SAID = 0.7  # weight of words that nothing explains: a name that is left out is among them
_SURE = 0.25  # score of a link, below which a word is hardly meant as a name
_FIGURES = re.compile(r"[\d,年月日]+")
_WRITTEN = ("id", "name", "alias")


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


def leaves_out(evidence: Evidence) -> bool:
    """Whether a question names a thing as the graph has it, beside what the best path explains, and the path rests on nothing of it."""
    best = evidence.paths[0]
    if best.features.get("unexplained", 0.0) < _SAID or "form" in evidence.settings:
        return False
    kept = set(longest(link.mention.span for link in evidence.links))
    named = [link for link in evidence.links if link.mention.span in kept and link.score >= _SURE and _plainly(link)]
    return any(not takes_part(evidence, best, link.mention.span) for link in named)


def _plainly(link: Link) -> bool:
    """Whether a thing is named as it is called, and by no year or amount: those are looked at where they are conditions."""
    return link.reason.partition(":")[0] in _WRITTEN and _FIGURES.fullmatch(link.mention.text) is None
