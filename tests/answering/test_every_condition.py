"""A yes to several things that a question says of one: each of them is so. Where one is not known, nothing is said."""

from __future__ import annotations

import pytest

import kgllm

LAMPS = {
    "Olm": ("Dane", "lamp", "Ribe", "Red Dot"),
    "Vass": ("Dane", "chair", "Odense", "Good Form"),
    "Kerr": ("Finn", "lamp", "Turku", "Red Dot"),
}
FACTS = [
    (name, relation, value)
    for name, values in LAMPS.items()
    for relation, value in zip(("origin", "article", "made in", "award"), values, strict=True)
]
DISHES = {"雪菜面": ("苏州", "面食", "咸味"), "鲜花饼": ("云南", "糕点", "甜味"), "过桥米线": ("云南", "面食", "咸味")}
CHINESE = [
    (name, relation, value) for name, values in DISHES.items() for relation, value in zip(("产地", "种类", "口味"), values, strict=True)
]


@pytest.fixture(scope="module")
def asking():
    return {"en": kgllm.GraphQA(kgllm.load(FACTS)), "zh": kgllm.GraphQA(kgllm.load(CHINESE))}


@pytest.mark.parametrize(
    ("language", "question", "true"),
    [
        ("en", "Is Olm a Dane lamp?", True),
        ("en", "Is Vass a Dane lamp?", False),
        ("en", "Is Kerr a Dane lamp?", False),
        ("en", "Is Kerr both Finn and lamp?", True),
        ("en", "Is Vass a lamp made in Odense?", False),
        ("en", "Was Vass, a lamp, made in Odense?", False),
        ("en", "Is Vass a lamp which was made in Odense?", False),
        ("zh", "过桥米线是云南面食吗？", True),
        ("zh", "鲜花饼是云南面食吗？", False),
        ("zh", "雪菜面是云南的面食吗？", False),
        ("zh", "鲜花饼是不是云南的糕点？", True),
        ("zh", "鲜花饼既是糕点又是面食吗？", False),
    ],
)
def test_a_yes_is_one_to_every_condition(asking, language, question, true):
    verdict = asking[language].ask(question).verdict
    assert verdict is True if true else verdict is not True


def test_a_relative_clause_asks_for_nothing(asking):
    answer = asking["en"].ask("Is Kerr a chair which won the Red Dot?")
    assert answer.verdict is not True
    assert not {entity.name for entity in answer.entities} & {"Olm", "Vass"}
