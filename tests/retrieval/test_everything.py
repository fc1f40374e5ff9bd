"""All things of a kind, told by a noun of the other language, by another noun for it, with a slip, or as what a place has."""

from __future__ import annotations

import pytest

import kgllm

KINDS = {
    "Airport": ("Orly", "Gatwick", "Narita"),
    "Airline": ("KLM", "Qantas", "Iberia"),
    "AircraftType": ("A320", "B737", "C919"),
    "illness": ("measles", "asthma", "migraine"),
    "department": ("Cardiology", "Oncology", "Radiology"),
    "alliance": ("SkyTeam", "oneworld", "Star"),
    "project": ("Aurora", "Mosaic", "Comet"),
}
ORDER = [*KINDS["Airport"], *KINDS["Airline"], *KINDS["project"]]
FACTS = [
    *((thing, "is_a", kind) for kind, things in KINDS.items() for thing in things),
    *((thing, "founded_year", str(1919 + n)) for n, thing in enumerate(ORDER)),
    *((thing, "elevation", str(3 + n)) for n, thing in enumerate(KINDS["Airport"])),
    *((airline, "member_of", "SkyTeam") for airline in KINDS["Airline"]),
]


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> kgllm.GraphQA:
    path = tmp_path_factory.mktemp("kinds") / "kinds.tsv"
    path.write_text("".join("\t".join(fact) + "\n" for fact in FACTS), encoding="utf-8")
    return kgllm.GraphQA(kgllm.load(path))


def answered(qa: kgllm.GraphQA, question: str) -> set[str]:
    answer = qa.ask(question)
    return set() if answer.abstained else {end.name for end in answer.entities}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("有哪些航空公司？", "Airline"),
        ("列出所有航空公司", "Airline"),
        ("有几个机场", "Airport"),
        ("有多少架飞机？", "AircraftType"),
        ("List all aircraft", "AircraftType"),
        ("How many aircraft types are there?", "AircraftType"),
        ("有哪些病？", "illness"),
        ("list all diseases", "illness"),
        ("What departments does the hospital have?", "department"),
        ("这家医院有哪些科室？", "department"),
        ("name all the airline aliances", "alliance"),
    ],
)
def test_a_kind_is_known_by_other_nouns(qa: kgllm.GraphQA, question: str, kind: str) -> None:
    assert answered(qa, question) == set(KINDS[kind])


@pytest.mark.parametrize("question", ["哪些机场在火星？", "有哪些航空公司飞往火星", "有哪些医院？", "list all alloys"])
def test_a_kind_with_more_said_of_it_is_not_the_whole_kind(qa: kgllm.GraphQA, question: str) -> None:
    assert answered(qa, question) not in [set(things) for things in KINDS.values()]


@pytest.mark.parametrize(
    ("question", "answer"),
    [("哪家航空公司成立得最早？", "KLM"), ("哪个机场的海拔最高？", "Narita"), ("Which airport has the lowest elevation?", "Orly")],
)
def test_a_kind_of_the_other_language_is_compared(qa: kgllm.GraphQA, question: str, answer: str) -> None:
    assert answered(qa, question) == {answer}


BOOKS = [
    {"title": "The Salt Road", "author": "Nora Field", "genre": "novel", "pages": 320},
    {"title": "A Map of Moths", "author": "Lena Okafor", "genre": "science", "pages": 190},
    {"title": "Night Bakery", "author": "Mei Tan", "genre": "novel", "pages": 240},
]


@pytest.mark.parametrize("question", ["How many novels are there?", "List all novels.", "Which novels are there?"])
def test_a_noun_for_the_kind_that_is_a_value_of_its_things_is_that_value(question):
    assert answered(kgllm.GraphQA(kgllm.load({"books": BOOKS})), question) == {"The Salt Road", "Night Bakery"}


def test_a_noun_for_the_kind_that_is_no_value_is_the_kind():
    qa = kgllm.GraphQA(kgllm.load({"books": [{**book, "genre": book["genre"].replace("novel", "fiction")} for book in BOOKS]}))
    assert answered(qa, "List all novels.") == answered(qa, "有哪些小说？") == {book["title"] for book in BOOKS}


def test_a_value_of_small_words_is_not_left_out_of_all_things_of_a_kind():
    rows = [{"车牌": "京A1", "状态": "在用"}, {"车牌": "沪B2", "状态": "停用"}, {"车牌": "粤C3", "状态": "在用"}]
    qa = kgllm.GraphQA(kgllm.load(rows))
    assert qa.ask("在用的车有多少辆？").value in (None, 2)
    assert qa.ask("有多少辆车？").value == 3


SECURITIES = [
    {"name": name, "group": group, "market": market}
    for name, group, market in (("Olm", "cement", "listed"), ("Vass", "cement", "otc"), ("Tarn", "steel", "listed"), ("Elm", "food", "otc"))
]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What kinds of markets are there?", {"listed", "otc"}),
        ("How many different groups are there?", {"cement", "steel", "food"}),
        ("一共有哪几种group？", {"cement", "steel", "food"}),
        ("Which industry is Olm in?", set()),  # a market is no industry
        ("Which companies are in the same industry as Olm?", set()),
        ("和Olm同产业的公司有哪些？", set()),
    ],
)
def test_the_values_of_a_field_are_told_and_no_other_field_is_taken_for_it(question, answers):
    answer = kgllm.GraphQA(kgllm.load({"securities": SECURITIES}, name="name")).ask(question)
    assert {one.name for one in answer.entities} == answers, answer.text
