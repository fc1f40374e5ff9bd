"""A value is what others call it: a path that goes on from what is asked for to what has it is cut there."""

from __future__ import annotations

import pytest

import kgllm

ENGLISH = [
    ("Olm lamp", "finish", "black"),
    ("Olm lamp", "warranty", "3 years"),
    ("Brook chair", "finish", "oak"),
    ("Dale desk", "colour", "black"),
    ("Fern stool", "colour", "white"),
    ("Fern stool", "colour", "green"),
    ("Rivet course", "duration", "3 years"),
    ("Weld course", "duration", "2 years"),
    ("Acme", "based at", "Porto"),
    ("Brightloop", "city", "Porto"),
    ("Halcyon", "city", "Dublin"),
]
CHINESE = [
    ("青松台灯", "外观", "黑色"),
    ("青松台灯", "质保", "3年"),
    ("白桦书桌", "颜色", "黑色"),
    ("云杉衣柜", "颜色", "白色"),
    ("焊接专业", "学制", "3年"),
    ("园艺专业", "学制", "2年"),
]


@pytest.fixture(scope="module")
def qas() -> dict[str, kgllm.GraphQA]:
    return {"en": kgllm.GraphQA(kgllm.load(ENGLISH)), "zh": kgllm.GraphQA(kgllm.load(CHINESE))}


@pytest.mark.parametrize(
    ("graph", "question", "answer"),
    [
        ("en", "What colour is the Olm lamp?", "black"),
        ("en", "Which city is Acme based at?", "Porto"),
        ("en", "What colour is the Dale desk?", "black"),
        ("en", "How long is the warranty of the Olm lamp?", "3 years"),
        ("zh", "青松台灯是什么颜色的？", "黑色"),
        ("zh", "白桦书桌是什么颜色？", "黑色"),
        ("zh", "青松台灯的质保是多久？", "3年"),
    ],
)
def test_what_is_asked_for_is_where_the_noun_leads(qas, graph, question, answer):
    assert [str(one) for one in qas[graph].ask(question).entities] == [answer]


@pytest.mark.parametrize(
    ("graph", "question", "answers"),
    [
        ("en", "Which desk has the colour black?", {"Dale desk"}),
        ("en", "What has the same colour as the finish of the Olm lamp?", {"Dale desk"}),
        ("zh", "颜色是黑色的有哪些？", {"白桦书桌"}),
    ],
)
def test_what_has_it_is_still_found_where_it_is_asked_for(qas, graph, question, answers):
    assert {str(one) for one in qas[graph].ask(question).entities} <= answers
