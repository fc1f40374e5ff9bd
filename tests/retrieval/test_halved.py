"""Amounts of which the question says one word of a field's two, and another instead of the other, are not told by chance."""

import pytest

import kgllm
from kgllm import GraphQA

TRUCKS = [
    {"name": "Orla", "load_rate": 1.7, "load_limit": 900, "load_height": 2.1, "top_speed": 90, "cab colour": "red"},
    {"name": "Penn", "load_rate": 2.5, "load_limit": 700, "load_height": 2.4, "top_speed": 80, "cab colour": "blue"},
]
CLINICS = [{"name": "Nord", "recovery_rate": 0.8, "beds": 40}, {"name": "Sud", "recovery_rate": 0.7, "beds": 25}]


@pytest.mark.parametrize(
    ("rows", "question", "answers"),
    [
        (TRUCKS, "What is the load rate of Orla?", ["1.7"]),
        (TRUCKS, "What is the load limit of Orla?", ["900"]),
        (TRUCKS, "What is the top speed of Penn?", ["80"]),
        (TRUCKS, "What is the cab colour of Penn?", ["blue"]),
        (TRUCKS, "What is the load tariff of Orla?", []),
        (CLINICS, "What is the recovery rate of Nord?", ["0.8"]),
        (CLINICS, "What is the crime rate of Nord?", []),
        (CLINICS, "What is the vacancy rate of Sud?", []),
        (CLINICS, "Nord有多少beds？", ["40"]),
    ],
)
def test_half_a_name(rows, question, answers):
    assert [node.name for node in GraphQA(kgllm.load(rows, key="name")).ask(question).entities] == answers
