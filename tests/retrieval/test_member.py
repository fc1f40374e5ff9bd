"""Is a thing one of a described set; what says otherwise is told, and Chinese words for English values are conditions, too."""

import pytest

import kgllm
from kgllm import GraphQA

ANIMALS = [
    {"name": "Cassel", "kind": "aquatic", "diet": "carnivorous", "zone": "Tundra", "calls": [".ca", ".cas"]},
    {"name": "Dunnet", "kind": "terrestrial", "diet": "herbivorous", "zone": "Tundra", "calls": [".du"]},
    {"name": "Erdling", "kind": "aquatic", "diet": "herbivorous", "zone": "Steppe", "calls": [".er", ".ed", ".e"]},
]


@pytest.fixture(scope="module")
def qa():
    return GraphQA(kgllm.load(ANIMALS, table="animals"))


@pytest.mark.parametrize(
    ("question", "verdict", "said"),
    [
        ("Is Cassel an aquatic animal?", True, "aquatic"),
        ("Is Dunnet an aquatic animal?", False, "terrestrial"),
        ("Is Erdling a carnivorous animal?", False, "herbivorous"),
        ("Is Erdling an aquatic animal in Steppe?", True, "Steppe"),
        ("Is Cassel an aquatic animal in Steppe?", False, "Tundra"),
        ("Is Dunnet an aquatic carnivorous animal?", False, "terrestrial"),
        ("Is Dunnet an aquatic animal in Steppe?", False, "Tundra"),
        ("Cassel是水生动物吗？", True, "aquatic"),
        ("Dunnet是水生动物吗？", False, "terrestrial"),
    ],
)
def test_is_it_one_of_them(qa, question, verdict, said):
    answer = qa.ask(question)
    assert answer.verdict is verdict
    assert said in answer.text


def test_what_nothing_tells_is_not_answered(qa):
    assert qa.ask("Is Dunnet a nocturnal animal?").verdict is None


@pytest.mark.parametrize("question", ["一共有多少种水生动物？", "How many aquatic animals are there?"])
def test_words_of_the_other_language_are_values(qa, question):
    assert qa.ask(question).value == 2


@pytest.mark.parametrize(
    ("question", "most"), [("Which animal has the most calls?", "Erdling"), ("Which has more calls, Cassel or Dunnet?", "Cassel")]
)
def test_a_point_before_letters_is_no_number(qa, question, most):
    assert [entity.name for entity in qa.ask(question).entities] == [most]


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is Vale a war comedy film?", False),
        ("Is Gull a war comedy film?", None),
        ("Is Gull a war drama film?", True),
        ("Is Ost a war film?", False),
    ],
)
def test_what_nothing_is_together_is_no_yes(question, verdict):
    films = [{"name": "Gull", "genre": ["drama", "war"]}, {"name": "Vale", "genre": "drama"}, {"name": "Ost", "genre": "comedy"}]
    assert GraphQA(kgllm.load(films, table="films")).ask(question).verdict is verdict


def test_a_part_of_the_things_is_told_by_what_they_are_not(qa):
    assert {entity.name for entity in qa.ask("non-aquatic animals").entities} == {"Dunnet"}
    courses = [{"名称": "绘画", "类型": "选修"}, {"名称": "声乐", "类型": "选修"}, {"名称": "语文", "类型": "必修"}]
    found = GraphQA(kgllm.load(courses, table="课程")).ask("非必修课程有哪些？")
    assert {entity.name for entity in found.entities} == {"绘画", "声乐"}


NURSES = [
    {"Name": "Rosa Conti", "Role": "Receptionist", "Ward": "A", "Salary": 4100},
    {"Name": "Jon Marti", "Role": "Nurse", "Ward": "B", "Salary": 5400},
    {"Name": "Otto Lang", "Role": "Head Nurse", "Ward": "B", "Salary": 6900},
]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Is Rosa Conti a nurse?", "No: Rosa Conti (Receptionist) [1]"),
        ("Is Jon Marti a nurse?", "Yes: Jon Marti (Nurse) [1]"),
        ("Is Otto Lang a receptionist?", "No: Otto Lang (Head Nurse) [1]"),
    ],
)
def test_who_has_another_role_is_not_what_one_with_a_role_is_called(question, said):
    assert kgllm.GraphQA(kgllm.load(NURSES)).ask(question).text == said


def test_what_has_a_value_that_holds_another_may_be_that():
    assert kgllm.GraphQA(kgllm.load(NURSES)).ask("Is Otto Lang a nurse?").abstained


def test_a_name_with_a_character_that_asks_elsewhere_asks_nothing():
    rows = [{"姓名": "何静", "职位": "工程师", "上级": "孙浩"}, {"姓名": "冯雪", "职位": "会计", "上级": "孙浩"}]
    qa = kgllm.GraphQA(kgllm.load(rows))
    assert qa.ask("何静是工程师吗？").verdict is True
    assert qa.ask("何静是会计吗？").verdict is False
