"""What has the same of something as a thing that is named."""

import pytest

import kgllm
from kgllm.types import Entity, Fact, Relation

PARENTS = {"Willow": "Tree", "Oak": "Tree", "Rose": "Shrub", "Tree": "Plant", "Ivy": "Shrub"}


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which topics have the same parent as Willow?", {"Oak"}),
        ("Which topics have the same parent as Rose?", {"Ivy"}),
        ("What are the topics of parent Shrub?", {"Rose", "Ivy"}),
    ],
)
def test_the_same_parent(question: str, answers: set[str]) -> None:
    facts = [Fact(Entity(name, types=("topic",)), Relation("parent"), Entity(parent, types=("topic",))) for name, parent in PARENTS.items()]
    found = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    assert {str(end) for end in found.entities} == answers


def test_the_same_supervisor_in_chinese() -> None:
    facts = [
        Fact(Entity(name, types=("员工",)), Relation("上级"), Entity(boss, types=("员工",)))
        for name, boss in [("王一", "陈总"), ("李二", "陈总"), ("赵三", "孙总"), ("陈总", "周董")]
    ]
    found = kgllm.GraphQA(kgllm.load(facts)).ask("哪些员工和王一的上级相同？")
    assert {str(end) for end in found.entities} == {"李二"}


def test_what_it_has_is_no_answer_where_nothing_leads_back() -> None:
    facts = [("Ann", "boss", "Bea"), ("Bea", "city", "Oslo"), ("Cid", "boss", "Dov"), ("Dov", "city", "Bonn")]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("Which people have the same boss as Ann?")
    assert answer.abstained or "Bea" not in {str(end) for end in answer.entities}
