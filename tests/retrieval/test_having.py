"""Conditions that say only that there is something: ships with a nickname, patients who have an allergy, 有别名的山."""

import pytest

import kgllm
from kgllm import GraphQA

SHIPS = [
    {"id": 1, "name": "Aster", "port": "Olm", "nickname": "Old Rope", "sister_ship": "Birch", "steam": True},
    {"id": 2, "name": "Birch", "port": "Olm", "nickname": None, "sister_ship": "Aster", "steam": False},
    {"id": 3, "name": "Cedar", "port": "Tarn", "nickname": "The Cup", "sister_ship": None, "steam": True},
    {"id": 4, "name": "Dorn", "port": "Olm", "nickname": None, "sister_ship": None, "steam": None},
]
PEAKS = [
    {"名称": "云门山", "省份": "云州", "别名": "小云山"},
    {"名称": "石鼓峰", "省份": "云州", "别名": None},
    {"名称": "白岩山", "省份": "江州", "别名": "白石"},
]
VISITS = [
    {"patient": "Ilse", "ward": "North", "allergy": "pollen", "bed": 4},
    {"patient": "Jonas", "ward": "North", "allergy": None, "bed": 5},
    {"patient": "Karl", "ward": "South", "allergy": "nuts", "bed": 6},
]


@pytest.fixture(scope="module")
def ships():
    return GraphQA(kgllm.load({"ships": SHIPS}, key="id", name="name", refers={"sister_ship": "ships"}))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which ships have a nickname?", {"Aster", "Cedar"}),
        ("Which ships in Olm have a nickname?", {"Aster"}),
        ("ships in Olm that have a sister ship", {"Aster", "Birch"}),
        ("ships with a nickname and a sister ship", {"Aster"}),
        ("Which ships in Tarn have a sister ship?", set()),
        ("Which ships in Olm have no nickname?", {"Birch", "Dorn"}),
        ("Which ships do not have a nickname?", {"Birch", "Dorn"}),
        ("Which ships have a nickname of The Cup?", {"Cedar"}),
        ("What nickname does Cedar have?", {"The Cup"}),
    ],
)
def test_what_some_have_is_a_condition(ships, question, answers):
    assert {node.name for node in ships.ask(question).entities} == answers


def test_they_are_counted(ships):
    assert ships.ask("How many ships have a nickname?").value == 2


@pytest.mark.parametrize(
    ("question", "answers"),
    [("Which patients in North have an allergy?", {"Ilse"}), ("patients with an allergy", {"Ilse", "Karl"})],
)
def test_other_things(question, answers):
    answer = GraphQA(kgllm.load(VISITS, table="patients", key="patient")).ask(question)
    assert {node.name for node in answer.entities} == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [("云州有别名的山有哪些？", {"云门山"}), ("哪些山有别名？", {"云门山", "白岩山"}), ("哪些山没有别名？", {"石鼓峰"})],
)
def test_in_chinese(question, answers):
    assert {node.name for node in GraphQA(kgllm.load(PEAKS, table="山", key="名称")).ask(question).entities} == answers
