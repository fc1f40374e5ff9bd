"""Conditions that a relation's own name says, where its values say yes or no: "stations with car rental", "parks without a pond", 有WiFi的车站."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.computed.flags import flag_of, flags
from kgllm.retrieval.computed.placing import Condition, Placed, Places
from kgllm.retrieval.scoring.matching import SPOKEN
from kgllm.words.conditions import before_flag
from kgllm.words.questions import Span, overlap

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHOLE = 0.6  # how much of a relation's name must be said


def flagged(places: Places, taken: Iterable[Span]) -> list[Condition]:
    """What the words outside of some places say yes to, or, denied, no; of relations that share a word the one that is said most wholly.

    Raises:
        TooMany: such a relation has more facts than may be read.
    """
    run, text = places.run, places.asked.text
    names = flags(places.wholes, run.view)
    left = places.words_left(taken) if names else []
    if not left:
        return []
    explains, shares = (getattr(run.matched(places.asked, run.steps), of) for of in ("explains", "share"))
    numbers = run.steps.of(run.view.relations)
    found = []
    for relation in [handle for handle, one in enumerate(run.view.relations) if one.id in names]:
        out_of_it = numbers[2 * relation]  # its own name: the other way it is said by the noun for its things, too
        said = explains[out_of_it, left] >= SPOKEN
        share = float((shares[out_of_it, left] * said).sum())
        if said.any() and share >= _WHOLE:
            words = frozenset(n for n, one in zip(left, said.tolist(), strict=True) if one)
            found.append((len(words), share, -relation, words))
    out: list[Condition] = []
    for _, _, relation, words in sorted(found, key=lambda one: one[:3], reverse=True):
        span = min(places.asked.words[n].start for n in words), max(places.asked.words[n].end for n in words)
        if any(overlap(span, one.span) for one in out):
            continue
        before = before_flag().search(text[: span[0]])
        assert before is not None
        made = _placed(places, -relation, (before.start(), span[1]), words, denied=before["no"] is not None)
        out += [] if made is None else [Condition(made.span, (made,))]
    return out


def _placed(places: Places, relation: int, span: Span, words: frozenset[int], *, denied: bool) -> Placed | None:
    run, limit = places.run, places.run.retriever.limits.members
    flag = flag_of(places.wholes, run.view, relation, limit, run.deadline)
    if flag is None:
        return None
    rows = flag.rows
    mine = among(rows.facts, np.sort(flag.no_facts if denied else flag.yes_facts))
    if places.members is not None:
        mine &= among(rows.subjects, places.members)
        if not among(flag.subjects, places.members).any():  # of other things
            return None
    ends = rows.subjects[mine]
    values = tuple(distinct(rows.objects[mine]).tolist())
    weight = sum(places.asked.words[n].weight for n in words)
    return Placed(span, relation, 1, values, distinct(ends), ends, rows.facts[mine], int(mine.sum()), words, weight)
