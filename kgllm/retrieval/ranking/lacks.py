"""What a question asks for and the thing that it names does not have, though things like it do.

"Who directed X?" of a film whose director the graph does not know: a word speaks of a relation that nothing leads to from X, and that
others with the same relations as X have. What other paths say then is likely no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.ranking.whereabouts import leads_on
from kgllm.retrieval.scoring.features import NAMES, cover
from kgllm.types import Literal
from kgllm.words.questions import overlap
from kgllm.words.whom import is_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.retrieval.scoring.seen import Seen

SPEAKS, SILENT = 0.8, 0.6  # how far a step that a word speaks of explains it at least; below this it speaks of none
ALIKE = 0.3  # of what things with a relation have, the share that a thing like them has at least;
PLAINLY = 0.15  # … where the question says nothing else
_AS_SAID = 0.7  # … and a step explains its word so far: "wife" is said of a spouse
_LACKS = NAMES.index("lacks")


def noted(ranking: Ranking, ranked: Sequence[Ranked]) -> None:
    """Set the feature "lacks" of the paths: the weight of such words, less what a path explains of them, by its ends or, where its
    first step is mentioned or its only one, by its steps."""
    words: dict[int, tuple[NDArray[Any], NDArray[Any]]] = {}
    plain: dict[int, bool] = {}
    told: dict[int, list[Ranked]] = {}
    for one in ranked:
        seed = one.seeds[0]
        if seed not in words:
            plain[seed] = is_plain(ranking.asked.text, ranking.seen[seed].span)
            alike, speaks = (PLAINLY, _AS_SAID) if plain[seed] else (ALIKE, SPEAKS)
            words[seed] = _lacking(ranking, seed, alike=alike, speaks=speaks), _turned(ranking, seed)
        lacking, turned = words[seed]
        if not (lacking | turned).any():
            continue
        seen = ranking.seen[seed]
        begin = ranking.match.explains[one.numbers[0]] * (seen.weights > 0)
        mentioned = len(one.steps) == 1 or begin.max(initial=0.0) >= SILENT  # else it leaves the seed by a step that nothing mentions
        if mentioned or (plain[seed] and not turned.any() and leads_on(ranking, one)):
            told.setdefault(seed, []).append(one)
        else:
            _set(one, seen, lacking | turned, np.ones(len(seen.weights)))
    for seed, ones in told.items():  # each beside no other
        seen, (lacking, turned) = ranking.seen[seed], words[seed]
        covered = cover(ranking.asked, ranking.match, ranking.steps, [one.numbers for one in ones], seen, alone=True)
        for one, its in zip(ones, covered, strict=True):
            _set(one, seen, lacking | turned, np.ones(len(seen.weights)) - its)


def _set(one: Ranked, seen: Seen, lacking: NDArray[Any], left: NDArray[Any]) -> None:
    left[list(one.told)] = 0.0
    one.row[_LACKS] = float((seen.weights * lacking * left).sum())


def _turned(ranking: Ranking, seed: int) -> NDArray[Any]:
    """Which words of the question speak of relations that a seed has the other way round only: whom it acquired, not who acquired it."""
    against = ranking.against.get(ranking.seen[seed].span)
    explains, weights = ranking.match.explains, ranking.seen[seed].weights
    if against is None:
        return np.zeros(len(weights), bool)
    own = _own(ranking, seed)
    mine = against[own]
    return (explains[own[mine]] >= SPEAKS).any(axis=0) & (explains[own[~mine]] < SILENT).all(axis=0) & (weights > 0)


def _own(ranking: Ranking, seed: int) -> NDArray[Any]:
    """The steps of one relation that lead away from a seed."""
    groups = ranking.run.around
    mine = groups.origin == seed
    return ranking.steps.of(ranking.run.view.relations)[groups.relation[mine] * 2 + groups.way[mine]]


def _lacking(ranking: Ranking, seed: int, *, alike: float, speaks: float) -> NDArray[Any]:
    """Which words of the question speak of relations that things so far like a seed have, and of none that leads away from it."""
    steps, explains = ranking.steps, ranking.match.explains
    if isinstance(ranking.run.seeds[seed].node, Literal):  # a year lacks nothing
        return np.zeros(len(ranking.seen[seed].weights), bool)
    own = _own(ranking, seed)
    begins = np.zeros(len(steps), bool)
    begins[own] = True
    spoken = ranking.match.spoken
    heard = explains[spoken[begins[steps.column("first")[spoken]]]].max(axis=0, initial=0.0)
    asked = (heard < SILENT) & (ranking.seen[seed].weights > 0)
    if not asked.any():
        return asked
    has = {steps.keys[step][0] for step in own.tolist()}
    types = getattr(ranking.run.seeds[seed].node, "types", ())
    for step in spoken[np.logical_or.reduce(explains[spoken][:, asked] >= speaks, axis=1)].tolist():
        key = steps.keys[step]
        if len(key) == 1 and steps.alike(key[0], has, types) >= alike:
            asked &= explains[step] < speaks
            if not asked.any():
                break
    return (heard < SILENT) & (ranking.seen[seed].weights > 0) & ~asked


def lacked(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, sure of nothing where the best speaks of a part of such a field's name."""
    run = ranking.run
    if not ranked or len(ranked[0].seeds) > 1 or ranked[0].also or not run.spoken.telling:
        return ranked
    best = ranked[0]
    seed = best.seeds[0]
    asked, steps = ranking.asked, ranking.steps
    node, span = run.seeds[seed].node, ranking.seen[seed].span
    if isinstance(node, Literal):
        return ranked
    own = {relation.id for parts in best.steps for relation, _ in parts}
    groups = run.around
    mine = groups.origin == seed
    has = {(run.view.relations[of].id, int(way)) for of, way in zip(groups.relation[mine], groups.way[mine], strict=True)}
    for place, fields in run.spoken.telling:
        if overlap(place, span) or any(overlap(place, seen.span) for seen in ranking.seen) or not own.isdisjoint(fields):
            continue
        words = [n for n, word in enumerate(asked.words) if overlap(word.span, place)]
        if len(words) < 2 or any((field, 0) in has or (field, 1) in has for field in fields):
            continue
        half = 0 < sum(float(ranking.match.explains[best.numbers[-1], n]) >= SPEAKS for n in words) < len(words)
        if half and any(steps.alike((field, 0), has, getattr(node, "types", ())) >= ALIKE for field in fields):
            for one in ranked:
                one.refuse("field_lacking")
            return ranked
    return ranked
