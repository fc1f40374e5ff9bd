"""No to whether something is in a place: where the relation says of what level its places are, and leads to another."""

from __future__ import annotations

import pytest

import kgllm

PLAYERS = [
    {"name": name, "birthCountry": country, "birthDay": day, "birthPlace": place}
    for name, country, day, place in (("Ida Berg", "Norway", 3, "Bergen"), ("Olm Vass", "Peru", 9, "Lima"), ("Per Lund", "Chile", 12, "Norway"))
]  # fmt: skip
FIRMS = [{"名称": name, "所在城市": city, "创始人": by} for name, city, by in (("云石", "杭州", "周明"), ("海川", "厦门", "吴桐"))]


@pytest.mark.parametrize(
    ("table", "question", "verdict"),
    [
        (PLAYERS, "Was Ida Berg born in Peru?", False),
        (PLAYERS, "Was Ida Berg born in Norway?", True),
        (FIRMS, "云石所在城市是厦门吗？", False),
        (FIRMS, "云石所在城市是杭州吗？", True),
    ],
)
def test_places_of_one_level_lie_in_no_other(table: list[dict[str, object]], question: str, verdict: bool) -> None:
    answer = kgllm.GraphQA(kgllm.load(table, table="things")).ask(question)
    assert not answer.abstained
    assert answer.verdict is verdict


def test_a_place_of_any_level_may_lie_in_another() -> None:
    rows = [("Ida Berg", "born in", "Bergen"), ("Per Lund", "born in", "Norway"), ("Olm Vass", "born in", "Lima")]
    assert kgllm.GraphQA(kgllm.load(rows)).ask("Was Ida Berg born in Norway?").verdict is not False


FOUNDERS = [("Ada", "Aster"), ("Bea", "Norland"), ("Cid", "Great Union"), ("Dora", "Aster"), ("Eli", "Norland")]
HALLS = [("东阁", "桃江区"), ("西苑", "云城"), ("南楼", "桃江区"), ("北堂", "海城"), ("中院", "云城")]


@pytest.mark.parametrize(
    ("facts", "question", "verdict"),
    [
        (
            [*((name, "birthCountry", of) for name, of in FOUNDERS), ("Aster", "part of", "Great Union")],
            "Was Ada born in Great Union?",
            True,
        ),
        (
            [*((name, "birthCountry", of) for name, of in FOUNDERS), ("Aster", "part of", "Great Union")],
            "Was Bea born in Great Union?",
            False,
        ),
        ([*((name, "birthCountry", of) for name, of in FOUNDERS), ("Aster", "part of", "Great Union")], "Was Cid born in Aster?", None),
        ([*((name, "birthCountry", of) for name, of in FOUNDERS), ("Aster", "crown", "Great Union")], "Was Ada born in Great Union?", None),
        ([*((name, "所在城市", of) for name, of in HALLS), ("桃江区", "隶属", "云城")], "东阁所在城市是云城吗？", True),
        ([*((name, "所在城市", of) for name, of in HALLS), ("桃江区", "隶属", "云城")], "西苑所在城市是桃江区吗？", None),
        ([*((name, "所在城市", of) for name, of in HALLS), ("桃江区", "直属", "云城")], "东阁所在城市是云城吗？", None),
        ([*((name, "所在城市", of) for name, of in HALLS), ("桃江区", "直属", "云城")], "北堂所在城市是云城吗？", False),
    ],
)
def test_what_lies_in_what_is_asked_is_no_no(facts: list[tuple[str, str, str]], question: str, verdict: bool | None) -> None:
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).verdict is verdict


@pytest.mark.parametrize(
    ("facts", "question"),
    [
        (
            [("Ann", "department", "Optics"), ("Ben", "department", "Physics"), ("Optics", "section of", "Physics")],
            "Is Ann's department Physics?",
        ),
        ([("Gull", "cuisine", "Sevan"), ("Ost", "cuisine", "Eastern"), ("Sevan", "kind of", "Eastern")], "Is the cuisine of Gull Eastern?"),
        ([("川味馆", "菜系", "川菜"), ("中和楼", "菜系", "中餐"), ("川菜", "上层", "中餐")], "川味馆的菜系是中餐吗？"),
    ],
)
def test_what_is_part_of_it_is_no_no_of_other_things_than_places(facts: list[tuple[str, str, str]], question: str) -> None:
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).verdict is not False


def test_the_capital_of_a_part_is_none_of_the_whole() -> None:
    facts = [("Tal", "capital of", "Aster"), ("Ulm", "capital of", "Rund"), ("Vass", "capital of", "Great Union")]
    facts += [
        ("Aster", "part of", "Great Union"),
        ("Rund", "part of", "Great Union"),
        ("Per", "governor of", "Aster"),
        ("Ost", "governor of", "Aster"),
    ]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert qa.ask("Is Tal the capital of Great Union?").verdict is not True
    assert qa.ask("Is Per the governor of Great Union?").verdict is not True


ROOMS = [("Course A", "room", "Turing 1"), ("Course B", "room", "Hall 2"), ("Course A", "code", "C1"), ("Course B", "code", "C2")]
DEPOTS = [("一号车", "车库", "东库"), ("二号车", "车库", "西库"), ("一号车", "司机", "李明"), ("二号车", "司机", "王芳")]


@pytest.mark.parametrize(
    ("facts", "question", "verdict"),
    [
        (ROOMS, "Is Course A held in Hall 2?", False),
        (ROOMS, "Is Course A held in Turing 1?", True),
        (DEPOTS, "一号车的车库是西库吗？", False),
        (DEPOTS, "一号车的车库是东库吗？", True),
    ],
)
def test_of_two_rooms_neither_lies_in_the_other(facts: list[tuple[str, str, str]], question: str, verdict: bool) -> None:
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).verdict is verdict
