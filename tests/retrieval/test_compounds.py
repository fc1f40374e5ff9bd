"""A noun that ends with what a type of the graph is called, one that begins with "sub", and whose something is."""

import pytest

import kgllm
from kgllm.retrieval.reading.question import read
from kgllm.types import Entity, Fact, Literal, Relation

CREWS, SHIPS = "crews", "ship"
FACTS = [
    Fact(Entity("Deck", types=(CREWS,)), Relation("parent"), Entity("Vega crew", types=(CREWS,))),
    Fact(Entity("Engine", types=(CREWS,)), Relation("parent"), Entity("Vega crew", types=(CREWS,))),
    Fact(Entity("Vega crew", types=(CREWS,)), Relation("phone"), Literal("550 12")),
    Fact(Entity("Deck", types=(CREWS,)), Relation("duty"), Literal("ropes")),
    Fact(Entity("Vega", types=(SHIPS,)), Relation("harbour"), Entity("Ness")),
    Fact(Entity("Lyra", types=(SHIPS,)), Relation("harbour"), Entity("Wick")),
    Fact(Entity("Lyra", types=(SHIPS,)), Relation("loaded"), Literal("2", value=2)),
    Fact(Entity("Ness"), Relation("quays"), Literal("2", value=2)),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which lightship lies in Wick?", ["Lyra"]),
        ("What is the harbour of the steamship Vega?", ["Ness"]),
        ("Which subcrews does the Vega crew have?", ["Deck", "Engine"]),
        ("subcrews of Vega crew", ["Deck", "Engine"]),
        ("What is the supercrew of Deck?", ["Vega crew"]),
    ],
)
def test_a_longer_noun_is_read_by_its_end(qa, question, answers):
    assert sorted(end.name for end in qa.ask(question).entities) == answers


def test_the_language_is_that_of_what_is_asked_and_not_of_the_name():
    dishes = [("鱼的清蒸", "needs", "姜"), ("鱼的清蒸", "needs", "葱"), ("老家的味道", "page", "31")]
    qa = kgllm.GraphQA(kgllm.load(dishes))
    assert {end.name for end in qa.ask("What does one need for 鱼的清蒸?").entities} == {"姜", "葱"}
    assert qa.ask("How many things are needed for 鱼的清蒸?").value == 2
    assert qa.ask("What is the page of 老家的味道?").text.startswith("31")


def test_whose_asks_for_a_person():
    assert read("whose poem has the line the tide is out?").kinds == ("person",)
    assert "person" not in read("companies whose supplier is Acme").kinds


def test_the_number_of_a_phone_counts_nothing():
    halls = [("Guild Hall", "phone", "550 12"), ("Mill Hall", "phone", "550 13"), ("Guild Hall", "room", "4"), ("Guild Hall", "room", "5")]
    qa = kgllm.GraphQA(kgllm.load(halls))
    assert qa.ask("Give me the phone number of the Guild Hall").text.startswith("550 12")
    assert qa.ask("What is the phone number of Mill Hall?").value is None
    assert not read("phone number of the hall").count and read("number of halls").count


@pytest.mark.parametrize("question", ["Guild Hall的邮箱地址是什么？", "What is the email address of the Guild Hall?"])
def test_where_a_house_stands_is_no_address_of_mail(question):
    assert (
        kgllm.GraphQA(kgllm.load([("Guild Hall", "address", "3 Mill Lane"), ("Mill Hall", "address", "5 Ford Lane")]))
        .ask(question)
        .abstained
    )
    known = kgllm.load([("Guild Hall", "address", "3 Mill Lane"), ("Guild Hall", "email", "hall@guild.example")])
    assert kgllm.GraphQA(known).ask(question).text.startswith("hall@guild.example")
