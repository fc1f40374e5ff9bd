"""What is said of one thing by two relations at once has it by both, and not by either."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity

FILMS = {"Olm": ("Ann", "Ann"), "Ulm": ("Ann", "Bea"), "Elm": ("Bea", "Ann"), "Ilm": ("Ann", "Ann")}
PEOPLE = [
    (Entity(film, types=("film",)), relation, Entity(name, types=("person",)))
    for film, names in FILMS.items()
    for relation, name in zip(("directed by", "written by"), names, strict=True)
]
NUMBERS = {"甲国": ("991", "991"), "乙国": ("991", "992"), "丙国": ("992", "991"), "丁国": ("991", "991")}
PHONES = [
    (Entity(country, types=("country",)), relation, number)
    for country, numbers in NUMBERS.items()
    for relation, number in zip(("emergency.police", "emergency.fire"), numbers, strict=True)
]


@pytest.fixture(scope="module")
def films():
    return kgllm.GraphQA(kgllm.load(PEOPLE))


@pytest.fixture(scope="module")
def phones():
    return kgllm.GraphQA(kgllm.load(PHONES))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which films were directed and written by Ann?", ["Ilm", "Olm"]),
        ("Which films did Ann write and direct?", ["Ilm", "Olm"]),
        ("Which films were directed and written by Bea?", []),
        ("Who wrote and directed Olm?", ["Ann"]),
        ("Who directed and wrote Ulm?", []),  # nobody did both
        ("the director and writer of Ulm", ["Ann", "Bea"]),  # two fields of it
    ],
)
def test_by_both_relations(films, question, answers):
    answer = films.ask(question)
    assert sorted(one.name for one in answer.entities) == answers, answer.text


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("哪些国家的报警电话是991？", ["丁国", "乙国", "甲国"]),
        ("报警和火警都打991的国家有哪些？", ["丁国", "甲国"]),
        ("报警电话和火警电话都是991的国家有哪些？", ["丁国", "甲国"]),
        ("报警电话和火警电话都是992的国家有哪些？", []),
    ],
)
def test_by_both_fields_in_chinese(phones, question, answers):
    answer = phones.ask(question)
    assert sorted(one.name for one in answer.entities) == answers, answer.text
