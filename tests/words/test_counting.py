import re

import pytest

from kgllm.words.counting import HOW_LONG, HOW_MANY, HOW_MANY_HAN, HOW_MUCH, LIST_HAN, NUMBER_OF, SEVERAL_HAN, asks_how_many


@pytest.mark.parametrize(
    ("pattern", "asks", "does_not"),
    [
        (HOW_MANY, ["How many lamps are red?", "the number of lamps", "amount  of sugar"], ["Who numbers offices?", "somehow manyfold"]),
        (NUMBER_OF, ["count of lamps"], ["how many lamps"]),
        (HOW_MANY_HAN, ["有多少盏灯", "几盏灯"], ["哪盏灯"]),
        (HOW_MUCH, ["how far is it", "How much does it cost?"], ["how was it made", "show many lamps"]),
        (HOW_LONG, ["how tall is it", "它有多厚"], ["how many are there", "how much is it", "有多少"]),
        (LIST_HAN, ["哪些灯", "哪几盏灯", "列出灯"], ["哪盏灯", "多少盏灯"]),
        (SEVERAL_HAN, ["哪些灯", "多少盏灯", "几盏灯"], ["哪盏灯", "几？"]),
    ],
)
def test_what_asks_for_a_number_or_for_several(pattern, asks, does_not):
    found = re.compile(pattern, re.IGNORECASE)
    assert [text for text in asks if not found.search(text)] == []
    assert [text for text in does_not if found.search(text)] == []


@pytest.mark.parametrize("text", ["这几部电影的导演是谁？", "那几个人住在哪里？", "他拍了哪几部电影？"])
def test_things_that_are_pointed_at_are_not_counted(text):
    assert not asks_how_many(text)
    assert not asks_how_many(text, whole=True)
