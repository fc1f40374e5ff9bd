"""Something of each of some groups: which groups is told by a name, by a relation with what it leads to, or by what has any."""

from __future__ import annotations

import json

import pytest

import kgllm

TABLES = {
    "ports": [{"name": "Arna", "coast": "West"}, {"name": "Bolt", "coast": "West"}, {"name": "Cove", "coast": "Ost"}],
    "trips": [
        {"name": f"T{n}", "start": start, "goal": goal, "cargo": cargo, "tons": tons}
        for n, (start, goal, cargo, tons) in enumerate(
            [("Arna", "Bolt", "salt", 5), ("Arna", "Cove", "wool", 9), ("Bolt", "Arna", "salt", 7), ("Cove", "Arna", "coal", 4)]
        )
    ],
}
WINGS = [("北翼", "东楼"), ("南翼", "东楼"), ("侧翼", "西楼")]
ROOMS = [("一号", "北翼"), ("二号", "北翼"), ("三号", "南翼"), ("四号", "侧翼")]


@pytest.fixture(scope="module")
def ports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ports")
    for name, rows in TABLES.items():
        (folder / f"{name}.json").write_text(json.dumps(rows))
    return kgllm.GraphQA(kgllm.load(folder, refers={"start": "ports", "goal": "ports"}))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many trips are there for each start port?", "Arna (2), Bolt (1), Cove (1)"),
        ("How many trips sailed from each start port?", "Arna (2), Bolt (1), Cove (1)"),
        ("How many salt trips are there per start port?", "Arna (1), Bolt (1)"),
        ("How many trips are there from each start port?", "Arna (2), Bolt (1), Cove (1)"),
        ("What is the highest tons of each start port?", "Arna (9), Bolt (7), Cove (4)"),
    ],
)
def test_of_each_group(ports, question, expected):
    said = ", ".join(sorted(one.split(" [")[0] for one in ports.ask(question).text.split(", ")))
    assert said == expected


def test_groups_that_a_name_tells():
    from kgllm.types import Entity

    wings = {name: Entity(name, types=("翼",)) for name, _ in WINGS}
    facts = [(wings[name], "属于", Entity(house, types=("楼",))) for name, house in WINGS]
    facts += [(Entity(room, types=("房间",)), "位于", wings[wing]) for room, wing in ROOMS]
    facts += [(wings[wing], "包含", Entity(room, types=("房间",))) for room, wing in ROOMS]  # the same the other way round
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert {one.name for one in qa.ask("东楼的每个翼各有几个房间？").entities} == {"北翼", "南翼"}
    assert "北翼（2）" in qa.ask("东楼的每个翼各有几个房间？").text
