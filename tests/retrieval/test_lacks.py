"""A thing that lacks what is asked for, though things like it have it: what else is found is no answer."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.graphs.base import view_of
from kgllm.retrieval.paths.kinds import Roles

FILMS = [
    (film, relation, value)
    for film, maker, writer, star, year in (
        ("Inception", "Nolan", "Nolan", "DiCaprio", "2010"),
        ("Memento", "Nolan", "Jonathan", "Pearce", "2000"),
        ("Titanic", "Cameron", "Cameron", "DiCaprio", "1997"),
        ("Aliens", "Cameron", "Hill", "Weaver", "1986"),
        ("The Matrix", "", "Lana", "Reeves", "1999"),
        ("Speed", "", "Yost", "Reeves", ""),
        ("The Lady", "Besson", "Frayn", "Yeoh", "2011"),
    )
    for relation, value in (("directed_by", maker), ("written_by", writer), ("starred_actors", star), ("release_year", year))
    if value
]
CHINESE = [
    (film, relation, value)
    for film, maker, writer, star in (
        ("流浪地球", "郭帆", "龚格尔", "屈楚萧"),
        ("战狼", "吴京", "刘毅", "余男"),
        ("长津湖", "徐克", "黄建新", "张涵予"),
        ("红海行动", "", "冯骥", "张译"),
    )
    for relation, value in (("导演", maker), ("编剧", writer), ("主演", star))
    if value
]


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load(FILMS + CHINESE))


@pytest.mark.parametrize(
    "question",
    [
        "Who directed The Matrix?",  # the graph has its writer and its star
        "When was Speed released?",  # … and by Reeves another film's year
        "Who is the director of Speed?",
        "Who directed The Lady Vanishes?",  # another film than The Lady
    ],
)
def test_what_a_thing_lacks_is_abstained_on(qa: kgllm.GraphQA, question: str) -> None:
    answer = qa.ask(question)
    assert answer.abstained, answer.text
    assert answer.reason.startswith("below_threshold")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Who directed Memento?", "Nolan"),
        ("When was Titanic released?", "1997"),
        ("Who wrote The Matrix?", "Lana"),
        ("When were the films with Reeves released?", "1999"),  # it is asked of films, not of Reeves
        ("Who directed the films that star DiCaprio?", "Nolan"),
        ("When did The Lady come out?", "2011"),
        ("战狼的导演是谁？", "吴京"),
        ("红海行动的编剧是谁？", "冯骥"),
    ],
)
def test_what_it_has_is_answered(qa: kgllm.GraphQA, question: str, first: str) -> None:
    assert first in [end.name for end in qa.ask(question).entities]


def test_in_chinese_it_makes_an_answer_less_sure(qa: kgllm.GraphQA) -> None:
    has, lacks = (qa.retrieve(question).paths[0].features for question in ("战狼的导演是谁？", "红海行动的导演是谁？"))
    assert has["lacks"] == 0 < lacks["lacks"]
    assert lacks["confidence"] < has["confidence"] - 0.1


def test_how_alike_a_thing_is_to_those_that_have_a_relation() -> None:
    graph = kgllm.load(FILMS)
    directed, written, released = (("directed_by", 0), ("written_by", 0), ("release_year", 0))
    roles = Roles(graph, view_of(graph))
    assert roles.alike(directed, {written, ("starred_actors", 0), released}) == 1.0
    assert 0.3 < roles.alike(directed, {written}) < roles.alike(directed, {written, released}) < 1.0
    assert roles.alike(directed, {directed}) == roles.alike(directed, set()) == roles.alike(("unheard_of", 0), {written}) == 0.0
    assert roles.alike(("directed_by", 1), {written}) == 0.0  # of those who direct, not of films
