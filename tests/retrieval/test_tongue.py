"""A text that a graph holds in several languages is told in the question's own, or in that which it names."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation


def fact(subject: str, relation: str, text: str, tag: str | None) -> Fact:
    return Fact(Entity(subject), Relation(relation), Literal(text, language=tag))


HERBS = [
    fact("Basil", "definition", "A herb of warm lands", "en"),
    fact("Basil", "definition", "Ein Kraut warmer Länder", "de"),
    fact("Basil", "definition", "一种热带香草", "zh-hans"),
    fact("Basil", "motto", "Semper viret", "la"),
    fact("Basil", "motto", "Toujours vert", "fr"),
    fact("Sage", "definition", "Ein Halbstrauch", "de"),
    fact("Sage", "definition", "Un arbrisseau", "fr"),
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the definition of Basil?", "A herb of warm lands [1]"),
        ("Basil的definition是什么？", "一种热带香草 [1]"),
        ("What is the German definition of Basil?", "Ein Kraut warmer Länder [1]"),
    ],
)
def test_texts_of_the_question_s_language(question: str, answer: str) -> None:
    assert kgllm.GraphQA(kgllm.load(HERBS)).ask(question).text == answer


@pytest.mark.parametrize("question", ["What is the motto of Basil?", "What is the definition of Sage?"])
def test_where_there_is_none_all_are_told(question: str) -> None:
    assert len(kgllm.GraphQA(kgllm.load(HERBS)).ask(question).entities) == 2
