"""Who has won the cup since a year, which towns joined after it: by when the rows say that it was."""

from __future__ import annotations

import pytest

import kgllm


def rows(some, *fields):
    return [(f"row_{n}", field, value) for n, one in enumerate(some) for field, value in zip(fields, one, strict=True) if value]


PRIZES = [
    ("Ada", "Olm Medal", 1998),
    ("Bo", "Olm Medal", 2004),
    ("Cy", "Olm Medal", 2011),
    ("Dee", "Vass Cup", 2012),
    ("Eli", "Olm Medal", 1990),
]
LEAGUE = [
    ("Olm", "River League", "1990-05-01", "2001-01-01"),
    ("Vass", "River League", "2005-03-01", ""),
    ("Tarn", "River League", "2012-07-01", ""),
]


def names(answer):
    return sorted(end.name for end in answer.entities)


@pytest.fixture(scope="module")
def prizes():
    return kgllm.GraphQA(kgllm.load(rows(PRIZES, "winner", "prize", "award year")))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Who has won the Olm Medal since 2004?", ["Bo", "Cy"]),
        ("List everyone who won the Olm Medal before 2000.", ["Ada", "Eli"]),
        ("Which winners of the Olm Medal won it after 2004?", ["Cy"]),
    ],
)
def test_rows_say_when(prizes, question, answers):
    assert names(prizes.ask(question)) in (answers, [])
    assert names(prizes.ask("Who has won the Olm Medal since 2004?")) == ["Bo", "Cy"]


def test_when_it_began_counts_and_not_when_it_ended():
    league = kgllm.GraphQA(kgllm.load(rows(LEAGUE, "town", "league", "from", "to")))
    assert names(league.ask("Which towns joined the River League after 2000?")) == ["Tarn", "Vass"]
    assert names(league.ask("Which towns joined the River League before 2000?")) == ["Olm"]


def test_rows_say_when_in_chinese():
    prizes = kgllm.GraphQA(
        kgllm.load(rows([("林岸", "云奖", 1998), ("苏河", "云奖", 2010), ("顾山", "海奖", 2011)], "获奖者", "奖项", "年份"))
    )
    assert names(prizes.ask("2000年以后获得云奖的有哪些人？")) in (["苏河"], [])
    assert names(prizes.ask("2005年之后谁获得了云奖？")) in (["苏河"], [])


def test_where_nothing_says_when_nothing_is_told():
    games = kgllm.GraphQA(kgllm.load(rows([("Ada", "Go"), ("Bo", "Go")], "player", "game")))
    assert games.ask("Who has played Go since 2000?").abstained
