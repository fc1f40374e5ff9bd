"""Days and months beside other conditions; verbs that say only that something takes place."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.words.happening import only_happens

KEYS = ("name", "choir", "weekday", "month", "hall")
CONCERTS = [
    dict(zip(KEYS, row, strict=True))
    for row in (
        ("C1", "Lark", "Sat", "Mar", "Old Mill"),
        ("C2", "Lark", "Sun", "Mar", "Old Mill"),
        ("C3", "Wren", "Sat", "Apr", "Pier"),
        ("C4", "Wren", "Fri", "Apr", "Old Mill"),
    )
]
CLASSES = [
    dict(zip(("名称", "教练", "日子"), row, strict=True))
    for row in (("普拉提", "林夏", "Mon"), ("拳击", "周武", "Sat"), ("舞蹈", "林夏", "Sat"))
]


@pytest.fixture(scope="module")
def concerts():
    return kgllm.GraphQA(kgllm.load(CONCERTS, table="concerts"))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which concerts were held on Saturday?", {"C1", "C3"}),
        ("Which concerts were held in the Old Mill on Saturday?", {"C1"}),
        ("concerts of Wren in April", {"C3", "C4"}),
        ("Which concerts of Wren were not held on Friday?", {"C3"}),
        ("Which concerts did Wren not hold on Friday?", {"C3"}),
        ("Which concerts were held in June?", None),
    ],
)
def test_days_and_months_are_found_as_the_graph_writes_them(concerts, question, expected):
    answer = concerts.ask(question)
    assert answer.abstained if expected is None else {one.name for one in answer.entities} == expected


def test_how_many_take_place(concerts):
    assert concerts.ask("How many concerts are held on Saturdays?").value == 2


def test_days_in_chinese():
    qa = kgllm.GraphQA(kgllm.load(CLASSES, table="课程"))
    assert {one.name for one in qa.ask("周六有哪些课程？").entities} == {"拳击", "舞蹈"}
    assert {one.name for one in qa.ask("林夏星期六的课程有哪些？").entities} == {"舞蹈"}


def test_who_does_it_is_said():
    assert only_happens("Which races were held by Olm?", (6, 11)) == []
    assert only_happens("Which lamps were held in May?", (6, 11)) == []
