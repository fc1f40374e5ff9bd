"""A noun that says what a thing is called asks for the things: 年号 (a reign title) for reigns, 片名 (a movie title) for movies."""

from __future__ import annotations

import pytest

import kgllm

REIGNS = {
    "reigns": [
        {"called": "Long Calm", "ruler": "Ito", "began": 702},
        {"called": "Deep Snow", "ruler": "Ito", "began": 709},
        {"called": "Red Dawn", "ruler": "Sadao", "began": 715},
    ]
}
MOVIES = {"movies": [{"called": "Noon", "maker": "Ann Reed"}, {"called": "Dusk", "maker": "Bo Lind"}]}


@pytest.mark.parametrize(
    ("tables", "question", "gold"),
    [
        (REIGNS, "Ito的年号有哪些？", ["Deep Snow", "Long Calm"]),
        (REIGNS, "Ito用过几个年号？", ["Deep Snow", "Long Calm"]),
        (REIGNS, "Which reign titles are of Ito?", ["Deep Snow", "Long Calm"]),
        (REIGNS, "Ito的书名有哪些？", []),
        (MOVIES, "Ann Reed的片名是什么？", ["Noon"]),
        (MOVIES, "Which movie titles are by Bo Lind?", ["Dusk"]),
    ],
)
def test_the_things_are_asked_for(tables: dict[str, list[dict[str, object]]], question: str, gold: list[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(tables, name="called")).ask(question)
    assert sorted(map(str, answer.entities)) == gold


def test_which_sort_of_a_kind_asks_for_no_name() -> None:
    dishes = {"dishes": [{"name": "Olm stew", "category": "soup"}, {"name": "Tarn pie", "category": "dessert"}]}
    qa = kgllm.GraphQA(kgllm.load(dishes))
    for question in ("Olm stew是哪一类菜？", "Olm stew是什么类别？", "What kind of dish is Olm stew?"):
        assert [str(end) for end in qa.ask(question).entities] == ["soup"], question
