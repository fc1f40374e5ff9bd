"""Places that a verb says: "ranks second by area", 海拔排第二, 倒数第二高; of hills, cities and songs, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

import kgllm
from kgllm.types import Entity


def table(kind: str, fields: tuple[str, ...], *rows: tuple[Any, ...]) -> kgllm.GraphQA:
    facts = [(Entity(key, types=(kind,)), field, value) for key, *values in rows for field, value in zip(fields, values, strict=True)]
    return kgllm.GraphQA(kgllm.load(facts))


HILLS = table(
    "山峰", ("海拔", "省份"), ("白岩山", 2100, "云州"), ("青石岭", 1800, "云州"), ("落霞峰", 2500, "海州"), ("望月台", 1200, "海州")
)
CITIES = table("city", ("population", "area"), ("Norburg", 900000, 120), ("Sudhaven", 400000, 300), ("Estwick", 650000, 210))
SONGS = table("歌曲", ("播放量", "时长"), ("晚潮", 5200, 210), ("归鸿", 8100, 185), ("小满", 3900, 240))
TEAMS = table("球队", ("积分", "排名"), ("青鸟队", 41, 1), ("石桥队", 38, 2), ("白沙队", 30, 3))


@pytest.mark.parametrize(
    ("qa", "question", "expected"),
    [
        (HILLS, "海拔排第二的山峰是哪座？", "白岩山"),
        (HILLS, "海拔排名第三的是哪座山？", "青石岭"),
        (HILLS, "哪座山峰的高度排第二？", "白岩山"),
        (HILLS, "倒数第二高的山峰是哪座？", "青石岭"),
        (HILLS, "海拔排名倒数第一的山峰是哪座？", "望月台"),
        (CITIES, "Which city ranks second by area?", "Estwick"),
        (CITIES, "Which city comes third in population?", "Sudhaven"),
        (CITIES, "Which city is second in population?", "Estwick"),
        (SONGS, "播放量排第二的歌曲是哪首？", "晚潮"),
        (SONGS, "哪首歌曲的播放量位居第一？", "归鸿"),
    ],
)
def test_what_stands_at_a_place(qa: kgllm.GraphQA, question: str, expected: str) -> None:
    answer = qa.ask(question)
    assert [entity.name for entity in answer.entities] == [expected], answer.text


def test_where_a_field_says_the_place_none_is_counted() -> None:
    answer = TEAMS.ask("排名第三的球队是哪支？")  # the third largest of 排名 would be the first team
    assert answer.abstained or [entity.name for entity in answer.entities] == ["白沙队"]


def test_a_place_of_no_measure_is_none() -> None:
    assert CITIES.ask("Which city comes third in the alphabet?").abstained
    assert CITIES.ask("Which city is second in command?").abstained
