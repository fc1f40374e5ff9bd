"""What a set costs without thinking, given the gold topic: a random fact of it, and the fact whose relation shares most characters."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from kgllm.evaluation import Question
from kgllm.evaluation.metrics import key
from kgllm.graphs.base import Expansion, Graph


def baselines(graph: Graph, questions: Sequence[Question], *, seed: int = 0) -> list[str]:
    """Strict hits@1 of both, one line each, over the one-hop questions that name a topic; nothing where there are none."""
    rng = random.Random(seed)
    asked = [question for question in questions if question.topics and question.answerable and question.hops == 1]
    hits: Counter[str] = Counter()
    for question in asked:
        gold = {key(answer) for answer in question.answers}
        found = _around(graph, question.topics[0])
        if not found:
            continue
        blind = rng.choice([step for one in found for step in one.steps])
        hits["a random fact of the topic"] += key(blind.neighbour.name) in gold
        letters = Counter(question.question.lower())
        best = max(found, key=lambda one: (_shared(letters, one.relation.name.lower()), one.relation.id))
        hits["the relation that shares most characters"] += key(best.steps[0].neighbour.name) in gold
    names = ("a random fact of the topic", "the relation that shares most characters")
    return [f"baseline, {name}: hits1 {hits[name] / len(asked):.3f} of {len(asked)}" for name in names] if asked else []


def _around(graph: Graph, topic: str) -> list[Expansion]:
    matches = graph.find([topic])[0]
    if not matches:
        return []
    node = matches[0].node
    ways = [(count.relation, count.way) for count in graph.relations([node])[0]]
    return graph.expand([node], ways, limit=100)


def _shared(letters: Counter[str], name: str) -> int:
    return (letters & Counter(name)).total()
