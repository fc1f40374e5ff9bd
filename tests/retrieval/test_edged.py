"""Numbers on facts themselves (qualifiers, attributes of edges) choose among the facts: graphs of four domains, both languages."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation


def facts(relation: str, mark: str, *rows: tuple[str, str, object], types: tuple[str, str] = ("", "")) -> list[Fact]:
    """Facts with one number each: (subject, object, number)."""
    made, [of, to] = [], [(kind,) if kind else () for kind in types]
    for subject, object_, number in rows:
        value = number if isinstance(number, (int, float)) else str(number)
        made.append(
            Fact(
                Entity(subject, types=of),
                Relation(relation),
                Entity(object_, types=to),
                ((Relation(mark), Literal(str(number), value=value)),),
            )
        )
    return made


FIRM = facts(
    "shareholder",
    "share",
    ("Olm Ltd", "Ada Quist", 55),
    ("Olm Ltd", "Vass Fund", 30),
    ("Pell AG", "Vass Fund", 80),
    ("Pell AG", "Ada Quist", 20),
)
FRACTION = facts("shareholder", "share", ("Olm Ltd", "Ada Quist", 0.55), ("Olm Ltd", "Vass Fund", 0.3), ("Olm Ltd", "Mo Reed", 0.15))
FUNDS = facts(
    "股东",
    "持股比例",
    ("甲公司", "王芳", 55),
    ("甲公司", "李强", 30),
    ("甲公司", "海河基金", 15),
    ("乙公司", "李强", 80),
    ("乙公司", "王芳", 20),
)
CHOIR = facts(
    "member_of",
    "joined",
    ("Bo", "Lark Choir", 2012),
    ("Cy", "Lark Choir", 2008),
    ("Di", "Chess Ring", 2018),
    ("Cy", "Chess Ring", 2001),
    types=("member", "club"),
)
BAND = facts("加入", "加入年份", ("赵一", "书画社", 2008), ("钱二", "书画社", 2012), ("李四", "棋社", 2018), types=("社员", "社团"))
STAGE = facts("plays_for", "goals", ("Mia", "Falcons", 12), ("Ned", "Falcons", 3), ("Pia", "Herons", 20), types=("player", "team"))
RIVERS = facts("tributary", "distance_km", ("Great Orr", "Little Ull", 40), ("Great Orr", "Brown Esk", 210), ("Great Orr", "Cold Tay", 95))


@pytest.mark.parametrize(
    ("graph", "question", "expected"),
    [
        (FIRM, "Who are the shareholders of Olm Ltd with more than 50%?", {"Ada Quist"}),
        (FIRM, "shareholders of Olm Ltd with more than 50%", {"Ada Quist"}),
        (FIRM, "Which shareholders have a share over 50%?", {"Ada Quist", "Vass Fund"}),
        (FIRM, "Who is the largest shareholder of Pell AG?", {"Vass Fund"}),
        (FRACTION, "Which shareholders of Olm Ltd hold more than 20%?", {"Ada Quist", "Vass Fund"}),
        (FUNDS, "持股比例超过50%的股东有哪些？", {"王芳", "李强"}),
        (FUNDS, "甲公司持股超过20%的股东有哪些？", {"王芳", "李强"}),
        (FUNDS, "谁是甲公司的最大股东？", {"王芳"}),
        (FUNDS, "甲公司的第二大股东是谁？", {"李强"}),
        (CHOIR, "Which members joined after 2010?", {"Bo", "Di"}),
        (CHOIR, "Which members of Lark Choir joined after 2010?", {"Bo"}),
        (CHOIR, "Who joined the Lark Choir before 2010?", {"Cy"}),
        (BAND, "2010年以后加入书画社的社员有哪些？", {"钱二"}),
        (BAND, "哪些社员是2010年之后加入的？", {"钱二", "李四"}),
        (STAGE, "Which players of Falcons scored more than 5 goals?", {"Mia"}),
        (STAGE, "Which players have more than 10 goals?", {"Mia", "Pia"}),
        (STAGE, "Who has the most goals for Falcons?", {"Mia"}),
        (RIVERS, "Which tributaries of Great Orr have a distance of more than 90 km?", {"Brown Esk", "Cold Tay"}),
    ],
)
def test_facts_are_chosen_by_the_number_on_them(graph: list[Fact], question: str, expected: set[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(graph)).ask(question)
    assert {entity.name for entity in answer.entities} == expected, answer.text


def test_the_numbers_are_shown_and_the_facts_cited() -> None:
    answer = kgllm.GraphQA(kgllm.load(FIRM)).ask("Who are the shareholders of Olm Ltd with more than 50%?")
    assert answer.text == "Ada Quist (55) [1]"
    assert [str(value) for _, value in answer.facts[0].qualifiers] == ["55"]


@pytest.mark.parametrize(
    ("graph", "question"),
    [
        (RIVERS, "Which is the oldest tributary of Great Orr?"),  # no number on the facts is an age
        (CHOIR, "Which members of Lark Choir sing louder than 90 dB?"),
        (FIRM, "Which towns joined after 2010?"),
        (FUNDS, "身高超过180厘米的股东有哪些？"),
    ],
)
def test_what_no_number_is_of_is_not_chosen_by_it(graph: list[Fact], question: str) -> None:
    assert kgllm.GraphQA(kgllm.load(graph)).ask(question).abstained


def test_a_number_that_the_things_have_themselves_comes_first() -> None:
    own = [(name, "annual revenue", value) for name, value in (("Ada Quist", 5), ("Vass Fund", 90))]
    graph = kgllm.load([*FIRM, *(Fact(Entity(name), Relation(field), Literal(str(value), value=value)) for name, field, value in own)])
    answer = kgllm.GraphQA(graph).ask("Which shareholder of Olm Ltd has the highest annual revenue?")
    assert [entity.name for entity in answer.entities] == ["Vass Fund"]


def test_a_bound_of_time_counts_no_things() -> None:
    graph = kgllm.load([(f"Singer {n}", "member of", "Lark Choir") for n in range(4)])
    assert kgllm.GraphQA(graph).ask("Who was a member of Lark Choir before 1990?").abstained
