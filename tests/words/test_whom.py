"""Which end a question with a question word puts first."""

from __future__ import annotations

import pytest

from kgllm.words.readings import same_way
from kgllm.words.whom import asks, sure_of

READ = [
    ("Who acquired *?", "verb", True, "acquired"),
    ("Which company acquired *?", "verb", True, "acquired"),
    ("Which rivers flow through *?", "verb", True, "flow through"),
    ("What causes *?", "verb", True, "causes"),
    ("Who did * acquire?", "verb", False, "acquire"),
    ("Who did * acquire in 1990?", "verb", False, "acquire"),
    ("Which two companies has * acquired?", "verb", False, "acquired"),
    ("Who was acquired by *?", "verb", False, "acquired"),
    ("Which firms have been acquired by *?", "verb", False, "acquired"),
    ("Which films directed by *?", "verb", False, "directed"),
    ("Who was * acquired by?", "verb", True, "acquired"),
    ("By whom was * acquired?", "verb", True, "acquired"),
    ("Who is the supplier of *?", "noun", True, "supplier"),
    ("Who is *'s supplier?", "noun", True, "supplier"),
    ("*'s supplier is who?", "noun", True, "supplier"),
    ("the supplier of *", "noun", True, "supplier"),
    ("Whose supplier is *?", "noun", False, "supplier"),
    ("* is the capital of which country?", "noun", False, "capital"),
    ("Which country is * the capital of?", "noun", False, "capital"),
    ("* acquired which company?", "verb", False, "acquired"),
    ("In which city does * work?", "verb", False, "work in"),
    ("Which cities are located in *?", "verb", True, "located in"),
    ("谁收购了*？", "verb", True, "收购"),
    ("哪家公司收购了*？", "verb", True, "收购"),
    ("*收购了谁？", "verb", False, "收购"),
    ("*收购了哪些公司？", "verb", False, "收购"),
    ("*被谁收购了？", "verb", True, "收购"),
    ("*是由谁创立的？", "verb", True, "创立"),
    ("哪家公司被*收购了？", "verb", False, "收购"),
    ("被*收购的公司是哪家？", "verb", False, "收购"),
    ("收购*的公司是哪家？", "verb", True, "收购"),
    ("*收购的公司有哪些？", "verb", False, "收购"),
    ("谁把*打败了？", "verb", True, "打败"),
    ("*把谁打败了？", "verb", False, "打败"),
    ("*的老板是谁？", "noun", True, "老板"),
    ("谁是*的老板？", "noun", True, "老板"),
    ("谁的老板是*？", "noun", False, "老板"),
    ("*是谁的老板？", "noun", False, "老板"),
    ("*是哪个国家的首都？", "noun", False, "首都"),
]


@pytest.mark.parametrize(("question", "kind", "asked_first", "text"), READ, ids=[row[0] for row in READ])
def test_plain_questions(question, kind, asked_first, text):
    name = "甲公司" if not question.isascii() else "Acme"
    at = question.index("*")
    said = asks(question.replace("*", name), (at, at + len(name)))
    assert said is not None
    assert (said.kind, said.second == (at, at + len(name)), said.text) == (kind, asked_first, text)


@pytest.mark.parametrize(
    "question",
    [
        "Who is *?",
        "Where was * filmed?",
        "When was * founded?",
        "Who played the father of the hero in *?",
        "Who acted in the films that * directed?",
        "Did Beta acquire *?",
        "Which films share a director with *?",
        "*是什么时候成立的？",
        "*在哪里？",
        "*的导演的妻子是谁？",
        "乙和*有什么关系？",
    ],
)
def test_of_others_nothing_is_told(question):
    name = "甲公司" if not question.isascii() else "Acme"
    at = question.index("*")
    assert asks(question.replace("*", name), (at, at + len(name))) is None


def test_a_chinese_verb_that_is_a_noun_is_not_sure():
    acquires, dubs = asks("谁收购了甲？", (4, 5)), asks("谁配音了甲？", (4, 5))
    assert sure_of(acquires, "收购")
    assert not sure_of(dubs, "配音")
    assert sure_of(dubs, "配音", alike=True)
    assert not sure_of(dubs, "配音演员表")
    assert not sure_of(asks("甲的创始人是谁？", (0, 1)), "创立")


def test_what_one_likes_does_not_like_one():
    likes, liked_by = asks("周明喜欢哪个歌手？", (0, 2)), asks("谁喜欢周明？", (3, 5))
    assert same_way(likes, "喜欢的歌手") is True
    assert same_way(liked_by, "喜欢的歌手") is True  # who is asked for is the subject
    assert likes.first == (0, 2) and liked_by.second == (3, 5)


def test_in_some_place_is_no_verb():
    assert asks("某药在数据库中的编号是什么？", (0, 2)) is None


def test_where_something_is_done_is_nobody_who_does_it():
    assert asks("甲是哪里代理发行的？", (0, 1)) is None
