"""Chinese names that a graph writes apart and a question says in one."""

import pytest

import kgllm
from kgllm.linking.runs import telling
from kgllm.linking.spans import Unit

HOUSES = [
    ("海棠苑 三年坊 上院", "楼层", "17"),
    ("海棠苑 三年坊 下院", "楼层", "9"),
    ("海棠苑 四年坊 上院", "楼层", "11"),
    ("北河厂 二号线 下料间", "主管", "陈牧"),
    ("北河厂 三号线 下料间", "主管", "李禾"),
    ("绿野丛书 第二年 中册", "页数", "311"),
    ("绿野丛书 第二年 下册", "页数", "298"),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(HOUSES))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("三年坊上院有几层楼？楼层是多少？", "17"),
        ("海棠苑四年坊上院的楼层是多少？", "11"),
        ("二号线下料间的主管是谁？", "陈牧"),
        ("第二年中册的页数是多少？", "311"),
        ("海棠苑 三年坊 下院的楼层是多少？", "9"),
    ],
)
def test_a_name_written_apart_is_found_by_its_parts_in_one(qa, question, answer):
    assert [end.name for end in qa.ask(question).entities] == [answer]


def test_parts_of_no_name_are_found_by_none(qa):
    assert qa.ask("五年坊上院的楼层是多少？").abstained
    assert qa.ask("二号线打包间的主管是谁？").abstained


def test_characters_of_grammar_join_what_stands_around_them_and_particles_do_not():
    def units(text):
        return [Unit(letter, i, i + 1, True, True) for i, letter in enumerate(text)]

    weights = [0.5, 0.05, 0.5, 0.5]
    assert telling(units("坊上院落"), weights, [False] * 4, strong=False)[0] == (0, 4)
    assert (0, 4) not in telling(units("坊的院落"), weights, [False] * 4, strong=False)
    assert telling(units("坊上院落"), weights, [False] * 4, strong=True) == []
