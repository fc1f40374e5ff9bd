"""Nouns that are told one of another are a step each: one said again is walked again, and a path that leaves one out answers nothing."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation

BOSSES = {"Ann": "Bea", "Bea": "Cid", "Cid": "Dov", "Eve": "Bea", "Fay": "Cid", "Gus": "Fay"}
SALARIES = {name: 1000 + n for n, name in enumerate(("Ann", "Bea", "Cid", "Dov", "Eve", "Fay", "Gus"))}
ENGLISH = [
    *[(Entity(one, types=("person",)), "boss", Entity(boss, types=("person",))) for one, boss in BOSSES.items()],
    *[(Entity(one, types=("person",)), "salary", salary) for one, salary in SALARIES.items()],
]
CHINESE = [
    *[
        (Entity(f"{one}明", types=("人",)), "上级", Entity(f"{boss}明", types=("人",)))
        for one, boss in zip("安贝茜", "贝茜多", strict=True)
    ],
    *[(Entity(f"{one}明", types=("人",)), "工资", 1000 + n) for n, one in enumerate("安贝茜多")],
]
DECAYS = [
    ("Ra-226", "decays to", "Rn-222"),
    ("Rn-222", "decays to", "Po-218"),
    ("Po-218", "decays to", "Pb-214"),
    ("Pb-214", "decays to", "Bi-214"),
]
HALVES = [(name, "half_life", f"{n + 3} d") for n, (name, _, _) in enumerate(DECAYS)]
TYPED = [
    Fact(Entity(one, types=("nuclide",)), Relation(of), Entity(end, types=("nuclide",)), ((Relation("fraction"), Literal("0.5")),))
    for one, of, end in DECAYS
]


@pytest.fixture(scope="module")
def staff():
    return kgllm.GraphQA(kgllm.load(ENGLISH))


@pytest.fixture(scope="module")
def chinese():
    return kgllm.GraphQA(kgllm.load(CHINESE))


@pytest.fixture(scope="module")
def decays():
    return kgllm.GraphQA(kgllm.load([*TYPED, *(Fact(Entity(one), Relation(of), Literal(end)) for one, of, end in HALVES)]))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What is the salary of the boss of Ann?", ["1001"]),
        ("What is the salary of the boss of the boss of Ann?", ["1002"]),
        ("What is the salary of Ann's boss's boss?", ["1002"]),
        ("Who is Ann's boss's boss?", ["Cid"]),
        ("What is the salary of the person Ann?", ["1000"]),
        ("What is the salary of the neighbour of Ann?", []),  # not Ann's
        ("What is the salary of Ann's neighbour's boss?", []),
        ("Who is the boss of the boss of Dov?", []),  # who has none; not whose boss's boss he is
        ("Who is the boss of the boss of the boss of the boss of Ann?", []),
    ],
)
def test_each_noun_of_a_chain_is_a_step(staff, question, answers):
    answer = staff.ask(question)
    assert sorted(one.name for one in answer.entities) == answers, answer.text


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("安明的上级的工资是多少？", ["1001"]),
        ("安明的上级的上级的工资是多少？", ["1002"]),
        ("安明的上级的上级是谁？", ["茜明"]),
    ],
)
def test_a_chinese_noun_said_again_is_walked_again(chinese, question, answers):
    answer = chinese.ask(question)
    assert sorted(one.name for one in answer.entities) == answers, answer.text


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What does Ra-226 decay to?", ["Rn-222"]),
        ("What does the daughter of Ra-226 decay to?", ["Po-218"]),
        ("What does the daughter of the daughter of Ra-226 decay to?", ["Pb-214"]),
        ("What is the half-life of the daughter of Ra-226?", ["4 d"]),
        ("Ra-226衰变产物的衰变产物又衰变成什么？", ["Pb-214"]),
        ("What does Bi-214 decay to?", []),  # how often others do that become it is not asked
    ],
)
def test_a_verb_behind_a_chain_is_one_more_step(decays, question, answers):
    answer = decays.ask(question)
    assert sorted(one.name for one in answer.entities) == answers, answer.text


@pytest.mark.parametrize("turned", [False, True])
def test_what_a_director_directs_is_no_director(turned):
    facts = [("Lana", "DIRECTED", "The Matrix"), ("Lana", "DIRECTED", "Speed Racer"), ("Guo", "DIRECTED", "Earth"), ("Speed Racer", "released", 2008)]  # fmt: skip
    facts = [(film, "directed_by", who) if turned and relation == "DIRECTED" else (who, relation, film) for who, relation, film in facts]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("What did the director of Speed Racer direct?")
    assert [str(one) for one in answer.entities] == ["The Matrix"]


PEOPLE = [
    ("Alien", "director", "Scott"),
    ("Alien", "genre", "horror"),
    ("Heat", "director", "Mann"),
    ("Ann", "birthplace", "Paris"),
    ("Paris", "mayor", "Anne"),
    ("Paris", "population", "2000000"),
    ("奥姆", "导演", "安明"),
    ("奥姆", "片长", "100"),
    ("乌姆", "导演", "贝华"),
    ("安明", "出生地", "罗马"),
    ("罗马", "市长", "李雷"),
]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Who is the director of Alien?", ["Scott"]),
        ("Who is the mayor of the birthplace of Ann?", ["Anne"]),
        ("Who is the wife of the director of Alien?", []),  # a wife is a person, and so is he
        ("Who is the lawyer of the mayor of the birthplace of Ann?", []),
        ("Who is married to the director of Alien?", []),
        ("How old is the director of Alien?", []),
        ("the phone number of the mayor of Paris", []),
        ("奥姆的导演出生在哪里？", ["罗马"]),
        ("奥姆的导演的出生地的市长是谁？", ["李雷"]),
        ("奥姆的导演的妻子是谁？", []),
        ("奥姆的导演的工资是多少？", []),
        ("奥姆的导演的妻子出生在哪里？", []),
        ("安明导演的所有电影", ["奥姆"]),  # what he directed, and no step more
        ("奥姆的导演多大了？", []),
    ],
)
def test_what_no_step_says_of_somebody_is_not_somebody_else(question, answers):
    answer = kgllm.GraphQA(kgllm.load(PEOPLE)).ask(question)
    assert sorted(one.name for one in answer.entities) == answers, answer.text
    assert answer.abstained is (not answers)
