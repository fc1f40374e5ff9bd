"""Chinese questions over a graph with English fields and types: what is learned where, what must come first, what is taken for what."""

import pytest

import kgllm
from kgllm.graphs.base import view_of
from kgllm.retrieval.paths.kinds import Roles
from kgllm.types import Entity, Fact, Relation

TYPES = {
    "单板滑行": "skill", "双板滑行": "skill", "犁式制动": "skill", "平行转弯": "skill",
    "雪上第一天": "lesson", "坡道练胆": "lesson", "入门单元": "unit", "雪场手册": "book",
}  # fmt: skip
FACTS = [
    ("犁式制动", "first_introduced_lesson_id", "雪上第一天"), ("平行转弯", "first_introduced_lesson_id", "坡道练胆"),
    ("平行转弯", "prerequisite", "犁式制动"), ("犁式制动", "prerequisite", "双板滑行"), ("单板滑行", "confusable", "双板滑行"),
    ("犁式制动", "typical_errors", "重心太靠后"), ("雪上第一天", "unit_id", "入门单元"), ("坡道练胆", "unit_id", "入门单元"),
    ("入门单元", "book_id", "雪场手册"), ("犁式制动", "stage", "2"), ("平行转弯", "stage", "3"), ("单板滑行", "stage", "1"),
]  # fmt: skip


def thing(name):
    return Entity(name, types=(TYPES[name],) if name in TYPES else ())


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load([Fact(thing(one), Relation(how), thing(other)) for one, how, other in FACTS]))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("犁式制动在哪一课学的？", ["雪上第一天"]),
        ("平行转弯的前置技能是什么？", ["犁式制动"]),
        ("哪些技能以犁式制动为前置？", ["平行转弯"]),
        ("单板滑行容易和哪项技能混淆？", ["双板滑行"]),
        ("犁式制动常见的错误有哪些？", ["重心太靠后"]),
        ("入门单元包含哪些课？", ["坡道练胆", "雪上第一天"]),
        ("入门单元在哪本课本里？", ["雪场手册"]),
        ("Which lesson teaches 平行转弯?", ["坡道练胆"]),
    ],
)
def test_study_in_two_languages(qa, question, answers):
    assert sorted(end.name for end in qa.ask(question).entities) == answers


def test_how_long_a_lesson_takes_is_no_fact_of_it(qa):
    assert qa.ask("雪上第一天这节课要上几课时？").abstained


def test_what_a_type_is_called_in_the_other_language_is_no_part_of_a_name(qa):
    assert all(link.mention.text != "单元" for link in qa.link("坡道练胆属于哪个单元？"))


def test_the_end_of_a_relation_that_no_sample_held_is_of_the_types_that_the_graph_tells_of():
    many = [Fact(Entity(f"m{n}", types=("mill",)), Relation("stands on"), Entity(f"r{n % 7}", types=("river",))) for n in range(20_000)]
    rare = Fact(Entity("m0", types=("mill",)), Relation("fed by"), Entity("w0", types=("weir",)))
    graph = kgllm.load([*many, rare])
    roles = Roles(graph, view_of(graph))
    assert ("fed by", 0) not in roles.unnamed  # the sample did not hold it
    assert roles.end((("fed by", 0),), rare.relation, 0).nouns["weir"] == 1.0
    assert roles.end((("fed by", 1),), rare.relation, 1).nouns["mill"] == 1.0


def test_a_relation_is_of_its_own_word_where_another_only_tells_of_it():
    song = [("渔歌", "description", "一首关于打鱼的歌"), ("渔歌", "topic", "大海"), ("牧歌", "topic", "草原")]
    qa = kgllm.GraphQA(kgllm.load(song))
    assert [end.name for end in qa.ask("《渔歌》属于哪个主题？").entities] == ["大海"]
    assert [end.name for end in qa.ask("What is the topic of 渔歌?").entities] == ["大海"]
