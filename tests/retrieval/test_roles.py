"""What a relation's name says of the things at its two ends."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.retrieval.steps import role_of
from kgllm.types import Relation


@pytest.mark.parametrize(
    ("name", "out", "back"),
    [
        ("treatment", "drug", "disease"),
        ("is used to treat", "disease", "drug"),
        ("treats", "disease", "drug"),
        ("has_capital", "capital", "country"),
        ("capital_of", "country", "capital"),
        ("directed_by", "director", "film"),
        ("leads project", "project", "person"),
        ("author of", "book", "author"),
    ],
)
def test_a_verb_and_of_turn_the_ends_round(name, out, back):
    one, other = (role_of(Relation(name), way).nouns for way in (0, 1))
    assert out in one and back in other
    assert out not in other or out in ("person",)


def test_the_noun_asked_for_is_who_does_it():
    facts = [
        *(
            (drug, "is used to treat", end)
            for drug, end in (("Humulin", "diabetes"), ("Glucotrol", "diabetes"), ("Zocor", "high cholesterol"))
        ),
        *((drug, "was approved in", year) for drug, year in (("Humulin", "1982"), ("Glucotrol", "1984"), ("Zocor", "1991"))),
    ]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("Which drug was approved in 1991?")
    assert [str(one) for one in answer.entities] == ["Zocor"]  # and not what it treats
