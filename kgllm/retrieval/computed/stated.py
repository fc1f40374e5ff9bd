"""A field of a thing that a question says by its whole name, and says nothing else: "annual salary eur of Ann", 安的出生地是哪里？

What is meant is sure then, however like it other fields are, and whatever else the words of its name may say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.base import Groups
from kgllm.retrieval.computed.compared import facts_of, path_of
from kgllm.retrieval.computed.wholes import noun_words
from kgllm.types import Entity, replace
from kgllm.words import lexicon, singular
from kgllm.words.names import normalise
from kgllm.words.questions import yes_or_no
from kgllm.words.relations import mutual, says_of_object
from kgllm.words.stated import Stated, stated_fields
from kgllm.words.whole import ways_to_say

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Fact, Relation, Way
    from kgllm.words.questions import Span

_SURE = 0.97
_LIKELY = 0.8  # of the best link's score
_UNFIT = 0.9  # how far what it leads to is of another kind than is asked for
_MORE = 0.5  # weight of words that another path explains beside those of the field: the question says more
_MARKS = re.compile(r"[\W_]+")
_FEW = 64  # things whose fields are looked at


@dataclass(frozen=True, slots=True)
class Told:
    """What a thing has of the fields that are said: the steps, their facts, the ends, and how many those are."""

    thing: int
    steps: tuple[tuple[Relation, Way], ...]
    facts: tuple[int, ...]
    ends: tuple[int, ...]
    count: int


def field_told(run: Run) -> Told | None:
    """What a question asks for where it says a thing and a field of it, and nothing else; None for every other question."""
    if yes_or_no(run.question):
        return None
    for span in run.names:
        for said in stated_fields(run.question, span):
            found = _of_thing(run, span, said)
            if found is not None and (_is_a_kind(run, said.kind) or _is_a(run, found.thing, said.kind)):
                return found
    return None


def with_field(run: Run, told: Told, evidence: Evidence, max_facts: int) -> Evidence:
    """The evidence with what the field leads to first; as it is where the best path follows the same relation from its other end."""
    best = evidence.paths[0].relations if evidence.paths else ()
    if len(told.steps) == len(best) == 1 and best[0][0] == told.steps[0][0] and best[0][1] == "in":
        return evidence
    facts, cut = facts_of(run, told.facts, max_facts)
    ends = np.array(told.ends[: run.retriever.limits.endpoints], np.int64)
    path = path_of(run, (told.thing,), told.steps, ends, facts, _SURE, count=told.count)
    same = next((one for one in evidence.paths if (one.seeds, one.relations) == (path.seeds, path.relations)), None)
    if same is not None:
        left = same.features.get("unexplained", 0.0) - evidence.paths[0].features.get("unexplained", 0.0)
        if same.features.get("unkind", 0.0) > _UNFIT or left > _MORE:  # "Who is the length of it?", "what language do they speak?"
            return evidence
        order = {end: n for n, end in enumerate(same.endpoints)}
        likeliest = tuple(sorted(path.endpoints, key=lambda end: order.get(end, len(order))))
        path = replace(path, endpoints=likeliest, features={**same.features, "confidence": _SURE})
    others = tuple(one for one in evidence.paths if one is not same)
    notes = (f"facts: the best path has more facts than max_facts={max_facts} leaves room for",) if cut else ()
    return replace(
        evidence,
        paths=(path, *others),
        facts=_first(facts, evidence.facts, max_facts),
        notes=tuple(dict.fromkeys((*notes, *evidence.notes))),
        truncated=bool(notes) or evidence.truncated,
        settings={**evidence.settings, "form": "field"},
    )


def _first(mine: Sequence[Fact], others: Sequence[Fact], max_facts: int) -> tuple[Fact, ...]:
    """All facts, these first, as many as there is room for."""
    kept, left = [], max_facts
    for fact in dict.fromkeys((*mine, *others)):
        left -= 1 + len(fact.qualifiers)
        if left < 0:
            break
        kept.append(fact)
    return tuple(kept)


def _of_thing(run: Run, span: Span, said: Stated) -> Told | None:
    """What the thing that is meant at a place has of the fields; None where it has none, or it is not sure which is meant."""
    pairs = [(seed, handle) for seed, handle in run.seeded if seed.span == span and isinstance(seed.node, Entity)]
    best = max((seed.score for seed, _ in pairs), default=0.0)
    found = [(seed, told) for seed, handle in pairs if seed.score >= _LIKELY * best and (told := _followed(run, handle, said)) is not None]
    named = [one for one in found if said.kind and _squeezed(said.kind) in map(_squeezed, getattr(one[0].node, "types", ()))]
    called = [one for one in named or found if normalise(one[0].node.name) == normalise(run.question[slice(*span)])]
    found = sorted(called or named or found, key=lambda one: -one[0].score)
    return found[0][1] if found and (len(found) == 1 or found[0][0].score > found[1][0].score) else None


def _followed(run: Run, thing: int, said: Stated) -> Told | None:
    """The fields followed from a thing, one behind the other."""
    view, here = run.view, np.array([thing], np.int64)
    steps: list[tuple[Relation, Way]] = []
    facts: list[int] = []
    count = 1
    for field in said.fields:
        if len(here) > _FEW:
            return None
        groups = view.groups(here) if steps else _around(run, thing)
        mine = groups.way == 0
        called = _called(field, [(one, view.relations[one]) for one in sorted(set(groups.relation[mine].tolist()))])
        if len(called) != 1:
            return None
        rows = (mine | mutual(view.relations[called[0]].name)) & (groups.relation == called[0])
        edges = view.edges(here[groups.origin[rows]], groups.relation[rows], groups.way[rows], run.retriever.limits.endpoints)
        steps.append((view.relations[called[0]], "out"))
        facts += edges.fact.tolist()
        here = np.array(list(dict.fromkeys(edges.neighbour.tolist())), np.int64)
        count = len(here) if len(said.fields) > 1 or rows.sum() > 1 else int(groups.count[rows].sum())
    if not view.literal(here).any() and not view.named(here).any():  # what only joins others is no answer
        return None
    return Told(thing, tuple(steps), tuple(facts), tuple(here.tolist()), max(count, len(here)))


def _around(run: Run, thing: int) -> Groups:
    """The relations of a seed."""
    groups = run.around
    mine = groups.origin == run.handles.tolist().index(thing)
    return Groups(np.zeros(np.count_nonzero(mine), np.int64), groups.relation[mine], groups.way[mine], groups.count[mine])


@lru_cache(maxsize=4096)
def _squeezed(said: str) -> str:
    return _MARKS.sub("", said).lower()


def _called(field: str, relations: Sequence[tuple[int, Relation]]) -> list[int]:
    """The relations (handles) that are called so: as they are written, else in their words."""
    key = _squeezed(field)
    whole = [handle for handle, one in relations if key in map(_squeezed, (one.name, *one.aliases))]
    names = [(handle, name) for handle, one in relations for name in (one.name, *one.aliases) if not says_of_object(name)]
    return whole or list(dict.fromkeys(handle for handle, name in names if key in ways_to_say(name)))


def _is_a_kind(run: Run, kind: str) -> bool:
    """Whether a noun beside a name is one for a kind of things: anything else says more than the name and the field do."""
    if not kind:
        return True
    words = kind.lower().split()
    if run.wholes.called(kind) is not None or bool(lexicon().kinds_of(singular(words[-1]))):
        return True
    return _squeezed(kind) in run.wholes.written()


def _is_a(run: Run, thing: int, kind: str) -> bool:
    """Whether a thing leads to what a noun names, by a relation that says what it is."""
    view, here = run.view, np.array([thing], np.int64)
    groups = view.groups(here)
    rows = (groups.way == 0) & np.array([view.relations[one].id in run.wholes.classes for one in groups.relation.tolist()], bool)
    edges = view.edges(here[groups.origin[rows]], groups.relation[rows], groups.way[rows], _FEW)
    said = noun_words(kind)
    return len(edges.neighbour) > 0 and any(noun_words(node.name) == said for node in view.nodes(edges.neighbour))
