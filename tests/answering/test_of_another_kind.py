"""What a path finds and is no answer: neither yes nor no, no time, no place, and another noun that shares a character."""

from __future__ import annotations

import networkx as nx
import pytest

import kgllm


@pytest.fixture(scope="module")
def books() -> kgllm.GraphQA:
    sayings = ("一举一动", "一丝不苟", "七上八下", "金木水火", "甲乙丙丁")
    return kgllm.GraphQA(
        kgllm.load(
            {
                "成语": [{"名": name, "释义": f"{name}的样子", "出处": "石林记"} for name in sayings],
                "书": [{"名": "石林记", "作者": "林石"}, {"名": "山川志", "作者": "林石"}],
                "作者": [{"名": "林石", "朝代": "清"}, {"名": "石林", "朝代": "明"}],
            },
            name="名",
            refers={"出处": "书", "书.作者": "作者"},
        )
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("林石是哪里人？", set()),
        ("林石是哪朝人？", {"清"}),
        ("金木水火的出处的作者是哪朝人？", {"清"}),
        ("《石林记》是哪一年出版的？", set()),
        ("金木水火的近义词是什么？", set()),
        ("金木水火的反义词", set()),
        ("金木水火的释义是什么？", {"金木水火的样子"}),
    ],
)
def test_chinese(books: kgllm.GraphQA, question: str, answer: set[str]) -> None:
    assert {end.name for end in books.ask(question).entities} == answer


def test_a_time_is_no_place(books: kgllm.GraphQA) -> None:
    assert books.ask("林石是哪里人？").confidence == 0.0


def test_a_date_that_is_claimed_is_told_to_be_another() -> None:
    rows = [{"name": "Mount Olm", "last_known_eruption": "2008 CE"}, {"name": "Mount Vass", "last_known_eruption": "1980 CE"}]
    answers = kgllm.GraphQA(kgllm.load({"volcanoes": rows}, name="name"))
    assert answers.ask("Did Mount Olm last erupt in 1980?").text == "No: 2008 CE [1]"


def test_a_question_for_yes_or_no_is_not_answered_by_a_neighbour() -> None:
    facts = [("Ann", "Cid", "writes to"), ("Bea", "Ann", "lives near")]
    graph = nx.MultiDiGraph()
    for name, trait in (("Ann", "Amphid, nociceptive"), ("Bea", "Amphid, nociceptive"), ("Cid", "Tail")):
        graph.add_node(name, trait=trait, line=f"AB {name}")
    for subject, thing, relation in facts:
        graph.add_edge(subject, thing, relation=relation)
    answers = kgllm.GraphQA(kgllm.load(graph, types="trait"))
    assert answers.ask("Is Ann nociceptive?").reason.startswith("yes_or_no")
    assert answers.ask("Who lives near Ann?").text == "Bea [1]"


@pytest.mark.parametrize(
    "question", ["What does the grade of Olmene mean?", "Olmene: what does its grade mean?", "Olmene的grade是什么意思？"]
)
def test_what_a_value_means(question: str) -> None:
    tables = {
        "chemicals": [{"name": "Olmene", "grade": "2A"}, {"name": "Vassol", "grade": "3"}],
        "grades": [{"grade": "2A", "meaning": "probably harmful"}, {"grade": "3", "meaning": "harmless"}],
    }
    answers = kgllm.GraphQA(
        kgllm.load(
            tables,
            key={"chemicals": "name", "grades": "grade"},
            name={"chemicals": "name", "grades": "grade"},
            refers={"chemicals.grade": "grades"},
        )
    )
    assert [end.name for end in answers.ask(question).entities] == ["probably harmful"]
