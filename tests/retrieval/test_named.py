"""What a question names is not what it asks for, unless it asks for yes or no, gives a choice, or names it by the noun it asks with."""

import pytest

import kgllm
from kgllm.types import Entity, Fact, Relation

TYPES = {"Ann Vell": "person", "Bo Tan": "person", "Olm Rovers": "club", "Tarn United": "club"}
FACTS = [
    ("Gull Prize", "winner", "Cy Reed"),
    ("Cy Reed", "studied at", "Hill School"),
    ("Cy Reed", "teacher", "Dee Marsh"),
    ("Dee Marsh", "teacher of", "Cy Reed"),
    ("鸥奖", "得主", "安达"),
    ("安达", "就读学校", "山学校"),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


def test_another_is_told_than_those_named():
    played = (("Ann Vell", "Olm Rovers"), ("Ann Vell", "Tarn United"), ("Bo Tan", "Tarn United"))
    players, clubs = ([Entity(name, types=(TYPES[name],)) for name in pair] for pair in zip(*played, strict=True))
    facts = [Fact(who, Relation("plays for"), club) for who, club in zip(players, clubs, strict=True)]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("Who did Vell play for before Rovers?")
    assert [str(one) for one in answer.entities] == ["Tarn United"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Which prize did Cy Reed win at Hill School?", "Cy Reed"),
        ("安达在山学校时得过什么奖？", "安达"),
    ],
)
def test_what_is_named_is_no_answer(qa, question, named):
    assert named not in [str(one) for one in qa.ask(question).entities]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which school did Cy Reed study at?", "Hill School"),
        ("Which hill school did Cy Reed study at?", "Hill School"),
        ("Who won the Gull Prize?", "Cy Reed"),
        ("谁是鸥奖的得主？", "安达"),
        ("Who won the Gull Prize, Cy Reed or Dee Marsh?", "Cy Reed"),
    ],
)
def test_what_is_asked_for_is(qa, question, answer):
    assert [str(one) for one in qa.ask(question).entities] == [answer]


def test_yes_stays_yes(qa):
    assert qa.ask("Did Cy Reed study at Hill School?").text.lower().startswith("yes")
