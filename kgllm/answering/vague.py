"""Answers that rest on one of several things that are meant as well.

Where a graph has Lamp v4, Lamp v5 and Lamp v6, "Lamp" is a part of all their names, and an answer that begins at one of them was drawn by
lot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgllm.types import Entity, Evidence, Link, Node

_AS_NEAR = 0.96  # of the score of the best of several names near a mention
_NEAR = 0.92  # … of those whose answers are known to differ
_LESS = 1.0  # of a path's score
_SEVERAL = 3
_NAMED = 5  # of them that are told
_FIGURES = re.compile(r"[\d,年月日]+")


def drawn_by_lot(evidence: Evidence) -> tuple[Node, ...]:
    """The things near the same words that the best path may as well begin at, where it begins at one of several and no better one; none
    where all lead to the same.

    >>> import kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([(f"Lamp v{n}", "socket", f"E{n}") for n in (4, 5, 6)]))
    >>> qa.ask("Which socket does the Lamp have?").text
    'It is not clear what is meant: several things are called so, and have different answers (Lamp v4, Lamp v5, Lamp v6).'
    >>> qa.ask("Which socket does Lamp v5 have?").text
    'E5 [1]'
    """
    if not evidence.paths:
        return ()
    best = evidence.paths[0]
    mine = [link for link in evidence.links if link.entity in best.seeds]
    if not mine or len(set(best.seeds)) >= _SEVERAL or not all(map(_near_a_name, mine)):
        return ()
    kinds = {getattr(seed, "types", ()) for seed in best.seeds}
    near = {node for link in mine for node in _near(link, _NEAR) if getattr(node, "types", ()) in kinds} - set(best.seeds)
    fits = [path for path in evidence.paths if path.relations == best.relations and path.score >= best.score - _LESS]
    alike = [path for path in fits if not near.isdisjoint(path.seeds)]
    if alike:
        others = [path for path in alike if set(path.endpoints) != set(best.endpoints)]
        return tuple(dict.fromkeys((*best.seeds, *(seed for path in others for seed in path.seeds)))) if others else ()
    several = [_near(link, _AS_NEAR) for link in mine]
    return tuple(dict.fromkeys(node for some in several for node in some)) if all(len(some) >= _SEVERAL for some in several) else ()


def named(nodes: Sequence[Node], *, chinese: bool) -> str:
    """What may be meant, in brackets behind a reason."""
    told = ("、" if chinese else ", ").join(node.name for node in nodes[:_NAMED])
    more = len(nodes) > _NAMED
    return f"（{told}{'等' if more else ''}）" if chinese else f" ({told}{', …' if more else ''})"


def _near_a_name(link: Link) -> bool:
    """Whether a link is to an entity that only a near name speaks for; a year is of all its days."""
    return isinstance(link.entity, Entity) and link.code == "fuzzy" and _FIGURES.fullmatch(link.mention.text) is None


def _near(link: Link, share: float) -> list[Node]:
    """The candidates with so much of the best one's score."""
    return [one.entity for one in link.candidates if one.score >= share * link.candidates[0].score]
