"""A real SPARQL 1.1 endpoint, Apache Jena Fuseki: the rules, what RDF means, answers, and a server that goes away."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from rdf_places import ox, rdflib, written
from test_rdf_meaning import PREFIXES, SAME, WIKI, both_ways

import kgllm
from kgllm.errors import GraphError, GraphTimeout, GraphUnavailable
from kgllm.graphs.rdf.endpoint import SparqlGraph
from kgllm.limits import Limits
from kgllm.testing import SCENARIOS, check_facts
from kgllm.testing.strategies import graphs
from kgllm.types import Entity, Relation

pytestmark = [pytest.mark.sparql, pytest.mark.slow]


@pytest.fixture
def serve(fuseki):
    """Serves facts, or Turtle; every data set is dropped after the test."""
    made = []

    def load(data, kind="application/n-quads", **options):
        url = fuseki.add(data if isinstance(data, bytes) else data.encode(), kind)
        graph = kgllm.load(url, **options)
        made.append((url, graph))
        return graph

    yield load
    for url, graph in made:
        graph.close()
        fuseki.remove(url)


@pytest.mark.parametrize("star", [False, True])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_rules(serve, scenario, star):
    if star and not any(getattr(fact, "qualifiers", ()) for fact in SCENARIOS[scenario]):
        return
    check_facts(lambda facts: serve(written(facts, star=star)), SCENARIOS[scenario], scenario=scenario)


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(facts=graphs())
def test_any_graph(serve, facts):
    check_facts(lambda rows: serve(written(rows)), facts)


TEXTS = {
    "lists": ":film :actors (:a :b (:c 1)) ; :none () . :c :age 5 . :film2 :actors (:b) .",
    "reified": ":a :spouse :b, :c . [] a rdf:Statement ; rdf:subject :a ; rdf:predicate :spouse ; rdf:object :b ; :from 1999 ; :place :paris . [] rdf:subject :a ; rdf:predicate :spouse ; rdf:object :b ; :from 2005 . [] rdf:subject :a ; rdf:predicate :spouse ; rdf:object :z .",
    "stated": ":a :spouse :b {| :from 1999 ; :place :paris |}, :c . << :a :spouse :c >> :from 2001 .",
    "properties": ':directed owl:inverseOf :directedBy ; rdfs:label "directed"@en . :directedBy rdfs:label "directed by" ; rdfs:domain :Film . :m :directedBy :p . :x rdfs:domain :y .',
    "classes": ":rex a :Dog ; :likes :bone . :Dog rdfs:subClassOf :Pet, :Canine . :Canine rdfs:subClassOf :Animal . :tom a :Cat, owl:Thing .",
    "graphs": ":g { :a :r :b . :b rdfs:label 'Bee' } :h { :a :r :b . :a :r :c } :a :r :d .",
    "literals": ':a :p "1970"^^xsd:gYear, "x"@EN-gb, "2020-01-02"^^xsd:date, "abc"^^:mine, 5, true, "a\\"b\\\\u0041", "" .',
    "same": SAME,
    "statement nodes": WIKI,
    "statement nodes in graphs": ":g {" + WIKI + "} :h { :a :r :b . wd:Q1 wdt:P26 wd:Q2 }",
}


def unlabelled(text):
    """Without the labels of blank nodes, which are every store's own."""
    return re.sub(r"_:\w+", "_:", text)


@pytest.mark.parametrize("name", TEXTS)
def test_it_means_what_it_means_in_a_store(serve, name):
    text = PREFIXES + TEXTS[name]
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.TRIG)
    here, there = kgllm.load(store, backend="rdf"), serve(text, "application/trig")
    assert sorted(map(unlabelled, both_ways(there))) == sorted(map(unlabelled, both_ways(here)))
    assert there.schema() == here.schema()
    assert [one.relation.inverse_name for one in there.schema().relations] == [one.relation.inverse_name for one in here.schema().relations]
    nodes = [one for one in here.scan(what="entities").items if not str(one.id).startswith("_:")]
    assert [[(c.relation.id, c.way, c.count) for c in row] for row in there.relations(nodes)] == [
        [(c.relation.id, c.way, c.count) for c in row] for row in here.relations(nodes)
    ]
    assert [(one.node, one.node.name, one.node.types) for one in there.describe(nodes)] == [
        (one.node, one.node.name, one.node.types) for one in here.describe(nodes)
    ]


def test_what_is_the_same_is_folded(serve):
    text = PREFIXES + SAME
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.TRIG)
    here, there = kgllm.load(store, backend="rdf", same_as=True), serve(text, "application/trig", same_as=True)
    nodes = here.scan(what="entities").items
    assert both_ways(there) == both_ways(here) and there.schema() == here.schema() and there.relations(nodes) == here.relations(nodes)


def test_blank_nodes_are_walked(serve):
    graph = serve(PREFIXES + ':m :casting [ :actor :x ; :role "Cobb" ] . :x :knows [ rdfs:label "somebody" ] .', "text/turtle")
    unnamed = [one for one in graph.scan(what="entities").items if not one.named]
    assert len(unnamed) == 1 and len(both_ways(graph)) == 4 and graph.notes == ()
    assert sum(one.count for one in graph.relations(unnamed)[0]) == 3
    assert {
        step.neighbour.name for one in graph.expand(unnamed, [(Relation("http://example.org/actor"), "out")], 5) for step in one.steps
    } == {"x"}


def test_answers(serve):
    films = [("Inception", "directed by", "Christopher Nolan"), ("流浪地球", "导演", "郭帆"), ("Inception", "release year", "2010")]
    qa = kgllm.GraphQA(serve(written(films)))
    assert qa.ask("Who directed Inception?").text == "Christopher Nolan [1]"
    assert qa.ask("流浪地球的导演是谁？").entities[0].name == "郭帆"


MANY = 200
DIRECTED = written([(f"Film {i}", "directed by", f"Person {i}") for i in range(MANY)])


async def all_of_them(qa, told=lambda: None):
    """What became of many questions at once; `told` is called after each."""

    async def one(i):
        try:
            return await qa.aask(f"Who directed Film {i}?")
        finally:
            told()

    return await asyncio.gather(*map(one, range(MANY)), return_exceptions=True)


def test_many_at_once(serve):
    qa = kgllm.GraphQA(serve(DIRECTED), limits=Limits(seconds=240))
    assert [answer.entities[0].name for answer in asyncio.run(all_of_them(qa))] == [f"Person {i}" for i in range(MANY)]


def test_one_hub_takes_nothing_from_others(serve):
    data = "".join(f"<e:l{i}> <e:in> <e:hub> .\n" for i in range(30_000)) + "<e:a> <e:in> <e:b> .\n<e:c> <e:in> <e:b> .\n"
    graph = serve(data)
    graph.schema()
    hub, other = graph.expand([Entity("e:hub"), Entity("e:b")], [(Relation("e:in"), "in")], 5)
    assert (len(hub.steps), hub.truncated) == (5, True)
    assert ([step.neighbour.id for step in other.steps], other.truncated) == (["e:a", "e:c"], False)
    assert graph.relations([Entity("e:hub")])[0][0].count == 30_000


def test_what_is_added_behind_the_endpoint_is_walked(serve, fuseki):
    graph = serve(written([("a", "r", "b")]))
    version = graph.version()
    fuseki.update(
        graph.endpoint.url,
        'INSERT DATA { <urn:kgllm:e:a> <urn:kgllm:r:r> <e:new> . <e:new> <http://www.w3.org/2000/01/rdf-schema#label> "New" }',
    )
    (found,) = graph.expand([Entity("a")], [(Relation("r"), "out")], 5)
    assert [step.neighbour.name for step in found.steps] == ["b", "New"]
    assert not graph.find(["New"])[0]
    graph.refresh()
    assert graph.find(["New"])[0] and graph.version() != version


def test_a_compiled_copy_says_the_same(serve, tmp_path):
    facts = [fact for name in ("n-ary facts", "names, aliases and types") for fact in SCENARIOS[name]]
    graph = serve(written(facts))
    copy = kgllm.compile(graph, tmp_path / "copy")
    assert sorted(map(str, copy.scan().items)) == sorted(map(str, graph.scan().items))


# --- a server that goes away; each with one of its own ---


@pytest.fixture
def own():
    from servers.fuseki import Fuseki
    from servers.java import NoJavaError

    try:
        server = Fuseki(memory="512m")
    except NoJavaError as error:
        pytest.skip(f"no Fuseki: {error}")
    yield server
    server.stop()


FILMS = written([("Inception", "directed by", "Christopher Nolan")]).encode()


def test_a_server_that_is_paused_and_goes_on(own):
    graph = SparqlGraph(own.add(FILMS))
    qa = kgllm.GraphQA(graph, limits=Limits(seconds=1.5))
    for _ in range(3):
        kgllm.GraphQA(graph).ask("Who directed Inception?")
    os.kill(own.program.process.pid, signal.SIGSTOP)
    try:
        start = time.monotonic()
        with pytest.raises(GraphTimeout):
            qa.ask("Who directed Inception?")
        assert time.monotonic() - start < 2.0
    finally:
        os.kill(own.program.process.pid, signal.SIGCONT)
    assert kgllm.GraphQA(graph).ask("Who directed Inception?").text == "Christopher Nolan [1]"
    graph.close()


def test_a_server_that_is_killed_and_comes_back(own):
    graph = SparqlGraph(own.add(FILMS, name="films"), retries=5)
    qa = kgllm.GraphQA(graph)
    assert qa.ask("Who directed Inception?").text == "Christopher Nolan [1]"
    own.program.stop()
    with pytest.raises(GraphUnavailable):
        kgllm.GraphQA(graph, limits=Limits(seconds=30)).ask("Who directed Inception?")
    own.start()
    own.fill(graph.endpoint.url, FILMS)
    assert qa.ask("Who directed Inception?").text == "Christopher Nolan [1]"
    graph.close()


def test_a_server_that_is_killed_in_the_middle_of_many_questions(own):
    """Each ends with the right answer or a typed error, in time; afterwards the next question works, and no socket is left."""
    graph = SparqlGraph(own.add(DIRECTED.encode(), name="films"))
    qa = kgllm.GraphQA(graph, limits=Limits(seconds=60))
    assert qa.ask("Who directed Film 0?").entities[0].name == "Person 0"
    done = []

    def told():
        done.append(1)
        if len(done) == 20:
            own.program.process.kill()

    start = time.monotonic()
    ended = asyncio.run(all_of_them(qa, told))
    assert time.monotonic() - start < 60.5
    right = [one for i, one in enumerate(ended) if isinstance(one, kgllm.Answer) and [str(end) for end in one.entities] == [f"Person {i}"]]
    failed = [one for one in ended if isinstance(one, GraphUnavailable | GraphTimeout)]
    assert len(right) + len(failed) == MANY and len(right) >= 20 and failed
    own.program.process.wait(10)
    own.start()
    own.fill(graph.endpoint.url, DIRECTED.encode())
    assert qa.ask("Who directed Film 7?").entities[0].name == "Person 7"
    before = threading.active_count()
    graph.close()
    assert threading.active_count() < before  # the one thread that waited


def test_another_address_is_no_endpoint(fuseki):
    with pytest.raises(GraphError, match="does not answer as a SPARQL"):
        SparqlGraph(f"http://127.0.0.1:{fuseki.port}/nothing/sparql").schema()


assert rdflib
