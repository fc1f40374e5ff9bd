"""What two places are both in makes neither lie in the other; and a noun for what one is to another is no name to check."""

from __future__ import annotations

import pytest

import kgllm

LAUNCHES = [
    ("Swift 1", "LAUNCHED_FROM", "Tarn Base"),
    ("Swift 2", "LAUNCHED_FROM", "Velora Range"),
    ("Swift 3", "LAUNCHED_FROM", "Velora Range"),
    ("Tarn Base", "LOCATED_IN", "Ostmark"),
    ("Velora Range", "LOCATED_IN", "Ostmark"),
    ("Finch", "ORBITS", "Lark"),
    ("Moon", "ORBITS", "Earth"),
    *((moon, "IS_A", "NaturalSatellite") for moon in ("Finch", "Moon")),
    *((planet, "IS_A", "Planet") for planet in ("Lark", "Earth")),
]
CHINESE = [
    ("甲号", "发射地点", "云安基地"),
    ("乙号", "发射地点", "海宁靶场"),
    ("丙号", "发射地点", "海宁靶场"),
    ("云安基地", "位于", "东国"),
    ("海宁靶场", "位于", "东国"),
]


@pytest.mark.parametrize(
    ("facts", "question", "answer"),
    [
        (LAUNCHES, "Was Swift 1 launched from Velora Range?", "No: Tarn Base [1]"),
        (LAUNCHES, "Was Swift 2 launched from Velora Range?", "Yes: Velora Range [1]"),
        (CHINESE, "甲号的发射地点是海宁靶场吗？", "否：云安基地 [1]"),
    ],
)
def test_two_places_of_one_country_lie_apart(facts, question, answer):
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).text == answer


def test_a_moon_of_something_is_no_moon_by_name():
    qa = kgllm.GraphQA(kgllm.load(LAUNCHES))
    assert qa.ask("is Finch a moon of Lark").text.startswith("Yes")
    assert not qa.ask("is Finch a moon of Earth").text.startswith("Yes")


def test_what_the_question_says_no_relation_of_may_be_by_either():
    albums = [
        *(("Film " + name, way, "Olm Studio") for name in ("Ada", "Bo", "Cy") for way in ("producedBy", "soldFrom")),
        ("Film Dee", "soldFrom", "Olm Studio"),
        ("Film Dee", "producedBy", "Vass"),
        *((f"Film {name}", "IS_A", "Film") for name in ("Ada", "Bo", "Cy", "Dee")),
    ]
    answer = kgllm.GraphQA(kgllm.load(albums)).ask("all the Olm Studio films")
    assert len(answer.entities) == 4
