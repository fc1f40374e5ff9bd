"""Questions that are a query over whole fields of a kind and say nothing else, over graphs of ships, of bakeries and of 村."""

from __future__ import annotations

import pytest

import kgllm
from kgllm import GraphQA
from kgllm.retrieval.computed.tabled import query_of

SHIPS = [
    {"name": "Aurora", "gross_tonnage": 5000, "yearBuilt": 1990, "crew members": 12, "hull_len (m)": 90.5, "yard": "Oslo"},
    {"name": "Borealis", "gross_tonnage": 7000, "yearBuilt": 2001, "crew members": 20, "hull_len (m)": 120, "yard": "Oslo"},
    {"name": "Corona", "gross_tonnage": 3000, "yearBuilt": 1985, "crew members": 8, "hull_len (m)": 60, "yard": "Bergen"},
    {"name": "Delta", "gross_tonnage": 9000, "yearBuilt": 2010, "crew members": 25, "hull_len (m)": 200, "yard": "Bergen"},
]
PORTS = [{"name": "Port Ax", "depthm": 20, "gross_tonnage": 100000}, {"name": "Port Bo", "depthm": 30, "gross_tonnage": 300000}]
VILLAGES = [
    {"名称": "柳村", "户籍人口": 1200, "耕地面积": 30, "建村年份": 1650},
    {"名称": "槐村", "户籍人口": 800, "耕地面积": 50, "建村年份": 1720},
    {"名称": "榆村", "户籍人口": 400, "耕地面积": 10, "建村年份": 1890},
]


def of_rows(kinds: dict[str, list[dict[str, object]]]) -> list[tuple[str, str, object]]:
    facts: list[tuple[str, str, object]] = []
    for kind, rows in kinds.items():
        for row in rows:
            name, *fields = row.items()
            facts += [(str(name[1]), "is a" if kind.isascii() else "类型", kind), *((str(name[1]), key, value) for key, value in fields)]
    return facts


@pytest.fixture(scope="module")
def harbour() -> GraphQA:
    return GraphQA(kgllm.load(of_rows({"Ship": SHIPS, "Port": PORTS})))


@pytest.fixture(scope="module")
def county() -> GraphQA:
    return GraphQA(kgllm.load(of_rows({"村庄": VILLAGES})))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is the average gross tonnage of all ships?", 6000),
        ("How much is the gross tonnage of ships on average?", 6000),
        ("Averaged over every ship, what's the gross_tonnage?", 6000),
        ("i'd like to know what gross tonnage a ship has on average", 6000),
        ("mean crew members ships", 16.25),
        ("Could you please work out the mean year built across the ships?", 1996.5),
        ("Add up the crew members of all ships.", 65),
        ("How many crew members do all the ships have altogether?", 65),
        ("All ports added together, what is the gross tonnage?", 400000),
        ("what do you get if you sum up the depthm of every port", 50),
        ("total hull len m of ships", 470.5),
        ("average crew members of ships with a year built after 1988", 19),
        ("ship的平均gross tonnage是多少", 6000),
    ],
)
def test_a_number_is_made_of_a_field_that_is_said_whole(harbour: GraphQA, question: str, value: float) -> None:
    answer = harbour.ask(question)
    assert answer.value == pytest.approx(value)
    assert answer.facts


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("ships whose gross tonnage stays under 6000", {"Aurora", "Corona"}),
        ("Can you show me all ships that have a gross tonnage less than 6000, please?", {"Aurora", "Corona"}),
        ("I'm looking for ships whose hull len exceeds 100", {"Borealis", "Delta"}),
        ("ships with more than 10 crew members and a year built before 2005", {"Aurora", "Borealis"}),
        ("Which ships surpass a gross tonnage of 6000?", {"Borealis", "Delta"}),
        ("ships with at most a gross tonnage of 5000", {"Aurora", "Corona"}),
        ("Which ships have a hull len that doesn't reach 100?", {"Aurora", "Corona"}),
        ("Could I see the ships that have more crew members than 10?", {"Aurora", "Borealis", "Delta"}),
        ("ships with a lower year built than 2001 and a higher gross tonnage than 4000", {"Aurora"}),
        ("Which ships have a gross tonnage between 4000 and 8000?", {"Aurora", "Borealis"}),
    ],
)
def test_things_whose_field_lies_within_a_number(harbour: GraphQA, question: str, names: set[str]) -> None:
    assert {one.name for one in harbour.ask(question).entities} == names


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("How many ships have gross tonnage over 4000?", 3),
        ("Count all ships with a hull len m of less than 100.", 2),
        ("Of the ships, how many go beyond 8000 in gross tonnage?", 1),
        ("I'd like to know for how many ships the crew members exceed 10", 3),
        ("number of ships with gross tonnage > 90000", 0),
        ("How many ships have got more gross tonnage than 4000?", 3),
        ("Out of all ships, how many fall short of 100 in hull len m?", 2),
        ("how many ports gross tonnage < 200000", 1),
    ],
)
def test_how_many_things_have_so_much(harbour: GraphQA, question: str, count: int) -> None:
    answer = harbour.ask(question)
    assert answer.value == count and not answer.abstained
    assert answer.text.startswith(str(count))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("请问所有村庄的平均户籍人口是多少？", 800),
        ("村庄的耕地面积平均是多少来着", 30),
        ("帮我求一下全部村庄建村年份的均值", 5260 / 3),
        ("把每个村庄的户籍人口相加，结果是多少？", 2400),
        ("算一下全部村庄的耕地面积一共是多少", 90),
        ("村庄 户籍人口 合计", 2400),
        ("能算下全部村庄的耕地面积总和吗", 90),
        ("户籍人口>500的村庄数", 2),
        ("耕地面积未达到40的村庄数目是多少", 2),
        ("户籍人口低于1000的村庄有几个", 2),
        ("统计一下耕地面积大于100的村庄有多少个", 0),
        ("村庄里建村年份没到1700的有几个？", 1),
    ],
)
def test_chinese_fields_said_whole(county: GraphQA, question: str, value: float) -> None:
    assert county.ask(question).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("村庄 户籍人口>500", {"柳村", "槐村"}),
        ("我想找耕地面积不到40的村庄", {"柳村", "榆村"}),
        ("建村年份在1700之上的村庄有哪些", {"槐村", "榆村"}),
    ],
)
def test_chinese_things_within_a_number(county: GraphQA, question: str, names: set[str]) -> None:
    assert {one.name for one in county.ask(question).entities} == names


@pytest.mark.parametrize(
    "question",
    [
        "What is the average gross tonnage of the ships per yard?",  # as many numbers as there are yards
        "average gross tonnage of Norwegian ships",  # nothing says which those are
        "What is the average gross tonnage of all lorries?",
        "What does gross tonnage mean?",
        "What is the total gross tonnage of each ship?",
    ],
)
def test_what_says_more_is_no_query(harbour: GraphQA, question: str) -> None:
    assert harbour.ask(question).value not in (6000, 24000, 70666.6666667)


def test_a_field_within_the_noun_of_a_kind() -> None:
    ovens = [{"name": f"Oven {n}", "factor": n, "heat_factor_taxis": 7 * n} for n in range(1, 5)]
    qa = GraphQA(kgllm.load(of_rows({"HeatFactorOven": ovens, "taxi": [{"name": f"Cab {n}", "factor": 9.0} for n in range(3)]})))
    assert qa.ask("Add up the factor of all heat factor ovens.").value == 10
    assert qa.ask("mean factor of the taxis").value == 9


def test_small_numbers_are_told_apart() -> None:
    masses = [{"name": f"Mote {n}", "dust_mass": n * 1e-12} for n in range(1, 6)]
    qa = GraphQA(kgllm.load(of_rows({"Mote": masses})))
    assert qa.ask("How many motes have a dust mass over 2.5e-12?").value == 3


def test_a_name_of_small_words_is_no_small_word() -> None:
    songs = [{"name": name, "play_count": n} for n, name in enumerate(("Them", "Up", "Marble", "Over There"), 3)]
    qa = GraphQA(kgllm.load(of_rows({"Song": songs})))
    question = "What is the total play count of Up?"
    assert query_of(qa.retriever.run(question, qa.link(question))) is None
    assert qa.ask("What is the total play count of the songs?").value == 18


def test_nothing_lies_within_a_number(harbour: GraphQA, county: GraphQA) -> None:
    for answer in (harbour.ask("ships whose gross tonnage exceeds 90000"), county.ask("户籍人口超过5000的村庄有哪些")):
        assert answer.abstained and answer.reason.startswith("nothing_found")


def test_a_kind_by_another_noun() -> None:
    rows = [{"name": f"Car {n}", "boot_litres": 100 * n} for n in range(1, 4)]
    assert GraphQA(kgllm.load(of_rows({"Automobile": rows}))).ask("What is the mean boot litres of the automobiless?").value == 200


def test_a_field_of_two_kinds_is_of_the_kind_that_is_said(harbour: GraphQA) -> None:
    assert harbour.ask("average gross tonnage of ports").value == 200000
    assert harbour.ask("What is the total depthm?").value == 50


def test_every_bound_is_cited():
    tents = [{"name": "Aspen", "height_cm": 210, "weight_kg": 4}, {"name": "Birch", "height_cm": 190, "weight_kg": 3}]
    answer = kgllm.GraphQA(kgllm.load(tents, table="tents")).ask("tents with height over 200 and weight over 2")
    assert [fact.relation.name for fact in answer.facts] == ["height_cm", "weight_kg"]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which ships have more than twenty crew members?", {"Delta"}),
        ("ships whose crew members stay under fifteen", {"Aurora", "Corona"}),
        ("Which ships have fewer than twenty-five crew members?", {"Aurora", "Borealis", "Corona"}),
    ],
)
def test_numbers_in_words(harbour: GraphQA, question: str, names: set[str]) -> None:
    assert query_of(harbour.retriever.run(question, harbour.link(question))) is not None
    assert {one.name for one in harbour.ask(question).entities} == names


@pytest.mark.parametrize(
    ("question", "names"), [("耕地面积超过二十的村庄", {"柳村", "槐村"}), ("户籍人口不到九百的村庄有哪些", {"槐村", "榆村"})]
)
def test_chinese_numbers_in_words(county: GraphQA, question: str, names: set[str]) -> None:
    assert query_of(county.retriever.run(question, county.link(question))) is not None
    assert {one.name for one in county.ask(question).entities} == names
