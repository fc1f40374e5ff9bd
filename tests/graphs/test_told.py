"""Types and other names that plain triples tell by facts; in English and Chinese."""

from __future__ import annotations

import numpy as np
import pytest

import kgllm
from kgllm.graphs.base import view_of

RIVERS = [
    *((name, "instance_of", "river") for name in ("Nile", "Rhine", "Mekong")),
    *((name, "is a", "国家") for name in ("Egypt", "Laos", "China", "France")),
    ("Mekong", "chinese_name", "湄公河"),
    ("Nile", "chinese_name", "尼罗河"),
    ("Mekong", "alias", "Lancang"),
    ("Nile", "flows_through", "Egypt"),
    ("Mekong", "flows_through", "Laos"),
    ("Mekong", "flows_through", "China"),
    ("Rhine", "flows_through", "France"),
    ("Rhine", "type", "a river of some twelve hundred kilometres"),  # a description
]


def test_types_and_other_names_are_told_by_facts_that_stay():
    graph = kgllm.load(RIVERS)
    described = {one.node.id: one.node for one in graph.describe([match.node for (match, *_) in graph.find(["Mekong", "Laos", "Rhine"])])}
    assert described["Mekong"].types == ("river",)
    assert set(described["Mekong"].aliases) == {"湄公河", "Lancang"}
    assert described["Laos"].types == ("国家",)
    assert described["Rhine"].types == ("river",)
    assert dict(graph.schema().types) == {"river": 3, "国家": 4}
    assert graph.schema().facts == len(RIVERS)
    assert {match.node.id for match in graph.find(["湄公河"])[0]} == {"湄公河", "Mekong"}


def test_what_the_source_says_itself_stays():
    """Here the source tells names and types in its own way: the facts stay facts."""
    graph = kgllm.load(RIVERS, types={"Nile": "waterway"}, aliases={"Nile": "Nahr an-Nil"})
    nile, mekong = (graph.find([name])[0][0].node for name in ("Nile", "Mekong"))
    assert (nile.types, nile.aliases) == (("waterway",), ("Nahr an-Nil",))
    assert (mekong.types, mekong.aliases) == ((), ())


def test_values_that_many_share_are_no_names_and_rare_ones_no_types():
    facts = [(f"film {n}", "alias", "the film") for n in range(9)] + [(f"film {n}", "kind", f"a story of {n} people") for n in range(9)]
    node = kgllm.load(facts).find(["film 3"])[0][0].node
    assert (node.aliases, node.types) == ((), ())


def test_an_update_and_what_is_saved_keep_them(tmp_path):
    graph = kgllm.load(RIVERS)
    graph.save(tmp_path / "graph")
    again = kgllm.load(tmp_path / "graph")
    again.update(add=[("Mekong", "flows_through", "Thailand")])
    again.compact()
    assert again.find(["湄公河"])[0][1].node.types == ("river",)
    assert len(view_of(again).relations) == len(view_of(graph).relations)


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("湄公河流经哪些国家？", {"Laos", "China"}),
        ("Which countries does the Lancang flow through?", {"Laos", "China"}),
        ("Which river flows through Egypt?", {"Nile"}),
    ],
)
def test_questions_go_by_what_is_told(question, answers):
    assert {str(one) for one in kgllm.GraphQA(kgllm.load(RIVERS)).ask(question).entities} == answers


def test_a_class_that_nothing_leads_from_is_asked_for_with_an_encoder(tmp_path):
    class Letters:
        def encode(self, texts):
            return np.array([[1.0 + text.count(letter) for letter in "abcdef"] for text in texts], np.float32)

    (tmp_path / "shop.ttl").write_text(
        "@prefix : <http://e/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        ':Product a owl:Class ; rdfs:label "Product" . :vault a :Product ; rdfs:label "Vault" ; :price 3 .',
        encoding="utf-8",
    )
    qa = kgllm.GraphQA(kgllm.load(tmp_path / "shop.ttl"), encoder=Letters())
    assert qa.link("list all products, please")
    assert {str(one) for one in qa.ask("list all products, please").entities} == {"Vault"}  # and no error
