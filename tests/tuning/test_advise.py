"""Advice follows its rules, and each sentence has one."""

from __future__ import annotations

import itertools

import pytest

from kgllm.errors import ConfigError
from kgllm.tuning import advise


@pytest.mark.parametrize(
    "given, way",
    [
        ({"changes": "never"}, "prompt"),
        ({}, "retrieve"),
        ({"changes": "often", "rows": 5000}, "retrieve"),
        ({"citations": True, "rows": 5000}, "retrieve"),
        ({"task": True, "rows": 5000}, "both"),
        ({"task": True, "rows": 20}, "retrieve"),
        ({"offline": True, "rows": 5000}, "tune"),
    ],
)
def test_the_way(given, way):
    assert advise(**given).way == way


def test_every_sentence_has_a_rule_and_a_source():
    for rows, changes, task, offline in itertools.product((0, 50, 5000, 10**6), ("never", "rarely", "often"), (False, True), (False, True)):
        found = advise(rows=rows, changes=changes, task=task, offline=offline)
        assert found.reasons
        assert all(one.text and one.rule and one.source for one in found.reasons)
        assert (found.method is not None) == (found.way in ("tune", "both")) == (found.ratio == "1 : 5")


def test_little_data_is_lora_on_the_chat_model_and_much_is_full_on_the_base_model():
    few, many = advise(rows=3000, offline=True), advise(rows=10**6, offline=True)
    assert (few.method, few.start) == ("lora", "chat")
    assert (many.method, many.start) == ("full", "base")


def test_the_method_is_one_that_fits():
    assert advise(rows=3000, offline=True, model="qwen2.5-7b", gpu="T4").method == "qlora"
    assert advise(rows=10**6, offline=True, model="llama-3.1-8b", gpu="A100").method == "lora"
    old = advise(rows=3000, offline=True, model="qwen2.5-0.5b", gpu="V100")
    assert any("V100 cannot tune" in one.text for one in old.reasons)


@pytest.mark.parametrize(
    "bad", [{"changes": "hourly"}, {"rows": -1}, {"offline": True, "citations": True}, {"gpu": "GTX 1"}, {"model": "no/such.json"}]
)
def test_what_cannot_be_is_refused(bad):
    with pytest.raises(ConfigError):
        advise(**bad)
