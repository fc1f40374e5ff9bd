"""What a thing is called that is named by another of its names: "What is Old Baldy really called?", 皮皮虾的正式名称叫什么？

Nothing but its name is asked for, so that no relation leads to it. The proof is the fact that holds the name which the question says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.types import Entity
from kgllm.words.names import normalise
from kgllm.words.proper import asks_for_the_name, names_properly
from kgllm.words.questions import yes_or_no

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence

_SURE = 0.9
_PER_RELATION = 64  # facts of one relation in which the name is looked for


def properly(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for the proper name of a thing that goes by another; None for every other question."""
    names = run.names
    if len(names) != 1 or yes_or_no(run.question) or not asks_for_the_name(run.question, names[0]):
        return None
    said = normalise(run.question[slice(*names[0])])
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
    fact = _saying(run, handle, said)
    if fact is None:
        return None
    made, _ = facts_of(run, [fact], max_facts)
    path = path_of(run, (handle,), [(made[0].relation, "out")], np.array([handle], np.int64), made, _SURE)
    return kept(run, (path,), made, (), settings_of(run, "proper"))


def _saying(run: Run, handle: int, said: str) -> int | None:
    """The fact of a thing that holds the name; None where a relation of its own may tell the proper one."""
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
    return None if any(names_properly(name) for name in others) else int(edges.fact[held[0]])
