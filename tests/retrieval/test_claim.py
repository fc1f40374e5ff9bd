"""A question for yes or no that says a field's whole name, a thing and a value is answered by what the thing has in that field."""

from __future__ import annotations

import time

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation

_FIELDS = ("hull_type", "portOfRegistry", "call sign", "crew_size", "launched", "owner")
_SHIPS = [
    ("Aurora Bay", "catamaran", "Lerwick", "04", 12, "2003-05-17", "Blue Line"),
    ("Stella", "monohull", "Vigo", "45", 30, "1998-11-02", "North Lines"),
    ("Stella Nova", "trimaran", "Lerwick", "54", 7, "2011-01-30", "Blue Line"),
    ("Yes and No", "monohull", "Oban", "61", 9, "2007-07-07", "Ann"),
]
_BOATS = [("青龙号", "双体船", "宁波", 12), ("白鹭号", "单体船", "舟山", 30), ("玄武号", "三体船", "宁波", 7)]


def _fact(subject: Entity, relation: str, value: str | int) -> Fact:
    named = relation in ("owner", "portOfRegistry", "母港")
    end = Entity(str(value)) if named else Literal(str(value), value=value if isinstance(value, int) else None)
    return Fact(subject=subject, relation=Relation(relation), object=end)


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    facts = [
        _fact(Entity(row[0], types=("tour ship",)), field, value) for row in _SHIPS for field, value in zip(_FIELDS, row[1:], strict=True)
    ]
    facts += [
        _fact(Entity(name, types=("船",)), field, value)
        for name, *values in _BOATS
        for field, value in zip(("船体", "母港", "船员数"), values, strict=True)
    ]
    facts += [
        Fact(subject=Entity("Lerwick"), relation=Relation("located in"), object=Entity("Shetland")),
        Fact(subject=Entity("Vigo"), relation=Relation("located in"), object=Entity("Galicia")),
        Fact(subject=Entity("Buoy"), relation=Relation("portOfRegistry"), object=Entity("Shetland")),
    ]
    return kgllm.GraphQA(kgllm.load(facts))


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is the hull type of Aurora Bay catamaran?", True),
        ("Is it correct that the hull type of the tour ship Aurora Bay is trimaran?", False),
        ("The hull type of Aurora Bay is monohull, isn't it?", False),
        ("is 45 Aurora Bay's call sign", False),
        ("Does the tour ship Stella have call sign 45?", True),
        ("True or false: Stella Nova has call sign 45", False),
        ("Stella Nova has port of registry Lerwick: true or false?", True),
        ("For the tour ship Stella, is the port of registry Lerwick?", False),
        ("would the hull type of Stella Nova be trimaran?", True),
        ("I'd like to know whether Stella's crew size is 30.", True),
        ("Could you please tell me if Stella's crew size is 31?", False),
        ("Could you confirm that North Lines is the owner of the tour ship Stella?", True),
        ("Stella Nova hull type monohull?", False),
        ("Was 17 May 2003 the launched of Aurora Bay?", True),
        ("Is the launched of Stella 2003-05-17?", False),
        ("Is the hull type of Yes and No monohull?", True),
        ("告诉我青龙号的船体是不是双体船", True),
        ("单体船是青龙号的船体，是真的还是假的？", False),
        ("想问问舟山到底是不是白鹭号的母港", True),
        ("船玄武号的母港是舟山吗？", False),
        ("白鹭号 船员数 30 对吗", True),
        ("白鹭号的船员数是7来着吧？", False),
        ("是否玄武号的船体为三体船？", True),
    ],
)
def test_what_is_said_is_held_against_the_field(qa: kgllm.GraphQA, question: str, verdict: bool) -> None:
    answer = qa.ask(question)
    assert (answer.verdict, answer.abstained) == (verdict, False), answer.text
    assert answer.facts


def test_no_says_what_it_is_instead(qa: kgllm.GraphQA) -> None:
    assert qa.ask("Is 45 the call sign of Aurora Bay?").text == "No: 04 [1]"
    assert qa.ask("青龙号的船体是三体船吗？").text == "否：双体船 [1]"


@pytest.mark.parametrize(
    "question",
    [
        "Is the port of registry of Stella Nova Shetland?",  # where what it has lies
        "Is the port of registry of Aurora Bay Atlantis?",  # of which nothing is known
        "Is the owner of Stella Lines?",  # may be short for it
        "Is the hull type of Buoy catamaran?",  # it has none
    ],
)
def test_where_it_cannot_be_told_it_says_no_no(qa: kgllm.GraphQA, question: str) -> None:
    assert qa.ask(question).verdict is not False


def test_a_claim_that_stays_open_is_no_other_question(qa: kgllm.GraphQA) -> None:
    assert qa.ask("Stella Nova port of registry Shetland?").reason.startswith("yes_or_no")


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What is the hull type of Stella?", ["monohull"]),
        ("Which tour ship has call sign 45?", ["Stella"]),
        ("Tell me the owner of Aurora Bay", ["Blue Line"]),
        ("青龙号的船体是什么？", ["双体船"]),
    ],
)
def test_other_questions_are_none(qa: kgllm.GraphQA, question: str, found: list[str]) -> None:
    answer = qa.ask(question)
    assert (answer.verdict, [end.name for end in answer.entities]) == (None, found)


def test_relations_of_marks_alone_and_long_filling_hang_nothing():
    qa = kgllm.GraphQA(kgllm.load([("Ann", "🙂", "Bob"), ("Ann", "wife", "Bob"), ("Ann", "height", "170"), ("Cid", "height", "175")]))
    assert qa.ask("Is Ann's height 170?").verdict is True
    for question in (
        "叫做" * 60 + "猫",
        "一下" * 60 + "x吗",
        "Ann" + " " * 3000 + "height and wife",
        "Ann的" + "身高和" * 200 + "是什么？",
    ):
        started = time.process_time()
        qa.ask(question)
        assert time.process_time() - started < 5  # others may keep the machine busy


def test_of_two_fields_of_one_name_both_are_looked_at():
    facts = [("Ann", "phone1", "555"), ("Ann", "phone2", "777"), ("Bob", "phone1", "888"), ("Bob", "phone2", "999")]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert qa.ask("Is Ann's phone 555?").verdict is not False
    assert qa.ask("Is Ann's phone 777?").verdict is not False


@pytest.mark.parametrize(
    "question", ["Who has more pay than Ann and Bob?", "Which of Ann and Bob has more pay than Cid?", "谁的pay高于Ann和Bob？"]
)
def test_more_than_those_named_is_none_of_them(question):
    answer = kgllm.GraphQA(kgllm.load([("Ann", "pay", "10"), ("Bob", "pay", "20"), ("Cid", "pay", "30")])).ask(question)
    assert answer.abstained or [one.name for one in answer.entities] not in (["Ann"], ["Bob"])
