"""The verb at the end of "What do the parts of X cost?" is of the parts; "What is the roof of X made of?"."""

import pytest

import kgllm
from kgllm import GraphQA

ENGINES = [
    {"id": "e1", "name": "Orla", "parts": ["p1", "p2"], "price": 900, "weight_kg": 80},
    {"id": "e2", "name": "Penn", "parts": ["p2"], "price": 300, "weight_kg": 35},
]
PARTS = [
    {"id": "p1", "name": "crank", "price": 70, "weight_kg": 12, "supplier": "Vass"},
    {"id": "p2", "name": "valve", "price": 15, "weight_kg": 2, "supplier": "Kerr"},
]


@pytest.fixture(scope="module")
def engines():
    return GraphQA(kgllm.load({"engines": ENGINES, "parts": PARTS}, key="id", name="name", refers={"parts": "parts"}))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What do the parts of Orla cost?", {"70", "15"}),
        ("What does Orla cost?", {"900"}),
        ("What do the parts of Penn weigh?", {"2"}),
        ("Who supplies the parts of Penn?", {"Kerr"}),
        ("Which parts does Orla have?", {"crank", "valve"}),
        ("Orla的零件有哪些？", {"crank", "valve"}),
    ],
)
def test_a_verb_behind_the_name_is_of_the_noun_before_it(engines, question, answers):
    assert {node.name for node in engines.ask(question).entities} == answers


def test_what_something_is_made_of_is_not_the_thing(engines):
    answer = engines.ask("What is the valve of Penn plated with?")
    assert "valve" not in {node.name for node in answer.entities}
    assert {node.name for node in engines.ask("What is Orla made of?").entities} == {"crank", "valve"}
