"""networkx objects, GraphML and node-link JSON."""

from __future__ import annotations

import json

import networkx as nx
import pytest

import kgllm
import kgllm.graphs.open
from kgllm.errors import ConfigError, GraphError, GraphParseError, KGLLMError
from kgllm.types import Entity, Literal


def films():
    graph = nx.MultiDiGraph()
    graph.add_node("m1", name="流浪地球", alias="The Wandering Earth", type="film", year=2019)
    graph.add_node("p1", name="Frant Gwo")
    graph.add_edge("m1", "p1", relation="导演", since=2015)
    graph.add_edge("m1", "p1", relation="写作")
    graph.add_edge("m1", "p1", relation="导演", since=2018)
    return graph


FACTS = [
    "流浪地球 — year → 2019",
    "流浪地球 — 写作 → Frant Gwo",
    "流浪地球 — 导演 → Frant Gwo (since: 2015)",
    "流浪地球 — 导演 → Frant Gwo (since: 2018)",
]


def facts_of(graph):
    return sorted(str(fact) for fact in graph.scan().items)


def whole(graph):
    assert facts_of(graph) == FACTS
    (film,) = graph.describe([Entity("m1")])
    assert (film.node.aliases, film.node.types, film.properties[0][1].value) == (("The Wandering Earth",), ("film",), 2019)


def test_parallel_edges_and_attributes_are_kept_by_every_way(tmp_path):
    whole(kgllm.load(films()))
    whole(kgllm.load(films(), backend="networkx"))
    nx.write_graphml(films(), tmp_path / "g.graphml")
    whole(kgllm.load(tmp_path / "g.graphml"))
    (tmp_path / "g.json").write_text(json.dumps(nx.node_link_data(films(), edges="links")))
    whole(kgllm.load(tmp_path / "g.json"))


@pytest.mark.parametrize("kind", [nx.Graph, nx.MultiGraph])
def test_an_undirected_edge_is_one_fact(tmp_path, kind):
    graph = kind()
    graph.add_edge("b", "a", relation="borders")
    graph.add_edge("a", "a", relation="borders")
    nx.write_graphml(graph, tmp_path / "g.graphml")
    (tmp_path / "g.json").write_text(json.dumps(nx.node_link_data(graph, edges="edges")))
    for source in (graph, tmp_path / "g.graphml", tmp_path / "g.json"):
        assert facts_of(kgllm.load(source)) == ["a — borders → a", "a — borders → b"]


def test_relations_of_keys_and_of_usual_attributes(tmp_path):
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", key="knows")
    assert facts_of(kgllm.load(graph)) == facts_of(kgllm.load(graph, relation="key")) == ["a — knows → b"]
    (tmp_path / "d3.json").write_text(
        '{"nodes": [{"id": "a"}, {"id": "b"}], "links": [{"source": "a", "target": "b", "label": "likes", "weight": 2}]}'
    )
    assert facts_of(kgllm.load(tmp_path / "d3.json")) == ["a — likes → b (weight: 2)"]
    labelled = nx.DiGraph([("a", "b", {"label": "likes"})])
    nx.write_graphml(labelled, tmp_path / "g.graphml")
    assert facts_of(kgllm.load(tmp_path / "g.graphml")) == ["a — likes → b"]
    with pytest.raises(GraphError, match="says no relation"):
        kgllm.load(labelled)


def test_files_are_the_source_unless_edges_say_better(tmp_path):
    data = {"nodes": [{"id": "a"}, {"id": "b"}], "links": [{"source": "a", "target": "b", "relation": "r", "read": "p. 12"}]}
    (tmp_path / "g.json").write_text(json.dumps(data))
    assert kgllm.load(tmp_path / "g.json").scan().items[0].source == ("g.json",)
    (fact,) = kgllm.load(tmp_path / "g.json", source="read").scan().items
    assert (fact.source, fact.qualifiers) == (("p. 12",), ())


def test_tables_of_names_beside_a_graph():
    graph = nx.DiGraph([("a", "b", {"relation": "r"})])
    assert facts_of(kgllm.load(graph, names={"a": "Ada"}, aliases={"b": "鲍勃"})) == ["Ada — r → b"]


@pytest.mark.parametrize("node", [True, 1.5, 2**63, (1, 2)])
def test_ids_that_cannot_be(node):
    with pytest.raises(ConfigError, match="id must be"):
        kgllm.load(nx.DiGraph([(node, "b", {"relation": "r"})]))


def test_ids_that_read_the_same_are_ambiguous():
    with pytest.raises(GraphError, match="read the same"):
        kgllm.load(nx.DiGraph([(1, "1", {"relation": "r"})]))


def broken(nodes='[{"id": "a"}, {"id": "b"}]', links='[{"source": "a", "target": "b", "relation": "r"}]'):
    return f'{{"directed": true, "nodes": {nodes}, "links": {links}}}'


@pytest.mark.parametrize("text", [
    '{"nodes": []}', '{"nodes": 3, "links": []}', '{"nodes": [], "links": {}}', broken('[{"name": "a"}]'), broken('[{"id": {}}]'), broken('[{"id": [1]}]'), broken('[{"id": null}]'),
    broken('[{"id": true}]'), broken('[{"id": 1.5}]'), broken("[3]"), broken('[{"id": "a"}, {"id": "a"}]'), broken('[{"id": 1}, {"id": 1.0}]'), broken('[{"id": NaN}]'),
    broken(links='[{"source": "a"}]'), broken(links='[{"source": "a", "target": "z", "relation": "r"}]'), broken(links="[[]]"), broken(links='[{"source": "a", "target": {}}]'),
    broken('[{"id": "a", "x": ' + "9" * 5000 + "}]"), broken('[{"id": "a", "x": ' + "[" * 100_000 + "]" * 100_000 + "}]"), broken('[{"id": "a", "x": Infinity}]'),
    broken('[{"id": "a", "x": [[1]]}, {"id": "b"}]'), broken('[{"id": "a", "x": ' + "[" * 500 + "]" * 500 + '}, {"id": "b"}]'), broken()[:-5],
])  # fmt: skip
def test_broken_node_link_json(tmp_path, text):
    (tmp_path / "g.json").write_text(text)
    with pytest.raises(GraphParseError, match=r"g\.json"):
        kgllm.load(tmp_path / "g.json", format="node-link")


BOMB = '<!DOCTYPE graphml [<!ENTITY a "lol">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi")) + "]>"


@pytest.mark.parametrize("text", [
    "", "<graphml", "<graphml/>", "<a/>", BOMB + "<graphml>&i;</graphml>", '<!DOCTYPE graphml [<!ENTITY x SYSTEM "file:///etc/passwd">]><graphml>&x;</graphml>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed"><edge source="a"/></graph></graphml>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed"><node id="a"><data key="k">1</data></node></graph></graphml>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="k" for="node" attr.name="n" attr.type="int"/><graph edgedefault="directed"><node id="a"><data key="k">x</data></node></graph></graphml>',
])  # fmt: skip
def test_broken_graphml(tmp_path, text):
    (tmp_path / "g.graphml").write_text(text)
    with pytest.raises(GraphParseError, match=r"g\.graphml"):
        kgllm.load(tmp_path / "g.graphml")


def test_nothing_that_fuzzing_finds_is_a_raw_error(tmp_path):
    """Every file cut or altered anywhere loads, or is refused with an error of kgllm's own."""
    nx.write_graphml(films(), tmp_path / "g.graphml")
    texts = {
        "g.graphml": (tmp_path / "g.graphml").read_bytes(),
        "g.json": json.dumps(nx.node_link_data(films(), edges="links")).encode(),
        "g.jsonl": b'{"subject": {"id": "a", "name": "A"}, "relation": "r", "object": ["b", {"value": 3}]}\n',
        "g.ttl": b'@prefix : <http://e/> .\n:a :b [ :c "x"@en, 1.5 ] ; :d (:e "f"^^:g) .\n',
        "g.jsonld": b'{"@context": {"p": {"@id": "http://e/p", "@container": "@list"}}, "@id": "http://e/a", "p": [1, {"@id": "b"}], "@type": "http://e/T"}',
        "g.rdf": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"><e:T rdf:about="a"><e:p rdf:parseType="Resource"><e:q>1</e:q></e:p></e:T></rdf:RDF>',
    }
    loaded = refused = 0
    for name, text in texts.items():
        for at in range(0, len(text), 13):
            for altered in (
                text[:at],
                text[:at] + b'"' + text[at + 1 :],
                text[:at] + b"{" + text[at:],
                text[:at] + b"\x00" + text[at + 1 :],
            ):
                (tmp_path / name).write_bytes(altered)
                try:
                    kgllm.graphs.open.load(tmp_path / name)
                    loaded += 1
                except KGLLMError as error:
                    refused += 1
                    assert len(str(error)) < 600
    assert loaded > 20 and refused > 150


def test_literals_of_values():
    graph = nx.DiGraph()
    graph.add_node("a", n=1, f=0.5, b=False, t="text", l=[1, "x", None])
    assert [value for _, value in kgllm.load(graph).describe([Entity("a")])[0].properties] == [
        Literal("false"), Literal("0.5"), Literal("1"), Literal("x"), Literal("1"), Literal("text"),
    ]  # fmt: skip
