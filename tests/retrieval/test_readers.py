"""The table of readers: each reads the question that stands beside it, and what is read of a question is read once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

import kgllm
from kgllm.retrieval.computed.readers import FORMS, Form, first_read
from kgllm.retrieval.computed.spoken import types_in
from kgllm.retrieval.retriever import Run
from kgllm.types import Entity, Fact, Literal, Relation

ROWS: dict[str, dict[str, dict[str, Any]]] = {
    "mineral": {"quartz": {"crystal system": "trigonal"}, "garnet": {"crystal system": "cubic"}, "pyrite": {"crystal system": "cubic"}},
    "ship": {"Stella": {"crew size": 40}, "Nova": {"crew size": 25}, "Alba": {"crew size": 12}},
    "nurse": {"Ann": {"annual pay": 40000}, "Bo": {"annual pay": 31000}, "Cy": {"annual pay": 52000}},
    "geyser": {"Geysir": {"land": Entity("Iceland")}, "Strokkur": {"land": Entity("Iceland")}, "Waimangu": {"land": Entity("Samoa")}},
    "river": {"Ucayali": {"country": Entity("Peru"), "length": "1771 km"}, "Marañón": {"country": Entity("Peru"), "length": "1700 km"}},
    "firm": {"TCL": {"ownership": "private"}, "Haier": {"ownership": "state-owned"}},
    "town": {"Brask": {"lies on": Entity("North Sea")}, "Olmet": {"walled": "no"}, "Tullo": {"walled": "no"}},
    "city": {name: {"country": Entity("Turkey")} for name in ("Ankara", "Izmir", "Bursa")},
    "rock": {"Basalt": {"origin": "volcanic"}, "Chalk": {"origin": "sedimentary"}},
    "store": {"Hilltop": {"division": Entity("North")}, "Meadow": {"division": Entity("South")}},
    "客栈": {"松风": {"房价": 320, "城区": "东城"}, "竹里": {"房价": 180, "城区": "西城"}, "梅林": {"房价": 260, "城区": "东城"}},
}
LAMPS = (("Aster", "red", "Olm", 5), ("Birch", "green", "Olm", 5), ("Cedar", "red", "Vass", 4), ("Dahl", "red", "Tarn", 3))


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    def value(one: Any) -> Any:
        return Literal(one) if isinstance(one, str) else one

    facts: list[Any] = [
        (Entity(name, types=(kind,)), relation, value(one))
        for kind, things in ROWS.items()
        for name, fields in things.items()
        for relation, one in fields.items()
    ]
    for name, colour, maker, stars in LAMPS:
        lamp = Entity(name, types=("lamp",))
        facts += [(lamp, "colour", Literal(colour)), (lamp, "maker", Entity(maker)), (lamp, "stars", stars)]
    facts += [
        (Entity("Iceland", types=("country",)), "currency", Literal("krona")),
        (Entity("Samoa", types=("country",)), "currency", Literal("tala")),
    ]
    otter, hill = (
        Entity("Otter", types=("mammal",), aliases=("Lutra lutra",)),
        Entity("Mount Kell", types=("hill",), aliases=("Old Baldy",)),
    )
    facts += [(otter, "order", Entity("Carnivora")), (hill, "height m", 1200), (hill, "aka", Literal("Old Baldy"))]
    facts += [
        (Entity("O1", types=("order",)), field, Entity(value)) for field, value in (("customer", "Ida Frost"), ("product", "Cork Board"))
    ]
    keep, upper = Entity("Tower"), Entity("Upper floor")
    facts += [(upper, "narrower", Entity(name, types=("room",))) for name in ("Attic", "Studio")] + [(keep, "narrower", upper)]
    for firm, holder, share in (("Olm", "Ann", 70), ("Olm", "Bo", 30)):
        facts.append(Fact(Entity(firm), Relation("shareholder"), Entity(holder), ((Relation("share"), Literal(str(share), value=share)),)))
    return kgllm.GraphQA(kgllm.load(facts))


def run_of(qa: kgllm.GraphQA, question: str) -> Run:
    return qa.retriever.run(question, qa.link(question))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.read.__name__)
def test_each_reads_its_example(qa: kgllm.GraphQA, form: Form) -> None:
    assert form.read(run_of(qa, form.example), 50) is not None


@pytest.mark.parametrize(
    ("question", "reader", "text"),
    [
        ("松风的房价是320吗？", "claim", "是"),
        ("松风的房价比竹里高吗？", "against", "是"),
        ("所有客栈的平均房价是多少？", "tabled", "253"),
        ("城区为东城的客栈有哪些？", "fielded", "松风"),
        ("房价最低的客栈是哪家？", "by_field", "竹里"),
    ],
)
def test_each_reads_chinese_as_well(qa: kgllm.GraphQA, question: str, reader: str, text: str) -> None:
    assert text in qa.ask(question).text
    assert next(form.read.__name__ for form in FORMS if form.read(run_of(qa, question), 50) is not None) == reader


def test_the_first_that_reads_a_question_answers_it(qa: kgllm.GraphQA) -> None:
    surer = [form for form in FORMS if form.read(run_of(qa, "Is quartz a mineral?"), 50) is not None]
    assert [form.read.__name__ for form in surer][:1] == ["is_a"]
    assert first_read(run_of(qa, "What is the crew size of Stella?"), 50, negative=False) is None


def test_what_says_what_is_not_so_is_read_by_few(qa: kgllm.GraphQA) -> None:
    run = run_of(qa, "What is the longest river in Peru?")
    assert first_read(run, 50, negative=False) is not None
    assert first_read(run, 50, negative=True) is None


def test_a_name_is_looked_up_once_in_a_question(qa: kgllm.GraphQA, monkeypatch: pytest.MonkeyPatch) -> None:
    run, asked = run_of(qa, "Does the crew size of Stella exceed that of Nova?"), list[str]()
    find = qa.graph.find

    def counting(names: Sequence[str]) -> Any:
        asked.extend(names)
        return find(names)

    monkeypatch.setattr(type(qa.graph), "find", lambda self, names: counting(names))
    for form in FORMS:
        form.read(run, 50)
    assert asked
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize(
    ("question", "fields", "telling"),
    [
        ("What are the crew sizes of ships?", ["crew sizes"], ["crew sizes"]),
        ("the crew-size, origin", ["crew-size", "origin"], ["crew-size", "origin"]),
        ("松风的城区和房价", ["城区", "房价"], ["城区", "房价"]),
    ],
)
def test_fields_said_whole(qa: kgllm.GraphQA, question: str, fields: list[str], telling: list[str]) -> None:
    spoken = run_of(qa, question).spoken
    assert sorted(question[slice(*span)] for span, _ in spoken.fields) == sorted(fields)
    assert sorted(question[slice(*span)] for span, _ in spoken.telling) == sorted(telling)


def test_a_letter_or_a_small_word_may_be_a_field_and_tells_nothing() -> None:
    games = kgllm.GraphQA(kgllm.load([("Reds", "W", 90), ("Reds", "on", "grass"), ("Reds", "号", "7")]))
    spoken = run_of(games, "Reds with W 90 on grass, 号 7").spoken
    assert [names for _, names in spoken.fields] == [("on",), ("W",), ("号",)]
    assert spoken.telling == []


def test_types_by_their_names_in_the_singular_or_written_together() -> None:
    things = [(Entity(name, types=(kind,)), "year", 1990) for name, kind in (("A320", "AircraftType"), ("Olm", "taxi"), ("松风", "客栈"))]
    qa = kgllm.GraphQA(kgllm.load(things))
    wholes = run_of(qa, "a").wholes
    for text, kinds in (
        ("all taxis", {"taxi"}),
        ("aircraft types of 1990", {"AircraftType"}),
        ("AircraftTypes", {"AircraftType"}),
        ("所有客栈", {"客栈"}),
        ("the towns", set()),
    ):
        assert set(types_in(text, wholes).values()) == kinds


def test_a_name_of_a_field_in_any_form(qa: kgllm.GraphQA) -> None:
    wholes = run_of(qa, "a").wholes
    assert all(map(wholes.is_field, ("crew size", "crewSizes", "annual pay", "房价")))
    assert not any(map(wholes.is_field, ("crew", "Stella", "房", "size of the crew")))
    assert {"mineral", "客栈", "city"} <= wholes.written()
