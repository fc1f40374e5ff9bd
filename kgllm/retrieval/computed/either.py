"""What of two things something is: "Is TCL private or state-owned?", X是连载还是已完结？. The fact of the topic whose value is, or holds, one
of the two answers it; its types do, too.

Nothing else of the question names a relation: so the values alone say which is meant, and where facts of several relations hold one of
the two, or none does, that answers nothing here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.types import Entity, Evidence, Literal, replace
from kgllm.words import is_han, lexicon, singular, stem, tokens
from kgllm.words.names import normalise
from kgllm.words.one_of_two import alternatives_of

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run

_VALUE = 60  # characters of a value that an alternative may stand in
_PER_STEP = 16
_STEPS = 64
_SAME, _HELD, _SHORTENED = 1.0, 0.9, 0.7
_SURE = {_SAME: 0.95, _HELD: 0.85, _SHORTENED: 0.75}


def either(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for which of two things something is; None for every other, and where the graph does not say."""
    spans = sorted({seed.span for seed in run.seeds if seed.start < seed.end}, key=lambda span: span[0] - span[1])
    given = next(((span, between) for span in spans if (between := alternatives_of(run.question, span))), None)
    if given is None:
        return None
    topic, between = given
    told = []
    for seed, handle in run.seeded:
        if seed.span == topic and isinstance(seed.node, Entity):
            found = _told(run, handle, seed.node, between, max_facts)
            told += [] if found is None else [found]
    return max(told, key=lambda one: one.paths[0].features["confidence"], default=None)


def _told(run: Run, handle: int, node: Entity, between: tuple[str, ...], max_facts: int) -> Evidence | None:
    """What the facts of a thing say of it, or else its types."""
    view = run.view
    groups = view.groups(np.array([handle], np.int64))
    out = np.flatnonzero(groups.way == 0)[:_STEPS]
    edges = view.edges(np.full(len(out), handle), groups.relation[out], np.zeros(len(out), np.int64), _PER_STEP)
    nodes = view.nodes(edges.neighbour)
    best: dict[int, list[tuple[float, int, int]]] = {}  # by relation: how well, the value, the fact
    for row, end, fact, value in zip(edges.row.tolist(), edges.neighbour.tolist(), edges.fact.tolist(), nodes, strict=True):
        if (how := _meant(value.name, between)) > 0:
            best.setdefault(int(groups.relation[out[row]]), []).append((how, int(end), int(fact)))
    if best:
        top = max(how for rows in best.values() for how, _, _ in rows)
        first = {relation: [row for row in rows if row[0] == top] for relation, rows in best.items()}
        said = {relation: {view_name(run, end) for _, end, _ in rows} for relation, rows in first.items() if rows}
        if len({frozenset(names) for names in said.values()}) > 1:
            return None
        relation = min(said)
        ends = np.array([end for _, end, _ in first[relation]], np.int64)
        made, notes = facts_of(run, [fact for _, _, fact in first[relation]], max_facts)
        path = path_of(run, (handle,), [(view.relations[relation], "out")], ends, made, _SURE[top])
        return kept(run, (path,), made, notes, settings_of(run, "choice"))
    kinds = [kind for kind in node.types if _meant(kind, between) >= _HELD]
    if len(kinds) != 1:
        return None
    path = path_of(run, (handle,), [], np.array([handle], np.int64), (), _SURE[_HELD])
    return kept(run, (replace(path, endpoints=(Literal(kinds[0]),)),), (), (), settings_of(run, "choice"))


def view_name(run: Run, end: int) -> str:
    """A value's name in one form."""
    return normalise(run.view.nodes(np.array([end], np.int64))[0].name)


def _meant(value: str, between: tuple[str, ...]) -> float:
    """How well a value is one of the alternatives, and that one alone."""
    how = sorted((_alike(value, one) for one in between), reverse=True)
    return how[0] if how[0] > how[1] else 0.0


def _alike(value: str, said: str) -> float:
    """How well a value is what is said: the same, with more words, or written in full where a Chinese word is short for it.

    >>> _alike("State-owned enterprise", "state-owned"), _alike("国有企业", "国企"), _alike("民营企业", "国企"), _alike("连载", "连载中")
    (0.9, 0.7, 0.0, 0.9)
    """
    mine, theirs = normalise(value), normalise(said)
    if mine == theirs or theirs in lexicon().across(mine):
        return _SAME
    if len(mine) > _VALUE or not mine or not theirs:
        return 0.0
    if is_han(theirs):
        if theirs in mine or (len(mine) > 1 and mine in theirs):
            return _HELD
        short = len(theirs) > 1 and mine[0] == theirs[0] and _letters_in_order(theirs, mine)
        return _SHORTENED if short else 0.0
    own, wanted = _stems(mine), _stems(theirs)
    return _HELD if own and wanted and (wanted <= own or own <= wanted) else 0.0


def _stems(text: str) -> frozenset[str]:
    stop = lexicon().english.stop
    return frozenset(stem(singular(piece.word)) for piece in tokens(text) if piece.shape != "mark" and piece.word not in stop)


def _letters_in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return all(letter in rest for letter in short)
