"""What a denial takes with it, "or" between names, and conditions that nothing meets, on small graphs in English and Chinese."""

from __future__ import annotations

import pytest

import kgllm


def _names(answer: kgllm.Answer) -> set[str]:
    return set() if answer.abstained else {node.name for node in answer.entities}


@pytest.fixture(scope="module")
def lamps() -> kgllm.GraphQA:
    rows = [("Alba", "red", "Olm"), ("Bryn", "red", "Vass"), ("Cora", "green", "Olm"), ("Dane", "green", "Vass"), ("Elin", "red", "Olm"), ("Fay", "blue", "Kerr"), ("Gus", "red", "Kerr")]  # fmt: skip
    makers = [{"name": name, "city": city} for name, city in (("Olm", "Ulm"), ("Vass", "Graz"), ("Kerr", "Graz"))]
    tables = {"lamps": [{"name": name, "color": color, "maker": maker} for name, color, maker in rows], "makers": makers}
    return kgllm.GraphQA(kgllm.load(tables, refers={"maker": "makers"}))


@pytest.fixture(scope="module")
def lands() -> kgllm.GraphQA:
    rows = [("France", "euro", ["Spain", "Italy", "Switzerland"], "Europe"), ("Spain", "euro", ["France", "Portugal"], "Europe"), ("Italy", "euro", ["France", "Switzerland"], "Europe"), ("Switzerland", "franc", ["France", "Italy"], "Europe"), ("Portugal", "euro", ["Spain"], "Europe"), ("Peru", "sol", ["Chile"], "America"), ("Chile", "peso", ["Peru"], "America")]  # fmt: skip
    tables = {"countries": [dict(zip(("name", "currency", "neighbours", "continent"), row, strict=True)) for row in rows]}
    return kgllm.GraphQA(kgllm.load(tables, refers={"neighbours": "countries"}))


@pytest.fixture(scope="module")
def courses() -> kgllm.GraphQA:
    rows = [("代数", "必修", "张老师"), ("几何", "必修", "李老师"), ("绘画", "选修", "张老师"), ("声乐", "选修", "李老师"), ("统计", "必修", "张老师"), ("陶艺", "实践", "王老师"), ("逻辑", "必修", "王老师")]  # fmt: skip
    return kgllm.GraphQA(kgllm.load([{"名称": name, "性质": kind, "教师": by} for name, kind, by in rows], table="课程"))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which red lamps does Olm not make?", {"Bryn", "Gus"}),
        ("Which red lamps are not made by Olm?", {"Bryn", "Gus"}),
        ("red lamps not made by Olm", {"Bryn", "Gus"}),
        ("Which lamps of Olm are not red?", {"Cora"}),
        ("Which lamps does Olm not make?", {"Bryn", "Dane", "Fay", "Gus"}),
        ("Which lamps does neither Olm nor Vass make?", {"Fay", "Gus"}),
        ("Which lamps are neither red nor green?", {"Fay"}),
        ("Which lamps are not red and not made by Vass?", {"Cora", "Fay"}),
    ],
)
def test_what_was_said_before_a_denial_stays_said(lamps: kgllm.GraphQA, question: str, expected: set[str]) -> None:
    assert _names(lamps.ask(question)) == expected


def test_how_many_are_not_so(lamps: kgllm.GraphQA) -> None:
    assert lamps.ask("How many red lamps does Olm not make?").value == 2


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which neighbours of France do not use the euro?", {"Switzerland"}),
        ("neighbours of France without the euro", {"Switzerland"}),
        ("Which countries in Europe do not use the euro?", {"Switzerland"}),
        ("Which European countries do not border France?", {"Portugal"}),
    ],
)
def test_things_at_the_end_of_a_path_that_are_not_so(lands: kgllm.GraphQA, question: str, expected: set[str]) -> None:
    assert _names(lands.ask(question)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("哪些必修课程不是张老师教的？", {"几何", "逻辑"}),
        ("张老师的课程中哪些不是必修？", {"绘画"}),
        ("教师不是张老师的必修课程有哪些？", {"几何", "逻辑"}),
        ("哪些课程既不是必修也不是选修？", {"陶艺"}),
        ("哪些课程的教师不是张老师？", {"几何", "声乐", "陶艺", "逻辑"}),
    ],
)
def test_in_chinese_the_clause_around_it_is_denied(courses: kgllm.GraphQA, question: str, expected: set[str]) -> None:
    assert _names(courses.ask(question)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which lamps are red or green?", {"Alba", "Bryn", "Cora", "Dane", "Elin", "Gus"}),
        ("Which red lamps are made by Olm or Vass?", {"Alba", "Bryn", "Elin"}),
        ("Which lamps of Olm are red or blue?", {"Alba", "Elin"}),
    ],
)
def test_what_is_so_of_any(lamps: kgllm.GraphQA, question: str, expected: set[str]) -> None:
    assert _names(lamps.ask(question)) == expected


def test_any_of_two_on_paths_and_in_chinese(lands: kgllm.GraphQA, courses: kgllm.GraphQA) -> None:
    assert _names(lands.ask("Which countries border Peru or Portugal?")) == {"Chile", "Spain"}
    assert _names(lands.ask("Which countries use the sol or the peso?")) == {"Peru", "Chile"}
    assert _names(courses.ask("必修或选修的课程有哪些？")) == {"代数", "几何", "绘画", "声乐", "统计", "逻辑"}
    assert _names(courses.ask("张老师或李老师的必修课程有哪些？")) == {"代数", "几何", "统计"}


@pytest.mark.parametrize("question", ["Which green lamps does Kerr make?", "Which red lamps are made by Olm and Vass?"])
def test_where_nothing_meets_all_conditions_none_is_left_out(lamps: kgllm.GraphQA, question: str) -> None:
    assert lamps.ask(question).abstained


def test_of_places_too(lands: kgllm.GraphQA, courses: kgllm.GraphQA) -> None:
    assert lands.ask("countries in Europe with the sol").abstained
    assert courses.ask("王老师的选修课程有哪些？").abstained
    assert _names(lands.ask("Which countries in Europe use the euro?")) == {"France", "Spain", "Italy", "Portugal"}
