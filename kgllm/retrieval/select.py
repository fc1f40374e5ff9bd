"""From ranked paths to the evidence: which facts, in which order, within the budget."""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from kgllm.retrieval.combine import within
from kgllm.retrieval.features import NAMES
from kgllm.retrieval.ground import chains, whole_fact
from kgllm.retrieval.rank import Ranked
from kgllm.types import Evidence, Fact, Node, Path, replace

if TYPE_CHECKING:
    from kgllm.graphs.base import View
    from kgllm.retrieval.retriever import Clock, Run


Group: TypeAlias = "tuple[int, ...]"
"""A fact, or the two that meet in an unnamed node, by their handles."""

OTHERS = 32  # ends listed of a path that is not the best; they are counted in full


def evidence(run: Run, ranked: list[Ranked], max_facts: int, notes: list[str], clock: Clock) -> Evidence:
    """Facts of the best path first, then of the others by score, at most `max_facts` with their qualifiers."""
    paths: list[Path] = []
    chosen: dict[Group, Fact] = {}
    left = max_facts
    for n, one in enumerate(ranked):
        run.deadline.check("retrieval")
        # The best path may take most of the budget; every other leaves something for those behind it.
        budget = left if n == 0 else min(left, max(6, left // 2))
        groups, cut = _groups(one, budget)
        for other in one.also:  # the other condition, as far as it leads to the same ends
            groups = _alternate(groups, _groups(_met(other, one), budget)[0])
        made = _made(run.view, [group for group in groups if group not in chosen], one)
        mine = []
        for group in groups:
            fact = chosen.get(group)
            if fact is None:
                fact = made[group]
                cost = 1 + len(fact.qualifiers)
                if cost > left:
                    cut = True
                    break
                left -= cost
                chosen[group] = fact
            mine.append(fact)
        if cut and n == 0:
            notes.append(f"facts: the best path has more facts than max_facts={max_facts} leaves room for")
        paths.append(_path(run, one, tuple(dict.fromkeys(mine)), run.retriever.limits.endpoints if n == 0 else OTHERS))
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
        facts=tuple(dict.fromkeys(chosen.values())),
        truncated=truncated,
        notes=tuple(dict.fromkeys(notes)),
        timings=clock.timings,
        settings={"strategy": "relations", "encoder": run.retriever.meaning.name if run.retriever.meaning else None},
    )


def _path(run: Run, one: Ranked, facts: tuple[Fact, ...], most: int) -> Path:
    ends: list[Node] = run.view.nodes(one.ground.ends[:most])
    return Path(
        seeds=tuple(run.seeds[i].node for i in one.seeds),
        relations=tuple(step for steps in one.steps for step in steps),
        endpoints=tuple(ends),
        facts=facts,
        score=one.score,
        count=one.ground.count,
        constraints=one.constraints,
        features={**dict(zip(NAMES, map(float, one.row), strict=True)), "confidence": one.confidence},
        truncated=one.ground.truncated or len(ends) < len(one.ground.ends),
    )


def _groups(one: Ranked, budget: int) -> tuple[list[Group], bool]:
    """What is told of the ways to the ends, end by end; whether some was left out."""
    listed = chains(one.ground, budget)
    bounds = [0, *(n for n, hop in enumerate(one.ground.hops, 1) if not hop.middle)]  # two facts that meet in the middle are one group
    groups: dict[Group, None] = {}
    for _, facts in listed:
        for first, last in pairwise(bounds):
            groups[facts[first:last]] = None
        if len(groups) > budget:
            break
    return list(groups)[:budget], len(groups) > budget or len(one.ground.ends) > len(listed)


def _made(view: View, groups: list[Group], one: Ranked) -> dict[Group, Fact]:
    """The facts of the groups, with the score of their path."""
    plain = [group for group in groups if len(group) == 1]
    made: dict[Group, Fact] = dict(zip(plain, view.facts(np.array([group[0] for group in plain], np.int64)), strict=True)) if plain else {}
    made |= {group: whole_fact(view, group[0], group[1], _middle(one, group)) for group in groups if len(group) == 2}
    return {group: Fact(fact.subject, fact.relation, fact.object, fact.qualifiers, fact.source, one.score) for group, fact in made.items()}


def _met(other: Ranked, one: Ranked) -> Ranked:
    return replace(other, ground=within(other.ground, one.ground.ends))


def _alternate(groups: list[Group], others: list[Group]) -> list[Group]:
    return [group for pair in zip_longest(groups, others) for group in pair if group is not None]


def _middle(one: Ranked, group: Group) -> int:
    for hop in (hop for path in (one, *one.also) for hop in path.ground.hops):
        if hop.middle:
            at = np.flatnonzero(hop.fact == group[0])
            if len(at):
                return int(hop.end[at[0]])
    raise AssertionError("a fact of a path is in one of its hops")
