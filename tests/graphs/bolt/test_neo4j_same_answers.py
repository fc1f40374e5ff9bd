"""Whole questions on MetaQA give the same answers, by the same facts, from Neo4j as from the compiled graph."""

from __future__ import annotations

import json
import random

import pytest
from bolt_places import wipe

import kgllm
from kgllm.graphs.neo4j import import_into

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]

EACH = 25  # of each number of hops; `python -m benchmarks neo4j -- --questions 500` asks more


@pytest.mark.timeout(1200)
def test_the_same_answers_by_the_same_facts(shared, neo4j):
    wipe(neo4j).close()
    compiled = kgllm.load(shared / "metaqa/kb.txt")
    import_into(neo4j.address, compiled, auth=neo4j.auth, sources=False)
    limits = kgllm.Limits(seconds=120)
    with kgllm.load(neo4j.address, auth=neo4j.auth, timeout=120) as graph:
        assert graph.schema() == compiled.schema()
        assert graph.sample(500, 3) == compiled.sample(500, 3)
        live, kept = kgllm.GraphQA(graph, limits=limits), kgllm.GraphQA(compiled, limits=limits)
        for hops in (1, 2, 3):
            rows = [
                json.loads(line)["question"] for line in (shared / f"metaqa/{hops}hop.dev.jsonl").read_text(encoding="utf-8").splitlines()
            ]
            asked = random.Random(hops).sample(rows, EACH)
            before = graph.server.sent
            for question in asked:
                one, other = live.ask(question), kept.ask(question)
                assert (one.text, one.entities, one.facts) == (other.text, other.entities, other.facts), question
            assert (graph.server.sent - before) / EACH <= 3 + 2 * hops + 3  # to link, two a hop, to follow the best paths
