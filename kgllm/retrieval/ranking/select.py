"""From ranked paths to the evidence: which facts, in which order, within the budget."""

from __future__ import annotations

from itertools import islice, pairwise, zip_longest
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.graphs.compiled.storeview import StoreView
from kgllm.retrieval.paths.ground import chains, whole_facts
from kgllm.retrieval.ranking.combine import within
from kgllm.retrieval.ranking.rank import Ranked
from kgllm.retrieval.scoring.features import NAMES
from kgllm.types import Evidence, Fact, Path, replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.clock import Clock
    from kgllm.retrieval.retriever import Run


Group: TypeAlias = "tuple[int, ...]"
"""A fact, or the two that meet in an unnamed node, by their handles."""

OTHERS = 32  # ends listed of a path that is not the best; they are counted in full


def evidence(run: Run, ranked: list[Ranked], max_facts: int, notes: list[str], clock: Clock) -> Evidence:
    """Facts of the best path first, then of the others by score, at most `max_facts` with their qualifiers."""
    chosen: dict[Group, float] = {}  # with the score of the path that first led to it
    whole: dict[Group, Fact] = {}
    told: list[list[Group]] = []
    left = max_facts
    for n, one in enumerate(ranked):
        run.deadline.check("retrieval")
        # The best path may take most of the budget; every other leaves something for those behind it.
        budget = left if n == 0 else min(left, max(6, left // 2))
        groups, cut = _groups(one, budget)
        for other in one.also:  # the other condition, as far as it leads to the same ends
            groups = _alternate(groups, _groups(_met(other, one), budget)[0])
        mine = []
        for group, cost in zip(groups, _costs(run.view, groups, one, whole), strict=True):
            if group not in chosen:
                if cost > left:
                    cut = True
                    break
                left -= cost
                chosen[group] = one.score
            mine.append(group)
        if cut and n == 0:
            notes.append(f"facts: the best path has more facts than max_facts={max_facts} leaves room for")
        told.append(list(dict.fromkeys(mine)))
    listed = [one.ground.ends[: OTHERS if n else run.retriever.limits.endpoints] for n, one in enumerate(ranked)]
    if (look := getattr(run.view, "look_again", None)) is not None:  # at all that is shown, together
        look(np.concatenate([np.zeros(0, np.int64), *listed]).tolist(), [fact for group in chosen if len(group) == 1 for fact in group])
    facts = _made(run.view, chosen, whole)
    # Facts of different handles differ; n-ary ones may be met from either side.
    once = dict.fromkeys if whole else tuple
    paths = _paths(run, ranked, listed, [tuple(once([facts[group] for group in groups])) for groups in told])
    if paths and paths[0].truncated:
        notes.append(
            f"ends: the best path goes on from at most {run.retriever.limits.frontier} nodes and lists {len(paths[0].endpoints)} ends"
        )
    truncated = bool(notes)
    clock.lap("select")
    return Evidence(
        question=run.question,
        links=run.links,
        seeds=tuple(dict.fromkeys(seed.node for seed in run.seeds)),
        paths=tuple(paths),
        facts=tuple(once(list(facts.values()))),
        truncated=truncated,
        notes=tuple(dict.fromkeys(notes)),
        timings=clock.timings,
        settings={"strategy": "relations", "encoder": run.retriever.meaning.name if run.retriever.meaning else None},
    )


def _paths(run: Run, ranked: list[Ranked], listed: list[NDArray[Any]], facts: list[tuple[Fact, ...]]) -> list[Path]:
    """The paths with the ends that are listed and their facts; the ends of all are fetched at once."""
    nodes = iter(run.view.nodes(np.concatenate(listed))) if listed else iter(())
    seeds = [seed.node for seed in run.seeds]
    return [
        Path(
            seeds=tuple([seeds[i] for i in one.seeds]),
            relations=tuple([(relation, "in" if move == "in" else "out") for steps in one.steps for relation, move in steps]),
            endpoints=tuple(islice(nodes, len(ends))),
            facts=mine,
            score=one.score,
            count=one.ground.count,
            constraints=one.constraints,
            features=_features(one),
            truncated=one.ground.truncated or len(ends) < len(one.ground.ends),
        )
        for one, ends, mine in zip(ranked, listed, facts, strict=True)
    ]


def _features(one: Ranked) -> dict[str, float]:
    """What the score of a path is made of, and how sure it is."""
    told = dict(zip(NAMES, one.row.tolist(), strict=True))
    told["confidence"], told["refutes"], told["undecided"] = one.confidence, float(one.refutes), float(one.undecided)
    return told


def _groups(one: Ranked, budget: int) -> tuple[list[Group], bool]:
    """What is told of the ways to the ends, end by end; whether some was left out."""
    listed = chains(one.ground, budget)
    bounds = [0, *(n for n, hop in enumerate(one.ground.hops, 1) if not hop.middle)]  # two facts that meet in the middle are one group
    if len(bounds) == 2:  # one group of each way
        return list(dict.fromkeys(facts[: bounds[1]] for _, facts in listed)), len(one.ground.ends) > len(listed)
    groups: dict[Group, None] = {}
    for _, facts in listed:
        for first, last in pairwise(bounds):
            groups[facts[first:last]] = None
        if len(groups) > budget:
            break
    return list(groups)[:budget], len(groups) > budget or len(one.ground.ends) > len(listed)


def _costs(view: View, groups: list[Group], one: Ranked, whole: dict[Group, Fact]) -> list[int]:
    """What each group takes of the budget: one for a fact and one for each of its qualifiers. Those of n-ary facts show when they
    are made, and are put into `whole`."""
    if not getattr(view, "any_qualified", True) and max(map(len, groups), default=1) == 1:
        return [1] * len(groups)
    plain = np.array([group[0] for group in groups if len(group) == 1], np.int64)
    row, _, _ = view.qualifiers(plain)
    more = iter(np.bincount(row, minlength=len(plain)).tolist() if len(row) else [0] * len(plain))
    pairs = [(group[0], group[1]) for group in dict.fromkeys(groups) if len(group) == 2 and group not in whole]
    if pairs:
        whole.update(zip(pairs, whole_facts(view, pairs, _middles(one, [first for first, _ in pairs])), strict=True))
    return [1 + (next(more) if len(group) == 1 else len(whole[group].qualifiers)) for group in groups]


def _made(view: View, chosen: dict[Group, float], whole: dict[Group, Fact]) -> dict[Group, Fact]:
    """The facts of the groups, with their scores; those of all paths are fetched at once."""
    plain = [group for group in chosen if len(group) == 1]
    if len(plain) == len(chosen) and isinstance(view, StoreView):
        return dict(zip(plain, view.facts(np.array(plain, np.int64).reshape(-1), list(chosen.values())), strict=True))
    made = dict(zip(plain, view.facts(np.array([group[0] for group in plain], np.int64)), strict=True)) if plain else {}
    told = ((made[group] if len(group) == 1 else whole[group], score, group) for group, score in chosen.items())
    return {group: Fact(fact.subject, fact.relation, fact.object, fact.qualifiers, fact.source, score) for fact, score, group in told}


def _met(other: Ranked, one: Ranked) -> Ranked:
    return replace(other, ground=within(other.ground, one.ground.ends))


def _alternate(groups: list[Group], others: list[Group]) -> list[Group]:
    return [group for pair in zip_longest(groups, others) for group in pair if group is not None]


def _middles(one: Ranked, facts: list[int]) -> list[int]:
    """The unnamed node that each fact, the first of two, leads to."""
    wanted = distinct(np.array(facts, np.int64))
    found: dict[int, int] = {}
    for hop in (hop for path in (one, *one.also) for hop in path.ground.hops):
        if hop.middle:
            at = among(hop.fact, wanted).nonzero()[0][::-1]  # the first of several is put last, and stays
            found = dict(zip(hop.fact[at].tolist(), hop.end[at].tolist(), strict=True)) | found
    return [found[fact] for fact in facts]
