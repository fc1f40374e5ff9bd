"""What a question leaves out is in no answer, and who shares something with a thing is asked for in one word, too."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.words.shared import shared_said

STAFF = {
    "员工": [
        {"名称": n, "部门": d, "籍贯": h}
        for n, d, h in (("李明", "研发部", "湖南"), ("王芳", "研发部", "四川"), ("张强", "市场部", "湖南"))
    ]
}
SHIPS = [
    ("Gull", "harbour", "Olm"),
    ("Tern", "harbour", "Olm"),
    ("Auk", "harbour", "Vik"),
    ("Gull", "builder", "Ann"),
    ("Auk", "builder", "Ann"),
]
SQUADS = {"players": [{"name": n, "club": c} for n, c in (("Ann Lee", "Rovers"), ("Bea Roy", "Rovers"), ("Cid Fox", "United"))]}


@pytest.mark.parametrize(
    ("graph", "question", "gold"),
    [
        (STAFF, "除了李明还有谁在研发部？", ["王芳"]),
        (STAFF, "除了李明，研发部还有谁？", ["王芳"]),
        (STAFF, "除张强之外，还有谁的籍贯是湖南？", ["李明"]),
        (SHIPS, "Besides Gull, which ships have Olm as their harbour?", ["Tern"]),
        (SHIPS, "Which ships besides Gull did Ann build?", ["Auk"]),
        (SHIPS, "Apart from Gull, what else was built by Ann?", ["Auk"]),
        (STAFF, "与李明同部门的人有谁？", ["王芳"]),
        (STAFF, "跟李明一个部门的有谁？", ["王芳"]),
        (STAFF, "与李明同籍贯的人是谁？", ["张强"]),
        (SQUADS, "Who are the club mates of Ann Lee?", ["Bea Roy"]),
        (SQUADS, "Ann Lee's clubmates", ["Bea Roy"]),
    ],
)
def test_others_than_those_that_are_named(graph: object, question: str, gold: list[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(graph)).ask(question)
    assert [str(one) for one in answer.entities] == gold
    assert answer.question == question
    assert {citation.fact for citation in answer.citations} <= set(answer.facts)
    assert all(gold[0] in (str(fact.subject), str(fact.object)) for fact in (citation.fact for citation in answer.citations))


@pytest.mark.parametrize(
    ("graph", "question"),
    [(STAFF, "除了王芳和李明，研发部还有谁？"), (SHIPS, "Besides Tern and Gull, which ships have Olm as their harbour?")],
)
def test_where_there_are_no_others_there_is_no_answer(graph: object, question: str) -> None:
    assert kgllm.GraphQA(kgllm.load(graph)).ask(question).abstained


def test_a_field_for_those_who_share_is_that_field() -> None:
    facts = [
        ("Ann Lee", "teammate", "Bea Roy"),
        ("Ann Lee", "team", "Rovers"),
        ("Cid Fox", "team", "Rovers"),
        ("Bea Roy", "teammate", "Ann Lee"),
    ]
    assert [str(one) for one in kgllm.GraphQA(kgllm.load(facts)).ask("Who are Ann Lee's teammates?").entities] == ["Bea Roy"]


@pytest.mark.parametrize("question", ["Is Bea Roy Ann Lee's clubmate?", "Which clubs do the team mates of Ann Lee who live in Olm like?"])
def test_what_asks_more_of_those_who_share_is_read_as_it_stands(question: str) -> None:
    assert shared_said(question, lambda name: False) == question


FLEET = [
    ("Gull", "skipper", "Ann"),
    ("Gull", "crew", "Ann"),
    ("Gull", "crew", "Dee"),
    ("Tern", "skipper", "Bo"),
    ("Tern", "crew", "Ann"),
    ("Tern", "crew", "Cy"),
]


@pytest.mark.parametrize("kinds", [[], [("Gull", "is a", "ship"), ("Tern", "is a", "ship")]])
@pytest.mark.parametrize("question", ["Which other ships did the skipper of Gull crew?", "What other ships did the skipper of Gull crew?"])
def test_other_things_of_a_kind_are_of_that_kind(kinds: list[tuple[str, str, str]], question: str) -> None:
    assert [str(one) for one in kgllm.GraphQA(kgllm.load([*FLEET, *kinds])).ask(question).entities] == ["Tern"]
