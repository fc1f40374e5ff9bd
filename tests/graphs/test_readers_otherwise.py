"""What is read another way: headings of two rows, and files whose readers others have."""

from __future__ import annotations

import importlib
import json

import networkx as nx
import pytest

import kgllm
from kgllm.errors import ConfigError, GraphParseError


def test_headings_of_two_rows_are_one():
    pandas = pytest.importorskip("pandas")
    headings = [("Boat", "Name"), ("Boat", "Unnamed: 1_level_1"), ("Size", "Length"), ("尺寸", "重量")]
    frame = pandas.DataFrame([["Swan", "B1", 9, 4], ["天鹅", "B2", 12, 7]], columns=pandas.MultiIndex.from_tuples(headings))
    graph = kgllm.load(frame, table="boats", key="Boat", name="Boat Name")
    assert {str(fact) for fact in graph.scan().items} >= {"Swan — Size Length → 9", "天鹅 — 尺寸 重量 → 7", "Swan — Boat → B1"}
    assert kgllm.GraphQA(graph).ask("What is the length of the Swan?").entities[0].name == "9"
    assert kgllm.GraphQA(graph).ask("天鹅的重量是多少？").entities[0].name == "7"


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("船.xlsx", "read_excel"),
        ("boats.yaml", "safe_load"),
        ("boats.YML", "safe_load"),
        ("a.toml", "tomllib"),
        ("a.md", "front matter"),
        ("文献.bib", "bibtexparser"),
        ("a.ics", "icalendar"),
        ("图.gexf", "networkx.read_gexf"),
        ("a.dot", "read_dot"),
        ("a.sql", "sqlite3"),
        ("基因.obo", "obonet.read_obo"),
        ("a.obo.gz", "obonet.read_obo"),
        ("a.cypher", "neo4j://"),
        ("a.msgpack", "msgpack.load"),
        ("a.tar.xz", "unpack"),
        ("a.avro", "fastavro"),
        ("a.orc", "read_orc"),
        ("a.edgelist", "read_edgelist"),
        ("a.zip", "unpack"),
    ],
)
def test_files_of_others_say_how_they_are_read(tmp_path, name, how):
    (tmp_path / name).write_text("boats: 2\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=f"does not read(.|\n)*{how}"):
        kgllm.load(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text", "how"),
    [("boats.xml", "<?xml version='1.0'?><boats><boat/></boats>", "read_xml"), ("船", "<!DOCTYPE html><table></table>", "read_html")],
)
def test_markup_says_how_it_is_read(tmp_path, name, text, how):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"does not read(.|\n)*{how}"):
        kgllm.load(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text", "headed"),
    [
        ("boats.csv", "name,mast,sail\n", True),
        ("船.json", "[{}]", False),
        ("a.jsonl", "{}\n", False),
        ("b.json", '{"a": {}, "b": []}', False),
    ],
)
def test_a_file_without_facts_is_said_to_be_one(tmp_path, name, text, headed):
    (tmp_path / name).write_text(text, encoding="utf-8")
    graph = kgllm.load(tmp_path / name)
    assert f"{name} holds no facts{' (its first line was read as headings)' if headed else ''}" in graph.notes
    (tmp_path / "full.csv").write_text("name,mast,sail\nSwan,1,2\n", encoding="utf-8")
    assert not any("holds no" in note for note in kgllm.load(tmp_path / "full.csv").notes)


def test_an_object_that_is_one_thing_is_given_in_a_list():
    park = {"city": "Lund", "trees": {"kinds": [{"name": "银杏", "count": 9}]}}
    for wrong in (park, {"trees": park["trees"]}):
        with pytest.raises(ConfigError, match=r"one thing(.|\n)*kgllm.load\(\[…\]\)"):
            kgllm.load(wrong)
    assert "银杏 — count → 9" in {str(fact) for fact in kgllm.load([park]).scan().items}
    well = {"type": "Feature", "properties": {"name": "龙井", "depth": 30}, "geometry": None}
    assert [str(fact) for fact in kgllm.load({"type": "FeatureCollection", "features": [well]}).scan().items] == ["龙井 — depth → 30"]


def test_na_among_numbers_is_nothing(tmp_path):
    (tmp_path / "boats.csv").write_text("name,flag,metres,crew\nSwan,NA,9.5,NA\nArgo,GR,NA,50\n天鹅,CN,12,8\n", encoding="utf-8")
    facts = {str(fact) for fact in kgllm.load(tmp_path / "boats.csv").scan().items}
    assert facts == {
        "Swan — flag → NA",
        "Swan — metres → 9.5",
        "Argo — flag → GR",
        "Argo — crew → 50",
        "天鹅 — flag → CN",
        "天鹅 — metres → 12",
        "天鹅 — crew → 8",
    }


@pytest.mark.parametrize(
    ("name", "text", "how"),
    [
        ("go.txt", "format-version: 1.2\nontology: go\n\n[Term]\nid: GO:1\nname: olm\n", "obonet"),
        ("图.txt", "graph [\n  directed 1\n  node [\n    id 1\n  ]\n]\n", "read_gml"),
        ("a.txt", '*Vertices 2\n1 "a"\n2 "b"\n*Arcs\n1 2 1\n', "read_pajek"),
        ("a.xml", "<?xml version='1.0'?><gexf version='1.3'><graph/></gexf>", "read_gexf"),
        ("dump.txt", "-- MySQL dump\n\nCREATE TABLE lakes (id int);\n", "sqlite3"),
        ("a.txt", "CREATE (:Lake {name: '太湖'})\n", "neo4j://"),
        ("Q42.json", '{"entities": {"Q42": {"claims": {"P31": [{"mainsnak": {"property": "P31"}}]}}}}', "RDF"),
        ("sheet", "PK\x03\x04\x00\x00", "unpack"),
    ],
)
def test_what_a_file_begins_with_says_how_it_is_read(tmp_path, name, text, how):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"does not read(.|\n)*{how}"):
        kgllm.load(tmp_path / name)


@pytest.mark.parametrize(
    ("whole", "how"),
    [
        ({"elements": {"nodes": [{"data": {"id": "a"}}], "edges": []}}, "cytoscape_graph"),
        ({"graph": {"nodes": {"a": {"label": "A"}}, "edges": [{"source": "a", "target": "a"}]}}, "JSON Graph Format"),
    ],
)
def test_graphs_in_other_forms_of_json_say_how_they_are_read(tmp_path, whole, how):
    (tmp_path / "a.json").write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(GraphParseError) as caught:
        kgllm.load(tmp_path / "a.json")
    assert how in str(caught.value)


@pytest.mark.parametrize("packed", ["gzip", "bz2", "lzma"])
def test_packed_files_are_read_and_broken_ones_refused(tmp_path, packed):
    module, suffix = importlib.import_module(packed), {"gzip": "gz", "bz2": "bz2", "lzma": "xz"}[packed]
    path = tmp_path / f"湖.csv.{suffix}"
    whole = module.compress("名称,面积\n太湖,2338\n巢湖,769\n".encode())
    path.write_bytes(whole)
    assert {str(fact) for fact in kgllm.load(path).scan().items} == {"太湖 — 面积 → 2338", "巢湖 — 面积 → 769"}
    assert {one.types for one in kgllm.load(path).scan(what="entities").items} == {("湖",)}
    assert kgllm.load(tmp_path).schema().facts == 2
    path.write_bytes(whole[:-12])
    with pytest.raises(GraphParseError, match="damaged or cut off"):
        kgllm.load(path)


def test_an_ontology_of_obonet_is_a_graph():
    terms = nx.MultiDiGraph()  # as obonet.read_obo makes it
    terms.add_node("GO:1", name="lake", synonym=['"mere" EXACT []'], namespace="places")
    terms.add_node("GO:2", name="crater lake", namespace="places")
    terms.add_edge("GO:2", "GO:1", key="is_a")
    graph = kgllm.load(terms)
    assert "crater lake — is_a → lake" in {str(fact) for fact in graph.scan().items}


def test_relationships_as_neo4j_imports_them_say_how_they_are_facts(tmp_path):
    path = tmp_path / "rels.csv"
    path.write_text(":START_ID,:END_ID,:TYPE,since\nann,bo,KNOWS,2010\nbo,ann,LIKES,2011\n", encoding="utf-8")
    assert any('subject=":START_ID", relation=":TYPE", object=":END_ID", qualifiers=True' in note for note in kgllm.load(path).notes)
    graph = kgllm.load(path, subject=":START_ID", relation=":TYPE", object=":END_ID", qualifiers=True)
    assert "ann — KNOWS → bo (since: 2010)" in {str(fact) for fact in graph.scan().items}
