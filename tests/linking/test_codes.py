"""Codes of two or three letters that are words, too."""

from __future__ import annotations

import pytest

import kgllm

FACTS = [
    *((name, "code", code) for name, code in (("Italy", "IT"), ("India", "IN"), ("Libya", "LY"), ("Austria", "AT"), ("Norway", "NO"))),
    *((code, "used in", place) for code, place in (("IT", "Rome"), ("IN", "Delhi"), ("LY", "Tripoli"), ("AT", "Vienna"), ("NO", "Oslo"))),
    *((one, "neighbour", other) for one, other in (("Italy", "Austria"), ("Libya", "Egypt"), ("Austria", "Italy"))),
]


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    "question",
    [
        "What is the neighbour of the country where Vienna lies in?",
        "is it in Oslo or at Rome, no?",
        "In what is Vienna?",
        "At Rome?",
        "No Oslo?",
    ],
)
def test_words_of_grammar_and_other_forms_are_no_codes(qa: kgllm.GraphQA, question: str) -> None:
    assert not {link.entity.name for link in qa.link(question)} & {"IT", "IN", "LY", "AT", "NO"}


@pytest.mark.parametrize(
    ("question", "code"), [("Where is IN used?", "IN"), ("Where is the code in used?", "IN"), ("LY用在哪里？", "LY"), ("it", "IT")]
)
def test_codes_that_are_given_as_such(qa: kgllm.GraphQA, question: str, code: str) -> None:
    assert code in {link.entity.name for link in qa.link(question)}
