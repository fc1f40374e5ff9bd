"""Whole questions to MetaQA: everything of an answer is the same wherever the graph is."""

from __future__ import annotations

import json

import pytest
from rdf_places import ox, rdflib

import kgllm
from kgllm.graphs.rdf.write import quads

pytestmark = pytest.mark.slow
EACH = 12


@pytest.fixture(scope="module")
def films(shared):
    """The compiled graph, and its statements."""
    graph = kgllm.load(shared / "metaqa" / "kb.txt")
    return graph, "".join(quads(graph, sources=False)).encode()


@pytest.fixture(scope="module")
def questions(shared):
    lines = [(shared / "metaqa" / f"{hops}hop.dev.jsonl").read_text(encoding="utf-8").splitlines()[:EACH] for hops in (1, 2, 3)]
    return [json.loads(line)["question"] for several in lines for line in several]


def said(answer):
    return answer.text, [node.name for node in answer.entities], answer.confidence, [str(fact) for fact in answer.facts]


def differing(one, other, questions):
    here, there = kgllm.GraphQA(one), kgllm.GraphQA(other)
    return [question for question in questions if said(here.ask(question)) != said(there.ask(question))]


def test_in_oxigraph(films, questions):
    store = ox.Store()
    store.bulk_load(films[1], format=ox.RdfFormat.N_TRIPLES)
    live = kgllm.load(store, backend="rdf")
    assert live.schema() == films[0].schema()
    assert differing(films[0], live, questions) == []


def test_in_rdflib(films, questions):
    live = kgllm.load(rdflib.Graph().parse(data=films[1], format="nt"), backend="rdf")
    assert differing(films[0], live, questions) == []


@pytest.mark.sparql
def test_behind_fuseki(films, questions, fuseki):
    url = fuseki.add(films[1], "application/n-triples")
    with kgllm.load(url, timeout=120) as live:
        assert live.schema() == films[0].schema()
        assert differing(films[0], live, questions) == []
    fuseki.remove(url)
