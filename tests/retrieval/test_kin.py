"""Kinship: told both ways, by several relations, and by relations that do not say whether a parent is the father."""

from __future__ import annotations

import pytest

import kgllm

PARENTS = [
    ("Ottokar", "parent_of", "Bela"),
    ("Agnes", "parent_of", "Bela"),
    ("Ottokar", "parent_of", "Ludmila"),
    ("Agnes", "parent_of", "Ludmila"),
    ("Wenzel", "parent_of", "Ottokar"),
    ("Hedwig", "parent_of", "Ottokar"),
    ("Ottokar", "gender", "male"),
    ("Agnes", "gender", "female"),
    ("Bela", "gender", "male"),
    ("Ludmila", "gender", "female"),
    ("Wenzel", "gender", "male"),
    ("Hedwig", "gender", "female"),
]
PLAIN = [
    ("Torvald", "is the son of", "Rurik"),
    ("Torvald", "is the son of", "Signe"),
    ("Rurik", "is the father of", "Torvald"),
    ("Signe", "is the mother of", "Ylva"),
    ("Signe", "is a", "queen"),
    ("Ylva", "is the sister of", "Torvald"),
    ("Orm", "is the son of", "Torvald"),
    ("Orm", "is in love with", "Astrid"),
    ("Orm", "is married to", "Tove"),
    ("Snorre", "is the son of", "Halla"),
    ("Egil", "is the father of", "Snorre"),
    ("Egil", "is the father of", "Bodil"),
    ("Bodil", "lives in", "Uppsala"),
]
CHINESE = [("林远", "父母", "林海"), ("林远", "父母", "周静"), ("林海", "性别", "男"), ("周静", "性别", "女")]


def _said(graph: kgllm.GraphQA, question: str) -> set[str]:
    return {node.name for node in graph.ask(question).entities}


@pytest.fixture(scope="module")
def qas() -> dict[str, kgllm.GraphQA]:
    return {name: kgllm.GraphQA(kgllm.load(facts)) for name, facts in (("parents", PARENTS), ("plain", PLAIN), ("chinese", CHINESE))}


@pytest.mark.parametrize(
    ("graph", "question", "answers"),
    [
        ("parents", "Who is Bela's father?", {"Ottokar"}),
        ("parents", "Who is Bela's mother?", {"Agnes"}),
        ("parents", "Who are Bela's parents?", {"Ottokar", "Agnes"}),
        ("parents", "Who is Ottokar's daughter?", {"Ludmila"}),
        ("parents", "Who are Ottokar's children?", {"Bela", "Ludmila"}),
        ("parents", "Who is Bela's grandmother?", {"Hedwig"}),
        ("parents", "Who is Wenzel's grandson?", {"Bela"}),
        ("parents", "Bela的妈妈是谁？", {"Agnes"}),
        ("parents", "Bela的爷爷是谁？", {"Wenzel"}),
        ("plain", "Who is Torvald's mother?", {"Signe"}),
        ("plain", "Who is Torvald's father?", {"Rurik"}),
        ("plain", "Who are the parents of Torvald?", {"Rurik", "Signe"}),
        ("plain", "Who are the children of Signe?", {"Torvald", "Ylva"}),
        ("plain", "Who is Snorre's father?", {"Egil"}),
        ("plain", "Who is Orm's grandfather?", {"Rurik"}),
        ("plain", "Who is the brother of Bodil?", {"Snorre"}),
        ("plain", "Who is Orm married to?", {"Tove"}),
        ("plain", "Torvald的母亲是谁？", {"Signe"}),
        ("chinese", "林远的父亲是谁？", {"林海"}),
        ("chinese", "林远的母亲是谁？", {"周静"}),
        ("chinese", "Who is 林远's mother?", {"周静"}),
    ],
)
def test_kin(qas: dict[str, kgllm.GraphQA], graph: str, question: str, answers: set[str]) -> None:
    assert _said(qas[graph], question) == answers


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is Agnes Bela's mother?", "Yes: Agnes [1]"),
        ("Is Ottokar Bela's mother?", "No: Ottokar — parent_of → Bela [1]"),
        ("Is Ludmila Ottokar's son?", "No: Ottokar — parent_of → Ludmila [1]"),
        ("Is Wenzel Bela's grandmother?", "No: Wenzel [2]"),
        ("Ottokar是Bela的妈妈吗？", "否：Ottokar — parent_of → Bela [1]"),
        ("Agnes是Bela的妈妈吗？", "是：Agnes [1]"),
    ],
)
def test_a_father_is_no_mother(qas: dict[str, kgllm.GraphQA], question: str, text: str) -> None:
    assert qas["parents"].ask(question).text == text
