"""Chinese names in English, where a graph's relations are: nothing is looked up that is no name."""

import pytest

import kgllm
from kgllm import GraphQA
from kgllm.words.dictionary import names_across

FACTS = [
    ("Ines Roth", "birthplace", "Vienna"),
    ("Juan Silva", "birthplace", "Chile"),
    ("Juan Silva", "language", "Spanish"),
    ("Lin Mei", "birthplace", "Shanghai"),
    ("Vienna", "river", "Danube"),
]


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("上海", ("Shanghai",)),
        ("维也纳", ("Vienna",)),
        ("西班牙语", ("Spanish",)),
        ("葡萄牙語", ("Portuguese",)),
        ("苹果", ()),
        ("老师", ()),
        ("没有这样的词", ()),
    ],
)
def test_names_alone(word, names):
    assert names_across(word) == names


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("谁的出生地是维也纳？", {"Ines Roth"}),
        ("出生地为上海的是谁？", {"Lin Mei"}),
        ("维也纳的河流是什么？", {"Danube"}),
        ("谁的语言是西班牙语？", {"Juan Silva"}),
    ],
)
def test_a_chinese_question_names_what_is_written_in_english(question, names):
    qa = GraphQA(kgllm.load(FACTS))
    assert {entity.name for entity in qa.ask(question).entities} == names
