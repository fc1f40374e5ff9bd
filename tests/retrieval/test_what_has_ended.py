"""Asked in the present, rows that have ended say nothing: who is coach, which clubs a bank sponsors, 谁是教练."""

from __future__ import annotations

import pytest

import kgllm


def rows(deals, *fields):
    return [(f"deal_{n}", field, value) for n, deal in enumerate(deals) for field, value in zip(fields, deal, strict=True) if value]


DEALS = [
    ("Olm FC", "Vass Bank", "2004-07-01", "2011-06-30"),
    ("Rue United", "Vass Bank", "2012-01-01", ""),
    ("Tarn City", "Vass Bank", "2015-01-01", ""),
    ("Olm FC", "Tarn Tea", "2011-07-01", ""),
    ("Ida Rovers", "Old Mill", "1990-01-01", "1995-01-01"),
    ("Bo Wanderers", "Old Mill", "1991-01-01", "1999-01-01"),
    ("Cy Town", "Vass Bank", "2010-01-01", "2031-12-31"),
]


@pytest.fixture(scope="module")
def deals():
    return kgllm.GraphQA(kgllm.load(rows(DEALS, "club", "sponsor", "start date", "end date")))


def names(answer):
    return sorted(end.name for end in answer.entities)


def test_what_has_ended_is_not_so_now(deals):
    assert names(deals.ask("Which clubs does Vass Bank sponsor?")) == ["Cy Town", "Rue United", "Tarn City"]
    assert names(deals.ask("Who is the sponsor of Olm FC?")) == ["Tarn Tea"]


def test_in_the_past_all_are_told(deals):
    assert "Olm FC" in names(deals.ask("Which clubs did Vass Bank sponsor?"))
    assert names(deals.ask("Which clubs does Old Mill sponsor?")) == ["Bo Wanderers", "Ida Rovers"]  # all have ended: none is left out


def test_where_a_row_leads_is_no_end_in_time():
    trips = [("Olm", "Vass", "Swift", "Red Line"), ("Olm", "", "Finch", "Red Line"), ("Olm", "Tarn", "Lark", "Red Line")]
    qa = kgllm.GraphQA(kgllm.load(rows(trips, "from", "to", "ferry", "operator")))
    assert names(qa.ask("Which ferries does Red Line run?")) in (["Finch", "Lark", "Swift"], [])


def test_the_same_in_chinese():
    posts = [("林岸", "云安队", "2001", "2008"), ("苏河", "云安队", "2008", ""), ("顾山", "海宁队", "1999", "")]
    qa = kgllm.GraphQA(kgllm.load(rows(posts, "教练", "球队", "开始时间", "结束时间")))
    assert names(qa.ask("谁是云安队的教练？")) == ["苏河"]
    assert names(qa.ask("云安队的历任教练有哪些？")) == ["林岸", "苏河"]
