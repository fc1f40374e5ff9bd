"""From ranked paths to the evidence: which facts, in which order, within the budget."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.combine import within
from kgllm.retrieval.features import NAMES
from kgllm.retrieval.ground import chains, whole_fact
from kgllm.retrieval.rank import Ranked
from kgllm.types import Evidence, Fact, Node, Path, replace

if TYPE_CHECKING:
    from kgllm.graphs.base import View
    from kgllm.retrieval.retriever import Clock, Run


OTHERS = 100  # ends listed of a path that is not the best; they are counted in full


def evidence(run: Run, ranked: list[Ranked], max_facts: int, notes: list[str], clock: Clock) -> Evidence:
    """Facts of the best path first, then of the others by score, at most `max_facts` with their qualifiers."""
    paths: list[Path] = []
    chosen: dict[str, Fact] = {}
    left = max_facts
    for n, one in enumerate(ranked):
        # The best path may take most of the budget; every other leaves something for those behind it.
        share = left if n == 0 else max(6, left // 2)
        budget = min(share, left) if n else left
        facts, cut = _facts(run.view, one, budget)
        for other in one.also:  # the other condition, as far as it leads to the same ends
            facts = _alternate(facts, _facts(run.view, _met(other, one), budget)[0])
        mine = []
        for fact in facts:
            if fact.id in chosen:
                mine.append(chosen[fact.id])
                continue
            cost = 1 + len(fact.qualifiers)
            if cost > left:
                cut = True
                break
            left -= cost
            chosen[fact.id] = scored = replace(fact, score=one.score)
            mine.append(scored)
        if cut and n == 0:
            notes.append(f"facts: the best path has more facts than max_facts={max_facts} leaves room for")
        paths.append(_path(run, one, tuple(mine), run.retriever.limits.endpoints if n == 0 else OTHERS))
    truncated = bool(notes) or any(path.truncated for path in paths[:1])
    clock.lap("select")
    return Evidence(
        question=run.question,
        links=run.links,
        seeds=tuple(dict.fromkeys(seed.node for seed in run.seeds)),
        paths=tuple(paths),
        facts=tuple(chosen.values()),
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
        features={**dict(zip(NAMES, map(float, one.row), strict=True)), "confidence": one.confidence},
        truncated=one.ground.truncated or len(ends) < len(one.ground.ends),
    )


def _facts(view: View, one: Ranked, budget: int) -> tuple[list[Fact], bool]:
    """The facts of the ways to the ends, end by end; whether some were left out."""
    listed = chains(one.ground, budget)
    singles: dict[tuple[int, ...], None] = {}
    middles = [hop.middle for hop in one.ground.hops]
    for _, facts in listed:
        at = 0
        while at < len(facts):
            size = 2 if middles[at] else 1
            singles[facts[at : at + size]] = None
            at += size
        if len(singles) > budget:
            break
    groups = list(singles)[:budget]
    plain = [group[0] for group in groups if len(group) == 1]
    ready = dict(zip(plain, view.facts(np.array(plain, np.int64)), strict=True)) if plain else {}
    out = [ready[group[0]] if len(group) == 1 else whole_fact(view, group[0], group[1], _middle(one, group)) for group in groups]
    return out, len(singles) > budget or len(one.ground.ends) > len(listed)


def _met(other: Ranked, one: Ranked) -> Ranked:
    return replace(other, ground=within(other.ground, one.ground.ends))


def _alternate(facts: list[Fact], others: list[Fact]) -> list[Fact]:
    return [fact for pair in zip_longest(facts, others) for fact in pair if fact is not None]


def _middle(one: Ranked, group: tuple[int, ...]) -> int:
    for hop in one.ground.hops:
        if hop.middle:
            at = np.flatnonzero(hop.fact == group[0])
            if len(at):
                return int(hop.end[at[0]])
    raise AssertionError("a fact of a path is in one of its hops")
