"""Several conditions, unnamed nodes, times, and how sure an evidence is."""

import pytest

import kgllm
from kgllm.linking.linker import Linker
from kgllm.retrieval import Retriever
from kgllm.retrieval.score import confidence

FACTS = [
    ("Heat", "directed_by", "Michael Mann"),
    ("Heat", "starred_actors", "Al Pacino"),
    ("Ali", "directed_by", "Michael Mann"),
    ("Ali", "starred_actors", "Will Smith"),
    ("Scarface", "starred_actors", "Al Pacino"),
    ("Scarface", "directed_by", "Brian De Palma"),
    ("飞驰人生", "导演", "韩寒"),
    ("飞驰人生", "主演", "沈腾"),
    ("四海", "导演", "韩寒"),
    ("四海", "主演", "刘昊然"),
]


@pytest.fixture(scope="module")
def ask():
    graph = kgllm.load(FACTS)
    linker, retriever = Linker(graph), Retriever(graph)
    return lambda question: retriever.retrieve(question, linker.link(question))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which films directed by Michael Mann star Al Pacino?", {"Heat"}),
        ("whose director is Michael Mann and whose actor is Will Smith?", {"Ali"}),
    ],
)
def test_both_conditions_hold(ask, question, answers):
    best = ask(question).paths[0]
    assert {str(end) for end in best.endpoints} == answers and len(best.seeds) == 2


def test_unexplained_words_make_unsure(ask):
    assert confidence(ask("who directed Heat")) > 0.8
    assert confidence(ask("what was the box office of Heat")) < 0.5
    assert confidence(ask("飞驰人生的导演是谁")) > 0.8
    assert confidence(ask("nobody knows")) == 0.0
