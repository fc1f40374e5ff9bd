"""Which of the candidate paths answer the question: ground the best, join conditions, let paths with the same ends vote together."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, counted
from kgllm.retrieval.paths.ahead import fetch_ahead
from kgllm.retrieval.paths.ground import Ground, Steps, Walked, ground, is_hub
from kgllm.retrieval.ranking.called import called
from kgllm.retrieval.ranking.combine import joined
from kgllm.retrieval.ranking.conditions import conditioned
from kgllm.retrieval.ranking.confirm import asks_whether, confirmed
from kgllm.retrieval.ranking.direction import turned
from kgllm.retrieval.ranking.happened import happened
from kgllm.retrieval.ranking.holders import disputed, holders
from kgllm.retrieval.ranking.instead import instead
from kgllm.retrieval.ranking.lacks import noted
from kgllm.retrieval.ranking.meant import meant
from kgllm.retrieval.ranking.places import held, outside
from kgllm.retrieval.ranking.sides import sided
from kgllm.retrieval.ranking.typed import typed, unanswered
from kgllm.retrieval.ranking.undecided import undecided
from kgllm.retrieval.ranking.when import narrowed
from kgllm.retrieval.ranking.whereabouts import located
from kgllm.retrieval.reading.question import Asked
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.matching import Match
from kgllm.retrieval.scoring.score import KNOWN_WHOLE, sure
from kgllm.types import Node, Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths import steps as known
    from kgllm.retrieval.paths.walk import Candidates
    from kgllm.retrieval.retriever import Run
    from kgllm.retrieval.scoring.features import Seen
    from kgllm.retrieval.scoring.learned import Learned
    from kgllm.words.questions import Span

GROUNDED = 12
OF_EACH = 4  # of every mention, where the question names several things
AHEAD = 14  # candidates whose facts are fetched together, where fetching is what costs
TRIED = 48  # candidates tried before giving up on more that lead somewhere
_PLURAL, _SINGLE, _LOOPS, _STRANGE, _UNEXPLAINED = (NAMES.index(name) for name in ("plural", "single", "loops", "strange", "unexplained"))


@dataclass(slots=True)
class Ranked:
    """A path followed to its ends. `numbers` are its steps as `Steps` counts them; `also` are conditions that it was joined with."""

    seeds: tuple[int, ...]
    steps: tuple[Steps, ...]
    numbers: tuple[int, ...]
    ground: Ground
    score: float
    row: NDArray[Any]
    confidence: float = 0.0
    also: tuple[Ranked, ...] = ()
    cover: NDArray[Any] | None = None
    told: frozenset[int] = frozenset()  # words of the question that what it leads to explains
    undecided: bool = False  # nothing tells it from other paths: none is asked for
    refutes: bool = False  # asked for yes or no, it says no: it leads elsewhere
    constraints: tuple[tuple[Relation, Node], ...] = ()  # what the question asked of what else takes part in the facts
    held: frozenset[int] = frozenset()  # the hops whose facts it was asked of


@dataclass(slots=True)
class Ranking:
    """What ranking needs to know of a question."""

    run: Run
    asked: Asked
    match: Match
    steps: known.Steps
    seen: list[Seen]
    weights: NDArray[Any]
    grounded: int = GROUNDED
    tried: int = TRIED
    against: dict[Span, NDArray[np.bool_]] = field(default_factory=dict)
    """By the place of a name, the steps that run the other way than the question says."""


def rank(ranking: Ranking, candidates: Candidates) -> list[Ranked]:
    """The best paths, grounded, best first."""
    if not len(candidates):
        return []
    held(ranking, candidates)
    before = holders(ranking, candidates)
    turned(ranking, candidates)
    ranked = confirmed(ranking, called(ranking, _grounded(ranking, candidates)))
    disputed(ranking, ranked, before)
    if (other := instead(ranking, candidates, ranked)) is not None:
        ranked.append(other)
    for one in ranked:
        conditioned(ranking, one)
        narrowed(ranking, one)
    sided(ranking, ranked)
    typed(ranking, ranked)
    unanswered(ranking, ranked)
    outside(ranking, ranked)
    located(ranking, ranked)
    ranked += joined(ranking, ranked) if not asks_whether(ranking) else []
    ranked += happened(ranking, ranked)
    noted(ranking, ranked)
    retriever = ranking.run.retriever
    ranked = undecided(_voted(ranked, encoder=retriever.meaning is not None, learned=retriever.learned))
    return _ordered(ranking, meant(ranking, candidates, ranked))


def _grounded(ranking: Ranking, candidates: Candidates) -> list[Ranked]:
    run, steps = ranking.run, ranking.steps
    table = candidates.table
    assert table is not None
    scores = table @ ranking.weights
    order = (-scores).argsort(kind="stable")[: 16 * ranking.tried].tolist()
    handles = steps.handles(run.view.relations)
    span_of = [seen.span for seen in ranking.seen]
    tries, kept, short = dict.fromkeys(span_of, 0), dict.fromkeys(span_of, 0), dict.fromkeys(span_of, 0)
    several = len(short) > 1  # then each may be a condition, and conditions are mostly one step long
    hops, seeds = candidates.hops[order].tolist(), candidates.seed[order].tolist()
    out: list[Ranked] = []
    walked: Walked = {}

    brief = _briefly(run, candidates, steps)

    def path_of(place: int) -> tuple[Steps, ...]:
        return tuple(steps.relations[s] for s in candidates.steps[order[place], : hops[place]].tolist())

    def worth(place: int) -> bool:
        """Whether a candidate is followed, by what was found so far."""
        span = span_of[seeds[place]]
        if (len(out) < ranking.grounded and place < ranking.tried) or (kept[span] < OF_EACH and tries[span] < 2 * OF_EACH):
            return True
        return several and hops[place] == 1 and short[span] < OF_EACH

    fetched = 0 if getattr(run.view, "remote", False) else len(order)  # where every call is a round trip, some are made together
    for place, i in enumerate(order):
        seed = seeds[place]
        span = span_of[seed]
        if not worth(place):
            if not several:
                break
            continue
        if place >= fetched:
            ahead = list(islice(filter(worth, range(place, len(order))), AHEAD))
            fetched = ahead[-1] + 1
            paths = ((int(run.handles[seeds[at]]), path_of(at), order[at] in brief) for at in ahead)
            fetch_ahead(run.view, paths, run.retriever.limits, handles)
        run.deadline.check("retrieval")
        tries[span] += 1
        short[span] += hops[place] == 1
        numbers = tuple(candidates.steps[i, : hops[place]].tolist())
        path = path_of(place)
        reached = ground(run.view, run.handles[[seed]], path, run.retriever.limits, handles, walked, brief=i in brief)
        if reached.count:
            row = table[i].copy()
            after(row, ranking.asked, reached, int(run.handles[seed]))
            kept[span] += 1
            out.append(Ranked((seed,), path, numbers, reached, float(row @ ranking.weights), row))
    out.sort(key=lambda one: -one.score)
    return out


def _briefly(run: Run, candidates: Candidates, steps: known.Steps) -> set[int]:
    """The candidates whose first step leaves a hub."""
    groups, limits = getattr(run.view, "around", run.view.groups)(run.handles), run.retriever.limits
    large = (groups.count > min(limits.frontier, limits.endpoints)).nonzero()[0].tolist()
    found: set[int] = set()
    for row in large:
        step = steps.add(((run.view.relations[groups.relation[row]], int(groups.way[row])),))
        mine = ((candidates.seed == groups.origin[row]) & (candidates.steps[:, 0] == step)).nonzero()[0]
        count = int(groups.count[row])
        found.update(i for i, hops in zip(mine.tolist(), candidates.hops[mine].tolist(), strict=True) if is_hub(count, hops, limits))
    return found


def _ordered(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The ends of the best path by the mass of all paths that lead to them times the ways that the best has; of equal ones the better known first."""
    if not ranked:
        return ranked
    view, limits = ranking.run.view, ranking.run.retriever.limits
    if ranked[0].ground.brief:
        ranked[0].ground = ground(view, ranked[0].ground.seeds, ranked[0].steps, limits, ranking.steps.handles(view.relations))
    if len(ranked[0].ground.ends) < 2:
        return ranked
    best = ranked[0].ground
    mass = np.zeros(len(best.ends))
    top = max(one.score for one in ranked)
    for one in (one for one in ranked if not one.ground.brief):  # a hub's share is next to nothing
        mass[among(best.ends, np.sort(one.ground.ends))] += np.exp(one.score - top) / np.sqrt(one.ground.count)
    reached, counts = counted(best.hops[-1].end)
    ways = counts[reached.searchsorted(best.ends)]
    order = np.lexsort((view.rank(best.ends), -view.degrees(best.ends), -np.round(mass * ways, 6)))
    best.ends = best.ends[order]
    return ranked


def after(row: NDArray[Any], asked: Asked, reached: Ground, seed: int) -> None:
    """Set the features that need the ends."""
    row[_PLURAL] = float(asked.number > 0 and reached.count == 1)
    row[_SINGLE] = min(1.0, 0.5 * np.log2(reached.count)) if asked.number < 0 else 0.0
    row[_LOOPS] = float(len(reached.ends) == 1 and int(reached.ends[0]) == seed)


def _voted(ranked: list[Ranked], *, encoder: bool, learned: Learned | None = None) -> list[Ranked]:
    """Paths of one seed with the same ends pool their mass; the best of the heaviest group comes first."""
    if not ranked:
        return []
    top = max(one.score for one in ranked)
    keys = [(one.seeds, one.ground.count, np.sort(one.ground.ends).tobytes() if not one.ground.brief else one.numbers) for one in ranked]
    groups: dict[tuple[Any, ...], float] = {}
    for key, one in zip(keys, ranked, strict=True):
        groups[key] = groups.get(key, 0.0) + float(np.exp(one.score - top))
    best: dict[tuple[Any, ...], float] = {}
    for key, one in zip(keys, ranked, strict=True):
        best[key] = max(best.get(key, -np.inf), one.score - top)
    # Half of what a group gains over its best path: many weak paths to one thing do not outvote a good one.
    mass = {key: (best[key] + float(np.log(groups[key]))) / 2 for key in groups}
    order = sorted(range(len(ranked)), key=lambda i: (-mass[keys[i]], -ranked[i].score, i))
    ranked, keys = [ranked[i] for i in order], [keys[i] for i in order]
    alone = len(groups) == 1
    for one in ranked:
        one.row[_STRANGE] = min(one.row[_STRANGE], one.row[_UNEXPLAINED])
        one.confidence = sure(one.row, alone=alone, encoder=encoder) if learned is None else learned.confidence(one.row, alone=alone)
        if one.refutes:
            one.confidence *= KNOWN_WHOLE
    return ranked
