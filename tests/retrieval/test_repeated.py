"""A relation that is named twice is walked twice; of two things what both lead to goes before what else leads there."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity

CLASSES = {
    "IceCreamShop": "FoodPlace",
    "Bakery": "FoodPlace",
    "FoodPlace": "Business",
    "Business": "Body",
    "Video": "Software",
    "Clip": "Media",
}
FACTS = [
    *[(Entity(one, types=("Class",)), "subClassOf", Entity(above, types=("Class",))) for one, above in CLASSES.items()],
    *[(Entity("Video", types=("Class",)), "subClassOf", Entity(above, types=("Class",))) for above in ("Game",)],
    *[(Entity(one, types=("Class",)), "subClassOf", Entity("Work", types=("Class",))) for one in ("Game", "Software", "Media", "Essay")],
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What is the superclass of IceCreamShop?", ["FoodPlace"]),
        ("What is the superclass of the superclass of IceCreamShop?", ["Business"]),
        ("What is the superclass of the superclass of the superclass of IceCreamShop?", ["Body"]),
        ("Which class is a subclass of both Game and Software?", ["Video"]),
    ],
)
def test_as_many_steps_as_are_said(qa, question, answers):
    answer = qa.ask(question)
    assert sorted(one.name for one in answer.entities) == answers, answer.text
