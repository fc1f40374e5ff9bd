"""How much of something things hold, named by a word of one character, by a word cut short, or by a measure with its unit behind it."""

import pytest

import kgllm

FARMS = [
    {"name": name, "zinc_ppm": zinc, "humid_pct": humid, "carb_g": carb, "region": region}
    for name, zinc, humid, carb, region in (
        ("Tarn", 3.0, 40, 7.5, "Kesh"), ("Olm", 5.0, 20, 9.5, "Kesh"), ("Rue", 9.0, 33, 2.5, "Bor"), ("Vas", 1.5, 31, 4.5, "Bor"),
    )
]  # fmt: skip
ENGINES = [
    {"name": name, "energy_kcal": output, "drive": drive}
    for name, output, drive in (("Aro", 812, "belt"), ("Bex", 790, "belt"), ("Cim", 955, "chain"))
]


@pytest.fixture(scope="module")
def farms():
    return kgllm.GraphQA(kgllm.load({"farms": FARMS}, name="name", key="name", refers={"region": "regions"}))


@pytest.fixture(scope="module")
def engines():
    return kgllm.GraphQA(kgllm.load({"engines": ENGINES}, name="name", key="name", refers={"drive": "drives"}))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Tarn的锌含量是多少？", ["3.0"]),
        ("Tarn含锌多少？", ["3.0"]),
        ("Tarn含多少锌？", ["3.0"]),
        ("What is the zinc content of Tarn?", ["3.0"]),
        ("Tarn的碳水化合物是多少克？", ["7.5"]),
        ("哪个农场的锌含量最高？", ["Rue"]),
        ("含锌最多的农场", ["Rue"]),
        ("Kesh含锌最多的农场", ["Olm"]),
        ("Which farm has the highest zinc content?", ["Rue"]),
        ("Tarn和Olm哪个锌高？", ["Olm"]),
        ("锌含量超过4的农场有哪些？", ["Olm", "Rue"]),
        ("farms with a zinc content above 4", ["Olm", "Rue"]),
        ("Tarn的铁含量是多少？", []),  # a word of its own that the graph has not
        ("What is the iron content of Tarn?", []),
    ],
)
def test_how_much_of_it_a_thing_holds(farms, question, answers):
    assert sorted(end.name for end in farms.ask(question).entities) == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("热量超过800千卡的发动机有哪些？", ["Aro", "Cim"]),
        ("Which engines have an energy over 800 kcal?", ["Aro", "Cim"]),
        ("能量超过800大卡的发动机有哪些？", ["Aro", "Cim"]),
    ],
)
def test_an_energy_with_its_unit(engines, question, answers):
    assert sorted(end.name for end in engines.ask(question).entities) == answers
