"""Things called by a kind and a number, asked about in Chinese where the graph calls them in English: rounds, chapters, buildings, seasons, laws."""

from __future__ import annotations

import pytest

import kgllm

LEAGUE = [("Round 3", "referee", "Ann Poe"), ("Round 4", "referee", "Jo Pike"), ("Round 13", "referee", "Cy Lund")]
BOOK = [("Chapter 5", "narrator", "Mara"), ("Chapter 15", "narrator", "Ivo"), ("Chapter 6", "narrator", "Lev")]
CAMPUS = [("Building 3", "architect", "Ann Poe"), ("Building B", "architect", "Ulla Tay"), ("Floor 3", "architect", "Bo Hart")]
PORT = [("Gate 12", "airline", "Kestrel Air"), ("Gate 2", "airline", "Wren Air")]
SHOW = [("Season 2 Episode 3", "director", "Kim Orr"), ("Season 2 Episode 4", "director", "Lee Ash"), ("Season 2", "composer", "Tom Rae")]
SAGA = [("Olm Season 2", "composer", "Una Fay"), ("Olm Season 3", "composer", "Cy Lund"), ("Olm", "country", "Peru")]
LAW = [("First Amendment", "adopted", "1791"), ("Article II", "subject", "the executive"), ("Article III", "subject", "the courts")]
TABLES = [("Group B", "winner", "Peru"), ("Group C", "winner", "Chile")]
CHINESE = [("第3轮", "裁判", "安波"), ("第4轮", "裁判", "乔派"), ("Round 4", "裁判", "Jo Pike")]


@pytest.mark.parametrize(
    ("graph", "question", "expected"),
    [
        (LEAGUE, "第3轮的裁判是谁？", "Ann Poe"),
        (LEAGUE, "第十三轮谁当裁判？", "Cy Lund"),
        (BOOK, "第五章的叙述者是谁？", "Mara"),
        (BOOK, "第15章的叙述者是谁？", "Ivo"),
        (CAMPUS, "三号楼是谁设计的？", "Ann Poe"),
        (CAMPUS, "3楼的建筑师是谁？", "Bo Hart"),
        (CAMPUS, "B座的建筑师是谁？", "Ulla Tay"),
        (PORT, "12号登机口是哪家航空公司的？", "Kestrel Air"),
        (SHOW, "第2季第3集的导演是谁？", "Kim Orr"),
        (SHOW, "第二季第四集是谁导演的？", "Lee Ash"),
        (SHOW, "第二季的作曲家是谁？", "Tom Rae"),
        (SAGA, "Olm第2季的作曲家是谁？", "Una Fay"),
        (SAGA, "Olm第三季的作曲家是谁？", "Cy Lund"),
        (LAW, "第一修正案是哪年通过的？", "1791"),
        (LAW, "第三条的主题是什么？", "the courts"),
        (TABLES, "B组的冠军是谁？", "Peru"),
        (CHINESE, "第四轮的裁判是谁？", "乔派"),
    ],
)
def test_a_number_and_a_chinese_noun_name_what_english_numbers(graph: list[tuple[str, str, str]], question: str, expected: str) -> None:
    answer = kgllm.GraphQA(kgllm.load(graph)).ask(question)
    assert [entity.name for entity in answer.entities] == [expected], answer.text


@pytest.mark.parametrize(
    ("graph", "question"), [(LEAGUE, "第7轮的裁判是谁？"), (BOOK, "第7章的叙述者是谁？"), (CAMPUS, "5号楼的建筑师是谁？")]
)
def test_another_number_is_another_thing(graph: list[tuple[str, str, str]], question: str) -> None:
    assert kgllm.GraphQA(kgllm.load(graph)).ask(question).abstained


def test_an_amount_is_no_name() -> None:
    links = kgllm.GraphQA(kgllm.load([("Episode 3", "director", "Kim Orr"), ("Olm", "episodes", "3")])).link("Olm有3集吗？")
    assert "Episode 3" not in [link.entity.name for link in links if hasattr(link.entity, "name")]


MANY = [("Olm, Season 3", "composer", "Una Fay"), ("Olm", "country", "Peru"), ("Esk Tower: Part II", "editor", "Bo Hart")]
MANY += [("Act (Article 4)", "subject", "the courts"), ("Act", "year", "1901")]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is the composer of Olm Season 5?", []),
        ("Olm第五季的作曲家是谁？", []),
        ("Who is the editor of Esk Tower Part 9?", []),
        ("Esk Tower第3部的编辑是谁？", []),
        ("What is the subject of Act Article 7?", []),
        ("Who is the composer of Olm Season 3?", ["Una Fay"]),
        ("Who is the editor of Esk Tower Part Two?", ["Bo Hart"]),
        ("Olm第三季的作曲家是谁？", ["Una Fay"]),
        ("What is the subject of Act Article 4?", ["the courts"]),
    ],
)
def test_of_one_series_another_number_is_not_meant(question: str, expected: list[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(MANY)).ask(question)
    assert [entity.name for entity in answer.entities] == expected, answer.text
