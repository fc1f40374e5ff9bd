"""Bounds whose noun is all that a field is called: "more than 100 pages" of `pages`, 超过100页 of 页数."""

from __future__ import annotations

import pytest

import kgllm


def graph(field: str, kind: str = "trees", name: str = "name"):
    rows = [{name: thing, field: number} for thing, number in (("Olm", 120), ("Vass", 300), ("Quill", 210), ("Reed", 90))]
    return kgllm.GraphQA(kgllm.load({kind: rows}))


@pytest.mark.parametrize("field", ["pages", "page_count", "number_of_pages", "people", "days", "years", "rings", "minutes"])
def test_a_field_is_named_by_what_a_bound_counts(field):
    noun = {"page_count": "pages", "number_of_pages": "pages"}.get(field, field)
    qa = graph(field)
    assert {one.name for one in qa.ask(f"Which trees have more than 100 {noun}?").entities} == {"Vass", "Quill", "Olm"}
    assert qa.ask(f"How many trees have fewer than 200 {noun}?").value == 2
    assert qa.ask(f"Does Quill have more than 250 {noun}?").verdict is False


@pytest.mark.parametrize(
    ("question", "expected"), [("哪些书超过100页？", {"Vass", "Quill", "Olm"}), ("200页以上的书有哪些", {"Vass", "Quill"})]
)
def test_so_is_one_in_chinese(question, expected):
    assert {one.name for one in graph("页数", "书", "书名").ask(question).entities} == expected


def test_a_year_is_no_number_of_years():
    rows = [{"name": name, "year": year} for name, year in (("Olm", 1999), ("Vass", 2003), ("Quill", 2010))]
    answer = kgllm.GraphQA(kgllm.load({"films": rows})).ask("films with more than 5 years")
    assert answer.abstained
