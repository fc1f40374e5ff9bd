"""Questions that compare, asked of a database where it is: as of the compiled graph."""

from __future__ import annotations

import pytest
from bolt_places import wipe

import kgllm
from kgllm.graphs.neo4j import import_into

pytestmark = pytest.mark.neo4j

RIVERS = {"Elbe": 1094, "Vistula": 1047, "Oder": 866}
FACTS = [
    *[(river, "length km", str(length)) for river, length in RIVERS.items()],
    *[(river, "instance of", "river") for river in RIVERS],
    ("Vistula", "flows through", "Poland"),
    ("Oder", "flows through", "Poland"),
    ("王五", "徒弟", "张三"),
    ("王五", "徒弟", "李四"),
    ("赵六", "徒弟", "钱七"),
]


@pytest.mark.timeout(300)
def test_what_is_compared_has_the_same_answers(neo4j):
    wipe(neo4j).close()
    compiled = kgllm.load(FACTS)
    import_into(neo4j.address, compiled, auth=neo4j.auth, sources=False)
    with kgllm.load(neo4j.address, auth=neo4j.auth, timeout=60) as graph:
        live, kept = kgllm.GraphQA(graph), kgllm.GraphQA(compiled)
        for question, text in [
            ("What is the longest river?", "Elbe (1094) [1]"),
            ("Which river in Poland is the longest?", "Vistula (1047) [1]"),
            ("rivers longer than 1,000 km", "Elbe (1094) [1], Vistula (1047) [2]"),
            ("Is the Oder longer than the Elbe?", "No: Elbe (1094) [1]"),
            ("谁的徒弟最多？", "王五（2） [2]"),
            ("how many rivers are there?", "3: Elbe [1], Oder [2], Vistula [3]"),
        ]:
            one, other = live.ask(question), kept.ask(question)
            assert one.text == other.text == text, question
            assert one.facts == other.facts
