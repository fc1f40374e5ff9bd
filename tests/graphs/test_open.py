"""`kgllm.load` and `kgllm.compile`: every source gives the same graph."""

from __future__ import annotations

import gzip
import json
import os
from decimal import Decimal

import networkx as nx
import numpy as np
import pytest

import kgllm
from kgllm.errors import ConfigError, GraphParseError, GraphUnavailable, WrongTypeError
from kgllm.graphs.base import Graph
from kgllm.types import Entity, Fact, Literal, Relation

TRIPLES = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("Inception", "starred actors", "Elliot Page"),
    ("Memento", "directed by", "Christopher Nolan"),
    ("流浪地球", "导演", "郭帆"),
]
FACTS = sorted(" — ".join(row[:2]) + f" → {row[2]}" for row in TRIPLES)


def facts_of(graph):
    return sorted(str(fact) for fact in graph.scan().items)


def iri(text):
    return "http://example.org/" + text.replace(" ", "_")


def separated(mark):
    return "".join(mark.join(row) + "\n" for row in TRIPLES)


def ntriples(graph=""):
    return "".join(f"<{iri(s)}> <{iri(r)}> <{iri(o)}> {graph}.\n" for s, r, o in TRIPLES)


def rdf_xml():
    return (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">'
        + "".join(
            f'<rdf:Description rdf:about="{iri(s)}"><e:{r.replace(" ", "_")} rdf:resource="{iri(o)}"/></rdf:Description>'
            for s, r, o in TRIPLES
        )
        + "</rdf:RDF>"
    )


def json_ld():
    return json.dumps([{"@id": iri(s), iri(r): {"@id": iri(o)}} for s, r, o in TRIPLES], ensure_ascii=False)


def networkx_graph(kind=nx.MultiDiGraph):
    graph = kind()
    graph.add_edges_from((s, o, {"relation": r}) for s, r, o in TRIPLES)
    return graph


def node_link(key):
    return json.dumps(nx.node_link_data(networkx_graph(), edges=key))


TEXTS = {
    "g.tsv": separated("\t"),
    "g.txt": separated("|"),
    "g.csv": separated(","),
    "header.csv": "subject,relation,object\n" + separated(","),
    "g.jsonl": "".join(json.dumps(dict(zip(("subject", "relation", "object"), row))) + "\n" for row in TRIPLES),
    "rows.json": json.dumps([dict(zip(("head", "relation", "tail"), row)) for row in TRIPLES]),
    "edges.json": node_link("edges"),
    "links.json": node_link("links"),
    "g.graphml": "\n".join(nx.generate_graphml(networkx_graph())),
    "g.ttl": "@prefix e: <http://example.org/> .\n" + ntriples(),
    "g.nt": ntriples(),
    "g.nq": ntriples("<http://example.org/g> "),
    "g.trig": "<http://example.org/g> {" + ntriples() + "}",
    "g.rdf": rdf_xml(),
    "g.jsonld": json_ld(),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("suffix", [True, False])
def test_every_text_gives_the_same_graph(tmp_path, name, packed, suffix):
    data = TEXTS[name].encode()
    if not suffix:
        name = name.replace(".", "_")
    path = tmp_path / (name + ".gz" * packed)
    path.write_bytes(gzip.compress(data) if packed else data)
    graph = kgllm.load(str(path))
    assert facts_of(graph) == FACTS
    assert isinstance(graph, Graph) and graph.notes == ()
    assert graph.find(["流浪地球"])[0][0].node.name == "流浪地球"


def test_every_object_gives_the_same_graph(tmp_path):
    pandas = pytest.importorskip("pandas")
    rdflib = pytest.importorskip("rdflib")
    frame = pandas.DataFrame(TRIPLES, columns=["head", "relation", "tail"])
    frame.to_parquet(tmp_path / "g.parquet")
    dataset = rdflib.Dataset()
    dataset.parse(data=TEXTS["g.trig"], format="trig")
    sources = [
        TRIPLES, iter(TRIPLES), [list(row) for row in TRIPLES], (Fact(Entity(s), Relation(r), Entity(o)) for s, r, o in TRIPLES),
        frame, pandas.DataFrame(TRIPLES), tmp_path / "g.parquet", networkx_graph(), networkx_graph(nx.DiGraph),
        rdflib.Graph().parse(data=TEXTS["g.ttl"]), dataset, kgllm.load(TRIPLES),
    ]  # fmt: skip
    for source in sources:
        assert facts_of(kgllm.load(source)) == FACTS, type(source)


def test_sources_of_facts(tmp_path):
    (tmp_path / "g.tsv").write_text("a\tr\tb\n\na\tr\tc\na\tr\tb\n")
    assert [fact.source for fact in kgllm.load(tmp_path / "g.tsv").scan().items] == [("g.tsv:1", "g.tsv:4"), ("g.tsv:3",)]
    (tmp_path / "g.jsonl").write_text('{"subject": "a", "relation": "r", "object": "b"}\n{"subject": "a", "relation": "r", "object": 1}\n')
    assert [fact.source for fact in kgllm.load(tmp_path / "g.jsonl").scan().items] == [("g.jsonl:1",), ("g.jsonl:2",)]


def test_compile_from_any_source_and_any_graph(tmp_path):
    (tmp_path / "g.tsv").write_text(TEXTS["g.tsv"])
    seen = []
    compiled = kgllm.compile(tmp_path / "g.tsv", tmp_path / "one", progress=lambda *told: seen.append(told))
    again = kgllm.compile(compiled, tmp_path / "two")
    from_folder = kgllm.compile(tmp_path / "one", tmp_path / "three")
    assert facts_of(compiled) == facts_of(again) == facts_of(from_folder) == facts_of(kgllm.load(tmp_path / "one")) == FACTS
    assert [fact.source for fact in again.scan().items] == [fact.source for fact in compiled.scan().items]


def test_a_live_networkx_graph_compiles_alike(tmp_path):
    graph = networkx_graph()
    graph.nodes["Christopher Nolan"].update(born=1970, aliases=["Chris Nolan"], types="person")
    live = kgllm.load(graph, backend="networkx")
    compiled = kgllm.compile(live, tmp_path / "compiled")
    assert facts_of(compiled) == facts_of(live) == facts_of(kgllm.load(graph))
    assert compiled.describe([Entity("Christopher Nolan")]) == live.describe([Entity("Christopher Nolan")])


def test_a_broken_source_leaves_the_compiled_folder_as_it_was(tmp_path):
    kgllm.compile(TRIPLES, tmp_path / "folder")
    (tmp_path / "bad.tsv").write_text("a\tr\tb\n" * 3 + "a\tr\n")
    with pytest.raises(GraphParseError, match=r"bad\.tsv:4"):
        kgllm.compile(tmp_path / "bad.tsv", tmp_path / "folder")
    assert facts_of(kgllm.load(tmp_path / "folder")) == FACTS


def test_notes_say_what_was_left_out(tmp_path):
    graph = kgllm.load([*TRIPLES, ("", "r", "b"), ("a", "r", None)])
    assert graph.notes == ("2 rows skipped for an empty field (triple 4, triple 5)",)
    with pytest.raises(GraphParseError, match="triple 1: an empty field"):
        kgllm.load([("a", "r", "b"), ("a", "r", " ")], strict=True)


@pytest.mark.parametrize("options, said", [
    ({"seperator": "\t"}, "separator"), ({"language": "zh"}, "takes no option 'language'"), ({"format": "xls"}, "format='xls'"),
    ({"backend": "neo"}, "backend"), ({"zzz": 1}, "unknown option 'zzz'"), ({"strict": 1}, "strict must be"), ({"format": 3}, "format must be"), ({"root": 3}, "root must be"),
])  # fmt: skip
def test_options_that_cannot_be(tmp_path, options, said):
    (tmp_path / "g.tsv").write_text(TEXTS["g.tsv"])
    with pytest.raises(ConfigError, match=said):
        kgllm.load(tmp_path / "g.tsv", **options)


@pytest.mark.parametrize("source", [None, 3, b"a\tb\tc", {"a": 1}, object(), ["a", "b"], ["abc"], [1], nx.DiGraph, list])
def test_what_is_no_source_is_refused(source):
    with pytest.raises(WrongTypeError):
        kgllm.load(source)


def test_columns_called_by_their_first_letters_are_triples(tmp_path):
    row = {"s": "Alien", "p": "directed by", "o": "Ridley Scott"}
    (tmp_path / "g.csv").write_text("s,p,o\nAlien,directed by,Ridley Scott\n", encoding="utf-8")
    for source in ([row], tmp_path / "g.csv"):
        assert [str(fact) for fact in kgllm.load(source).scan().items] == ["Alien — directed by → Ridley Scott"]


def test_whole_numbers_that_lead_nowhere_are_noted():
    graph = kgllm.load([(1, "knows", 2), (2, "knows", 3), (3, "knows", 1)])
    [note] = graph.notes
    assert "kgllm.Entity(1)" in note and "values" in note
    assert kgllm.load([(1, "knows", kgllm.Entity(2)), (2, "knows", kgllm.Entity(3))]).notes == ()
    assert kgllm.load([(7, "age", 33), (33, "年龄", 40), (8, "age", 51)]).notes == ()


@pytest.mark.parametrize(
    "source",
    [[("a", "r")], [("a", "r", "b", "c")], [("a", 1, "b")], [(1.5, "r", "b")], [("a", "r", {})], [(2**63, "r", "b")], [("a", "r", [[1]])]],
)
def test_triples_that_cannot_be(source):
    with pytest.raises((GraphParseError, ConfigError), match="triple 0"):
        kgllm.load(source)


def test_several_graphs_are_one(tmp_path):
    films = kgllm.load([("Alien", "directed by", "Ridley Scott"), ("流浪地球", "导演", "郭帆")])
    people = [{"id": "p1", "name": "Ridley Scott", "born_in": "South Shields"}, {"id": "p2", "name": "郭帆", "born_in": "济宁"}]
    people = kgllm.compile(kgllm.load(people, table="people"), tmp_path / "people")
    towns = nx.DiGraph()
    towns.add_edge("South Shields", "England", relation="lies in")
    graph = kgllm.load([films, people, kgllm.load(towns, backend="networkx"), ("济宁", "lies in", "山东")])
    assert graph.schema().facts == 6
    assert {one.name for one in graph.scan(what="entities").items} >= {"郭帆", "Ridley Scott", "South Shields", "山东"}
    qa = kgllm.GraphQA(graph)
    assert qa.ask("In what does South Shields lie?").text == "England [1]"
    assert [str(fact) for fact in qa.ask("郭帆的born in是哪里？").facts] == ["郭帆 — born_in → 济宁"]


@pytest.mark.parametrize("part", [2**63, 1.5, True, Decimal("1.5"), {1}, object(), b"x"])
def test_ids_that_cannot_be(part):
    with pytest.raises(ConfigError, match="triple 0: an id must be"):
        kgllm.load([(part, "r", "b")])


@pytest.mark.parametrize(
    "fact",
    [
        Fact("a", Relation("r"), Entity("b")),
        Fact(Entity("a"), "r", Entity("b")),
        Fact(Entity("a"), Relation("r"), "b"),
        Fact(Entity("a"), Relation("r"), Entity("b"), (("q", "v"),)),
    ],
)
def test_facts_of_other_things_are_refused(fact):
    with pytest.raises(WrongTypeError, match="triple 0: a Fact is of"):
        kgllm.load([fact])


def test_live_graphs_take_their_own_options_only():
    graph = networkx_graph()
    with pytest.raises(ConfigError, match="takes no option 'strict'"):
        kgllm.load(graph, backend="networkx", strict=True)
    with pytest.raises(ConfigError, match="a graph takes no option"):
        kgllm.load(kgllm.load(graph), names={"a": "b"})
    with pytest.raises(ConfigError, match="triples takes no option 'format'"):
        kgllm.load(TRIPLES, format="tsv")


def test_values_at_the_end_of_triples():
    graph = kgllm.load(
        [
            ("a", "n", 1),
            ("a", "f", 2.5),
            ("a", "t", True),
            ("a", "d", Decimal("0.10")),
            ("a", "l", Literal("x", language="en")),
            (7, "r", "b"),
        ]
    )
    assert [(fact.object.name, fact.object.value) for fact in graph.scan().items if isinstance(fact.object, Literal)] == [
        ("0.10", Decimal("0.10")), ("2.5", 2.5), ("x", "x"), ("1", 1), ("true", True),
    ]  # fmt: skip
    assert graph.find(["7"])[0][0].node.id == 7


def test_lone_surrogates_become_replacement_characters():
    assert facts_of(kgllm.load([("a\ud800", "r", "b")])) == ["a\ufffd — r → b"]


# --- names, aliases and types ---

IDS = [("m.1", "film.director", "m.2"), ("m.3", "film.director", "m.2")]


def checked(graph):
    (director,) = graph.describe([Entity("m.2")])
    assert (director.node.name, director.node.aliases, director.node.types) == ("Christopher Nolan", ("克里斯托弗·诺兰",), ("person",))
    (relation,) = graph.schema().relations
    assert relation.relation.name == "directed by"
    assert graph.find(["克里斯托弗·诺兰"])[0][0].node.id == "m.2"


def test_names_from_mappings():
    graph = kgllm.load(
        IDS,
        names={"m.2": "Christopher Nolan", "film.director": "directed by", "m.9": "nobody"},
        aliases={"m.2": ["克里斯托弗·诺兰", None]},
        types={"m.2": "person"},
    )
    checked(graph)
    assert graph.notes == ("1 names, aliases or types left out: no fact has their id ('m.9')",)


def test_names_count_over_what_the_source_calls_things():
    """In RDF they were other names of what had a label, or was called by the end of its IRI."""
    rdflib = pytest.importorskip("rdflib")
    graph = rdflib.Graph()
    graph.parse(data="""@prefix : <http://e/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        :d1 rdfs:label "List of birds" ; :topic :T-x . :topic rdfs:label "topic" . :d2 :topic :T-y .""")  # fmt: skip
    said = {"http://e/T-x": "Topic X", "http://e/d1": ["鸟类名录", "Birds"], "http://e/topic": "about", "http://e/d9": "none"}
    graph = kgllm.load(graph, names=said)
    first, _ = graph.scan().items
    assert (first.subject.name, first.relation.name, first.object.name) == ("鸟类名录", "about", "Topic X")
    assert set(first.subject.aliases) == {"Birds", "List of birds"} and first.relation.aliases == ("topic",)
    assert graph.notes == ("1 names, aliases or types left out: no fact has their id ('http://e/d9')",)
    qa = kgllm.GraphQA(graph)
    assert qa.ask("What is the topic of List of birds?").text == qa.ask("鸟类名录的topic是什么？").text == "Topic X [1]"

    rows = kgllm.load([{"sku": 7, "name": "Kite", "price": 3}], table="toys", key="sku", names={"7": "Red Kite"})
    assert [(one.name, one.aliases) for one in rows.scan(what="entities").items] == [("Red Kite", ("Kite",))]


@pytest.mark.parametrize("mark, suffix", [("\t", ".tsv"), (",", ".csv"), ("|", ".txt.gz")])
@pytest.mark.parametrize("header", ["", "id;name\n"])
def test_names_from_files(tmp_path, mark, suffix, header):
    def table(name, text):
        data = (header + text).replace(";", mark).encode()
        path = tmp_path / (name + suffix)
        path.write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
        return path

    names = table("names", "m.2;Christopher Nolan\nfilm.director;directed by\n")
    checked(kgllm.load(IDS, names=str(names), aliases=table("aliases", "m.2;克里斯托弗·诺兰\n"), types=table("types", "m.2;person\n")))


def test_names_from_a_json_file(tmp_path):
    (tmp_path / "names.json").write_text(json.dumps({"m.2": ["Christopher Nolan", "克里斯托弗·诺兰"], "film.director": "directed by"}))
    checked(kgllm.load(IDS, names=tmp_path / "names.json", types={"m.2": "person"}))


def test_names_from_relations_of_the_source():
    rows = [("m.2", "type.object.name", "Christopher Nolan"), *IDS, ("m.2", "also known as", "克里斯托弗·诺兰"), ("m.2", "is a", "person")]
    graph = kgllm.load(rows, name="type.object.name", aliases=["also known as"], types="is a", names={"film.director": "directed by"})
    checked(graph)
    assert graph.schema().facts == 2


@pytest.mark.parametrize("options, said", [
    ({"name": "nme"}, "no fact has this relation"), ({"aliases": "alises.tsv"}, "no fact has this relation"),
    ({"names": 3}, "mapping or a path"), ({"names": {"m.2": 3}}, "one text or a list"), ({"name": {"m.2": "x"}}, "names="), ({"types": 3}, "types must be"),
])  # fmt: skip
def test_names_that_cannot_be(options, said):
    with pytest.raises((ConfigError, GraphParseError), match=said):
        kgllm.load(IDS, **options)


# --- what is opened ---


@pytest.mark.parametrize(
    "address", ["neo4j+s://u:p@host", "bolt://neo4j:s3cret@host:7687", "neo4j://u:p@", "bolt://u:p@[::1", "sparql+https://u:p@host/q"]
)
def test_an_address_with_a_password_is_refused_and_not_repeated(address):
    with pytest.raises(ConfigError) as caught:
        kgllm.load(address)
    assert "u:p" not in str(caught.value) and "s3cret" not in str(caught.value)


@pytest.mark.parametrize("address", ["neo4j://127.0.0.1:{}", "bolt://127.0.0.1:{}"])
def test_a_database_that_is_not_there_is_unavailable_soon(address):
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(GraphUnavailable):
        kgllm.load(address.format(port), auth=("neo4j", "x"), retries=1)
    with pytest.raises(ConfigError, match="Neo4j takes no option 'separator'"):
        kgllm.load(address.format(port), separator="|")


@pytest.mark.parametrize(
    "address",
    ["http://example.org/g.ttl", "https://h/g", "file:///etc/passwd", "s3://bucket/g.tsv", "ftp://h/g", "HTTP://h/g", "data:text/turtle,x"],
)
def test_other_addresses_are_refused(address):
    with pytest.raises(ConfigError, match="addresses are not read"):
        kgllm.load(address)


@pytest.mark.parametrize("name", ["g.pkl", "g.gpickle", "g.pickle", "g.pkl.gz"])
def test_pickle_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x80\x04.")
    with pytest.raises(ConfigError, match="pickle is not supported"):
        kgllm.load(tmp_path / name)


def test_paths_that_cannot_be(tmp_path):
    for path in (tmp_path / "absent.tsv", "", "a\0b", "x" * 5000, os.devnull):
        with pytest.raises(ConfigError):
            kgllm.load(path)
    (tmp_path / "g.xlsx").write_bytes(b"PK")
    with pytest.raises(ConfigError, match="does not read .xlsx"):
        kgllm.load(tmp_path / "g.xlsx")
    (tmp_path / "g.gml").write_text("graph [ " * 3000)  # unterminated, and nested deeper than Python's stack
    with pytest.raises(ConfigError, match="does not read .gml") as caught:
        kgllm.load(tmp_path / "g.gml")
    assert "GraphML" in caught.value.hint
    (tmp_path / "folder").mkdir()
    with pytest.raises(kgllm.errors.KGLLMError):
        kgllm.load(tmp_path / "folder")


def test_a_root_holds_also_through_links(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "g.tsv").write_text("a\tr\tb\n")
    (tmp_path / "secret.tsv").write_text("secret\tr\tb\n")
    (tmp_path / "in" / "link.tsv").symlink_to(tmp_path / "secret.tsv")
    assert kgllm.load(tmp_path / "in" / "g.tsv", root=tmp_path / "in").schema().facts == 1
    for path in (tmp_path / "secret.tsv", tmp_path / "in" / "link.tsv", tmp_path / "in" / ".." / "secret.tsv"):
        with pytest.raises(ConfigError, match="outside the folder"):
            kgllm.load(path, root=tmp_path / "in")
    with pytest.raises(ConfigError, match="outside the folder"):
        kgllm.load(tmp_path / "in" / "g.tsv", root=tmp_path / "in", names=tmp_path / "secret.tsv")


def test_messages_hold_only_a_short_escaped_excerpt(tmp_path):
    for name, text in (
        ("g.jsonl", "\x1b[31m" + "secret " * 100),
        ("g.nt", "\x1b[31m" + "secret " * 100),
        ("g.ttl", "\x1b[31m" + "secret " * 100),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(GraphParseError) as caught:
            kgllm.load(tmp_path / name)
        assert len(str(caught.value)) < 300 and "\x1b" not in str(caught.value)


@pytest.mark.parametrize("name", ["g.ttl.gz", "g.json.gz", "g.graphml.gz", "g.rdf.gz", "g.jsonld.gz"])
def test_documents_that_memory_should_not_hold_are_refused(tmp_path, name, monkeypatch):
    monkeypatch.setattr("kgllm.graphs.readers.sources.LARGEST_DOCUMENT", 1 << 20)
    (tmp_path / name).write_bytes(gzip.compress(b'{"@id":"nodes"}' + b" " * (2 << 20)))  # 2 kB on disk
    with pytest.raises(GraphParseError, match="over 1 MiB"):
        kgllm.load(tmp_path / name)


def test_notes_are_logged_by_one_logger_that_can_be_silenced(caplog):
    cities = [{"id": 1, "name": "成都", "n": 3}]
    assert kgllm.load(cities).notes == tuple(record.getMessage() for record in caplog.records)
    assert {(record.name, record.levelname) for record in caplog.records} == {("kgllm.graphs", "WARNING")}
    caplog.clear()
    with caplog.at_level("ERROR", logger="kgllm.graphs"):
        assert kgllm.load(cities).notes and not caplog.records


@pytest.mark.parametrize("backend", ["rdf", "networkx"])
def test_a_path_is_no_graph_to_be_walked_live_and_says_what_to_do(tmp_path, backend):
    (tmp_path / "g.ttl").write_text("<http://x.org/a> <http://x.org/b> <http://x.org/c> .")
    with pytest.raises(WrongTypeError) as caught:
        kgllm.load(str(tmp_path / "g.ttl"), backend=backend)
    assert "without backend=" in caught.value.hint


def test_an_array_of_triples_is_triples():
    assert facts_of(kgllm.load(np.array(TRIPLES))) == facts_of(kgllm.load(list(np.array(TRIPLES, dtype=object)))) == FACTS
    assert str(kgllm.load(np.array([["Memento", "year", 2000]], dtype=object)).scan().items[0].object.value) == "2000"


def test_a_graph_is_compiled_into_a_folder_and_nothing_else():
    with pytest.raises(WrongTypeError, match="folder must be a path, not None"):
        kgllm.compile(TRIPLES, None)
