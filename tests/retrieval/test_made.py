"""Numbers made of the values of named things: how many times, together; units that stay apart; "m" of people and of lengths; units in brackets."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.retrieval.paths.amounts import amounts_of
from kgllm.types import Literal
from kgllm.words import relation_words

TOWERS = [
    *((tower, "is_a", "tower") for tower in ("Orm Tower", "Gull Tower", "Pike Tower")),
    ("Orm Tower", "height", Literal("120 m")),
    ("Gull Tower", "height", Literal("40 m")),
    ("Pike Tower", "height", Literal("10 m")),
    ("Orm Tower", "cost", Literal("4000000 EUR")),
    ("Gull Tower", "cost", Literal("3000000 EUR")),
    ("Pike Tower", "cost", Literal("5000000 USD")),
    *((town, "is_a", "town") for town in ("Brask", "Olmet", "Tullo")),
    ("Brask", "population", Literal("12000")),
    ("Olmet", "population", Literal("24000")),
    ("Tullo", "population", Literal("1.2m")),
    ("Ann Vell", "salary", Literal("60000")),
    ("Bob Kray", "salary", Literal("20000")),
    ("Cid Moss", "salary", Literal("30000")),
]
QIAO = [
    ("大桥", "长度", Literal("1200米")),
    ("小桥", "长度", Literal("300米")),
    ("海宁市", "人口", Literal("300万")),
    ("林州市", "人口", Literal("100万")),
    ("张明", "月薪", Literal("30000")),
    ("李红", "月薪", Literal("10000")),
    ("王强", "月薪", Literal("15000")),
    ("红烧肉", "价格", Literal("68元")),
    ("清蒸鱼", "价格", Literal("88元")),
    ("番茄汤", "价格", Literal("5美元")),
    ("红烧肉", "烹饪时间(分钟)", Literal("90")),
    ("清蒸鱼", "烹饪时间(分钟)", Literal("20")),
    ("番茄汤", "烹饪时间(分钟)", Literal("15")),
    *((dish, "类型", "菜") for dish in ("红烧肉", "清蒸鱼", "番茄汤")),
]


@pytest.fixture(scope="module")
def towers():
    return kgllm.GraphQA(kgllm.load(TOWERS))


@pytest.fixture(scope="module")
def qiao():
    return kgllm.GraphQA(kgllm.load(QIAO))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many times taller is Orm Tower than Gull Tower?", 3),
        ("How many times as high as Pike Tower is Gull Tower?", 4),
        ("What is the ratio of the population of Olmet to that of Brask?", 2),
        ("What is the combined height of Orm Tower and Gull Tower?", 160),
        ("How much do Orm Tower and Gull Tower cost together?", 7_000_000),
        ("How many people live in Brask and Olmet combined?", 36_000),
        ("What do Ann Vell and Bob Kray earn together?", 80_000),
        ("How tall are Orm Tower, Gull Tower and Pike Tower together?", 170),
        ("How much taller is Orm Tower than Gull Tower?", 80),
    ],
)
def test_a_number_is_made_of_the_values_of_the_things_named(towers, question, value):
    answer = towers.ask(question)
    assert answer.value == value
    assert len(answer.facts) == len(answer.entities) > 1


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("大桥的长度是小桥的几倍？", 4),
        ("大桥是小桥的几倍长？", 4),
        ("海宁市的人口是林州市的多少倍？", 3),
        ("海宁市和林州市的人口一共是多少？", 4_000_000),
        ("张明和李红的月薪合计多少？", 40_000),
        ("大桥和小桥一共多长？", 1500),
        ("红烧肉和清蒸鱼一共多少钱？", 156),
    ],
)
def test_the_same_in_chinese(qiao, question, value):
    assert qiao.ask(question).value == value


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is Orm Tower three times as tall as Gull Tower?", True),
        ("Is Olmet twice as populous as Brask?", True),
        ("Is Gull Tower twice as tall as Pike Tower?", False),
    ],
)
def test_so_many_times(towers, qiao, question, verdict):
    assert towers.ask(question).verdict is verdict
    assert qiao.ask("张明的月薪是王强的两倍吗？").verdict is True
    assert qiao.ask("张明的月薪是李红的两倍吗？").verdict is False
    assert [node.name for node in towers.ask("Who earns twice as much as Cid Moss?").entities] == ["Ann Vell"]
    assert [node.name for node in qiao.ask("谁的月薪是王强的两倍？").entities] == ["张明"]


def test_a_value_of_one_thing_that_is_told_in_times_is_no_ratio():
    assert kgllm.GraphQA(kgllm.load([("长焦机", "光学变焦", Literal("3倍"))])).ask("长焦机的光学变焦可达多少倍？").text.endswith("3倍 [1]")


def test_money_of_two_kinds_is_not_added(towers, qiao):
    answer = towers.ask("How much did Orm Tower and Pike Tower cost in total?")
    assert answer.abstained
    assert answer.reason == "units: the values are in different units, which are not put together"
    assert qiao.ask("红烧肉和番茄汤的价格合计是多少？").reason == "units: 这些数值的单位不同，不能合在一起计算"
    assert towers.ask("What is the total cost of all towers?").abstained


def test_m_is_a_million_of_people_and_a_metre_of_lengths(towers):
    assert [node.name for node in towers.ask("Which towns have more than 1m inhabitants?").entities] == ["Tullo"]
    assert [node.name for node in towers.ask("Which town has the most people?").entities] == ["Tullo"]
    assert [node.name for node in towers.ask("Which towers are higher than 30m?").entities] == ["Orm Tower", "Gull Tower"]
    values = [Literal("1.5m"), Literal("10m"), Literal("2m")]
    assert amounts_of(values, "population").values.tolist() == [1.5e6, 1e7, 2e6]
    assert amounts_of(values, "height").values.tolist() == [1.5, 10, 2]
    assert amounts_of([Literal("10 m"), Literal("12 m")], "mark").unit.kind == "length"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("烹饪时间(分钟)", ["烹饪", "时间"]),
        ("height (cm)", ["height"]),
        ("票房（亿元）", ["票房"]),
        ("population (thousands)", ["population"]),
        ("character (voice)", ["character", "voice"]),
    ],
)
def test_a_unit_in_brackets_is_no_word_of_a_name(name, words):
    assert "".join(word for word, _ in relation_words(name).words) == "".join(words)


def test_a_unit_in_brackets_still_says_the_unit(qiao):
    assert qiao.ask("红烧肉的烹饪时间是多少？").value == 90
    assert qiao.ask("哪道菜的烹饪时间最长？").text == "红烧肉（90） [1]"
    assert [node.name for node in qiao.ask("烹饪时间超过半小时的菜有哪些？").entities] == ["红烧肉"]
    assert qiao.ask("清蒸鱼烹饪时间超过半小时吗？").verdict is False
