"""Of what kind a thing is, where a word for such things stands in the question, too."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity

HOUSES = {"会展壹号": "住宅", "碧湖苑": "住宅", "云锦大厦": "写字楼"}
HOMES = {"Hill House": "apartment", "Lake Court": "apartment", "Glass Tower": "office"}
FACTS = [
    *[(Entity(one), "物业类别", Entity(kind)) for one, kind in HOUSES.items()],
    *[(Entity(one), "property type", Entity(kind)) for one, kind in HOMES.items()],
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("会展壹号属于什么类别的物业？", ["住宅"]),
        ("会展壹号是什么类型的物业", ["住宅"]),
        ("Which type of property is Hill House?", ["apartment"]),
        ("哪些物业的物业类别是住宅？", ["会展壹号", "碧湖苑"]),
    ],
)
def test_asked_is_the_kind_and_not_other_things_of_it(qa, question, answers):
    answer = qa.ask(question)
    assert sorted(one.name for one in answer.entities) == answers, answer.text
