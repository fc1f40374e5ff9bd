"""Of the places that lie in a place all are told, those in which nothing lies as well."""

from __future__ import annotations

import pytest

import kgllm


@pytest.fixture(scope="module")
def garden() -> kgllm.GraphQA:
    facts = [("长春园", "位于", "北城"), ("静心斋", "位于", "长春园"), ("望江亭", "位于", "长春园"), ("听雨轩", "位于", "静心斋")]
    facts += [("静心斋", "种有", "芭蕉"), ("望江亭", "种有", "芭蕉"), ("望江亭", "种有", "梅花"), ("听雨轩", "种有", "梅花")]
    return kgllm.GraphQA(kgllm.load(facts))


@pytest.mark.parametrize("question", ["Which places in 长春园 have 芭蕉 planted?", "长春园里哪些地方种有芭蕉？"])
def test_a_place_in_which_nothing_lies_is_told_as_well(garden, question):
    assert {end.name for end in garden.ask(question).entities} == {"静心斋", "望江亭"}
