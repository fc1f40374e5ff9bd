"""Compounds in one word or two, and makes with their models: what a question and a graph write otherwise (birds, sites, planes, phones)."""

from __future__ import annotations

import pytest

import kgllm

BIRDS = {"birds": [{"name": "Kestrel", "wing_span": "74", "wing_area": "30"}, {"name": "Wren", "wing_span": "15", "wing_area": "2"}]}
GULLS = {"birds": [{"name": "Kestrel", "wingspan": "74", "wing_area": "30"}, {"name": "Wren", "wingspan": "15", "wing_area": "2"}]}
PEOPLE = {
    "people": [
        {"name": "Ann Poe", "user_name": "apoe", "user_age": "31", "timezone": "UTC+2", "time_spent": "4"},
        {"name": "Bo Hart", "user_name": "bhart", "user_age": "44", "timezone": "UTC-5", "time_spent": "9"},
    ]
}
MACHINES = [("Boeing 777-300", "wing span", "60.9"), ("Airbus A320", "wing span", "35.8"), ("Boeing", "founded", "1916")]
MACHINES += [("Samsung Galaxy S9", "weight", "163"), ("Samsung Galaxy S10", "weight", "157"), ("Toyota Corolla", "length", "4.6")]


@pytest.mark.parametrize(
    ("tables", "question", "expected"),
    [
        (BIRDS, "Kestrel的翼展是多少？", "74"),
        (BIRDS, "翼展最小的是哪种鸟？", "Wren"),
        (BIRDS, "What is the wingspan of the Wren?", "15"),
        (GULLS, "Wren的翼展是多少？", "15"),
        (PEOPLE, "Ann Poe的用户名是什么？", "apoe"),
        (PEOPLE, "Bo Hart在哪个时区？", "UTC-5"),
    ],
)
def test_a_compound_is_one_word_or_two(tables: dict[str, list[dict[str, str]]], question: str, expected: str) -> None:
    answer = kgllm.GraphQA(kgllm.load(tables, name="name")).ask(question)
    assert [getattr(entity, "name", str(entity)) for entity in answer.entities] == [expected], answer.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("波音777-300的翼展是多少？", ["60.9"]),
        ("空客A320的翼展是多少？", ["35.8"]),
        ("波音777-300和空客A320哪个翼展更大？", ["Boeing 777-300"]),
        ("三星Galaxy S9的重量是多少？", ["163"]),
        ("丰田Corolla的长度是多少？", ["4.6"]),
        ("波音哪年成立？", ["1916"]),
        ("波音888的翼展是多少？", []),
        ("三星Galaxy S11的重量是多少？", []),
    ],
)
def test_a_chinese_make_with_its_model_is_an_english_name(question: str, expected: list[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(MACHINES)).ask(question)
    assert [entity.name for entity in answer.entities] == expected, answer.text
