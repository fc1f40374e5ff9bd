"""A yes or a no that is not said of what a question asks answers nothing."""

from __future__ import annotations

import kgllm


def hotels() -> kgllm.GraphQA:
    rows = (("Astra", True), ("Boreal", False), ("Cygnus", True), ("Draco", False))
    facts = [(name, "permits pets", yes) for name, yes in rows]
    return kgllm.GraphQA(kgllm.load([*facts, *((name, "city", "Olm") for name, _ in rows)]))


def test_a_truth_of_something_else_is_no_verdict() -> None:
    qa = hotels()
    for question in ("Does Astra permit noisy night parties?", "Astra允许吸烟开派对吗？"):
        answer = qa.ask(question)
        assert answer.abstained, (question, answer.text)


def test_a_truth_of_what_is_asked() -> None:
    qa = hotels()
    assert qa.ask("Does Astra permit pets?").verdict is True
    assert qa.ask("Does Boreal permit pets?").verdict is False
