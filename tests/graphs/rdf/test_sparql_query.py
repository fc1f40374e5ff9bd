"""A user's own SPARQL: what it may, what is refused before anything is sent, and what ends it."""

from __future__ import annotations

import datetime
import http.server
import os
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdf_places import rdflib

import kgllm
from kgllm.errors import ConfigError, GraphError, GraphQueryError, GraphTimeout, TextTooLong, UnsafeQueryError, WrongTypeError
from kgllm.graphs.rdf.prefixes import Prefixes
from kgllm.graphs.rdf.query import LONGEST, checked
from kgllm.graphs.waiting import governed
from kgllm.limits import Deadline
from kgllm.types import Entity, Literal

PREFIXES = Prefixes({"": "http://e/", "ex": "http://example.org/"})
DATA = """@prefix : <http://e/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:inception rdfs:label "Inception" ; :director :nolan ; :year 2010 . :memento rdfs:label "Memento" ; :director :nolan ; :year 2000 .
:nolan rdfs:label "Christopher Nolan" ; :born "1970-07-30"^^xsd:date . :director rdfs:label "directed by" .
"""


@pytest.fixture(scope="module")
def graph():
    graph = kgllm.load(rdflib.Graph().parse(data=DATA, format="turtle"), backend="rdf")
    yield graph
    graph.close()


def check(text, parameters=None, limit=10):
    return checked(text, parameters, limit=limit, prefixes=PREFIXES)


# --- what it gives ---


def test_rows_and_the_facts_that_they_make(graph):
    rows = graph.query("SELECT ?film ?year WHERE { ?film :director :nolan ; :year ?year } ORDER BY ?year")
    assert rows.columns == ("film", "year") and not rows.truncated
    assert [[node.name for cell in row for node in cell] for row in rows.cells] == [["Memento", "2000"], ["Inception", "2010"]]
    assert rows.cells[0][1][0].value == 2000
    assert {str(fact) for fact in rows.facts} == {
        "Memento — directed by → Christopher Nolan", "Inception — directed by → Christopher Nolan", "Memento — year → 2000", "Inception — year → 2010",
    }  # fmt: skip


def test_an_answer_of_ones_own_query(graph):
    qa = kgllm.GraphQA(graph)
    answer = qa.query("SELECT ?who WHERE { :inception :director ?who }")
    assert answer.text == "Christopher Nolan [1]" and str(answer.facts[0]) == "Inception — directed by → Christopher Nolan"
    assert qa.query("SELECT (COUNT(?film) AS ?n) WHERE { ?film :director :nolan }").value == 2
    assert qa.query("SELECT ?x WHERE { ?x :none ?y }").abstained
    with pytest.raises(UnsafeQueryError):
        qa.query("DROP ALL")


def test_unbound_cells_are_empty_and_optional_statements_no_facts(graph):
    rows = graph.query("SELECT ?a ?b WHERE { ?a :director :nolan OPTIONAL { ?a :none ?b } }")
    assert all(row[1] == () for row in rows.cells) and len(rows.facts) == 2


@pytest.mark.parametrize("text, answer", [("ASK { :inception :director :nolan }", "yes"), ("ASK { :inception :director :memento }", "no")])
def test_ask(graph, text, answer):
    rows = graph.query(text)
    assert rows.cells[0][0][0].name == answer and rows.cells[0][0][0].value is (answer == "yes")


def test_the_limit_is_forced(graph):
    rows = graph.query("SELECT ?s ?p ?o WHERE { ?s ?p ?o }", limit=3)
    assert len(rows.cells) == 3 and rows.truncated
    assert not graph.query("SELECT ?s WHERE { ?s :director ?o } LIMIT 1", limit=3).truncated


@pytest.mark.parametrize("text, ends", [
    ("SELECT * { ?s ?p ?o }", "LIMIT 11"), ("SELECT * { ?s ?p ?o } LIMIT 5", "LIMIT 5"), ("SELECT * { ?s ?p ?o } limit 500 OFFSET 2", "limit 11 OFFSET 2"),
    ("SELECT * { ?s ?p ?o } # LIMIT 3", "LIMIT 11"), ("SELECT * { { SELECT * { ?s ?p ?o } LIMIT 900 } }", "LIMIT 11"),
    ("SELECT * { ?s ?p ?o } VALUES ?s { <e:a> }", "LIMIT 11\nVALUES ?s { <e:a> }"), ("SELECT ?limit { ?limit :LIMIT 7 } ORDER BY ?limit", "LIMIT 11"),
])  # fmt: skip
def test_where_the_limit_goes(text, ends):
    assert check(text).text.strip().endswith(ends)


def test_parameters_are_values(graph):
    text = "SELECT ?film WHERE { ?film :director ?who ; :year ?year }"
    rows = graph.query(text, {"who": Entity("http://e/nolan"), "year": 2010})
    assert [row[0][0].name for row in rows.cells] == ["Inception"]
    for hostile in ('x" } ; DROP ALL #', "} UNION { ?s ?p ?o }", "\\u0022 }"):
        assert graph.query(text, {"year": hostile}).cells == ()
        assert graph.query(text, {"who": Entity(hostile)}).cells == ()
    born = graph.query("SELECT ?who WHERE { ?who :born ?day }", {"day": datetime.date(1970, 7, 30)})
    assert born.cells[0][0][0].name == "Christopher Nolan"
    assert graph.query("SELECT ?s WHERE { ?s ?p ?o }", {"o": Literal("Memento")}).cells[0][0][0].name == "Memento"


@pytest.mark.parametrize("parameters", [{"none": 1}, {3: 1}, {"s": None}, {"s": object()}, {"s } #": 1}])
def test_parameters_that_cannot_be(parameters):
    with pytest.raises(ConfigError):
        check("SELECT ?s { ?s ?p ?o }", parameters)


def test_edits_are_seen():
    source = rdflib.Graph().parse(data=DATA, format="turtle")
    graph = kgllm.load(source, backend="rdf")
    assert len(graph.query("SELECT ?s { ?s :director ?o }").cells) == 2
    source.add((rdflib.URIRef("http://e/dunkirk"), rdflib.URIRef("http://e/director"), rdflib.URIRef("http://e/nolan")))
    assert len(graph.query("SELECT ?s { ?s :director ?o }").cells) == 3
    graph.close()


# --- what is refused, before anything is sent ---

UNSAFE = [
    "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SELECT * { service silent ?s { ?s ?p ?o } }", "SELECT * FROM <file:///secret.ttl> { ?s ?p ?o }",
    "SELECT * FROM NAMED <e:g> { ?s ?p ?o }", "ASK FROM <http://127.0.0.1/> { ?s ?p ?o }", "LOAD <file:///etc/passwd>", "INSERT DATA { <e:a> <e:b> <e:c> }",
    "DELETE WHERE { ?s ?p ?o }", "DROP ALL", "CLEAR DEFAULT", "COPY <e:a> TO <e:b>", "SELECT * { ?s ?p ?o } ; DROP ALL", "CREATE GRAPH <e:g>",
    "WITH <e:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", 'SELECT * { ?s ?p ?o FILTER regex(?o, "^(a+)+$") }', 'SELECT * { ?s ?p ?o FILTER REGEX(STR(?o), "a") }',
    'SELECT (REPLACE(?o, "(a+)+$", "") AS ?x) { ?s ?p ?o }', "SELECT (<java:java.lang.Runtime>(?o) AS ?x) { ?s ?p ?o }",
    "PREFIX f: <http://jena.apache.org/ARQ/function#> SELECT (f:bnode(?s) AS ?x) { ?s ?p ?o }", "SELECT * { ?s <http://jena.apache.org/text#query> ?o }",
    "SELECT * { ?s <java:org.x.Y> ?o }", "SELECT (<http://e/f>(?o) AS ?x) { ?s ?p ?o }", "SELECT * { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    'SELECT * { ?s ?p "\\u0022 }', "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <http://127.0.0.1/> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * FROM <e:g> { ?s ?p ?o } } }", "SELECT(1 AS ?x)FROM<e:g>{}", "SELECT * {} #\rSERVICE",
]  # fmt: skip


@pytest.mark.parametrize("text", UNSAFE)
def test_what_does_more_than_read(text):
    with pytest.raises(UnsafeQueryError):
        check(text)


@pytest.mark.parametrize("text", [
    "", "SELECT", "SELECT * {", "SELECT * { ?s ?p }", "this", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "DESCRIBE <e:a>", "SELECT * { ?s ?p 'x }", "SELECT ` {}",
    "SELECT ?x { ?s none:p ?o }", "SELECT (1 AS ?x) (2 AS ?x) {}", "SELECT * { ?s ?p ?o } }", "SELECT * {" + "(" * 300 + ")" * 300 + "}",
    "SELECT (" + "(" * 300 + "1" + ")" * 300 + " AS ?x) {}", "SELECT * " + "{" * 80 + "}" * 80, "SELECT * { ?s ?p ?o } LIMIT", "SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", "\x00",
])  # fmt: skip
def test_what_is_no_query(graph, text):
    with pytest.raises(GraphQueryError):
        graph.query(text)


@pytest.mark.parametrize("text", [None, 3, b"SELECT * {}"])
def test_what_is_no_text(text):
    with pytest.raises(WrongTypeError):
        check(text)


def test_what_is_too_long():
    with pytest.raises(TextTooLong):
        check("SELECT * {}" + " " * LONGEST)


@pytest.mark.parametrize("limit", [0, -1, True, "1", 10**9])
def test_limits_that_cannot_be(limit):
    with pytest.raises(ConfigError):
        check("SELECT * {}", limit=limit)


@pytest.mark.parametrize("text", [
    'SELECT ?service { ?service :from "SERVICE <http://x> { FROM } regex(" }', "SELECT ?s { ?s :load ?o ; :delete ?x . } # DROP ALL",
    "SELECT ?s { ?s <http://e/SERVICE> 'LOAD' }", 'SELECT (xsd:integer(?o) AS ?x) { ?s ?p ?o FILTER(CONTAINS(STR(?o), "a")) }',
    'SELECT ?s { ?s ?p """a "quoted" ; INSERT""" }', "SELECT ?s { GRAPH ?g { ?s ?p ?o } MINUS { ?s a ?c } }", "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING (COUNT(*) > 1)",
    "SELECT * { ?s :p+/^:q|!:r ?o }", "BASE <http://e/> SELECT * { <a> ?p ?o . FILTER(?o IN (1, 2.5, -3e1, true)) }", "SELECT ?s { ?s ?p '流浪地球'@zh }",
])  # fmt: skip
def test_what_only_reads_is_taken(graph, text):
    assert graph.query(text) is not None


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            [
                "SELECT",
                "*",
                "{",
                "}",
                "?s",
                "?p",
                "SERVICE",
                "<http://127.0.0.1:9/>",
                "FROM",
                "'",
                '"',
                "\\",
                "#",
                "\n",
                ":p",
                "(",
                ")",
                "regex",
                "LIMIT",
                "5",
                "\r",
                "^^",
                "@en",
                "PREFIX",
                "ex:",
                " ",
            ]
        ),
        max_size=14,
    )
)
def test_no_spelling_slips_through(pieces):
    text = " ".join(pieces) if len(pieces) % 2 else "".join(pieces)
    try:
        query = check("SELECT * { ?s ?p ?o } " + text)
    except GraphError:
        return
    import re

    bare = re.sub(r"#[^\r\n]*|'[^']*'|\"[^\"]*\"|<[^>]*>", "", query.text)
    assert not re.search(r"\b(SERVICE|FROM|regex)\b", bare)


# --- nothing is asked of anybody else ---


@pytest.fixture
def canary():
    """A server that counts who comes."""
    hits = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", hits
    server.shutdown()
    server.server_close()


def test_no_canary_is_reached(graph, canary):
    url, hits = canary
    for text in (
        f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * FROM <{url}> {{ ?s ?p ?o }}",
        f"LOAD <{url}>",
        f"SELECT * {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
    ):
        try:
            graph.query(text)
        except UnsafeQueryError:
            continue
    assert hits == []


def test_files_are_not_read(tmp_path):
    (tmp_path / "secret.ttl").write_text('<e:s> <e:p> "secret7" .')
    graph = kgllm.load(rdflib.Dataset().parse(data=DATA, format="turtle"), backend="rdf")
    with pytest.raises(UnsafeQueryError):
        graph.query(f"SELECT * FROM <file://{tmp_path}/secret.ttl> {{ ?s ?p ?o }}")
    assert graph.query(f"SELECT * {{ GRAPH <file://{tmp_path}/secret.ttl> {{ ?s ?p ?o }} }}").cells == ()
    graph.close()


# --- what takes too long or too much ---


def test_a_cartesian_product_ends_with_the_deadline():
    source = rdflib.Graph()
    for i in range(400):
        source.add((rdflib.URIRef(f"e:{i}"), rdflib.URIRef("e:p"), rdflib.Literal(i)))
    graph = kgllm.load(source, backend="rdf")
    assert len(graph.query("SELECT ?s { ?s ?p ?o }", limit=1000).cells) == 400
    start = time.monotonic()
    with governed(Deadline(1.0)), pytest.raises(GraphTimeout):
        graph.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    assert time.monotonic() - start < 1.5
    assert len(graph.query("SELECT ?s { ?s ?p ?o }", limit=5).cells) == 5  # the next works
    child = graph._child[1]._process.pid
    graph.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_memory_is_bounded():
    source = rdflib.Graph()
    for i in range(3000):
        source.add((rdflib.URIRef(f"e:{i}"), rdflib.URIRef("e:p"), rdflib.Literal("x" * 100 + str(i))))
    graph = kgllm.load(source, backend="rdf")
    with governed(Deadline(20)), pytest.raises((GraphQueryError, GraphTimeout)):
        graph.query("SELECT ?x { ?a ?p ?b . ?c ?p ?d BIND(CONCAT(?b, ?d) AS ?x) } ORDER BY ?x")
    graph.close()


def test_a_graph_that_is_let_go_ends_its_process():
    import gc

    from pyparsing import ParserElement

    ParserElement.enable_packrat()  # as importing matplotlib does, for the whole process
    graph = kgllm.load(rdflib.Graph().parse(data=DATA, format="turtle"), backend="rdf")
    graph.query("ASK {}")
    process = graph._child[1]._process
    del graph
    gc.collect()  # the errors by which a parser finds its way are cycles that hold its callers
    assert process.wait(10) is not None
