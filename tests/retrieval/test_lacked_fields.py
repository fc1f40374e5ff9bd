"""A field that is said by its whole name and that a thing lacks is not told by half of that name; what a term means is its description."""

from __future__ import annotations

import pytest

import kgllm

PUMPS = [
    {"pump": "Aqua 1", "flow": {"max": 30}, "price": {"max": 900}},
    {"pump": "Aqua 2", "flow": {"max": 50}, "price": {"max": 1200}},
    {"pump": "Aqua 3", "flow": {"max": 45}},
]
SHIPS = [
    {"ship": "Stella", "home_port": "Olm", "build_year": 1990},
    {"ship": "Nova", "home_port": "Tarn", "launch_year": 1985, "build_year": 1984},
    {"ship": "Vega", "home_port": "Tarn", "launch_year": 1999, "build_year": 1998},
]


@pytest.mark.parametrize(
    ("rows", "question"),
    [(PUMPS, "What is the max price of Aqua 3?"), (SHIPS, "What is the launch year of Stella?"), (SHIPS, "launch year Stella")],
)
def test_half_of_a_name_is_another_field(rows: list[dict[str, object]], question: str) -> None:
    assert kgllm.GraphQA(kgllm.load({"things": rows})).ask(question).abstained


@pytest.mark.parametrize(
    ("rows", "question", "answer"),
    [
        (PUMPS, "What is the max price of Aqua 2?", "1200"),
        (SHIPS, "What is the launch year of Vega?", "1999"),
        (SHIPS, "What is the build year of Stella?", "1990"),
    ],
)
def test_what_it_has_is_told(rows: list[dict[str, object]], question: str, answer: str) -> None:
    assert [one.name for one in kgllm.GraphQA(kgllm.load({"things": rows})).ask(question).entities] == [answer]


def test_what_a_term_means() -> None:
    codes = [
        {"code": "Slow burn", "description": "It heats for an hour.", "oven": "T1"},
        {"code": "Fast burn", "description": "It heats at once.", "oven": "T2"},
    ]
    answer = kgllm.GraphQA(kgllm.load({"codes": codes})).ask("What does Slow burn mean?")
    assert [one.name for one in answer.entities] == ["It heats for an hour."]
