"""A yes goes by no step that the question does not mention: whose trainer, or whose neighbour in port, somebody is says nothing."""

from __future__ import annotations

import pytest

import kgllm

SHIPS = [("Tern", "owned by", "Brill Line"), ("Skua", "owned by", "Hale Co"), ("Tern", "sails to", "Olm"), ("Skua", "sails to", "Olm"), ("Brill Line", "sued", "Hale Co"), ("Tern", "captain", "Ada Moss"), ("Gull", "captain", "Jon Reed"), ("Ada Moss", "trained", "Jon Reed")]  # fmt: skip
BOOKS = [
    ("山居", "作者", "陆平"),
    ("海程", "作者", "顾青"),
    ("陆平", "学生", "顾青"),
    ("山居", "出版社", "东林"),
    ("海程", "出版社", "东林"),
]


@pytest.mark.parametrize(
    ("facts", "question", "true"),
    [
        (SHIPS, "Is Tern owned by Hale Co?", False),
        (SHIPS, "Is Ada Moss the captain of Gull?", False),
        (SHIPS, "Is Skua owned by Hale Co?", True),
        (BOOKS, "海程的作者是陆平吗？", False),
        (BOOKS, "山居的作者是陆平吗？", True),
    ],
)
def test_a_yes_is_said_in_so_many_words(facts, question, true):
    assert (kgllm.GraphQA(kgllm.load(facts)).ask(question).verdict is True) is true
