"""No to whether something is in a place: where the relation says of what level its places are, and leads to another."""

from __future__ import annotations

import pytest

import kgllm

PLAYERS = [
    {"name": name, "birthCountry": country, "birthDay": day, "birthPlace": place}
    for name, country, day, place in (("Ida Berg", "Norway", 3, "Bergen"), ("Olm Vass", "Peru", 9, "Lima"), ("Per Lund", "Chile", 12, "Norway"))
]  # fmt: skip
FIRMS = [{"名称": name, "所在城市": city, "创始人": by} for name, city, by in (("云石", "杭州", "周明"), ("海川", "厦门", "吴桐"))]


@pytest.mark.parametrize(
    ("table", "question", "verdict"),
    [
        (PLAYERS, "Was Ida Berg born in Peru?", False),
        (PLAYERS, "Was Ida Berg born in Norway?", True),
        (FIRMS, "云石所在城市是厦门吗？", False),
        (FIRMS, "云石所在城市是杭州吗？", True),
    ],
)
def test_places_of_one_level_lie_in_no_other(table: list[dict[str, object]], question: str, verdict: bool) -> None:
    answer = kgllm.GraphQA(kgllm.load(table, table="things")).ask(question)
    assert not answer.abstained
    assert answer.verdict is verdict


def test_a_place_of_any_level_may_lie_in_another() -> None:
    rows = [("Ida Berg", "born in", "Bergen"), ("Per Lund", "born in", "Norway"), ("Olm Vass", "born in", "Lima")]
    assert kgllm.GraphQA(kgllm.load(rows)).ask("Was Ida Berg born in Norway?").verdict is not False
