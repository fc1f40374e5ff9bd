"""What is bought, borrowed and booked, as rows tell of it: a shop, its Chinese sister, a library, an inn, a shop whose orders have lines."""

from __future__ import annotations

from typing import Any

import pytest

import kgllm
from kgllm.types import Entity


def rows(kind: str, fields: tuple[str, ...], types: dict[str, str], *of: tuple[Any, ...]) -> list[Any]:
    """Rows of a table: the first field is the key; those with a type lead to things of it."""
    made: list[Any] = []
    for key, *values in of:
        row = Entity(str(key), types=(kind,))
        for field, value in zip(fields, values, strict=True):
            made.append((row, field, Entity(value, types=(types[field],)) if field in types else value))
    return made


def things(kind: str, field: str, of: dict[str, str]) -> list[Any]:
    return [(Entity(name, types=(kind,)), field, Entity(value)) for name, value in of.items()]


SHOP = [
    *rows(
        "orders",
        ("customer", "product", "qty", "unit_price"),
        {"customer": "customers", "product": "products"},
        ("O1", "Lena Mars", "Walnut Desk", 3, 200),
        ("O2", "Lena Mars", "Reed Lamp", 5, 40),
        ("O3", "Tom Birch", "Walnut Desk", 1, 200),
        ("O4", "Ida Frost", "Cork Board", 10, 15),
        ("O5", "Tom Birch", "Cork Board", 2, 15),
    ),
    *things("customers", "country", {"Lena Mars": "Denmark", "Tom Birch": "Norway", "Ida Frost": "Denmark"}),
]
STORE = [
    *rows(
        "订单",
        ("客户", "商品", "数量", "金额"),
        {"客户": "客户"},
        ("D1", "刘洋", "胡桃书桌", 3, 600),
        ("D2", "刘洋", "芦苇台灯", 5, 200),
        ("D3", "陈静", "胡桃书桌", 1, 200),
        ("D4", "周涛", "软木板", 10, 150),
    ),
    *things("客户", "城市", {"刘洋": "杭州", "陈静": "成都", "周涛": "杭州"}),
]
LIBRARY = [
    *rows(
        "loan",
        ("reader", "book", "branch"),
        {"reader": "reader", "book": "book", "branch": "branch"},
        ("L1", "Ann Poe", "The Salt Road", "Mill Street"),
        ("L2", "Ann Poe", "Night Ferry", "Mill Street"),
        ("L3", "Bo Carr", "Night Ferry", "Old Quay"),
    ),
    *things("reader", "town", {"Ann Poe": "Olm", "Bo Carr": "Vass"}),
]
INN = rows(
    "booking",
    ("guest", "room", "price"),
    {"guest": "guest", "room": "room"},
    ("B1", "Mia Holt", "Garden Room", 90),
    ("B2", "Ned Ives", "Tower Room", 150),
    ("B3", "Mia Holt", "Tower Room", 150),
)
LINES = [
    *rows("order", ("customer",), {"customer": "customer"}, ("A-1", "Cy Dunn"), ("A-2", "Di Emms")),
    *rows(
        "order_item",
        ("order", "product", "quantity"),
        {"order": "order", "product": "product"},
        ("i1", "A-1", "Brass Hook", 4),
        ("i2", "A-1", "Tin Pail", 1),
        ("i3", "A-2", "Tin Pail", 6),
    ),
]


@pytest.mark.parametrize(
    ("graph", "question", "expected"),
    [
        (SHOP, "What did customers from Denmark order?", {"Walnut Desk", "Reed Lamp", "Cork Board"}),
        (SHOP, "What did Tom Birch order?", {"Walnut Desk", "Cork Board"}),
        (SHOP, "Which products did customers from Norway buy?", {"Walnut Desk", "Cork Board"}),
        (SHOP, "Which products were ordered by Lena Mars?", {"Walnut Desk", "Reed Lamp"}),
        (STORE, "杭州的客户买了什么？", {"胡桃书桌", "芦苇台灯", "软木板"}),
        (STORE, "陈静购买了哪些商品？", {"胡桃书桌"}),
        (LIBRARY, "What did Ann Poe borrow?", {"The Salt Road", "Night Ferry"}),
        (LIBRARY, "Which books did readers from Vass borrow?", {"Night Ferry"}),
        (INN, "Which rooms did Mia Holt book?", {"Garden Room", "Tower Room"}),
        (LINES, "What did Cy Dunn order?", {"Brass Hook", "Tin Pail"}),
        (STORE, "谁花钱最多？", {"刘洋"}),
        (STORE, "哪位客户花的钱最多？", {"刘洋"}),
        (STORE, "谁花的钱最少？", {"周涛"}),
        (INN, "Which guest spent the most?", {"Mia Holt"}),
        (INN, "Who spent the least money?", {"Ned Ives"}),
    ],
)
def test_what_and_who(graph: list[Any], question: str, expected: set[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(graph)).ask(question)
    assert {entity.name for entity in answer.entities} == expected, answer.text


@pytest.mark.parametrize(
    ("graph", "question", "expected"),
    [
        (SHOP, "How many units of Walnut Desk were sold?", 4),
        (SHOP, "How many Cork Boards were ordered in total?", 12),
        (SHOP, "How many units of Cork Board did Tom Birch order?", 2),
        (STORE, "胡桃书桌卖了多少件？", 4),
        (STORE, "芦苇台灯一共卖出多少个？", 5),
        (LINES, "How many Tin Pails were sold?", 7),
        (LINES, "How many Tin Pails did Di Emms buy?", 6),
    ],
)
def test_amounts_are_summed(graph: list[Any], question: str, expected: int) -> None:
    assert kgllm.GraphQA(kgllm.load(graph)).ask(question).value == expected


def test_the_sum_is_proven_by_its_rows() -> None:
    answer = kgllm.GraphQA(kgllm.load(STORE)).ask("谁花钱最多？")
    assert answer.text.startswith("刘洋（800）")
    assert {(fact.relation.name, str(fact.object)) for fact in answer.facts} >= {("金额", "600"), ("金额", "200"), ("客户", "刘洋")}


@pytest.mark.parametrize(
    ("graph", "question"),
    [
        (SHOP, "Who spent the most?"),  # a price of one, and how many: no field says what was paid
        (INN, "How many units of Tower Room were sold?"),  # no field says how many
        (LIBRARY, "Who spent the most?"),
    ],
)
def test_what_no_field_says_is_not_made_up(graph: list[Any], question: str) -> None:
    assert kgllm.GraphQA(kgllm.load(graph)).ask(question).abstained


def test_without_rows_nothing_is_read_so() -> None:
    graph = kgllm.load([("Jo Pike", "sold", "Mill House"), ("Jo Pike", "order", "Order of the Crane")])
    answer = kgllm.GraphQA(graph).ask("What did Jo Pike sell?")
    assert [entity.name for entity in answer.entities] == ["Mill House"]
