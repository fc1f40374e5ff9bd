"""Names of fields as who programs writes them, and questions in the words of people."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.graphs.base import view_of
from kgllm.retrieval.paths.kinds import Roles
from kgllm.retrieval.paths.steps import Steps
from kgllm.types import Relation
from kgllm.words import relation_words
from kgllm.words.fields import apart, may_be_short, spelled, stands_for

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


SHORT = [
    *(("Vega", field, value) for field, value in (("mag", 0.03), ("hgt", 3), ("desig", "alpha"), ("constellation", "Lyra"))),
    *(("Sirius", field, value) for field, value in (("mag", -1.44), ("hgt", 5), ("desig", "beta"), ("constellation", "Canis Major"))),
    ("Lyra", "gen", "Lyrae"),
    ("Canis Major", "gen", "Canis Majoris"),
]


@pytest.mark.parametrize(
    ("short", "word", "may"),
    [
        ("mag", "magnitude", True),
        ("desig", "designation", True),
        ("atk", "attack", True),
        ("hgt", "height", True),
        ("gen", "gender", False),  # more is left than is cut off
        ("var", "village", False),
        ("dim", "diameter", False),
    ],
)
def test_what_is_cut_short_by_its_letters(short: str, word: str, may: bool) -> None:
    assert may_be_short(short)
    assert stands_for(short, word) == may


def test_words_are_not_cut_short() -> None:
    assert not any(map(may_be_short, ("city", "type", "name", "of", "人口", "magnitude", "k2")))


def test_what_is_cut_short_may_be_gone_through_while_another_thread_adds_to_it() -> None:
    steps = Steps(Roles(graph := kgllm.load(SHORT), view_of(graph)))
    steps.add(((Relation("mag"), 0),))
    going = iter(steps.short)
    steps.add(((Relation("atk"), 0),))
    assert list(going) == ["mag"]
    assert steps.short == {"mag", "atk"}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the magnitude of Vega?", "0.03"),
        ("designation of Sirius", "beta"),
        ("What is the height of Vega?", "3"),
        ("genitive of the constellation of Sirius", "Canis Majoris"),
        ("Which has the lower magnitude, Vega or Sirius?", "Sirius"),
    ],
)
def test_questions_over_fields_cut_short(question: str, said: str) -> None:
    answer = kgllm.GraphQA(kgllm.load(SHORT)).ask(question)
    assert [end.name for end in answer.entities] == [said]


def test_a_word_that_stands_for_nothing() -> None:
    assert kgllm.GraphQA(kgllm.load(SHORT)).ask("What is the gender of Vega?").abstained


LOOMS = [
    {"id": 1, "name": "Arke", "qual": "coarse", "sched_maint": "Monday", "pwr": 40},
    {"id": 2, "name": "Brenn", "qual": "fine", "sched_maint": "Friday", "pwr": 75},
]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What quality is Brenn?", ["fine"]),
        ("What is the power of Arke?", ["40"]),
        ("Which loom has the most power?", ["Brenn"]),
        ("Brenn的质量是什么？", ["fine"]),
        ("What is the colour of Arke?", []),
    ],
)
def test_fields_whose_names_are_words_cut_short_by_custom(question: str, said: list[str]) -> None:
    answer = kgllm.GraphQA(kgllm.load(LOOMS, table="looms", key="id", name="name")).ask(question)
    assert [end.name for end in answer.entities] == said
