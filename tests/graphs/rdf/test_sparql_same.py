"""owl:sameAs folded at an endpoint: the same graph as a store's that is folded."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdf_places import OxigraphEndpoint, ox
from test_rdf_meaning import PREFIXES, SAME, both_ways

import kgllm
from kgllm.errors import ConfigError, GraphError
from kgllm.graphs.rdf.endpoint import SparqlGraph
from kgllm.types import Entity

E = "http://example.org/"
NODES = "abcdef"


def both(turtle):
    store = ox.Store()
    store.load((PREFIXES + turtle).encode(), format=ox.RdfFormat.TRIG)
    return SparqlGraph(OxigraphEndpoint(store), same_as=True), kgllm.load(store, backend="rdf", same_as=True)


def check_same(turtle):
    there, here = both(turtle)
    entities = here.scan(what="entities").items
    assert there.scan(what="entities").items == entities
    assert [(one.name, one.aliases, one.types) for one in there.scan(what="entities").items] == [
        (one.name, one.aliases, one.types) for one in entities
    ]
    assert both_ways(there) == both_ways(here)
    assert there.schema() == here.schema()
    nodes = [*entities, *(fact.object for fact in here.scan().items)]
    assert there.relations(nodes) == here.relations(nodes)
    steps = [(stats.relation, way) for stats in here.schema().relations for way in ("out", "in")]
    for stats in here.schema().relations:
        assert there.along(stats.relation, 50) == here.along(stats.relation, 50)
        assert there.along(stats.relation, 1)[1] > 1 or there.along(stats.relation, 1) == here.along(stats.relation, 1)
    for kind, _ in here.schema().types:
        assert there.of_type(kind, 50) == here.of_type(kind, 50)
    for limit in (1, 2, 50):
        assert there.expand(nodes, steps, limit) == here.expand(nodes, steps, limit)


@pytest.mark.parametrize("turtle", [
    SAME,
    ':a owl:sameAs :b . :a a :Dog ; :likes :a, :b, :x, "1" . :b a :Pet ; :likes :b, :x, "1" . :x :likes :a, :b ; rdfs:label "X" .',
    ":g { :a owl:sameAs :b . :a :r :x } :h { :b :r :x . :x :r :a }",
    ":m :actors (:a :b :x) . :a owl:sameAs :b .",
    ":a :r :b .",
])  # fmt: skip
def test_it_is_folded_as_a_store_is(turtle):
    check_same(turtle)


TRIPLES = st.tuples(
    st.sampled_from(NODES), st.sampled_from([":r", ":s", "owl:sameAs", "a"]), st.sampled_from([*(f":{one}" for one in NODES), '"1"'])
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(TRIPLES, min_size=1, max_size=14))
def test_any_graph_is_folded_as_a_store_is(triples):
    check_same(" ".join(f":{s} {p} {o} ." for s, p, o in triples if o[0] == ":" or p in (":r", ":s")))


def test_answers_by_either_name():
    graph, _ = both(
        ':q1 rdfs:label "Inception"@en ; owl:sameAs :tt1 . :tt1 rdfs:label "盗梦空间"@zh ; :directed_by :nolan . :nolan rdfs:label "Nolan" .'
    )
    qa = kgllm.GraphQA(graph)
    for question in ("Who directed Inception?", "盗梦空间 directed by?"):
        answer = qa.ask(question)
        assert [end.name for end in answer.entities] == ["Nolan"] and answer.facts[0].subject.id == f"{E}q1"
    assert graph.find(["盗梦空间"])[0][0].node == Entity(f"{E}q1", "Inception")


def test_both_folded_nodes_and_qualified_statements_are_refused():
    graph, _ = both(":a :spouse :b {| :from 1999 |} . :b owl:sameAs :c . :a :spouse :c .")
    with pytest.raises(ConfigError, match="says things of statements"):
        graph.schema()


def test_too_much_around_them_is_said(monkeypatch):
    monkeypatch.setattr("kgllm.graphs.rdf.folding.MOST", 3)
    graph, _ = both(":a owl:sameAs :b ; :r :c, :d, :e, :f .")
    with pytest.raises(GraphError, match="compile a dump"):
        graph.schema()
