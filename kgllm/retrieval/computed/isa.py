"""Whether something is of a kind: "Is Norvex a company?", "《玻璃港》是一部电影吗？". Its types answer, and the facts that say of what kind it is.

Where the graph says of what kinds a thing is, and the kind asked for is one that it knows, that is all that it is (see
`docs/decisions/0010`): what is above a kind counts, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.retrieval.computed.everything import kind_of
from kgllm.retrieval.computed.sets import Sets, classes_named
from kgllm.retrieval.computed.wholes import noun_words
from kgllm.retrieval.scoring.score import KNOWN_WHOLE
from kgllm.retrieval.scoring.understood import understood
from kgllm.types import Entity, Evidence, Relation, Way
from kgllm.words import lexicon, tokens
from kgllm.words.questions import Span, overlap, yes_or_no

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.computed.wholes import Wholes
    from kgllm.retrieval.retriever import Run

_SURE = 0.9
_BE = frozenset(("is", "are", "was", "were"))
_SMALL = frozenset(("a", "an", "the", "really", "also", "actually", "kind", "of", "type", "one"))
_HAN_SMALL = frozenset("是不一个位名家部座条所种本首只款片艘也真的吗么否都")
_ABOVE = 8  # kinds above a kind, at most


def is_a(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for whether a thing is of a kind; None for every other question, and where the graph does not say."""
    question = run.question
    if not run.seeds or not yes_or_no(question):
        return None
    steps = run.steps
    sets = Sets(run, understood(question, steps))
    names = run.names
    if not names or not asks_what_it_is(question, names[0]):
        return None
    kinds = {span: kind for span, kind in classes_named(sets, [names[0]]).items() if span[0] >= names[0][1]}
    if not kinds:
        kinds = _across(run, sets.wholes, names[0])
    if len(kinds) != 1 or not _only(question, [names[0], *kinds]):
        return None
    [kind] = kinds.values()
    things = [(seed.node, handle) for seed, handle in run.seeded if overlap(seed.span, names[0]) and isinstance(seed.node, Entity)]
    told = [found for node, handle in things for found in [_told(run, sets.wholes, node, handle, kind, max_facts)] if found is not None]
    return next((found for found in told if found.settings["verdict"]), told[0] if told else None)


def _across(run: Run, wholes: Wholes, name: Span) -> dict[Span, Any]:
    """The kind that follows a name, where the graph has it in the other language ("电影" of films)."""
    free = [piece for piece in tokens(run.question) if piece.start >= name[1] and piece.shape == "han"]
    pieces = [piece for piece in free if piece.word not in _HAN_SMALL]
    if not pieces:
        return {}
    span = (pieces[0].start, pieces[-1].end)
    kinds = (kind_of(run, wholes, noun) for noun in lexicon().across(run.question[slice(*span)]))
    kind = next((kind for kind in kinds if kind is not None), None)
    return {} if kind is None else {span: kind}


def asks_what_it_is(question: str, name: Span) -> bool:
    """Whether nothing but "is" stands before the name, and nothing at all in Chinese."""
    before = [piece.word for piece in tokens(question[: name[0]]) if piece.shape != "mark"]
    return not before or before[-1] in _BE or (len(before) > 1 and before[-2] in _BE and before[-1] in ("the", "a", "an"))


def _only(question: str, spans: list[Span]) -> bool:
    """Whether a question says nothing but what stands at these places."""
    rest = [piece for piece in tokens(question) if piece.shape != "mark" and not any(overlap(piece.span, span) for span in spans)]
    return all(piece.word in _BE or piece.word in _SMALL or piece.word in _HAN_SMALL for piece in rest)


def _told(run: Run, wholes: Wholes, node: Entity, handle: int, kind: Any, max_facts: int) -> Evidence | None:
    view = run.view
    relations = run.steps.handles(view.relations)
    saying = [relations[name] for name in wholes.classes if name in relations]
    above = [relations[name] for name in wholes.above if name in relations]
    classes, facts = _reached(run, np.array([handle], np.int64), saying)
    wider, wider_facts = distinct(np.append(classes, handle)), facts  # a class is what is above it
    for _ in range(_ABOVE):
        wider, more = _reached(run, wider, above)
        if not len(wider):
            break
        classes, wider_facts = distinct(np.concatenate([classes, wider])), np.concatenate([wider_facts, more])
    kinds = [one for one in view.nodes(classes) if isinstance(one, Entity)] if len(classes) else []
    types = {*node.types, *(one.name for one in kinds)}
    if not types:
        return None
    name = kind if isinstance(kind, str) else view.nodes(np.array([kind], np.int64))[0].name
    verdict = any(_alike(name, one) for one in types) or (not isinstance(kind, str) and int(kind) in classes.tolist())
    ends = facts if not verdict else wider_facts
    made, notes = facts_of(run, ends.tolist(), max_facts)
    steps: list[tuple[Relation, Way]] = [(fact.relation, "out") for fact in made[:1]]
    path = path_of(run, (handle,), steps, np.array([handle], np.int64), made, _SURE if verdict else _SURE * KNOWN_WHOLE)
    settings = settings_of(run, "kind")
    settings["verdict"] = verdict
    settings["values"] = (", ".join(sorted(types)),)
    return kept(run, (path,), made, notes, settings)


def _reached(run: Run, handles: NDArray[Any], relations: list[int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """What these relations lead to from some things, and by which facts."""
    view = run.view
    none = np.zeros(0, np.int64)
    if not relations or not len(handles):
        return none, none
    groups = view.groups(handles)
    mine = (groups.way == 0) & np.isin(groups.relation, relations)
    if not mine.any():
        return none, none
    edges = view.edges(handles[groups.origin[mine]], groups.relation[mine], groups.way[mine], _ABOVE)
    return distinct(edges.neighbour), edges.fact


def _alike(one: str, other: str) -> bool:
    """Whether two names are of one kind, in either language."""
    first, second = " ".join(noun_words(one)), " ".join(noun_words(other))
    return first == second or second in lexicon().across(first) or first in lexicon().across(second)
