"""Whether a thing is one of a set that is described: "Is Basalt a volcanic rock?", "Is Olm a town in Ostmark with a mint?", 白鹭是水鸟吗？.

The set is found as where all of it is asked for (`described`). What is in it meets every condition; of what is not, the facts that say
otherwise are told, and without such there is no answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.retrieval.computed.described import Met, description_without
from kgllm.retrieval.computed.isa import asks_what_it_is
from kgllm.retrieval.computed.placing import BY_NAME, Placed, Places
from kgllm.retrieval.computed.valued import ways_at
from kgllm.retrieval.computed.wholes import TooMany
from kgllm.retrieval.scoring.score import KNOWN_WHOLE
from kgllm.retrieval.scoring.understood import understood
from kgllm.types import Entity, Evidence, Relation, Way
from kgllm.words.conditions import articles, articles_han
from kgllm.words.names import fold
from kgllm.words.questions import Span, overlap, yes_or_no

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run

_END = re.compile(r"\s*[吗么嘛]?\s*[?？。]*\s*$")
_SURE = 0.9
_MOST = 16  # facts of a thing along one relation
_FURTHER, _WIDE = 3, 256  # steps that what it has may lead on, things looked at on each


def member(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for whether a thing is one of a described set; None for every other, and where nothing says so or otherwise."""
    question = run.question
    names = run.names
    if not names or not yes_or_no(question) or not asks_what_it_is(question, names[0]):
        return None
    article = articles().match(question, names[0][1]) or articles_han().match(question, names[0][1])
    end = _END.search(question)
    if article is None or end is None or article.end() >= end.start():
        return None
    things = _things(run, names[0])
    try:
        found = description_without(run, [(0, article.end()), *((at, at + 1) for at in range(*end.span()))])
        met = None if found is None or found.denies() else found.met() or found.none()
        met = met or _called(run, (article.end(), end.start()), things)
    except TooMany:
        return None
    if met is None:
        return None
    inside = [handle for handle in things if handle in met.ends]
    if inside:
        return _told(
            run, met, inside[0], [fact for one in met.by for fact in _own(one, inside[0])], met.by, verdict=True, max_facts=max_facts
        )
    for handle in things:
        failed = [one for one in met.by if one.relation != BY_NAME and handle not in one.ends]
        facts = _said_instead(run, handle, failed)
        if facts is None:
            return kept(run, (), (), (), {**settings_of(run, "member"), "declined": "unchecked"})
        if failed and facts:
            return _told(run, met, handle, facts, failed, verdict=False, max_facts=max_facts)
    return None


def _called(run: Run, span: Span, things: list[int]) -> Met | None:
    """The things that have a value which is all that is said, by the one relation by which the thing has another: "Is Ann a nurse?" by her role.
    None where the value is a part of hers: a head nurse may be one."""
    asked = understood(run.question, run.steps, run.names)
    ways = [one for one in ways_at(Places(run, asked, None, (0, 0)), span) if one.way == 1]
    if len(things) != 1 or not ways:
        return None
    groups = run.view.groups(np.array(things, np.int64))
    own = set(groups.relation[groups.way == 0].tolist())
    ways = [one for one in ways if one.relation in own]
    if len(ways) != 1 or not run.view.literal(np.array(ways[0].values, np.int64)).all():
        return None
    edges = run.view.edges(np.array(things, np.int64), np.array([ways[0].relation]), np.array([0]), _MOST)
    said = set(fold(run.question[slice(*span)]).split())
    parts = (said < set(fold(node.name).split()) for node in run.view.nodes(edges.neighbour))
    return None if any(parts) else Met(ways[0].ends, tuple(ways), _SURE)


def _things(run: Run, name: Span) -> list[int]:
    return [handle for seed, handle in run.seeded if overlap(seed.span, name) and isinstance(seed.node, Entity)]


def _own(one: Placed, handle: int) -> list[int]:
    return [fact for end, fact in zip(one.ends_of_facts.tolist(), one.facts.tolist(), strict=True) if end == handle]


def _said_instead(run: Run, handle: int, failed: list[Placed]) -> list[int] | None:
    """The facts of a thing along the relations by which it would have to meet the conditions; none where it lacks one of them, or what it
    has leads on to it. None where it has several of one, of which another may be unknown."""
    out: list[int] = []
    for one in failed:
        ways = np.array([1 - one.way], np.int64)
        edges = run.view.edges(np.array([handle], np.int64), np.array([one.relation], np.int64), ways, _MOST)
        if not len(edges.fact) or _leads_on(run, edges.neighbour, one.values):
            return []
        if len(edges.fact) > 1:
            return None
        out += edges.fact.tolist()
    return out


def _told(
    run: Run, met: Met, handle: int, facts: list[int], by: tuple[Placed, ...] | list[Placed], *, verdict: bool, max_facts: int
) -> Evidence:
    made, cuts = facts_of(run, facts, max_facts)
    steps: list[tuple[Relation, Way]] = [
        (run.view.relations[one.relation], "out" if one.way else "in") for one in by[:1] if one.relation != BY_NAME
    ]
    sure = met.sure * (1.0 if verdict else KNOWN_WHOLE)
    path = path_of(run, (handle,), steps, np.array([handle], np.int64), made, sure)
    settings = {**settings_of(run, "member"), "verdict": verdict}
    settings["values"] = (
        ", ".join(dict.fromkeys(fact.object.name if fact.subject in path.endpoints else fact.subject.name for fact in made)),
    )
    return kept(run, (path,), made, cuts, settings)


def _leads_on(run: Run, ends: NDArray[Any], values: tuple[int, ...]) -> bool:
    """Whether what a thing has leads on to what is asked for: a town of a state is one of the state's country."""
    for _ in range(_FURTHER):
        groups = run.view.groups(ends)
        out = groups.way == 0
        edges = run.view.edges(ends[groups.origin[out]], groups.relation[out], groups.way[out], _MOST)
        ends = distinct(edges.neighbour)[:_WIDE]
        if among(edges.neighbour, np.array(sorted(values), np.int64)).any():
            return True
        if not len(ends):
            return False
    return False
