"""Of two relations that a Chinese question speaks of alike, the one whose name it says is meant, and of a compound the last word."""

from __future__ import annotations

import pytest

import kgllm

PERSON = [
    ("韩度", "籍贯", "青州"),
    ("韩度", "出生地点", "泉城"),
    ("韩度", "职业", "木匠"),
    ("周越", "籍贯", "东海"),
    ("周越", "出生地点", "北岭"),
]
TEMPLE = [("云水寺", "位于", "青州南门外3号"), ("云水寺", "所在城市", "青州"), ("云水寺", "建筑风格", "唐式")]
PEAK = [("鹤岭", "主峰海拔", "2128米"), ("鹤岭", "海拔", "1497米"), ("鹤岭", "植被", "松林")]
TRAM = [("海燕号电车", "电动机功率", "83千瓦"), ("海燕号电车", "牵引电动机", "东岭丙型"), ("海燕号电车", "产量", "96列")]
GLYPH = [("煑", "部外笔画", "8"), ("煑", "总笔画", "12"), ("煑", "部首", "火")]
BRIDGE = [("长虹桥", "开工日期", "1937年"), ("长虹桥", "通车日期", "1938年"), ("长虹桥", "跨越", "白河")]
OFFICE = [("甲办公室", "业务上级机构", "乙委员会"), ("甲办公室", "机构类型", "常设办事处"), ("甲办公室", "地址", "青州")]


@pytest.mark.parametrize(
    ("facts", "question", "answer"),
    [
        (PERSON, "韩度出生在哪里？", "泉城"),
        (PERSON, "韩度的籍贯是哪里？", "青州"),
        (TEMPLE, "云水寺在哪个城市？", "青州"),
        (TEMPLE, "云水寺位于哪里？", "青州南门外3号"),
        (PEAK, "鹤岭有多高？", "1497米"),
        (PEAK, "鹤岭的主峰有多高？", "2128米"),
        (TRAM, "海燕号电车的电动机是什么？", "东岭丙型"),
        (TRAM, "海燕号电车的电动机功率是多少？", "83千瓦"),
        (GLYPH, "煑字一共有多少笔画？", "12"),
        (BRIDGE, "长虹桥是什么时候通车的？", "1938年"),
        (BRIDGE, "长虹桥是什么时候动工的？", "1937年"),
        (OFFICE, "甲办公室是什么样的机构？", "常设办事处"),
    ],
)
def test_the_name_that_is_said(facts, question, answer):
    found = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    assert [entity.name for entity in found.entities] == [answer]


def test_a_number_in_something_is_of_that():
    dyes = [("甲黄", "chembase", "3490830"), ("甲黄", "颜色", "黄"), ("乙红", "chembase", "3490831")]
    qa = kgllm.GraphQA(kgllm.load(dyes))
    assert qa.ask("甲黄在chembase中的编号是什么？").text == "3490830 [1]"
    assert qa.ask("甲黄的房间的号码是什么？").abstained
