"""F and Yes are values where not all values of a relation say yes or no; what only ends like a type is none; "or" is not "and"."""

import pytest

import kgllm
from kgllm import GraphQA
from kgllm.types import Entity, Fact, Relation

PEOPLE = [
    ("Ann", "gender", "F"), ("Bo", "gender", "M"), ("Ann", "genre", "folk"), ("Ann", "team", "Yes"), ("Bo", "team", "Owls"),
    ("Fluorine", "symbol", "F"), ("Yttrium", "symbol", "Y"), ("Nitrogen", "symbol", "N"), ("Carbon", "symbol", "C"), ("Iron", "symbol", "Fe"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What gender is Ann?", "F"),
        ("Which team is Ann in?", "Yes"),
        ("Ann的性别是什么？", "F"),
        ("Which symbol does Nitrogen have?", "N"),
        ("Yttrium的符号是哪个？", "Y"),
    ],
)
def test_letters_are_values(question, answer):
    qa = GraphQA(kgllm.load(PEOPLE))
    assert [entity.name for entity in qa.ask(question).entities] == [answer]


def _thing(name: str, kind: str) -> Entity:
    return Entity(name, types=(kind,))


@pytest.fixture(scope="module")
def places():
    inside, sails, lives = Relation("located in"), Relation("sails on"), Relation("lives in")
    ann, olm, ostmark, ruria = _thing("Ann", "person"), _thing("Olm", "town"), _thing("Ostmark", "state"), _thing("Ruria", "country")
    facts = [Fact(olm, inside, ostmark), Fact(ostmark, inside, ruria), Fact(_thing("Vass", "town"), inside, ruria)]
    facts += [Fact(ann, sails, _thing("Vega", "ship")), Fact(ann, lives, _thing("Thurso", "city"))]
    return GraphQA(kgllm.load(facts))


@pytest.mark.parametrize("question", ["Is Olm a town in Ruria?", "Olm是Ruria的town吗？"])
def test_a_town_of_a_state_is_one_of_the_country(places, question):
    assert places.ask(question).verdict is not False


@pytest.mark.parametrize("question", ["Which championship did Ann win?", "What is Ann's ethnicity?", "What is the capacity of Ann?"])
def test_a_championship_is_no_ship(places, question):
    assert places.ask(question).abstained


@pytest.fixture(scope="module")
def hotels():
    rows = [("Seeblick", True, True), ("Kronhof", False, True), ("Tannenruh", True, False), ("Bergalm", False, False)]
    return GraphQA(kgllm.load([{"name": name, "hasWiFi": wifi, "hasSauna": sauna} for name, wifi, sauna in rows], table="hotels"))


def test_or_is_not_and(hotels):
    assert hotels.ask("Which hotels have wifi or a sauna?").abstained


def test_neither_is_without_both(hotels):
    assert [end.name for end in hotels.ask("Which hotels do not have WiFi or a sauna?").entities] == ["Bergalm"]


def test_phone_numbers_are_counted():
    rows = [{"name": "Guild", "phone number": ["5", "6"]}, {"name": "Union", "phone number": ["7"]}]
    qa = GraphQA(kgllm.load(rows, table="clubs"))
    assert qa.ask("How many phone numbers does Guild have?").value == 2
    assert qa.ask("What is the phone number of Union?").text.startswith("7")


def test_an_ip_address_is_where_its_relation_says_so():
    qa = GraphQA(kgllm.load([("server1", "ip address", "10.0.0.1"), ("server2", "ip address", "10.0.0.2")]))
    assert qa.ask("What is the IP address of server1?").text == "10.0.0.1 [1]"
