"""Whole numbers that became decimals for want of some, in tables of pandas and what comes of them."""

from __future__ import annotations

import sqlite3

import pandas as pd
import pytest

import kgllm

FRAME = pd.DataFrame({"name": ["Kite", "Drum", "Lute"], "price": [55, None, 7], "weight": [1.5, None, 2.0], "height": [3.0, 4.0, 5.0]})


def told(graph, relation):
    return {fact.object.name for fact in graph.scan().items if fact.relation.name == relation}


@pytest.mark.parametrize("way", ["frame", "records", "sqlite"])
def test_a_column_that_lacks_some_holds_whole_numbers_again(way, tmp_path):
    source = FRAME
    if way == "records":
        source = FRAME.to_dict("records")
    if way == "sqlite":
        source = tmp_path / "toys.sqlite"
        with sqlite3.connect(source) as base:
            FRAME.to_sql("toys", base, index=False)
        base.close()
    graph = kgllm.load(source)
    assert told(graph, "price") == {"55", "7"}
    assert told(graph, "weight") == {"1.5", "2.0"}
    assert told(graph, "height") == {"3.0", "4.0", "5.0"}  # none is missing: decimals, as they are
    assert kgllm.GraphQA(graph).ask("What is the price of the Kite?").text == "55 [1]"


def test_lists_of_pandas_and_chinese_headings():
    frame = pd.DataFrame({"字": ["东", "东", "冬"], "调值": [55.0, 33.0, None]})
    heard = frame.groupby("字")["调值"].agg(lambda column: list(column.dropna().unique())).reset_index()
    graph = kgllm.load(heard.assign(部首=["一", "冫"]), table="字", key="字")
    assert told(graph, "调值") == {"55", "33"}
    assert set(kgllm.GraphQA(graph).ask("东的调值是多少？").text.replace("、", " ").split()) >= {"33", "55"}
