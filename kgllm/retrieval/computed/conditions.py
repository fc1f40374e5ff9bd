"""Conditions on things of a kind that are no name and no value: that a relation says yes to them ("stations with car rental", 有WiFi的车站), that
they have a field at all ("clients with a fax", 有传真的客户), and that something else is not so of them ("not red", 不是红色)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.computed.flags import flag_of, flags
from kgllm.retrieval.computed.placing import BY_NAME, Condition, Placed, Places
from kgllm.retrieval.computed.wholes import column
from kgllm.retrieval.scoring.matching import SPOKEN
from kgllm.words.conditions import before_flag, has_any
from kgllm.words.questions import Span, overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
        made = _of_flag(places, -relation, (before.start(), span[1]), words, denied=before["no"] is not None)
        out += [] if made is None else [Condition(made.span, (made,))]
    return out


def _of_flag(places: Places, relation: int, span: Span, words: frozenset[int], *, denied: bool) -> Placed | None:
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


def having(places: Places, taken: Iterable[Span], placed: Sequence[Condition]) -> list[Condition]:
    """What the question says that the things have, whatever it is, where some of them have it and others have not. `placed`: what else it
    says of them; of what it says what it is, it does not say only that there is any.

    Raises:
        TooMany: such a relation has more facts than may be read.
    """
    run, members = places.run, places.members
    if members is None:
        return []
    spans = list(taken)
    relations = run.steps.handles(run.view.relations)
    told = {way.relation for one in placed for way in one.ways}
    out: list[Condition] = []
    for span, names in run.spoken.telling:
        if any(overlap(span, one) for one in spans) or not has_any(run.question, span):
            continue
        found = [one for name in names if (one := _of_field(places, relations.get(name), span)) is not None]
        if len(found) == 1 and found[0].relation not in told:
            out.append(Condition(span, (found[0],)))
            spans.append(span)
    return out


def _of_field(places: Places, relation: int | None, span: Span) -> Placed | None:
    """The things that have a field; None where none or all of them do."""
    if relation is None or places.members is None:
        return None
    run = places.run
    rows = column(places.wholes, run.view, relation, run.retriever.limits.members, run.deadline)
    mine = among(rows.subjects, places.members)
    ends = rows.subjects[mine]
    things = distinct(ends)
    if not 0 < len(things) < len(places.members):
        return None
    words = places.asked.words
    said = frozenset(n for n, word in enumerate(words) if overlap(word.span, span)) | places.said_of(relation, span)
    weight = sum(words[n].weight for n in said)
    return Placed(span, relation, 1, (), things, ends, rows.facts[mine], int(np.count_nonzero(mine)), said, weight)


def others(places: Places, way: Placed) -> Placed:
    """All things but those that meet a condition, and what they have instead; of what a relation says yes or no to only a no is one.

    Raises:
        TooMany: the relation has more facts than may be read.
    """
    assert places.members is not None
    known = np.concatenate([way.ends, np.array(way.values, np.int64)])  # who is no neighbour of X is not X
    rest = places.members[~among(places.members, distinct(known))]
    if way.relation == BY_NAME:
        return replace(way, ends=rest)
    run, wholes = places.run, places.wholes
    rows = column(wholes, run.view, way.relation, run.retriever.limits.members, run.deadline)
    if run.view.relations[way.relation].id in flags(wholes, run.view):
        flag = flag_of(wholes, run.view, way.relation, run.retriever.limits.members, run.deadline)
        rest = rest if flag is None else rest[among(rest, flag.subjects)]
    mine = among(rows.subjects, rest) if way.way else np.zeros(len(rows.subjects), bool)
    return replace(way, values=(), ends=rest, ends_of_facts=rows.subjects[mine], facts=rows.facts[mine])
