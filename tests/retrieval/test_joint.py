"""Numbers, denials and what is named joined in one question: every condition is met, whatever its kind."""

from __future__ import annotations

import pytest

import kgllm

INNS = [
    {"name": "Anchor", "region": "Nord", "rating": 4, "price": 90, "garden": "yes"},
    {"name": "Bell", "region": "Nord", "rating": 2, "price": 40, "garden": "no"},
    {"name": "Crown", "region": "Sud", "rating": 5, "price": 150, "garden": "no"},
    {"name": "Dragon", "region": "Nord", "rating": 5, "price": 160, "garden": "no"},
    {"name": "Eagle", "region": "Ouest", "rating": 3, "price": 70, "garden": "yes"},
]
BATTLES = [
    dict(zip(("name", "attacker", "defender", "attacker_losses", "season"), row, strict=True))
    for row in (
        ("Ford", "Reds", "Blues", 300, "winter"),
        ("Hill", "Reds", "Greens", 20, "summer"),
        ("Lake", "Blues", "Reds", 500, "summer"),
        ("Moor", "Reds", "Blues", 450, "summer"),
    )
]
HERBS = [
    dict(zip(("名称", "药性", "产区", "价格"), row, strict=True))
    for row in (("甘草", "平", "北山", 30), ("黄连", "寒", "南岭", 120), ("石斛", "寒", "北山", 200), ("干姜", "热", "北山", 15))
]


@pytest.fixture(scope="module")
def asking():
    tables = {"inns": INNS, "battles": BATTLES, "药材": HERBS}
    return {name: kgllm.GraphQA(kgllm.load(rows, table=name)) for name, rows in tables.items()}


@pytest.mark.parametrize(
    ("table", "question", "expected"),
    [
        ("inns", "Which inns of the region Nord have a price of more than 80?", ["Dragon (160)", "Anchor (90)"]),
        ("inns", "Which inns with a garden have a rating over 3?", ["Anchor (4)"]),
        ("inns", "Which inns have a rating of at least 5 and are not in Nord?", ["Crown (5)"]),
        ("inns", "Which Nord inns have no garden and a price under 100?", ["Bell (40)"]),
        ("inns", "Which inns in Nord are not over 100 in price?", ["Bell (40)", "Anchor (90)"]),
        ("battles", "Which battles of attacker Reds had attacker losses of over 100?", ["Moor (450)", "Ford (300)"]),
        ("battles", "Which summer battles had an attacker losses number above 400 bodies?", ["Lake (500)", "Moor (450)"]),
        ("battles", "Which summer battles with defender Blues had more than 900 attacker losses?", None),
        ("battles", "In which battles did the attacker side have losses over 400 men?", None),
        ("inns", "Which inns have no garden and no rating under 3?", ["Crown", "Dragon"]),
        ("药材", "北山的药材里哪些价格超过20？", ["石斛（200）", "甘草（30）"]),
        ("药材", "价格低于150的寒性药材有哪些？", ["黄连（120）"]),
        ("药材", "产区是北山且价格高于20的药材中哪些不是寒性？", ["甘草（30）"]),
    ],
)
def test_all_conditions_are_met(asking, table, question, expected):
    answer = asking[table].ask(question)
    if expected is None:
        assert answer.abstained
    else:
        said = [one.split(" [")[0] for one in answer.text.replace("、", ", ").split(", ")]
        assert said == expected


def test_what_is_not_told_by_a_condition_is_not_left_out(asking):
    """A word that nothing of the graph says keeps the question from being read: no condition is dropped."""
    answer = asking["inns"].ask("Which haunted inns of the region Nord have a price of more than 80?")
    assert answer.abstained


def test_how_many_meet_all(asking):
    assert asking["inns"].ask("How many inns in Nord have a price over 80?").value == 2
    assert asking["药材"].ask("北山的药材中价格超过20的有几种？").value == 2


COUNTRIES = [{"name": "Arvia", "continent": "Ost"}, {"name": "Belen", "continent": "West"}]
PEAKS = [
    {"name": "Horn", "country": "Arvia", "metres": 3000, "rock": "granite"},
    {"name": "Kogel", "country": "Arvia", "metres": 1800, "rock": "slate"},
    {"name": "Torre", "country": "Belen", "metres": 3500, "rock": "granite"},
]


@pytest.fixture(scope="module")
def peaks(tmp_path_factory):
    import json

    folder = tmp_path_factory.mktemp("peaks")
    (folder / "countries.json").write_text(json.dumps(COUNTRIES))
    (folder / "peaks.json").write_text(json.dumps(PEAKS))
    return kgllm.GraphQA(kgllm.load(folder))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which peaks of the Arvia country have metres over 2000?", {"Horn"}),
        ("Which peaks of the country Arvia are not granite?", {"Kogel"}),
        ("Which granite peaks have metres under 3200?", {"Horn"}),
    ],
)
def test_nouns_of_other_kinds_beside_what_is_named(peaks, question, expected):
    assert {one.name for one in peaks.ask(question).entities} == expected
