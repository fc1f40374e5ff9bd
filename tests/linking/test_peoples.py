"""Places by their peoples."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.words.peoples import origins

RIVERS = [
    *(("Han River", "country", "South Korea"), ("Tempisque", "country", "Costa Rica"), ("Yukon", "country", "Canada")),
    *(("Ucayali", "country", "Peru"), ("Litani", "country", "Lebanon"), ("Sirba", "country", "Niger"), ("Benue", "country", "Nigeria")),
    *((river, "instance_of", "river") for river in ("Han River", "Tempisque", "Yukon", "Ucayali", "Litani", "Sirba", "Benue")),
]


@pytest.mark.parametrize(
    ("question", "river"),
    [
        ("Which rivers are South Korean?", "Han River"),
        ("Costa Rican rivers", "Tempisque"),
        ("Which river is Canadian?", "Yukon"),
        ("Peruvian rivers", "Ucayali"),
        ("Lebanese rivers", "Litani"),
        ("Nigerien rivers", "Sirba"),
        ("rivers of the Nigerians", "Benue"),
    ],
)
def test_rivers_of_a_people(question: str, river: str) -> None:
    assert [end.name for end in kgllm.GraphQA(kgllm.load(RIVERS)).ask(question).entities] == [river]


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("ivorian", "ivory coast"),
        ("salvadorans", "el salvador"),
        ("emirati", "united arab emirates"),
        ("italian", "italy"),
        ("hungarian", "hungary"),
    ],
)
def test_origins(word: str, place: str) -> None:
    assert place in origins(word)
