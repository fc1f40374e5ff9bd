"""Grounding a path against a walk that is too simple to be wrong."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kgllm
from kgllm.graphs.base import view_of
from kgllm.limits import Limits
from kgllm.retrieval.paths.ground import ground
from kgllm.types import Entity, Relation

NODES = [f"n{i}" for i in range(6)]
FACTS = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(["r", "s"]), st.sampled_from(NODES)), min_size=1, max_size=14)
PATHS = st.lists(st.tuples(st.sampled_from(["r", "s"]), st.sampled_from(["out", "in"])), min_size=1, max_size=3)


def simply(facts, seed, path):
    """Ends over all ways of the path; a step that undoes the one before leaves out where its node was come from."""
    ways = [(None, seed)]
    for n, (relation, way) in enumerate(path):
        undoes = n > 0 and path[n - 1][0] == relation and path[n - 1][1] != way
        following = set()
        for before, at in ways:
            for s, r, o in facts:
                start, end = (s, o) if way == "out" else (o, s)
                if r == relation and start == at and not (undoes and end == before):
                    following.add((at, end))
        ways = sorted(following)
    ends = {end for _, end in ways}
    return ends - {seed} or ends


@given(FACTS, PATHS)
@settings(max_examples=60, deadline=None)
def test_ends_are_those_of_a_simple_walk(facts, path):
    graph = kgllm.load(facts)
    view = view_of(graph)
    seed = facts[0][0]
    handles = {relation.id: i for i, relation in enumerate(view.relations)}
    path = [step for step in path if step[0] in handles]
    if not path:
        return
    steps = tuple(((Relation(relation), way),) for relation, way in path)
    found = ground(view, view.handles([Entity(seed)]), steps, Limits(), handles)
    assert {str(node) for node in view.nodes(found.ends)} == simply(set(facts), seed, path)
    assert found.count == len(found.ends)


def test_an_undone_step_leaves_out_where_it_came_from():
    facts = [("f1", "by", "d"), ("f2", "by", "d"), ("f1", "by", "e"), ("f3", "by", "e")]
    view = view_of(kgllm.load(facts))
    steps = (((Relation("by"), "out"),), ((Relation("by"), "in"),))
    found = ground(view, view.handles([Entity("f1")]), steps, Limits(), {"by": 0})
    assert [str(node) for node in view.nodes(found.ends)] == ["f2", "f3"]


@pytest.mark.parametrize("limit", [1, 3])
def test_a_cut_frontier_is_told(limit):
    view = view_of(kgllm.load([("a", "r", f"b{i}") for i in range(9)] + [(f"b{i}", "s", f"c{i}") for i in range(9)]))
    steps = (((Relation("r"), "out"),), ((Relation("s"), "out"),))
    found = ground(view, view.handles([Entity("a")]), steps, Limits(frontier=limit), {"r": 0, "s": 1})
    assert found.truncated and len(found.ends) == limit and np.all(found.ends >= 0)


BORDERS = [
    *(("France", "Spain"), ("Italy", "France"), ("Austria", "Italy"), ("Hungary", "Austria"), ("Peru", "Chile")),
    *(("France", "Belgium"), ("Belgium", "France")),  # said both ways, it is one answer
]


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which countries border France?", ["Belgium", "Italy", "Spain"]),
        ("Which countries border both France and Austria?", ["Italy"]),
        ("和France接壤的国家有哪些？", ["Belgium", "Italy", "Spain"]),
    ],
)
def test_a_relation_that_holds_both_ways_is_followed_both_ways(live, question, answers):
    graph = nx.MultiDiGraph()
    for one, other in BORDERS:
        graph.add_edge(one, other, relation="shares_border_with")
    answer = kgllm.GraphQA(kgllm.load(graph, backend="networkx" if live else "compiled")).ask(question)
    assert sorted(str(one) for one in answer.entities) == answers
