"""A verb beside a time names the field of a date: orders, permits and films, in both languages; and no amount is before a year."""

from __future__ import annotations

from typing import Any

import pytest

import kgllm
from kgllm.types import Entity


def table(kind: str, fields: tuple[str, ...], *rows: tuple[Any, ...]) -> kgllm.GraphQA:
    facts = [(Entity(key, types=(kind,)), field, value) for key, *values in rows for field, value in zip(fields, values, strict=True)]
    return kgllm.GraphQA(kgllm.load(facts))


ORDERS = table(
    "order",
    ("order_date", "shipped_date", "total"),
    ("A-1", "2019-12-30", "2020-01-08", 2400),
    ("A-2", "2020-02-11", "2020-03-02", 310),
    ("A-3", "2020-05-02", "2020-05-20", 95),
)
PERMITS = table("permit", ("date", "fee"), ("P1", "1998-04-01", 30), ("P2", "2006-09-12", 45), ("P3", "2011-01-05", 60))
FILMS = table(
    "film", ("release_year", "running_time"), ("Night Ferry", 1991, 97), ("Glass Harbour", 1984, 112), ("The Salt Road", 1972, 88)
)
DANCERS = table("订单", ("下单日期", "金额"), ("D1", "2019-12-30", 2400), ("D2", "2020-02-11", 310), ("D3", "2020-05-02", 95))
STAFF = table(
    "员工", ("入职日期", "职位"), ("吴敏", "2008-03-01", "厨师"), ("郑浩", "2011-06-09", "服务员"), ("冯雪", "2019-09-30", "厨师")
)


@pytest.mark.parametrize(
    ("qa", "question", "expected"),
    [
        (ORDERS, "orders placed after 2020-02-01", {"A-2", "A-3"}),
        (ORDERS, "Which orders were placed before 2020?", {"A-1"}),
        (ORDERS, "Which orders were shipped before 2020-02-01?", {"A-1"}),
        (PERMITS, "permits issued before 2007", {"P1", "P2"}),
        (PERMITS, "Which permits were issued after 2000?", {"P2", "P3"}),
        (FILMS, "Which films came out after 1980?", {"Night Ferry", "Glass Harbour"}),
        (FILMS, "films released before 1990", {"Glass Harbour", "The Salt Road"}),
        (DANCERS, "2020年1月以后下单的订单有哪些？", {"D2", "D3"}),
        (DANCERS, "2020年3月后下的订单", {"D3"}),
        (STAFF, "2010年后入职的厨师有谁？", {"冯雪"}),
        (STAFF, "哪些员工是2010年前入职的？", {"吴敏"}),
    ],
)
def test_the_verb_names_the_date(qa: kgllm.GraphQA, question: str, expected: set[str]) -> None:
    answer = qa.ask(question)
    assert {entity.name for entity in answer.entities} == expected, answer.text


@pytest.mark.parametrize(
    ("qa", "question"),
    [
        (FILMS, "films shot before 1990"),  # when they came out does not say when they were shot
        (ORDERS, "orders cancelled before 2020"),
        (PERMITS, "permits painted after 2000"),
        (STAFF, "2010年后期入职的员工"),  # late in 2010
    ],
)
def test_other_verbs_name_none(qa: kgllm.GraphQA, question: str) -> None:
    assert qa.ask(question).abstained
