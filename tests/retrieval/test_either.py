"""What of two things something is: the fact that holds one of them answers."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity

NORVEX = Entity("Norvex", types=("Company",))
FACTS = [
    (NORVEX, "ownership", "State-owned enterprise"),
    (NORVEX, "industry", "Consumer electronics"),
    (Entity("海岚集团"), "企业类型", "国有企业"),
    (Entity("海岚集团"), "行业", "电子"),
    (Entity("玻璃港"), "连载状态", "完结"),
    (Entity("玻璃港"), "作者", "林一"),
    (Entity("Ada Moor"), "occupation", "theoretical physicist"),
    (Entity("Ada Moor"), "occupation", "painter"),
    (Entity("黍离"), "chapter", Entity("王风")),
    (Entity("山有枢"), "chapter", Entity("郑风")),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is Norvex private or state-owned?", "State-owned enterprise"),
        ("Is Norvex a company or a university?", "Company"),
        ("海岚集团是国企还是私企？", "国有企业"),
        ("海岚集团是私企还是国企", "国有企业"),
        ("《玻璃港》是连载中还是已完结？", "完结"),
        ("Was Ada Moor a physicist or a chemist?", "theoretical physicist"),
        ("黍离在王风里还是在郑风里？", "王风"),
        ("黍離是郑风还是王風？", "王风"),
    ],
)
def test_the_fact_that_holds_one_of_the_two_answers(qa, question, answer):
    found = qa.ask(question)
    assert [one.name for one in found.entities] == [answer], found.text


@pytest.mark.parametrize(
    "question",
    [
        "Is Norvex green or blue?",
        "海岚集团是上市公司还是合伙？",
        "Is Norvex private or state-owned on Mondays?",
    ],
)
def test_where_no_value_says_which_nothing_is_answered(qa, question):
    assert qa.ask(question).abstained
