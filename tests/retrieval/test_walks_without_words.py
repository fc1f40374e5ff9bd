"""Limits, other strategies and determinism."""

import itertools
import time

import pytest

import kgllm
from kgllm.limits import Limits
from kgllm.retrieval import Retriever
from kgllm.types import Entity

FACTS = [("a", "knows", "b"), ("b", "knows", "c"), ("c", "knows", "d"), ("a", "likes", "x"), ("x", "made_by", "d"), ("d", "born in", "e")]


@pytest.fixture(scope="module")
def retriever():
    return Retriever(kgllm.load(FACTS))


def _facts(evidence):
    return [str(fact) for fact in evidence.facts]


def test_khop_takes_the_nearest_first(retriever):
    found = _facts(retriever.retrieve("?", (), seeds=[Entity("a")], strategy="khop"))
    assert set(found) == {"a — knows → b", "a — likes → x", "b — knows → c", "x — made_by → d", "c — knows → d", "d — born in → e"}
    assert set(found[:2]) == {"a — knows → b", "a — likes → x"}


def test_shortest_joins_two_things(retriever):
    found = retriever.retrieve("?", (), seeds=[Entity("a"), Entity("d")], strategy="shortest")
    assert set(_facts(found)) == {"a — likes → x", "x — made_by → d"}


def test_pagerank_prefers_what_is_near(retriever):
    found = _facts(retriever.retrieve("?", (), seeds=[Entity("a")], strategy="ppr"))
    assert set(found[:2]) == {"a — knows → b", "a — likes → x"} and len(found) == 6


@pytest.mark.parametrize("strategy", ["khop", "shortest", "ppr", "relations"])
def test_nothing_to_start_from(retriever, strategy):
    assert retriever.retrieve("?", (), strategy=strategy).facts == ()


@pytest.mark.parametrize("strategy", ["khop", "ppr", "relations"])
def test_a_complete_graph_is_bounded(strategy):
    graph = kgllm.load([(f"n{i}", "knows", f"n{j}") for i, j in itertools.permutations(range(60), 2)])
    retriever = Retriever(graph, limits=Limits(hops=5, frontier=50))
    retriever.retrieve("who knows n1", (), seeds=[Entity("n0")])
    begin = time.process_time()
    evidence = retriever.retrieve(
        "who knows the one who knows the one who knows n0", (), seeds=[Entity("n0")], strategy=strategy, max_facts=20
    )
    assert time.process_time() - begin < 5 and len(evidence.facts) <= 20
    assert evidence.truncated and evidence.notes


def test_a_hub_is_counted_in_full_and_listed_in_part():
    graph = kgllm.load([(f"film {i}", "country", "Utopia") for i in range(20_000)])
    evidence = Retriever(graph).retrieve("which films are of the country Utopia?", (), seeds=[Entity("Utopia")])
    best = evidence.paths[0]
    assert best.count == 20_000 and len(best.endpoints) == 10_000 and best.truncated and evidence.truncated


def test_twice_the_same(retriever):
    one, other = (retriever.retrieve("who was born where", (), seeds=[Entity("a")]) for _ in range(2))
    assert [str(path) for path in one.paths] == [str(path) for path in other.paths] and one.facts == other.facts
