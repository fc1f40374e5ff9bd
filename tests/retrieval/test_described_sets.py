"""Comparing a set that a question only describes by a name and a kind; and what the words of a measure compare."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity

CITIES = {
    "Arlo": ("Norland", 900),
    "Bexa": ("Norland", 2500),
    "Cray": ("Norland", 1200),
    "Dunn": ("Sudland", 4000),
    "Eno": ("Sudland", 300),
}


def graph():
    country = {name: Entity(name, types=("country",)) for name in ("Norland", "Sudland")}
    city = {name: Entity(name, types=("city",)) for name in CITIES}
    facts = [(city[name], "countrycode", country[of]) for name, (of, _) in CITIES.items()]
    facts += [(city[name], "population", size) for name, (_, size) in CITIES.items()]
    facts += [(country["Norland"], "capital", city["Arlo"]), (country["Sudland"], "capital", city["Dunn"])]
    facts += [(country["Norland"], "population", 90_000), (country["Sudland"], "population", 50_000)]
    facts += [(country["Norland"], "area", 120), (country["Sudland"], "area", 400)]
    return kgllm.load(facts)


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(graph())


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("biggest city in Norland", ["Bexa"]),
        ("What is the smallest city in Norland?", ["Arlo"]),
        ("Norland人口最多的城市是哪个？", ["Bexa"]),
        ("Which cities in Norland have more than 1,000 inhabitants?", ["Bexa", "Cray"]),
        ("Sudland最大的城市是哪个？", ["Dunn"]),
    ],
)
def test_what_is_compared_are_all_things_of_the_kind_beside_the_name(qa, question, answers):
    answer = qa.ask(question)
    assert sorted(one.name for one in answer.entities) == answers, answer.text


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which is larger in area, Norland or Sudland?", ["Sudland"]),
        ("Which has more people, Norland or Sudland?", ["Norland"]),
        ("Norland和Sudland哪个面积大？", ["Sudland"]),
        ("Norland和Sudland哪个人口多？", ["Norland"]),
        ("按人口哪个国家最大？", ["Norland"]),
    ],
)
def test_the_measure_that_is_named_is_compared(qa, question, answers):
    assert [one.name for one in qa.ask(question).entities] == answers


@pytest.mark.parametrize("question", ["Which is larger in area, Bexa or Cray?", "Bexa和Cray哪个面积大？"])
def test_where_nothing_has_the_measure_that_is_named_no_other_is_compared(qa, question):
    answer = qa.ask(question)
    assert answer.abstained
    assert answer.reason.startswith(("comparison", "below_threshold"))  # nothing that is found is of that measure


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("how many cities does Norland have here", 3),
        ("number of cities in Sudland", 2),
        ("Norland有多少个城市？", 3),
        ("What is the population of Norland?", None),
    ],
)
def test_things_of_a_kind_are_counted_where_no_word_says_by_which_relation(qa, question, number):
    """Not the one capital, and not what is written as a number."""
    answer = qa.ask(question)
    assert answer.value == number, answer.text
    assert not answer.abstained
