"""What is out of stock is not in stock, where the graph says what is in stock."""

from __future__ import annotations

import pytest

import kgllm

BOOKS = [
    {"name": "Tide Tables", "in_print": True, "shelf": "A"},
    {"name": "Moss Atlas", "in_print": False, "shelf": "B"},
    {"name": "Kite Manual", "in_print": False, "shelf": "A"},
]
PARTS = [{"名称": "齿轮", "有货": "是"}, {"名称": "轴承", "有货": "否"}, {"名称": "皮带", "有货": "是"}]


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("Which books are out of print?", {"Moss Atlas", "Kite Manual"}),
        ("out-of-print books", {"Moss Atlas", "Kite Manual"}),
        ("Which books are in print?", {"Tide Tables"}),
    ],
)
def test_out_of_print(question, right):
    qa = kgllm.GraphQA(kgllm.load(BOOKS, table="books"))
    answer = qa.ask(question)
    assert {one.name for one in answer.entities} == right
    assert answer.question == question


def test_a_book_that_is_out_of_print_gets_no_wrong_no():
    assert kgllm.GraphQA(kgllm.load(BOOKS, table="books")).ask("Is Moss Atlas out of print?").verdict is not False


def test_in_chinese():
    qa = kgllm.GraphQA(kgllm.load(PARTS, table="零件"))
    assert {one.name for one in qa.ask("哪些零件没有货？").entities} == {"轴承"}
    assert {one.name for one in qa.ask("哪些零件有货？").entities} == {"齿轮", "皮带"}
