"""All things of a kind under several conditions, some of which are values: each is met, or there is no answer."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity, Literal

KILNS = {  # lamps: maker, colour, material, stars, shape, last check
    "Aster": ("Olm", "Red", "Brass", 5, "Globe/Lantern", "2019 AD"),
    "Birch": ("Olm", "Green", "Brass", 4, "Cone", "2021 AD"),
    "Cedar": ("Olm", "Red", "Glass", 4, "Cone", "2021 AD"),
    "Daisy": ("Tarn", "Red", "Brass", 5, "Globe/Lantern", "2021 AD"),
    "Elder": ("Tarn", "Green", "Glass", 5, "Cone", "2019 AD"),
}
TEAS = {  # 茶: 产地、香型、等级
    "云针": ("青州", "花", "五", 5),
    "雨前": ("青州", "果", "四", 4),
    "松萝": ("青州", "花", "四", 4),
    "白露": ("泸州", "花", "五", 5),
}
POTS = {"素壶": ("青州", 5), "彩壶": ("泸州", 4)}


def facts():
    shops = {name: Entity(name, types=("maker",)) for name in ("Olm", "Tarn")}
    for name, (maker, colour, material, stars, shape, checked) in KILNS.items():
        lamp = Entity(name, types=("lamps",))
        yield from (
            (lamp, "maker", shops[maker]),
            (lamp, "colour", Literal(colour)),
            (lamp, "material", Literal(material)),
            (lamp, "stars", stars),
            (lamp, "shape", Literal(shape)),
            (lamp, "last_inspection", Literal(checked)),
            (lamp, "shelf no", 10 + stars),
        )
    for name, (place, smell, _, stars) in TEAS.items():
        tea = Entity(name, types=("茶叶",))
        yield from ((tea, "产地", place), (tea, "香型", Literal(smell)), (tea, "星级", stars), (tea, "teaType", "绿茶"))
    for name, (place, stars) in POTS.items():
        pot = Entity(name, types=("茶壶",))
        yield from ((pot, "产地", place), (pot, "星级", stars))


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(facts()))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which red brass lamps does Olm make?", ["Aster"]),
        ("red lamps from Tarn", ["Daisy"]),
        ("Which lamps are red and made of glass?", ["Cedar"]),
        ("five-star brass lamps", ["Aster", "Daisy"]),
        ("Which 5-star lamps are green?", ["Elder"]),
        ("all lantern lamps of Olm", ["Aster"]),
        ("Which brass lamps were last inspected in 2021?", ["Birch", "Daisy"]),
        ("青州的五星茶叶有哪些？", ["云针"]),
        ("花香型的四星茶叶有哪些", ["松萝"]),
        ("青州有哪些五星茶壶？", ["素壶"]),
    ],
)
def test_what_meets_every_condition(qa, question, answers):
    found = qa.ask(question)
    assert sorted(one.name for one in found.entities) == sorted(answers), found.text


@pytest.mark.parametrize(
    ("question", "many"),
    [
        ("How many red lamps are there?", 3),
        ("number of green lamps made by Olm", 1),
        ("How many brass lamps does Tarn make?", 1),
        ("青州的花香茶叶有多少种？", 2),
        ("四星茶叶一共有几种？", 2),
    ],
)
def test_they_are_counted(qa, question, many):
    assert qa.ask(question).value == many


@pytest.mark.parametrize(
    "question",
    [
        "Which velvet lamps does Olm make?",  # no lamp has anything of that name
        "Which red haunted lamps are there?",
        "Which red lamps with a blue base does Olm make?",
        "青州的凉性五星茶叶有哪些？",
    ],
)
def test_no_condition_is_left_out(qa, question):
    found = qa.ask(question)
    assert found.abstained, found.text


def test_each_condition_is_proved(qa):
    found = qa.ask("Which red brass lamps does Olm make?")
    assert {(fact.subject.name, str(fact.relation), fact.object.name) for fact in found.facts} == {
        ("Aster", "colour", "Red"),
        ("Aster", "material", "Brass"),
        ("Aster", "maker", "Olm"),
    }


def test_what_is_asked_for_is_not_what_the_kind_has(qa):
    assert sorted(one.name for one in qa.ask("Who makes the lamp Aster?").entities) == ["Olm"]
    assert {one.name for one in qa.ask("Which colour does Aster have?").entities} == {"Red"}


@pytest.mark.parametrize("question", ["Who has brass prizes?", "谁拿过铜奖杯？"])
def test_who_has_things_of_a_kind_is_not_which_things(question):
    prizes = [Entity(f"prize {n}", types=("奖杯" if "谁" in question else "prizes",)) for n in range(2)]
    facts = [(prize, "metal", Literal(metal)) for prize in prizes for metal in ("Brass", "铜")]
    found = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    assert found.evidence.settings.get("form") != "described", found.text


def test_what_only_joins_others_is_no_answer():
    parts = [Entity(f"p{n}", named=False) for n in range(2)]
    facts = [(part, "special_performance_type", Entity("Voice")) for part in parts]
    facts += [(part, "actor", Entity(who)) for part, who in zip(parts, ("Ada Lind", "Bo Sand"), strict=True)]
    facts += [(part, "character", Entity(who)) for part, who in zip(parts, ("Hare", "Crow"), strict=True)]
    found = kgllm.GraphQA(kgllm.load(facts)).ask("who did the voice for Hare?")
    assert all(one.named for one in found.entities), found.text


def test_a_part_of_the_names_is_a_condition():
    books = [Entity(name, types=("books",)) for name in ("Moor Hall", "Moor Hall Returns", "A Moor Hall Winter", "Hall of Moor")]
    writers = ["Ada Lind", "Ada Lind", "Bo Sand", "Ada Lind"]
    qa = kgllm.GraphQA(kgllm.load([(book, "author", Literal(who)) for book, who in zip(books, writers, strict=True)]))
    found = qa.ask("Which Moor Hall books did Ada Lind write?")
    assert sorted(one.name for one in found.entities) == ["Moor Hall", "Moor Hall Returns"], found.text
    assert qa.ask("How many Moor Hall books are there?").value == 3


def test_what_a_value_names_is_of_the_kind_that_its_relation_says():
    facts = [(Entity(f"Blade {n}", types=("weapons",)), "weaponType", Literal("Sabre")) for n in range(3)]
    facts += [(Entity(f"Guard {n}", types=("guards",)), "weaponType", Literal("Sabre")) for n in range(2)]
    assert kgllm.GraphQA(kgllm.load(facts)).ask("How many sabres are there?").value == len(facts) - 2


def test_a_relation_that_holds_both_ways_is_met_either_way_round():
    towns = {name: Entity(name, types=("town",)) for name in ("Arb", "Bel", "Cor", "Dun", "Eft")}
    pairs = [("Arb", "Bel"), ("Cor", "Arb"), ("Bel", "Cor"), ("Dun", "Cor"), ("Arb", "Dun"), ("Eft", "Arb")]
    qa = kgllm.GraphQA(kgllm.load([(towns[a], "borders", towns[b]) for a, b in pairs]))
    found = qa.ask("Which towns border both Arb and Cor?")
    assert sorted(one.name for one in found.entities) == ["Bel", "Dun"], found.text


HARBOURS = [
    {"id": "h1", "name": "Olm", "coast": "Nord"},
    {"id": "h2", "name": "Tarn", "coast": "Sud"},
]
PIERS = [
    {"id": "p1", "name": "Long Pier", "harbour": "h1", "length_m": 240, "timber": "oak"},
    {"id": "p2", "name": "Fish Pier", "harbour": "h1", "length_m": 90, "timber": "pine"},
    {"id": "p3", "name": "Mole", "harbour": "h2", "length_m": 400, "timber": "oak"},
]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("How long are the piers in Olm?", {"240", "90"}),
        ("How long are the piers at Tarn?", {"400"}),
        ("What do the piers of Olm measure in length?", None),
        ("Which piers are there in Olm?", {"Long Pier", "Fish Pier"}),
        ("What is the pier in Tarn clad with?", None),
    ],
)
def test_what_things_have_is_not_answered_by_the_things(question, answers):
    """None: whatever is said, it is no pier."""
    tables = {"harbours": HARBOURS, "piers": PIERS}
    answer = kgllm.GraphQA(kgllm.load(tables, key="id", name="name", refers={"harbour": "harbours"})).ask(question)
    said = {node.name for node in answer.entities}
    assert said == answers if answers is not None else said.isdisjoint(pier["name"] for pier in PIERS)
