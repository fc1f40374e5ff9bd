"""Connections between likes whose name is no verb: "onto", "from", 到 and 接受 say at which end a question places a name."""

import pytest

import kgllm
from kgllm.types import Entity


def graph_of(kind, relation, pairs):
    return kgllm.GraphQA(kgllm.load([(Entity(one, types=(kind,)), relation, Entity(other, types=(kind,))) for one, other in pairs]))


@pytest.fixture(scope="module")
def towns():
    return graph_of("town", "road", (("Olm", "Bix"), ("Bix", "Tarn"), ("Elm", "Bix"), ("Tarn", "Fir"), ("Bix", "Wye")))


@pytest.fixture(scope="module")
def pages():
    return graph_of("page", "links", (("Alpha", "Beta"), ("Beta", "Gamma"), ("Delta", "Beta"), ("Gamma", "Epsilon"), ("Beta", "Zeta")))


@pytest.fixture(scope="module")
def places():
    return graph_of("城镇", "公路", (("奥姆", "比克斯"), ("比克斯", "塔恩"), ("埃尔姆", "比克斯"), ("塔恩", "费尔"), ("比克斯", "怀伊")))


@pytest.fixture(scope="module")
def germs():
    return graph_of("菌", "信号", (("甲菌", "乙菌"), ("乙菌", "丙菌"), ("丁菌", "乙菌"), ("丙菌", "戊菌"), ("乙菌", "己菌")))


@pytest.mark.parametrize(
    ("graph", "question", "answers"),
    [
        ("towns", "Which towns have a road to Bix?", ["Elm", "Olm"]),
        ("towns", "From which towns is there a road to Bix?", ["Elm", "Olm"]),
        ("towns", "To which towns does the road from Bix lead?", ["Tarn", "Wye"]),
        ("towns", "Which towns have a road from Bix?", ["Tarn", "Wye"]),
        ("pages", "Which pages link to Beta?", ["Alpha", "Delta"]),
        ("pages", "What links to Beta?", ["Alpha", "Delta"]),
        ("pages", "Which pages does Beta link to?", ["Gamma", "Zeta"]),
        ("places", "哪些城镇有公路到比克斯？", ["埃尔姆", "奥姆"]),
        ("places", "公路通往比克斯的城镇有哪些？", ["埃尔姆", "奥姆"]),
        ("places", "从比克斯出发的公路到哪些城镇？", ["塔恩", "怀伊"]),
        ("germs", "乙菌接受哪些菌的信号？", ["丁菌", "甲菌"]),
        ("germs", "哪些菌接受乙菌的信号？", ["丙菌", "己菌"]),
        ("germs", "乙菌信号的下游有哪些？", ["丙菌", "己菌"]),
    ],
)
def test_small_words_say_which_end(request, graph, question, answers):
    assert sorted(end.name for end in request.getfixturevalue(graph).ask(question).entities) == answers


def test_what_is_said_of_people_by_nouns_has_no_end():
    people = graph_of("person", "mentor", (("Ann", "Bea"), ("Cid", "Bea"), ("Bea", "Dov")))
    assert [end.name for end in people.ask("Who is the mentor of Ann?").entities] == ["Bea"]
    near = graph_of("town", "neighbours", (("Olm", "Bix"), ("Bix", "Tarn")))
    assert sorted(end.name for end in near.ask("Which towns are neighbours to Bix?").entities) == ["Olm", "Tarn"]
