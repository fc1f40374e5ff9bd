"""What a question for yes or no is wrapped in is taken off, and what is no such question stays as it is."""

from __future__ import annotations

import pytest

from kgllm.words.asked import plainly_asked
from kgllm.words.questions import yes_or_no


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Tell me whether the mast of Stella is oak.", "Is the mast of Stella is oak."),
        ("Would you say the ship Stella has a taller mast than the ship Nova?", "Is the ship Stella has a taller mast than the ship Nova?"),
        ("Could you please check if Stella sails from Vigo", "Is Stella sails from Vigo"),
        ("Please verify whether or not Stella sails from Vigo.", "Is Stella sails from Vigo."),
        ("I wonder if it is true that Vigo is a port", "Is Vigo is a port"),
        ("Fact check: Vigo is a port", "Is Vigo is a port"),
        ("Vigo is a port — true or false?", "Is Vigo is a port?"),
        ("The berth of 白鹭号 is north, isn't it?", "Is the berth of 白鹭号 is north?"),
        ("麻烦帮我确认一下白鹭号是不是在舟山", "白鹭号是不是在舟山"),
        ("我想知道白鹭号的母港是否是舟山", "白鹭号的母港是否是舟山"),
        ("白鹭号的母港是舟山，真的假的？", "白鹭号的母港是舟山吗？"),
        ("白鹭号的母港是舟山，没错吧？", "白鹭号的母港是舟山吗？"),
        ("白鹭号的母港是舟山来着吧？", "白鹭号的母港是舟山吗？"),
        ("白鹭号的母港究竟是不是舟山？", "白鹭号的母港是不是舟山？"),
    ],
)
def test_a_wrapped_question_is_plain(question: str, plain: str) -> None:
    assert plainly_asked(question) == plain
    assert yes_or_no(plain)


@pytest.mark.parametrize(
    "question",
    [
        "Tell me who built Stella",
        "I'd like to know whether Stella or Nova has the taller mast.",
        "Could you tell me the port of Stella?",
        "Is that ship a ketch?",
        "告诉我谁造了白鹭号",
        "请问白鹭号和青龙号哪个更长？",
        "你知道白鹭号的母港是什么吗？",
    ],
)
def test_other_questions_stay(question: str) -> None:
    assert plainly_asked(question) == question
