"""What somebody does not like is nothing that he likes; what no fact says yes or no to is no thing that a path ends at."""

from __future__ import annotations

import pytest

import kgllm

CATS = [("小黑", "喜欢", "鱼"), ("小黑", "住处", "阁楼"), ("小白", "喜欢", "奶酪"), ("小白", "住处", "厨房"), ("阁楼", "颜色", "灰色")]
SHIPS = [("Tern", "cargo", "salt"), ("Tern", "home", "Olm"), ("Gull", "cargo", "wool"), ("Gull", "home", "Vass")]


@pytest.mark.parametrize(
    ("facts", "question"),
    [
        (CATS, "小黑不喜欢什么？"),
        (CATS, "小白没住过哪里？"),
        (CATS, "小黑是懒的吗？"),
        (SHIPS, "What cargo does Tern not carry?"),
        (SHIPS, "Is Tern seaworthy?"),
    ],
)
def test_nothing_is_said(facts, question):
    answer = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    assert answer.abstained


def test_what_is_asked_plainly_is_answered():
    qa = kgllm.GraphQA(kgllm.load(CATS))
    assert [node.name for node in qa.ask("小黑喜欢什么？").entities] == ["鱼"]
