"""What is asked of vocabularies: subclasses and superclasses, which properties a class has, and what they lead to."""

from __future__ import annotations

import pytest

import kgllm

CLASSES = (("Vessel", "Vehicle"), ("Ferry", "Vessel"), ("Tanker", "Vessel"), ("Tram", "Vehicle"), ("Vehicle", "Product"))
PROPERTIES = (
    ("draught", "Vessel", "Length"),
    ("homePort", "Vessel", "Harbor"),
    ("gauge", "Tram", "Length"),
    ("maker", "Product", "Company"),
)


def vocabulary(domain: str, range_: str) -> list[tuple[str, str, str]]:
    return [
        *((one, "subClassOf", other) for one, other in CLASSES),
        *((name, domain, of) for name, of, _ in PROPERTIES),
        *((name, range_, to) for name, _, to in PROPERTIES),
    ]


@pytest.fixture(scope="module", params=[("domainIncludes", "rangeIncludes"), ("domain", "range")])
def qa(request: pytest.FixtureRequest) -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load(vocabulary(*request.param)))


@pytest.mark.parametrize(
    ("question", "gold"),
    [
        ("What are the subclasses of Vessel?", ["Ferry", "Tanker"]),
        ("Vessel 有哪些子类？", ["Ferry", "Tanker"]),
        ("What are the kinds of Vessel?", ["Ferry", "Tanker"]),
        ("What is the superclass of Vessel?", ["Vehicle"]),
        ("What is Vessel a subclass of?", ["Vehicle"]),
        ("Vessel 的父类是什么？", ["Vehicle"]),
        ("What properties does Vessel have?", ["draught", "homePort"]),
        ("Vessel 有哪些属性？", ["draught", "homePort"]),
        ("What is the expected type of homePort?", ["Harbor"]),
        ("homePort 的取值类型是什么？", ["Harbor"]),
        ("Which properties expect a Length?", ["draught", "gauge"]),
    ],
)
def test_schemas(qa: kgllm.GraphQA, question: str, gold: list[str]) -> None:
    assert sorted(map(str, qa.ask(question).entities)) == gold


def test_a_class_is_what_is_above_it(qa: kgllm.GraphQA) -> None:
    assert qa.ask("Is Ferry a Vehicle?").verdict is True
