"""The way from links to evidence, on small graphs in both languages."""

import pytest

import kgllm
from kgllm.errors import ConfigError
from kgllm.linking.linker import Linker
from kgllm.retrieval import Retriever

FILMS = [
    ("Inception", "directed_by", "Christopher Nolan"),
    ("Memento", "directed_by", "Christopher Nolan"),
    ("Alien", "directed_by", "Ridley Scott"),
    ("Inception", "starred_actors", "Elliot Page"),
    ("Memento", "starred_actors", "Guy Pearce"),
    ("Juno", "starred_actors", "Elliot Page"),
    ("Juno", "directed_by", "Jason Reitman"),
    ("Memento", "release_year", "2000"),
    ("Inception", "release_year", "2010"),
    ("Inception", "has_genre", "Thriller"),
    ("流浪地球", "导演", "郭帆"),
    ("流浪地球", "主演", "吴京"),
    ("流浪地球", "上映时间", "2019"),
    ("战狼", "导演", "吴京"),
    ("吴京", "妻子", "谢楠"),
]


@pytest.fixture(scope="module")
def ask():
    graph = kgllm.load(FILMS)
    linker, retriever = Linker(graph), Retriever(graph)
    return lambda question, **options: retriever.retrieve(question, linker.link(question), **options)


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Who directed Inception?", {"Christopher Nolan"}),
        ("Which films were directed by Christopher Nolan?", {"Inception", "Memento"}),
        ("When was Memento released?", {"2000"}),
        ("Who starred in the films directed by Christopher Nolan?", {"Elliot Page", "Guy Pearce"}),
        ("Which films share a director with Memento?", {"Inception"}),
        ("流浪地球的导演是谁？", {"郭帆"}),
        ("谁主演了《流浪地球》？", {"吴京"}),
        ("流浪地球的主演的妻子是谁", {"谢楠"}),
        ("流浪地球什么时候上映的？", {"2019"}),
        ("吴京导演了哪些电影？", {"战狼"}),
    ],
)
def test_the_best_path_ends_in_the_answer(ask, question, answers):
    assert {str(end) for end in ask(question).paths[0].endpoints} == answers


def test_facts_hold_the_budget_and_the_answer_comes_first(ask):
    evidence = ask("Who starred in the films directed by Christopher Nolan?", max_facts=3)
    assert 1 <= len(evidence.facts) <= 3 and evidence.truncated
    assert str(evidence.facts[0].relation) in ("directed_by", "starred_actors")


def test_nothing_linked_is_empty_evidence(ask):
    evidence = ask("Who painted the ceiling?")
    assert evidence.paths == () and evidence.facts == ()


@pytest.mark.parametrize("bad", [{"strategy": "magic"}, {"max_facts": 0}, {"max_facts": True}])
def test_bad_arguments_are_refused(ask, bad):
    with pytest.raises(ConfigError):
        ask("Who directed Inception?", **bad)


def test_an_english_question_with_a_chinese_name_is_read_as_english():
    graph = kgllm.load([("战狼", "directed by", "吴京"), ("战狼2", "directed by", "吴京"), ("流浪地球", "导演", "郭帆")])
    answer = kgllm.GraphQA(graph).ask("How many films did 吴京 direct?")
    assert answer.value == 2
