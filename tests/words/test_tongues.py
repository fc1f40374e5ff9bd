"""Languages in questions and in the names of fields."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.words.tongues import coded, tongue, tongues_in

NAMES = {
    "Cygnus": {"en": "Swan", "fr": "Cygne", "de": "Schwan", "it": "Cigno"},
    "Leo": {"en": "Lion", "fr": "Lion", "de": "Löwe", "it": "Leone"},
}
CODES = [*((key, code, value) for key, row in NAMES.items() for code, value in row.items()), ("Deneb", "constellation", "Cygnus")]
FIELDS = [
    *(("Elbe", field, value) for field, value in (("name_en", "Elbe (en)"), ("name_cs", "Labe"), ("cv.japanese", "Aoi"), ("length", 1094))),
    *(("Oder", field, value) for field, value in (("name_en", "Oder (en)"), ("name_cs", "Odra"), ("cv.japanese", "Ren"), ("length", 840))),
    *(("Elbe", "cv.chinese", "李"), ("Oder", "cv.chinese", "王")),
]


def test_languages_by_name_and_people() -> None:
    assert [tongue(word) for word in ("english", "spaniards", "中文", "cygnus")] == ["en", "es", "zh", None]
    assert tongues_in("它的英文名和日语名") == [((2, 4), "en"), ((6, 8), "ja")]
    assert tongues_in("法国在哪里") == []  # a country


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (["name:fr", "title_de", "labelJa"], {"name:fr": "fr", "title_de": "de", "labelJa": "ja"}),
        (["en", "fr", "de", "it"], {"en": "en", "fr": "fr", "de": "de", "it": "it"}),
        (["it", "is", "no"], {}),  # words
        (["id", "no", "la", "de"], {}),
        (["name_id", "no_of_names", "born_in"], {}),
    ],
)
def test_fields_named_by_codes(names: list[str], codes: dict[str, str]) -> None:
    assert coded(names) == codes


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What does the name Cygnus mean in English?", "Swan"),
        ("French name of Cygnus", "Cygne"),
        ("What do the Germans call Cygnus?", "Schwan"),
        ("What do Italians call Leo?", "Leone"),
        ("What is the German name of the constellation of Deneb?", "Schwan"),
        ("Cygnus的法语名称是什么？", "Cygne"),
        ("Cygnus用德文怎么说？", "Schwan"),
        ("What is called Schwan in German?", "Cygnus"),
    ],
)
def test_fields_that_are_codes(question: str, said: str) -> None:
    answer = kgllm.GraphQA(kgllm.load(CODES)).ask(question)
    assert [end.name for end in answer.entities] == [said]


def test_a_language_that_the_graph_has_not() -> None:
    assert kgllm.GraphQA(kgllm.load(CODES)).ask("What is the Polish name of Cygnus?").abstained


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the Czech name of the Elbe?", "Labe"),
        ("Oder的捷克语名称是什么？", "Odra"),
        ("Oder的日文配音是谁？", "Ren"),
        ("Elbe 中文配音", "李"),
    ],
)
def test_fields_with_a_language_in_their_name(question: str, said: str) -> None:
    answer = kgllm.GraphQA(kgllm.load(FIELDS)).ask(question)
    assert [end.name for end in answer.entities] == [said]
