"""Answers of several: for each thing that is named, what several have the same, and when something was so to the day."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Literal

PEOPLE = [
    ("Ann Vell", "date_of_birth", Literal("1975-03-14")),
    ("Bob Kray", "date_of_birth", Literal("1980-11-02")),
    ("Cid Moss", "date_of_birth", Literal("1975-03-30")),
    ("Dora Lund", "date_of_birth", Literal("1990-05-03")),
    ("Ann Vell", "born_in", "Brask"),
    ("Bob Kray", "born_in", "Olmet"),
    ("Cid Moss", "born_in", "Brask"),
    ("Ann Vell", "employer", "Orm Works"),
    ("Cid Moss", "employer", "Orm Works"),
    ("Dora Lund", "employer", "Gull Bank"),
    ("Olmet", "founded", Literal("1350")),
    ("Ferrin", "founded", Literal("1350")),
    ("Brask", "founded", Literal("1210")),
    *((one, "shares_border_with", "Sorland") for one in ("Norland", "Westland")),
    ("Sorland", "shares_border_with", "Ostland"),
    ("Glass Harbor", "directed_by", "Mia Rowe"),
    ("Iron Tide", "directed_by", "Mia Rowe"),
    ("Pale Sun", "directed_by", "Otto Brandt"),
]
RENWU = [
    ("张明", "出生日期", Literal("1975-03-14")),
    ("李红", "出生日期", Literal("1980-11-02")),
    ("张明", "籍贯", "海宁市"),
    ("王强", "籍贯", "海宁市"),
    ("李红", "籍贯", "林州市"),
    ("长夜", "导演", "周一"),
    ("远山", "导演", "周一"),
    ("白鹿", "导演", "吴二"),
    ("大桥", "长度", Literal("1200米")),
    ("小桥", "长度", Literal("300米")),
]


@pytest.fixture(scope="module")
def people():
    return kgllm.GraphQA(kgllm.load(PEOPLE))


@pytest.fixture(scope="module")
def renwu():
    return kgllm.GraphQA(kgllm.load(RENWU))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Where were Ann Vell and Bob Kray born, respectively?", "Ann Vell: Brask [1]; Bob Kray: Olmet [2]"),
        ("When were Brask and Olmet founded?", "Brask: 1210 [1]; Olmet: 1350 [2]"),
        ("Who directed Glass Harbor and Pale Sun respectively?", "Glass Harbor: Mia Rowe [1]; Pale Sun: Otto Brandt [2]"),
        ("What are the employers of Ann Vell and Bob Kray respectively?", "Ann Vell: Orm Works [1]; Bob Kray: not in the graph"),
    ],
)
def test_each_thing_gets_its_answer(people, question, text):
    answer = people.ask(question)
    assert answer.text == text
    assert all(answer.text[slice(*one.span)] == f"[{one.id}]" for one in answer.citations)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("长夜和白鹿的导演分别是谁？", "长夜：周一 [1]；白鹿：吴二 [2]"),
        ("张明和李红分别是什么时候出生的？", "张明：1975-03-14 [1]；李红：1980-11-02 [2]"),
        ("大桥、小桥各有多长？", "大桥：1200米 [1]；小桥：300米 [2]"),
        ("长夜、白鹿各由谁导演？", "长夜：周一 [1]；白鹿：吴二 [2]"),
        ("大桥和小桥分别有多长？", "大桥：1200米 [1]；小桥：300米 [2]"),
    ],
)
def test_each_thing_gets_its_answer_in_chinese(renwu, question, text):
    assert renwu.ask(question).text == text


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Do Ann Vell and Cid Moss share an employer?", True),
        ("Do Ann Vell and Dora Lund have the same employer?", False),
        ("Were Ann Vell and Bob Kray born in the same town?", False),
        ("Were Olmet and Ferrin founded in the same year?", True),
        ("Were Olmet and Brask founded in the same year?", False),
        ("Were Ann Vell and Cid Moss born in the same month?", True),
        ("Were Glass Harbor and Iron Tide directed by the same person?", True),
        ("Were Glass Harbor and Pale Sun directed by the same person?", False),
        ("Do Bob Kray and Dora Lund have the same employer?", None),  # Bob Kray has none
        ("Were Ann Vell and Cid Moss both born in Brask?", True),
        ("Do Norland and Westland share a border?", False),  # they have the same neighbour
        ("do sorland and westland share a border", True),
    ],
)
def test_what_several_have_the_same(people, question, verdict):
    assert people.ask(question).verdict is verdict


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("长夜和远山是同一个导演吗？", True),
        ("长夜和白鹿是同一个导演吗？", False),
        ("长夜和远山的导演相同吗？", True),
        ("长夜和白鹿是同一个人导演的吗？", False),
        ("张明和王强的籍贯一样吗？", True),
        ("张明和李红的籍贯是否相同？", False),
    ],
)
def test_what_several_have_the_same_in_chinese(renwu, question, verdict):
    assert renwu.ask(question).verdict is verdict


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Was Ann Vell born in March 1975?", True),
        ("Was Ann Vell born in April 1975?", False),
        ("Was Ann Vell born on 14 March 1975?", True),
        ("Was Ann Vell born on March 15, 1975?", False),
        ("Was Dora Lund born before 3 May 1990?", False),
        ("Was Bob Kray born before 3 May 1990?", True),
        ("Was Bob Kray born after November 1980?", False),
        ("Was Cid Moss born in 1975?", True),
        ("Was Cid Moss born in March?", True),
        ("Was Brask founded in May 1210?", None),  # the year is all that is known
        ("Was Brask founded in May 1211?", False),
    ],
)
def test_days_and_months(people, question, verdict):
    assert people.ask(question).verdict is verdict


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("张明是1975年3月出生的吗？", True),
        ("张明是1975年4月出生的吗？", False),
        ("张明是1975年3月14日出生的吗？", True),
        ("李红出生于1980年11月3日吗？", False),
        ("李红是1990年5月3日之前出生的吗？", True),
        ("张明是在1980年11月2日之后出生的吗？", False),
    ],
)
def test_days_and_months_in_chinese(renwu, question, verdict):
    assert renwu.ask(question).verdict is verdict


def test_who_is_had_has_not_and_who_supervises_the_other_shares_no_supervisor():
    qa = kgllm.GraphQA(kgllm.load([("Leo", "supervisor", "Mara"), ("Nils", "supervisor", "Mara")]))
    assert qa.ask("Does Leo have a supervisor?").verdict is True
    assert qa.ask("Does Mara have a supervisor?").verdict is None
    assert qa.ask("Do Leo and Nils share a supervisor?").verdict is True
    assert qa.ask("Do Leo and Mara share a supervisor?").verdict is not True


def test_a_field_of_several_things_is_told_of_each():
    huts = [
        ("Alp Sura", "altitude", 2310),
        ("Crap Alt", "altitude", 1990),
        ("Alp Sura", "warden", "Ann"),
        ("Crap Alt", "warden", "Bea"),
        ("Piz Nair", "warden", "Ann"),
        ("东峰", "海拔", 2096),
        ("西峰", "海拔", 2082),
    ]
    qa = kgllm.GraphQA(kgllm.load(huts))
    for question in (
        "What is the altitude of Alp Sura and Crap Alt?",
        "the altitudes of Alp Sura and Crap Alt",
        "altitude of Alp Sura, Crap Alt",
    ):
        assert qa.ask(question).text == "Alp Sura: 2310 [1]; Crap Alt: 1990 [2]", question
    assert qa.ask("Who are the wardens of Alp Sura and Crap Alt?").text == "Alp Sura: Ann [1]; Crap Alt: Bea [2]"
    for question in ("东峰和西峰的海拔是多少？", "东峰、西峰的海拔"):
        assert qa.ask(question).text == "东峰：2096 [1]；西峰：2082 [2]", question
    assert [one.name for one in qa.ask("Who is the warden of Alp Sura and Piz Nair?").entities] == ["Ann"]  # of both
