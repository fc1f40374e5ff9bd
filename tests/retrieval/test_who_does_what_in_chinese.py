"""Which end a Chinese verb asks for: 谁追赶狐狸 and 狐狸追赶谁, 被, 给…; what only holds the other way round is no answer."""

from __future__ import annotations

import pytest

import kgllm

ANIMALS = [("鹰", "捕食", "兔子"), ("狐狸", "捕食", "兔子"), ("狼", "追赶", "狐狸"), ("狮子", "捕食", "羚羊")]
LANDS = [("丁国", "入侵", "甲国"), ("甲国", "击溃", "乙国"), ("乙国", "击溃", "丙国")]
GIFTS = [("李娜", "送给", "王磊"), ("张伟", "借给", "李娜")]
FIRMS = [("远山厂", "supplies", "近水厂"), ("近水厂", "supplies", "平川厂")]
GAMES = [("星河", "研发", "蓝鲸工作室"), ("星河", "类型", "射击")]


@pytest.mark.parametrize(
    ("facts", "question", "expected"),
    [
        (ANIMALS, "谁追赶狐狸？", {"狼"}),
        (ANIMALS, "狐狸追赶谁？", set()),
        (ANIMALS, "狼被谁追赶？", set()),
        (ANIMALS, "狐狸被什么捕食？", set()),
        (ANIMALS, "狐狸捕食什么？", {"兔子"}),
        (ANIMALS, "什么捕食狮子？", set()),
        (LANDS, "甲国入侵了哪里？", set()),
        (LANDS, "丁国入侵了哪里？", {"甲国"}),
        (LANDS, "丁国被谁入侵？", set()),
        (LANDS, "乙国击溃了谁？", {"丙国"}),
        (LANDS, "乙国被谁击溃了？", {"甲国"}),
        (GIFTS, "李娜送给了谁？", {"王磊"}),
        (GIFTS, "谁送给李娜？", set()),
        (FIRMS, "谁给近水厂供货？", {"远山厂"}),
        (FIRMS, "近水厂给谁供货？", {"平川厂"}),
        (GAMES, "谁研发了星河？", {"蓝鲸工作室"}),
    ],
)
def test_a_chinese_verb_is_read_one_way(facts, question, expected):
    answer = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    assert {node.name for node in answer.entities} == expected
