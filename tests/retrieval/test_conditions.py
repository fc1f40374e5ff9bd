"""Names and years of the question among the qualifiers of facts: a role, a year."""

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation


def fact(subject, relation, end, **qualifiers):
    said = ((Relation(name), Literal(value) if value.isdecimal() else Entity(value)) for name, value in qualifiers.items())
    return Fact(Entity(subject), Relation(relation), Entity(end), tuple(said))


FACTS = [
    fact("Inception", "starred actors", "Leonardo DiCaprio", role="Cobb"),
    fact("Inception", "starred actors", "Elliot Page", role="Ariadne"),
    fact("Inception", "starred actors", "Tom Hardy", role="Eames"),
    fact("Ann Lee", "position held", "president", start="2009"),
    fact("Ann Lee", "position held", "senator", start="2005"),
    fact("流浪地球", "主演", "吴京", 角色="刘培强"),
    fact("流浪地球", "主演", "屈楚萧", 角色="刘启"),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "answers", "conditions"),
    [
        ("Who starred as Cobb in Inception?", {"Leonardo DiCaprio"}, [("role", "Cobb")]),
        ("Which position did Ann Lee hold in 2005?", {"senator"}, [("start", "2005")]),
        ("Which position did Ann Lee hold in 2009?", {"president"}, [("start", "2009")]),
        ("流浪地球中刘启是谁主演的？", {"屈楚萧"}, [("角色", "刘启")]),
        ("Who starred in Inception?", {"Leonardo DiCaprio", "Elliot Page", "Tom Hardy"}, []),
        ("Which position did Ann Lee hold in 1999?", {"president", "senator"}, []),
    ],
)
def test_what_is_named_beside_the_mention_chooses_among_facts(qa, question, answers, conditions):
    best = qa.retrieve(question, seeds=None).paths[0]
    assert {str(end) for end in best.endpoints} == answers and best.count == len(answers)
    assert [(str(relation), str(value)) for relation, value in best.constraints] == conditions
    assert {str(one.object) for one in best.facts} == answers


def test_a_live_graph_says_the_same():
    import networkx as nx

    graph = nx.MultiDiGraph()
    for one in FACTS[:3]:
        graph.add_edge(one.subject.id, one.object.id, relation="starred actors", role=str(one.qualifiers[0][1]))
    best = kgllm.GraphQA(kgllm.load(graph, backend="networkx")).retrieve("Who starred as Cobb in Inception?").paths[0]
    assert [str(end) for end in best.endpoints] == ["Leonardo DiCaprio"]
