"""What a thing is called that is named by another of its names: "What is Old Baldy really called?", 皮皮虾的正式名称叫什么？, "What does OLM
stand for?", OLM的全称是什么？

Nothing but its name is asked for, so that no relation leads to it. The proof is the fact that holds the name which the question says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.types import Entity
from kgllm.words import is_han
from kgllm.words.names import normalise
from kgllm.words.proper import asks_for_the_name, asks_in_full, names_properly
from kgllm.words.questions import Span, yes_or_no

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence

_SURE = 0.9
_PER_RELATION = 64  # facts of one relation in which the name is looked for


def properly(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for the proper name of a thing that goes by another; None for every other question."""
    names = run.names
    if len(names) != 1 or yes_or_no(run.question):
        return None
    said = normalise(run.question[slice(*names[0])])
    if asks_in_full(run.question, names[0]):
        return _in_full(run, names[0], said, max_facts)
    if not asks_for_the_name(run.question, names[0]):
        return None
    things = {
        int(handle): seed.node
        for seed, handle in run.seeded
        if seed.span == names[0] and isinstance(seed.node, Entity) and said in map(normalise, seed.node.aliases)
    }
    if len(things) != 1:
        return None
    [(handle, thing)] = things.items()
    own = normalise(thing.name)
    if own in said or said in own:  # "Olm" of Mount Olm: it tells nothing
        return None
    found = _saying(run, handle, said)
    return None if found is None else _told(run, handle, handle, found[0], max_facts)


def _told(run: Run, handle: int, end: int, fact: int, max_facts: int) -> Evidence:
    made, _ = facts_of(run, [fact], max_facts)
    path = path_of(run, (handle,), [(made[0].relation, "out")], np.array([end], np.int64), made, _SURE)
    return kept(run, (path,), made, (), settings_of(run, "proper"))


def _in_full(run: Run, span: Span, said: str, max_facts: int) -> Evidence | None:
    """The evidence of the one longer name of the one thing that a short name means: its own, or another that a fact of it holds."""
    things = {int(handle): seed.node for seed, handle in run.seeded if seed.span == span and isinstance(seed.node, Entity)}
    if len(things) != 1:
        return None
    [(handle, thing)] = things.items()
    if not thing.named or " " in said:
        return None
    if len(thing.name) > len(said) and normalise(thing.name) != said:
        found = _saying(run, handle, said)
        return None if found is None else _told(run, handle, handle, found[0], max_facts)
    longer = {normalise(one) for one in thing.aliases if len(one) > len(said) and (" " in one or is_han(one))}
    if normalise(thing.name) != said or len(longer) != 1:
        return None
    found = _saying(run, handle, longer.pop())
    return None if found is None else _told(run, handle, found[1], found[0], max_facts)


def _saying(run: Run, handle: int, said: str) -> tuple[int, int] | None:
    """The fact of a thing that holds the name, and the value that is it; None where a relation of its own may tell the proper one."""
    view = run.view
    groups = view.groups(np.array([handle], np.int64))
    mine = groups.way == 0
    starts = np.full(int(mine.sum()), handle, np.int64)
    edges = view.edges(starts, groups.relation[mine], groups.way[mine], _PER_RELATION)
    nodes = view.nodes(edges.neighbour) if len(edges.neighbour) else ()
    held = [n for n, node in enumerate(nodes) if normalise(node.name) == said]
    if not held:
        return None
    relation = int(groups.relation[mine][edges.row[held[0]]])
    others = (view.relations[one].name for one in groups.relation[mine].tolist() if one != relation)
    return None if any(names_properly(name) for name in others) else (int(edges.fact[held[0]]), int(edges.neighbour[held[0]]))
