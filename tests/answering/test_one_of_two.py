"""Which of two is answered by one of them or not at all; what is measured or permitted is said by those verbs; "a" is no name."""

from __future__ import annotations

import pytest

import kgllm

MATCHES = [
    {"match": "M1", "home": "Red Owls", "away": "Blue Jays"},
    {"match": "M2", "home": "Red Owls", "away": "Grey Cats"},
    {"match": "M3", "home": "Blue Jays", "away": "Red Owls"},
]


@pytest.mark.parametrize(
    "question", ["Who had more home defeats, the Red Owls or the Blue Jays?", "Which is louder, Red Owls or Blue Jays?"]
)
def test_a_third_thing_is_neither_of_two(question: str) -> None:
    answer = kgllm.GraphQA(kgllm.load({"matches": MATCHES})).ask(question)
    assert answer.abstained or {one.name for one in answer.entities} <= {"Red Owls", "Blue Jays"}


def test_a_day_is_none_either() -> None:
    joined = [("Norland", "joined", "Pact"), ("Sudland", "joined", "Pact"), ("Pact", "signed on", "1907-01-01")]
    assert kgllm.GraphQA(kgllm.load(joined)).ask("Which joined the Pact first, Norland or Sudland?").abstained


@pytest.mark.parametrize(
    ("question", "answers"),
    [("What does the barometer measure?", ["air pressure"]), ("barometer是测什么的？", ["air pressure"])],
)
def test_what_is_measured(question: str, answers: list[str]) -> None:
    gauges = [
        ("barometer", "quantity kind", "air pressure"),
        ("barometer", "unit system", "metric"),
        ("anemometer", "quantity kind", "wind speed"),
    ]
    assert [one.name for one in kgllm.GraphQA(kgllm.load(gauges)).ask(question).entities] == answers


def test_what_is_permitted() -> None:
    visas = [
        {"visa": "B1", "permissions": ["paid work", "study"], "approved": True},
        {"visa": "C2", "permissions": ["study"], "approved": True},
    ]
    qa = kgllm.GraphQA(kgllm.load({"visas": visas}))
    assert qa.ask("Does the B1 visa permit paid work?").verdict is True
    assert qa.ask("B1允许study吗？").verdict is True


def test_a_small_word_is_no_name() -> None:
    facts = [("Sly", "species", "Rabbit"), ("Sly", "rank", "A"), ("Pip", "species", "Cow"), ("Pip", "rank", "B")]
    assert kgllm.GraphQA(kgllm.load(facts)).ask("Is Sly a rabbit?").verdict is True
