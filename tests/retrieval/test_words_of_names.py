"""Words within names say nothing of how a question is meant: "Same Sky", "First Blood", 也门; and initials of a field name nothing."""

from __future__ import annotations

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation


def test_a_name_that_holds_a_word_for_what_is_shared() -> None:
    facts = [("Anna", "member of", "The Same Boat"), ("Bert", "member of", "The Same Boat"), ("Cleo", "member of", "Tide")]
    facts += [(who, "is retired", yes) for who, yes in (("Anna", True), ("Bert", False), ("Cleo", True), ("Dora", True))]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert {entity.name for entity in qa.ask("Who is a member of The Same Boat?").entities} == {"Anna", "Bert"}


def clubs() -> kgllm.GraphQA:
    rows = (
        ("Ardent", "Common Ground", True),
        ("Bellow", "Common Ground", False),
        ("Corvid", "Tide", True),
        ("Dapple", "Common Ground", True),
    )
    made = []
    for name, rule, yes in rows:
        club = Entity(name, types=("clubs",))
        made.append(Fact(club, Relation("rules"), Entity(rule, types=("rules",))))
        made.append(Fact(club, Relation("fifaCertified"), Literal(str(yes).lower(), datatype="bool", value=yes)))
    return kgllm.GraphQA(kgllm.load(made))


def test_a_yes_beside_a_name_whose_kind_is_told() -> None:
    qa = clubs()
    for question in (
        "Which clubs are FIFA certified and have the rule Common Ground?",
        "Which FIFA certified clubs have the rule Common Ground?",
    ):
        assert {entity.name for entity in qa.ask(question).entities} == {"Ardent", "Dapple"}, question


def test_a_no_beside_a_name() -> None:
    answer = clubs().ask("Which clubs that are not FIFA certified have the rule Common Ground?")
    assert {entity.name for entity in answer.entities} == {"Bellow"}


def test_what_is_passed_or_won_in_chinese() -> None:
    made = []
    for name, kind, yes in (("青山", "绿茶", True), ("白石", "绿茶", False), ("玉泉", "红茶", False), ("云峰", "绿茶", True)):
        tea = Entity(name, types=("茶园",))
        made += [
            Fact(tea, Relation("品种"), Entity(kind, types=("品种",))),
            Fact(tea, Relation("有机认证"), Literal(str(yes).lower(), datatype="bool", value=yes)),
        ]
    qa = kgllm.GraphQA(kgllm.load(made))
    assert {entity.name for entity in qa.ask("哪些茶园通过了有机认证？").entities} == {"青山", "云峰"}
    assert qa.ask("没有通过有机认证的茶园有多少个？").value == 2
