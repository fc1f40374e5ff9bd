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
