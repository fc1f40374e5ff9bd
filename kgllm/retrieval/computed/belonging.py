"""Whether something is in, or part of, another: 鹿鸣属于小雅吗？, "Does Hilltop belong to Norvex?". A direct fact between the two says yes.

"In" and "belongs to" name no relation, so one that leads from each thing to one alone is what they ask of: the chapter of a poem, not
the films of an actor. Where it leads elsewhere, though things are in what is named by the same relation, that says no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.paths.steps import ONE_END
from kgllm.types import Entity
from kgllm.words import relation_words, singular
from kgllm.words.conditions import levels
from kgllm.words.contained import asks_whether_part
from kgllm.words.questions import overlap, yes_or_no
from kgllm.words.relations import transitive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Relation, Way
    from kgllm.words.questions import Span

_PERSON, _PLACE = KINDS.index("person"), KINDS.index("place")
_OF_KIND = 0.5
_YES, _NO = 0.9, 0.75
_STEPS, _PER_STEP = 64, 16
_LEVELS = 3


def belongs(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for whether one thing is in another; None for every other, and where the graph does not say."""
    if not run.seeds or not yes_or_no(run.question):
        return None
    nouns = {*run.spoken.types, *(span for span, _ in run.spoken.telling)}  # "the order Ciconiiformes": what it is
    names = [span for span in run.names if span not in nouns]
    said = frozenset(run.question[slice(*span)].lower() for span in nouns)
    if len(names) != 2 or not asks_whether_part(run.question, names[0], names[1], said):
        return None
    told = list(_told(run, names[0], names[1], max_facts))
    told = told or list(_over_levels(run, names[0], names[1], max_facts))
    return next((one for one in told if one.settings["verdict"]), told[0] if told else None)


def _told(run: Run, first: Span, last: Span, max_facts: int) -> Iterator[Evidence]:
    """What the facts of each thing that the first name may mean say."""
    view, steps = run.view, run.steps
    rows = run.seeded
    things = [handle for seed, handle in rows if overlap(seed.span, first) and isinstance(seed.node, Entity)]
    wholes = {handle for seed, handle in rows if overlap(seed.span, last)}
    there = view.groups(np.array(sorted(wholes), np.int64))
    into = {relation for relation, way in zip(there.relation.tolist(), there.way.tolist(), strict=True) if way == 1}
    numbers = steps.of(view.relations)
    for handle in things:
        groups = view.groups(np.array([handle], np.int64))
        own = [r for r, way in zip(groups.relation.tolist(), groups.way.tolist(), strict=True) if way == 0 and r in into][:_STEPS]
        for relation in own:
            step = int(numbers[2 * relation])
            kinds = steps.column("kinds")[step]
            if steps.column("fan")[step] > ONE_END or kinds[_PERSON] >= _OF_KIND:
                continue
            edges = view.edges(np.array([handle], np.int64), np.array([relation]), np.zeros(1, np.int64), _PER_STEP)
            met = [n for n, end in enumerate(edges.neighbour.tolist()) if end in wholes]
            further = transitive(view.relations[relation].name) or (kinds[_PLACE] >= _OF_KIND and not _of_a_level(view.relations[relation]))
            further |= bool(edges.truncated.any())
            if not met and (further or _reached(run, edges.neighbour, wholes)):
                continue
            shown = met or list(range(len(edges.fact)))
            made, _ = facts_of(run, edges.fact[shown].tolist(), max_facts)
            ends = edges.neighbour[shown]
            path = path_of(run, (handle,), [(view.relations[relation], "out")], ends, made, _YES if met else _NO)
            yield kept(run, (path,), made, (), {**settings_of(run, "part"), "verdict": bool(met)})


def _over_levels(run: Run, first: Span, last: Span, max_facts: int) -> Iterator[Evidence]:
    """What is said by the things that the first is in, each in one alone: the book of the chapter of a passage."""
    view = run.view
    rows = run.seeded
    wholes = {handle for seed, handle in rows if overlap(seed.span, last)}
    there = view.groups(np.array(sorted(wholes), np.int64))
    into = {relation for relation, way in zip(there.relation.tolist(), there.way.tolist(), strict=True) if way == 1}
    for seed, handle in rows:
        if not overlap(seed.span, first) or not isinstance(seed.node, Entity):
            continue
        ways = list(_climbed(run, handle, into))
        met = [way for way in ways if way[-1][2] in wholes]
        if not met and (len(ways) != 1 or _reached(run, np.array([ways[0][-1][2]], np.int64), wholes)):
            continue
        way = (met or ways)[0]
        made, _ = facts_of(run, [fact for _, fact, _ in way], max_facts)
        steps: list[tuple[Relation, Way]] = [(view.relations[relation], "out") for relation, _, _ in way]
        path = path_of(run, (handle,), steps, np.array([way[-1][2]], np.int64), made, _YES if met else _NO)
        yield kept(run, (path,), made, (), {**settings_of(run, "part"), "verdict": bool(met)})


def _climbed(run: Run, handle: int, into: set[int]) -> Iterator[tuple[tuple[int, int, int], ...]]:
    """The ways from a thing over what it is in alone, no person's, to what one of these relations leads to: relations, facts and ends."""
    view, steps = run.view, run.steps
    numbers = steps.of(view.relations)
    fan, kinds = steps.column("fan"), steps.column("kinds")
    left: list[tuple[tuple[int, int, int], ...]] = [()]
    for level in range(_LEVELS):
        ways, left = left, []
        for way in ways:
            groups = view.groups(np.array([way[-1][2] if way else handle], np.int64))
            for relation, move, count in zip(groups.relation.tolist(), groups.way.tolist(), groups.count.tolist(), strict=True):
                at = 2 * relation
                persons = max(kinds[int(numbers[at])][_PERSON], kinds[int(numbers[at + 1])][_PERSON])
                if move or count != 1 or fan[int(numbers[at])] > ONE_END or persons >= _OF_KIND:
                    continue
                start = np.array([way[-1][2] if way else handle], np.int64)
                edges = view.edges(start, np.array([relation]), np.zeros(1, np.int64), _PER_STEP)
                step = (*way, (relation, int(edges.fact[0]), int(edges.neighbour[0])))
                if relation in into and level:
                    yield step
                elif not view.literal(edges.neighbour[:1])[0]:
                    left.append(step)
        left = left[:_STEPS]


def _of_a_level(relation: Relation) -> bool:
    """Whether by its name all that a relation leads to is of one level, of which none lies in another: what is in one country is in no other."""
    english, chinese = levels()
    last = relation_words(relation.name).words[-1][0]
    return singular(last) in english or last.endswith(chinese)


def _reached(run: Run, ends: np.ndarray, wholes: set[int]) -> bool:
    """Whether what a thing is in leads on to what is asked about: then it may be in that as well."""
    view = run.view
    nodes = ends[~view.literal(ends)] if len(ends) else ends
    if not len(nodes):
        return False
    groups = view.groups(nodes)
    edges = view.edges(nodes[groups.origin], groups.relation, groups.way, _PER_STEP)
    return not wholes.isdisjoint(edges.neighbour.tolist())
