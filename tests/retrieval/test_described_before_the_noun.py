"""What a Chinese question says of things before their noun (哪些红色灯), and nouns that the dictionary has as verbs first (反应, 交易)."""

import pytest

import kgllm
from kgllm import GraphQA

PAYMENTS = [
    {"name": "T-11", "bank": "Olm Bank", "refundable": True, "amount": 20},
    {"name": "T-12", "bank": "Olm Bank", "refundable": False, "amount": 35},
    {"name": "T-13", "bank": "Vass Bank", "refundable": True, "amount": 50},
    {"name": "T-14", "bank": "Olm Bank", "refundable": True, "amount": 65},
]
SCHOOLS = [
    {"名称": "柳湖小学", "城区": "东城区", "寄宿": "是", "类别": "公办"},
    {"名称": "石桥小学", "城区": "东城区", "寄宿": "否", "类别": "公办"},
    {"名称": "云台小学", "城区": "西城区", "寄宿": "是", "类别": "民办"},
    {"名称": "梅溪小学", "城区": "东城区", "寄宿": "是", "类别": "民办"},
]


@pytest.fixture(scope="module")
def payments():
    return GraphQA(kgllm.load(PAYMENTS, table="transaction"))


@pytest.fixture(scope="module")
def schools():
    return GraphQA(kgllm.load(SCHOOLS, table="学校"))


def test_a_noun_is_told_by_its_meanings_as_a_noun(payments):
    assert payments.ask("有多少笔交易？").value == 4
    assert payments.ask("一共有多少交易？").value == 4
    assert len(payments.ask("交易有哪些？").entities) == 4


def test_the_noun_for_things_says_no_yes_or_no_of_them():
    """reactive: what a table of reactions has is not said by the word for reactions."""
    rows = [{"name": f"R{n}", "reversible": n % 2 == 0} for n in range(5)]
    qa = GraphQA(kgllm.load(rows, table="reaction"))
    assert qa.ask("有多少个反应？").value == 5
    assert qa.ask("有多少个反应是可逆的？").value == 3


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("哪些寄宿学校在东城区？", {"柳湖小学", "梅溪小学"}),
        ("哪些公办学校在东城区？", {"柳湖小学", "石桥小学"}),
        ("哪些不寄宿的学校在东城区？", {"石桥小学"}),
        ("哪些公办寄宿学校在东城区？", {"柳湖小学"}),
    ],
)
def test_before_the_noun(schools, question, answers):
    assert {entity.name for entity in schools.ask(question).entities} == answers
