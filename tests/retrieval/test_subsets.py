"""A part of a kind: those that are not so, all but some, shares, whether all or any are; and relations whose values say yes or no."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.words.parted import parted

ISLE = [
    *((town, "is_a", "town") for town in ("Brask", "Olmet", "Ferrin", "Tullo")),
    *((person, "is_a", "person") for person in ("Ann Vell", "Bob Kray", "Cid Moss", "Dora Lund")),
    *((tower, "is_a", "tower") for tower in ("Orm Tower", "Gull Tower", "Pike Tower")),
    ("Brask", "lies_on", "North Sea"),
    ("Olmet", "lies_on", "North Sea"),
    ("Ferrin", "lies_on", "Lake Orm"),
    ("Brask", "in_region", "Westmark"),
    ("Olmet", "in_region", "Westmark"),
    ("Ferrin", "in_region", "Eastmark"),
    ("Tullo", "in_region", "Eastmark"),
    ("Orm Tower", "located_in", "Brask"),
    ("Gull Tower", "located_in", "Olmet"),
    ("Pike Tower", "located_in", "Brask"),
    ("Ann Vell", "swims", "yes"),
    ("Bob Kray", "swims", "no"),
    ("Cid Moss", "swims", "yes"),
    ("Ann Vell", "employer", "Orm Works"),
    ("Cid Moss", "employer", "Orm Works"),
    ("Ann Vell", "married_to", "Bob Kray"),
    ("Ann Vell", "born_in", "Brask"),
    ("Bob Kray", "born_in", "Olmet"),
]
CITIES = [
    *((city, "类型", "城市") for city in ("海宁市", "林州市", "云安市", "平江市")),
    *((metal, "类型", "元素") for metal in ("铁", "硫", "金")),
    ("海宁市", "靠海", "是"),
    ("林州市", "靠海", "否"),
    ("云安市", "靠海", "否"),
    ("海宁市", "所属省", "东海省"),
    ("平江市", "所属省", "东海省"),
    ("林州市", "所属省", "中山省"),
    ("云安市", "所属省", "中山省"),
    ("铁", "是否金属", "是"),
    ("硫", "是否金属", "否"),
    ("金", "是否金属", "是"),
    ("流感", "类型", "疾病"),
    ("痛风", "类型", "疾病"),
    ("麻疹", "类型", "疾病"),
    ("流感", "传染", "是"),
    ("痛风", "传染", "否"),
    ("痛风", "治疗药物", "秋水仙碱"),
    ("流感", "治疗药物", "奥司他韦"),
    ("长夜", "续集", "长夜二"),
]


@pytest.fixture(scope="module")
def isle():
    return kgllm.GraphQA(kgllm.load(ISLE))


@pytest.fixture(scope="module")
def cities():
    return kgllm.GraphQA(kgllm.load(CITIES))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which towns do not lie on the North Sea?", "Ferrin, Tullo"),
        ("which towns aren't in Westmark", "Ferrin, Tullo"),
        ("Which persons were not born in Brask?", "Bob Kray, Cid Moss, Dora Lund"),
        ("Which persons have no employer?", "Bob Kray, Dora Lund"),
        ("Which persons are unmarried?", "Cid Moss, Dora Lund"),
        ("Which towers are outside Brask?", "Gull Tower"),
        ("All towns except Tullo", "Brask, Ferrin, Olmet"),
        ("List all towns except those in Eastmark", "Brask, Olmet"),
        ("Which persons cannot swim?", "Bob Kray"),  # of Dora Lund nothing is said
        ("Which persons swim?", "Ann Vell, Cid Moss"),
        ("Who can swim?", "Ann Vell, Cid Moss"),
    ],
)
def test_a_part_of_a_kind_is_told_by_what_the_rest_of_it_is(isle, question, names):
    answer = isle.ask(question)
    assert ", ".join(sorted(node.name for node in answer.entities)) == names
    assert answer.facts
    assert set(answer.facts) <= set(answer.evidence.facts)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("哪些城市不靠海？", "云安市 林州市"),
        ("哪些城市靠海？", "海宁市"),
        ("哪些城市不在东海省？", "云安市 林州市"),
        ("除了海宁市，还有哪些城市在东海省？", "平江市"),
        ("非金属元素有哪些？", "硫"),
        ("金属元素有哪些？", "金 铁"),
        ("哪些病会传染？", "流感"),
        ("哪些疾病不传染？", "痛风"),
        ("哪些疾病没有治疗药物？", "麻疹"),
    ],
)
def test_the_same_in_chinese(cities, question, names):
    assert " ".join(sorted(node.name for node in cities.ask(question).entities)) == names


@pytest.mark.parametrize(
    "question",
    [
        "Which towers are not in Zorn?",  # a place that the graph does not know
        "Who is not happy?",
        "Which persons do not play chess?",
        "Who does not employ Ann Vell?",  # of what kind?
        "Is there any tower in Tullo?",
        "Are there any towers in Lake Orm?",
    ],
)
def test_where_the_kind_or_what_is_so_is_not_known_nothing_is_told(isle, question):
    assert isle.ask(question).abstained


def test_counts_and_shares(isle, cities):
    assert isle.ask("How many towns do not lie on the North Sea?").value == 2
    assert isle.ask("What share of the towns lies in Westmark?").value == 50
    assert isle.ask("What percentage of the towers are in Brask?").text.startswith("66.6666666667 %: ")
    assert cities.ask("有几个城市不靠海？").value == 2
    assert cities.ask("靠海的城市占比是多少？").text.startswith("25 %：海宁市")


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is every tower in Brask?", False),
        ("Are all towers in Westmark?", None),  # by two steps, of which one is not mentioned
        ("Is there a tower in Brask?", True),
        ("Does Ann Vell have an employer?", True),
        ("Can Ann Vell swim?", True),
        ("Can Bob Kray swim?", False),
        ("Does Bob Kray have an employer?", None),
    ],
)
def test_whether_all_or_any_are_so(isle, question, verdict):
    assert isle.ask(question).verdict is verdict


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("流感会传染吗？", "是：流感 — 传染 → 是 [1]"),
        ("痛风会传染吗？", "否：痛风 — 传染 → 否 [1]"),
        ("硫是不是金属？", "否：硫 — 是否金属 → 否 [1]"),
        ("长夜有续集吗？", "是：长夜二 [1]"),
        ("有没有治疗痛风的药物？", "是：秋水仙碱 [1]"),
    ],
)
def test_a_value_of_yes_or_no_and_what_there_is_answer_a_question_for_yes_or_no(cities, question, text):
    assert cities.ask(question).text == text


def test_what_only_looks_like_a_negation_is_none():
    for question in ("哪种不锈钢最硬？", "他是不是导演？", "有没有续集？", "Is Not Fade Away a film?", "Which union is united?"):
        assert parted(question, [(3, 16)] if "Fade" in question else [], lambda _: False) is None
