"""What a path leads to and cannot be what is asked for is no answer: numbers are nobody, what holds no number is no time, one of each is no count."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity, Fact, Relation

SHIPS = [
    {"ship": "Aurora", "launched": "1911", "made in": "Olmport", "named": "1910", "class": "clipper", "crew": 40, "length": 61},
    {"ship": "Borea", "launched": "1934", "made in": "Rieda", "named": "1933", "class": "clipper", "crew": 22, "length": 55},
    {"ship": "Cygnus", "launched": "1950", "made in": "Olmport", "named": "1949", "class": "barque", "crew": 31, "length": 70},
    {"ship": "Dorado", "launched": "1951", "made in": "Senna", "named": "1950", "class": "barque", "crew": 35, "length": 72},
]
MEDALS = [
    {"name": "Una Falk", "medal name": "Medal of Glass", "year": 1921, "region": "North"},
    {"name": "Per Holt", "medal name": "Medal of Iron", "year": 1934, "region": "South"},
    {"name": "Rosa Paz", "medal name": "Medal of Glass", "year": 1950, "region": "South"},
    {"name": "阮青", "medal name": "Medal of Iron", "year": 1966, "region": "North"},
]


@pytest.fixture(scope="module")
def ships():
    return kgllm.GraphQA(kgllm.load({"ships": SHIPS}, key="ship", name="ship"))


@pytest.fixture(scope="module")
def medals():
    return kgllm.GraphQA(kgllm.load({"winners": MEDALS}, key="name", name="name"))


@pytest.mark.parametrize(
    "question",
    [
        "Who is the length of Aurora?",
        "Where is the crew of Aurora?",
        "How many classes does Aurora have?",
        "How many clippers is Aurora?",
        "Aurora有几种class？",
        "谁是Aurora的length？",
    ],
)
def test_what_cannot_be_asked_for_is_no_answer(ships, question):
    assert ships.ask(question).abstained


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was Aurora launched?", "1911"),
        ("Aurora是哪一年launched的？", "1911"),
        ("How many crew does Aurora have?", "40"),
        ("Where was Cygnus made?", "Olmport"),
        ("What is the class of Dorado?", "barque"),
    ],
)
def test_what_can_be_is(ships, question, answer):
    assert [str(one) for one in ships.ask(question).entities] == [answer]


@pytest.mark.parametrize("question", ["When did Una Falk win the medal?", "阮青是哪一年获得medal的？"])
def test_a_medal_is_no_year(medals, question):
    answer = medals.ask(question)
    assert answer.abstained or [str(one) for one in answer.entities] in (["1921"], ["1966"])


@pytest.mark.parametrize(
    ("facts", "question", "answer"),
    [
        ([("协会", "现任会长", "14届会长 曹斯琪"), ("协会", "成立", "1990")], "谁是协会的现任会长？", "14届会长 曹斯琪"),
        (
            [("The guild", "chair", "14th chair Ada Finch"), ("The guild", "founded", "1990")],
            "Who is the chair of the guild?",
            "14th chair Ada Finch",
        ),
    ],
)
def test_a_name_with_a_number_is_somebody(facts, question, answer):
    assert [str(one) for one in kgllm.GraphQA(kgllm.load(facts)).ask(question).entities] == [answer]


@pytest.mark.parametrize(
    ("relation", "value", "question"),
    [
        ("网址", "olm.example", "{}的网址是多少？"),
        ("稀有度", "★★★", "{}的稀有度是多少？"),
        ("球衣号码", "11", "{}的球衣号码是几号？"),
        ("重建", "清代", "{}是什么时候重建的？"),
        ("食既时间", "23:45:22", "{}的食既时间是什么时候？"),
    ],
)
def test_what_is_said_of_a_thing_is_told(relation, value, question):
    names = ("青松", "白桦", "云杉", "红柳")
    facts = [(name, relation, value if name == "青松" else f"{value}{n}") for n, name in enumerate(names)]
    qa = kgllm.GraphQA(kgllm.load([*facts, *((name, "类型", "树") for name in names)]))
    assert [str(one) for one in qa.ask(question.format("青松")).entities] == [value]


PLAYS = [
    ("The Glass Road", "release_year", "1961"),
    ("The Glass Road", "genre", "farce"),
    ("The Glass Road", "staged_by", "Una Falk"),
    ("Marrow", "release_year", "1974"),
    ("Marrow", "genre", "tragedy"),
    ("Marrow", "staged_by", "Per Holt"),
    ("玻璃路", "发行年份", "1961"),
    ("玻璃路", "类型", "喜剧"),
    ("Olm Rovers", "team", "4"),
    ("Una Falk", "team", "4"),
    ("Una Falk", "shirt", "12"),
]


@pytest.fixture(scope="module")
def plays():
    return kgllm.GraphQA(kgllm.load(PLAYS))


@pytest.mark.parametrize(
    "question",
    [
        "which studio released The Glass Road",
        "Which company released Marrow?",
        "which studio released marrow",
        "How long is The Glass Road?",
        "how tall is Marrow",
        "玻璃路是哪家公司发行的？",
        "玻璃路有多长？",
    ],
)
def test_years_are_no_company_and_genres_no_length(plays, question):
    assert plays.ask(question).abstained


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which year was Marrow released?", "1974"),
        ("When was Marrow released?", "1974"),
        ("What genre is Marrow?", "tragedy"),
        ("Which team is Una Falk in?", "4"),
        ("玻璃路是哪一年发行的？", "1961"),
    ],
)
def test_years_and_teams_called_by_numbers_are(plays, question, answer):
    assert [str(one) for one in plays.ask(question).entities] == [answer]


@pytest.mark.parametrize("question", ["谁吃过安脉片？", "谁开过安脉片？", "Who swallowed 安脉片?"])
def test_a_code_is_nobody(question):
    drugs = [{"编号": "P1", "药名": "安脉片", "价格": 35}, {"编号": "P2", "药名": "退热灵", "价格": 12}]
    qa = kgllm.GraphQA(kgllm.load({"药品": drugs}))
    assert qa.ask(question).abstained
    assert qa.ask("安脉片的编号是什么？").text == "P1 [1]"


SERIES = [
    {"name": "Brute Glass", "begin": "2011-04-03", "is_part": False, "score": 8.6},
    {"name": "云海之歌", "begin": "2004-07-20", "is_part": True, "score": 8.1},
    {"name": "山中小城", "begin": "2016-01-10", "is_part": True, "score": 7.2},
]


@pytest.mark.parametrize(
    "question", ["云海之歌一共有多少集？", "How many parts does Brute Glass have?", "What are the parts of Brute Glass?"]
)
def test_a_time_is_no_number_of_things_and_yes_or_no_none_of_several(question):
    assert kgllm.GraphQA(kgllm.load({"series": SERIES})).ask(question).abstained


def test_what_begins_and_whether_it_is_a_part_are_told():
    series = kgllm.GraphQA(kgllm.load({"series": SERIES}))
    assert series.ask("When did Brute Glass begin?").text == "2011-04-03 [1]"
    assert series.ask("云海之歌 is_part?").text == "true [1]"


def test_a_field_that_is_a_noun_for_a_time_holds_times_by_their_names():
    onsets = {"Olm disease": "Juvenile", "Ulm disease": "Adult", "Elm disease": "Congenital"}
    facts = [(Entity(name, types=("disease",)), "onset", Entity(f"{when} onset", types=("stage",))) for name, when in onsets.items()]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert [one.name for one in qa.ask("When does Olm disease start?").entities] == ["Juvenile onset"]


def test_what_one_pays_with_is_no_amount():
    facts = [
        (Entity(name, types=("country",)), "currency", code) for name, code in {"Olmland": "OLD", "Ulmia": "ULP", "Elmstan": "ELR"}.items()
    ]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert [one.name for one in qa.ask("What is the currency of Olmland?").entities] == ["OLD"]
    assert qa.ask("How much money is a flight to Olmland?").abstained


def test_another_name_of_a_thing_does_not_lead_back_to_it_for_an_answer():
    names = {"日本": "Japan", "法国": "France", "德国": "Germany"}
    facts = [(Entity(name, types=("country",)), "en", english) for name, english in names.items()]
    facts += [(Entity(name, types=("country",)), "plug", "AB") for name in names]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert qa.ask("日本首都是哪里？").abstained
    assert [one.name for one in qa.ask("Which country is called Japan?").entities] == ["日本"]


def test_what_a_step_that_is_said_leads_to_may_be_called_as_the_thing_itself():
    """A state and its capital."""
    facts = [
        Fact(Entity("sg", "Republic of Singapore", aliases=("Singapore", "新加坡")), Relation("capital"), Entity("sgc", "Singapore")),
        Fact(Entity("fr", "French Republic", aliases=("France", "法国")), Relation("capital"), Entity("p", "Paris")),
    ]
    qa = kgllm.GraphQA(kgllm.load(facts))
    for question in ("What is the capital of Singapore?", "Singapore的首都是哪里？"):
        assert [one.id for one in qa.ask(question).entities] == ["sgc"], question
