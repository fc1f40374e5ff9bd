"""The towns of a county, or in it, lie in it by what leads to it; what it lies in itself is asked for otherwise."""

from __future__ import annotations

import pytest

import kgllm


def names(answer):
    return sorted(end.name for end in answer.entities)


@pytest.mark.parametrize("relation", ["located in", "lies in", "situated within"])
def test_what_a_place_lies_in_is_none_of_its_towns(relation):
    facts = [(town, relation, "Midland") for town in ("Olm", "Vass", "Tarn")] + [("Midland", relation, "Norland")]
    qa = kgllm.GraphQA(kgllm.load([*facts, ("Southland", relation, "Norland")]))
    for question in ("Which towns are in Midland?", "List the towns of Midland.", "towns in Midland", "List all the towns in Midland"):
        assert names(qa.ask(question)) in ([], ["Olm", "Tarn", "Vass"]), question
    assert names(qa.ask("What is Midland in?")) == ["Norland"]
    assert names(qa.ask("Which towns are in Midland?")) or relation != "located in"


def test_rooms_within_a_wing():
    rows = [{"id": n, "name": f"Room {n}", "within": 10 + n % 2, "kind": "room"} for n in range(6)]
    rows += [{"id": 10, "name": "East Wing", "within": 20, "kind": "wing"}, {"id": 11, "name": "West Wing", "within": 20, "kind": "wing"}]
    qa = kgllm.GraphQA(
        kgllm.load({"places": [*rows, {"id": 20, "name": "Old Hall", "kind": "house"}]}, key="id", name="name", refers={"within": "places"})
    )
    assert names(qa.ask("Which rooms are in East Wing?")) == ["Room 0", "Room 2", "Room 4"]
    assert names(qa.ask("List the rooms of West Wing.")) == ["Room 1", "Room 3", "Room 5"]


@pytest.mark.parametrize("relation", ["位于", "隶属于"])
def test_what_lies_in_a_place_in_chinese(relation):
    facts = [(one, relation, "中州") for one in ("甲国", "乙国", "丙国")]
    qa = kgllm.GraphQA(kgllm.load([*facts, ("中州", relation, "大洲"), ("南州", relation, "大洲")]))
    assert "大洲" not in names(qa.ask("中州有哪些国家？"))
    assert names(qa.ask("中州的国家有哪些？")) == (["丙国", "乙国", "甲国"] if relation == "位于" else [])


def test_the_place_of_one_thing_is_where_it_lies():
    qa = kgllm.GraphQA(
        kgllm.load([("Olm", "located in", "Midland"), ("Vass", "located in", "Midland"), ("Midland", "located in", "Norland")])
    )
    assert names(qa.ask("In which county is Olm?")) == ["Midland"]
    assert names(qa.ask("What are the locations of Olm?")) == ["Midland"]
