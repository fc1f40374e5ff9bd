"""No split leaks into another: by entity, by path, by phrasing."""

from __future__ import annotations

from collections import defaultdict

import pytest

import kgllm
from kgllm.questions import iterate
from kgllm.questions.noise import skeleton
from kgllm.questions.splits import SPLITS
from kgllm.questions.values import identity

SHARES = (0.6, 0.2, 0.2)


@pytest.fixture(scope="module")
def graph():
    return kgllm.load(kgllm.datasets.load("gpu"))


def by_split(graph, by, n=300):
    out = defaultdict(list)
    for question in iterate(graph, n, split_by=by, shares=SHARES):
        out[question.split].append(question)
    assert set(out) == set(SPLITS)
    return out


def test_entities_do_not_leak(graph):
    rows = by_split(graph, "entity")
    topics = {split: {name for question in rows[split] for name in question.topic_ids} for split in SPLITS}
    for one, other in (("train", "validation"), ("train", "test"), ("validation", "test")):
        assert not topics[one] & topics[other]
    for split, later in (("train", ("validation", "test")), ("validation", ("test",))):
        held_out = {name for name_of in later for name in topics[name_of]}
        for question in rows[split]:
            involved = {identity(node) for fact in question.facts for node in fact.nodes}
            assert not held_out & (involved | set(question.answer_ids))
    facts = {split: {fact.id for question in rows[split] if len(question.path) == 1 for fact in question.facts} for split in SPLITS}
    assert not facts["train"] & facts["test"]
    assert not facts["train"] & facts["validation"]


def test_paths_do_not_leak_whichever_way_they_are_walked(graph):
    rows = by_split(graph, "path")

    def told(question):
        there = tuple((relation.id, way) for relation, way in question.path)
        return min(there, tuple((name, "in" if way == "out" else "out") for name, way in reversed(there)))

    paths = {split: {told(question) for question in rows[split] if len(question.paths) == 1} for split in SPLITS}
    assert not paths["train"] & paths["test"]
    assert not paths["train"] & paths["validation"]
    assert not paths["validation"] & paths["test"]


def test_phrasings_do_not_leak(graph):
    rows = by_split(graph, "phrasing")
    said = {split: {skeleton(question.question, question.mentions) for question in rows[split]} for split in SPLITS}
    assert not said["train"] & said["test"]
    assert not said["train"] & said["validation"]
    assert not said["validation"] & said["test"]


def test_a_thing_falls_in_the_same_split_whatever_is_drawn(graph):
    first = {question.topic_ids: question.split for question in iterate(graph, 150, shares=SHARES, kinds=["one_hop"])}
    second = {question.topic_ids: question.split for question in iterate(graph, 150, shares=SHARES, kinds=["inverse", "one_hop"])}
    both = set(first) & set(second)
    assert len(both) > 10
    assert all(first[topics] == second[topics] for topics in both)


def test_no_distractor_tells_what_a_later_split_asks(graph):
    asked = list(iterate(graph, 300, shares=SHARES, distractors=6))
    held_out = {name for one in asked if one.split == "test" for name in one.topic_ids}
    shown = [fact for one in asked if one.split == "train" for fact in one.context]
    assert held_out and shown
    assert not [fact for fact in shown if held_out & {identity(node) for node in fact.nodes}]


def test_a_paraphrase_goes_where_its_wording_belongs():
    facts = [(f"Film {n}", relation, f"{relation} {n % 5}") for n in range(60) for relation in ("director", "writer", "producer")]
    plain = "Who was it for {}?"

    def reword(question):
        return plain.format(question.mentions[0])

    asked = list(iterate(kgllm.load(facts), 60, kinds=["one_hop"], noise=0, split_by="phrasing", shares=SHARES, paraphrase=reword))
    worded = [one for one in asked if one.question.startswith("Who was it for")]
    assert len(worded) > 20 and len({one.split for one in worded}) == 1
    assert len({one.question for one in asked}) == len(asked)  # none twice
    assert {one.phrasing for one in worded} == {"who was it for {x}"}
