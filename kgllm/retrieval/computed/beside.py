"""Things of a kind that stand one step from what a question names: the cities of Turkey, 王维的诗.

Where the words do not say by which relation ("biggest city in Turkey"), the kind does: of all relations of the name one alone leads to
several things of it. "How many cities does New Zealand have" is answered so, too: of its one capital it asks nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of, too_many
from kgllm.retrieval.computed.wholes import TooMany
from kgllm.retrieval.reading.question import CONTENT
from kgllm.retrieval.scoring.understood import understood
from kgllm.words import lexicon
from kgllm.words.counting import HOW_MANY, HOW_MANY_HAN
from kgllm.words.extremes import filler
from kgllm.words.questions import overlap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Relation, Way

SEVERAL = 2
_SURE = 0.85
_SAYS = frozenset(("number", "count", "many", "has", "have"))  # say nothing of how
_COUNTS = re.compile(rf"{HOW_MANY}|count the|{HOW_MANY_HAN}")


def counted(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for how many things of a kind stand beside a name, by no word that says how; None for every other."""
    from kgllm.retrieval.computed.sets import Sets, classes_named

    question = run.question.lower()
    if not run.seeds or _COUNTS.search(question) is None:
        return None
    steps = run.steps
    asked = understood(run.question, steps)
    small = lexicon().english.stop
    names = [span for span in run.names if question[slice(*span)] not in small]
    sets = Sets(run, asked)
    kinds = classes_named(sets, names[:1])
    if len(names) != 1 or len(kinds) != 1:
        return None
    taken = [names[0], *kinds]
    words = (word for word in asked.words if word.around is None and not any(overlap(word.span, span) for span in taken))
    if any(word.weight > CONTENT and not filler(word.text.lower()) and word.text.lower() not in _SAYS for word in words):
        return None
    handle = next(handle for seed, handle in run.seeded if seed.span == names[0])
    try:
        of = sets.of_kind(list(kinds.values()))
        found = None if of is None else beside(run, handle, of.handles)
    except TooMany:
        return too_many(run, "count")
    if found is None:
        return None
    ends, step = found
    relation = next(i for i, one in enumerate(run.view.relations) if one.id == step[0].id)
    edges = run.view.edges(
        np.array([handle], np.int64), np.array([relation]), np.array([int(step[1] == "in")]), run.retriever.limits.members
    )
    facts = edges.fact[among(edges.neighbour, ends)].tolist()
    made, notes = facts_of(run, facts, max_facts)
    path = path_of(run, (handle,), [step], ends, made, _SURE)
    return kept(run, (path,), made, notes, settings_of(run, "count"))


def beside(run: Run, handle: int, kind: NDArray[Any]) -> tuple[NDArray[Any], tuple[Relation, Way]] | None:
    """The things of a kind (all of it) to which the relations of a thing lead, and by which relation; None where none leads to several, or
    two lead to different ones.

    Raises:
        TooMany: one of them leads to more than may be read.
    """
    view, limit = run.view, run.retriever.limits.members
    groups = view.groups(np.array([handle], np.int64))
    kind = distinct(kind)
    found: list[tuple[NDArray[Any], tuple[Relation, Way]]] = []
    rows = zip(groups.relation.tolist(), groups.way.tolist(), groups.count.tolist(), strict=True)
    for relation, way in sorted((relation, way) for relation, way, count in rows if count >= SEVERAL):
        edges = view.edges(np.array([handle], np.int64), np.array([relation]), np.array([way]), limit)
        if edges.truncated.any():
            raise TooMany(view.relations[relation].id)
        ends = distinct(edges.neighbour)
        ends = ends[among(ends, kind)]
        if len(ends) >= SEVERAL and not any(len(other) == len(ends) and (other == ends).all() for other, _ in found):
            found.append((ends, (view.relations[relation], "in" if way else "out")))
    return found[0] if len(found) == 1 else None
