"""Linking that learns: signs of a good guess, and names that people use."""

from __future__ import annotations

import numpy as np
import pytest

import kgllm
from kgllm.linking.learned import SIGNS, LearnedLinks, names_used, untaught
from kgllm.linking.linker import Linker
from kgllm.linking.teach import teach

PEOPLE = [
    f"{first} {last}" for first in ("Ada", "Bela", "Cyril", "Dora", "Egon", "Flora") for last in ("Novak", "Moreau", "Okafor", "Lindt")
]
FACTS = [
    *((person, "born in", "Vienna" if n % 2 else "Paris") for n, person in enumerate(PEOPLE)),
    *((person, "wrote", f"Book {n}") for n, person in enumerate(PEOPLE)),
    ("Beijing", "capital of", "China"),
    ("北京", "首都", "中国"),
    ("上海", "位于", "中国"),
]


@pytest.fixture
def linker() -> Linker:
    return Linker(kgllm.load(FACTS))


def test_untaught_weights_change_nothing(linker: Linker) -> None:
    before = linker.link("Where was Ada Novak born, and what did Dora Lindt write?")
    linker.learned = LearnedLinks(untaught())
    assert [(link.mention, link.entity) for link in linker.link("Where was Ada Novak born, and what did Dora Lindt write?")] == [
        (link.mention, link.entity) for link in before
    ]


def test_learns_which_of_two_mentions_is_meant(linker: Linker) -> None:
    """Every question names a place and a person; the labels say that the place is the topic, whatever linking thought."""
    asked = [(f"was {person} born in {place}?", [place]) for person in PEOPLE for place in ("Vienna", "Paris")]
    taught = teach(linker, asked)
    assert taught.n == len(asked)
    assert taught.links is not None
    assert taught.after > taught.before
    linker.learned = taught.links
    links = linker.link("was Egon Okafor born in Vienna?")
    assert str(links[0].entity) == "Vienna"
    assert all(0 < link.score <= 1 for link in links)


@pytest.mark.parametrize(
    ("asked", "fresh", "topic"),
    [
        ([("where does the big smoke lie?", ["Beijing"]), ("which country has big smoke?", ["Beijing"])], "is big smoke large?", "Beijing"),
        ([("帝都在哪里？", ["北京"]), ("去帝都怎么走？", ["北京"])], "帝都有多大？", "北京"),
    ],
)
def test_learns_what_people_call_a_thing(linker: Linker, asked: list[tuple[str, list[str]]], fresh: str, topic: str) -> None:
    assert topic not in {str(link.entity) for link in linker.link(fresh)}
    linker.learned = teach(linker, asked).links
    assert linker.learned is not None
    assert topic in {str(link.entity) for link in linker.link(fresh)}


def test_few_questions_and_questions_without_topics_teach_nothing(linker: Linker) -> None:
    assert teach(linker, []).links is None
    assert teach(linker, [("who is it?", [])]).links is None
    assert teach(linker, [("where was Ada Novak born?", ["Ada Novak"])] * 3).links is None


def test_what_kgllm_drew_says_nothing_of_fame(linker: Linker) -> None:
    asked = [(f"was {person} born in {place}?", [place]) for person in PEOPLE for place in ("Vienna", "Paris")]
    links = teach(linker, asked, own=True).links
    assert links is not None
    assert not links.aliases
    assert np.all(links.weights[[SIGNS.index("degree"), SIGNS.index("beside")]] == 0)


def test_a_run_that_two_topics_share_names_neither() -> None:
    asked = [("A", ["the", "rock"]), ("A", ["my", "rock"]), ("B", ["a", "rock"]), ("B", ["one", "rock"])]
    assert names_used(asked) == {}
    assert names_used(asked[:2]) == {"rock": "A"}
