"""Days of the week and months are linked to values that write them otherwise: Saturday to Sat, 星期六 to 周六."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.words.calendar import called_otherwise

COURSES = [
    {"course": "Botany", "day": "Sat", "begins": "Sep", "room": "Sun"},
    {"course": "Drawing", "day": "Thu", "begins": "Oct", "room": "Moon"},
    {"course": "Law", "day": "Sat", "begins": "Feb", "room": "Moon"},
]
CHINESE = [{"课程": "书法", "上课日": "周六"}, {"课程": "国画", "上课日": "周四"}]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which courses are on Saturday?", ["Botany", "Law"]),
        ("Which courses take place on Saturdays?", ["Botany", "Law"]),
        ("Which courses begin in October?", ["Drawing"]),
        ("How many courses are there on Thursday?", ["Drawing"]),
        ("哪些course的day是星期四？", ["Drawing"]),
    ],
)
def test_a_day_that_is_written_short_is_meant(question: str, answers: list[str]) -> None:
    qa = kgllm.GraphQA(kgllm.load({"courses": COURSES}))
    assert sorted(one.name for one in qa.ask(question).entities) == answers


def test_a_day_in_chinese_has_several_names() -> None:
    qa = kgllm.GraphQA(kgllm.load({"课程": CHINESE}))
    assert [one.name for one in qa.ask("哪些课程的上课日是星期六？").entities] == ["书法"]


def test_a_thing_that_is_called_so_is_no_day() -> None:
    sky = kgllm.load([("Sun", "is a", "star"), ("Mars", "orbits", "Sun"), ("Sirius", "is a", "star")])
    assert not [link for link in kgllm.GraphQA(sky).link("What orbits on Sunday?") if link.mention.text == "Sunday"]


def test_what_is_short_itself_has_no_other_name() -> None:
    assert called_otherwise("sun") == called_otherwise("Mar") == called_otherwise("Sunda") == ()
