"""What RDF means is the same compiled and live: labels, types, lists, statements about statements, Wikibase, what is the same."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.errors import ConfigError, WrongTypeError
from kgllm.graphs.rdf.live import RdfGraph
from kgllm.graphs.rdf.prefixes import Prefixes
from kgllm.types import Entity, Literal, Relation

rdflib = pytest.importorskip("rdflib")
ox = pytest.importorskip("pyoxigraph")

PREFIXES = """@prefix : <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wd: <http://www.wikidata.org/entity/> . @prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix p: <http://www.wikidata.org/prop/> . @prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix pq: <http://www.wikidata.org/prop/qualifier/> . @prefix wikibase: <http://wikiba.se/ontology#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
"""
E = "http://example.org/"


def in_file(text, folder, **options):
    (folder / "g.trig").write_text(PREFIXES + text, encoding="utf-8")
    return kgllm.load(folder / "g.trig", **options)


def in_rdflib(text, folder, **options):
    return kgllm.load(rdflib.Dataset().parse(data=PREFIXES + text, format="trig"), backend="rdf", **options)


def whole_rdflib(text, folder, **options):
    return kgllm.load(rdflib.Dataset().parse(data=PREFIXES + text, format="trig"), **options)


def in_oxigraph(text, folder, **options):
    store = ox.Store(str(folder / f"store{len(list(folder.iterdir()))}"))
    store.load((PREFIXES + text).encode(), format=ox.RdfFormat.TRIG)
    return kgllm.load(store, backend="rdf", **options)


@pytest.fixture(params=[in_file, in_rdflib, whole_rdflib, in_oxigraph])
def load(request, tmp_path):
    return lambda text, **options: request.param(text, tmp_path, **options)


@pytest.fixture(params=[in_file, in_oxigraph])
def load_star(request, tmp_path):
    """rdflib knows no triple terms."""
    return lambda text, **options: request.param(text, tmp_path, **options)


def facts_of(graph):
    return sorted(str(fact) for fact in graph.scan().items)


def both_ways(graph):
    """Every fact as `expand` gives it, from either end; they must agree with what `scan` gives."""
    facts = list(graph.scan().items)
    steps = [(stats.relation, way) for stats in graph.schema().relations for way in ("out", "in")]
    nodes = list(dict.fromkeys(node for fact in facts for node in (fact.subject, fact.object)))
    seen = {way: sorted(str(s.fact) for x in graph.expand(nodes, steps, 99) if x.way == way for s in x.steps) for way in ("out", "in")}
    assert seen["out"] == seen["in"] == sorted(map(str, facts))
    return seen["out"]


def test_labels_by_language_preference(load):
    text = ':a rdfs:label "Ada"@en, "阿达"@zh-Hans, "Ada (de)"@de ; skos:altLabel "Countess" ; :knows :b . :b rdfs:label "Bob" . :knows rdfs:label "knows"@en, "认识"@zh .'
    assert facts_of(load(text)) == ["Ada — knows → Bob"]
    graph = load(text, language=["zh", "de"])
    assert facts_of(graph) == ["阿达 — 认识 → Bob"]
    assert graph.describe([Entity(f"{E}a")])[0].node.aliases == ("Ada (de)", "Ada", "Countess")
    assert graph.find(["Countess"])[0][0].kind == "alias"
    with pytest.raises(WrongTypeError, match="language"):
        load(text, language=3).schema()


def test_other_names_that_are_no_labels_are_facts_too(load):
    text = """@prefix s: <http://schema.org/> .
        :a s:name "National Library" ; s:alternateName "NL" ; skos:altLabel "The Library" ; :former "Olm Library" .
        :b s:name "国家图书馆" ; s:alternateName "国图" ; :former "京师图书馆" ."""
    graph = load(text)
    assert both_ways(graph) == [
        "National Library — alternateName → NL", "National Library — former → Olm Library",
        "国家图书馆 — alternateName → 国图", "国家图书馆 — former → 京师图书馆",
    ]  # fmt: skip
    assert graph.describe([Entity(f"{E}a")])[0].node.aliases == ("NL", "The Library")
    qa = kgllm.GraphQA(graph)
    assert qa.ask("What is the alternate name of the National Library?").text == "NL [1]"
    assert qa.ask("国家图书馆的别名是什么？").text == "国图 [1]"
    assert qa.ask("国图的former是什么？").text == "京师图书馆 [1]"

    said = load(text, aliases=[f"{E}former", "http://www.w3.org/2004/02/skos/core#altLabel"])
    assert both_ways(said) == facts_of(graph)
    assert said.describe([Entity(f"{E}a")])[0].node.aliases == ("Olm Library", "The Library")


def test_of_equal_labels_the_first_in_the_alphabet_is_the_name_wherever_the_graph_is(load):
    node = load(':a rdfs:label "b", "a", "c" ; :p :q .').describe([Entity(f"{E}a")])[0].node
    assert (node.name, node.aliases) == ("a", ("b", "c"))


def test_types_come_with_the_classes_above_them(load):
    graph = load(
        ":rex a :Dog ; :likes :bone . :Dog rdfs:subClassOf :Pet, :Canine . :Canine rdfs:subClassOf :Animal . :Animal rdfs:subClassOf :Dog ."
    )
    assert graph.describe([Entity(f"{E}rex")])[0].node.types == ("Dog", "Canine", "Pet", "Animal")
    assert dict(graph.schema().types)["Animal"] == 1
    assert "Dog — subClassOf → Pet" in both_ways(graph)


def test_literals_keep_datatype_and_language(load):
    graph = load(':a :p "1970"^^xsd:gYear, "x"@EN, "2020-01-02"^^xsd:date, "abc"^^:mine .')
    found = {fact.object.name: fact.object for fact in graph.scan().items}
    assert found["1970"].value == 1970 and found["x"].language == "en" and found["abc"].datatype == f"{E}mine"
    assert [one.neighbour.id for one in graph.expand([found["x"]], [(Relation(f"{E}p"), "in")], 5)[0].steps] == [f"{E}a"]
    assert graph.expand([Literal("x")], [(Relation(f"{E}p"), "in")], 5) == []  # another literal


def test_reified_statements_qualify(load):
    graph = load(
        ":a :spouse :b, :c . [] a rdf:Statement ; rdf:subject :a ; rdf:predicate :spouse ; rdf:object :b ; :from 1999 ; :place :paris ."
        "[] rdf:subject :a ; rdf:predicate :spouse ; rdf:object :b ; :from 2005 ."
    )
    assert both_ways(graph) == ["a — spouse → b (from: 1999; place: paris)", "a — spouse → b (from: 2005)", "a — spouse → c"]
    assert [(one.relation.name, one.way, one.count) for one in graph.relations([Entity(f"{E}a")])[0]] == [("spouse", "out", 3)]
    assert graph.schema().entities == 4  # the statements are no entities


def test_a_statement_that_nobody_made_is_a_node_of_its_own(load):
    graph = load("[] rdf:subject :a ; rdf:predicate :spouse ; rdf:object :b ; :from 1999 .")
    assert len(both_ways(graph)) == 4


@pytest.mark.parametrize("text", [
    ":a :spouse :b {| :from 1999 ; :place :paris |}, :c .",
    ":a :spouse :b, :c . << :a :spouse :b >> :from 1999 ; :place :paris .",
    ":a :spouse :b, :c . _:r rdf:reifies <<( :a :spouse :b )>> ; :from 1999 ; :place :paris .",
])  # fmt: skip
def test_triple_terms_qualify(load_star, text):
    assert both_ways(load_star(text)) == ["a — spouse → b (from: 1999; place: paris)", "a — spouse → c"]


def test_triple_terms_in_ntriples(tmp_path):
    path = tmp_path / "g.nt"
    path.write_text(
        '<e:a> <e:r> <e:b> .\n_:x <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( <e:a> <e:r> <e:b> )>> .\n_:x <e:q> "\\u90ed"@zh .\n',
        encoding="utf-8",
    )
    assert facts_of(kgllm.load(path)) == ["a — r → b (q: 郭)"]


def test_triple_terms_of_nobody_are_told(tmp_path):
    graph = in_file(":a :said << :b :r :c >> .", tmp_path)
    assert len(facts_of(graph)) == 1 and "1 triple term" in graph.notes[0]


WIKI = """
wd:Q1 rdfs:label "Ann"@en ; wdt:P26 wd:Q2 ; p:P26 wd:st1, wd:st2, wd:st3 ; wdt:P569 "1970-01-01T00:00:00Z"^^xsd:dateTime .
wd:Q2 rdfs:label "Bo"@en . wd:Q3 rdfs:label "Cy"@en . wd:Q4 rdfs:label "Di"@en .
wd:P26 a wikibase:Property ; rdfs:label "spouse"@en ; wikibase:directClaim wdt:P26 . wd:P580 rdfs:label "start time"@en .
wd:st1 a wikibase:Statement ; ps:P26 wd:Q2 ; pq:P580 "1999"^^xsd:gYear ; wikibase:rank wikibase:PreferredRank ; prov:wasDerivedFrom wd:ref .
wd:st2 a wikibase:Statement ; ps:P26 wd:Q3 ; pq:P580 "1990"^^xsd:gYear ; wikibase:rank wikibase:NormalRank .
wd:st3 a wikibase:Statement ; ps:P26 wd:Q4 ; wikibase:rank wikibase:DeprecatedRank .
"""


def test_statement_nodes_of_wikibase_qualify(load):
    graph = load(WIKI)
    spouses = [one for one in both_ways(graph) if "spouse" in one]
    assert spouses == ["Ann — spouse → Bo (start time: 1999)", "Ann — spouse → Cy (start time: 1990)"]
    (stats,) = [one for one in graph.schema().relations if one.relation.name == "spouse"]
    assert (stats.facts, stats.relation.id) == (2, "http://www.wikidata.org/prop/direct/P26")
    assert not any("st1" in str(entity.id) for entity in graph.scan(what="entities").items)


SAME = ':b rdfs:label "Bee" ; owl:sameAs :a ; :p :x . :c owl:sameAs :b ; :p :x, :y . :z :knows :c, :a . :x :of "1" .'


def test_what_is_the_same_is_one_where_that_is_asked_for(load):
    graph = load(SAME, same_as=True)
    assert both_ways(graph) == ["Bee — p → x", "Bee — p → y", "x — of → 1", "z — knows → Bee"]
    assert graph.find(["Bee"])[0][0].node.id == f"{E}a"
    assert [one.count for one in graph.relations([Entity(f"{E}a")])[0]] == [1, 2]
    assert graph.relations([Entity(f"{E}c")]) == graph.relations([Entity(f"{E}a")]) or graph.relations([Entity(f"{E}c")]) == [()]


def test_what_is_the_same_stays_apart_otherwise(load):
    assert "c — sameAs → Bee" in both_ways(load(SAME))
    with pytest.raises(WrongTypeError, match="same_as"):
        load(SAME, same_as="yes").schema()


def test_lists_are_their_members_and_lists_in_lists(load):
    graph = load(":film :actors (:a :b (:c 1)) ; :none () . :c :age 5 .")
    assert both_ways(graph) == ["c — age → 5", *(f"film — actors → {one}" for one in "1abc")]


def test_named_graphs_are_sources(load):
    graph = load(":g { :a :r :b . } :h { :a :r :b . :a :r :c }")
    assert {fact.object.name: set(fact.source) for fact in graph.scan().items} == {"b": {f"{E}g", f"{E}h"}, "c": {f"{E}h"}}


def test_blank_nodes_only_join_others(load):
    graph = load(':m :casting [ :actor :x ; :role "Cobb" ] . :x :knows [ rdfs:label "somebody" ] .')
    unnamed = [one for one in graph.scan(what="entities").items if not one.named]
    assert len(unnamed) == 1 and len(both_ways(graph)) == 4
    assert sum(one.count for one in graph.relations(unnamed)[0]) == 3


def test_predicates_can_be_said(load):
    text = ':a :code "A1" ; :title "Alpha" ; :kind :K ; :knows :b . :b :code "B1" . :K :title "kay" .'
    graph = load(text, id=f"{E}code", name=f"{E}title", types=f"{E}kind")
    node = graph.describe([Entity("A1")])[0].node
    assert (node.name, node.types) == ("Alpha", ("kay",)) and both_ways(graph) == ["Alpha — knows → b"]
    with pytest.raises(ConfigError, match="has this predicate"):
        load(text, name=f"{E}titel").schema()


# --- live only ---


def test_edits_of_an_rdflib_graph_are_seen():
    source = rdflib.Graph().parse(data=PREFIXES + ":a :r :b .", format="turtle")
    graph = RdfGraph(source)
    before = graph.version()
    assert graph.version() == before and graph.schema().facts == 1
    source.add((rdflib.URIRef(f"{E}a"), rdflib.URIRef(f"{E}r"), rdflib.URIRef(f"{E}c")))
    assert graph.version() != before and graph.schema().facts == 2 and graph.find(["c"])[0]
    source.remove((rdflib.URIRef(f"{E}a"), rdflib.URIRef(f"{E}r"), rdflib.URIRef(f"{E}c")))
    assert graph.schema().facts == 1 and not graph.find(["c"])[0]
    source.update("DELETE WHERE { ?s ?p ?o }")
    assert graph.schema().facts == 0 and graph.relations([Entity(f"{E}a")]) == [()]


def test_edits_of_a_pyoxigraph_store_are_seen_after_refresh():
    store = ox.Store()
    store.load(b"<e:a> <e:r> <e:b> .", format=ox.RdfFormat.TURTLE)
    graph = RdfGraph(store)
    assert graph.schema().facts == 1
    store.add(ox.Quad(ox.NamedNode("e:a"), ox.NamedNode("e:r"), ox.NamedNode("e:c")))
    graph.refresh()
    assert graph.schema().facts == 2


def test_a_scan_of_before_an_edit_is_refused():
    source = rdflib.Graph().parse(data="".join(f"<e:a> <e:r> <e:{i}> .\n" for i in range(9)), format="turtle")
    graph = RdfGraph(source)
    page = graph.scan(limit=4)
    source.add((rdflib.URIRef("e:a"), rdflib.URIRef("e:r"), rdflib.URIRef("e:x")))
    with pytest.raises(kgllm.errors.GraphError, match="changed during the scan"):
        graph.scan(page.cursor)


def test_a_closed_graph_lets_go_of_its_store():
    import gc
    import weakref

    source = rdflib.Graph()
    graph = RdfGraph(source)
    gone = weakref.ref(graph.statements)
    del graph
    gc.collect()
    assert gone() is None and source.add((rdflib.URIRef("e:a"), rdflib.URIRef("e:b"), rdflib.URIRef("e:c"))) is not None


def test_a_hub_is_cut_and_says_so():
    source = rdflib.Graph()
    for i in range(6000):
        source.add((rdflib.URIRef(f"e:{i}"), rdflib.URIRef("e:in"), rdflib.URIRef("e:hub")))
    source.add((rdflib.URIRef("e:1"), rdflib.URIRef("e:of"), rdflib.URIRef("e:x")))
    graph = RdfGraph(source)
    hub, other = graph.expand([Entity("e:hub"), Entity("e:x")], [(Relation("e:in"), "in"), (Relation("e:of"), "in")], 5)
    assert (len(hub.steps), hub.truncated, len(other.steps), other.truncated) == (5, True, 1, False)
    assert graph.relations([Entity("e:hub")])[0][0].count == 6000


def test_compiling_a_live_graph_gives_the_same(tmp_path):
    live = in_rdflib(WIKI + SAME, tmp_path)
    assert facts_of(kgllm.compile(live, tmp_path / "out")) == facts_of(live)


@pytest.mark.parametrize("source", [[("a", "r", "b")], "g.ttl", None])
def test_what_is_no_store(source):
    with pytest.raises(WrongTypeError, match="rdflib Graph or Dataset or a pyoxigraph Store"):
        kgllm.load(source, backend="rdf")


def test_prefixes():
    graph = RdfGraph(rdflib.Graph().parse(data=PREFIXES + ":a :r :b .", format="turtle"))
    assert graph.prefixes.short("http://www.wikidata.org/prop/direct/P57") == "wdt:P57"
    assert graph.prefixes.short("http://elsewhere.org/a") == "http://elsewhere.org/a"
    with pytest.raises(ConfigError, match="not a prefix"):
        Prefixes({"a": "http://e/> } #"})
