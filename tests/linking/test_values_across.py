"""Chinese words for English values: 化学 for chemistry, 红色 for red, 木材 … where the graph has such a value, and nowhere else."""

from __future__ import annotations

import pytest

import kgllm

PRIZES = {
    "laureates": [
        {"name": "Ida Holm", "prize": "chemistry", "year": 1951, "country": "Norway"},
        {"name": "Per Lund", "prize": "literature", "year": 1974, "country": "Norway"},
        {"name": "Rosa Vega", "prize": "chemistry", "year": 1990, "country": "Chile"},
    ]
}
KITES = {
    "kites": [
        {"name": "Gull", "colour": "red", "material": "silk", "span_cm": 90},
        {"name": "Tern", "colour": "blue", "material": "nylon", "span_cm": 120},
        {"name": "Wren", "colour": "red", "material": "paper", "span_cm": 60},
    ]
}
MODELS = {
    "printers": [{"name": "PX-1", "licence": "commercial", "weight_kg": 9}, {"name": "PX-2", "licence": "academic", "weight_kg": 12}],
}


@pytest.mark.parametrize(
    ("tables", "question", "gold"),
    [
        (PRIZES, "化学奖得主有哪些？", ["Ida Holm", "Rosa Vega"]),
        (PRIZES, "来自挪威的文学奖得主是谁？", ["Per Lund"]),
        (PRIZES, "Which laureates are in chemistry?", ["Ida Holm", "Rosa Vega"]),
        (KITES, "哪些kites是红色的？", ["Gull", "Wren"]),
        (KITES, "丝绸的kites有哪些？", ["Gull"]),
        (KITES, "Which kites are red?", ["Gull", "Wren"]),
        (MODELS, "PX-1的重量是多少？", ["9"]),
        (PRIZES, "哪些化学家来自Chile？", []),
    ],
)
def test_a_value_is_found_by_its_chinese_word(tables: dict[str, list[dict[str, object]]], question: str, gold: list[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(tables)).ask(question)
    assert sorted(map(str, answer.entities)) == gold


def test_words_of_fields_are_no_values() -> None:
    facts = [("Gull", "colour", "red"), ("Chart", "key", "colour"), ("Gull", "height", "weight")]
    links = kgllm.GraphQA(kgllm.load(facts)).link("Gull的颜色是什么？")
    assert [str(link.entity) for link in links] == ["Gull"]
