"""Rows without a name of their own that win are told by the name that they give: the season of a club is no "Teams/4" but the club's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.computed.wholes import noun_words
from kgllm.words import relation_words, singular
from kgllm.words.comparisons import Degree

if TYPE_CHECKING:
    from kgllm.retrieval.computed.compared import Compared
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Relation, Way

_MOST = 50  # winners whose names are looked for
_NAMES = (("name",), ("title",), ("名称",), ("名字",), ("姓名",), ("标题",))


def by_own_names(run: Run, found: Compared) -> Compared:
    """What has most, by the names that its rows give; as it was where the things have names, or their rows give none, or several.

    >>> import kgllm
    >>> rows = [("Reds", 2001, 900), ("Blues", 2001, 700), ("Reds", 2002, 800), ("Blues", 2002, 950)]
    >>> clubs = [{"season": season, "name": name, "attendance": many} for name, season, many in rows]
    >>> kgllm.GraphQA(kgllm.load({"clubs": clubs})).ask("Which club had the highest attendance?").text
    'Blues (950) [1]'
    """
    told = not isinstance(found.condition, Degree) or found.condition.asks or found.onward or found.asks_value or found.verdict is not None
    if told or not 0 < len(found.winners) <= _MOST:
        return found
    view, handles = run.view, np.array(found.winners, np.int64)
    nodes = view.nodes(handles)
    if any(getattr(node, "named", True) for node in nodes):
        return found
    kinds = {tuple(noun_words(kind)) for node in nodes for kind in getattr(node, "types", ())}
    called = {*_NAMES, *kinds, *((*kind, "name") for kind in kinds)}
    ways = [n for n, one in enumerate(view.relations) if tuple(map(singular, relation_words(one.name).spoken)) in called]
    for relation in ways:
        edges = view.edges(handles, np.full(len(handles), relation), np.zeros(len(handles), np.int64), 2)
        if edges.row.tolist() == list(range(len(handles))):  # each has one
            return _told_by(found, edges.neighbour.tolist(), edges.fact.tolist(), (view.relations[relation], "out"))
    return found


def _told_by(found: Compared, ends: list[int], facts: list[int], step: tuple[Relation, Way]) -> Compared:
    named = dict(zip(found.winners, zip(ends, facts, strict=True), strict=True))
    rows = [
        replace(row, member=named[row.member][0], facts=(*row.facts, named[row.member][1])) if row.member in named else row
        for row in found.rows
        if row.member in named or row.member not in ends
    ]
    return replace(found, rows=tuple(rows), winners=tuple(dict.fromkeys(ends)), onward=(step,))
