"""Evidence in pieces that mean something by themselves, best first: what a budget may keep or drop, never halve."""

from __future__ import annotations

from collections.abc import Iterable

from kgllm.types import Evidence, Fact, Node, Path


def units(evidence: Evidence) -> list[tuple[Fact, ...]]:
    """All facts of the evidence, once each: for every answer of every path the facts that lead to it, then the other facts.

    Facts around one unnamed node (an event, a compound value) say one thing together and stay together.
    """
    known = set(evidence.facts)
    served: set[Fact] = set()
    ranked: list[tuple[Fact, ...]] = []

    def serve(unit: Iterable[Fact]) -> None:
        fresh = tuple(dict.fromkeys(fact for fact in unit if fact not in served))
        if fresh:
            served.update(fresh)
            ranked.append(fresh)

    for path in () if evidence.wide else evidence.paths:  # those are in the order of their use
        for way in ways(path, known):
            serve(way)
    around: dict[Node, list[Fact]] = {}
    for fact in evidence.facts:
        for node in _joints(fact):
            around.setdefault(node, []).append(fact)
    for fact in evidence.facts:
        serve([fact, *(other for node in _joints(fact) for other in around[node])])
    return ranked


def ways(path: Path, known: set[Fact]) -> list[tuple[Fact, ...]]:
    """For each end of the path, in order, the facts from a seed to it, and the path's facts that say more of a node on the way."""
    inside = [fact for fact in path.facts if fact in known]
    steps = _walked(path, inside)
    on_chain = {fact for level in steps for _, fact in level.values()}
    more: dict[Node, list[Fact]] = {}
    for fact in inside:
        if fact not in on_chain:
            for node in (fact.subject, fact.object):
                more.setdefault(node, []).append(fact)
    found = []
    for end in path.endpoints:
        chain: list[Fact] = []
        nodes: list[Node] = [end]
        for level in reversed(steps):
            if nodes[-1] not in level:
                break
            before, fact = level[nodes[-1]]
            chain.append(fact)
            nodes.append(before)
        else:
            beside = (fact for node in nodes[:-1] for fact in more.get(node, ()))
            found.append((*reversed(chain), *beside))
    return found


def _walked(path: Path, facts: list[Fact]) -> list[dict[Node, tuple[Node, Fact]]]:
    """For each step of the path: the node reached → (the node before, the fact between). The first way to a node is kept."""
    levels: list[dict[Node, tuple[Node, Fact]]] = []
    here: set[Node] = set(path.seeds)
    for relation, way in path.relations:
        level: dict[Node, tuple[Node, Fact]] = {}
        for fact in facts:
            if fact.relation == relation:
                before, after = (fact.subject, fact.object) if way == "out" else (fact.object, fact.subject)
                if before in here:
                    level.setdefault(after, (before, fact))
        levels.append(level)
        here = set(level)
    return levels


def _joints(fact: Fact) -> list[Node]:
    return [node for node in (fact.subject, fact.object) if getattr(node, "named", True) is False]
