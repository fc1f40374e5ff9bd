"""What a graph holds at a glance: on every backend, as text, HTML and JSON."""

from __future__ import annotations

import json

import networkx as nx
import pytest

import kgllm
from kgllm.cli import main

CITIES = [
    {"name": "Lyon", "country": "FR", "founded": -43},
    {"name": "Oslo", "country": "XX", "founded": 1048},
    {"name": "成都", "country": "CN", "founded": -311},
]
COUNTRIES = [{"code": "FR", "name": "France"}, {"code": "CN", "name": "中国"}]


@pytest.fixture
def graph():
    tables = {"cities": CITIES, "countries": COUNTRIES}
    return kgllm.load(tables, key=["cities.name", "countries.code"], name="name", refers={"country": "countries"})


def test_a_graph_as_text(graph):
    text = str(kgllm.overview(graph))
    assert text.splitlines()[0] == "8 facts, 5 entities, 6 literals, 3 relations"
    assert "  3  cities" in text and "  2  countries" in text
    assert "  3  country (cities → countries): " in text
    assert "1 of 3 values of 'country' is no row of 'countries' ('XX')" in text
    assert "→ XX" not in text  # of a relation that leads to things the example leads to one


def test_aliases_are_counted(graph):
    assert str(kgllm.overview(graph)).splitlines()[1] == "2 aliases of entities"
    tea = nx.MultiDiGraph()
    tea.add_node("Oolong", aliases=["乌龙", "wulong", "blue tea"])
    tea.add_edge("Oolong", "Fujian", relation="comes from")
    found = kgllm.overview(kgllm.load(tea, aliases="aliases"))
    assert found.aliases == 3 and "3 aliases of entities" in str(found)
    assert "alias" not in str(kgllm.overview(kgllm.load([("Oolong", "comes from", "福建")])))


def test_a_schema_as_text(graph):
    lines = str(graph.schema()).splitlines()
    assert "  3  country (cities → countries)" in lines and "  2  code (countries → str)" in lines


def test_every_relation_has_a_fact_also_a_rare_one():
    facts = [(f"n{number}", "next to", f"n{number + 1}") for number in range(3000)] + [("n7", "彩色", "红")]
    for source in (facts, nx.MultiDiGraph([(one, other, {"relation": relation}) for one, relation, other in facts])):
        for graph in (kgllm.load(source), *([kgllm.load(source, backend="networkx")] if source is not facts else [])):
            found = kgllm.overview(graph)
            assert str(found.examples["彩色"]) == "n7 — 彩色 → 红" and len(found.examples) == 2


def test_a_changed_graph(tmp_path):
    graph = kgllm.compile([("Ada", "knows", "Bob")], tmp_path / "kg")
    graph.update(add=[("Ada", "born in", "London")])
    assert str(kgllm.overview(graph).examples["born in"]) == "Ada — born in → London"


def test_a_live_rdf_graph():
    rdflib = pytest.importorskip("rdflib")
    source = rdflib.Graph().parse(
        data='@prefix : <http://x/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . :a rdfs:label "绿茶" ; :from :b . :b rdfs:label "Anhui" .'
    )
    assert "绿茶 — from → Anhui" in str(kgllm.overview(kgllm.load(source, backend="rdf")))


def test_an_empty_graph():
    assert str(kgllm.overview(kgllm.load([]))).startswith("0 facts, 0 entities")


def test_many_relations_and_types_are_counted():
    graph = kgllm.load([kgllm.Fact(kgllm.Entity(f"e{n}", types=(f"t{n}",)), kgllm.Relation(f"r{n}"), kgllm.Entity("x")) for n in range(60)])
    found = kgllm.overview(graph)
    assert "  and 10 more relations" in str(found) and "  and 40 more types" in str(found)
    assert "and 10 more" in found._repr_html_() and "and 40 more" in found._repr_html_()


def test_a_graph_as_html_is_escaped():
    html = kgllm.overview(kgllm.load([("<b>", "is & was", "\x1b[31m红")]))._repr_html_()
    assert "<b>" not in html and "&lt;b&gt;" in html and "is &amp; was" in html and "\x1b" not in html


def test_a_graph_as_json(graph, tmp_path, capsysbinary):
    told = kgllm.overview(graph).to_dict()
    assert told["facts"] == 8 and told["notes"] == list(graph.notes)
    assert {one["id"]: one["example"] for one in told["relations"]}["code"] in ("France — code → FR", "中国 — code → CN")
    path = tmp_path / "cities.json"
    path.write_text(json.dumps(CITIES), encoding="utf-8")
    assert main(["stats", str(path), "--json"]) == 0
    said = json.loads(capsysbinary.readouterr().out)
    assert any(one["example"].startswith("成都 — ") or " — " in one["example"] for one in said["relations"])
    assert main(["stats", str(path)]) == 0
    assert "for example" in capsysbinary.readouterr().out.decode()


@pytest.mark.parametrize("source", ["films.tsv", None, [("a", "b", "c")]])
def test_what_is_no_graph_is_refused_with_what_to_do(source):
    with pytest.raises(kgllm.errors.WrongTypeError, match="must be a kgllm graph") as caught:
        kgllm.overview(source)
    assert "kgllm.load" in caught.value.hint


def test_a_column_of_whole_numbers_and_decimals_is_of_decimals():
    graph = kgllm.load([{"name": "Olm", "depth": 4}, {"name": "Tarn", "depth": 5}, {"name": "塔", "depth": 2.5, "rank": 3}], table="lakes")
    said = str(kgllm.overview(graph))
    assert "depth (lakes → float)" in said
    assert "rank (lakes → int)" in said
