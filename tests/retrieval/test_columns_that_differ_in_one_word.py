"""Of columns that differ in one word none is another that the question asks for."""

from __future__ import annotations

import pytest

import kgllm

SHOPS = {
    "店": [
        {"名称": "甲店", "一月销量": 30, "二月销量": 40, "店长": "李岚"},
        {"名称": "乙店", "一月销量": 10, "二月销量": 20, "店长": "周越"},
    ]
}
GAMES = {
    "games": [
        {"name": "Olm at Ash", "home_score": 3, "away_score": 1, "stadium": "Ash Park"},
        {"name": "Elm at Fir", "home_score": 2, "away_score": 4, "stadium": "Fir Lane"},
    ]
}
WORDS = {
    "词": [
        {"词": "月亮", "苏州读音": "nye", "宁波读音": "yue", "词性": "名词"},
        {"词": "太阳", "苏州读音": "the", "宁波读音": "nyi", "词性": "名词"},
    ]
}


@pytest.mark.parametrize(
    ("tables", "question"),
    [(SHOPS, "甲店的周末销量是多少？"), (GAMES, "What was the halftime score of Olm at Ash?"), (WORDS, "月亮的厦门读音是什么？")],
)
def test_another(tables, question):
    assert kgllm.GraphQA(kgllm.load(tables)).ask(question).abstained


@pytest.mark.parametrize(
    ("tables", "question", "answer"),
    [
        (SHOPS, "甲店的二月销量是多少？", "40"),
        (GAMES, "What was the away score of Elm at Fir?", "4"),
        (WORDS, "太阳的宁波读音是什么？", "nyi"),
    ],
)
def test_the_one_that_is_said(tables, question, answer):
    assert [entity.name for entity in kgllm.GraphQA(kgllm.load(tables)).ask(question).entities] == [answer]
