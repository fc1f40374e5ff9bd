"""Rows without a name that win are told by the name that they give; who has most is found over tables between, and in more of Chinese."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.words.most import most

CLUBS = [
    {"season": season, "name": name, "attendance": many}
    for season, name, many in [
        (2001, "Reds", 900),
        (2002, "Reds", 1200),
        (2001, "Blues", 1500),
        (2002, "Blues", 1700),
        (2003, "Blues", 1500),
    ]
]
FIRMS = [
    {"year": year, "company": name, "revenue": many}
    for year, name, many in [(2001, "Olm Ltd", 90), (2002, "Olm Ltd", 120), (2001, "Tarn AG", 70), (2002, "Tarn AG", 60)]
]
PRODUCTS = [
    {"月份": month, "产品名称": name, "销量": many}
    for month, name, many in [("一月", "台灯", 90), ("二月", "台灯", 40), ("一月", "吊扇", 70), ("二月", "吊扇", 95)]
]
SHIFTS = [
    {"day": day, "ward": ward, "visits": many} for day, ward, many in [(1, "North", 9), (2, "North", 4), (1, "South", 7), (2, "South", 5)]
]


def asks(tables, question, **options):
    answer = kgllm.GraphQA(kgllm.load(tables, **options)).ask(question)
    return [] if answer.abstained else sorted(str(one) for one in answer.entities)


@pytest.mark.parametrize(
    ("tables", "question", "winner"),
    [
        ({"clubs": CLUBS}, "Which club had the highest attendance?", ["Blues"]),
        ({"clubs": CLUBS}, "Which club had the lowest attendance?", ["Reds"]),
        ({"clubs": CLUBS}, "哪个俱乐部的attendance最高？", ["Blues"]),
        ({"clubs": CLUBS}, "What was the highest attendance of a club?", ["1700"]),
        ({"companies": FIRMS}, "Which company had the highest revenue?", ["Olm Ltd"]),
        ({"产品": PRODUCTS}, "销量最高的产品是哪个？", ["吊扇"]),
        ({"shifts": SHIFTS}, "Which ward had the most visits?", ["North"]),
    ],
)
def test_a_row_without_a_name_is_told_by_the_name_that_it_gives(tables, question, winner):
    assert asks(tables, question) == winner


def test_a_row_that_has_a_name_is_told_by_it():
    wines = [{"code": "W1", "name": "Alba", "price": 9}, {"code": "W2", "name": "Alba", "price": 12}]
    assert asks({"wines": wines}, "Which wine has the highest price?", key="code", name="code") == ["W2"]


LANDS = [{"code": f"X{n}", "name": f"Region {n}"} for n in range(20)] + [{"code": f"L{n}", "name": f"Land {n}"} for n in range(6)]
MONEY = [{"code": "AAA", "name": "Crown"}, {"code": "BBB", "name": "Mark"}]
USES = [{"land": f"L{n}", "coin": "AAA" if n < 4 else "BBB"} for n in range(6)]
DISHES = [
    {"id": 1, "name": "dish one", "herbs": ["sage", "dill"]},
    {"id": 2, "name": "dish two", "herbs": ["sage", "mint"]},
    {"id": 3, "name": "dish three", "herbs": ["sage", "dill"]},
]


@pytest.mark.parametrize(
    "question", ["Which coin is used by the most lands?", "Which coin has the most lands?", "Which coin has the fewest lands?"]
)
def test_a_table_between_is_found_where_the_first_of_many_are_not_in_it(question):
    tables = {"lands": LANDS, "coins": MONEY, "uses": USES}
    found = asks(
        tables, question, key=["lands.code", "coins.code"], name=["lands.name", "coins.name"], refers={"land": "lands", "coin": "coins"}
    )
    assert found == (["Mark"] if "fewest" in question else ["Crown"])


@pytest.mark.parametrize(
    ("question", "winner"),
    [
        ("哪种herb在菜里用得最多？", ["sage"]),
        ("哪种herb在菜中出现得最少？", ["mint"]),
        ("哪种herb的菜数量排第二？", ["dill"]),
        ("Which herb is used in the most dishes?", ["sage"]),
    ],
)
def test_what_is_used_most_in_things_is_what_most_of_them_have(question, winner):
    kind = "dishes" if "dish" in question else "菜"
    assert asks({kind: DISHES}, question, key="id", name="name", refers={"herbs": "herb"}) == winner


BEDS = [{"name": name, "病房": ward} for name, ward in [("甲某", "东房"), ("乙某", "东房"), ("丙某", "西房")]]
WARES = [{"name": name, "厂商": maker} for name, maker in [("甲件", "东厂"), ("乙件", "东厂"), ("丙件", "西厂")]]
EVENTS = [{"name": name, "chapter": chapter} for name, chapter in [("e1", "c1"), ("e2", "c1"), ("e3", "c2")]]


@pytest.mark.parametrize(
    ("tables", "question", "winner"),
    [
        ({"病人": BEDS}, "哪个病房的病人最多？", ["东房"]),
        ({"病人": BEDS}, "哪个病房的病人最少？", ["西房"]),
        ({"病人": BEDS}, "哪个病房的人最多？", []),
        ({"软件": WARES}, "哪家厂商的软件最多？", ["东厂"]),
        ({"event": EVENTS}, "哪一章的事件最多？", ["c1"]),
        ({"event": EVENTS}, "Which chapter has the most events?", ["c1"]),
    ],
)
def test_a_noun_is_more_than_its_last_character(tables, question, winner):
    refers = {"病房": "病房", "厂商": "厂商", "chapter": "chapter"}
    [rows] = tables.values()
    assert asks(tables, question, refers={column: refers[column] for column in rows[0] if column in refers}) == winner


def test_places_of_those_that_have_most_are_read():
    assert most("哪个国家的河流数量排第三？") is not None
    assert most("哪个国家的第三条河流最长？") is None
