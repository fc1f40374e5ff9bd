"""Rows without a name that a path goes through: what their table is called, what they tell of, how often two things met there."""

from __future__ import annotations

import pytest

import kgllm

STAFF = ("Ida Berg", "Olm Vass", "Per Lund", "Ned Hart")


def _names(answer: kgllm.Answer) -> set[str]:
    return set() if answer.abstained else {node.name for node in answer.entities}


@pytest.fixture(scope="module")
def clinic() -> kgllm.GraphQA:
    people = [
        {"personID": f"p{n}", "name": name, "birthTown": "Ulm" if n % 2 else "Graz", "birthDay": 10 + n} for n, name in enumerate(STAFF)
    ]
    medals = [
        {"personID": f"p{n}", "medalID": medal, "year": year}
        for n, medal, year in ((0, "Iron Star", 2001), (0, "Iron Star", 2004), (0, "Blue Ribbon", 2004), (1, "Iron Star", 2009), (2, "Blue Ribbon", 2010))
    ]  # fmt: skip
    wall = [
        {"personID": f"p{n}", "admitted": "Y", "year_id": year, "votes": votes, "votedBy": by, "losses": 10 + n}
        for n, year, votes, by in (
            (0, 2012, 31, "Board"),
            (1, 2015, 28, "Staff"),
            (3, 2015, 40, "Board"),
            (2, 2016, 22, "Staff"),
            (2, 2018, 25, "Board"),
        )
    ]
    tables = {"People": people, "MedalsGiven": medals, "WallOfHonour": wall}
    return kgllm.GraphQA(kgllm.load(tables, key="People.personID", refers={"personID": "People"}))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was Ida Berg admitted to the Wall of Honour?", {"2012"}),
        ("How many votes did Ned Hart get for the Wall of Honour?", {"40"}),
        ("Who elected Olm Vass to the Wall of Honour?", {"Staff"}),
        ("Who was admitted to the Wall of Honour in 2015?", {"Olm Vass", "Ned Hart"}),
        ("Which medals did Ida Berg win?", {"Iron Star", "Blue Ribbon"}),
    ],
)
def test_what_a_table_is_called_says_which_rows_are_meant(clinic: kgllm.GraphQA, question: str, expected: set[str]) -> None:
    assert _names(clinic.ask(question)) == expected


@pytest.mark.parametrize(
    ("question", "times"),
    [
        ("How many times did Ida Berg win the Iron Star?", 2),
        ("How many times was Olm Vass given the Iron Star?", 1),
        ("Ida Berg拿过几次Iron Star？", 2),
    ],
)
def test_how_often_two_things_met(clinic: kgllm.GraphQA, question: str, times: int) -> None:
    assert clinic.ask(question).value == times


def test_the_name_of_a_table_in_capitals_is_no_name_of_a_thing(clinic: kgllm.GraphQA) -> None:
    assert {link.mention.text for link in clinic.link("When was Ida Berg admitted to the Wall of Honour?")} <= {"Ida Berg", "Ida", "Berg"}


@pytest.mark.parametrize("question", ["Who is the wife of Ida Berg?", "Who is admitted by Ida Berg?"])
def test_a_row_is_not_led_to_itself_and_yes_is_nobody(clinic: kgllm.GraphQA, question: str) -> None:
    assert _names(clinic.ask(question)).isdisjoint({"Ida Berg", "Y"})


def test_a_number_in_common_is_no_way() -> None:
    rows = [("Ann", "born on", 12), ("Bob", "born on", 14), ("Reds", "lost", 12), ("Blues", "lost", 14), ("Reds", "coach", "Kit"), ("Blues", "coach", "Lou")]  # fmt: skip
    answer = kgllm.GraphQA(kgllm.load(rows)).ask("Who is the coach of Ann?")
    assert answer.abstained
