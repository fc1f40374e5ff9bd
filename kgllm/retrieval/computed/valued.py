"""Things that a question calls by a value that they have: "number of globular clusters", "all Democrats of Ohio", "stratovolcanoes"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.computed.leftover import forms
from kgllm.retrieval.computed.placing import Condition, Placed, Places
from kgllm.retrieval.computed.wholes import noun_words
from kgllm.retrieval.reading.heads import several
from kgllm.words import is_han
from kgllm.words.questions import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Run

_FEW = 400  # things whose types are looked at
_USUAL = 4  # a relation by which so many times as many things have a value is the one that is meant


def of_value(run: Run, asked: Asked, name: Span) -> NDArray[Any] | None:
    """The things of one kind that have what is named at a place; None where they are of several kinds."""
    named = Places(run, asked, None, (0, 0)).named(name)
    if named is None:
        return None
    ends = distinct(np.concatenate([way.ends for way in named.ways]))
    types = [frozenset(getattr(node, "types", ())) for node in run.view.nodes(ends)]
    if len(set(types)) > 1:
        wholes = run.wholes
        words = [set(noun_words(run.view.relations[way.relation].name)) for way in named.ways]
        said = {name for spoken, name in wholes.types.items() if any(set(spoken) <= own for own in words)}
        if len(said) != 1:  # of things of several kinds it cannot be told which are counted
            return None
        ends = ends[np.array([not said.isdisjoint(of) for of in types], bool)]
    return ends if len(ends) and any(types) else None


def called(run: Run, asked: Asked) -> tuple[NDArray[Any], Condition] | None:
    """The things of one type that the noun asked for calls by a value that they have, in the plural, and that condition: "Which Democrats …?"."""
    last = asked.words[asked.head[-1]] if asked.head else None
    if last is None or is_han(last.text) or not several(last.text):
        return None
    places = Places(run, asked, None, (0, 0))
    for word in (asked.words[n] for n in asked.head):
        span = (word.start, last.end)
        ways = [way for way in ways_at(places, span) if way.way == 1]
        most = max((way.count for way in ways), default=0)
        ways = [way for way in ways if _USUAL * way.count >= most]  # a party has many, a caucus of the same name three
        if not ways:
            continue
        ends = distinct(np.concatenate([way.ends for way in ways]))
        types = [frozenset(getattr(node, "types", ())) for node in run.view.nodes(ends[:_FEW])]
        if frozenset.intersection(*types):
            return ends, Condition(span, tuple(ways))
    return None


def ways_at(places: Places, span: Span) -> tuple[Placed, ...]:
    """The ways in which things have a value that is written as the words at a place, or in the singular."""
    run = places.run
    found = run.spoken.find(forms(places.asked.text[slice(*span)]))
    nodes = list(dict.fromkeys(match.node for matches in found for match in matches))
    handles = run.view.handles(nodes).tolist() if nodes else []
    return places.ways(span, [(node, handle) for node, handle in zip(nodes, handles, strict=True) if handle >= 0])
