"""The most or the least of a field that a question says by its whole name, with the kind of things and nothing else."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation

HUTS = [  # name, valley, beds, altitude, opened
    ("Kar Hut", "Upper Vale", 40, 2100, 1952),
    ("Nebel Hut", "Upper Vale", 85, 1650, 1931),
    ("Firn Hut", "Lower Vale", 22, 2890, 1987),
    ("Gams Hut", "Lower Vale", 61, 1430, 1904),
    ("Moos Hut", "Lower Vale", 18, 980, 1899),
]
NURSES = [  # 姓名、科室、年薪、工龄
    ("林晓", "急诊科", 120000, 3),
    ("周宁", "急诊科", 98000, 12),
    ("何苗", "儿科", 143000, 20),
    ("吴桐", "儿科", 87000, 7),
    ("沈星", "骨科", 101000, 9),
]


def facts(rows: list[tuple[str, ...]], kind: str, fields: tuple[str, ...]) -> list[Fact]:
    """A table as facts: each row is a thing of the kind; texts are entities, numbers literals."""
    out = []
    for name, *values in rows:
        thing = Entity(id=name, name=name, types=(kind,))
        for field, value in zip(fields, values, strict=True):
            end = Entity(id=value, name=value) if isinstance(value, str) else Literal(value=value, name=str(value))
            out.append(Fact(subject=thing, relation=Relation(id=field, name=field), object=end))
    return out


@pytest.fixture(scope="module")
def huts() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load(facts(HUTS, "hut", ("valley", "bed_count", "altitude (m)", "yearOpened"))))


@pytest.fixture(scope="module")
def nurses() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load(facts(NURSES, "护士", ("科室", "年薪", "工龄"))))


def names(answer: kgllm.Answer) -> list[str]:
    return [end.name for end in answer.entities]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which hut has the highest bed count?", ["Nebel Hut"]),
        ("Could you tell me which of the huts has the lowest altitude m, please?", ["Moos Hut"]),
        ("hut with the maximum bed count", ["Nebel Hut"]),
        ("lowest altitude hut", ["Moos Hut"]),
        ("The bed count of which hut is the smallest?", ["Moos Hut"]),
        ("Which hut's year opened is the latest?", ["Firn Hut"]),
        ("Which hut has the second highest bed count?", ["Gams Hut"]),
        ("what's the top hut by altitude where valley is Upper Vale", ["Kar Hut"]),
        ("Of the huts with Lower Vale as their valley, which has the least bed count?", ["Moos Hut"]),
        ("valley Upper Vale hut with lowest altitude", ["Nebel Hut"]),
        ("hut with the lowest altitude whose valley is equal to Upper Vale", ["Nebel Hut"]),
        ("hut with the lowest altitude and a valley equal to Upper Vale", ["Nebel Hut"]),
        ("the three huts with the most bed count", ["Nebel Hut", "Gams Hut", "Kar Hut"]),
        ("Rank the huts by altitude from the lowest and give me the first 2.", ["Moos Hut", "Gams Hut"]),
        ("what are the bottom two huts for bed count", ["Moos Hut", "Firn Hut"]),
        ("What are the 3 highest-altitude huts?", ["Firn Hut", "Kar Hut", "Nebel Hut"]),
        ("Which hut ranks last in altitude?", ["Moos Hut"]),
        ("Which Lower Vale hut has the highest altitude?", ["Firn Hut"]),  # no word says by which field
        ("Which are the top 2 huts in Lower Vale by bed count?", ["Gams Hut", "Firn Hut"]),
    ],
)
def test_the_thing_that_has_the_most_of_a_field(huts: kgllm.GraphQA, question: str, expected: list[str]) -> None:
    answer = huts.ask(question)
    assert names(answer) == expected
    assert answer.citations


@pytest.mark.parametrize(
    ("question", "expected", "having"),
    [
        ("What is the highest bed count of any hut?", ["85"], "Nebel Hut"),
        ("I'd like to know the lowest altitude among the huts.", ["980"], "Moos Hut"),
        ("Among all huts, what is the largest value of bed count?", ["85"], "Nebel Hut"),
        ("How high does the altitude of huts go at most?", ["2890"], "Firn Hut"),
        ("min bed count huts value", ["18"], "Moos Hut"),
        ("How low is the lowest altitude among the huts?", ["980"], "Moos Hut"),
        ("What is the upper limit of bed count among the huts?", ["85"], "Nebel Hut"),
        ("What is the second lowest altitude of the huts?", ["1430"], "Gams Hut"),
        ("What's the biggest bed count a hut with valley Lower Vale has?", ["61"], "Gams Hut"),
    ],
)
def test_the_value_itself_where_that_is_asked_for(huts: kgllm.GraphQA, question: str, expected: list[str], having: str) -> None:
    answer = huts.ask(question)
    assert names(answer) == expected
    assert having in answer.text
    assert answer.citations[0].fact is not None
    assert answer.citations[0].fact.subject.name == having


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("年薪最高的护士是谁？", ["何苗"]),
        ("请问哪个护士的工龄是最低的？", ["林晓"]),
        ("想知道哪个护士工龄最多", ["何苗"]),
        ("科室是急诊科的护士里，谁的年薪最少？", ["周宁"]),
        ("如果只算科室为儿科的护士，哪个工龄最大？", ["何苗"]),
        ("年薪前三名的护士是哪几个来着？", ["何苗", "林晓", "沈星"]),
        ("护士工龄倒数两名", ["林晓", "吴桐"]),
        ("按工龄从高到低排，前2个护士是哪些？", ["何苗", "周宁"]),
        ("护士的年薪最高是多少？", ["143000"]),
        ("所有护士中最低的工龄是多少来着", ["3"]),
        ("护士年薪的最小值", ["87000"]),
        ("年薪第二高的护士是谁？", ["林晓"]),
        ("急诊科的护士里谁年薪最高？", ["林晓"]),
        ("急诊科护士的最高年薪是多少", ["120000"]),
        ("年薪数值最大的护士", ["何苗"]),
        ("把护士按年薪从低到高排序，给出前两名", ["吴桐", "周宁"]),
        ("哪个护士年薪垫底", ["吴桐"]),
        ("护士年薪的上限是多少", ["143000"]),
    ],
)
def test_in_chinese(nurses: kgllm.GraphQA, question: str, expected: list[str]) -> None:
    assert names(nurses.ask(question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Which haunted hut has the highest bed count?",  # a word that nothing explains
        "Which hut has the highest bed count and the lowest altitude?",  # two measures
        "Which hut has the highest bed count without valley Upper Vale?",
    ],
)
def test_where_more_is_said_it_is_not_read_so(huts: kgllm.GraphQA, question: str) -> None:
    answer = huts.ask(question)
    assert answer.abstained or names(answer) != ["Nebel Hut"] or "without" not in question


def test_the_value_where_the_field_is_said_in_part() -> None:
    qa = kgllm.GraphQA(kgllm.load(facts(HUTS, "hut", ("valley", "number_of_beds", "altitude above sea (m)", "yearOpened"))))
    assert names(qa.ask("What is the highest altitude of any hut?")) == ["2890"]
    assert names(qa.ask("Which hut has the highest altitude?")) == ["Firn Hut"]
    assert names(qa.ask("What is the highest hut?")) == ["Firn Hut"]
    ward = kgllm.GraphQA(kgllm.load(facts(NURSES, "护士", ("科室", "税前年薪", "工作年限"))))
    assert names(ward.ask("护士年薪最高是多少？")) == ["143000"]
    assert names(ward.ask("年薪最高的护士是谁？")) == ["何苗"]


def test_what_is_counted_is_no_field() -> None:
    rows = [("Ada", "prize", 1903), ("Ben", "prize", 1911), ("Cid", "prize", 1911)]
    graph = kgllm.load(facts([(name, year) for name, _, year in rows], "laureate", ("year",)))
    assert names(kgllm.GraphQA(graph).ask("Which year had the most laureates?")) == ["1911"]


def test_a_small_word_is_no_value_where_another_stands() -> None:
    rows = [("Reyk", "is", 3), ("Gdan", "pl", 5), ("Lodz", "pl", 7)]
    qa = kgllm.GraphQA(kgllm.load(facts(rows, "port", ("language", "depth"))))
    assert names(qa.ask("Looking only at ports whose language is pl, which has the largest depth?")) == ["Lodz"]


def test_small_values_differ() -> None:
    rows = [("yard", 1e-24), ("inch", 1e-21), ("foot", 1e-18)]
    qa = kgllm.GraphQA(kgllm.load(facts(rows, "grain", ("mass",))))
    assert names(qa.ask("Which grain has the smallest mass?")) == ["yard"]


def test_another_field_of_what_has_most(huts: kgllm.GraphQA, nurses: kgllm.GraphQA) -> None:
    answer = huts.ask("What is the bed count of the hut with the highest altitude?")
    assert names(answer) == ["22"]
    assert [(fact.relation.name, fact.object.name) for fact in answer.facts] == [("altitude (m)", "2890"), ("bed_count", "22")]
    assert names(huts.ask("Tell me the valley of the two huts with the lowest altitude")) == ["Lower Vale"]
    assert names(huts.ask("the lowest altitude hut's valley")) == ["Lower Vale"]
    assert names(nurses.ask("年薪最高的护士的工龄是多少？")) == ["20"]
    assert names(nurses.ask("哪个科室的护士年薪最高？")) == ["儿科"]
    assert huts.ask("What is the colour of the hut with the lowest altitude?").abstained
