"""Since when and until when something was so: when it was adopted or given up, by whatever the two fields are called."""

from __future__ import annotations

import pytest

import kgllm

SPONSORS = [
    ("deal_1", "club", "Olm FC"),
    ("deal_1", "sponsor", "Vass Bank"),
    ("deal_1", "from", "2004-07-01"),
    ("deal_1", "to", "2011-06-30"),
    ("deal_2", "club", "Olm FC"),
    ("deal_2", "sponsor", "Tarn Tea"),
    ("deal_2", "from", "2011-07-01"),
    ("deal_3", "club", "Rue United"),
    ("deal_3", "sponsor", "Vass Bank"),
    ("deal_3", "from", "1998-01-01"),
    ("deal_3", "to", "2003-12-31"),
]
STANDARDS = [
    ("记录1", "城市", "云安"),
    ("记录1", "制式", "甲制"),
    ("记录1", "开始日期", "1987-01-01"),
    ("记录1", "结束日期", "2005-05-31"),
    ("记录2", "城市", "海宁"),
    ("记录2", "制式", "甲制"),
    ("记录2", "开始日期", "1990-03-01"),
    ("记录2", "结束日期", "2001-02-01"),
]


@pytest.fixture(scope="module")
def clubs():
    return kgllm.GraphQA(kgllm.load(SPONSORS))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When did Olm FC adopt Tarn Tea?", "2011-07-01"),
        ("When did Olm FC give up Vass Bank?", "2011-06-30"),
        ("When did Rue United abandon Vass Bank?", "2003-12-31"),
        ("Until when was Vass Bank with Olm FC?", "2011-06-30"),
        ("Since when is Tarn Tea with Olm FC?", "2011-07-01"),
    ],
)
def test_when_something_began_and_ended(clubs, question, answer):
    assert [end.name for end in clubs.ask(question).entities] == [answer]


@pytest.mark.parametrize(("question", "answer"), [("云安什么时候采用甲制？", "1987-01-01"), ("云安什么时候放弃甲制？", "2005-05-31")])
def test_when_something_began_and_ended_in_chinese(question, answer):
    assert [end.name for end in kgllm.GraphQA(kgllm.load(STANDARDS)).ask(question).entities] == [answer]


def test_an_adopted_child_has_parents():
    qa = kgllm.GraphQA(kgllm.load([("Ida", "adoptive parent", "Bo"), ("Ida", "born", "1990"), ("Bo", "born", "1960")]))
    assert [end.name for end in qa.ask("Who adopted Ida?").entities] == ["Bo"]
