"""Denials beside limits and relative clauses; limits of years by words of age; limits in Chinese with 比."""

from __future__ import annotations

import pytest

import kgllm

KEYS = ("name", "built by", "material", "height", "year")
BRIDGES = [dict(zip(KEYS, row, strict=True)) for row in (("Arch", "Dorn", "stone", 12, 1905), ("Beam", "Ruiz", "steel", 30, 1900), ("Cord", "Lind", "steel", 55, 1950), ("Dale", "Dorn", "steel", 9, 1910), ("Eddy", "Ruiz", "wood", 40, 1890))]  # fmt: skip
TEAS = [dict(zip(("名称", "茶厂", "茶类", "价格", "年份"), row, strict=True)) for row in (("云雾", "东厂", "绿茶", 120, 1995), ("金骏", "西厂", "红茶", 80, 2000), ("滇红", "南厂", "红茶", 200, 2010), ("祁门", "东厂", "红茶", 60, 1990))]  # fmt: skip


@pytest.fixture(scope="module")
def asking():
    return {"en": kgllm.GraphQA(kgllm.load(BRIDGES, table="bridges")), "zh": kgllm.GraphQA(kgllm.load(TEAS, table="茶叶"))}


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("en", "Which bridges that Dorn did not build are steel?", {"Beam", "Cord"}),
        ("en", "bridges that Dorn did not build that are steel", {"Beam", "Cord"}),
        ("en", "bridges that are neither steel nor built by Ruiz", {"Arch"}),
        ("en", "Which bridges are neither built by Dorn nor wood?", {"Beam", "Cord"}),
        ("en", "Which bridges have a year of 1905 or older?", {"Arch", "Beam", "Eddy"}),
        ("en", "Which bridges have a year older than 1905?", {"Beam", "Eddy"}),
        ("en", "Which bridges are no taller than 30?", {"Arch", "Beam", "Dale"}),
        ("en", "Which bridges are 1905 or older?", None),
        ("en", "Which bridges have no height over 20?", {"Arch", "Dale"}),
        ("en", "Which non-steel bridges are taller than 30?", {"Eddy"}),
        ("en", "the tallest bridge not built by Ruiz", None),
        ("en", "Which bridges are neither taller than 30 nor from before 1900?", None),
        ("en", "bridges which Dorn and Ruiz did not build", None),
        ("zh", "年份比2000早的茶叶有哪些？", {"云雾", "祁门"}),
        ("zh", "比100便宜的茶叶有哪些？", {"金骏", "祁门"}),
        ("zh", "价格没超过100的茶叶有哪些？", {"金骏", "祁门"}),
        ("zh", "哪些茶叶年份不早于2000年？", {"金骏", "滇红"}),
        ("zh", "2000年或更早的茶叶有哪些？", None),
        ("zh", "非红茶的茶叶里价格超过100的有哪些？", {"云雾"}),
        ("zh", "不是东厂的茶叶中最贵的是哪个？", None),
    ],
)
def test_what_is_left_is_right_or_nothing_is_said(asking, language, question, expected):
    """None: it is not answered yet, and no wrong thing is said."""
    answer = asking[language].ask(question)
    if expected is None:
        assert answer.abstained
    else:
        assert {node.name for node in answer.entities} == expected


@pytest.mark.parametrize(
    ("question", "low", "high"),
    [
        ("people of age 60 or older", 60, None),
        ("houses of 1905 or older", None, 1905),
        ("people younger than 1990", 1990, None),
        ("people younger than 30", None, 30),
        ("no cheaper than 100", 100, None),
        ("比1905年早的房子", None, 1905),
        ("比100元贵的书", 100, None),
        ("不晚于1905年的房子", None, 1905),
    ],
)
def test_on_which_side_a_limit_lies(question, low, high):
    from kgllm.words.extremes import compares

    [bound] = compares(question).bounds
    assert (bound.low and bound.low.value, bound.high and bound.high.value) == (low, high)


CHOIRS = [
    {"name": "Lark", "region": "Nord", "skills": ["Bass", "Alto"], "touring": "No"},
    {"name": "Wren", "region": "Nord", "skills": ["Alto"], "touring": "Yes"},
    {"name": "Robin", "region": "Sud", "skills": ["Tenor"], "touring": "No"},
    {"name": "Finch", "region": "Nord", "skills": ["Tenor", "Soprano"], "touring": "Yes"},
]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which choirs with the skill Alto have no skill Bass?", ["Wren"]),
        ("Which choirs in Nord have no skill Alto?", ["Finch"]),
        ("Which choirs have the skill Tenor and no skill Soprano?", ["Robin"]),
        ("哪些choirs没有Alto？", ["Finch", "Robin"]),
    ],
)
def test_no_denies_though_a_value_is_called_so(question, names):
    choirs = kgllm.GraphQA(kgllm.load(CHOIRS, table="choirs", key="name"))
    assert sorted(one.name for one in choirs.ask(question).entities) == names
