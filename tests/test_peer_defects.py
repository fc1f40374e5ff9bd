"""What was seen to go wrong in peers' graphs must not go wrong here, on any backend (../shared/design/FIELD.md)."""

from __future__ import annotations

import time

import networkx as nx
import pytest

import kgllm
from kgllm.graphs.base import view_of
from kgllm.testing import OracleGraph
from kgllm.types import Entity, Relation

TRIPLES = [
    ("Annie Hall", "directed by", "Woody Allen"),
    ("Annie Hall", "written by", "Woody Allen"),
    ("Annie Hall", "starred actors", "Diane Keaton"),
    ("Set It Off", "directed by", "F. Gary Gray"),
    ("Tesla", "founded by", "Elon Musk"),
    ("流浪地球", "导演", "郭帆"),
    ("Rome", "older than", "Paris"),
]


def live(triples):
    graph = nx.MultiDiGraph()
    graph.add_edges_from((s, o, {"relation": r}) for s, r, o in triples)
    return kgllm.load(graph, backend="networkx")


@pytest.fixture(params=[kgllm.load, live, OracleGraph], ids=["compiled", "networkx", "oracle"])
def build(request):
    return request.param


@pytest.fixture
def graph(build):
    return build(TRIPLES)


def ids(matches):
    return [match.node.id for match in matches]


def walked(graph, entity, relation, way):
    return [step.neighbour.id for one in graph.expand([Entity(entity)], [(Relation(relation), way)], 10) for step in one.steps]


def test_an_entity_that_is_only_ever_an_object_is_linked_and_expanded(graph):
    """byokg-rag's local store indexes outgoing edges only."""
    assert ids(graph.find(["Woody Allen"])[0]) == ["Woody Allen"]
    assert walked(graph, "Woody Allen", "directed by", "in") == ["Annie Hall"]


def test_parallel_relations_are_kept(graph):
    """LangChain's NetworkxEntityGraph overwrites them; RoG, GCR and SubgraphRAG lose them."""
    assert [(one.relation.id, one.way) for one in graph.relations([Entity("Woody Allen")])[0]] == [
        ("directed by", "in"),
        ("written by", "in"),
    ]


def test_direction_is_kept(graph):
    """RoG forgets it."""
    assert walked(graph, "Rome", "older than", "out") == ["Paris"] and walked(graph, "Rome", "older than", "in") == []


def test_names_are_found_in_any_case_and_as_written(graph):
    """LangChain's is case-sensitive; LlamaIndex makes "Elon musk" of "Elon Musk" before an exact look-up."""
    found = graph.find(["Elon Musk", "elon musk", "ELON_MUSK", "Elon musk"])
    assert list(map(ids, found)) == [["Elon Musk"]] * 4
    assert [one[0].kind for one in found] == ["id", *["normalised"] * 3]


def test_titles_that_look_like_queries_are_titles(graph):
    """byokg-rag's write guard refuses 'Set It Off'."""
    assert ids(graph.find(["Set It Off"])[0]) == ["Set It Off"] and walked(graph, "Set It Off", "directed by", "out") == ["F. Gary Gray"]


def test_chinese_names_stay(graph):
    """HippoRAG makes '' of them."""
    assert ids(graph.find(["流浪地球"])[0]) == ["流浪地球"] and walked(graph, "流浪地球", "导演", "out") == ["郭帆"]
    assert ids(graph.find(["《流浪地球》"])[0]) == ["流浪地球"]


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_every_class_of_networkx_graph_is_walked(kind):
    """LangChain's raises KeyError on a MultiDiGraph."""
    graph = kind()
    graph.add_edge("Alien", "Ridley Scott", relation="directed by")
    for backend in ("compiled", "networkx"):
        assert [one.count for one in kgllm.load(graph, backend=backend).relations([Entity("Ridley Scott")])[0]] == [1]


def test_what_is_cut_is_cut_the_same_way_every_time(build):
    """byokg-rag fits a budget with `random.sample`."""
    triples = [(f"leaf {i:03}", "in", "hub") for i in range(300)]
    runs = [build(triples).expand([Entity("hub")], [(Relation("in"), "in")], 10)[0] for _ in range(2)]
    assert runs[0].truncated and [step.neighbour for step in runs[0].steps] == [step.neighbour for step in runs[1].steps]


@pytest.mark.parametrize("build", [kgllm.load, live], ids=["compiled", "networkx"])
def test_looking_up_a_name_reads_no_other_names(build):
    """byokg-rag scans every name: 546 ms a mention at 200 thousand names."""
    graph = build([(f"thing number {i}", "is", f"other {i % 7}") for i in range(20_000)])
    graph.find(["warm"]), graph.search("warm")
    start = time.perf_counter()
    for i in range(50):
        assert graph.find([f"thing number {i}"])[0] and graph.search(f"thing numbr {i}", 3)
    assert (time.perf_counter() - start) / 50 < 0.1


@pytest.mark.parametrize("build", [kgllm.load, live], ids=["compiled", "networkx"])
class TestHostileShapes:
    """HOSTILE_INPUTS 35 and 36."""

    def test_a_complete_graph_is_walked_in_bounds(self, build):
        names = [f"n{i:02}" for i in range(60)]
        view = view_of(build([(one, "next", other) for one in names for other in names if one != other]))
        frontier = view.handles([Entity("n00")])
        start = time.perf_counter()
        for _ in range(5):
            groups = view.groups(frontier)
            edges = view.edges(frontier[groups.origin], groups.relation, groups.way, 8)
            assert edges.truncated.all()
            frontier = edges.neighbour[:64]
        assert time.perf_counter() - start < 5

    def test_cycles_self_loops_parallels_and_strangers(self, build):
        graph = build([("a", "r", "b"), ("b", "r", "a"), ("a", "r", "a"), ("a", "s", "b"), ("a", "r", "b")])
        assert [(one.relation.id, one.way, one.count) for one in graph.relations([Entity("a")])[0]] == [
            ("r", "out", 2),
            ("r", "in", 2),
            ("s", "out", 1),
        ]
        assert graph.relations([Entity("z")]) == [()] and graph.expand([Entity("z")], [(Relation("r"), "out")], 5) == []
