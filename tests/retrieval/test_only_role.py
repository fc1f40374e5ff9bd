"""No to whether one thing is so of another, where they could meet by one relation only, which the question does not call by its name."""

from __future__ import annotations

import pytest

import kgllm

PLANTS = [("Basil", "group", "herb"), ("Pepper", "group", "spice"), ("Basil", "height", "40 cm"), ("Pepper", "height", "3 m")]
PHONES = [("Astra 9", "colour", "mint"), ("Astra 9 Max", "colour", "slate"), ("Astra 9 Max", "price", "$899"), ("Astra 9", "price", "$599")]
CITIES = [("枫市", "方言", "吴语"), ("云市", "方言", "晋语"), ("枫市", "市花", "桂花"), ("云市", "市花", "月季")]
POETS = [("李白", "朝代", "唐"), ("苏轼", "朝代", "宋"), ("王伟", "民族", "汉"), ("扎西", "民族", "藏")]
FILMS = [("Dune", "maker", "Ann"), ("Heat", "maker", "Bo"), ("Dune", "backer", "Bo"), ("Heat", "backer", "Ann")]


@pytest.mark.parametrize(
    ("facts", "question", "verdict"),
    [
        (PLANTS, "Is Basil a spice?", False),
        (PLANTS, "Is Pepper a spice?", True),
        (PHONES, "Does the Astra 9 Max come in mint?", False),  # a phone that is called like a part of its name does
        (PHONES, "Does the Astra 9 come in mint?", True),
        (CITIES, "枫市人说的是晋语，对吗？", False),
        (POETS, "苏轼是唐代的吗？", False),
        (POETS, "苏轼是宋朝的吗？", True),
        (POETS, "王伟是藏族吗？", False),
    ],
)
def test_what_could_be_so_by_one_relation_only(facts: list[tuple[str, str, str]], question: str, verdict: bool) -> None:
    answer = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    assert answer.verdict is verdict
    assert answer.citations


@pytest.mark.parametrize(
    ("facts", "question"),
    [
        ([("Olm", "capital", "Tarn"), ("Vik", "capital", "Pell")], "Is Pell in Olm?"),
        ([("Up", "genre", "dark comedy"), ("Down", "genre", "comedy")], "Is Up a comedy?"),
        (PLANTS, "Is Basil sold beside spice merchants?"),  # it asks for more than what it is
        (CITIES, "枫市禁止出版晋语小说吗？"),
        ([("刻晴", "name_en", "Keqing"), ("稻妻城", "name_en", "Suburbs, Inazuma City")], "Is Keqing from Inazuma?"),  # a part of a name
        ([*FILMS, ("Dune", "extra", "Cid"), ("Heat", "extra", "Cid"), ("Alien", "maker", "Dee"), ("Alien", "backer", "Dee")], "Is Dune of Dee?"),
    ],
)  # fmt: skip
def test_what_may_be_so_by_something_else_is_not_denied(facts: list[tuple[str, str, str]], question: str) -> None:
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).verdict is not False


def test_a_dynasty_and_a_people_by_one_character() -> None:
    qa = kgllm.GraphQA(kgllm.load(POETS))
    assert [str(one) for one in qa.ask("汉族有谁？").entities] == ["王伟"]
    assert [str(link.entity) for link in qa.link("宋代的文人")] == ["宋"]
    assert qa.link("古代的文人") == ()
