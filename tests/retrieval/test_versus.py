"""Things are held against each other by a field that the question says whole, whatever the order in which it says it all."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation

_PEAKS = [("Mount Orla", 2100, 14), ("Kettle Top", 1850, 3), ("Bell and Candle", 990, 22), ("More", 640, 5), ("Senna", 2100, 9)]
_TOWNS = [("柳镇", 5200, 31), ("榆镇", 880, 45), ("槐镇", 12000, 12)]


def _fact(subject: Entity, relation: str, value: int) -> Fact:
    return Fact(subject=subject, relation=Relation(relation), object=Literal(str(value), value=value))


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    facts = [
        _fact(Entity(name, types=("mountain",)), relation, value)
        for name, *values in _PEAKS
        for relation, value in zip(("snow_line_m", "hutCount"), values, strict=True)
    ]
    facts += [
        _fact(Entity(name, types=("镇",)), relation, value)
        for name, *values in _TOWNS
        for relation, value in zip(("户籍人口", "桥梁数量"), values, strict=True)
    ]
    facts.append(Fact(subject=Entity("Mount Bare", types=("mountain",)), relation=Relation("hutCount"), object=Literal("1", value=1)))
    facts += [_fact(Entity(name, types=("mountain",)), "fame rank", n) for n, (name, *_) in enumerate(_PEAKS, 1)]
    return kgllm.GraphQA(kgllm.load(facts))


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Does the snow line m of Mount Orla exceed the snow line m of Kettle Top?", True),
        ("Compared with Mount Orla, does Kettle Top have a smaller hut count?", True),
        ("Compared to Kettle Top, does Mount Orla have a smaller hut count?", False),
        ("I'd like to know if Mount Orla has a lower snow line m than Kettle Top does.", False),
        ("Bell and Candle hut count larger than More?", True),
        ("Would you say the mountain More has a greater hut count than the mountain Kettle Top?", True),
        ("Check if the hut count of More is below that of Bell and Candle.", True),
        ("Is Bell and Candle's hut count smaller than More's?", False),
        ("Is Kettle Top lower in snow line m than More?", False),
        ("Is the snow line m of Senna above that of Mount Orla?", False),
        ("跟柳镇比，榆镇的户籍人口更少吗？", True),
        ("在桥梁数量方面，榆镇超过槐镇了吗？", True),
        ("柳镇这个镇的户籍人口要比槐镇的更大吗？", False),
        ("想问一下柳镇的桥梁数量有没有超过榆镇", False),
        ("槐镇的桥梁数量不到柳镇的桥梁数量，对不对？", True),
        ("榆镇 户籍人口 小于 柳镇 吗", True),
    ],
)
def test_whether_one_has_more(qa: kgllm.GraphQA, question: str, verdict: bool) -> None:
    answer = qa.ask(question)
    assert (answer.verdict, answer.abstained) == (verdict, False), answer.text
    assert len(answer.facts) == 2


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Which has more hut count, Bell and Candle or More?", "Bell and Candle"),
        ("Comparing Kettle Top with Mount Orla, which one has more hut count?", "Mount Orla"),
        ("Kettle Top and Mount Orla: which of these two has less snow line m?", "Kettle Top"),
        ("whose hut count is smaller, Kettle Top's or More's?", "Kettle Top"),
        ("I'd like to know whether Kettle Top or More has less snow line m.", "More"),
        ("Of Kettle Top, More and Senna, which has the highest snow line m?", "Senna"),
        ("Is the hut count greater for Kettle Top or for More?", "More"),
        ("柳镇和榆镇两个镇，户籍人口比较高的是哪个来着", "柳镇"),
        ("是榆镇的桥梁数量小，还是槐镇的小？", "槐镇"),
        ("柳镇和槐镇谁的桥梁数量更多？", "柳镇"),
        ("比较柳镇和槐镇的桥梁数量，哪个更小？", "槐镇"),
    ],
)
def test_which_has_more(qa: kgllm.GraphQA, question: str, name: str) -> None:
    answer = qa.ask(question)
    assert [end.name for end in answer.entities] == [name], answer.text
    assert answer.verdict is None


def test_a_thing_without_the_field_is_not_held_against_another(qa: kgllm.GraphQA) -> None:
    assert qa.ask("Does the snow line m of Mount Bare exceed the snow line m of Kettle Top?").verdict is None


@pytest.mark.parametrize(
    "question",
    [
        "How much larger is the hut count of Mount Orla than that of Kettle Top?",
        "Does Mount Orla have twice the hut count of Kettle Top?",
        "What is the hut count of Mount Orla?",
    ],
)
def test_what_says_more_is_read_otherwise(qa: kgllm.GraphQA, question: str) -> None:
    answer = qa.ask(question)
    assert answer.verdict is not True and [end.name for end in answer.entities] != ["Mount Orla"]
