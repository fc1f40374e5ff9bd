"""What is sent to an endpoint: a closed set of texts, in which everything from outside is a value."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdf_places import OxigraphEndpoint, by_sparql, by_sparql_star, ox, rdflib, written

import kgllm
from kgllm.errors import ConfigError, UnsafeQueryError, WrongTypeError
from kgllm.graphs.rdf import texts
from kgllm.graphs.rdf.endpoint import SparqlGraph
from kgllm.graphs.rdf.terms import all_written, iri_of, is_iri, key_of, literal_of, written_as
from kgllm.graphs.rdf.write import term, text_term
from kgllm.testing import SCENARIOS, check_facts
from kgllm.testing.strategies import literals
from kgllm.types import Entity, Literal, Relation

HOSTILE = [
    "a`) DETACH DELETE n //", "a\\u0060) DETACH DELETE n //", "x' OR 1=1 //", 'x" } ; DROP ALL #', '"@en } #', "\\", "\\\\u0022 }", "\\U00000022",
    "http://a> ?p ?o } #", "<http://a>", "?x", "} UNION { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "\x00", "\n\r\t", "\u202e", "\ud800", "", " ",
    "_:b", "_:b } #", "urn:kgllm:e:x", "urn:kgllm:", "a:b", "a:%zz", "流浪地球", "x" * 2000,
]  # fmt: skip


# --- the serialiser ---


def read_back(written_term):
    """What three parsers read: Oxigraph's and rdflib's of SPARQL, rdflib's of N-Triples."""
    text = f"SELECT ?x {{ VALUES ?x {{ {written_term} }} }}"
    one = next(iter(ox.Store().query(text)))["x"]
    two = next(iter(rdflib.Graph().query(text)))[0]
    three = next(iter(rdflib.Graph().parse(data=f"<e:a> <e:b> {written_term} .", format="nt")))[2]
    return one.value, str(two), str(three)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_one_literal(text):
    clean = text.replace("\ud800", "\ufffd")
    if "\x00" not in text and "\r" not in text:
        assert read_back(text_term(text)) == (clean,) * 3
    assert ox.Store().query(f"SELECT (STR({text_term(text)}) AS ?x) {{}}").__next__()["x"].value == clean


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=20).map(lambda text: text.replace("\r", "")), st.sampled_from([None, "en", "zh-hans"]))
def test_any_text_is_one_literal(text, language):
    if not text.isprintable() and any(ord(one) < 32 for one in text):
        text = "".join(one for one in text if ord(one) >= 32)
    assert read_back(text_term(text, None, language)) == (text,) * 3


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_keys_are_iris_that_end_nowhere(text):
    iri = iri_of(text)
    assert re.fullmatch(r'<[^<>"{}|^`\\\s]+>|_:\w+', term(iri)), iri
    assert key_of(iri) == text or text.startswith("urn:kgllm:")
    ox.Store().query(f"SELECT * {{ VALUES ?x {{ {term(iri)} }} }}" if iri[:2] != "_:" else "SELECT * {}")


@pytest.mark.parametrize("text", ["http://a> ?p ?o } #", "a b", "", "<", "a\\b", "_:b }", "_:", "\ud800"])
def test_what_is_no_iri_is_refused_where_one_is_written(text):
    with pytest.raises(UnsafeQueryError):
        term(text)


@pytest.mark.parametrize("language", ["en } #", "", "en\n", "x" * 20])
def test_what_is_no_language_is_refused(language):
    with pytest.raises(UnsafeQueryError):
        text_term("x", None, language)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(literals())
def test_literals_read_back_with_their_values(literal):
    text, datatype, language = written_as(literal)
    read = literal_of(text, datatype, language)
    assert (read, read.value, type(read.value)) == (literal, literal.value, type(literal.value))
    assert written_as(literal) in all_written(literal)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=12), st.integers(-(2**63) + 1, 2**63 - 1)))
def test_keys_read_back(key):
    if not (isinstance(key, str) and key.startswith("urn:kgllm:")):
        assert key_of(iri_of(key)) == key
    assert is_iri(iri_of(key)) or iri_of(key).startswith("_:")


# --- the closed set ---

_TERM = r'(?:<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n\r]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^<>\s]*>)?|[0-9]+)'
_ROW = re.compile(rf"\({_TERM}(?: {_TERM})*\)")


def skeleton(text):
    """A text with the rows of its VALUES and its numbers left out, and its blocks of hubs told once."""
    text = re.sub(rf"(VALUES \([?\w ]+\)) {{ (?:{_ROW.pattern} ?)*}}", r"\1 {}", text)
    text = re.sub(r"VALUES \?p \{ <[^<>\"{}|^`\\\s]*> \}", "VALUES ?p { <> }", text)
    text = re.sub(r"(LIMIT|OFFSET) [0-9]+", r"\1 n", text)
    blocks = re.compile(r"(\{ SELECT (?:DISTINCT )?\?i .*? LIMIT n \})(?: UNION \1)+")
    return blocks.sub(r"\1", text)


def closed_set(shape):
    """Every text of a shape, as skeletons."""
    row, none = [(0, "<e:a>")], []
    pairs = [(row, row), (row, none), (none, row)]
    made = [texts.predicates(1), texts.blank(shape), texts.label_of_blank(), texts.totals(shape), texts.datatypes(shape)]
    made += [texts.ends(shape, end) for end in ("?s", "?o")]
    for offset in (-1, 0, 1):
        made += [make(shape, 1, offset) for make in (texts.naming, texts.typing, texts.subjects, texts.objects, texts.sames)]
        made += [make(shape, 1, offset) for make in (texts.values, texts.several) if shape.qualified]
    for out, into in pairs:
        made += [texts.counts(shape, out, into), texts.hubs(shape, out, into, 1)]
        made += [texts.edges(shape, out, into, 1, naming=naming) for naming in (True, False)]
        made += [texts.several_of(shape, out, into, 1)] if shape.qualified else []
    made += [texts.along(shape, one, 1) for one in ("e:a", *shape.names, *shape.types)]
    made += [texts.facts_of(shape, row, 1), texts.properties(shape, row, 1), texts.about(shape, row), texts.facts_around(shape, row, 1)]
    made += [texts.details(shape, row)] if shape.told else []
    return {skeleton(text) for text in made}


@pytest.mark.parametrize("make", [by_sparql, by_sparql_star])
@pytest.mark.parametrize(
    "scenario",
    ["odd names", "n-ary facts", "node properties are facts with literals", "equal facts with several sources", "a hub", "homonyms"],
)
def test_nothing_outside_the_closed_set_is_sent(make, scenario, monkeypatch):
    monkeypatch.setattr("kgllm.graphs.rdf.hop.CUT_BY_KEY", 20)  # so that hubs are asked for as such
    graphs = []

    def factory(facts):
        graphs.append(make(facts))
        return graphs[-1]

    check_facts(factory, SCENARIOS[scenario], scenario=scenario)
    graph = graphs[0]
    qa = kgllm.GraphQA(graph)
    for text in HOSTILE[:-1]:
        if text.strip() and "\ud800" not in text:
            qa.retrieve(f"Who directed {text}?", seeds=[Entity(text)])
            graph.expand(
                [Entity(text), Literal(text), Literal(text, datatype=text, language=text)],
                [(Relation(text), "out"), (Relation(text), "in")],
                5,
            )
            graph.describe([Entity(text)])
            graph.find([text])
            graph.search(text)
    assert len(graph.endpoint.texts) > 20
    known = closed_set(graph._current().survey.shape) | closed_set(
        texts.Shape(names=tuple(sorted(graph._current().survey.names.literals)), types=(texts.TYPE,))
    )
    assert not [text for text in graph.endpoint.texts if skeleton(text) not in known]


def test_the_skeleton_shows_what_is_not_in_the_set():
    shape = texts.Shape(names=("e:n",), types=("e:t",))
    good = texts.counts(shape, [(0, '"a\\"b"'), (1, "<e:a>")], [])
    assert skeleton(good) in closed_set(shape)
    for bad in (
        good.replace("<e:a>", "<e:a> } #"),
        good + " # x",
        good.replace('"a\\"b"', '"a" b"'),
        good.replace("COUNT(*)", "COUNT(?x)"),
    ):
        assert skeleton(bad) not in closed_set(shape)


def test_what_an_endpoint_makes_up_does_not_get_into_a_text():
    store = ox.Store()
    store.load(written([("a", "r", "b")]).encode(), format=ox.RdfFormat.N_QUADS)

    class Lying(OxigraphEndpoint):
        def rows(self, text, *, seconds=None):
            rows = super().rows(text, seconds=seconds)
            for row in rows:
                for name, found in row.items():
                    if found.term == "urn:kgllm:e:b":
                        row[name] = type(found)("http://a> ?p ?o } #")
            return rows

    graph = SparqlGraph(Lying(store))
    (found,) = graph.expand([Entity("a")], [(Relation("r"), "out")], 5)
    (step,) = found.steps
    assert step.neighbour.id == "http://a> ?p ?o } #"
    assert graph.relations([step.neighbour]) == [()]  # minted, so that it is a value


# --- options and addresses ---


@pytest.mark.parametrize(
    "address",
    [
        "sparql+https://user:secret7@host/q",
        "https://user@host/",
        "ftp://host/",
        "sparql+http://",
        "sparql+http:host",
        "http://[",
        "sparql+https://a:b@",
    ],
)
def test_addresses_that_cannot_be(address):
    with pytest.raises(ConfigError) as caught:
        SparqlGraph(address)
    assert "secret7" not in str(caught.value)


def test_passwords_in_an_address_of_load_are_not_echoed():
    with pytest.raises(ConfigError) as caught:
        kgllm.load("sparql+https://user:secret7@host/q")
    assert "secret7" not in str(caught.value) and "auth=" in str(caught.value)


@pytest.mark.parametrize("options", [
    {"auth": ("user", 7)}, {"auth": b"secret7"}, {"auth": "secret7\n"}, {"auth": ("user", "secret7", "x")}, {"timeout": 0}, {"timeout": "1"}, {"retries": -1},
    {"most_bytes": 0}, {"language": 5}, {"unknown": 1}, {"relation": "x"}, {"same_as": "yes"}, {"prefixes": {"a b": "http://e/"}},
])  # fmt: skip
def test_options_that_cannot_be(options):
    with pytest.raises(ConfigError) as caught:
        SparqlGraph("http://127.0.0.1:9/", **options)
    assert "secret7" not in str(caught.value)


def test_a_predicate_that_is_not_there_is_said():
    store = ox.Store()
    store.load(written([("a", "r", "b")]).encode(), format=ox.RdfFormat.N_QUADS)
    with pytest.raises(ConfigError, match="nothing at the endpoint has this predicate"):
        SparqlGraph(OxigraphEndpoint(store), name="http://e/name").schema()
    with pytest.raises(WrongTypeError, match="name"):
        SparqlGraph(OxigraphEndpoint(store), name=7).schema()


def test_secrets_do_not_show():
    graph = SparqlGraph("http://127.0.0.1:9/", auth=("user", "secret7"), headers={"X-Key": "secret7"})
    assert "secret7" not in repr(graph) + repr(graph.endpoint) + repr(graph.endpoint._auth)
    graph.close()


def test_blank_nodes_that_cannot_be_asked_for_again_are_left_out_and_said():
    store = ox.Store()
    store.load(b"@prefix : <http://e/> . :m :casting [ :actor :x ] ; :year 1 . :x :of _:z .", format=ox.RdfFormat.TURTLE)
    graph = SparqlGraph(OxigraphEndpoint(store))
    assert sorted(map(str, graph.scan().items)) == ["m — year → 1"] and "left out" in graph.notes[0]
    assert [(one.relation.name, one.count) for one in graph.relations([Entity("http://e/m")])[0]] == [("year", 1)]


def test_a_hub_is_counted_once_and_no_question_waits_for_it(monkeypatch):
    monkeypatch.setattr("kgllm.graphs.rdf.survey.HUB", 50)
    monkeypatch.setattr("kgllm.graphs.rdf.hop.CUT_BY_KEY", 50)
    graph = by_sparql([*((f"leaf {i}", "grows on", "tree") for i in range(60)), ("tree", "stands in", "park"), ("leaf 1", "r", "twig")])
    graph.schema()
    graph.endpoint.texts.clear()
    rows = graph.relations([Entity("tree"), Entity("leaf 1")])
    assert [(one.relation.id, one.way, one.count) for one in rows[0]] == [("grows on", "in", 60), ("stands in", "out", 1)]
    assert len(rows[1]) == 2 and len(graph.endpoint.texts) == 1 and "tree" not in graph.endpoint.texts[0]
    (found,) = graph.expand([Entity("tree")], [(Relation("grows on"), "in")], 5)
    assert (len(found.steps), found.truncated) == (5, True)
    assert len(graph.endpoint.texts) == 2 and "LIMIT 6" in graph.endpoint.texts[1]  # no more of it than was asked for


def test_what_types_and_names_is_no_fact_of_a_class_or_a_literal():
    store = ox.Store()
    store.load(
        b'@prefix : <http://e/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . :a a :Film ; :r :Film, "A", "" ; rdfs:label "A", :x .',
        format=ox.RdfFormat.TURTLE,
    )
    graph, live = SparqlGraph(OxigraphEndpoint(store)), kgllm.load(store, backend="rdf")
    label = Relation("http://www.w3.org/2000/01/rdf-schema#label")
    nodes = [Entity("http://e/Film"), Literal("A"), Entity("http://e/x"), Entity("http://e/a"), Literal("")]
    steps = [(one, way) for one in (Relation(texts.TYPE), label, Relation("http://e/r")) for way in ("out", "in")]
    assert graph.relations(nodes) == live.relations(nodes)
    assert graph.expand(nodes, steps, 9) == live.expand(nodes, steps, 9)


def test_requests_of_a_hop_do_not_grow_with_its_nodes():
    graph = by_sparql([(f"a{i}", "r", f"b{j}") for i in range(60) for j in range(3)])
    graph.schema()
    nodes = [Entity(f"a{i}") for i in range(60)]
    used = []
    for some in (nodes[:1], nodes):
        graph.endpoint.texts.clear()
        graph.relations(some)
        counted = len(graph.endpoint.texts)
        graph.expand(some, [(Relation("r"), "out"), (Relation("r"), "in")], 10)
        used.append((counted, len(graph.endpoint.texts) - counted))
    assert used[0] == used[1] == (1, 2)
