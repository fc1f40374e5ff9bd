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


ALONE = [
    ("Gus", "parent", "Maud"),
    ("Maud", "gender", "female"),
    ("Rhea", "parent", "Hugo"),
    ("Hugo", "gender", "male"),
    ("Hugo", "spouse", "Maud"),
    ("Gus", "gender", "male"),
    ("Odo", "father_of", "Tim"),
    ("Nell", "mother_of", "Tim"),
    ("Tim", "father_of", "Lena"),
    ("Fritz", "father_of", "Odo"),
    ("Lena", "sex", "female"),
]
JIA = [
    ("贾政", "儿子", "贾宝玉"),
    ("贾政", "妻子", "王夫人"),
    ("王夫人", "儿子", "贾宝玉"),
    ("贾代善", "儿子", "贾政"),
    ("贾敏", "女儿", "林黛玉"),
    ("林如海", "女儿", "林黛玉"),
    ("贾敏", "母亲", "贾母"),
]


@pytest.mark.parametrize(
    ("graph", "question", "gold"),
    [
        (ALONE, "Who is Gus's father?", set()),
        (ALONE, "Who is Gus's mother?", {"Maud"}),
        (ALONE, "Who is Maud's daughter?", set()),
        (ALONE, "Who is Maud's son?", {"Gus"}),
        (ALONE, "Who is Hugo's husband?", set()),
        (ALONE, "Who is Gus's wife?", set()),
        (ALONE, "Who is Odo's son's mother?", {"Nell"}),
        (ALONE, "Who is the mother of Odo's son?", {"Nell"}),
        (ALONE, "Who is the father of the father of Lena?", {"Odo"}),
        (ALONE, "Who is Lena's father's father's father?", {"Fritz"}),
        (ALONE, "Who is Nell's son's wife?", set()),
        (CHINESE[:1] + CHINESE[2:3], "林远的母亲是谁？", set()),
        (CHINESE, "林远的母亲是谁？", {"周静"}),
        (JIA, "贾政的儿子的母亲是谁？", {"王夫人"}),
        (JIA, "贾代善的儿子的儿子是谁？", {"贾宝玉"}),
        (JIA, "林黛玉的母亲的母亲是谁？", {"贾母"}),
        (JIA, "贾敏的女儿的父亲是谁？", {"林如海"}),
        (JIA, "林如海的儿子是谁？", set()),
    ],
)
def test_kin_alone_and_in_chains(graph, question, gold):
    assert _said(kgllm.GraphQA(kgllm.load(graph)), question) == gold


def test_whom_one_comes_with_is_no_kin_that_is_asked_for():
    facts = [
        ("Essex", "tourist attractions", "Colchester Zoo"),
        ("Essex", "in", "England"),
        ("Ann", "children", "Tom"),
        ("Ann", "born in", "Essex"),
    ]
    graph = kgllm.GraphQA(kgllm.load(facts))
    assert _said(graph, "what to do with kids in essex?") == {"Colchester Zoo"}
    assert _said(graph, "who are the kids of Ann?") == {"Tom"}
    assert graph.ask("who are the kids of Tom?").abstained


def test_a_noun_behind_what_is_no_bare_question():
    facts = [
        ("El Salvador", "form_of_government", "Republic"),
        ("El Salvador", "notable_types", "Country"),
        ("Antonio Saca", "nationality", "El Salvador"),
        ("Camila Vargas", "nationality", "El Salvador"),
    ]
    assert _said(kgllm.GraphQA(kgllm.load(facts)), "what famous people are from el salvador?") == {"Antonio Saca", "Camila Vargas"}
