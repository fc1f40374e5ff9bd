"""Nouns for kinds of things that a graph calls by a name of the other language, or by one whose plural no rule makes."""

from __future__ import annotations

import pytest

import kgllm


@pytest.fixture(scope="module")
def shop() -> kgllm.GraphQA:
    return kgllm.GraphQA(
        kgllm.load(
            {
                "lenses": [
                    {"name": "Olm 35", "maker": "Olmar"},
                    {"name": "Olm 85", "maker": "Olmar"},
                    {"name": "Vass 50", "maker": "Vassar"},
                ],
                "cameras": [{"name": "Olm One", "maker": "Olmar"}, {"name": "Vass Two", "maker": "Vassar"}],
                "shows": [{"name": "夜光巡游", "area": "北园"}, {"name": "水上飞人", "area": "南园"}],
                "attractions": [{"name": "云霄飞龙", "area": "北园"}, {"name": "旋转木屋", "area": "北园"}],
            },
            name="name",
        )
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Olmar有哪些镜头？", {"Olm 35", "Olm 85"}),
        ("Olmar的相机有哪些？", {"Olm One"}),
        ("What lenses does Olmar make?", {"Olm 35", "Olm 85"}),
        ("Which lens is made by Vassar?", {"Vass 50"}),
        ("北园有哪些演出？", {"夜光巡游"}),
        ("北园有哪些游乐项目？", {"云霄飞龙", "旋转木屋"}),
    ],
)
def test_a_noun_names_the_kind(shop: kgllm.GraphQA, question: str, answer: set[str]) -> None:
    assert {end.name for end in shop.ask(question).entities} == answer


@pytest.fixture(scope="module")
def sayings() -> kgllm.GraphQA:
    return kgllm.GraphQA(
        kgllm.load(
            {
                "成语": [{"名": "甲乙丙丁", "出处": "石林记"}, {"名": "东西南北", "出处": "石林记"}, {"名": "金木水火", "出处": "山川志"}],
                "书": [{"名": "石林记", "作者": "林石"}, {"名": "山川志", "作者": "林石"}],
            },
            name="名",
            refers={"出处": "书"},
        )
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which idioms are from 石林记?", {"甲乙丙丁", "东西南北"}),
        ("List all idioms.", {"甲乙丙丁", "东西南北", "金木水火"}),
        ("List all books.", {"石林记", "山川志"}),
    ],
)
def test_an_english_noun_names_a_kind_with_a_chinese_name(sayings: kgllm.GraphQA, question: str, answer: set[str]) -> None:
    assert {end.name for end in sayings.ask(question).entities} == answer


@pytest.mark.parametrize(
    "question", ["Olm One的卡口有哪些镜头？", "Vass Two的卡口有哪些镜头？", "Which lenses does the mount of Tarn Ten have?"]
)
def test_what_is_of_another_kind_is_no_answer(question: str) -> None:
    tables = {
        "mounts": [{"name": "Olm M", "fits": "Vass K"}, {"name": "Vass K", "fits": "T2"}, {"name": "T2", "fits": "Olm M"}],
        "cameras": [{"name": "Olm One", "mount": "Olm M"}, {"name": "Vass Two", "mount": "Vass K"}, {"name": "Tarn Ten", "mount": "T2"}],
        "lenses": [{"name": "Olm 35", "mount": "Olm M"}, {"name": "Vass 50", "mount": "Vass K"}],
    }
    answers = kgllm.GraphQA(kgllm.load(tables, key="name", name="name", refers={"mount": "mounts"}, relations={"mount": "卡口"}))
    assert {end.name for end in answers.ask(question).entities} <= {"Olm 35", "Vass 50"}


def test_rows_of_a_kind_lead_to_what_is_of_it() -> None:
    names = {"tww": "Tarnish", "fan": "Fantish", "aka": "Akkan", "kur": "Kurran", "kmr": "Norran", "ckb": "Surran"}
    tables = {
        "languages": [{"Id": code, "Ref_Name": name} for code, name in names.items()],
        "macrolanguages": [
            {"M_Id": m, "I_Id": i, "I_Status": "A"} for m, i in (("aka", "tww"), ("aka", "fan"), ("kur", "kmr"), ("kur", "ckb"))
        ],
    }
    answers = kgllm.GraphQA(kgllm.load(tables, name="Ref_Name", refers={"M_Id": "languages", "I_Id": "languages"}))
    assert [end.name for end in answers.ask("macrolanguage of Tarnish").entities] == ["Akkan"]
