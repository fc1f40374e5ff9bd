"""What an answer without a model says."""

from __future__ import annotations

import pytest

import kgllm


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("张伟的月薪是多少？", "35000 [1]"),
        ("How many employees does Acme have?", "1200 [1]"),
        ("How many sons has Odo?", "2: Ian [1], Jan [2]"),
    ],
)
def test_a_number_is_said_once(question, said):
    facts = [("张伟", "月薪", 35000), ("Acme", "employees", 1200), ("Odo", "son", "Ian"), ("Odo", "son", "Jan")]
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).text == said
