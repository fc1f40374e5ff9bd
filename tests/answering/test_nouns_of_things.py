"""The so-and-so of a thing is told by a relation that speaks of it; "When" by no key, and whether something is so by the field said of it."""

from __future__ import annotations

import pytest

import kgllm

CLUBS = [
    {"player": "Ann Lee", "country": "Norland", "foot": "left"},
    {"player": "Bo Berg", "country": "Norland", "foot": "right"},
    {"player": "Cy Dahl", "country": "Sudland", "foot": "left"},
]
PLANETS = [("Ada", "师父", "李明"), ("李明", "朝代", "唐"), ("王五", "朝代", "宋")]


@pytest.mark.parametrize("question", ["Who is the coach of Norland?", "What is the anthem of Norland?"])
def test_what_the_graph_does_not_speak_of_is_not_told(question: str) -> None:
    assert kgllm.GraphQA(kgllm.load({"players": CLUBS})).ask(question).abstained


@pytest.mark.parametrize("question", ["李明的母亲是谁？", "李明的债主是哪位？"])
def test_nor_in_chinese(question: str) -> None:
    assert kgllm.GraphQA(kgllm.load(PLANETS)).ask(question).abstained


def test_what_it_speaks_of_is() -> None:
    qa = kgllm.GraphQA(kgllm.load({"players": CLUBS}))
    assert [one.name for one in qa.ask("What is the country of Ann Lee?").entities] == ["Norland"]
    assert sorted(one.name for one in qa.ask("Who are the players of Norland?").entities) == ["Ann Lee", "Bo Berg"]


def test_when_is_told_by_no_key() -> None:
    plays = [
        {"name": "Hamlet at Olm", "playkey": 56422, "date": "2014-12-28"},
        {"name": "Faust at Tarn", "playkey": 56423, "date": "2015-01-03"},
    ]
    answer = kgllm.GraphQA(kgllm.load({"shows": plays})).ask("When was Hamlet at Olm played?")
    assert answer.abstained or [one.name for one in answer.entities] == ["2014-12-28"]


def test_a_field_that_says_no_says_it() -> None:
    harbours = [{"harbour": "Olm", "scheduled_ferries": "no"}, {"harbour": "Tarn", "scheduled_ferries": "yes"}]
    qa = kgllm.GraphQA(kgllm.load({"harbours": harbours}))
    assert qa.ask("Does Olm have scheduled trips?").verdict is False
    assert qa.ask("Does Tarn have scheduled trips?").verdict is True
