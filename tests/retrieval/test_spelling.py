"""Nouns that are spelled in two ways: licence and license."""

import pytest

import kgllm


@pytest.mark.parametrize(
    ("kind", "field", "question"),
    [
        ("Theater", "harbor", "Which theatres are there for Olm?"),
        ("License", "territory", "Which licences are there for Olm?"),
        ("licence", "territory", "How many licenses does Olm have?"),
    ],
)
def test_things_of_a_kind_are_found_however_it_is_spelled(kind: str, field: str, question: str) -> None:
    rows = [{"name": f"By {n}", field: place, f"{kind.lower()}Class": kind.lower()} for n, place in enumerate(("Olm", "Olm", "Esk"))]
    qa = kgllm.GraphQA(kgllm.load({kind: rows, "places": [{"name": "Olm"}, {"name": "Esk"}]}, name="name", refers={field: "places"}))
    assert sorted(str(end) for end in qa.ask(question).entities) == ["By 0", "By 1"]


def test_a_relation_is_found_however_it_is_spelled() -> None:
    qa = kgllm.GraphQA(kgllm.load([("Ann", "defense", "Bob"), ("Ann", "team", "Reds"), ("Cid", "defense", "Dan")]))
    assert qa.ask("What is the defence of Ann?").text == "Bob [1]"
