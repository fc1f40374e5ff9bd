"""How many there are in all of what each part of a thing has a number of."""

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation

HOUSES = {"North Lodge": ("Alder Estate", 4), "South Lodge": ("Alder Estate", 6), "Mill": ("Alder Estate", 4), "Barn": ("Birch Estate", 2)}


def estates() -> kgllm.GraphQA:
    facts = []
    for name, (estate, rooms) in HOUSES.items():
        house = Entity(name, types=("house",))
        facts += [
            Fact(house, Relation("estate"), Entity(estate, types=("estate",))),
            Fact(house, Relation("rooms"), Literal(str(rooms), rooms)),
        ]
    return kgllm.GraphQA(kgllm.load(facts))


@pytest.mark.parametrize(
    "question",
    ["How many rooms does Alder Estate have in total?", "How many rooms does Alder Estate have altogether?"],
)
def test_the_parts_are_added(question: str) -> None:
    answer = estates().ask(question)
    assert answer.value == 14
    assert len([fact for fact in answer.facts if fact.relation.name == "rooms"]) == 3


def test_which_numbers_there_are_is_not_how_many() -> None:
    answer = estates().ask("How many rooms does Alder Estate have?")
    assert answer.abstained or answer.value == 14


def test_one_thing_has_its_own_number() -> None:
    assert estates().ask("How many rooms does South Lodge have?").value == 6


def test_chinese() -> None:
    rows = [("一分店", "永安集团", 30), ("二分店", "永安集团", 45), ("三分店", "永安集团", 30), ("甲店", "太平集团", 9)]
    facts = []
    for shop, group, staff in rows:
        one = Entity(shop, types=("门店",))
        facts += [Fact(one, Relation("所属集团"), Entity(group, types=("集团",))), Fact(one, Relation("员工"), Literal(str(staff), staff))]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("永安集团一共有多少员工？")
    assert answer.value == 105
