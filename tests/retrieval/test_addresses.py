"""An address of the web beside what a thing is answers no question for that thing."""

from __future__ import annotations

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation


def players() -> kgllm.GraphQA:
    made = []
    for n, (player, team) in enumerate((("Ilse", "Harbour"), ("Mona", "Harbour"), ("Otto", "Fell"), ("Ruth", "Brook"))):
        who, of = Entity(player, types=("player",)), Entity(team, types=("team",))
        made += [Fact(of, Relation("roster"), who), Fact(who, Relation("team_logo"), Literal(f"https://img.example/{n}.png"))]
    return kgllm.GraphQA(kgllm.load(made))


def test_the_thing_is_meant_and_not_its_picture() -> None:
    qa = players()
    for question in ("Which team does Otto belong to?", "Which team has Otto in its roster?"):
        answer = qa.ask(question)
        assert answer.abstained or [str(entity.name) for entity in answer.entities] == ["Fell"], question


def test_an_address_that_is_asked_for() -> None:
    answer = players().ask("What is the team logo of Otto?")
    assert answer.text.startswith("https://img.example/2.png")


def test_an_address_by_another_word_for_it() -> None:
    books = [(f"Book {n}", "publisher url", f"https://pub.example/{n}") for n in range(4)]
    qa = kgllm.GraphQA(kgllm.load(books))
    assert qa.ask("What is the publisher's website of Book 3?").text.startswith("https://pub.example/3")
    assert qa.ask("Who is the publisher of Book 3?").abstained
    assert qa.ask("Book 3 的出版社是哪家？").abstained
