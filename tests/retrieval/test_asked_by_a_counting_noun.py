"""What is asked for by a noun that also counts: 在哪一集, 哪几章, "which episode"; and which of several is no count."""

from __future__ import annotations

import pytest

import kgllm

SERIES = {
    "scenes": [
        {"name": "The ford", "episode": "Low Water", "place": "Olm"},
        {"name": "The fire", "episode": "Red Night", "place": "Tarn"},
        {"name": "The feast", "episode": "Red Night", "place": "Olm"},
    ],
    "episodes": [{"name": "Low Water", "aired": 2011}, {"name": "Red Night", "aired": 2012}],
}
MANUAL = {
    "steps": [{"name": "Cut the felt", "chapter": "Hats", "tool": "shears"}, {"name": "Sew the hem", "chapter": "Coats", "tool": "needle"}]
}


@pytest.mark.parametrize(
    ("tables", "question", "gold"),
    [
        (SERIES, "The ford在哪一集？", ["Low Water"]),
        (SERIES, "The fire出现在哪一集里？", ["Red Night"]),
        (SERIES, "哪一集有The feast？", ["Red Night"]),
        (SERIES, "Which episode is The ford in?", ["Low Water"]),
        (SERIES, "The ford在哪里？", ["Olm"]),
        (MANUAL, "Sew the hem在哪一章？", ["Coats"]),
        (SERIES, "The fire出现在哪几集？", ["Red Night"]),
        (MANUAL, "Which chapter is Cut the felt in?", ["Hats"]),
    ],
)
def test_the_noun_is_asked_for(tables: dict[str, list[dict[str, object]]], question: str, gold: list[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(tables)).ask(question)
    assert sorted(map(str, answer.entities)) == gold
    assert answer.value is None
