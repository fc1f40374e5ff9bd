"""What a judge refuses says why, and `qa.why` shows the paths as the judges left them."""

from __future__ import annotations

from typing import get_args

import pytest

import kgllm
from kgllm.retrieval.ranking import refusals
from kgllm.retrieval.ranking.refusals import Refusal
from kgllm.types import Entity

BOSSES = [
    (Entity(one, types=("person",)), relation, end)
    for one, boss, salary in (("Ann", "Bea", 10), ("Bea", "Cid", 11), ("Cid", "Dov", 12))
    for relation, end in (("boss", Entity(boss, types=("person",))), ("salary", salary))
]
FILMS = [
    *[(Entity("Olm", types=("film",)), relation, Entity("Ann", types=("person",))) for relation in ("directed by", "written by")],
    (Entity("Elm", types=("film",)), "directed by", Entity("Bea", types=("person",))),
    (Entity("Fir", types=("film",)), "written by", Entity("Bea", types=("person",))),
]
OFFICES = [("Ann", "boss", "Bea"), ("Bea", "city", "Oslo"), ("Cid", "boss", "Dov"), ("Dov", "city", "Bonn")]
PARENTS = [("Bela", "parent", "Otto"), ("Otto", "gender", "male"), ("Ida", "parent", "Agnes"), ("Agnes", "gender", "female")]
SPOUSES = [*PARENTS, ("Ida", "wife of", "Karl"), ("Bela", "friend", "Nora")]
SHIPS = {
    "ships": [
        {"ship": "Stella", "home_port": "Olm", "build_year": 1990, "class": "clipper"},
        {"ship": "Nova", "home_port": "Tarn", "launch_year": 1985, "build_year": 1984, "class": "clipper"},
        {"ship": "Vega", "home_port": "Tarn", "launch_year": 1999, "build_year": 1998, "class": "barque"},
    ]
}
SHOPS = {
    "店": [
        {"名称": "甲店", "一月销量": 30, "二月销量": 40, "店长": "李岚"},
        {"名称": "乙店", "一月销量": 10, "二月销量": 20, "店长": "周越"},
    ]
}
BORN = [("Olm", "directed by", "Ann"), ("Ann", "born in", "Rome"), ("Bea", "born in", "Oslo")]
LINES = [
    ("1号线", "首班车", "05:40"),
    ("2号线", "首班车", "06:00"),
    ("Olm Line", "first train", "05:30"),
    ("Bix Line", "first train", "06:30"),
]
COUNTRIES = [
    (Entity("jp", "Nihon", aliases=("Japan",)), "name in English", "Japan"),
    (Entity("jp", "Nihon", aliases=("Japan",)), "capital", "Tokyo"),
    (Entity("fr", "France"), "name in English", "France"),
]


@pytest.mark.parametrize(
    ("source", "question", "code"),
    [
        (BOSSES, "What is the salary of the neighbour of Ann?", "step_left_out"),
        (BOSSES, "Who is the boss of the boss of the boss of the boss of the boss of Ann?", "step_again"),
        (FILMS, "Which films were directed and written by Bea?", "not_both"),
        (BORN, "Which directors were born in Oslo?", "not_of_role"),
        (OFFICES, "Which people have the same boss as Ann?", "same_thing"),
        (PARENTS, "Who is Bela's mother?", "other_sex"),
        (SPOUSES, "Who is Bela's wife?", "other_kin"),
        (SHIPS, "What is the launch year of Stella?", "field_lacking"),
        (SHIPS, "How many classes does Stella have?", "unfit_ends"),
        (SHOPS, "甲店的周末销量是多少？", "other_column"),
        (COUNTRIES, "What is Japan?", "own_name"),
        (LINES, "1号线末班车几点？", "opposite"),
        (LINES, "When does the last train of Olm Line leave?", "opposite"),
    ],
)
def test_who_refused_says_why(source, question, code):
    qa = kgllm.GraphQA(kgllm.load(source))
    [best] = qa.why(question, top=1)
    assert (best.refused, best.confidence) == (code, 0.0), best
    assert f"refused: {code}" in str(best) and best.to_dict()["refused"] == code
    assert qa.retrieve(question).paths[0].features["confidence"] == 0.0
    assert qa.ask(question).abstained


def test_what_answers_is_not_refused():
    [best] = kgllm.GraphQA(kgllm.load(BOSSES)).why("Who is the boss of Ann?", top=1)
    assert best.refused is None and best.confidence > 0.5 and "refused" not in str(best)


def test_every_refusal_is_documented():
    assert refusals.__doc__ is not None
    assert {line.split("|")[1].strip() for line in refusals.__doc__.splitlines() if line.startswith("| ")} - {"code"} == set(
        get_args(Refusal)
    )
