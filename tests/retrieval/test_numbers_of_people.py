"""How many of some kind: a relation that says the number comes before another that leads to one of them."""

from __future__ import annotations

import pytest

import kgllm

FACTS = [
    ("Acme", "leader", "Bob Stone"),
    ("Acme", "members", "1,200"),
    ("Brightloop", "leader", "Ann Fay"),
    ("Brightloop", "members", "300"),
    ("一中", "校长", "王明"),
    ("一中", "教师人数", "91"),
    ("二中", "校长", "李雷"),
    ("二中", "教师人数", "60"),
]


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "answer"),
    [("How many members does Acme have?", "1,200"), ("一中有多少老师？", "91"), ("一中有多少名教师？", "91")],
)
def test_the_number_is_told(qa, question, answer):
    assert [str(one) for one in qa.ask(question).entities] == [answer]


@pytest.mark.parametrize(("question", "leader"), [("How many leaders does Acme have?", "Bob Stone"), ("一中有多少校长？", "王明")])
def test_who_is_counted_is_counted(qa, question, leader):
    answer = qa.ask(question)
    assert answer.value == 1 and [str(one) for one in answer.entities] == [leader]
