"""Kinds of things that a Chinese question calls by one character: 哪些山, 哪条河, 几首歌."""

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation

HEIGHTS = {"Grey Top": 8200, "Low Fell": 900, "White Horn": 6100}
SONGS = {"Dawn": "First Light", "Dusk": "First Light", "Noon": "Second Wind"}


def graph() -> kgllm.GraphQA:
    facts = [Fact(Entity(name, types=("mountain",)), Relation("height"), Literal(str(of), of)) for name, of in HEIGHTS.items()]
    facts += [Fact(Entity("Old Ferry", types=("boat",)), Relation("height"), Literal("30", 30))]
    facts += [Fact(Entity(name, types=("song",)), Relation("album"), Entity(album, types=("record",))) for name, album in SONGS.items()]
    return kgllm.GraphQA(kgllm.load(facts))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("哪些山的height超过1000？", {"Grey Top", "White Horn"}),
        ("哪座山的height最低？", {"Low Fell"}),
        ("First Light有哪些歌？", {"Dawn", "Dusk"}),
        ("所有的山", set(HEIGHTS)),
    ],
)
def test_the_kind_is_found(question: str, answers: set[str]) -> None:
    assert {str(end) for end in graph().ask(question).entities} == answers


def test_a_character_within_a_longer_word_is_no_kind() -> None:
    nouns = graph().retriever.wholes(graph().graph.version()).han_nouns
    assert nouns("哪些山峰最高？") == {"山峰": "mountain"}
    assert nouns("哪些歌手唱过它？") == {}
    assert nouns("哪些歌最长？") == {"歌": "song"}
