"""What an answer without a model says."""

from __future__ import annotations

import pytest

import kgllm


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("张伟的月薪是多少？", "35000 [1]"),
        ("How many employees does Acme have?", "1200 [1]"),
        ("How many sons has Odo?", "2: Ian [1], Jan [2]"),
    ],
)
def test_a_number_is_said_once(question, said):
    facts = [("张伟", "月薪", 35000), ("Acme", "employees", 1200), ("Odo", "son", "Ian"), ("Odo", "son", "Jan")]
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).text == said


def test_namesakes_are_told_apart_by_their_keys():
    markets = [
        {"mic": "XNYS", "name": "New Exchange", "city": "Olm"},
        {"mic": "XNAS", "name": "New Exchange", "city": "Olm"},
        {"mic": "XTRN", "name": "Tarn Exchange", "city": "Olm"},
    ]
    qa = kgllm.GraphQA(kgllm.load(markets, table="market", key="mic", name="name"))
    answer = qa.ask("Which markets have the city Olm?")
    assert answer.text == "New Exchange (XNAS) [1], New Exchange (XNYS) [2], Tarn Exchange [3]"
    assert [one.name for one in answer.entities] == ["New Exchange", "New Exchange", "Tarn Exchange"]
    assert all(answer.text[slice(*one.span)] == f"[{one.id}]" for one in answer.citations)
    rows = [{"编号": "T1", "名称": "新站", "城市": "枫市"}, {"编号": "T2", "名称": "新站", "城市": "枫市"}]
    qa = kgllm.GraphQA(kgllm.load(rows, table="车站", key="编号", name="名称"))
    assert qa.ask("哪些车站的城市是枫市？").text == "新站（T1） [1]、新站（T2） [2]"
