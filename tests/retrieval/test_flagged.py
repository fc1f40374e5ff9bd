"""Conditions that a relation's own name says: parks with a pond, hotels without a lift, in a region."""

import pytest

import kgllm
from kgllm import GraphQA

HOTELS = [
    {"id": 1, "name": "Seeblick", "region": "Altmark", "hasWiFi": True, "hasSauna": True, "petsAllowed": False, "stars": 3},
    {"id": 2, "name": "Kronhof", "region": "Altmark", "hasWiFi": False, "hasSauna": True, "petsAllowed": True, "stars": 4},
    {"id": 3, "name": "Tannenruh", "region": "Harzland", "hasWiFi": True, "hasSauna": False, "petsAllowed": False, "stars": 2},
    {"id": 4, "name": "Bergalm", "region": "Harzland", "hasWiFi": False, "hasSauna": False, "petsAllowed": True, "stars": 4},
]
PARKS = [
    {"名称": "柳湖公园", "城区": "东城区", "有停车场": "是", "免费": "是"},
    {"名称": "石桥公园", "城区": "东城区", "有停车场": "否", "免费": "是"},
    {"名称": "云台公园", "城区": "西城区", "有停车场": "是", "免费": "否"},
    {"名称": "梅溪公园", "城区": "西城区", "有停车场": "否", "免费": "否"},
]


@pytest.fixture(scope="module")
def hotels():
    return GraphQA(kgllm.load(HOTELS, table="hotels"))


@pytest.fixture(scope="module")
def parks():
    return GraphQA(kgllm.load(PARKS, table="公园"))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which hotels in Altmark have wifi?", {"Seeblick"}),
        ("hotels in Harzland with a sauna", set()),
        ("Which hotels in Altmark have no WiFi?", {"Kronhof"}),
        ("hotels in Harzland without a sauna", {"Tannenruh", "Bergalm"}),
        ("Which hotels in Harzland do not have WiFi?", {"Bergalm"}),
        ("Which hotels offer a sauna?", {"Seeblick", "Kronhof"}),
        ("hotels with wifi and sauna", {"Seeblick"}),
        ("Altmark哪些酒店有WiFi？", {"Seeblick"}),
    ],
)
def test_what_a_name_says_is_a_condition_beside_others(hotels, question, answers):
    assert {entity.name for entity in hotels.ask(question).entities} == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("东城区有停车场的公园有哪些？", {"柳湖公园"}),
        ("西城区哪些公园没有停车场？", {"梅溪公园"}),
        ("东城区哪些公园有停车场？", {"柳湖公园"}),
    ],
)
def test_in_chinese(parks, question, answers):
    assert {entity.name for entity in parks.ask(question).entities} == answers


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Does Kronhof offer a sauna?", True),
        ("Does Tannenruh offer a sauna?", False),
        ("Is there wifi at Kronhof?", False),
        ("Seeblick有没有WiFi？", True),
        ("Kronhof有没有WiFi？", False),
    ],
)
def test_one_thing_has_it_or_not(hotels, question, verdict):
    assert hotels.ask(question).verdict is verdict


def test_how_many_meet_both(hotels):
    assert hotels.ask("How many hotels in Harzland have wifi?").value == 1


def test_a_word_written_with_a_capital_within_is_one():
    from kgllm.words import relation_words

    spoken = {name: relation_words(name).spoken for name in ("hasWiFi", "eMail", "OrgId", "userId", "lifeSpan")}
    assert spoken == {
        "hasWiFi": ("has", "wifi"),
        "eMail": ("email",),
        "OrgId": ("org", "id"),
        "userId": ("user", "id"),
        "lifeSpan": ("life", "span"),
    }


POOLS = [
    {"id": 1, "name": "Lido", "district": "Nord", "heated": 1, "isIndoor": 0, "lanes": 1, "closed": "0"},
    {"id": 2, "name": "Kelp", "district": "Nord", "heated": 0, "isIndoor": 1, "lanes": 0, "closed": "1"},
    {"id": 3, "name": "Tarn", "district": "Sud", "heated": 1, "isIndoor": 1, "lanes": 1, "closed": "0"},
]
BOOKS = [
    {"书名": "山经", "分馆": "东山馆", "是否外借": 1},
    {"书名": "水注", "分馆": "东山馆", "是否外借": 0},
    {"书名": "茶录", "分馆": "西河馆", "是否外借": 1},
]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which pools in Nord are heated?", {"Lido"}),
        ("Which pools in Nord are closed?", {"Kelp"}),
        ("Which pools are not heated?", {"Kelp"}),
        ("heated indoor pools", {"Tarn"}),
        ("How many pools are heated?", {"Lido", "Tarn"}),
        ("Which pools have the lanes 1?", {"Lido", "Tarn"}),  # which is a number
    ],
)
def test_one_is_yes_where_the_name_of_a_field_says_so(question, answers):
    assert {entity.name for entity in GraphQA(kgllm.load({"pools": POOLS}, key="id", name="name")).ask(question).entities} == answers


@pytest.mark.parametrize(("question", "verdict"), [("Is Lido heated?", True), ("Is Kelp heated?", False), ("Is Kelp indoor?", True)])
def test_one_and_zero_are_verdicts(question, verdict):
    assert GraphQA(kgllm.load({"pools": POOLS}, key="id", name="name")).ask(question).verdict is verdict


def test_one_is_yes_in_chinese():
    books = GraphQA(kgllm.load(BOOKS, table="图书", key="书名"))
    assert {entity.name for entity in books.ask("东山馆哪些图书可以外借？").entities} == {"山经"}
    assert books.ask("水注是否外借？").verdict is False
