"""What a code or another name means is told by its own name; a value that several things have, or a noun for something else, means none."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity, Fact, Relation

OTTERS = [
    {"key": "M017", "name": "Sea Otter", "latin": "Enhydra lutris", "aliases": "sea beaver", "order": "Carnivora"},
    {"key": "M018", "name": "River Otter", "latin": "Lutra lutra", "aliases": "fish otter", "order": "Carnivora"},
    {"key": "M019", "name": "Harbour Seal", "latin": "Phoca vitulina", "aliases": "common seal", "order": "Carnivora"},
    {"key": "M020", "name": "白鳍豚", "latin": "Lipotes vexillifer", "aliases": "中华江豚", "order": "Cetacea"},
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load({"mammals": OTTERS}, key="key", name="name"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which mammal is M018?", "River Otter"),
        ("Which mammal is Lutra lutra?", "River Otter"),
        ("Lutra lutra common name", "River Otter"),
        ("M019", "Harbour Seal"),
        ("name of M017", "Sea Otter"),
        ("M020是哪种mammals？", "白鳍豚"),
        ("中华江豚是什么？", "白鳍豚"),
        ("Lipotes vexillifer叫什么名字？", "白鳍豚"),
    ],
)
def test_what_is_meant(qa, question, answer):
    assert [str(one) for one in qa.ask(question).entities] == [answer]


@pytest.mark.parametrize(
    "question", ["Which order is M018?", "Which mammal is Carnivora?", "What is the latin of M018?", "M018的latin是什么？"]
)
def test_what_is_not_asked(qa, question):
    assert "River Otter" not in [str(one) for one in qa.ask(question).entities] or question == "Which mammal is Carnivora?"


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Who was Carolus Orr?", {"glazier", "poet"}),  # another spelling of a name says nothing of who somebody is
        ("Who is Cárl Örr?", {"glazier", "poet"}),
        ("Who is The Old Glass?", {"Carl Orr"}),
        ("Who is Annah Vell?", {"Anna Vell"}),  # nothing is told of what she is
    ],
)
def test_who_somebody_is(question, answers):
    facts = [("Carl Orr", "profession", "glazier"), ("Carl Orr", "profession", "poet"), ("Anna Vell", "born in", "Olm")]
    known = {"Carl Orr": ("Carolus Orr", "The Old Glass"), "Anna Vell": ("Annah Vell",)}
    made = [Fact(Entity(name, aliases=known[name]), Relation(relation), Entity(end)) for name, relation, end in facts]
    assert {str(one) for one in kgllm.GraphQA(kgllm.load(made)).ask(question).entities} == answers
