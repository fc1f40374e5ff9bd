"""What people say around a question is blanked, and nothing of the question is."""

from __future__ import annotations

import time

import pytest

import kgllm
from kgllm.words.courtesies import courtesies, without


def _alone(text: str) -> str:
    return without(text, *courtesies(text))


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("Hi, who wrote Alien? Thanks!", "who wrote Alien?"),
        ("hello there! Good morning. Where is Olm?", "Where is Olm?"),
        ("hey which river is the longest please", "which river is the longest"),
        ("Ok, quick question: who is Ann? Thank you so much!!", "who is Ann?"),
        ("According to the data, who directed Alien?", "who directed Alien?"),
        ("I'd like to know which senators are Jewish", "which senators are Jewish"),
        ("你好，谁写了三体？谢谢", "谁写了三体？"),
        ("请根据以上数据回答：谁写了三体", "谁写了三体"),
        ("罗氏虾能做什么菜呢？", "罗氏虾能做什么菜"),
        ("您好请问谁写了三体", "请问谁写了三体"),
        ("打扰一下，三体的作者，谢谢啦～", "三体的作者"),
    ],
)
def test_what_stands_around_a_question_goes(text, alone):
    assert _alone(text).strip() == alone
    assert _alone(text).index(alone[0]) == text.index(alone)  # everything keeps its place


@pytest.mark.parametrize(
    "text",
    [
        "Hello Kitty's birthday",
        "Well-known writers of Peru",
        "So what is Olm?",
        "When did Cheers begin?",
        "who wrote Please",
        "What is Q?",
        "你好李焕英的导演",
        "早上好的作者是谁",
        "Do you know if Alien is old?",
        "In the data who is first",
        "贞观的皇帝呢？",
        "Hi!",
        "thanks",
        "你好",
        "",
    ],
)
def test_what_may_be_a_name_stays(text):
    assert _alone(text) == text


@pytest.mark.parametrize("part", ["hi ", "? ", "。 ", ", ", "thanks ", "谢谢", "啊", "  ", "-", "according to the "])
def test_long_runs_cost_no_more_than_their_length(part):
    begin = time.process_time()
    courtesies(part * 20_000)
    assert time.process_time() - begin < 2


FILMS = [
    ("Hello, Dolly!", "director", "Gene Kelly"),
    ("Star Diary", "director", "Ann Olm"),
    ("你好，李焕英", "导演", "贾玲"),
    ("云海之歌", "导演", "李四"),
]


@pytest.fixture(scope="module")
def films():
    return kgllm.GraphQA(kgllm.load(FILMS))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Hi, who is the director of Star Diary? Thanks!", "Ann Olm"),
        ("Hello, Dolly! director", "Gene Kelly"),  # a name of the graph reaches over the edge
        ("你好，李焕英的导演是谁？", "贾玲"),
        ("你好，云海之歌的导演是谁？谢谢！", "李四"),
    ],
)
def test_answers_are_those_of_the_question_alone(films, question, answer):
    found = films.ask(question)
    assert [one.name for one in found.entities] == [answer]
    assert found.question == question
    assert found.evidence is not None
    assert found.evidence.question == question
    for link in found.evidence.links:
        assert question[link.mention.start : link.mention.end] == link.mention.text
    assert films.retrieve(question).paths[0].endpoints[0].name == answer
