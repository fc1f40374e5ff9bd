"""Whether something is in another, where "in" names no relation; and neighbours of neighbours."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity

FACTS = [
    *[(Entity(poem), "chapter", Entity(of)) for poem, of in (("鹿鸣", "小雅"), ("四牡", "小雅"), ("硕鼠", "国风"), ("关雎", "国风"))],
    *[(Entity(poem), "section", Entity(of)) for poem, of in (("硕鼠", "魏风"), ("关雎", "周南"), ("葛覃", "周南"))],
    (Entity("Hilltop"), "division", Entity("North")),
    (Entity("Meadow"), "division", Entity("South")),
    (Entity("Quarter"), "located_in", Entity("Town")),
    (Entity("Town"), "located_in", Entity("Land")),
    *[
        (Entity(one), "neighbours", Entity(other))
        for one, other in (("Aland", "Bland"), ("Bland", "Aland"), ("Bland", "Cland"), ("Cland", "Bland"))
    ],
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("鹿鸣属于小雅吗？", True),
        ("硕鼠在周南里吗", False),
        ("硕鼠出自国风吗？", True),
        ("《关雎》是不是属于小雅？", False),
        ("Does Hilltop belong to North?", True),
        ("Is Meadow part of North?", False),
        ("Is Quarter in Town?", True),
        ("Is Quarter in Land?", True),
        ("Does Aland border Bland?", True),
        ("Does Aland border Cland?", False),
        ("Is Aland next to Cland?", False),
        ("Aland和Cland接壤吗？", False),
    ],
)
def test_a_direct_fact_says_yes_and_a_neighbour_of_a_neighbour_is_none(qa, question, verdict):
    answer = qa.ask(question)
    assert answer.verdict is verdict, answer.text


MILLS = [
    {"name": "Ash Mill", "birth_country": "Norland", "place": "Olm", "town": "Olm"},
    {"name": "Elm Mill", "birth_country": "Sudland", "place": "Tarn", "town": "Tarn"},
]


@pytest.mark.parametrize(
    ("question", "verdict"),
    [("Is Ash Mill in Tarn?", False), ("Is Ash Mill in Olm?", True), ("Ash Mill在Tarn吗？", False), ("Is Ash Mill in Sudland?", False)],
)
def test_what_is_in_one_town_is_in_no_other(question, verdict):
    tables = {"mills": MILLS, "towns": [{"name": "Olm"}, {"name": "Tarn"}], "countries": [{"name": "Norland"}, {"name": "Sudland"}]}
    refers = {"town": "towns", "birth_country": "countries"}
    answer = kgllm.GraphQA(kgllm.load(tables, key="name", refers=refers)).ask(question)
    assert answer.verdict is verdict
