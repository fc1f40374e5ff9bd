"""Columns and tables that are called by the sound of Chinese words (pinyin), as databases in China often have them."""

from __future__ import annotations

import pytest

import kgllm

STAFF = [
    {"xingming": "王芳", "xingbie": "女", "bumen": "销售部", "ruzhi_riqi": "2019-03-02", "gongzi": 8200},
    {"xingming": "李雷", "xingbie": "男", "bumen": "研发部", "ruzhi_riqi": "2021-07-15", "gongzi": 9900},
    {"xingming": "赵敏", "xingbie": "女", "bumen": "研发部", "ruzhi_riqi": "2020-01-08", "gongzi": 9100},
]
GOODS = [
    {"name": "Olm lamp", "jiage": 120, "kucun": 14, "chandi": "Brone"},
    {"name": "Vass chair", "jiage": 310, "kucun": 3, "chandi": "Tarn"},
]


@pytest.mark.parametrize(
    ("tables", "question", "gold"),
    [
        ({"yuangong": STAFF}, "王芳的部门是什么？", ["销售部"]),
        ({"yuangong": STAFF}, "李雷的工资是多少？", ["9900"]),
        ({"yuangong": STAFF}, "李雷的入职日期是哪天？", ["2021-07-15"]),
        ({"yuangong": STAFF}, "研发部有哪些员工？", ["李雷", "赵敏"]),
        ({"shangpin": GOODS}, "Vass chair的库存是多少？", ["3"]),
        ({"shangpin": GOODS}, "Olm lamp的产地是哪里？", ["Brone"]),
        ({"shangpin": GOODS}, "What is the jiage of the Olm lamp?", ["120"]),
        ({"shangpin": GOODS}, "Olm lamp的重量是多少？", []),
    ],
)
def test_a_column_is_found_by_its_sound(tables: dict[str, list[dict[str, object]]], question: str, gold: list[str]) -> None:
    names = "xingming" if "yuangong" in tables else "name"
    answer = kgllm.GraphQA(kgllm.load(tables, name=names)).ask(question)
    assert sorted(map(str, answer.entities)) == gold
