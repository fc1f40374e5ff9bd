"""Questions about a thing that is told by what it holds."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity
from kgllm.words.referring import referred

PLACES = (("Amsel", "lane", "Nordend", "quarter"), ("Nordend", "quarter", "Lund", "town"), ("Birke", "lane", "Suhr", "quarter"), ("Suhr", "quarter", "Mark", "town"))  # fmt: skip
SHIPS = (("海燕", "北海舰队", "刘明"), ("飞鱼", "南海舰队", "张伟"))


@pytest.fixture(scope="module")
def towns():
    facts = [(Entity(one, types=(kind,)), "lies in", Entity(other, types=(above,))) for one, kind, other, above in PLACES]
    for n, name in enumerate(("Nordend", "Suhr")):
        facts += [(Entity(name, types=("quarter",)), "founded", 1800 + n), (Entity(name, types=("quarter",)), "warden", f"Warden {n}")]
        facts += [(Entity(name, types=("quarter",)), "number", 40 + n)]
    for n, name in enumerate(("Lund", "Mark")):
        facts += [(Entity(name, types=("town",)), "founded", 1200 + n), (Entity(name, types=("town",)), "mayor", Entity(f"Mayor {n}"))]
    facts += [(Entity("Amsel", types=("lane",)), "founded", 1900), (Entity("Birke", types=("lane",)), "founded", 1901)]
    return kgllm.GraphQA(kgllm.load(facts))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the quarter that Amsel belongs to founded?", "1800"),
        ("When was the town founded that Amsel is in?", "1200"),
        ("Who is the mayor of the town that Birke lies in?", "Mayor 1"),
        ("When was the town that Suhr is part of founded?", "1201"),
        ("What is the number of the quarter that Birke belongs to?", "41"),
        ("When was the harbour that Amsel belongs to founded?", None),
    ],
)
def test_what_something_belongs_to(towns, question, expected):
    answer = towns.ask(question)
    if expected is None:
        assert answer.abstained or "1900" not in answer.text
    else:
        assert [one.name for one in answer.entities] == [expected]


def test_in_chinese():
    facts = [(Entity(ship, types=("军舰",)), "舰队", Entity(fleet, types=("舰队",))) for ship, fleet, _ in SHIPS]
    facts += [(Entity(fleet, types=("舰队",)), "司令", Entity(chief)) for _, fleet, chief in SHIPS]
    facts += [(Entity(ship, types=("军舰",)), "舰长", Entity(f"舰长{n}")) for n, (ship, _, _) in enumerate(SHIPS)]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert [one.name for one in qa.ask("海燕所属的舰队的司令是谁？").entities] == ["刘明"]
    assert [one.name for one in qa.ask("飞鱼所在舰队司令是谁").entities] == ["张伟"]
    assert [one.name for one in qa.ask("飞鱼所属的舰队是什么？").entities] == ["南海舰队"]

    assert referred("海燕所属的舰队里还有哪些军舰？", (0, 2)) == []  # it is none of the others


def test_what_points_at_a_noun_is_no_part_of_it_and_half_a_word_is_none():
    text = "海燕所属的那支舰队有多少人？"
    nouns = [text[slice(*one.noun)] for one in referred(text, (0, 2))]
    assert nouns[-1] == "舰队" and "那支舰队" not in nouns
