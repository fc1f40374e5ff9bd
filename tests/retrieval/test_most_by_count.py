"""Who has most of something, where nothing but its facts say how many: on a small graph of poems and classes."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity

POEMS = {"Adele": ("Dawn", "Hill", "Moss"), "Boris": ("Rain", "Snow"), "Celia": ("Tide",)}
BOOKS = {"Dawn": "North", "Hill": "North", "Moss": "South", "Rain": "South", "Snow": "North", "Tide": "South"}
BORDERS = {"Aland": ("Bland", "Cland", "Dland"), "Bland": ("Aland",), "Cland": ("Aland", "Dland"), "Dland": ("Aland", "Cland")}
CLASSES = {"Store": ("Bakery", "Florist", "Grocer"), "Office": ("Bank",), "Place": ("Store", "Office")}


def graph():
    facts = []
    for author, poems in POEMS.items():
        for poem in poems:
            node = Entity(f"poem/{poem}", name=poem, types=("poem",))
            facts.append((node, "author", Entity(author, types=("author",))))
            facts.append((node, "section", Entity(BOOKS[poem], types=("section",))))
    for above, below in CLASSES.items():
        facts += [(Entity(one, types=("Class",)), "subClassOf", Entity(above, types=("Class",))) for one in below]
    for one, others in BORDERS.items():
        facts += [(Entity(one, types=("country",)), "neighbours", Entity(other, types=("country",))) for other in others]
        facts.append((Entity(one, types=("country",)), "continent", Entity("East", types=("continent",))))
    return kgllm.load(facts)


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(graph())


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Who has the most poems?", ["Adele"]),
        ("Which author has the fewest poems?", ["Celia"]),
        ("top 2 authors by number of poems", ["Adele", "Boris"]),
        ("谁的诗最多？", ["Adele"]),
        ("Adele和Boris谁的诗多？", ["Adele"]),
        ("Celia和Boris哪个诗多", ["Boris"]),
        ("Who has more poems, Celia or Boris?", ["Boris"]),
        ("Does Celia or Boris have more poems?", ["Boris"]),
        ("Which class has the most direct subclasses?", ["Store"]),
        ("Which has more subclasses, Store or Office?", ["Store"]),
        ("Which has more subclasses, Office or Bank?", ["Office"]),
        ("Which country has the most neighbours?", ["Aland"]),
        ("top 3 countries by number of neighbours", ["Aland", "Cland", "Dland"]),
        ("哪个国家的邻国最少？", ["Bland"]),
        ("Bland和Cland哪个邻国多？", ["Cland"]),
        ("North和South哪个诗多", ["North", "South"]),
    ],
)
def test_facts_are_counted_on_the_side_of_what_is_asked_for(qa, question, answers):
    answer = qa.ask(question)
    assert sorted(one.name for one in answer.entities) == answers, answer.text
