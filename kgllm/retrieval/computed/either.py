"""What of two things something is: "Is TCL private or state-owned?", X是连载还是已完结？. The fact of the topic whose value is, or holds, one
of the two answers it; its types do, too.

Nothing else of the question names a relation: so the values alone say which is meant, and where facts of several relations hold one of
the two, or none does, that answers nothing here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.types import Entity, Evidence, Literal, replace
from kgllm.words import is_han, lexicon, singular, stem, tokens
from kgllm.words.names import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgllm.retrieval.retriever import Run
    from kgllm.words.questions import Span

_BE = re.compile(r"^\W*(?:is|are|was|were)\s+(?:the\s+)?$", re.IGNORECASE)
_OR = re.compile(r"\s*,?\s+or\s+", re.IGNORECASE)
_SMALL = re.compile(r"^(?:(?:an?|the|in|from|of|either|rather|still|already|now|more|by)\s+)+", re.IGNORECASE)
_BESIDES = re.compile(r"\b(?:on|at|for|during|than|before|after|when|who|that|which|with|and)\b|\d", re.IGNORECASE)
_HAN_OR = re.compile(r"[，,]?\s*(?:还是|抑或|或者)\s*")
_HAN_SMALL = re.compile(r"^(?:到底|究竟|现在|目前)?(?:是在|是属于|属于|位于|算是|在|是|算|为|已经|正在|已|正)?(?:一[个家种位所座部首本])?")
_HAN_AFTER = re.compile(r"(?:里面?|中|内|的|了|呢|[？?。\s])+$")
_HAN_MORE = re.compile(r"[谁哪吗多少比]|什么|更")
_WORDS = 4  # of one alternative
_HAN_LONGEST = 8
_VALUE = 60  # characters of a value that an alternative may stand in
_PER_STEP = 16
_STEPS = 64
_SAME, _HELD, _SHORTENED = 1.0, 0.9, 0.7
_SURE = {_SAME: 0.95, _HELD: 0.85, _SHORTENED: 0.75}


@dataclass(frozen=True, slots=True)
class Choice:
    """The topic's place, and the things to choose between, as they are written."""

    topic: Span
    between: tuple[str, ...]


def either(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for which of two things something is; None for every other, and where the graph does not say."""
    given = next(_choices(run), None)
    if given is None:
        return None
    told = []
    for seed, handle in run.seeded:
        if seed.span == given.topic and isinstance(seed.node, Entity):
            found = _told(run, handle, seed.node, given, max_facts)
            told += [] if found is None else [found]
    return max(told, key=lambda one: one.paths[0].features["confidence"], default=None)


def _choices(run: Run) -> Iterator[Choice]:
    question = run.question
    for span in sorted({seed.span for seed in run.seeds if seed.start < seed.end}, key=lambda span: span[0] - span[1]):
        before, rest = question[: span[0]], question[span[1] :].strip(" 》」”\"'")
        between = _han_between(before, rest) if is_han(rest) else _between(before, rest)
        if between:
            yield Choice(span, between)


def _between(before: str, rest: str) -> tuple[str, ...]:
    """The alternatives of "is X (a) A or (a) B?"."""
    if _BE.match(before) is None or _BESIDES.search(rest):
        return ()
    parts = [_SMALL.sub("", part.strip()) for part in _OR.split(rest.strip(" ?？."))]
    return tuple(parts) if len(parts) > 1 and all(part and len(part.split()) <= _WORDS for part in parts) else ()


def _han_between(before: str, rest: str) -> tuple[str, ...]:
    """The alternatives of X是A还是B？."""
    if before.strip(" 《「“\"'") or _HAN_MORE.search(rest):
        return ()
    parts = [_HAN_AFTER.sub("", _HAN_SMALL.sub("", part.strip())) for part in _HAN_OR.split(rest)]
    return tuple(parts) if len(parts) > 1 and all(0 < len(part) <= _HAN_LONGEST for part in parts) else ()


def _told(run: Run, handle: int, node: Entity, given: Choice, max_facts: int) -> Evidence | None:
    """What the facts of a thing say of it, or else its types."""
    view = run.view
    groups = view.groups(np.array([handle], np.int64))
    out = np.flatnonzero(groups.way == 0)[:_STEPS]
    edges = view.edges(np.full(len(out), handle), groups.relation[out], np.zeros(len(out), np.int64), _PER_STEP)
    nodes = view.nodes(edges.neighbour)
    best: dict[int, list[tuple[float, int, int]]] = {}  # by relation: how well, the value, the fact
    for row, end, fact, value in zip(edges.row.tolist(), edges.neighbour.tolist(), edges.fact.tolist(), nodes, strict=True):
        if (how := _meant(value.name, given.between)) > 0:
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
    kinds = [kind for kind in node.types if _meant(kind, given.between) >= _HELD]
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
