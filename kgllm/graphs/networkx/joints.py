"""Which nodes of a live networkx graph only join others: by the same structure as in a compiled graph (`kgllm.graphs.compiled.joints`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from kgllm.graphs.columns import Strings
from kgllm.graphs.compiled.assemble import both_ways, order_of_facts
from kgllm.graphs.compiled.joints import joints, opaque
from kgllm.graphs.networkx.totals import facts_by_subject
from kgllm.graphs.networkx.walk import Walk
from kgllm.graphs.serials import may_be_event
from kgllm.types import Relation


def joints_of(walk: Walk) -> frozenset[Any]:
    """networkx's own nodes that only join others. One that says `named` itself is left to what it says.

    The facts are read once where any node is called by nothing but an opaque id or that of an event, else not at all.
    """
    if not any((opaque(key := walk.key(own)[1]) or may_be_event(key)) and _nameless(walk, own) for own in walk.nodes):
        return frozenset()
    nameless = [_nameless(walk, own) for own in walk.nodes]
    order = sorted(range(len(nameless)), key=lambda place: walk.key(walk.nodes[place]))
    nodes = [walk.nodes[place] for place in order]
    number: dict[Any, int] = {own: place for place, own in enumerate(nodes)}
    relations: dict[Relation, int] = {}
    rows: list[tuple[int, int, int]] = []
    for own, _, facts in facts_by_subject(walk):
        for relation, object, _ in facts:
            rows.append((number[own], relations.setdefault(relation, len(relations)), number.setdefault(object, len(number))))
    s, r, o = np.array(rows, np.int64).reshape(-1, 3).T
    sorted_ = order_of_facts(s, r, o, None, len(number), len(relations))
    out, into = both_ways(s[sorted_], r[sorted_], o[sorted_], len(number))
    keys = Strings.of([walk.key(own)[1] for own in number])
    found = joints(
        keys, np.array(nameless, bool)[order], out, into, relations=list(relations), types=lambda place: _types(walk, nodes[place])
    )
    return frozenset(nodes[place] for place in np.flatnonzero(found).tolist())


def _nameless(walk: Walk, own: Any) -> bool:
    data = walk.graph.nodes[own]
    if not data:
        return True
    if "named" in data:
        return False
    return walk.attributes.entity(own, data).name == walk.key(own)[1]


def _types(walk: Walk, own: Any) -> tuple[str, ...]:
    data = walk.graph.nodes[own]
    return walk.attributes.entity(own, data).types if data else ()
