"""Chains that lead through what the question begins at: who has no sister is her mother's only child."""

import pytest

import kgllm
from kgllm import GraphQA

FACTS = [
    ("Ada Orr", "parents", "Mia Orr"),
    ("Mia Orr", "children", "Ada Orr"),
    ("Ada Orr", "profession", "glazier"),
    ("Mia Orr", "profession", "pilot"),
    ("Bo Tan", "parents", "Li Tan"),
    ("Li Tan", "children", "Bo Tan"),
    ("Li Tan", "children", "Cy Tan"),
    ("Cy Tan", "profession", "cook"),
    ("Li Tan", "profession", "judge"),
    ("Bo Tan", "profession", "smith"),
    ("Dunlin", "flows into", "Great Wye"),
    ("Great Wye", "tributary", "Dunlin"),
    ("Dunlin", "colour", "brown"),
    ("Great Wye", "colour", "green"),
    ("白鹭村", "上级", "河东县"),
    ("河东县", "下辖", "白鹭村"),
    ("白鹭村", "邮编", "071000"),
    ("河东县", "邮编", "072000"),
]


@pytest.fixture(scope="module")
def qa():
    return GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What is the profession of the children of Ada Orr's mother?", {"glazier"}),
        ("profession of Ada Orr's parent's child", {"glazier"}),
        ("What is the profession of Ada Orr's mother?", {"pilot"}),
        ("What are the professions of the children of Bo Tan's parents?", {"smith", "cook"}),
        ("What is the colour of the tributary of what the Dunlin flows into?", {"brown"}),
        ("白鹭村的上级下辖的邮编是多少？", {"071000"}),
    ],
)
def test_a_chain_may_lead_back_to_where_it_began(qa, question, answers):
    answer = qa.ask(question)
    assert {entity.name for entity in answer.entities} == answers
