"""When and where something took place: the verb says no more than that it did."""

from __future__ import annotations

import pytest

import kgllm

BATTLES = [
    ("山前会战", "时间", "1811年3月"),
    ("山前会战", "地点", "安平县"),
    ("山前会战", "结果", "蓝军胜"),
    ("海口大捷", "时间", "1911年"),
    ("海口大捷", "地点", "海口"),
    ("海口大捷", "结果", "红军胜"),
]
FAIRS = [
    ("Spring Fair", "date", "2012-10-20"),
    ("Spring Fair", "place", "Oslo"),
    ("Spring Fair", "organiser", "Nordic Halls"),
    ("Book Week", "date", "2013-05-11"),
    ("Book Week", "place", "Riga"),
    ("Book Week", "organiser", "Paper House"),
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("山前会战发生在什么时候？", "1811年3月"),
        ("请问山前会战发生于哪一年？", "1811年3月"),
        ("海口大捷是何时发生的", "1911年"),
        ("海口大捷在哪里发生的", "海口"),
        ("山前会战爆发于何处？", "安平县"),
    ],
)
def test_chinese(question, answer):
    assert [node.name for node in kgllm.GraphQA(kgllm.load(BATTLES)).ask(question).entities] == [answer]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When did the Spring Fair take place?", "2012-10-20"),
        ("When was Book Week held?", "2013-05-11"),
        ("Where does Book Week happen?", "Riga"),
        ("Where is the Spring Fair staged?", "Oslo"),
    ],
)
def test_english(question, answer):
    assert [node.name for node in kgllm.GraphQA(kgllm.load(FAIRS)).ask(question).entities] == [answer]


def test_the_verb_still_tells_a_field_from_another():
    graph = [
        ("春季车展", "举办时间", "10月20日"),
        ("春季车展", "布展时间", "10月18日"),
        ("秋季车展", "举办时间", "11月2日"),
        ("秋季车展", "布展时间", "11月1日"),
    ]
    qa = kgllm.GraphQA(kgllm.load(graph))
    assert [node.name for node in qa.ask("春季车展什么时候举办？").entities] == ["10月20日"]
    assert [node.name for node in qa.ask("秋季车展什么时候布展").entities] == ["11月1日"]


def test_a_capital_of_the_time_and_another_name():
    qa = kgllm.GraphQA(
        kgllm.load([("元朝", "首都", "大都"), ("元朝", "简称", "元"), ("白术", "中文别名", "于术"), ("白术", "属", "苍术属")])
    )
    assert [node.name for node in qa.ask("请问元朝当时定都在哪儿？").entities] == ["大都"]
    assert [node.name for node in qa.ask("白术还叫做什么啊？").entities] == ["于术"]


def test_how_long_is_a_time_too():
    graph = [
        ("red panda", "gestation", "134 days"),
        ("red panda", "weight", "5 kg"),
        ("trail", "height", "120 m"),
        ("trail", "owner", "Ann"),
    ]
    qa = kgllm.GraphQA(kgllm.load(graph), encoder="minilm")
    assert [node.name for node in qa.ask("How long is the red panda's gestation?").entities] == ["134 days"]
