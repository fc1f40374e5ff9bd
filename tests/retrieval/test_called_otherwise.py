"""Ends that are by their names, or by what leads to them, of the kind that is asked for."""

import pytest

import kgllm

STUDIES = [("Ann Vell", "studied_at", place) for place in ("Adder School", "Hill College", "University of Olm", "Zed")]
WATERS = [("Olm", "waters", water) for water in ("Adder Lake", "Tarn River")]
HAN = [("奥姆", "水域", "阿德湖"), ("奥姆", "水域", "塔恩河")]
PLACES = [
    *(("Mount Zed", "contained_by", place) for place in ("Aster County", "Norland", "West Moor")),
    ("Ann Vell", "country", "Norland"),
    ("Bo Tan", "state", "West Moor"),
    ("Cy Reed", "leads", "Sorland"),
    ("Sorland", "capital", "Tarn"),
    ("Tarn", "country", "Newland"),
    ("Di Fox", "country", "Sorland"),
    ("Gull Inc", "located_in", "Tarn"),
]


@pytest.mark.parametrize(
    ("facts", "question", "first", "last"),
    [
        (STUDIES, "What college did Ann Vell study at?", "Hill College", "University of Olm"),
        (WATERS, "Which river is among the waters of Olm?", "Tarn River", "Adder Lake"),
        (HAN, "奥姆的水域有哪条河？", "塔恩河", "阿德湖"),
    ],
)
def test_what_is_called_otherwise_comes_last(facts, question, first, last):
    found = [str(one) for one in kgllm.GraphQA(kgllm.load(facts)).ask(question).entities]
    assert (found[0], found[-1]) == (first, last)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What state is Mount Zed in?", "West Moor"),
        ("Which country is Mount Zed in?", "Norland"),
        ("What county is Mount Zed in?", "Aster County"),
        ("What country does Cy Reed lead?", "Sorland"),
        ("In which country is Gull Inc?", "Newland"),
    ],
)
def test_of_places_within_each_other_that_of_the_kind_is_told(question, answer):
    assert [str(one) for one in kgllm.GraphQA(kgllm.load(PLACES)).ask(question).entities] == [answer]
