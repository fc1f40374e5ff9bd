"""What says only that a field holds codes, and nouns for types that end like other words."""

from __future__ import annotations

import pytest

import kgllm

PORTS = {
    "harbours": [
        {"id": n, "name": name, "unlo": unlo, "zkb": zkb, "code_sort": sort}
        for n, (name, unlo, zkb, sort) in enumerate(
            [("Olm", "XXOLM", "77", "A"), ("Vass", "XXVAS", "81", "B"), ("Tarn", "XXTAR", "12", "A")]
        )
    ]
}


@pytest.fixture(scope="module")
def harbours():
    return kgllm.GraphQA(kgllm.load(PORTS, key="id", name="name"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the UNLO code of Vass?", "XXVAS"),
        ("What is the zkb code of Olm?", "77"),
        ("Which harbour has the zkb code 12?", "Tarn"),
        ("Olm的UNLO代码是什么？", "XXOLM"),
        ("Tarn的zkb编码是多少？", "12"),
    ],
)
def test_a_code_is_that_which_its_field_is_called_by(harbours, question, answer):
    assert [end.name for end in harbours.ask(question).entities] == [answer]


SPECIES = {
    "superfamilies": [{"id": n, "name": name, "rank_note": "wide"} for n, name in enumerate(["Olmoidea", "Vassoidea"])],
    "snails": [
        {"id": 10 + n, "name": name, "family": family, "belongs": n % 2}
        for n, (name, family) in enumerate([("Ada", "Olmidae"), ("Bo", "Vassidae"), ("Cy", "Olmidae")])
    ],
}


def test_the_noun_for_a_type_is_not_what_it_ends_with():
    qa = kgllm.GraphQA(kgllm.load(SPECIES, key="id", name="name", refers={"belongs": "superfamilies"}))
    assert [end.name for end in qa.ask("Which superfamily does Ada belong to?").entities] in (["Olmoidea"], [])
    assert [end.name for end in qa.ask("What is the family of Ada?").entities] == ["Olmidae"]


def test_what_stands_beside_in_a_row_of_the_kind_asked_for_is_not_surer_than_what_the_row_joins():
    people = [{"id": n, "name": name} for n, name in enumerate(["Ada", "Bo", "Cy", "Dee"])]
    rows = [{"G_Id": 1, "W_Id": 0, "G_Mark": "K"}, {"G_Id": 3, "W_Id": 2, "G_Mark": "K"}]
    graph = kgllm.load({"people": people, "guardianships": rows}, name="people.name", refers={"G_Id": "people", "W_Id": "people"})
    assert [end.name for end in kgllm.GraphQA(graph).ask("guardianship of Ada").entities] in (["Bo"], [])
