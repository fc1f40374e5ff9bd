"""What the attributes of networkx nodes and edges mean."""

from __future__ import annotations

import datetime

import networkx as nx
import pytest

import kgllm
from kgllm.errors import ConfigError, GraphError, WrongTypeError
from kgllm.graphs.attributes import Attributes, literal, records
from kgllm.types import Entity, Fact, Literal, Relation


def facts_of(graph, **options):
    return [record.fact for record in records(graph, Attributes(**options)) if record.fact]


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_every_class_of_graph_reads_alike(kind):
    graph = kind()
    graph.add_edge("a", "b", relation="knows", since=1999)
    (fact,) = facts_of(graph)
    assert fact == Fact(Entity("a"), Relation("knows"), Entity("b"), ((Relation("since"), Literal("1999")),))
    assert fact.qualifiers[0][1].value == 1999


def test_names_aliases_types_and_properties():
    data = {
        "name": "流浪地球",
        "aliases": ["The Wandering Earth", "流浪地球"],
        "types": "film",
        "year": 2019,
        "tags": ["sf", "sf", "战争"],
        "gone": None,
    }
    node = Attributes().entity("Q1", data)
    assert (node.name, node.aliases, node.types) == ("流浪地球", ("The Wandering Earth",), ("film",))
    assert [(r.id, str(v)) for r, v in Attributes().properties("Q1", data)] == [("year", "2019"), ("tags", "sf"), ("tags", "战争")]


def test_options_choose_attributes():
    graph = nx.MultiDiGraph()
    graph.add_node(1, title="Alien", key="m1", kind="film", year=1979)
    graph.add_node(2, title="Ridley Scott", key="p1")
    graph.add_edge(1, 2, predicate="directed by", read="films.csv:1")
    found = list(records(graph, Attributes(relation="predicate", id="key", name="title", types="kind", source="read")))
    assert found[0].entity == Entity("m1") and found[0].entity.name == "Alien" and found[0].entity.types == ("film",)
    assert [str(record.fact) for record in found if record.fact] == [
        "Alien — kind → film", "Alien — year → 1979", "Alien — directed by → Ridley Scott",
    ]  # fmt: skip
    assert found[-1].fact.source == ("films.csv:1",)


def test_relation_from_keys_and_functions():
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", key="likes")
    graph.add_edge("a", "b", key="knows")
    assert {f.relation.id for f in facts_of(graph)} == {"likes", "knows"} == {f.relation.id for f in facts_of(graph, relation="key")}
    assert {str(f) for f in facts_of(graph, relation=lambda s, o, key, data: f"{key} well")} == {"a — likes well → b", "a — knows well → b"}


def test_an_edge_without_a_relation_is_refused():
    graph = nx.Graph()
    graph.add_edge("a", "b", weight=1)
    with pytest.raises(GraphError, match="says no relation") as caught:
        facts_of(graph)
    assert "relation=" in caught.value.hint and "weight" in str(caught.value)


def test_literal_nodes_are_literals():
    graph = nx.DiGraph()
    graph.add_edge("Paris", Literal("2100000", 2100000), relation="population", year=2020)
    (fact,) = facts_of(graph)
    assert fact.object == Literal("2100000") and fact.qualifiers == ((Relation("year"), Literal("2020")),)
    graph.add_edge(Literal("2100000"), "Paris", relation="population of")
    with pytest.raises(GraphError, match="leaves the literal"):
        facts_of(graph)


@pytest.mark.parametrize("node", [1.5, True, (1, 2), frozenset({1}), 2**63, object(), "\ud800", None.__class__])
def test_ids_that_cannot_be(node):
    with pytest.raises(ConfigError, match="id must be"):
        Attributes().key(node, {})


def test_any_node_has_an_id_by_a_function():
    assert Attributes(id=str).key((1, 2), {}) == "(1, 2)"


def test_values():
    assert literal(True).name == "true" and literal(2.5).value == 2.5 and literal(datetime.date(2020, 1, 2)).name == "2020-01-02"
    assert literal(None) is None and literal(float("nan")) is None and literal("") is None
    assert literal("a\ud800b").name == "a\ufffdb"
    for wrong in (object(), {"a": 1}, 10**5000):
        with pytest.raises(WrongTypeError):
            literal(wrong)


def test_a_wrong_value_names_node_and_attribute():
    with pytest.raises(WrongTypeError, match=r"'n1', attribute 'when'"):
        list(Attributes().properties("n1", {"when": object()}))
    deep = value = {}
    for _ in range(100):
        value["a"] = value = {}
    with pytest.raises(WrongTypeError, match="'n1', attribute .*nested deeper"):
        list(Attributes().properties("n1", {"deep": {**deep, "a": {"a": deep}}}))


def test_a_dict_in_a_list_that_json_cannot_hold():
    within = {"slot": 1}
    within["self"] = within
    for wrong in ({(1, 2): 3}, within):
        with pytest.raises(WrongTypeError, match="'n1', attribute 'moves': .* JSON"):
            list(Attributes().properties("n1", {"moves": ["Spark", wrong]}))


def test_dicts_are_parts_of_their_node_or_edge():
    graph = nx.MultiDiGraph()
    graph.add_node("Pikachu", stats={"hp": 35, "attack": {"base": 55, "tags": ["quick", "快"]}, "none": {}}, moves=[{"slot": 1}, "Spark"])
    graph.add_node("Raichu", name={"en": "Raichu", "zh": "雷丘"})
    graph.add_edge("Pikachu", "Raichu", relation="evolves into", by={"item": "Thunder Stone"})
    expected = [
        "Pikachu — evolves into → Raichu (by.item: Thunder Stone)",
        "Pikachu — moves → Spark",
        'Pikachu — moves → {"slot": 1}',
        "Pikachu — stats.attack.base → 55",
        "Pikachu — stats.attack.tags → quick",
        "Pikachu — stats.attack.tags → 快",
        "Pikachu — stats.hp → 35",
    ]
    for backend in ("compiled", "networkx"):
        loaded = kgllm.load(graph, backend=backend)
        assert sorted(str(fact) for fact in loaded.scan().items) == expected
        assert loaded.find(["雷丘"])[0][0].node == Entity("Raichu")
    assert kgllm.GraphQA(kgllm.load(graph)).ask("What is the hp of Pikachu?").text == "35 [1]"


def test_aliases_and_types_that_an_option_names_stay_facts():
    graph = nx.DiGraph()
    graph.add_node("Apple Inc.", ticker="AAPL", sector="technology", aliases=["Apple"])
    graph.add_node("Ford", ticker=["F", "FORD"], sector="cars")
    graph.add_edge("Apple Inc.", "Ford", relation="sells to")
    for backend in ("compiled", "networkx"):
        loaded = kgllm.load(graph, backend=backend, aliases=["ticker", "aliases"], types="sector")
        apple = next(match.node for match in loaded.find(["AAPL"])[0] if isinstance(match.node, Entity))
        assert (apple.id, set(apple.aliases), apple.types) == ("Apple Inc.", {"AAPL", "Apple"}, ("technology",))
        facts = {str(fact) for fact in loaded.scan().items}
        assert {"Apple Inc. — ticker → AAPL", "Apple Inc. — sector → technology"} <= facts
        assert not any("aliases" in fact or fact.startswith("Ford — ticker") for fact in facts)  # a list is one of names
        assert kgllm.GraphQA(loaded).ask("What is the ticker of Apple?").text == "AAPL [1]"


def test_a_misspelt_option_is_refused():
    graph = nx.DiGraph()
    graph.add_node("m1", title="Alien")
    with pytest.raises(ConfigError, match="titel.*title"):
        list(records(graph, Attributes(name="titel")))
    with pytest.raises(WrongTypeError, match="name must be"):
        Attributes(name=3)
