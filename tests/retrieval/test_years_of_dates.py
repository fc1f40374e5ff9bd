"""A year or a month of which the graph has several days is so of all of them; what is between two times is."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.words.bounds import bounds
from kgllm.words.figures import in_one_form

BOATS = [
    {"name": "Osprey", "launched": "1979-05-25", "yard": "Brask"},
    {"name": "Heron", "launched": "1979-11-02", "yard": "Brask"},
    {"name": "Teal", "launched": "1979-05-09", "yard": "Olmet"},
    {"name": "Curlew", "launched": "1995-12-15", "yard": "Olmet"},
]
VISITS = [
    {"id": n, "visit_date": f"2023-{month:02}-1{n}", "ward": "East" if n % 2 else "West"} for n, month in enumerate((1, 3, 3, 6, 9), 1)
]
MUSEUMS = [
    {"名称": "松溪馆", "开馆日期": "2019-01-20", "城市": "临江"},
    {"名称": "竹海馆", "开馆日期": "2019-11-02", "城市": "临江"},
    {"名称": "梅山馆", "开馆日期": "2021-03-02", "城市": "云台"},
]


def names(rows, table, question):
    return {one.name for one in kgllm.GraphQA(kgllm.load(rows, table=table)).ask(question).entities}


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("Which boats were launched in 1979?", {"Osprey", "Heron", "Teal"}),
        ("Which boats were launched in May 1979?", {"Osprey", "Teal"}),
        ("What was launched in 1979?", {"Osprey", "Heron", "Teal"}),
        ("boats launched in 1995", {"Curlew"}),
        ("Which boats were launched between May 1979 and August 1979?", {"Osprey", "Teal"}),
        ("Which boats were launched between 1979-05-10 and 1995-12-31?", {"Osprey", "Heron", "Curlew"}),
    ],
)
def test_all_days_of_a_year(question, right):
    assert names(BOATS, "boats", question) == right


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("2019年开馆的博物馆有哪些？", {"松溪馆", "竹海馆"}),
        ("哪些博物馆开馆于2019年？", {"松溪馆", "竹海馆"}),
        ("2019年1月开馆的博物馆是哪家？", {"松溪馆"}),
        ("2019年6月到2021年12月之间开馆的博物馆有哪些？", {"竹海馆", "梅山馆"}),
    ],
)
def test_all_days_of_a_year_in_chinese(question, right):
    assert names(MUSEUMS, "博物馆", question) == right


def test_of_plain_triples():
    facts = [(boat["name"], "launch date", boat["launched"]) for boat in BOATS]
    assert {one.name for one in kgllm.GraphQA(kgllm.load(facts)).ask("What was launched in 1979?").entities} == {"Osprey", "Heron", "Teal"}


def test_of_an_only_date_a_year_need_not_say_which():
    qa = kgllm.GraphQA(kgllm.load(VISITS, table="visits"))
    assert qa.ask("How many visits were made in 2023?").value == 5
    assert qa.ask("How many visits were there in March 2023?").value == 2


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("tides between 2021-03-01 and 2021-06-30", 2021 + 2 / 12, 2021 + 5 / 12 + 29 / 372),
        ("from March 2023 to May 2023", 2023 + 2 / 12, 2023 + 4 / 12),
        ("2021-01-01 to 2022-01-01", 2021.0, 2022.0),
        ("2015年1月1日到2020年之间竣工的桥", 2015.0, 2020.0),
        ("在2015年至2020年期间竣工的桥", 2015.0, 2020.0),
        ("between 5 and 10 km", 5.0, 10.0),
    ],
)
def test_limits_on_both_sides(text, low, high):
    [bound] = bounds(in_one_form(text))
    assert bound.low is not None
    assert bound.high is not None
    assert bound.low.value == pytest.approx(low)
    assert bound.high.value == pytest.approx(high)


@pytest.mark.parametrize("text", ["tides in May 2021 and June 2021", "2015年和2020年竣工的桥"])
def test_two_times_are_no_limits(text):
    assert not bounds(in_one_form(text))


def test_a_limit_before_two_times_is_kept():
    assert len(bounds(in_one_form("over 5 points between 2015 and 2020"))) == 2
