"""Retrieval without words: everything within some hops, shortest paths between linked things, and personalised PageRank.

All are bounded inside the loop: a hub gives at most `Limits.fan_out` facts for one relation and way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import by_key
from kgllm.graphs.base import View
from kgllm.limits import Deadline, Limits
from kgllm.retrieval.clock import Clock
from kgllm.types import Evidence, Fact, replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run

ALPHA = 0.2  # of every push stays; the rest goes on
EPSILON = 1e-4  # a node is pushed while its share is more than this for each of its facts
MOST_PUSHES = 64  # rounds; each pushes every node that is over EPSILON
MOST_FACTS = 50_000  # looked at in all


def without_words(run: Run, strategy: str, max_facts: int) -> Evidence:
    """The evidence of one of the other strategies: facts, best first, and no paths."""
    clock = Clock()
    notes: list[str] = []
    strategies = {"khop": _khop, "shortest": _shortest, "ppr": _ppr}
    handles, scores = (
        strategies[strategy](run.view, run.handles, run.retriever.limits, run.deadline, notes) if len(run.handles) else ([], [])
    )
    clock.lap("walk")
    facts: list[Fact] = []
    left = max_facts
    for fact, score in zip(run.view.facts(np.array(handles[:max_facts], np.int64)), scores, strict=False):
        left -= 1 + len(fact.qualifiers)
        if left < 0:
            break
        facts.append(replace(fact, score=float(score)))
    if len(facts) < len(handles):
        notes.append(f"facts: {len(handles) - len(facts)} of {len(handles)} found were left out for max_facts={max_facts}")
    clock.lap("select")
    return Evidence(
        question=run.question,
        links=run.links,
        seeds=tuple(dict.fromkeys(seed.node for seed in run.seeds)),
        paths=(),
        facts=tuple(facts),
        truncated=bool(notes),
        notes=tuple(notes),
        timings=clock.timings,
        settings={"strategy": strategy, "encoder": None},
    )


def _around(view: View, nodes: NDArray[Any], limits: Limits) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], bool]:
    """(position in nodes, neighbour, fact) of every fact of the nodes, bounded by fan_out; whether that cut something."""
    groups = view.groups(nodes)
    edges = view.edges(nodes[groups.origin], groups.relation, groups.way, int(limits.fan_out))
    return groups.origin[edges.row], edges.neighbour, edges.fact, bool(edges.truncated.any())


def _khop(view: View, seeds: NDArray[Any], limits: Limits, deadline: Deadline, notes: list[str]) -> tuple[list[int], list[float]]:
    """Facts within some hops, the nearest first."""
    found: dict[int, float] = {}
    seen = nodes = np.unique(seeds)
    for hop in range(int(limits.hops)):
        deadline.check("retrieval")
        _, to, facts, cut = _around(view, nodes, limits)
        if cut:
            notes.append(f"fan_out: a node {hop + 1} hops away has more than {limits.fan_out} facts of one relation")
        for fact in facts.tolist():
            found.setdefault(fact, 1.0 / (hop + 1))
        if len(found) >= MOST_FACTS:
            notes.append(f"facts: stopped at {len(found)} after {hop + 1} hops")
            break
        nodes = np.setdiff1d(to, seen)
        if len(nodes) > limits.frontier:
            nodes = np.sort(by_key(view, nodes)[: int(limits.frontier)])
            notes.append(f"frontier: only {limits.frontier} nodes were gone on from after {hop + 1} hops")
        seen = np.union1d(seen, nodes)
    return list(found), list(found.values())


def _shortest(view: View, seeds: NDArray[Any], limits: Limits, deadline: Deadline, notes: list[str]) -> tuple[list[int], list[float]]:
    """Facts on shortest paths between the things linked: breadth first from each, met in the middle."""
    reach = [_levels(view, int(seed), limits, deadline, notes) for seed in dict.fromkeys(seeds.tolist())]
    found: dict[int, float] = {}
    for n, (distance, into) in enumerate(reach):
        for other_distance, other_into in reach[n + 1 :]:
            meet = [node for node in distance if node in other_distance]
            if not meet:
                continue
            best = min(distance[node] + other_distance[node] for node in meet)
            for node in sorted(node for node in meet if distance[node] + other_distance[node] == best):
                for table in (into, other_into):
                    _trace(node, table, 1.0 / max(1, best), found)
    return list(found), list(found.values())


def _levels(
    view: View, seed: int, limits: Limits, deadline: Deadline, notes: list[str]
) -> tuple[dict[int, int], dict[int, list[tuple[int, int]]]]:
    """How far each node is from a seed, and the facts (and nodes) that it is reached by on shortest ways."""
    distance, into = {seed: 0}, dict[int, list[tuple[int, int]]]()
    nodes = np.array([seed])
    for hop in range(1, int(limits.hops) + 1):
        deadline.check("retrieval")
        origin, to, facts, cut = _around(view, nodes, limits)
        if cut:
            notes.append(f"fan_out: a node has more than {limits.fan_out} facts of one relation")
        for start, end, fact in zip(nodes[origin].tolist(), to.tolist(), facts.tolist(), strict=True):
            if distance.setdefault(end, hop) == hop:
                into.setdefault(end, []).append((start, fact))
        nodes = np.array(sorted(node for node, far in distance.items() if far == hop)[: int(limits.frontier)], np.int64)
        if not len(nodes) or len(distance) > MOST_FACTS:
            break
    return distance, into


def _trace(node: int, into: dict[int, list[tuple[int, int]]], score: float, found: dict[int, float]) -> None:
    waiting, done = [node], set()
    while waiting:
        at = waiting.pop()
        if at in done:
            continue
        done.add(at)
        for before, fact in into.get(at, ()):
            found.setdefault(fact, score)
            waiting.append(before)


def _ppr(view: View, seeds: NDArray[Any], limits: Limits, deadline: Deadline, notes: list[str]) -> tuple[list[int], list[float]]:
    """Facts between nodes of high personalised PageRank, by forward push (Andersen, Chung and Lang 2006): its cost depends on
    ALPHA and EPSILON, not on the size of the graph."""
    start = np.unique(seeds)
    rest = dict.fromkeys(start.tolist(), 1.0 / len(start))
    rank: dict[int, float] = {}
    edges: dict[int, list[tuple[int, int]]] = {}
    looked = 0
    for turn in range(MOST_PUSHES):
        deadline.check("retrieval")
        nodes = np.array(sorted(rest), np.int64)
        degrees = np.maximum(1, view.degrees(nodes))
        due = nodes[(np.array([rest[node] for node in nodes.tolist()]) > EPSILON * degrees) | (turn == 0)]  # seeds, also if they are hubs
        if not len(due):
            break
        new = np.array([node for node in due.tolist() if node not in edges], np.int64)
        if len(new):
            origin, to, facts, cut = _around(view, new, limits)
            looked += len(facts)
            if cut:
                notes.append(f"fan_out: a node has more than {limits.fan_out} facts of one relation")
            for node in new.tolist():
                edges[node] = []
            for at, end, fact in zip(new[origin].tolist(), to.tolist(), facts.tolist(), strict=True):
                edges[at].append((end, fact))
        for node in due.tolist():
            mass = rest.pop(node)
            rank[node] = rank.get(node, 0.0) + ALPHA * mass
            share = (1 - ALPHA) * mass / max(1, len(edges[node]))
            for end, _ in edges[node]:
                rest[end] = rest.get(end, 0.0) + share
        if looked > MOST_FACTS:
            notes.append(f"facts: stopped after {looked} were looked at")
            break
    score: dict[int, float] = {}
    for node in sorted(edges):
        for end, fact in edges[node]:
            score[fact] = max(score.get(fact, 0.0), min(rank.get(node, 0.0), rank.get(end, 0.0) + rest.get(end, 0.0)))
    order = sorted(score, key=lambda fact: (-score[fact], fact))
    return order, [score[fact] for fact in order]
