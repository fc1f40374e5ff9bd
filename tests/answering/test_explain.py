"""Every stage that `GraphQA.explain` names, on graphs small enough to see why."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.errors import ConfigError
from kgllm.types import Entity, Fact, Relation

FILMS = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("Inception", "starred actors", "Elliot Page"),
    ("The Matrix", "directed by", "Lana Wachowski"),
    ("The Matrix", "directed by", "Lilly Wachowski"),
    ("Christopher Nolan", "birthplace", "London"),
    ("London", "country", "United Kingdom"),
    ("United Kingdom", "currency", "pound sterling"),
    ("Paprika", "directed by", "Satoshi Kon"),
    ("流浪地球", "导演", "郭帆"),
    ("流浪地球", "主演", "吴京"),
    ("郭帆", "出生地", "济宁"),
    ("无间道", "导演", "刘伟强"),
    ("无间道", "导演", "麦兆辉"),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FILMS))


@pytest.mark.parametrize(
    ("question", "gold", "stage"),
    [
        ("Who directed Inception?", "Christopher Nolan", "found"),
        ("流浪地球的导演是谁？", "郭帆", "found"),
        ("Who directed Inception?", "Nobody At All", "not_in_graph"),
        ("流浪地球的导演是谁？", "没有这个人", "not_in_graph"),
        ("Who painted the Sistine Chapel?", "Christopher Nolan", "not_linked"),
        ("盗梦空间的票房是多少？", "郭帆", "not_linked"),
        ("Who directed Inception?", "Elliot Page", "wrong_path"),
        ("流浪地球的导演是谁？", "吴京", "wrong_path"),
        ("Who directed Inception?", "Satoshi Kon", "no_path"),
        ("流浪地球的导演是谁？", "刘伟强", "no_path"),
        ("Who directed Inception?", "pound sterling", "no_path"),
    ],
)
def test_stages(qa, question, gold, stage):
    said = qa.explain(question, gold=[gold])
    assert said.stage == stage, said


@pytest.mark.parametrize("question", ["Who directed The Matrix?", "无间道的导演是谁？"])
def test_a_right_answer_behind_another_of_the_best_path_is_the_wrong_order(qa, question):
    first, second = qa.ask(question).entities
    assert qa.explain(question, gold=[second.name]).stage == "wrong_order"
    assert qa.explain(question, gold=[first.name]).stage == "found"


@pytest.mark.parametrize(("question", "gold"), [("Who directed Inception?", "Christopher Nolan"), ("流浪地球的导演是谁？", "郭帆")])
def test_a_right_answer_that_was_not_sure_enough_is_abstained(qa, question, gold):
    careful = kgllm.GraphQA(qa.graph, threshold=1.0)
    assert careful.ask(question).abstained
    assert careful.explain(question, gold=[gold]).stage == "abstained"


@pytest.mark.parametrize(
    ("name", "relation", "question"),
    [("Springfield", "mayor", "Who is the mayor of Springfield?"), ("张伟", "出生地", "张伟的出生地是哪里？")],
)
def test_only_a_thing_that_was_not_chosen_leads_to_the_answer(name, relation, question):
    facts = [Fact(Entity(f"n{i}", name), Relation(relation), Entity(f"end {i}")) for i in range(6)]  # more than are walked from
    qa = kgllm.GraphQA(kgllm.load(facts))
    seeds = {seed.id for seed in qa.retrieve(question).seeds}
    left = next(f"n{i}" for i in range(6) if f"n{i}" not in seeds)
    said = qa.explain(question, gold=[left.replace("n", "end ")])
    assert said.stage == "wrong_candidate", said


def test_a_path_that_was_considered_and_not_kept_is_the_wrong_path():
    facts = [("Inception", "directed by", "Christopher Nolan"), *(("Inception", f"code {i}", f"value {i}") for i in range(200))]
    qa = kgllm.GraphQA(kgllm.load(facts))
    kept = {end.name for path in qa.retrieve("Who directed Inception?").paths for end in path.endpoints}
    lost = next(f"value {i}" for i in range(200) if f"value {i}" not in kept)
    said = qa.explain("Who directed Inception?", gold=[lost])
    assert said.stage == "wrong_path" and "too little" in said.words and "code" in said.words, said


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ([], "no right answer"),
        ((), "no right answer"),
        ([""], "no right answer"),
        ("Christopher Nolan", "list of names"),
        (None, "list of names"),
        ([Entity("Christopher Nolan")], "names or ids"),
        ([True], "names or ids"),
    ],
)
def test_gold_that_names_nothing_is_refused(qa, gold, said):
    with pytest.raises(ConfigError, match=said):
        qa.explain("Who directed Inception?", gold=gold)


def test_a_number_is_a_name(qa):
    assert "2010" in qa.explain("Who directed Inception?", gold=[2010]).words


def test_given_seeds_are_followed_instead_of_links(qa):
    assert qa.explain("Who directed it?", gold=["Christopher Nolan"], seeds=["Inception"]).stage == "found"
    assert qa.explain("Who directed Inception?", gold=["Christopher Nolan"], seeds=["Paprika"]).stage == "wrong_candidate"
