"""Bounds that follow their number: "2000 or later", 1950年及以前."""

from __future__ import annotations

import pytest

import kgllm

FILMS = [{"name": name, "year": year, "score": score} for name, year, score in (("Gull", 1988, 7), ("Heron", 2000, 9), ("Ibis", 2011, 8))]
TREES = [
    {"名称": name, "年龄": age, "种植年份": year} for name, age, year in (("古柏", 300, 1725), ("银杏", 120, 1905), ("香樟", 40, 1985))
]


@pytest.mark.parametrize(
    ("rows", "table", "question", "expected"),
    [
        (FILMS, "films", "Which films have a year of 2000 or later?", {"Heron", "Ibis"}),
        (FILMS, "films", "films of the year 2000 or earlier", {"Gull", "Heron"}),
        (FILMS, "films", "Which films have a score of 8 or lower?", {"Gull", "Ibis"}),
        (TREES, "树木", "1905年及以前种植的树木有哪些？", {"古柏", "银杏"}),
        (TREES, "树木", "1905年或以后种植的树木有哪些？", {"银杏", "香樟"}),
    ],
)
def test_the_number_itself_is_within(rows: list[dict[str, object]], table: str, question: str, expected: set[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(rows, table=table)).ask(question)
    assert {node.name for node in answer.entities} == expected


def test_a_bound_is_not_left_out_where_no_word_says_of_what_it_is() -> None:
    answer = kgllm.GraphQA(kgllm.load(FILMS, table="films")).ask("Which films are from 2000 or later?")
    assert answer.abstained or {node.name for node in answer.entities} == {"Heron", "Ibis"}
