"""Names of fields as who programs writes them, and questions in the words of people."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.words import relation_words
from kgllm.words.fields import apart, spelled

ROWS = [
    *(("Aland", field, value) for field, value in (("areakm2", 1580), ("tld", ".ax"), ("dob", "1921-05-07"), ("phonenumber", "18"))),
    *(("Borduria", field, value) for field, value in (("areakm2", 77000), ("tld", ".bo"), ("dob", "1888-01-30"), ("phonenumber", "43"))),
    *(("Aland", "population", 30000), ("Borduria", "population", 9000000)),
]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("areakm2", ("area", "km2")),
        ("weightkg", ("weight", "kg")),
        ("currencycode", ("currency", "code")),
        ("geonameid", ("geo", "name", "id")),
        ("admin1code", ("admin1", "code")),
        ("maxspeed", ("max", "speed")),
        ("containedby", ("contained", "by")),
        *(
            (word, (word,))
            for word in ("director", "mandate", "update", "passport", "manage", "candidate", "brandon", "cameron", "department")
        ),
    ],
)
def test_words_written_together(word: str, parts: tuple[str, ...]) -> None:
    assert apart(word) == parts


def test_words_cut_short() -> None:
    assert spelled("order_qty") == ("order quantity",)
    assert spelled("empNo") == ("employee number",)
    assert "出生日期" in spelled("dob")
    assert spelled("director") == ()


def test_prefixes_belong_to_their_word() -> None:
    assert relation_words("subClassOf").spoken == relation_words("subclass of").spoken == ("subclass", "of")
    assert relation_words("submitted_by").spoken == ("submitted", "by")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the area of Borduria?", "77000"),
        ("How large is Borduria in square kilometres?", "77000"),
        ("Borduria的面积是多少？", "77000"),
        ("What is the top-level domain of Aland?", ".ax"),
        ("Aland的顶级域名是什么？", ".ax"),
        ("What is the date of birth of Aland?", "1921-05-07"),
        ("Aland的出生日期是什么？", "1921-05-07"),
        ("What is the phone number of Borduria?", "43"),
    ],
)
def test_fields_are_asked_for_in_words(question: str, said: str) -> None:
    assert [str(one) for one in kgllm.GraphQA(kgllm.load(ROWS)).ask(question).entities] == [said]


@pytest.mark.parametrize("question", ["gdp of Borduria", "Borduria的GDP是多少？", "What is the height of Aland?"])
def test_another_measure_is_no_answer(question: str) -> None:
    assert kgllm.GraphQA(kgllm.load(ROWS)).ask(question).abstained
