"""What a thing is called that is named by another of its names."""

import pytest

import kgllm

HILLS = [
    {"name": name, "aka": aka, "height_m": height, "region": region}
    for name, aka, height, region in (
        ("Mount Olm", ["Old Baldy", "秃山"], 3000, "Kesh"), ("Tarn Peak", ["The Needle"], 2000, "Kesh"), ("Vas Tor", ["灰岩"], 1500, "Bor"),
    )
]  # fmt: skip
SPIES = [
    {"name": "Agent Nine", "aka": ["The Moth"], "real_name": "Ada Brask"},
    {"name": "Agent Six", "aka": ["Wren"], "real_name": "Bo Lund"},
]


@pytest.fixture(scope="module")
def hills():
    return kgllm.GraphQA(kgllm.load({"hills": HILLS}, name="name", key="name", aliases="aka", refers={"region": "regions"}))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What is the official name of Old Baldy?", ["Mount Olm"]),
        ("What is Old Baldy's real name?", ["Mount Olm"]),
        ("What is The Needle really called?", ["Tarn Peak"]),
        ("秃山的正式名称叫什么？", ["Mount Olm"]),
        ("灰岩的本名是什么？", ["Vas Tor"]),
        ("What is the official name of Mount Olm?", []),  # it is named by it
        ("Mount Olm还有什么别的叫法？", ["Old Baldy", "秃山"]),
        ("What else is Mount Olm called?", ["Old Baldy", "秃山"]),
    ],
)
def test_by_another_name(hills, question, answers):
    assert sorted(end.name for end in hills.ask(question).entities) == answers


def test_a_relation_of_its_own_tells_it():
    spies = kgllm.GraphQA(kgllm.load({"spies": SPIES}, name="name", key="name", aliases="aka"))
    assert [end.name for end in spies.ask("What is The Moth's real name?").entities] == ["Ada Brask"]


CELLS = [
    {"code": "AVK", "names": ["Anterior Ventral Knot"], "size": 3},
    {"code": "DVK", "names": ["Dorsal Ventral Knot", "Double Knot"], "size": 4},
]
HALLS = [{"mic": "XOLM", "name": "Olm Exchange", "city": "Kesh"}, {"mic": "XVAS", "name": "Vas Exchange", "city": "Bor"}]


@pytest.fixture(scope="module")
def short():
    tables = {"cells": CELLS, "halls": HALLS}
    return kgllm.GraphQA(
        kgllm.load(tables, key={"cells": "code", "halls": "mic"}, name={"cells": "code", "halls": "name"}, aliases="names")
    )


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What does AVK stand for?", ["Anterior Ventral Knot"]),
        ("What is the full name of AVK?", ["Anterior Ventral Knot"]),
        ("AVK的全称是什么？", ["Anterior Ventral Knot"]),
        ("What does DVK stand for?", []),  # two names are longer
        ("What does XOLM stand for?", ["Olm Exchange"]),
        ("XVAS: what is its full name?", ["Vas Exchange"]),
        ("XVAS是什么的缩写？", ["Vas Exchange"]),
        ("What does XVAS stand for in Kesh?", []),
    ],
)
def test_in_full(short, question, answers):
    assert [end.name for end in short.ask(question).entities] == answers
