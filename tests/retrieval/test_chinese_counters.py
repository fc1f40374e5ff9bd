"""Chinese measure words before what is asked for, and adjectives that also end names, after 比."""

from __future__ import annotations

import pytest

import kgllm

DEALS = [("HT-1", "金额", "86万元"), ("HT-2", "金额", "120万元"), ("HT-1", "甲方", "恒通"), ("HT-2", "甲方", "长青")]
STONES = [("黄玉", "硬度", "8"), ("萤石", "硬度", "4"), ("黄玉", "产地", "丰县"), ("萤石", "产地", "遂昌"), ("黄玉", "收藏者", "张亮")]
SERVERS = [("atlas", "intake_temp", "31 °C"), ("vulcan", "intake_temp", "24 °C"), ("atlas", "rack", "B4"), ("vulcan", "rack", "B5")]


@pytest.mark.parametrize("question", ["金额最大的合同是哪份？", "哪份合同金额最大？", "哪一份合同金额最高？", "金额最高的是哪一笔？"])
def test_what_is_counted_by_a_measure_word(question: str) -> None:
    assert [str(one) for one in kgllm.GraphQA(kgllm.load(DEALS)).ask(question).entities] == ["HT-2"]


@pytest.mark.parametrize(
    ("facts", "question", "verdict"),
    [
        (STONES, "黄玉比萤石硬吗？", True),
        (STONES, "萤石比黄玉硬吗？", False),
        (SERVERS, "Is vulcan hotter than atlas?", False),
        (SERVERS, "Is atlas hotter than vulcan?", True),
    ],
)
def test_which_of_two_has_more(facts: list[tuple[str, str, str]], question: str, verdict: bool) -> None:
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).verdict is verdict


def test_what_ends_like_an_adjective_is_a_name() -> None:
    assert [str(one) for one in kgllm.GraphQA(kgllm.load(STONES)).ask("黄玉的收藏者是谁？").entities] == ["张亮"]
    assert kgllm.GraphQA(kgllm.load(STONES)).ask("黄玉的收藏者是张亮吗？").verdict is True
