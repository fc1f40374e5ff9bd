"""A field that a question says by its whole name, and nothing else beside the thing: however like it other fields are."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity, Literal

FACTS = [
    ("Olm", "is_a", "tower"),
    ("Olm", "floor.area.groundLevel", Literal("90", value=90)),
    ("Olm", "floor.area.topLevel", Literal("30", value=30)),
    ("Olm", "longest_stair", "Iron Stair"),
    ("Olm", "areakm2", Literal("3", value=3)),
    ("Olm", "it", "Torre Olm"),
    ("Olm", "zkey", Literal("Z-17")),
    ("Olm", "first_owner", "Ann Vell"),
    ("Olm", "owner", "Gull Bank"),
    ("Ulm", "first_owner", "Gull Bank"),
    ("Iron Stair", "length_m", Literal("40", value=40)),
    ("Oak Stair", "length_m", Literal("70", value=70)),
    ("Ann Vell", "zkey", Literal("Z-3")),
    ("Gull Bank", "zkey", Literal("Z-9")),
    ("Norland", "neighbours", "Sorland"),
    ("Westland", "neighbours", "Norland"),
]
TA = [
    ("奥姆塔", "地上建筑面积", Literal("90")),
    ("奥姆塔", "地下建筑面积", Literal("30")),
    ("奥姆塔", "首任业主", "安达"),
    ("奥姆塔", "业主", "鸥行"),
    ("奥姆塔", "编号码", Literal("Z-17")),
    ("安达", "编号码", Literal("Z-3")),
    ("鸥行", "编号码", Literal("Z-9")),
]


@pytest.fixture(scope="module")
def towers():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.fixture(scope="module")
def ta():
    return kgllm.GraphQA(kgllm.load(TA))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("floor area ground level of Olm", "90"),
        ("Could you tell me the floor area top level of the tower Olm, please?", "30"),
        ("What is the longest stair of Olm?", "Iron Stair"),
        ("areakm of Olm", "3"),
        ("what areakm2 does Olm have", "3"),
        ("Tell me the it of Olm.", "Torre Olm"),
        ("Olm's zkey?", "Z-17"),
        ("As for the tower Olm, what's its zkey?", "Z-17"),
        ("look up the zkey for the tower called Olm", "Z-17"),
        ("What is given as Olm's zkey?", "Z-17"),
        ("zkey of the first owner of Olm", "Z-3"),
        ("What zkey does the owner of Olm have?", "Z-9"),
        ("Take the first owner of Olm: what is its zkey?", "Z-3"),
        ("For the owner of the tower Olm, what is the zkey?", "Z-9"),
        ("zkey of Olm's first owner", "Z-3"),
        ("I'd like to know what length m the longest stair of Olm has.", "40"),
    ],
)
def test_a_field_is_told_by_its_whole_name(towers, question, name):
    answer = towers.ask(question)
    assert [node.name for node in answer.entities] == [name]
    assert answer.citations and answer.facts[-1].object.name == name


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("奥姆塔的地下建筑面积是多少来着？", "30"),
        ("地上建筑面积：奥姆塔", "90"),
        ("谁知道奥姆塔的编号码", "Z-17"),
        ("奥姆塔有着怎样的编号码？", "Z-17"),
        ("名叫奥姆塔的塔，其编号码为何？", "Z-17"),
        ("奥姆塔的首任业主的编号码是什么？", "Z-3"),
        ("奥姆塔的业主，其编号码是什么？", "Z-9"),
        ("就奥姆塔的首任业主来说，编号码是什么？", "Z-3"),
        ("想了解一下奥姆塔的业主的编号码", "Z-9"),
    ],
)
def test_a_field_is_told_by_its_whole_name_in_chinese(ta, question, name):
    assert [node.name for node in ta.ask(question).entities] == [name]


def test_what_holds_both_ways_is_told_by_both(towers):
    assert {node.name for node in towers.ask("neighbours of Norland").entities} == {"Sorland", "Westland"}


def test_what_else_is_said_is_not_passed_over(towers):
    assert "form" not in towers.retrieve("Who painted the owner of Olm in 1990?").settings
    assert [node.name for node in towers.ask("Which tower has the owner Gull Bank?").entities] == ["Olm"]


def test_other_paths_stay_in_the_evidence(towers):
    found = towers.retrieve("zkey of Olm")
    assert found.paths[0].relations[0][0].name == "zkey" and len(found.paths) > 1
    assert found.facts[0].object == Literal("Z-17")


def test_namesakes_are_told_apart_by_their_kind_or_not_at_all():
    graph = kgllm.load(
        [
            (Entity("t1", "Olm", types=("tower",)), "zkey", Literal("Z-1")),
            (Entity("s1", "Olm", types=("ship",)), "zkey", Literal("Z-2")),
        ]
    )
    assert kgllm.GraphQA(graph).ask("zkey of the ship Olm").entities == (Literal("Z-2"),)


def test_where_somebody_is_from_is_no_field_that_leads_to_them():
    graph = kgllm.load([("夜灯乐队", "主唱", "安达"), ("夜灯乐队", "鼓手", "李红"), ("安达", "籍贯", "林州"), ("李红", "籍贯", "海宁")])
    qa = kgllm.GraphQA(graph)
    for question in ("夜灯乐队的主唱是哪里人？", "夜灯乐队的主唱和鼓手是哪里人？"):
        assert "安达" not in [node.name for node in qa.ask(question).entities]


def test_a_clause_about_a_name_is_no_noun_for_it():
    facts = [("Olm", "is_a", "tower"), ("Ann Vell", "works_in", "Olm"), ("Olm", "number", Literal("17", value=17))]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("What is the door number of the tower Ann Vell works in?")
    assert "Olm" not in [node.name for node in answer.entities]


def test_of_two_things_that_a_word_names_the_one_that_is_called_so_is_meant():
    graph = kgllm.load([(Entity("a", "Brask"), "zkey", Literal("Z-1")), (Entity("b", "Bresk", aliases=("Brask",)), "zkey", Literal("Z-2"))])
    assert kgllm.GraphQA(graph).ask("zkey of Brask").entities == (Literal("Z-1"),)


def test_a_field_that_leads_to_what_has_no_name_is_followed_on():
    met = [kgllm.Entity(f"m.{n}", named=False) for n in range(2)]
    facts = [("Ann Moss", "team", met[0]), (met[0], "club", "Harbour Rowers"), ("李明", "team", met[1]), (met[1], "club", "磨坊队")]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert qa.ask("What is the team of Ann Moss?").text == "Harbour Rowers [1]"
    assert [end.name for end in qa.ask("李明的team是什么？").entities] == ["磨坊队"]


PEOPLE = [
    *((child, "parent", parent) for child, parent in (("Ann Vell", "Cy Vell"), ("Ann Vell", "Bea Orr"), ("Ann Vell", "Ada Vell"))),
    ("Cy Vell", "child", "Ann Vell"),
    ("Bea Orr", "child", "Ann Vell"),
    ("Orrish people", "languages_spoken", "Orrish"),
    ("Orrish people", "languages_spoken", "Tarnish"),
    ("Speak", "film.language", "English"),
    ("Heat Dome", "film.language", "Tarnish"),
]


def test_what_a_field_leads_to_is_told_in_the_order_of_the_paths():
    answer = kgllm.GraphQA(kgllm.load(PEOPLE)).ask("What is the parent of Ann Vell?")
    assert answer.evidence.settings["form"] == "field"
    assert [str(one) for one in answer.entities] == ["Bea Orr", "Cy Vell", "Ada Vell"]


def test_a_field_is_not_all_that_is_said_where_another_path_explains_more():
    answer = kgllm.GraphQA(kgllm.load(PEOPLE)).ask("What language do Orrish people speak?")
    assert {str(one) for one in answer.entities} == {"Orrish", "Tarnish"}
