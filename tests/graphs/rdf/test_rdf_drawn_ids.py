"""Blank nodes of a graph in memory: a parser draws their ids anew each time, and the same graph is the same all the same."""

import kgllm
from kgllm.types import Entity

HELD = """
@prefix : <http://e/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:a rdfs:label "Alpha", "甲公司"@zh ; :holds [ :what :x ; :share 5 ; :by [ :at "Rome" ] ], [ :what :y ; :share 7 ; :by [ :at "Oslo" ] ] .
:b rdfs:label "Beta" ; :holds [ :what :x ; :share 5 ; :by [ :at "Bonn" ] ] .
:x rdfs:label "X1" . :y rdfs:label "Y1" .
"""


def by_rdflib():
    import rdflib

    return rdflib.Graph().parse(data=HELD, format="turtle")


def by_oxigraph():
    import pyoxigraph

    store = pyoxigraph.Store()
    store.load(HELD.replace("[ :what :x ; :share 5", "[ :share 5 ; :what :x"), format=pyoxigraph.RdfFormat.TURTLE)
    return store


def test_the_same_file_parsed_twice_is_the_same_graph():
    for parsed in (by_rdflib, by_oxigraph):
        one, other = kgllm.load(parsed()), kgllm.load(parsed())
        assert one.version() == other.version()
        told = [str(fact) for fact in kgllm.GraphQA(one).retrieve("What does Alpha hold?").facts]
        assert told == [str(fact) for fact in kgllm.GraphQA(other).retrieve("What does Alpha hold?").facts]
        assert told


def test_an_id_that_someone_gave_is_kept_and_an_edit_is_seen():
    import rdflib

    graph, e = by_rdflib(), rdflib.Namespace("http://e/")
    graph.add((e.b, e.friend, rdflib.BNode("me")))
    graph += [(rdflib.BNode("me"), e.what, e.x), (rdflib.BNode("me"), e.share, rdflib.Literal(9))]
    before = kgllm.load(graph)
    ids = {node.id for fact in before.sample(100) for node in (fact.subject, fact.object) if isinstance(node, Entity)}
    assert "_:me" in ids and any(one.startswith("_:b") for one in ids)
    graph.add((rdflib.BNode(), e.what, e.x))
    assert kgllm.load(graph).version() != before.version()


def test_a_number_that_someone_gave_is_not_given_again():
    import rdflib

    graph, e = rdflib.Graph(), rdflib.Namespace("http://e/")
    for subject, blank, code in ((e.s, rdflib.BNode("b1"), "Given"), (e.t, rdflib.BNode(), "Drawn"), (e.u, rdflib.BNode("b2"), "Other")):
        graph.add((subject, e.holds, blank))
        graph.add((blank, e.code, rdflib.Literal(code)))
    loaded = kgllm.load(graph)
    assert [one.name for one in kgllm.GraphQA(loaded).ask("What code does s have?").entities] == ["Given"]
    assert [one.name for one in kgllm.GraphQA(loaded).ask("What code does t have?").entities] == ["Drawn"]
