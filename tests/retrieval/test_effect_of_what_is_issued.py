"""When something takes effect, how many clauses it has, and somebody's temper: 施行, 条文, 性格, in both languages."""

from __future__ import annotations

import pytest

import kgllm

PERMITS = {
    "permits": [
        {"name": "Olm quay", "effective_date": "2019-03-01", "issue_date": "2018-11-20", "article_count": 41},
        {"name": "Tarn mill", "effective_date": "2021-07-01", "issue_date": "2021-06-02", "article_count": 12},
        {"name": "Brone ferry", "effective_date": "2016-01-15", "issue_date": "2015-12-01", "article_count": 77},
    ]
}
HORSES = {"horses": [{"name": "Juno", "personality": "calm", "colour": "grey"}, {"name": "Moss", "personality": "shy", "colour": "bay"}]}


@pytest.mark.parametrize(
    ("tables", "question", "gold"),
    [
        (PERMITS, "Olm quay什么时候生效？", ["2019-03-01"]),
        (PERMITS, "Tarn mill的施行日期", ["2021-07-01"]),
        (PERMITS, "When did the Tarn mill take effect?", ["2021-07-01"]),
        (PERMITS, "哪个permit最早施行？", ["Brone ferry"]),
        (PERMITS, "Which permit took effect first?", ["Brone ferry"]),
        (PERMITS, "Brone ferry有多少条款？", ["77"]),
        (PERMITS, "How many clauses does Brone ferry have?", ["77"]),
        (PERMITS, "Olm quay什么时候失效？", []),
        (HORSES, "Juno的性格怎么样？", ["calm"]),
        (HORSES, "Moss是什么性格？", ["shy"]),
        (HORSES, "What temperament has Moss?", ["shy"]),
    ],
)
def test_the_field_is_found(tables: dict[str, list[dict[str, object]]], question: str, gold: list[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(tables)).ask(question)
    assert sorted(map(str, answer.entities)) == gold
