"""Superlatives over tables as people have them: what adjectives measure, what is counted, names that only repeat the measure."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.words.extremes import compares

LAMPS = [
    {"id": 10, "name": "Polara", "magnitude": 0.4, "region": "North Field", "Running Time min": 130, "budget": 900},
    {"id": 20, "name": "Vesta", "magnitude": 2.5, "region": "North Field", "Running Time min": 95, "budget": 300},
    {"id": 30, "name": "Corona", "magnitude": -1.2, "region": "South Field", "Running Time min": 101, "budget": 500},
    {"id": 40, "name": "Made", "magnitude": 1.1, "region": "South Field", "Running Time min": 110, "budget": 100, "UK Loans": 70},
    {"id": 50, "name": "Us and Them", "magnitude": 3.1, "region": "South Field", "Running Time min": 90, "budget": 200, "UK Loans": 90},
]
PEAKS = [
    {"volcano_number": 9001, "name": "Tolan", "elevation_m": 1200, "country": "Peru", "volcano_landform": "Cone", "latitude": -12.5},
    {"volcano_number": 12, "name": "Mirza", "elevation_m": 3300, "country": "Peru", "volcano_landform": "Shield", "latitude": -3.0},
    {"volcano_number": 77, "name": "Ketu", "elevation_m": 2100, "country": "Chile", "volcano_landform": "Cone", "latitude": -40.1},
    {"volcano_number": 78, "name": "Ansa", "elevation_m": 800, "country": "Chile", "volcano_landform": "Cone", "latitude": -33.3},
    {"volcano_number": 79, "name": "Bero", "elevation_m": 700, "country": "Chile", "volcano_landform": "Cone", "latitude": -38.0},
]


@pytest.fixture(scope="module")
def lamps():
    return kgllm.GraphQA(kgllm.load({"lamps": LAMPS}, key="id", name="name", refers={"region": "region"}))


@pytest.fixture(scope="module")
def peaks():
    things = {"country": "country", "volcano_landform": "volcano_landform"}
    return kgllm.GraphQA(kgllm.load({"volcanoes": PEAKS}, key="volcano_number", name="name", refers=things))


def said(answer):
    return sorted(str(one) for one in answer.entities) if not answer.abstained else answer.reason


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What is the brightest lamp?", ["Corona"]),
        ("Which lamp is the faintest?", ["Us and Them"]),
        ("Which is brighter, Vesta or Polara?", ["Polara"]),
        ("最亮的lamps是哪个？", ["Corona"]),
        ("Which lamps are brighter than magnitude 1?", ["Corona", "Polara"]),
        ("What is the most expensive lamp ever made?", ["Polara"]),
        ("longest lamp", ["Polara"]),
        ("Which lamp has the most loans in the UK?", ["Us and Them"]),
        ("Which region has the most listed lamps?", ["South Field"]),
    ],
)
def test_what_adjectives_measure(lamps, question, answers):
    assert said(lamps.ask(question)) == answers


@pytest.mark.parametrize("measure", ["luminosity", "peak_nits", "watts", "亮度"])
def test_only_of_magnitudes_the_brightest_has_least(measure):
    lamp = kgllm.GraphQA(kgllm.load([{"name": name, measure: value} for name, value in (("Polara", 40), ("Vesta", 60), ("Corona", 100))]))
    question = "哪个的亮度最亮？" if measure == "亮度" else f"Which is the brightest in {measure.split('_')[-1]}?"
    assert said(lamp.ask(question)) == ["Corona"]


def test_a_measure_that_few_have_is_that_of_the_kind():
    rows = [*LAMPS, *({"id": n, "name": f"Lamp {n}", "magnitude": 5.0} for n in range(100, 110))]
    qa = kgllm.GraphQA(kgllm.load({"lamps": rows}, key="id", name="name"))
    assert said(qa.ask("Which lamp has the most loans in the UK?")) == ["Us and Them"]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What is the highest volcano in the world?", ["Mirza"]),
        ("tallest volcano in chile", ["Ketu"]),
        ("Which country has the most volcanoes?", ["Chile"]),
        ("the northernmost volcano in Chile", ["Ansa"]),
        ("Which volcano is the southernmost?", ["Ketu"]),
        ("最靠北的volcanoes是哪个？", ["Mirza"]),
    ],
)
def test_a_number_that_only_tells_apart_measures_nothing(peaks, question, answers):
    assert said(peaks.ask(question)) == answers


def test_a_superlative_that_is_part_of_a_name_answers_nothing():
    films = [{"id": 1, "name": "The Longest Day", "genre": "War"}, {"id": 2, "name": "Alba", "genre": "Crime"}]
    qa = kgllm.GraphQA(kgllm.load({"films": films}, key="id", name="name"))
    assert said(qa.ask("longest film")).startswith("comparison")


@pytest.mark.parametrize("text", ["他住在河北吗？", "这家店在城东吗？", "军师是诸葛亮？", "他在微软吗？"])
def test_the_end_of_a_name_compares_nothing(text):
    assert compares(text) is None


def test_what_is_counted_in_chinese_names_the_relation_by_its_kind():
    facts = [(f"城{n}", "所属省", "云岭省" if n < 4 else "海东省") for n in range(6)]
    facts += [(f"城{n}", "类型", "城市") for n in range(6)]
    facts += [("城1", "人口", "1850"), ("城2", "人口", "980")]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert said(qa.ask("哪个省的城市最多？")) == ["云岭省"]
    assert qa.ask("城1的人口比城2多多少？").value == 870


CAFES = [
    {"id": n, "name": f"Cafe {n}", "town": town, "town_group": group, "stars": stars, "seats": seats}
    for n, (town, group, stars, seats) in enumerate(
        [
            ("Alder", "North", 3.5, 20),
            ("Alder", "North", 4.8, 35),
            ("Alder", "South", 2.0, 12),
            ("Birch", "South", 4.1, 50),
            ("Birch", "South", 1.2, 8),
        ]
    )
]


@pytest.fixture(scope="module")
def cafes():
    rows = [*CAFES, {"id": 9, "name": "Birch", "town": "Cedar", "town_group": "South", "stars": 3.0, "seats": 5}]
    return kgllm.GraphQA(kgllm.load({"cafes": rows}, key="id", name="name", refers={"town": "town", "town_group": "town_group"}))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which town has the most cafes?", ["Alder"]),  # and no group of towns
        ("best-rated cafe", ["Cafe 1"]),
        ("What is the worst rated cafe in Alder?", ["Cafe 2"]),
        ("biggest cafe in Birch", ["Cafe 3"]),  # the town, although a cafe is called so
        ("top 2 best-rated cafes in Alder", ["Cafe 0", "Cafe 1"]),
        ("cafes in Birch with more than 10 seats", ["Cafe 3"]),
    ],
)
def test_sets_that_are_described_are_compared(cafes, question, answers):
    assert said(cafes.ask(question)) == answers


def test_who_has_things_of_a_kind_are_not_those_things(cafes):
    answer = cafes.ask("how many towns have cafes")
    assert answer.abstained or answer.value == 3


PARCELS = [
    {"id": 1, "label": "Arv-1", "kilograms": 12.5, "depot": "Olm"},
    {"id": 2, "label": "Arv-2", "kilograms": 3.0, "depot": "Olm"},
    {"id": 3, "label": "Arv-3", "kilograms": 40.0, "depot": "Tarn"},
]
SHOWS = [
    {"id": 1, "name": "Dawn", "minutes": 95, "yen": 1200},
    {"id": 2, "name": "Noon", "minutes": 142, "yen": 1800},
    {"id": 3, "name": "Dusk", "minutes": 61, "yen": 900},
]
PIPES = [{"名称": "甲管", "毫米": 30}, {"名称": "乙管", "毫米": 1200}, {"名称": "丙管", "毫米": 450}]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What is the heaviest parcel?", ["Arv-3"]),
        ("lightest parcel in Olm", ["Arv-2"]),
        ("Which is heavier, Arv-1 or Arv-2?", ["Arv-1"]),
        ("parcels heavier than 10000 grams", ["Arv-1", "Arv-3"]),
        ("哪个包裹最重？", ["Arv-3"]),
    ],
)
def test_a_field_called_by_its_unit_measures_what_the_unit_does(question, answers):
    parcels = kgllm.GraphQA(kgllm.load({"parcels": PARCELS}, key="id", name="label"))
    assert said(parcels.ask(question)) == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which is the longest show?", ["Noon"]),
        ("What is the cheapest show?", ["Dusk"]),
        ("Which shows are longer than 1.5 hours?", ["Noon", "Dawn"]),
        ("Which is the heaviest show?", []),
        ("Which is the oldest show?", []),
    ],
)
def test_units_of_time_and_money_alone(question, answers):
    answer = kgllm.GraphQA(kgllm.load({"shows": SHOWS}, key="id", name="name")).ask(question)
    assert [end.name for end in answer.entities] == answers


@pytest.mark.parametrize(
    ("question", "answers"), [("最长的管子是哪根？", ["乙管"]), ("甲管和丙管哪个更长？", ["丙管"]), ("哪根管子最重？", [])]
)
def test_units_alone_in_chinese(question, answers):
    answer = kgllm.GraphQA(kgllm.load(PIPES, table="管子", key="名称")).ask(question)
    assert [end.name for end in answer.entities] == answers


PAID = {
    "invoices": [
        {"invoice": "A1", "client": "Olm", "amount": 1800, "issued": "2024-11-05"},
        {"invoice": "A2", "client": "Tarn", "amount": 960, "issued": "2025-01-21"},
        {"invoice": "A3", "client": "Olm", "amount": 2640, "issued": "2024-12-02"},
    ]
}
WAGES = [
    {"Name": "Rosa Conti", "Department": "A", "Role": "Nurse", "Wage": 4100},
    {"Name": "Jon Marti", "Department": "A", "Role": "Nurse", "Wage": 5400},
    {"Name": "Otto Lang", "Department": "B", "Role": "Doctor", "Wage": 6900},
]
CARS = {"车": [{"车牌": "京A1", "购入日期": "2016-03-11"}, {"车牌": "沪B2", "购入日期": "2013-11-25"}]}


@pytest.mark.parametrize(
    ("source", "question", "best"),
    [
        (PAID, "biggest invoice", "A3"),
        (PAID, "Which invoice is the smallest?", "A2"),
        (PAID, "latest invoice", "A2"),
        (WAGES, "best paid nurse", "Jon Marti"),
        (WAGES, "worst-paid nurse", "Rosa Conti"),
        (CARS, "最旧的车是哪辆？", "沪B2"),
    ],
)
def test_what_is_biggest_latest_and_best_paid_of_what_offices_keep(source, question, best):
    assert [end.name for end in kgllm.GraphQA(kgllm.load(source)).ask(question).entities] == [best]


FLATS = {
    "flats": [
        {"address": "Elm Street 4", "rent": 900, "balcony": "yes", "pets": "yes"},
        {"address": "Mill Lane 2", "rent": 640, "balcony": "no", "pets": "no"},
        {"address": "Station Road 33", "rent": 820, "balcony": "yes", "pets": "no"},
        {"address": "Park Row 8", "rent": 1200, "balcony": "no", "pets": "yes"},
    ]
}


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("cheapest flat with a balcony", ["Station Road 33"]),
        ("cheapest flat that allows pets", ["Elm Street 4"]),
        ("Which flats allow pets?", ["Elm Street 4", "Park Row 8"]),
        ("cheapest flat", ["Mill Lane 2"]),
        ("cheapest flat with a pool", []),
    ],
)
def test_what_a_column_says_yes_to_is_a_condition_on_the_cheapest(question, names):
    assert [end.name for end in kgllm.GraphQA(kgllm.load(FLATS)).ask(question).entities] == names


@pytest.mark.parametrize(
    ("question", "name"), [("first invoice of Olm", "A1"), ("What was the last invoice of Olm?", "A3"), ("the first invoice", "A1")]
)
def test_the_first_of_a_kind_is_one_and_the_earliest(question, name):
    assert [end.name for end in kgllm.GraphQA(kgllm.load(PAID)).ask(question).entities] == [name]
