"""How many there are of what several things have amounts of: the amounts are told, and not counted."""

from __future__ import annotations

import pytest

import kgllm

STUDY = [("Emma", "takes", "Databases"), ("Emma", "takes", "Algebra"), ("Databases", "credits", 6), ("Algebra", "credits", 9)]
FARMS = [("东坡村", "农场", "甲场"), ("东坡村", "农场", "乙场"), ("甲场", "奶牛", 40), ("乙场", "奶牛", 25)]


@pytest.mark.parametrize("question", ["What's the total number of credits Emma takes?", "How many credits does Emma take?"])
def test_amounts_are_not_counted(question):
    answer = kgllm.GraphQA(kgllm.load(STUDY)).ask(question)
    assert answer.value != 2
    assert not answer.text.startswith("2")


def test_one_amount_is_the_number():
    assert kgllm.GraphQA(kgllm.load(STUDY)).ask("How many credits does Algebra have?").value == 9


def test_in_chinese():
    qa = kgllm.GraphQA(kgllm.load(FARMS))
    assert qa.ask("东坡村的农场有多少奶牛？").value != 2
    assert qa.ask("甲场有多少奶牛？").value == 40
