"""Ends that no question asks for: texts and codes that are counted, what nothing in the question speaks of, values of those who are asked for."""

import pytest

import kgllm
from kgllm.types import Literal

STYLES = {
    "styles": [
        {"id": "a", "name": "奥姆菜", "description": "讲究三味调和，以两地风味为代表"},
        {"id": "b", "name": "塔恩菜", "description": "取四谷之材，用十二种香料"},
        {"id": "c", "name": "瓦斯菜", "description": "清淡，一百年来从未成书"},
    ],
    "dishes": [
        {"dish": name, "cuisine": style}
        for name, style in (("火腿饼", "a"), ("韭葱饼", "a"), ("李子饼", "a"), ("鱼饼", "b"), ("玉米饼", "c"))
    ],
}
MARKETS = {
    "markets": [
        {"mic": f"X{n}", "name": name, "operator": operator, "legal_entity_identifier": f"5493K22{n}0KLMNO7{n}"}
        for n, (name, operator) in enumerate(
            (("Olm Exchange", "X0"), ("Olm Bonds", "X0"), ("Olm Futures", "X0"), ("Tarn Market", "X3"), ("Vass Bourse", "X4"))
        )
    ]
}
BIRDS = {
    "birds": [
        {"bird": bird, "order": order, "family": family}
        for bird, order, family in (
            ("Shoebill", "Pelecani", "Balaeni"),
            ("Heron", "Pelecani", "Ardei"),
            ("Osprey", "Accipitri", "Pandioni"),
        )
    ]
}
NEIGHBOURS = {
    "villagers": [
        {"name": "Bill", "catchphrase": "moo", "favorite_saying": "Who dares wins.", "hobby": "fishing"},
        {"name": "Drake", "catchphrase": "moo", "favorite_saying": "Never look back.", "hobby": "chess"},
        {"name": "Olga", "catchphrase": "hey", "favorite_saying": "Stay calm.", "hobby": "chess"},
    ]
}
AGES = [
    (age, relation, value)
    for age, years in (("Olmian", "9 to 7"), ("Tarnian", "7 to 4"), ("Vassian", "4 to 1"))
    for relation, value in (
        ("definition", Literal(f"A period from {years} million years ago", language="en")),
        ("definition", Literal(f"{years}百万年前的时期", language="zh")),
    )
]


@pytest.fixture(scope="module")
def styles():
    return kgllm.GraphQA(kgllm.load(STYLES, key=["styles.id"], name=["styles.name"], refers={"cuisine": "styles"}))


@pytest.mark.parametrize("question", ["奥姆菜有几道？", "奥姆菜有多少道"])
def test_a_text_with_numbers_in_it_is_not_counted(styles, question):
    answer = styles.ask(question)
    assert answer.abstained or answer.value == 3, answer.text


def test_a_code_with_numbers_in_it_is_not_counted():
    markets = kgllm.GraphQA(kgllm.load(MARKETS, key=["markets.mic"], name=["markets.name"], refers={"operator": "markets"}))
    answer = markets.ask("How many markets does the legal entity Olm Exchange have?")
    assert answer.abstained or "549" not in answer.text, answer.text


def test_a_text_in_several_languages_is_one():
    ages = kgllm.GraphQA(kgllm.load(AGES))
    for question in ("How many stages does the Olmian have?", "Olmian有多少个期？"):
        assert ages.ask(question).abstained, ages.ask(question).text


def test_how_many_in_words_by_the_field_of_that_name():
    games = {
        "games": [
            {"game": f"Olm {n}", "players": text} for n, text in enumerate(("2 to 4, or 5 at a pinch", "3 or more, up to 8", "2 people"))
        ]
    }
    answer = kgllm.GraphQA(kgllm.load(games)).ask("How many players does Olm 0 have?")
    assert [end.name for end in answer.entities] == ["2 to 4, or 5 at a pinch"]


@pytest.mark.parametrize("question", ["Where does the Shoebill live?", "What does the Shoebill smell of?", "Shoebill住在哪里？"])
def test_what_nothing_in_the_question_speaks_of_is_no_answer(question):
    answer = kgllm.GraphQA(kgllm.load(BIRDS)).ask(question)
    assert answer.abstained, answer.text


@pytest.mark.parametrize("question", ['Who says "moo"?', "谁喜欢moo？"])
def test_who_is_not_what_they_have_else(question):
    answer = kgllm.GraphQA(kgllm.load(NEIGHBOURS)).ask(question)
    assert sorted(end.name for end in answer.entities) == ["Bill", "Drake"], answer.text
