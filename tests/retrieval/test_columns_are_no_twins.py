"""Two columns of a table say different things of its rows, though they lead to mostly the same ends."""

from __future__ import annotations

import pytest

import kgllm

PAINTERS = [
    *({"name": f"Painter {n}", "county": "Norvia", "residence": "Norvia"} for n in range(4)),
    {"name": "Ada Holm", "county": "Sudland", "residence": "Norvia"},
    {"name": "Bo Lind", "county": "Norvia", "residence": "Sudland"},
]


@pytest.fixture(scope="module")
def painters():
    return kgllm.GraphQA(kgllm.load({"painters": PAINTERS}, key="name", name="name"))


@pytest.mark.parametrize(
    "question", ["Which painters come from Norvia?", "Which painters were born in Norvia?", "哪些painters出生在Norvia？"]
)
def test_what_another_column_says_is_not_asked(painters, question):
    answer = painters.ask(question)
    assert answer.abstained or sorted(map(str, answer.entities)) == ["Bo Lind", *(f"Painter {n}" for n in range(4))]
