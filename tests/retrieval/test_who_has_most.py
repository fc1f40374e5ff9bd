"""Who has most things of a kind: counted under conditions, by a value, through a table between; what is the most common; in English and Chinese."""

from __future__ import annotations

import time

import pytest

import kgllm
from kgllm.words.most import most

GEYSERS = [
    {"name": "Strokk", "country": "Iceland", "spring type": "cone", "activity": "active", "finder": "Una Falk"},
    {"name": "Geys", "country": "Iceland", "spring type": "fountain", "activity": "extinct", "finder": "Una Falk"},
    {"name": "Litli", "country": "Iceland", "spring type": "fountain", "activity": "extinct", "finder": "Per Holt"},
    {"name": "Pohu", "country": "New Zealand", "spring type": "cone", "activity": "active", "finder": "Per Holt"},
    {"name": "Lady Knox", "country": "New Zealand", "spring type": "cone", "activity": "active", "finder": "Per Holt"},
    {"name": "Tatio", "country": "Chile", "spring type": "cone", "activity": "active", "finder": "Rosa Paz"},
]
LIBRARY = {
    "textbook": [{"id": 1, "name": "Sums"}, {"id": 2, "name": "Words"}],
    "unit": [{"id": n, "name": f"Unit {n}", "textbook_id": 1 if n < 2 else 2} for n in range(5)],
    "exercise": [
        {"id": n, "name": f"Exercise {n}", "unit_id": (0, 0, 0, 1, 1, 2, 3)[n], "answer form": "oral" if n > 3 else "written"}
        for n in range(7)
    ],
}
CLUBS = {
    "clubs": [{"id": 1, "name": "Chess Club"}, {"id": 2, "name": "Boat Club"}],
    "persons": [{"id": n, "name": name} for n, name in enumerate(("Ada Moss", "Ben Tull", "Cy Rand"))],
    "membership": [{"club": 1, "person": 0}, {"club": 2, "person": 0}, {"club": 2, "person": 1}, {"club": 2, "person": 2}, {"club": 2, "person": 1}],
    "medals_players": [{"medal": "Most Daring Player", "person": n} for n in (0, 0, 1)] + [{"medal": "Fair Play", "person": 1}] * 2,
}  # fmt: skip
POEMS = [("诗一", "阮青", "七绝"), ("诗二", "阮青", "五绝"), ("诗三", "孟禾", "七绝"), ("诗四", "孟禾", "七绝"), ("诗五", "阮青", "五绝")]


@pytest.fixture(scope="module")
def geysers():
    refers = {"country": "country"}
    return kgllm.GraphQA(kgllm.load({"geysers": GEYSERS}, key="name", name="name", refers=refers))


@pytest.fixture(scope="module")
def library():
    return kgllm.GraphQA(kgllm.load(LIBRARY, key="id", name="name"))


@pytest.fixture(scope="module")
def clubs():
    refers = {"club": "clubs", "person": "persons"}
    return kgllm.GraphQA(kgllm.load(CLUBS, key=["clubs.id", "persons.id"], refers=refers))


@pytest.fixture(scope="module")
def poems():
    rows = [{"title": title, "author": who, "体裁": form} for title, who, form in POEMS]
    return kgllm.GraphQA(kgllm.load({"poem": rows}, key="title", name="title", refers={"author": "author"}))


def said(answer):
    return sorted(str(one) for one in answer.entities) if not answer.abstained else answer.reason.split(":")[0]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which country has the most geysers?", ["Iceland"]),
        ("Which country has the most active geysers?", ["New Zealand"]),
        ("Which country has the most fountains?", ["Iceland"]),
        ("Which country has the fewest geysers?", ["Chile"]),
        ("Which country has the second most geysers?", ["New Zealand"]),
        ("country with the largest number of extinct geysers", ["Iceland"]),
        ("Who found the most geysers?", ["Per Holt"]),
        ("What is the most common spring type?", ["cone"]),
        ("What's the commonest spring type?", ["cone"]),
        ("Which spring type is the most common in Iceland?", ["fountain"]),
        ("least common spring type", ["fountain"]),
        ("哪个国家的geysers最多？", ["Iceland"]),
    ],
)
def test_conditions_on_what_is_counted(geysers, question, answers):
    assert said(geysers.ask(question)) == answers


@pytest.mark.parametrize(
    "question",
    [
        "Who found the most extinct geysers in Iceland?",
        "Which country has the most cold geysers?",
        "Which finder has the most blue geysers?",
    ],
)
def test_where_each_has_as_many_or_a_condition_is_strange_none_has_most(geysers, question):
    assert geysers.ask(question).abstained


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which textbook has the most units?", ["Words"]),
        ("Which textbook has the most exercises?", ["Sums"]),
        ("Which unit has the most exercises?", ["Unit 0"]),
        ("哪个单元的练习题最多？", ["Unit 0"]),
    ],
)
def test_through_a_table(library, question, answers):
    assert said(library.ask(question)) == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which club has the most members?", ["Boat Club"]),
        ("Who won the most medals?", ["Ben Tull"]),
        ("Who won the most Most Daring Player medals?", ["Ada Moss"]),
    ],
)
def test_rows_of_a_table_between(clubs, question, answers):
    assert said(clubs.ask(question)) == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("谁的诗最多？", ["阮青"]),
        ("谁写的诗最多？", ["阮青"]),
        ("诗最多的作者是谁？", ["阮青"]),
        ("最常见的体裁是什么？", ["七绝"]),
        ("谁写了最多的七绝诗？", ["孟禾"]),
    ],
)
def test_in_chinese(poems, question, answers):
    assert said(poems.ask(question)) == answers


@pytest.mark.parametrize(
    ("kind", "column", "question"),
    [
        ("geysers", "country_name", "Which country has the most geysers?"),
        ("间歇泉", "国家名称", "哪个国家的间歇泉最多？"),
    ],
)
def test_a_column_of_names_leads_to_what_they_name(kind, column, question):
    rows = [{"key": f"S{n}", column: ("Una", "Una", "Per")[n % 3]} for n in range(6)]
    assert said(kgllm.GraphQA(kgllm.load({kind: rows}, key="key", name="key")).ask(question)) == ["Una"]


def test_a_measure_is_no_count():
    rows = [{"name": "Olm", "population": 900}, {"name": "Ried", "population": 4000}]
    people = [{"name": f"Person {n}", "town": "Olm"} for n in range(3)]
    qa = kgllm.GraphQA(kgllm.load({"towns": rows, "person": people}, key="name", refers={"town": "towns"}))
    assert said(qa.ask("Which town has the most people?")) == ["Ried"]


@pytest.mark.parametrize(
    "question",
    [f"which {' ' * 5000}most", f"who{' a' * 2500} most", "which" + " " * 280 + "most", "谁" * 5000 + "最多的", "谁" * 290 + "最"],
)
def test_what_is_no_question_is_read_in_no_time(question):
    began = time.process_time()
    assert most(question) is None or len(question) < 300
    assert time.process_time() - began < 0.3
