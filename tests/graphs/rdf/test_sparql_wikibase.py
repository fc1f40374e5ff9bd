"""Wikibase's statement nodes behind an endpoint: the same facts with the same qualifiers as of a store."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdf_places import OxigraphEndpoint, ox
from test_rdf_meaning import PREFIXES, WIKI, both_ways
from test_sparql_texts import closed_set, skeleton

import kgllm
from kgllm.errors import GraphError
from kgllm.graphs.rdf import texts
from kgllm.graphs.rdf.endpoint import SparqlGraph


def both(turtle):
    store = ox.Store()
    store.load((PREFIXES + turtle).encode(), format=ox.RdfFormat.TRIG)
    return SparqlGraph(OxigraphEndpoint(store)), kgllm.load(store, backend="rdf")


def check_same(turtle):
    there, here = both(turtle)
    assert both_ways(there) == both_ways(here)
    assert {str(fact): fact.source for fact in there.scan().items} == {str(fact): fact.source for fact in here.scan().items}
    assert there.scan(what="entities").items == here.scan(what="entities").items
    assert there.schema() == here.schema()
    nodes = [*here.scan(what="entities").items, *(fact.object for fact in here.scan().items)]
    assert there.relations(nodes) == here.relations(nodes)
    steps = [(stats.relation, way) for stats in here.schema().relations for way in ("out", "in")]
    assert there.expand(nodes, steps, 50) == here.expand(nodes, steps, 50)
    for stats in here.schema().relations:
        assert there.along(stats.relation, 50) == here.along(stats.relation, 50)


@pytest.mark.parametrize("turtle", [
    WIKI,
    ":g {" + WIKI + "} :h { :a :r :b . wd:Q1 wdt:P26 wd:Q2 }",
    ':a p:P1 :s . :s ps:P1 "5"^^xsd:integer ; pq:P2 :x, "1999"^^xsd:gYear ; wikibase:rank wikibase:NormalRank . :a :spouse :x {| :from 1999 |} .',
])  # fmt: skip
def test_statement_nodes_qualify_at_an_endpoint_too(turtle):
    check_same(turtle)


NODES = st.sampled_from(["wd:Q1", "wd:Q2", "wd:Q3"])
STATEMENTS = st.tuples(
    NODES,
    st.sampled_from(["P1", "P2"]),
    NODES,
    st.sampled_from(["", "wd:Q1", '"7"']),
    st.sampled_from(["Normal", "Deprecated"]),
    st.booleans(),
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(STATEMENTS, min_size=1, max_size=7))
def test_any_statements_say_the_same(statements):
    lines = ["wd:Q9 p:P1 :first . :first ps:P1 wd:Q8 ; wikibase:rank wikibase:NormalRank ."]
    for i, (subject, property, object, qualifier, rank, direct) in enumerate(statements):
        lines.append(
            f"{subject} p:{property} :s{i} . :s{i} a wikibase:Statement ; ps:{property} {object} ; wikibase:rank wikibase:{rank}Rank ."
        )
        lines += [f":s{i} pq:P3 {qualifier} ."] if qualifier else []
        lines += [f"{subject} wdt:{property} {object} ."] if direct else []
    check_same("\n".join(lines))


def test_a_question_is_answered_by_a_qualified_fact():
    graph, _ = both(WIKI)
    answer = kgllm.GraphQA(graph).ask("Who is the spouse of Cy?")
    assert [str(fact) for fact in answer.facts] == ["Ann — spouse → Cy (start time: 1990)"]


def test_lists_beside_them_are_refused():
    graph, _ = both(WIKI + ":m :actors (:a :b) .")
    with pytest.raises(GraphError, match="lists and Wikibase's statement nodes"):
        graph.schema()


def test_nothing_outside_the_closed_set_is_sent():
    graph, _ = both(WIKI)
    graph.schema()
    nodes = graph.scan(what="entities").items
    graph.expand(nodes, [(stats.relation, way) for stats in graph.schema().relations for way in ("out", "in")], 5)
    graph.describe(nodes)
    shape = graph._current().survey.shape
    known = closed_set(shape) | closed_set(texts.Shape(names=shape.names, types=shape.types))
    assert shape.claims and not [text for text in graph.endpoint.texts if skeleton(text) not in known]
