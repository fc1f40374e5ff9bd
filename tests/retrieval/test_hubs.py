"""Nodes of more facts than are listed: a path through one costs little until it is the best, and what it is asked is exact."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.limits import Limits
from kgllm.testing import OracleGraph

FILMS = [(f"Film {i:03d}", "genre", "Drama") for i in range(300)]
FACTS = [*FILMS, ("Film 290", "directed by", "Ann Lee"), ("Film 299", "directed by", "Ann Lee"), ("Quiet Sea", "directed by", "Ann Lee")]
TIGHT = Limits(endpoints=40, frontier=30, fan_out=8)


@pytest.fixture(params=["compiled", "interned"])
def graph(request):
    return kgllm.load(FACTS) if request.param == "compiled" else OracleGraph(FACTS)


def test_a_condition_on_a_hub_is_asked_from_the_other_side(graph):
    """Film 290 and 299 are none of the first ends of the hub."""
    qa = kgllm.GraphQA(graph, limits=TIGHT)
    for question in ("Which films of genre Drama were directed by Ann Lee?", "Ann Lee directed which films of the genre Drama?"):
        answer = qa.ask(question)
        assert sorted(map(str, answer.entities)) == ["Film 290", "Film 299"], question
        assert {str(fact.object) for fact in answer.facts} == {"Drama", "Ann Lee"}


def test_the_best_path_lists_all_that_it_may(graph):
    evidence = kgllm.GraphQA(graph, limits=TIGHT).retrieve("Which films have the genre Drama?")
    best = evidence.paths[0]
    assert (best.count, len(best.endpoints), best.truncated) == (300, TIGHT.endpoints, True)
    assert best.endpoints == tuple(sorted(best.endpoints, key=str))


def test_a_path_through_a_hub_goes_on_from_as_many_as_ever():
    facts = [*FILMS, *((f"Film {i:03d}", "directed by", f"Director {i:03d}") for i in range(300))]
    best = kgllm.GraphQA(kgllm.load(facts), limits=TIGHT).retrieve("Who directed the films with the genre Drama?").paths[0]
    assert [(str(relation), way) for relation, way in best.relations] == [("genre", "in"), ("directed by", "out")]
    assert (len(best.endpoints), best.truncated) == (TIGHT.frontier, True)
