"""All values of a field that a noun names: in another plural, with what is cut short written out, and of one kind of things."""

from __future__ import annotations

import pytest

import kgllm

STAFF = [
    {"name": "Ann", "dept": "Sales", "index": "Blue 30", "grade": "senior"},
    {"name": "Bob", "dept": "Service", "index": "Red 50", "grade": "junior"},
]
SHIPS = [{"name": "Stella", "grade": "ice"}, {"name": "Nova", "grade": "river"}]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which departments are there?", ["Sales", "Service"]),
        ("Which indices are there?", ["Blue 30", "Red 50"]),
        ("Which grades of ships are there?", ["ice", "river"]),
        ("How many grades of staff are there?", ["junior", "senior"]),
        ("有哪些index？", ["Blue 30", "Red 50"]),
    ],
)
def test_what_is_there_of_a_field(question: str, answers: list[str]) -> None:
    qa = kgllm.GraphQA(kgllm.load({"staff": STAFF, "ships": SHIPS}))
    assert sorted(one.name for one in qa.ask(question).entities) == answers


def test_a_thing_with_a_name_like_its_kind_is_that_thing() -> None:
    rows = [{"name": "The Unbadge", "rights": ["enter", "stay"]}, {"name": "Gold One", "rights": ["enter", "serve"]}]
    qa = kgllm.GraphQA(kgllm.load({"badges": rows}))
    assert sorted(one.name for one in qa.ask("List the rights of the Unbadge.").entities) == ["enter", "stay"]


def test_a_slip_is_no_key_of_another_row() -> None:
    rows = [{"code": "LGA", "name": "Long Harbour", "alt": 21}, {"code": "TRN", "name": "Tarn Harbour", "alt": 5}]
    qa = kgllm.GraphQA(kgllm.load({"harbours": rows}, id="code"))
    assert [one.name for one in qa.ask("Which harbour lies lowest?").entities] == ["Tarn Harbour"]
    assert [one.name for one in qa.ask("Which harbours lie above 10 metres?").entities] == ["Long Harbour"]
