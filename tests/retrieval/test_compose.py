"""Words that stand for several steps: kinship that a graph holds only in its parts."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.retrieval.reading.compose import composed
from kgllm.retrieval.reading.question import read
from kgllm.words import lexicon

FAMILY = [
    ("王小明", "父亲", "王建国"),
    ("王小明", "母亲", "李梅"),
    ("王小红", "父亲", "王建国"),
    ("王小红", "母亲", "李梅"),
    ("王建国", "父亲", "王大山"),
    ("王建国", "妻子", "李梅"),
    ("王大山", "父亲", "王老太爷"),
    ("李梅", "父亲", "李国庆"),
    ("李梅", "母亲", "陈静"),
    ("李强", "父亲", "李国庆"),
]
PEOPLE = [
    ("Anna", "mother", "Beth"),
    ("Anna", "father", "Carl"),
    ("Beth", "mother", "Dora"),
    ("Beth", "father", "Emil"),
    ("Carl", "spouse", "Beth"),
    ("Finn", "father", "Emil"),
]


def answered(facts, question):
    answer = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    return sorted(map(str, answer.entities))


@pytest.mark.parametrize(
    ("question", "gold"),
    [
        ("王小明的爷爷是谁？", ["王大山"]),
        ("王小明的外公是谁？", ["李国庆"]),
        ("王小红的外婆叫什么名字？", ["陈静"]),
        ("王小明的曾祖父是谁？", ["王老太爷"]),
        ("王小明的舅舅是谁？", ["李强"]),
        ("王建国的岳母是谁？", ["陈静"]),
        ("李国庆的女婿是谁？", ["王建国"]),
        ("王大山的孙子是谁？", ["王小明", "王小红"]),
        ("王建国有几个孩子？", ["王小明", "王小红"]),
        ("王小明的叔叔是谁？", []),  # his father has no brother
    ],
)
def test_chinese_kin(question, gold):
    assert answered(FAMILY, question) == sorted(gold)


@pytest.mark.parametrize(
    ("question", "gold"),
    [
        ("Who is Anna's grandmother?", ["Dora"]),
        ("Who is the grandfather of Anna?", ["Emil"]),
        ("Who is Carl's mother-in-law?", ["Dora"]),
        ("Who are the grandchildren of Dora?", ["Anna"]),
        ("Who is Beth's brother?", ["Finn"]),
    ],
)
def test_english_kin(question, gold):
    assert answered(PEOPLE, question) == gold


def test_a_graph_that_has_the_relation_is_asked_for_it():
    facts = [*PEOPLE, ("Anna", "grandmother", "Gina")]
    assert answered(facts, "Who is Anna's grandmother?") == ["Gina"]


def test_a_word_is_taken_apart_only_where_the_graph_has_the_parts():
    class Steps:
        def __init__(self, parts):
            self.parts, self.keys = parts, ()

        def with_term(self, term):
            return ((),) if term[1] in self.parts else None

    asked = read("Who is the grandmother of X?")
    assert composed(asked, Steps({"parent"}), list) is asked
    words = composed(asked, Steps({"parent", "parent/1"}), list).words
    assert [word.terms[0][0] for word in words if word.step >= 0] == [("f", "parent"), ("f", "parent/1")]
    assert [word.text for word in words if word.step < 0] == [word.text for word in asked.words if word.text != "grandmother"]


def test_fathers_are_no_mothers():
    cousins = [("薛宝钗", "母亲", "薛姨妈"), ("薛宝钗", "住处", "蘅芜苑"), ("林黛玉", "父亲", "林如海"), ("林黛玉", "母亲", "贾敏")]
    assert answered(cousins, "薛宝钗的父亲是谁？") == []
    assert answered(cousins, "林黛玉的父亲是谁？") == ["林如海"]
    friends = [("Anna", "mother", "Beth"), ("Anna", "residence", "Rome"), ("Finn", "father", "Emil"), ("Finn", "mother", "Dora")]
    assert answered(friends, "Who is Anna's father?") == []
    assert answered([("Anna", "parent", "Beth")], "Who is Anna's mother?") == ["Beth"]


def test_every_part_of_a_path_is_a_family_or_one_of_its_groups():
    known = lexicon()
    parts = {part for path in (*known.paths.values(), *known.parts.values(), tuple(known.parts)) for part in path}
    for part in parts:
        family, _, group = part.partition("/")
        assert not group or int(group) < len(known.families[family].apart), part


@pytest.mark.parametrize("family", [family for family in lexicon().families.values() if family.apart or family.inverse], ids=lambda f: f.id)
def test_groups_and_ways_back_are_of_families(family):
    known = lexicon()
    assert family.inverse is None or family.inverse in known.families
    for word in frozenset().union(*family.apart) if family.apart else ():
        assert family.id in known.by_han.get(word, known.by_stem.get(word, ())), word
