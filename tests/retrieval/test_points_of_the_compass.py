"""Which lies furthest north, or further east than another: by latitude and longitude, whatever the columns are called."""

from __future__ import annotations

import pytest

import kgllm

HUTS = [
    {"id": 1, "name": "Ansa Hut", "lat": 46.1, "lon": 7.2, "beds": 40},
    {"id": 2, "name": "Brell Hut", "lat": 47.3, "lon": 9.9, "beds": 12},
    {"id": 3, "name": "Corva Hut", "lat": 45.2, "lon": 8.4, "beds": 60},
]
BUOYS = [("甲浮标", "纬度", "31.2"), ("甲浮标", "经度", "122.5"), ("乙浮标", "纬度", "29.8"), ("乙浮标", "经度", "123.9")]


@pytest.fixture(scope="module")
def huts():
    return kgllm.GraphQA(kgllm.load({"huts": HUTS}, key="id", name="name"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which hut is furthest north?", "Brell Hut"),
        ("Which hut lies farthest to the south?", "Corva Hut"),
        ("the most westerly hut", "Ansa Hut"),
        ("Which is further east, Ansa Hut or Corva Hut?", "Corva Hut"),
        ("Is Ansa Hut or Corva Hut further north?", "Ansa Hut"),
    ],
)
def test_a_point_of_the_compass_is_measured_by_degrees(huts, question, answer):
    assert [end.name for end in huts.ask(question).entities] == [answer]


def test_whether_one_lies_further_that_way(huts):
    assert huts.ask("Is Ansa Hut farther north than Corva Hut?").verdict is True
    assert huts.ask("Is Ansa Hut further to the east than Brell Hut?").verdict is False


def test_the_same_in_chinese():
    buoys = kgllm.GraphQA(kgllm.load(BUOYS))
    assert [end.name for end in buoys.ask("哪个更靠北，甲浮标还是乙浮标？").entities] == ["甲浮标"]
    assert [end.name for end in buoys.ask("甲浮标和乙浮标哪个更靠东？").entities] == ["乙浮标"]


def test_a_distance_is_no_point_of_the_compass(huts):
    assert huts.ask("Which hut is furthest from the valley?").abstained
