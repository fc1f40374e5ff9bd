"""Questions for whole kinds, of a real endpoint: the same answers as of the compiled graph, in few requests."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.graphs.rdf.write import quads

pytestmark = pytest.mark.sparql


def test_the_same_answers_by_the_same_facts(fuseki, whole_kinds):
    data = "".join(quads(kgllm.load(whole_kinds.facts), sources=False)).encode()
    with kgllm.load(fuseki.add(data, "application/n-triples")) as graph:
        sent, rows = [0], graph.endpoint.rows

        def count(text, **options):
            sent[0] += 1
            return rows(text, **options)

        graph.endpoint.rows = count
        cost = whole_kinds.check(graph, lambda: sent[0])
    assert max(cost.values()) <= 10, cost
