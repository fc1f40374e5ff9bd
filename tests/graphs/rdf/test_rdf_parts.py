"""Values on blank nodes are facts of what holds them; restrictions are facts of their class; names run together or spaced apart are found."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity

rdflib = pytest.importorskip("rdflib")

PREFIXES = """@prefix : <http://e.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
BOOKS = """
:Optics a :Class ; rdfs:label "光 学"@zh, "Optics"@en ; :startsAt [ :inMetres 15.5 ; :tolerance 0.5 ] ; :endsAt [ :inMetres 28 ; :tolerance 0.5 ] .
:HeatTheory a :Class ; :startsAt [ :inMetres 28 ; :tolerance 0.5 ] ; :endsAt [ :inMetres 40 ; :tolerance 0.5 ] .
:startsAt rdfs:label "The place, measured along the shelves of the hall from its eastern door, at which the books of a class begin"@en .
"""
TENTS = """
:t1 a :Tent ; rdfs:label "Nordkap"@en, "北角"@zh ; :weight [ a :Quantity ; :value 3.2 ; :unitCode "KGM" ] ; :offers [ :price 349 ; :priceCurrency "EUR" ; :availability :InStock ] .
:t2 a :Tent ; rdfs:label "Fjell"@en, "峡湾"@zh ; :weight [ a :Quantity ; :value 0.8 ; :unitCode "KGM" ] ; :offers [ :price 89 ; :priceCurrency "EUR" ; :availability :InStock ] .
:t3 a :Tent ; rdfs:label "Tundra"@en, "冻原"@zh ; :weight [ a :Quantity ; :value 1.4 ; :unitCode "KGM" ] ; :offers [ :price 199 ; :priceCurrency "EUR" ; :availability :InStock ] .
"""
PLANT = """
:P2 a owl:Class ; rdfs:label "flower" . :P3 a owl:Class ; rdfs:label "petal" ; rdfs:subClassOf :P1, [ a owl:Restriction ; owl:onProperty :part_of ; owl:someValuesFrom :P2 ] .
:P1 a owl:Class ; rdfs:label "plant organ" . :part_of a owl:ObjectProperty ; rdfs:label "part of" .
"""


@pytest.fixture(params=["file", "live"])
def load(request, tmp_path):
    def of(text):
        if request.param == "live":
            return kgllm.load(rdflib.Graph().parse(data=PREFIXES + text), backend="rdf")
        (tmp_path / "g.ttl").write_text(PREFIXES + text, encoding="utf-8")
        return kgllm.load(tmp_path / "g.ttl")

    return of


def facts_of(graph):
    facts = list(graph.scan().items)
    steps = [(stats.relation, way) for stats in graph.schema().relations for way in ("out", "in")]
    nodes = list(dict.fromkeys(node for fact in facts for node in (fact.subject, fact.object)))
    for way in ("out", "in"):
        assert sorted(str(s.fact) for x in graph.expand(nodes, steps, 99) if x.way == way for s in x.steps) == sorted(map(str, facts))
    return sorted(map(str, facts))


def test_values_are_facts_of_what_holds_them(load):
    graph = load(TENTS)
    assert facts_of(graph)[:5] == [
        "Fjell — offers availability → InStock",
        "Fjell — offers price → 89",
        "Fjell — offers priceCurrency → EUR",
        "Fjell — weight unitCode → KGM",
        "Fjell — weight → 0.8",
    ]
    assert {one.name for one in graph.scan(what="entities").items} == {"Nordkap", "Fjell", "Tundra", "InStock"}
    assert graph.schema().entities == 4


def test_parts_of_parts(load):
    graph = load(":mill :site [ :note 'x' ; :geo [ :lat 53.1 ; :long 9.2 ] ] . :barn :site [ :note 'y' ; :geo [ :lat 54 ; :long 9 ] ] .")
    assert "mill — site geo lat → 53.1" in facts_of(graph)
    assert kgllm.GraphQA(graph).ask("What is the lat of the mill?").text.startswith("53.1")


@pytest.mark.parametrize(
    "text",
    [
        ':film :casting [ :actor :x ; :role "Cobb" ] .',  # joins two things
        ":film :showing [ :year 2001 ], [ :year 2005 ] .",  # several of one thing
        ":film :budget _:b . :remake :budget _:b . _:b :amount 5 .",  # held by two
        ':film :place [ rdfs:label "Paris" ; :lat 48 ] .',  # has a name
    ],
)
def test_what_is_more_than_a_value_stays_a_node(load, text):
    assert any(str(one.id).startswith("_:") for one in load(text).scan(what="entities").items)
    facts_of(load(text))


def test_restrictions_are_facts_of_the_class(load):
    graph = load(PLANT)
    assert facts_of(graph) == ["petal — part of → flower", "petal — subClassOf → plant organ"]
    assert kgllm.GraphQA(graph).ask("What are the parts of the flower?").entities[0].name == "petal"


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (BOOKS, "At how many metres does Optics start?", "15.5"),
        (BOOKS, "光学从多少米开始？", "15.5"),
        (BOOKS, "What is the tolerance of the end of heat theory?", "0.5"),
        (BOOKS, "Which begins first, Optics or heat theory?", "Optics (15.5)"),
        (TENTS, "What is the weight of the Fjell?", "0.8"),
        (TENTS, "峡湾的重量是多少？", "0.8"),
        (TENTS, "Which tent is the heaviest?", "Nordkap (3.2)"),
        (TENTS, "Which tents cost less than 100 EUR?", "Fjell (89)"),
        (TENTS, "哪些帐篷的价格低于100？", "Fjell（89）"),
        (TENTS, "Is the Nordkap more expensive than the Tundra?", "Yes: Nordkap (349)"),
        (TENTS, "北角比冻原贵多少？", "150"),
    ],
)
def test_numbers_on_blank_nodes_are_asked_for(load, text, question, answer):
    assert kgllm.GraphQA(load(text)).ask(question).text.startswith(answer)


def test_names_are_found_as_people_write_them(load):
    graph = load(BOOKS)
    assert [graph.find([name])[0][0].node.id for name in ("heat theory", "HeatTheory", "光学")] == [
        "http://e.org/HeatTheory",
        "http://e.org/HeatTheory",
        "http://e.org/Optics",
    ]
    [told] = graph.describe([Entity("http://e.org/HeatTheory")])
    assert (told.node.name, told.node.aliases) == ("HeatTheory", ("Heat Theory",))


def test_a_property_labelled_with_a_sentence_is_called_by_its_iri(tmp_path):
    (tmp_path / "g.ttl").write_text(PREFIXES + BOOKS, encoding="utf-8")
    graph = kgllm.load(tmp_path / "g.ttl")
    assert "startsAt inMetres" in {stats.relation.name for stats in graph.schema().relations}
    assert any("labelled with a sentence" in note for note in graph.notes)
