"""每种颜色的灯各有几盏 asks what 每种颜色各有几盏灯 does."""

from __future__ import annotations

import pytest

import kgllm

LAMPS = {
    "灯": [
        {"名称": "甲灯", "颜色": "红", "材质": "铜"},
        {"名称": "乙灯", "颜色": "红", "材质": "玻璃"},
        {"名称": "丙灯", "颜色": "蓝", "材质": "铜"},
    ]
}
CLERKS = {
    "员工": [
        {"姓名": "李岚", "部门": "财务部", "职级": "初级"},
        {"姓名": "周越", "部门": "研发部", "职级": "初级"},
        {"姓名": "何远", "部门": "研发部", "职级": "高级"},
    ]
}


@pytest.mark.parametrize(
    ("tables", "question", "counts"),
    [
        (LAMPS, "每种颜色的灯各有几盏？", {"红": "2", "蓝": "1"}),
        (LAMPS, "每种颜色各有几盏灯？", {"红": "2", "蓝": "1"}),
        (LAMPS, "材质各类各有多少灯？", {"铜": "2", "玻璃": "1"}),
        (CLERKS, "每个部门的员工各有多少？", {"财务部": "1", "研发部": "2"}),
        (CLERKS, "每种职级的员工分别有几名？", {"初级": "2", "高级": "1"}),
    ],
)
def test_of_each(tables, question, counts):
    answer = kgllm.GraphQA(kgllm.load(tables)).ask(question)
    assert dict(zip([entity.name for entity in answer.entities], answer.values, strict=True)) == counts
    assert answer.question == question
