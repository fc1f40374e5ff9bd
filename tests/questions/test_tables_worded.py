"""Questions from tables: rows are called one by one, units and articles are no words of a field, dates and years as people say them."""

from __future__ import annotations

import re

import pytest

import kgllm
from kgllm.questions import iterate
from kgllm.questions.naming import english
from kgllm.types import Entity, Fact, Literal, Relation

BRIDGES = {
    "bridges": [
        {"id": 1, "name": "Olm Bridge", "length_m": 120, "opened": "1902-05-01", "river": "Vire", "architect": 1},
        {"id": 2, "name": "Tarn Crossing", "length_m": 340, "opened": "1965-09-12", "river": "Tarn", "architect": 2},
        {"id": 3, "name": "Old Mill Bridge", "length_m": 45, "opened": "1790-01-01", "river": "Vire", "architect": 1},
    ],
    "architects": [{"id": 1, "name": "Ada Brask", "birth_year": 1860}, {"id": 2, "name": "Ivo Tull", "birth_year": 1920}],
}
KITCHEN = {
    "菜品": [{"编号": "C1", "菜名": "宫保鸡丁", "价格": 38, "主厨": "S1"}, {"编号": "C2", "菜名": "麻婆豆腐", "价格": 28, "主厨": "S1"}],
    "厨师": [{"编号": "S1", "姓名": "张国强", "出生年": 1970}, {"编号": "S2", "姓名": "李美凤", "出生年": 1982}],
}


@pytest.fixture(scope="module")
def bridges():
    graph = kgllm.load(BRIDGES, refers={"architect": "architects"})
    return list(iterate(graph, 300, languages=["en"], seed=3))


def test_rows_of_a_table_are_called_one_by_one(bridges):
    for question in bridges:
        text = question.question
        assert not re.search(r"\b(is|was|has|shares|a|an) (the )?(bridges|architects)\b", text), text
        assert not re.search(r"\bthe bridges (that|which) (has|shares|is|was)\b", text), text
        assert not re.search(r"\b(bridges|architects) that (has|shares|costs|comes)\b", text), text


def test_a_unit_is_no_word_of_a_field(bridges):
    said = [question.question for question in bridges if any(relation.name == "length_m" for relation, _ in question.path)]
    assert said and not [text for text in said if re.search(r"\blengths? m\b", text)]
    assert english("weight_kg")[0]["noun"] == ["weight"] and english("height (cm)")[0]["noun"] == ["height"]
    assert english("CUDA cores")[0]["noun"] == ["CUDA core"] and english("team")[0]["noun"] == ["team"]


def test_a_day_is_on_a_date(bridges):
    texts = [question.question for question in bridges]
    assert any("on 1902-05-01" in text for text in texts)
    assert not [text for text in texts if re.search(r"\bin \d{4}-\d{2}-\d{2}", text)]
    assert not [text for text in texts if "how old" in text.lower()]


def test_what_one_alone_can_be_is_not_counted(bridges):
    counted = [question for question in bridges if question.kind == "count"]
    assert counted
    assert not [one.question for one in counted if len(one.path) == 1 and one.path[0][1] == "out"]


def test_chinese_says_the_year_and_no_age():
    for question in iterate(kgllm.load(KITCHEN, refers={"主厨": "厨师"}), 200, languages=["zh"], seed=1):
        assert "多大了" not in question.question
    dated = [("Ada Brask", "birth year", 1860), ("Ada Brask", "birth year", 1861), ("Ivo Tull", "birth year", 1920)]
    said = [one.question for one in iterate(kgllm.load(dated), 60, languages=["zh"], kinds=["inverse"], seed=1)]
    assert said and all("年" in text for text in said)


def test_what_two_tables_have_is_asked_of_the_right_one():
    graph = kgllm.load(KITCHEN, refers={"主厨": "厨师"})
    cooks = {"张国强", "李美凤"}
    asked = [one for one in iterate(graph, 200, languages=["zh"], seed=2) if one.path and one.path[0][0].name == "编号"]
    assert asked
    for one in asked:
        if one.path[0][1] == "in" and len(one.path) == 1 and one.kind == "inverse":
            assert ("菜品" in one.question) != bool(cooks & set(one.answers)), one.question


def test_an_instance_is_no_kind_and_no_article_is_a_noun():
    kinds = [
        ("Alien", "is a", "film"),
        ("Heat", "is a", "film"),
        ("Olm", "is a", "town"),
        ("Alien", "award", "Palme"),
        ("Heat", "award", "Palme"),
    ]
    for one in iterate(kgllm.load(kinds), 120, languages=["en"], seed=5):
        text = one.question.lower()
        assert "kinds of film" not in text and "film's kinds" not in text and not re.search(r"\b(what|which|same) as? ", text), text
        if len(one.path) > 1 and one.path[-1][0].name == "is a":
            assert not re.fullmatch(r"what is (?!.*(example|class))[^?]*(award|winner|recipient)[^?]*\??", text), text


def test_two_conditions_agree():
    films = [Entity(name, types=("films",)) for name in ("Alien", "Heat", "Memento", "Brazil")]
    facts = [Fact(film, Relation("directed_by"), Entity("Ann" if n < 2 else "Bo")) for n, film in enumerate(films)]
    facts += [Fact(film, Relation("won_award"), Entity("Palme" if n % 2 else "Bear")) for n, film in enumerate(films)]
    facts += [Fact(film, Relation("release_year"), Literal(str(1979 + n), 1979 + n)) for n, film in enumerate(films)]
    said = [one.question for one in iterate(kgllm.load(facts), 80, languages=["en"], kinds=["intersection"], seed=1)]
    assert said and not [text for text in said if re.search(r"(that|who) [^,]* and (directed|made) by", text)]
