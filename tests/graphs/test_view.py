"""The interned view asks little, keeps what it was told, and agrees with the primitives (check_graph proves the latter)."""

from __future__ import annotations

import numpy as np
import pytest

from kgllm.graphs.base import View
from kgllm.graphs.view import InternedView
from kgllm.testing import OracleGraph
from kgllm.types import Entity, Fact, Literal, Relation

FACTS = [
    Fact(Entity("Q1", "Inception", types=("film",)), Relation("directed by"), Entity("Q2", "Christopher Nolan", aliases=("诺兰",))),
    Fact(Entity("Q3", "Memento"), Relation("directed by"), Entity("Q2")),
    Fact(Entity("Q1"), Relation("year"), Literal("2010", 2010), ((Relation("in"), Entity("Q4", "USA")),)),
    Fact(Entity("Q1"), Relation("cast"), Entity("m1", "role", named=False)),
]


class Counting(OracleGraph):
    """Counts the calls of each primitive."""

    def __init__(self, facts):
        super().__init__(facts)
        self.calls = dict.fromkeys(("relations", "expand", "describe", "find"), 0)

    def relations(self, nodes):
        self.calls["relations"] += 1
        return super().relations(nodes)

    def expand(self, nodes, steps, limit):
        self.calls["expand"] += 1
        return super().expand(nodes, steps, limit)

    def describe(self, nodes):
        self.calls["describe"] += 1
        return super().describe(nodes)


@pytest.fixture
def graph():
    return Counting(FACTS)


@pytest.fixture
def view(graph):
    return InternedView(graph)


def test_is_a_view(view):
    assert isinstance(view, View)


def test_nothing_is_fetched_twice(graph, view):
    films = view.handles([Entity("Q1"), Entity("Q3")])
    for _ in range(3):
        groups = view.groups(films)
        view.edges(films[groups.origin], groups.relation, groups.way, 10)
        view.edges(films[groups.origin], groups.relation, groups.way, 4)
        view.nodes(films)
        view.degrees(films)
    assert graph.calls["relations"] == 1
    assert graph.calls["expand"] == 2  # the films have different relations
    assert graph.calls["describe"] == 1


def test_a_larger_limit_fetches_again_only_what_was_cut(graph, view):
    nolan = view.handles([Entity("Q2")])
    directed = np.array([[r.id for r in view.relations].index("directed by")])
    into = np.array([1])
    assert view.edges(nolan, directed, into, 1).truncated.tolist() == [True]
    assert len(view.edges(nolan, directed, into, 2).row) == 2
    assert view.edges(nolan, directed, into, 1).truncated.tolist() == [True]
    assert graph.calls["expand"] == 2


def test_a_batch_of_the_same_step_is_one_call(graph, view):
    films = view.handles([Entity("Q1"), Entity("Q3")])
    directed = np.full(2, [r.id for r in view.relations].index("directed by"))
    edges = view.edges(films, directed, np.zeros(2, dtype=int), 5)
    assert edges.row.tolist() == [0, 1] and edges.neighbour[0] == edges.neighbour[1] and graph.calls["expand"] == 1


def test_nodes_given_by_id_come_back_whole(view):
    (node,) = view.nodes(view.handles([Entity("Q2")]))
    assert (node.name, node.aliases) == ("Christopher Nolan", ("诺兰",))
    assert view.named(view.handles([Entity("m1"), Entity("Q1"), Literal("2010")])).tolist() == [False, True, True]


def test_qualifiers_are_nodes_and_their_relations_follow(view):
    film = view.handles([Entity("Q1")])
    groups = view.groups(film)
    edges = view.edges(film[groups.origin], groups.relation, groups.way, 5)
    row, relation, node = view.qualifiers(edges.fact)
    assert view.facts(edges.fact)[row[0]].relation.id == "year"
    assert view.relations[relation[0]].id == "in" and view.nodes(node)[0].name == "USA"
    assert [r.id for r in view.relations] == ["cast", "directed by", "year", "in"]


def test_isolated_and_unknown_nodes(view):
    usa, unknown, long = view.handles([Entity("Q4"), Entity("Q99"), Entity("x" * 5000)])
    assert usa >= 0 and unknown == long == -1
    assert view.degrees(np.array([usa])).tolist() == [0]


def test_ranks_within_a_call(view):
    handles = view.handles([Literal("2010"), Entity("Q3"), Entity("Q1")])
    assert np.argsort(view.rank(handles)).tolist() == [2, 1, 0]
