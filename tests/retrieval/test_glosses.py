"""What says in Chinese the same as the name beside it, one of them in brackets: 蒸汽（Steam）船, Steam（蒸汽）船."""

import pytest

import kgllm
from kgllm import GraphQA

BOATS = [
    {"name": "Aster", "drive": "Steam", "harbour": "Olm"},
    {"name": "Birch", "drive": "Sail", "harbour": "Olm"},
    {"name": "Cedar", "drive": "Steam", "harbour": "Tarn"},
]
DRUGS = [{"name": "Zolin", "route": "Oral", "maker": "Vass"}, {"name": "Perol", "route": "Topical", "maker": "Vass"}]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("哪些汽动（Steam）船在 Olm？", {"Aster"}),
        ("Olm 的 Steam（汽动）船有哪些？", {"Aster"}),
        ("哪些船是汽动(Steam)的？", {"Aster", "Cedar"}),
        ("港口（Olm）有哪些船？", {"Aster", "Birch"}),
    ],
)
def test_a_gloss_asks_for_nothing(question, answers):
    boats = GraphQA(kgllm.load(BOATS, table="ships", key="name"))
    assert {node.name for node in boats.ask(question).entities} == answers


@pytest.mark.parametrize(("question", "verdict"), [("Zolin 是口服（Oral）药吗？", True), ("Perol 是口服（Oral）药吗？", False)])
def test_glosses_of_what_is_claimed(question, verdict):
    assert GraphQA(kgllm.load(DRUGS, table="drugs", key="name")).ask(question).verdict is verdict


def test_another_word_beside_brackets_still_asks():
    boats = GraphQA(kgllm.load(BOATS, table="ships", key="name"))
    assert boats.ask("Aster（Olm）的船长是谁？").abstained
