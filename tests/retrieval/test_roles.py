"""What a relation's name says of the things at its two ends."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.retrieval.paths.kinds import role_of
from kgllm.types import Relation
from kgllm.words import lexicon


@pytest.mark.parametrize(
    ("name", "out", "back"),
    [
        ("treatment", "drug", "disease"),
        ("is used to treat", "disease", "drug"),
        ("treats", "disease", "drug"),
        ("has_capital", "capital", "country"),
        ("capital_of", "country", "capital"),
        ("directed_by", "director", "film"),
        ("leads project", "project", "person"),
        ("author of", "book", "author"),
    ],
)
def test_a_verb_and_of_turn_the_ends_round(name, out, back):
    one, other = (role_of(Relation(name), way).nouns for way in (0, 1))
    assert out in one and back in other
    assert out not in other or out in ("person",)


def test_the_noun_asked_for_is_who_does_it():
    facts = [
        *(
            (drug, "is used to treat", end)
            for drug, end in (("Humulin", "diabetes"), ("Glucotrol", "diabetes"), ("Zocor", "high cholesterol"))
        ),
        *((drug, "was approved in", year) for drug, year in (("Humulin", "1982"), ("Glucotrol", "1984"), ("Zocor", "1991"))),
    ]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("Which drug was approved in 1991?")
    assert [str(one) for one in answer.entities] == ["Zocor"]  # and not what it treats


MOONS = [
    *((moon, "ORBITS", "Saturn") for moon in ("Dione", "Rhea", "Mimas")),
    *((planet, "ORBITS", "Sun") for planet in ("Saturn", "Earth")),
    ("Dione", "DISCOVERED_BY", "Cassini"),
    ("Rhea", "DISCOVERED_BY", "Cassini"),
    ("Mimas", "DISCOVERED_BY", "Herschel"),
    ("A Night at the Opera", "performedBy", "Queen"),
    ("Bohemian Rhapsody", "trackOf", "A Night at the Opera"),
    ("A Night at the Opera", "releaseYear", "1975"),
    ("曹操", "儿子", "曹丕"),
    ("曹操", "儿子", "曹植"),
    ("曹嵩", "儿子", "曹操"),
    ("吴", "建立者", "孙权"),
    ("吴", "建立年份", "229年"),
    ("曹丕", "卒年", "226年"),
]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("moons found by Cassini", {"Dione", "Rhea"}),  # and not what these orbit
        ("How many moons did Cassini discover?", {"Dione", "Rhea"}),
        ("List every song on A Night at the Opera.", {"Bohemian Rhapsody"}),
        ("曹操有几个儿子？", {"曹丕", "曹植"}),  # things are counted: their kind is no number
        ("吴是什么时候建立的？", {"229年"}),
        ("How many copies did A Night at the Opera sell?", set()),
        ("曹丕身高多少？", set()),  # a year is no height
    ],
)
def test_what_a_noun_names_is_at_one_end(question, answers):
    assert {str(one) for one in kgllm.GraphQA(kgllm.load(MOONS)).ask(question).entities} == answers


@pytest.mark.parametrize(
    ("name", "noun", "kind"),
    [
        ("实际地址", "地址", "place"),
        ("车站位置", "位置", "place"),
        ("收藏单位", "单位", "organization"),
        ("出没地", "地", "place"),
        ("当前版本日期", "日期", "time"),
    ],
)
def test_a_chinese_compound_is_what_it_ends_with(name, noun, kind):
    nouns = role_of(Relation(name), 0).nouns
    assert noun in nouns
    assert kind in lexicon().kind_of_noun[noun]


@pytest.mark.parametrize("name", ["质地", "现藏", "作曲"])
def test_the_last_character_of_two_is_no_head(name):
    assert not {noun for noun in role_of(Relation(name), 0).nouns if len(noun) == 1}
