"""What is to be declined: nothing but the pair of topic and relation tells, and there is enough of it to be learned."""

from __future__ import annotations

import random
from collections import Counter

import pytest

import kgllm
from kgllm.tuning import lessons
from kgllm.tuning.courses.curriculum import _bare
from kgllm.tuning.courses.declining import how_many, not_said


@pytest.fixture(scope="module")
def graph():
    return kgllm.datasets.load("gpu")


def wording(row):
    return _bare(row.question.replace(row.topics[0], "{}"))


@pytest.mark.parametrize("facts, seed", [(8, 0), (30, 0), (30, 1), (200, 2)])
def test_there_are_enough_to_learn_from_and_to_test(graph, facts, seed):
    made = lessons(graph, facts, seed=seed, untaught=5)
    declined = [row for row in made.train if not row.answers]
    answered = len(made.train) - len(declined)
    assert len(declined) == how_many(len(made.facts), answered)
    assert min(160, answered // 16) <= len(declined) <= 0.2 * answered
    assert len(made.unanswerable) >= min(40, 2 * facts)
    assert not {row.question for row in declined} & {row.question for row in made.unanswerable}
    assert {row.completion for row in declined} <= {"not in the graph", "图谱中没有"}


def test_neither_wording_nor_topic_tells(graph):
    """Whatever is declined is of a topic and of a relation that are taught, in wordings that are not held out; a namesake (Ada Lovelace,
    an architecture and a person) does not have it either."""
    made = lessons(graph, 60, seed=1, untaught=5)
    declined = [*(row for row in made.train if not row.answers), *made.unanswerable]
    assert not {wording(row) for row in declined} & {wording(row) for row in (*made.unseen, *made.dev)}
    assert {row.topics[0] for row in declined} <= {fact.subject.name for fact in made.facts}
    taught = {str(fact.relation.id) for fact in made.facts}
    pairs = not_said(graph, made.facts, {one: ["en", "zh"] for one in taught}, most=400, rng=random.Random(0))
    names = [graph.relations([fact.subject])[0] for fact in made.facts]
    has = {
        (fact.subject.name, str(one.relation.id)) for fact, many in zip(made.facts, names, strict=True) for one in many if one.way == "out"
    }
    assert pairs and not {pair[:2] for pair in pairs} & has
    assert {relation for _, relation, _ in pairs} <= taught


@pytest.mark.parametrize(
    "one, other", [(("Ana Silva", "Oslo"), ("Bo Larsen", "Rome")), (("郭帆导演", "流浪地球"), ("吴京演员", "战狼电影"))]
)
def test_the_graph_does_not_say_it(one, other):
    """Every topic has one of two relations, so it lacks the other; of the pairs that are drawn the graph has none."""
    facts = [(f"{one[0]} {i}", "lives in", one[1]) for i in range(6)] + [(f"{other[0]} {i}", "born in", other[1]) for i in range(3)]
    graph = kgllm.load(facts)
    taught = graph.sample(20, 0)
    ids = {fact.relation.name: str(fact.relation.id) for fact in taught}
    drawn = not_said(graph, taught, {name: ["en", "zh"] for name in ids.values()}, most=40, rng=random.Random(0))
    has = {(fact.subject.name, str(fact.relation.id)) for fact in taught}
    assert drawn and not [pair for pair in drawn if pair[:2] in has]
    assert len(drawn) == 9
    first = Counter(relation for _, relation, _ in drawn[:4])
    assert first[ids["lives in"]] > first[ids["born in"]]  # which is taught half as often
    assert drawn == not_said(graph, taught, {name: ["en", "zh"] for name in ids.values()}, most=40, rng=random.Random(0))


def test_where_every_topic_has_the_relation_nothing_is_declined():
    graph = kgllm.load([(f"Person {letter}", "lives in", f"Town {letter}") for letter in "ABCDEFGHIJKL"])
    made = lessons(graph, 12, languages=["en"], untaught=0)
    assert made.unanswerable == ()
    assert all(row.answers for row in made.train)


def test_of_many_facts_few_are_looked_up():
    class Counting:
        def __init__(self, graph):
            self.graph, self.nodes = graph, 0

        def relations(self, nodes):
            self.nodes += len(nodes)
            return self.graph.relations(nodes)

        def find(self, names):
            self.nodes += len(names)
            return self.graph.find(names)

    graph = kgllm.load([(f"Person {i}", ("lives in", "born in")[i % 2], f"Town {i % 9}") for i in range(400)])
    counting = Counting(graph)
    ids = {str(fact.relation.id): ["en"] for fact in graph.sample(400, 0)}
    drawn = not_said(counting, graph.sample(400, 0), ids, most=20, rng=random.Random(0))
    assert counting.nodes <= 2 * 20
    assert 10 <= len(drawn) <= 20
