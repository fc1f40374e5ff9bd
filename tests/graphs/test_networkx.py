"""A live networkx graph keeps every rule, and is read as it is now."""

from __future__ import annotations

import gc
import time

import networkx as nx
import pytest

import kgllm
from kgllm.errors import ConfigError, GraphError, WrongTypeError
from kgllm.graphs.attributes import Attributes, records
from kgllm.graphs.base import Graph, view_of
from kgllm.graphs.networkx import NetworkxGraph
from kgllm.limits import Limits
from kgllm.testing import OracleGraph, check_facts, check_graph
from kgllm.testing.oracle import fact_of
from kgllm.types import Entity, Fact, Literal, Relation

FILMS = [("Inception", "directed by", "Christopher Nolan"), ("Memento", "directed by", "Christopher Nolan"), ("流浪地球", "导演", "郭帆")]


def multigraph_of(facts):
    """Facts as a MultiDiGraph: nodes by id, literals as nodes of their own, relations and qualifiers as attributes."""
    graph, oracle = nx.MultiDiGraph(), OracleGraph(facts)
    for entity in oracle.entities.values():
        graph.add_node(entity.id, name=entity.name, aliases=list(entity.aliases), types=list(entity.types), named=entity.named)
    for fact in map(fact_of, facts):
        qualifiers = {}
        for relation, value in fact.qualifiers:
            qualifiers.setdefault(relation.id, []).append(value)
        known = oracle.relations_by_id[fact.relation.id]
        ends = (fact.subject.id, getattr(fact.object, "id", fact.object))
        for source in fact.source or (None,):
            graph.add_edge(*ends, relation=known, read_from=source, **qualifiers)
    return graph


def live(facts):
    return NetworkxGraph(multigraph_of(facts), source="read_from")


def test_a_sample_is_the_same_facts_as_of_a_compiled_graph():
    facts = [(f"Film {i % 70}", relation, f"{relation} {i % 13}") for i in reversed(range(400)) for relation in ("导演", "directed by")]
    source = nx.MultiDiGraph()
    for subject, relation, object in facts:
        source.add_edge(subject, object, relation)
    graph, reference = kgllm.load(source, backend="networkx"), kgllm.load(facts)
    for n, seed in ((50, 0), (50, 1), (10_000, 0)):
        assert list(map(str, graph.sample(n, seed))) == list(map(str, reference.sample(n, seed)))


def test_keeps_every_rule():
    check_graph(live)


def test_compiled_it_keeps_every_rule_too():
    """The same options give the same facts, walked or compiled."""
    check_graph(lambda facts: kgllm.load(multigraph_of(facts), source="read_from"), random_graphs=4)
    assert isinstance(kgllm.load(multigraph_of(FILMS), backend="networkx", source="read_from"), NetworkxGraph)


@pytest.mark.parametrize("kind", [nx.DiGraph, nx.Graph, nx.MultiGraph])
def test_every_class_says_what_its_records_say(kind):
    """The live walk against the same graph read as facts, on the classes that cannot hold everything."""
    draw = nx.gnp_random_graph(12, 0.3, seed=4, directed=True)
    graph = kind()
    for i, (one, other) in enumerate(draw.edges):
        graph.add_edge(f"n{one}", f"n{other}", relation=("knows", "喜欢")[i % 2], weight=i % 3)
    graph.add_edge("n0", "n0", relation="knows")
    graph.add_node("n3", name="小明", aliases="Ming", born=1990)
    facts = [record.fact for record in records(graph, Attributes()) if record.fact]
    check_facts(lambda given: NetworkxGraph(graph), facts, skip=["order_of_input"])


def test_options_reach_the_walk():
    graph = nx.DiGraph()
    graph.add_node((1, "film"), title="Alien", year=1979, key="m1")
    graph.add_node((1, "person"), title="Ridley Scott", key="p1")
    graph.add_edge((1, "film"), (1, "person"), predicate="directed by")
    walked = NetworkxGraph(graph, relation="predicate", name="title", id="key")
    (found,) = walked.expand([Entity("p1")], [(Relation("directed by"), "in")], 5)
    assert found.steps[0].neighbour == Entity("m1") and found.steps[0].neighbour.name == "Alien"
    assert [match.node.id for match in walked.find(["alien"])[0]] == ["m1"]
    assert [match.node.id for match in NetworkxGraph(graph, relation="predicate", id=str).find(["(1, 'film')"])[0]] == ["(1, 'film')"]
    graph.nodes[1, "person"]["key"] = "m1"
    with pytest.raises(GraphError, match="same id"):
        NetworkxGraph(graph, relation="predicate", id="key").relations([Entity("m1")])


def test_events_with_opaque_ids_are_joints_as_in_a_compiled_graph():
    live = nx.MultiDiGraph()
    ids = [f"m.0{i * 7919:x}k{i % 7}v" for i in range(100, 160)]
    for i, key in enumerate(ids):
        live.add_edge(f"actor {i % 40}", key, relation="performed")
        live.add_edge(key, f"film {i % 30}", relation="film")
        live.add_edge(key, f"role {i}", relation="character")
    live.nodes[ids[3]]["named"] = True
    graph = NetworkxGraph(live)
    unnamed = {one.id for one in graph.scan(what="entities").items if not one.named}
    assert unnamed == set(ids) - {ids[3]}
    compiled = kgllm.load(live)
    assert {one.id for one in compiled.scan(what="entities").items if not one.named} >= unnamed
    view = view_of(graph)
    assert view.named(view.handles([Entity(ids[0]), Entity("film 1")])).tolist() == [False, True]
    assert graph.find([ids[0]])[0][0].kind == "id"
    assert [one.entity.name for one in kgllm.GraphQA(graph).link("Who performed in film 1?")][:1] == ["film 1"]
    live.add_edge("m.0x1k2v", "film 1", relation="film")
    live.add_edge("m.0x1k2v", "role 99", relation="character")
    assert not graph.describe([Entity("m.0x1k2v")])[0].node.named  # edits are seen


def test_edits_are_seen():
    graph = nx.MultiDiGraph()
    graph.add_edges_from((s, o, {"relation": r}) for s, r, o in FILMS)
    walked = NetworkxGraph(graph)
    before = walked.version()
    assert walked.version() == before and not walked.find(["Dunkirk"])[0] and walked.schema().facts == 3
    graph.add_edge("Dunkirk", "Christopher Nolan", relation="directed by")
    assert walked.version() != before and walked.find(["Dunkirk"])[0] and walked.schema().facts == 4
    assert [one.count for one in walked.relations([Entity("Christopher Nolan")])[0]] == [3]
    graph.remove_node("Inception")
    assert walked.relations([Entity("Inception"), Entity("Christopher Nolan")]) == [(), walked.relations([Entity("Christopher Nolan")])[0]]
    assert [one.count for one in walked.relations([Entity("Christopher Nolan")])[0]] == [2]


def test_attributes_changed_in_place_are_walked_at_once_and_found_after_refresh():
    graph = nx.DiGraph()
    graph.add_edge("a", "b", relation="knows")
    walked = NetworkxGraph(graph)
    assert not walked.find(["Ann"])[0]
    graph.nodes["a"]["name"] = "Ann"
    graph.edges["a", "b"]["relation"] = "likes"
    graph.nodes["a"]["born"] = 1970
    assert walked.describe([Entity("a")])[0].node.name == "Ann"
    assert [one.relation.id for one in walked.relations([Entity("a")])[0]] == ["born", "likes"]
    before = walked.version()
    walked.refresh()
    assert walked.find(["Ann"])[0] and walked.version() != before
    assert [one.way for one in walked.relations([Literal("1970")])[0]] == ["in"]


def test_a_scan_does_not_go_on_over_an_edit():
    graph = nx.DiGraph()
    graph.add_edges_from((s, o, {"relation": r}) for s, r, o in FILMS)
    walked = NetworkxGraph(graph)
    page = walked.scan(limit=2)
    graph.add_edge("x", "y", relation="r")
    with pytest.raises(GraphError, match="changed during the scan"):
        walked.scan(page.cursor, 2)


def test_a_hub_of_a_million_leaves_costs_milliseconds():
    """HOSTILE_INPUTS 34, smaller: two hops from a hub, bounded by the limits and flagged."""
    leaves = 50_000
    graph = nx.DiGraph()
    graph.add_edges_from((f"leaf {i}", "hub", {"relation": "in"}) for i in range(leaves))
    graph.add_edges_from((f"leaf {i}", f"twin {i}", {"relation": "has"}) for i in range(100))
    walked = NetworkxGraph(graph)
    walked.schema()
    limits = Limits()
    gc.collect()
    start = time.perf_counter()
    view = view_of(walked)
    hub = view.handles([Entity("hub")])
    first = view.groups(hub)
    edges = view.edges(hub[first.origin], first.relation, first.way, limits.fan_out)
    second = view.groups(edges.neighbour)
    view.edges(edges.neighbour[second.origin], second.relation, second.way, limits.fan_out)
    took = time.perf_counter() - start
    assert first.count.tolist() == [leaves] and edges.truncated.tolist() == [True] and len(edges.row) == limits.fan_out
    assert took < 0.5, f"{took:.3f} s"


def test_undirected_edges_are_one_fact_from_the_smaller_key():
    graph = nx.Graph()
    graph.add_edge("b", "a", relation="touches")
    walked = NetworkxGraph(graph)
    assert [[(one.way, one.count) for one in row] for row in walked.relations([Entity("a"), Entity("b")])] == [[("out", 1)], [("in", 1)]]
    assert list(walked.scan().items) == [Fact(Entity("a"), Relation("touches"), Entity("b"))]


def test_the_reader_says_that_an_undirected_graph_has_no_directions():
    graph = nx.Graph()
    graph.add_edge("Bob", "Ann", relation="friend")
    graph.add_edge("Bob", "李明", relation="friend")
    loaded = kgllm.load(graph)
    assert len(loaded.notes) == 1 and "to_directed()" in loaded.notes[0]
    both = kgllm.load(graph.to_directed())
    assert not both.notes
    assert {one.name for one in kgllm.GraphQA(both).ask("Who are the friends of Bob?").entities} == {"Ann", "李明"}
    assert kgllm.GraphQA(both).ask("李明的friend是谁？").text == "Bob [1]"


def test_refusals():
    with pytest.raises(WrongTypeError, match="networkx graph"):
        NetworkxGraph([("a", "r", "b")])
    with pytest.raises(ConfigError, match="multigraph"):
        NetworkxGraph(nx.DiGraph(), relation="key")
    graph = nx.DiGraph()
    graph.add_edge("a", "b")
    with pytest.raises(GraphError, match="says no relation"):
        NetworkxGraph(graph).relations([Entity("a")])
    graph.add_edge("a", "b", relation="r")
    graph.add_edge(Literal("5"), "a", relation="r")
    with pytest.raises(GraphError, match="leaves the literal"):
        NetworkxGraph(graph).relations([Entity("a")])
    assert isinstance(NetworkxGraph(graph), Graph)
