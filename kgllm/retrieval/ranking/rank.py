"""Which of the candidate paths answer the question: ground the best, join conditions, let paths with the same ends vote together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, counted, largest
from kgllm.graphs.compiled.storeview import StoreView
from kgllm.retrieval.paths.ahead import fetch_ahead
from kgllm.retrieval.paths.ground import Ground, Steps, Walked, ground, is_hub
from kgllm.retrieval.paths.together import Part, flat, ground_together
from kgllm.retrieval.ranking.addresses import addresses
from kgllm.retrieval.ranking.by_role import of_role
from kgllm.retrieval.ranking.called import called
from kgllm.retrieval.ranking.combine import joined
from kgllm.retrieval.ranking.conditions import conditioned
from kgllm.retrieval.ranking.confirm import asks_whether, confirmed
from kgllm.retrieval.ranking.direction import turned
from kgllm.retrieval.ranking.ended import still
from kgllm.retrieval.ranking.happened import happened
from kgllm.retrieval.ranking.holders import disputed, holders
from kgllm.retrieval.ranking.in_unit import in_unit
from kgllm.retrieval.ranking.instead import instead
from kgllm.retrieval.ranking.lacks import noted
from kgllm.retrieval.ranking.meant import meant
from kgllm.retrieval.ranking.named import unasked
from kgllm.retrieval.ranking.outright import outright
from kgllm.retrieval.ranking.periods import Periods, from_period
from kgllm.retrieval.ranking.places import held, outside
from kgllm.retrieval.ranking.sides import sided
from kgllm.retrieval.ranking.so_called import otherwise_called
from kgllm.retrieval.ranking.tied import tied
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
    from kgllm.retrieval.ranking.refusals import Refusal
    from kgllm.retrieval.retriever import Run
    from kgllm.retrieval.scoring.learned import Learned
    from kgllm.retrieval.scoring.seen import Seen
    from kgllm.words.questions import Span

GROUNDED = 12
OF_EACH = 4  # of every mention, where the question names several things
AHEAD = 14  # candidates whose facts are fetched together from a server
PLANNED = 24  # … that are followed together
SPARE = 2  # … beside those that will do if all lead somewhere
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
    refused: Refusal | None = None  # why it is no answer, however well it fits
    also: tuple[Ranked, ...] = ()
    cover: NDArray[Any] | None = None
    told: frozenset[int] = frozenset()  # words of the question that what it leads to explains
    undecided: bool = False  # nothing tells it from other paths: none is asked for
    refutes: bool = False  # asked for yes or no, it says no: it leads elsewhere
    constraints: tuple[tuple[Relation, Node], ...] = ()  # what the question asked of what else takes part in the facts
    held: frozenset[int] = frozenset()  # the hops whose facts it was asked of

    def refuse(self, why: Refusal) -> None:
        """Be sure of it no more: it is no answer. The first reason stays."""
        self.confidence = 0.0
        self.refused = self.refused or why

    @property
    def plain(self) -> bool:
        """Whether it is one step out of one thing, under no condition."""
        return len(self.steps) == 1 and len(self.steps[0]) == 1 and self.steps[0][0][1] == "out" and not self.also and not self.constraints


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
        still(ranking, one)
        narrowed(ranking, one)
    sided(ranking, ranked)
    typed(ranking, ranked)
    of_role(ranking, ranked)
    unanswered(ranking, ranked)
    in_unit(ranking, ranked)
    addresses(ranking, ranked)
    outside(ranking, ranked)
    located(ranking, ranked)
    unasked(ranking, ranked)
    ranked += joined(ranking, ranked) if not asks_whether(ranking) else []
    ranked += happened(ranking, ranked)
    noted(ranking, ranked)
    outright(ranking, ranked)
    tied(ranking, ranked)
    retriever = ranking.run.retriever
    ranked = _voted(ranked, encoder=retriever.meaning is not None, learned=retriever.learned)
    ranked = undecided(ranked, number=ranking.asked.kinds == ("number",))
    return _ordered(ranking, meant(ranking, candidates, ranked))


def _grounded(ranking: Ranking, candidates: Candidates) -> list[Ranked]:
    run, steps = ranking.run, ranking.steps
    table = candidates.table
    assert table is not None
    order = largest(table @ ranking.weights, 16 * ranking.tried).tolist()
    handles = steps.handles(run.view.relations)
    spans = [seen.span for seen in ranking.seen]
    hops, seeds = candidates.hops[order].tolist(), candidates.seed[order].tolist()
    none = dict.fromkeys(spans, 0)
    quota = _Quota(ranking, [spans[seed] for seed in seeds], hops, none, dict(none), dict(none), len(none) > 1)
    out: list[Ranked] = []
    walked: Walked = {}
    periods: Periods = {}
    ready: dict[int, Ground] = {}
    brief = _briefly(run, candidates, steps)
    rows = candidates.steps[order]
    parts: dict[int, tuple[Part, ...] | None] = {}

    def numbers_of(place: int) -> tuple[int, ...]:  # of hundreds of candidates a dozen are followed
        return tuple(rows[place, : hops[place]].tolist())

    def path_of(place: int) -> tuple[Steps, ...]:
        return tuple([steps.relations[step] for step in numbers_of(place)])

    def follow_together(view: StoreView, places: list[int]) -> None:
        new = ((at, _flat(numbers_of(at), parts, run, steps, handles)) for at in places if order[at] not in brief and at not in ready)
        plain = {at: (int(run.handles[seeds[at]]), its) for at, its in new if its is not None}
        ready.update(zip(plain, ground_together(view, list(plain.values()), run.retriever.limits), strict=True))

    fetched = 0 if getattr(run.view, "remote", False) else len(order)  # where every call is a round trip, some are made together
    planned = quota.plan(0)
    while planned:
        place = planned.pop(0)
        i, seed = order[place], seeds[place]
        path = path_of(place)
        if place >= fetched:
            ahead = [at for at in range(place, len(order)) if quota.wants(at)][:AHEAD]
            fetched = ahead[-1] + 1
            paths = ((int(run.handles[seeds[at]]), path_of(at), order[at] in brief) for at in ahead)
            fetch_ahead(run.view, paths, run.retriever.limits, handles)
        elif place not in ready and isinstance(run.view, StoreView):
            most = max((place, *planned)) + 1  # some will lead nowhere: then these are tried
            follow_together(run.view, [place, *planned, *range(most, min(most + SPARE, len(order)))])
        run.deadline.check("retrieval")
        begins = from_period(run, seed, path, periods)
        if len(begins) > 1 or (reached := ready.get(place)) is None:
            reached = ground(run.view, begins, path, run.retriever.limits, handles, walked, brief=i in brief)
        quota.note(place, reached.count > 0)
        if reached.count:
            row = table[i].copy()
            after(row, ranking.asked, reached, int(run.handles[seed]))
            out.append(Ranked((seed,), path, numbers_of(place), reached, float(row @ ranking.weights), row))
        if not (planned and reached.count):
            planned = quota.plan(place + 1)
    out.sort(key=lambda one: -one.score)
    return out


def _flat(
    path: tuple[int, ...], parts: dict[int, tuple[Part, ...] | None], run: Run, steps: known.Steps, handles: Mapping[str, int]
) -> tuple[Part, ...] | None:
    """The `flat` parts of a path, each step's kept in `parts`."""
    for step in path:
        if step not in parts:
            parts[step] = flat((steps.relations[step],), handles, run.view.relations)
    found = [parts[step] for step in path]
    return None if None in found else tuple([part for step in found if step is not None for part in step])


@dataclass(slots=True)
class _Quota:
    """Which candidates, in their order, are followed, by how many were: of each mention tried, leading somewhere, and one step long."""

    ranking: Ranking
    spans: list[Span]
    hops: list[int]
    tries: dict[Span, int]
    kept: dict[Span, int]
    short: dict[Span, int]
    several: bool
    """Whether there are several mentions: then each may be a condition, and conditions are mostly one step long."""
    found: int = 0

    def wants(self, place: int) -> bool:
        """Whether a candidate is followed."""
        span = self.spans[place]
        if self.found < self.ranking.grounded and place < self.ranking.tried:
            return True
        return (self.kept[span] < OF_EACH and self.tries[span] < 2 * OF_EACH) or (
            self.several and self.hops[place] == 1 and self.short[span] < OF_EACH
        )

    def note(self, place: int, leads: bool) -> None:
        """A candidate was followed, and leads somewhere or nowhere."""
        span = self.spans[place]
        self.tries[span] += 1
        self.short[span] += self.hops[place] == 1
        self.kept[span] += leads
        self.found += leads

    def plan(self, begin: int) -> list[int]:
        """The next candidates that are followed if all of them lead somewhere: some of those from a place on."""
        after = _Quota(self.ranking, self.spans, self.hops, dict(self.tries), dict(self.kept), dict(self.short), self.several, self.found)
        out: list[int] = []
        for place in range(begin, len(self.spans)):
            if after.wants(place):
                after.note(place, True)
                out.append(place)
                if len(out) == PLANNED:
                    break
            elif not self.several:
                break
        return out


def _briefly(run: Run, candidates: Candidates, steps: known.Steps) -> set[int]:
    """The candidates whose first step leaves a hub."""
    groups, limits = run.around, run.retriever.limits
    large = (groups.count > min(limits.frontier, limits.endpoints)).nonzero()[0].tolist()
    found: set[int] = set()
    for row in large:
        step = steps.add(((run.view.relations[groups.relation[row]], int(groups.way[row])),))
        mine = ((candidates.seed == groups.origin[row]) & (candidates.steps[:, 0] == step)).nonzero()[0]
        count = int(groups.count[row])
        found.update(i for i, hops in zip(mine.tolist(), candidates.hops[mine].tolist(), strict=True) if is_hub(count, hops, limits))
    return found


def _ordered(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The ends of the best path by the mass of all paths that lead to them times the ways that the best has; of equal ones the better known
    first. Behind them what is by its name something else than is asked for."""
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
    order = np.lexsort((view.rank(best.ends), -view.degrees(best.ends), -np.round(mass * ways, 6), otherwise_called(ranking, best.ends)))
    best.ends = best.ends[order]
    return ranked


def after(row: NDArray[Any], asked: Asked, reached: Ground, seed: int) -> None:
    """Set the features that need the ends."""
    row[_PLURAL] = float(asked.number > 0 and reached.count == 1)
    row[_SINGLE] = min(1.0, 0.5 * np.log2(reached.count)) if asked.number < 0 else 0.0
    row[_LOOPS] = float(len(reached.ends) == 1 and int(reached.ends[0]) == seed)


def _ends_of(one: Ranked) -> Any:
    """What two paths with the same ends have in common."""
    return one.numbers if one.ground.brief else np.sort(one.ground.ends).tobytes()


def _voted(ranked: list[Ranked], *, encoder: bool, learned: Learned | None = None) -> list[Ranked]:
    """Paths of one seed with the same ends pool their mass; the best of the heaviest group comes first."""
    if not ranked:
        return []
    top = max(one.score for one in ranked)
    often = Counter((one.seeds, one.ground.count) for one in ranked)
    keys = [(one.seeds, one.ground.count, _ends_of(one) if often[one.seeds, one.ground.count] > 1 else one.numbers) for one in ranked]
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
