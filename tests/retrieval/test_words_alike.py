"""Two Chinese words that mean the same: what is asked for by one is found under the other."""

from __future__ import annotations

import pytest

import kgllm

FACTS = [
    ("青松台灯", "尺寸", "30cm"),
    ("青松台灯", "材质", "黄铜"),
    ("一号事故", "生还人数", "12"),
    ("一号事故", "乘客人数", "90"),
    ("甲公司", "员工", "王明"),
    ("甲公司", "并购", "乙公司"),
]


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("青松台灯的大小是多少？", "30cm"),
        ("一号事故的幸存人数是多少？", "12"),
        ("甲公司的雇员是谁？", "王明"),
        ("甲公司的僱員是誰？", "王明"),
    ],
)
def test_one_is_found_under_the_other(qa, question, answer):
    assert [str(one) for one in qa.ask(question).entities] == [answer]


@pytest.mark.parametrize("question", ["青松台灯的售价是多少？", "甲公司的股东是谁？"])
def test_another_word_is_another_relation(qa, question):
    assert qa.ask(question).abstained
