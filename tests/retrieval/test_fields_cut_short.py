"""Fields whose names are cut short, or parts of a record, said in full: `dep_delay` is the departure delay, `cost.output` the output cost."""

from __future__ import annotations

import pytest

import kgllm

TRAINS = [
    {"train": "IC 7", "arr_platform": "4", "dep_delay": 12, "dest": "Olmburg", "fare": {"adult": 30, "child": 12}},
    {"train": "IC 9", "arr_platform": "2", "dep_delay": 45, "dest": "Tarn", "fare": {"adult": 25, "child": 14}},
    {"train": "RE 3", "arr_platform": "1", "dep_delay": 3, "dest": "Olmburg", "fare": {"adult": 9, "child": 5}},
]
SUMMITS = [{"name": "Grey Horn", "alt": 2310}, {"name": "Old Nick", "alt": 1875}, {"name": "Thorn Peak", "alt": 2899}]


@pytest.fixture(scope="module")
def trains() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load({"trains": TRAINS}))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which train had the longest departure delay?", ["IC 9"]),
        ("Which trains had a departure delay of more than 10 minutes?", ["IC 7", "IC 9"]),
        ("Which train has the highest child fare?", ["IC 9"]),
        ("Which train has the lowest adult fare?", ["RE 3"]),
        ("What is the destination of IC 9?", ["Tarn"]),
        ("What is the arrival platform of IC 7?", ["4"]),
        ("哪趟列车的departure delay最长？", ["IC 9"]),
    ],
)
def test_what_is_cut_short_is_said_in_full(trains: kgllm.GraphQA, question: str, answers: list[str]) -> None:
    assert sorted(one.name for one in trains.ask(question).entities) == answers


def test_an_adjective_means_what_is_cut_short() -> None:
    qa = kgllm.GraphQA(kgllm.load({"summits": SUMMITS}))
    assert [one.name for one in qa.ask("Which is higher, Grey Horn or Old Nick?").entities] == ["Grey Horn"]


def test_another_field_that_is_called_so_is_meant() -> None:
    rows = [{"name": "A1", "dep": "X", "departure": "Olm"}, {"name": "B2", "dep": "Y", "departure": "Tarn"}]
    qa = kgllm.GraphQA(kgllm.load({"trips": rows}))
    assert [one.name for one in qa.ask("What is the departure of A1?").entities] == ["Olm"]
