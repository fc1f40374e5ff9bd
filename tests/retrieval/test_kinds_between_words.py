"""A kind that a Chinese question calls by one character, between what counts it and what is asked of it: 那道菜难度是几, 用竹的船分别属于谁."""

from __future__ import annotations

import pytest

import kgllm

DISHES = {
    "recipes": [
        {"name": "Olm stew", "ingredients": ["leek", "barley"], "difficulty": 4, "category": "soup"},
        {"name": "Tarn pie", "ingredients": ["plum", "flour"], "difficulty": 2, "category": "dessert"},
        {"name": "Brone loaf", "ingredients": ["flour", "barley"], "difficulty": 3, "category": "bread"},
    ]
}
SHIPS = {
    "ships": [
        {"name": "Grey Gull", "material": "oak", "length_m": 31, "port": "Tarn"},
        {"name": "Low Tide", "material": "steel", "length_m": 92, "port": "Brone"},
    ]
}
PRIZES = {
    "laureates": [
        {"name": "Ida Holm", "country": "Chile", "year": 1951},
        {"name": "Per Lund", "country": "Norway", "year": 1974},
        {"name": "Rosa Vega", "country": "Chile", "year": 1990},
    ]
}
SCROLLS = {
    "texts": [
        {"title": "Book of Reeds", "dynasty": "Han", "scribe": "Wen"},
        {"title": "Song of Oxen", "dynasty": "Tang", "scribe": "Liu"},
        {"title": "Book of Salt", "dynasty": "Han", "scribe": "Liu"},
    ],
    "scribes": [{"name": "Liu", "dynasty": "Tang"}, {"name": "Wen", "dynasty": "Han"}],
}


@pytest.mark.parametrize(
    ("tables", "question", "gold"),
    [
        (DISHES, "用plum的那道菜难度是几？", ["2"]),
        (DISHES, "加barley的菜分别属于哪些类别？", ["bread", "soup"]),
        (DISHES, "Which categories are the recipes with barley in?", ["bread", "soup"]),
        (SHIPS, "用oak的那艘船长度是多少？", ["31"]),
        (PRIZES, "来自Chile的得主有哪些？", ["Ida Holm", "Rosa Vega"]),
        (PRIZES, "哪些获奖者来自Norway？", ["Per Lund"]),
        (PRIZES, "Which winners are from Chile?", ["Ida Holm", "Rosa Vega"]),
        (SCROLLS, "Han的典籍有哪些？", ["Book of Reeds", "Book of Salt"]),
        (SCROLLS, "Which writings are of the Han dynasty?", ["Book of Reeds", "Book of Salt"]),
    ],
)
def test_the_kind_on_the_way_is_said(tables: dict[str, list[dict[str, object]]], question: str, gold: list[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(tables)).ask(question)
    assert sorted(map(str, answer.entities)) == gold


@pytest.mark.parametrize(
    ("question", "gold"),
    [("产自Olm的菜油价格是多少？", []), ("Olm的国土面积是多少？", ["41000"])],
)
def test_a_character_of_a_longer_word_is_none(question: str, gold: list[str]) -> None:
    graph = kgllm.load([("Olm", "area_km2", 41000), ("Olm", "capital", "Tarn"), ("Olm", "price_index", 3)])
    assert sorted(map(str, kgllm.GraphQA(graph).ask(question).entities)) == gold
