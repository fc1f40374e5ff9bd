"""Qualifiers of facts as answers, and their years as what "first", "last" and "current" choose by."""

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation


def fact(subject, relation, end, qualifiers):
    said = ((Relation(name), Literal(value) if value.isdecimal() else Entity(value)) for name, value in qualifiers.items())
    return Fact(Entity(subject), Relation(relation), Entity(end), tuple(said))


FACTS = [
    fact("Inception", "starred actors", "Leonardo DiCaprio", {"role": "Cobb"}),
    fact("Inception", "starred actors", "Elliot Page", {"role": "Ariadne"}),
    fact("Titanic", "starred actors", "Leonardo DiCaprio", {"role": "Jack Dawson"}),
    fact("Ann Lee", "position held", "president", {"start": "2009", "end": "2013"}),
    fact("Ann Lee", "position held", "senator", {"start": "2005", "end": "2009"}),
    fact("Ann Lee", "position held", "mayor", {"start": "2001", "end": "2005"}),
    fact("Ann Lee", "spouse", "Bo Kim", {"since": "1999"}),
    fact("流浪地球", "主演", "吴京", {"角色": "刘培强"}),
    fact("流浪地球", "主演", "屈楚萧", {"角色": "刘启"}),
    fact("李明", "毕业院校", "北京大学", {"学位": "博士"}),
    fact("李明", "毕业院校", "清华大学", {"学位": "学士"}),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which role did Leonardo DiCaprio play in Inception?", {"Cobb"}),
        ("Which role did Elliot Page play in Inception?", {"Ariadne"}),
        ("Which roles are in Inception?", {"Cobb", "Ariadne"}),
        ("When did Ann Lee marry Bo Kim?", {"1999"}),
        ("When did Ann Lee start as senator?", {"2005"}),
        ("吴京在流浪地球中的角色是什么？", {"刘培强"}),
        ("李明在清华大学得到什么学位？", {"学士"}),
        ("Who starred in Inception?", {"Leonardo DiCaprio", "Elliot Page"}),
        ("流浪地球的主演是谁？", {"吴京", "屈楚萧"}),
    ],
)
def test_a_qualifier_is_an_answer_where_it_is_asked_for(qa, question, answers):
    answer = qa.ask(question)
    assert {str(entity) for entity in answer.entities} == answers
    best = answer.evidence.paths[0]
    assert {way for _, way in best.relations} <= {"out", "in"}
    assert best.facts and all(answers & {str(node) for node in one.nodes} for one in best.facts)
    assert all(citation.served for citation in answer.citations) and len(answer.citations) == len(answers)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What was the first position held by Ann Lee?", "mayor"),
        ("What position did Ann Lee hold last?", "president"),
        ("What position does Ann Lee currently hold?", "president"),
        ("Which position did Ann Lee hold in 2007?", "senator"),
    ],
)
def test_years_beside_a_fact_choose_among_its_ends(qa, question, answer):
    assert [str(entity) for entity in qa.ask(question).entities] == [answer]


def test_a_live_graph_says_the_same():
    import networkx as nx

    graph = nx.MultiDiGraph()
    for one in FACTS[:3]:
        graph.add_edge(one.subject.id, one.object.id, relation="starred actors", role=str(one.qualifiers[0][1]))
    qa = kgllm.GraphQA(kgllm.load(graph, backend="networkx"))
    assert [str(entity) for entity in qa.ask("Which role did Elliot Page play in Inception?").entities] == ["Ariadne"]


CAST = [
    ("Smallville", "cast", "n1a0x9"),
    ("n1a0x9", "actor", "Michael Rosenbaum"),
    ("n1a0x9", "character", "Lex Luthor"),
    ("Smallville", "cast", "n2b7k3"),
    ("n2b7k3", "actor", "Tom Welling"),
    ("n2b7k3", "character", "Clark Kent"),
    ("Smallville", "cast", "n3c5z8"),
    ("n3c5z8", "actor", "Allison Mack"),
    ("n3c5z8", "character", "Chloe Sullivan"),
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who plays Lex Luthor in Smallville?", "Michael Rosenbaum"),
        ("Which character does Tom Welling play in Smallville?", "Clark Kent"),
        ("Who plays Chloe on Smallville?", "Allison Mack"),
    ],
)
def test_what_stands_beside_an_unnamed_node_is_a_condition(question, answer):
    answer_given = kgllm.GraphQA(kgllm.load(CAST)).ask(question)
    assert [str(entity) for entity in answer_given.entities] == [answer]
