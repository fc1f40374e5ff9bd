"""What parts of things hold is compared as theirs: a mill's periods have its opening, a ship's refits their costs."""

from __future__ import annotations

import pytest

import kgllm

MILLS = [
    {"name": "Olm Mill", "county": "Ostmark", "periods": [{"opened": "1820-05-01", "closed": "1901-01-01"}, {"opened": "1950-03-01"}]},
    {"name": "Vass Mill", "county": "Ostmark", "periods": [{"opened": "1790-01-01", "closed": "1850-01-01"}]},
    {"name": "Tarn Mill", "county": "Westmark", "periods": [{"opened": "1930-01-01"}]},
    {"name": "Rue Mill", "county": "Westmark", "periods": [{"opened": "1999-07-01"}]},
]
TEMPLES = [
    {"名称": name, "所在县": county, "阶段": [{"始建": year}]}
    for name, county, year in (("云安寺", "海宁县", "0812"), ("南山寺", "海宁县", "1368"), ("北塔寺", "江川县", "1644"))
]


def names(answer):
    return sorted(end.name for end in answer.entities)


@pytest.fixture(scope="module")
def mills():
    return kgllm.GraphQA(kgllm.load(MILLS, table="mills"))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What is the oldest mill?", ["Vass Mill"]),
        ("What is the oldest mill in Westmark?", ["Tarn Mill"]),
        ("Which mills were opened after 1925?", ["Olm Mill", "Rue Mill", "Tarn Mill"]),
        ("Which is older, Olm Mill or Tarn Mill?", ["Olm Mill"]),
    ],
)
def test_what_parts_hold_is_compared(mills, question, answers):
    assert names(mills.ask(question)) == answers


def test_whether_one_is_older(mills):
    assert mills.ask("Is Vass Mill older than Olm Mill?").verdict is True


def test_the_facts_say_whose_the_part_is(mills):
    facts = mills.ask("What is the oldest mill?").facts
    assert {fact.relation.name for fact in facts[:2]} == {"opened", "periods"}


def test_what_parts_hold_is_compared_in_chinese():
    temples = kgllm.GraphQA(
        kgllm.load([{**one, "阶段": [{"始建日期": f"{one['阶段'][0]['始建']}-01-01"}]} for one in TEMPLES], table="寺庙")
    )
    assert names(temples.ask("最古老的寺庙是哪座？")) == ["云安寺"]
    assert names(temples.ask("北塔寺和南山寺哪个更古老？")) == ["南山寺"]


def test_rows_that_several_lead_to_are_no_part_of_one():
    rows = [{"id": n, "name": f"Team {n}", "city": "Olm"} for n in range(4)]
    games = [{"home": n, "away": 3 - n, "goals": n} for n in range(4)]
    qa = kgllm.GraphQA(kgllm.load({"teams": rows, "games": games}, name="teams.name", refers={"home": "teams", "away": "teams"}))
    assert not [end for end in qa.ask("Which team has the most goals?").entities if end.name == "Team 0"]
