"""The most of what has a most and a least of its own, the newest of what counts on, and ages that are said by a number alone."""

from __future__ import annotations

import pytest

import kgllm

TOWNS = [
    {"name": "Arlen", "temp_max": 31, "temp_min": -12, "temp_avg": 9},
    {"name": "Bonny", "temp_max": 38, "temp_min": -3, "temp_avg": 15},
    {"name": "Crayton", "temp_max": 27, "temp_min": 2, "temp_avg": 17},
]
LATHES = [
    {"name": "L1", "max_torque": 31, "rated_torque": 30},
    {"name": "L2", "max_torque": 38, "rated_torque": 20},
    {"name": "L3", "max_torque": 27, "rated_torque": 35},
]
LAKES = [{"name": "Ula", "depth": 31, "max_depth": 120}, {"name": "Vos", "depth": 38, "max_depth": 80}]
TOOLS = [
    {"name": "Grip", "firmware_version": "1.9", "price": 20},
    {"name": "Hold", "firmware_version": "1.10", "price": 30},
    {"name": "Cut", "firmware_version": "1.2", "price": 40},
]
BOOKS = [{"name": "Algebra Now", "edition": 4}, {"name": "Botany", "edition": 9}, {"name": "Chemistry", "edition": 2}]
NURSES = [
    {"name": "Ann Low", "age": 61, "ward": "North", "shifts": 12},
    {"name": "Bo Hill", "age": 34, "ward": "South", "shifts": 70},
    {"name": "Cy Dane", "age": 67, "ward": "North", "shifts": 3},
]
CARTS = [
    {"name": "Ox", "body.length": 9, "body.height": 2.1},
    {"name": "Yak", "body.length": 7, "body.height": 1.9},
    {"name": "Elk", "body.length": 8, "body.height": 3.0},
]


def asks(rows, question):
    [(kind, _)] = rows.items()
    answer = kgllm.GraphQA(kgllm.load(rows, key=f"{kind}.name")).ask(question)
    return [] if answer.abstained else sorted(str(one) for one in answer.entities)


@pytest.mark.parametrize(
    ("question", "winner"),
    [
        ("Which town has the highest temperature?", ["Bonny"]),
        ("Which town has the lowest temperature?", ["Arlen"]),
        ("Which town has the highest average temperature?", ["Crayton"]),
        ("哪个城镇的温度最高？", ["Bonny"]),
        ("气温最低的城镇是哪个？", ["Arlen"]),
    ],
)
def test_the_highest_is_of_what_is_highest_and_the_lowest_of_what_is_lowest(question, winner):
    assert asks({"towns": TOWNS}, question) == winner


@pytest.mark.parametrize("question", ["Which lathe has the most torque?", "扭矩最大的车床是哪台？"])
def test_the_most_of_something_is_the_most_that_it_gets_to(question):
    assert asks({"lathes": LATHES}, question) == ["L2"]


@pytest.mark.parametrize("question", ["Which lake is the deepest?", "哪个湖最深？"])
def test_beside_a_plain_measure_which_of_them_is_meant_is_left_open(question):
    assert asks({"lakes": LAKES}, question) == []


@pytest.mark.parametrize(
    ("question", "winner"),
    [
        ("Which tool has the newest firmware version?", ["Hold"]),
        ("Which tool has the oldest firmware version?", ["Cut"]),
        ("固件版本最新的工具是哪个？", ["Hold"]),
        ("哪个工具的固件版本最老？", ["Cut"]),
    ],
)
def test_of_what_counts_on_the_newest_has_the_highest_number_by_each_of_its_parts(question, winner):
    assert asks({"tools": TOOLS}, question) == winner


def test_an_edition_counts_on_and_a_version_that_is_no_number_leaves_it_open():
    assert asks({"textbooks": BOOKS}, "Which textbook has the newest edition?") == ["Botany"]
    beta = [*TOOLS, {"name": "Saw", "firmware_version": "2.0.1-beta", "price": 1}]
    assert asks({"tools": beta}, "Which tool has the newest firmware version?") == []
    assert asks({"tools": beta}, "哪个工具的固件版本最新？") == []


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("Which nurses are over 60?", ["Ann Low", "Cy Dane"]),
        ("nurses under 40", ["Bo Hill"]),
        ("Which nurses are between 30 and 65?", ["Ann Low", "Bo Hill"]),
        ("Which nurses have over 60 patients?", []),
        ("Which nurses earn over 60?", []),
        ("Which nurses have more than 60 shifts?", ["Bo Hill"]),
        ("超过60岁的护士有哪些？", ["Ann Low", "Cy Dane"]),
        ("哪些护士有超过60个病人？", []),
    ],
)
def test_a_number_right_behind_people_is_their_age(question, who):
    assert asks({"nurses": NURSES}, question) == who


@pytest.mark.parametrize(
    ("question", "winner"),
    [
        ("车身长度最短的推车是哪一种？", ["Yak"]),
        ("车身最长的是哪一类？", ["Ox"]),
        ("轴距最小的推车是哪一种？", []),
        ("Which cart has the longest body?", ["Ox"]),
    ],
)
def test_which_kind_only_asks(question, winner):
    assert asks({"推车": CARTS} if "车" in question else {"carts": CARTS}, question) == winner
