"""Whole kinds of things and whole relations, in every place that needs no server: the same answers, and a bounded number of requests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import kgllm
from kgllm.graphs import whole
from kgllm.graphs.base import WholeGraph, WholeView, view_of
from kgllm.graphs.rdf.write import quads
from kgllm.limits import Deadline, Limits
from kgllm.types import Fact, Literal

sys.path.append(str(Path(__file__).parent / "rdf"))
MOST_REQUESTS = 10  # of one question at an endpoint
MOST_TOLD = 16  # … where what is said of statements is asked for besides


def compiled(facts, folder):
    return kgllm.compile(facts, folder / "graph")


def updated(facts, folder):
    graph = kgllm.compile(facts[:-20], folder / "graph")
    graph.update(add=[*facts[-20:], ("Elbe", "徒弟", "Oder")])
    graph.update(remove=[("Elbe", "徒弟", "Oder")])
    return graph


def in_networkx(facts, folder):
    networkx = pytest.importorskip("networkx")
    made = networkx.MultiDiGraph()
    for fact in facts:
        for end in (fact.subject, fact.object):
            if not isinstance(end, Literal):
                made.add_node(end.id)
                if end.types:
                    made.nodes[end.id]["types"] = list(end.types)
        if isinstance(fact.object, Literal):
            made.nodes[fact.subject.id][fact.relation.id] = fact.object.value if isinstance(fact.object.value, int) else fact.object.name
        else:
            made.add_edge(fact.subject.id, fact.object.id, relation=fact.relation.id)
    return kgllm.load(made, backend="networkx")


def _written(facts, **options):
    return "".join(quads(kgllm.load(facts), sources=False, **options))


def in_rdflib(facts, folder):
    rdflib = pytest.importorskip("rdflib")
    return kgllm.load(rdflib.Graph().parse(data=_written(facts), format="nt"), backend="rdf")


def _store(text):
    ox = pytest.importorskip("pyoxigraph")
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.N_QUADS)
    return store


def in_oxigraph(facts, folder):
    return kgllm.load(_store(_written(facts)), backend="rdf")


def in_oxigraph_with_a_list(facts, folder):
    """Walked an object a fact, as what holds lists or qualifiers is."""
    return kgllm.load(_store(_written(facts) + LIST), backend="rdf")


def at_an_endpoint(facts, folder):
    from rdf_places import OxigraphEndpoint

    from kgllm.graphs.rdf.endpoint import SparqlGraph

    return SparqlGraph(OxigraphEndpoint(_store(_written(facts))))


def at_an_endpoint_that_tells_of_statements(facts, folder):
    from rdf_places import OxigraphEndpoint

    from kgllm.graphs.rdf.endpoint import SparqlGraph

    text = _written(facts) + "<e:a> <e:b> <e:c> .\n<e:s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( <e:a> <e:b> <e:c> )>> .\n"
    return SparqlGraph(OxigraphEndpoint(_store(text)))


class Primitives:
    """A third party's graph: nothing but the primitives."""

    def __init__(self, graph):
        for name in ("find", "search", "relations", "expand", "describe", "schema", "scan", "sample", "version"):
            setattr(self, name, getattr(graph, name))


def of_ones_own(facts, folder):
    return Primitives(kgllm.load(facts))


LIST = (
    "<e:a> <e:b> _:l .\n_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> <e:c> .\n"
    "_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> .\n"
)
PLACES = [
    compiled, updated, in_networkx, in_rdflib, in_oxigraph, in_oxigraph_with_a_list, at_an_endpoint, at_an_endpoint_that_tells_of_statements,
    of_ones_own,
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_the_same_answers_by_the_same_facts_everywhere(whole_kinds, place, tmp_path):
    graph = place(whole_kinds.facts, tmp_path)
    texts = getattr(getattr(graph, "endpoint", None), "texts", [])
    cost = whole_kinds.check(graph, lambda: len(texts))
    assert max(cost.values()) <= (MOST_TOLD if place is at_an_endpoint_that_tells_of_statements else MOST_REQUESTS), cost


@pytest.mark.parametrize("place", PLACES[:-1])
def test_no_backend_of_ours_is_scanned(whole_kinds, place, tmp_path, monkeypatch):
    graph = place(whole_kinds.facts, tmp_path)
    assert isinstance(graph, WholeGraph) or isinstance(view_of(graph), WholeView)
    qa = kgllm.GraphQA(graph)
    monkeypatch.setattr(whole, "pieces", lambda *_: pytest.fail("scanned"))
    assert qa.ask("What is the longest river?").text == "Elbe (1094) [1]"
    assert qa.ask("how many rivers are there?").value == 6


@pytest.mark.parametrize("place", PLACES)
def test_more_than_the_limits_allow_is_said_everywhere(whole_kinds, place, tmp_path):
    qa = kgllm.GraphQA(place(whole_kinds.facts, tmp_path), limits=Limits(members=5))
    for question in ("What is the longest river?", "how many rivers are there?", "List all rivers"):
        answer = qa.ask(question)
        assert answer.abstained and answer.reason.startswith("too_many: "), question
    assert qa.ask("List all countries, please").text == "Germany, Latvia, Poland"


@pytest.mark.parametrize("place", PLACES)
def test_a_whole_relation_is_no_more_than_the_limit(whole_kinds, place, tmp_path):
    graph = place(whole_kinds.facts, tmp_path)
    view = view_of(graph)
    relation = next(i for i, one in enumerate(view.relations) if one.name == "length_km")
    for limit, count in ((5, 6), (6, 6), (100, 6)):
        found = whole.along(graph, view_of(graph), relation, limit, deadline=Deadline(9))
        assert found.count == count and (found.count > limit or len(found.facts) == 6)
    found = whole.of_type(graph, view, "river", 2, deadline=Deadline(9))
    assert found.count > 2 and [node.name for node in view.nodes(found.nodes)] == ["Elbe", "Gauja"]


def test_after_a_whole_relation_was_read_nothing_of_it_is_asked_again(whole_kinds, tmp_path):
    for place in (at_an_endpoint, at_an_endpoint_that_tells_of_statements):
        graph = place(whole_kinds.facts, tmp_path)
        view = view_of(graph)
        relation = next(i for i, one in enumerate(view.relations) if one.name == "length_km")
        rivers = whole.of_type(graph, view, "river", 9, deadline=Deadline(9)).nodes
        countries = whole.of_type(graph, view, "country", 9, deadline=Deadline(9)).nodes
        whole.along(graph, view, relation, 9, deadline=Deadline(9))
        sent = len(graph.endpoint.texts)
        nodes = [*rivers, *countries]
        edges = view.edges(_ints(nodes), _ints([relation] * len(nodes)), _ints([0] * len(nodes)), 9)
        assert edges.row.tolist() == list(range(6)) and not edges.truncated.any()
        assert len(graph.endpoint.texts) == sent


def test_an_endpoint_of_plain_facts_is_walked_by_numbers(whole_kinds, tmp_path):
    from kgllm.graphs.rdf.plain import PlainView

    assert isinstance(at_an_endpoint(whole_kinds.facts, tmp_path).view(), PlainView)
    assert not isinstance(at_an_endpoint_that_tells_of_statements(whole_kinds.facts, tmp_path).view(), PlainView)


def test_what_is_not_a_type_or_changed_meanwhile_is_no_error(whole_kinds, tmp_path):
    networkx = pytest.importorskip("networkx")
    made = networkx.DiGraph([("a", "b", {"relation": "r"})])
    graph = kgllm.load(made, backend="networkx")
    assert graph.of_type("no such type", 5) == ([], 0)
    made.add_node("c", types=["dog"])
    made.add_edge("c", "a", relation="s")
    assert [one.id for one in graph.of_type("dog", 5)[0]] == ["c"]
    [fact], count = graph.along(next(one.relation for one in graph.schema().relations if one.relation.id == "s"), 5)
    assert isinstance(fact, Fact) and count == 1


def _ints(values):
    import numpy as np

    return np.array(values, np.int64)
