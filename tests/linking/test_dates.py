"""Dates that are written out name the dates of the graph."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kgllm
from kgllm.linking.dates import dates_in

FACTS = [
    ("Heat", "release date", "1995-12-15"),
    ("流浪地球", "上映日期", "2019-02-05"),
    ("Paul", "born", "1995-12-15"),
    ("May", "born", "2001-05"),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "mention", "answer"),
    [
        ("Which film was released on December 15, 1995?", "December 15, 1995", "Heat"),
        ("Who was born on 15 Dec. 1995?", "15 Dec. 1995", "Paul"),
        ("who was born on the 15th of december 1995", "15th of december 1995", "Paul"),
        ("Who was born in May 2001?", "May 2001", "May"),
        ("哪部电影在2019年2月5日上映？", "2019年2月5日", "流浪地球"),
        ("2019 年 2 月 5 日上映的是什么？", "2019 年 2 月 5 日", "流浪地球"),
    ],
)
def test_a_date_in_words_is_found(qa, question, mention, answer):
    first = qa.link(question)[0]
    assert first.mention.text == mention
    assert question[first.mention.start : first.mention.end] == mention
    assert [node.name for node in qa.ask(question).entities] == [answer]


@given(st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)))
def test_every_way_of_writing_a_day(day):
    for form in ("{:%B} {d}, {y}", "{d} {:%b} {y}", "{:%B} {d}th {y}", "{y}年{m}月{d}日", "{y}/{m}/{d}"):
        written = form.format(day, d=day.day, m=day.month, y=day.year)
        assert [iso for _, _, iso in dates_in(f"on {written}?")] == [day.isoformat()]


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    for start, end, iso in dates_in(text):
        assert text[start:end].strip() and iso[:4].isdigit()


def test_what_is_no_date():
    for text in ("7/8/2010", "version 2010.13.40", "Marching 1999", "Mayor 2001", "Decimal 10, 1990", "15 December", "20191年2月"):
        assert list(dates_in(text)) == [], text
