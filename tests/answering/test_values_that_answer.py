"""A Chinese value may answer a question for yes or no in its own words: 非引种, 不溶, 有（两种）."""

from __future__ import annotations

import pytest

import kgllm

PLANTS = [("山豆", "引种状况", "非引种"), ("紫藤", "引种状况", "人工引种栽培"), ("青苔", "引种状况", "国外引种")]
SALTS = [("甲盐", "水溶性", "不溶于水"), ("乙盐", "水溶性", "可溶于水"), ("丙盐", "颜色", "白色")]
GAMES = [("夜航记", "自动存档", "有（仅主机版）"), ("晨雾记", "自动存档", "无（见说明）"), ("归舟记", "自动存档", "每章一次")]


@pytest.mark.parametrize(
    ("facts", "question", "verdict"),
    [
        (PLANTS, "山豆属于引种吗？", False),
        (PLANTS, "紫藤是否属于引种栽培？", True),
        (SALTS, "甲盐溶于水吗？", False),
        (SALTS, "乙盐溶于水吗？", True),
        (GAMES, "夜航记有没有自动存档？", True),
        (GAMES, "晨雾记有没有自动存档？", False),
    ],
)
def test_a_value_says_yes_or_no(facts, question, verdict):
    answer = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    assert not answer.abstained
    assert answer.verdict is verdict
    assert len(answer.facts) == 1


def test_a_value_that_takes_up_nothing_says_neither():
    qa = kgllm.GraphQA(kgllm.load(SALTS))
    assert qa.ask("丙盐溶于水吗？").verdict is None
    assert qa.ask("丙盐的颜色是红的吗？").verdict is not True
