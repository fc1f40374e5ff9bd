"""What is asked for in a unit is told by a relation in that unit, and by none in units of something else."""

from __future__ import annotations

import pytest

import kgllm

BREADS = {
    "面包": [
        {"名称": "麦香包", "发酵min": 40, "面粉g": 250, "冷藏小时": 6},
        {"名称": "黑麦包", "发酵min": 55, "面粉g": 300, "冷藏小时": 8},
        {"名称": "奶酪包", "发酵min": 35, "面粉g": 200, "冷藏小时": 4},
    ]
}
PUMPS = {
    "pumps": [
        {"name": "Olm 7", "mass_kg": 12, "startup_min": 3, "head_m": 40},
        {"name": "Olm 9", "mass_kg": 15, "startup_min": 4, "head_m": 55},
        {"name": "Olm 11", "mass_kg": 19, "startup_min": 6, "head_m": 70},
    ]
}


@pytest.mark.parametrize(
    ("tables", "question", "answer"),
    [
        (BREADS, "麦香包要发酵几分钟？", "40"),
        (BREADS, "黑麦包要冷藏几个小时？", "8"),
        (BREADS, "奶酪包要放多少克面粉？", "200"),
        (PUMPS, "How many minutes does the startup of Olm 9 take?", "4"),
        (PUMPS, "How many kilograms does Olm 11 weigh?", "19"),
    ],
)
def test_a_relation_in_that_unit(tables, question, answer):
    found = kgllm.GraphQA(kgllm.load(tables)).ask(question)
    assert [entity.name for entity in found.entities] == [answer]


@pytest.mark.parametrize(
    ("tables", "question"), [(BREADS, "麦香包发酵要放多少毫升？"), (PUMPS, "How many litres does the startup of Olm 9 take?")]
)
def test_none_in_another(tables, question):
    assert kgllm.GraphQA(kgllm.load(tables)).ask(question).abstained
