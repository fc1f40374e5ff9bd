"""Fields that stand beside one another and mean different things: at which temperature what happens, and the dates of a row."""

from __future__ import annotations

import pytest

import kgllm


@pytest.fixture(scope="module")
def answers() -> kgllm.GraphQA:
    return kgllm.GraphQA(
        kgllm.load(
            {
                "chemicals": [
                    {"CAS": "107-13-9", "name": "Olmene", "Tm": 189.6, "Tb": 350.4, "rho": 800.7, "batch": "K7"},
                    {"CAS": "110-86-2", "name": "Vassol", "Tm": 231.5, "Tb": 388.2, "rho": 981.1, "batch": "K7"},
                ],
                "markets": [
                    {
                        "CAS": "XOLM",
                        "name": "Olm Exchange",
                        "creation_date": "2010-03-22",
                        "last_update_date": "2015-04-27",
                        "expiry_date": "2020-12-07",
                    },
                    {
                        "CAS": "XVAS",
                        "name": "Vass Exchange",
                        "creation_date": "2011-03-22",
                        "last_update_date": "2014-04-27",
                        "expiry_date": "2021-12-08",
                    },
                ],
            },
            name="name",
            relations={"Tm": ["melting point", "熔点"], "Tb": ["boiling point", "沸点"], "rho": ["density", "密度"]},
        )
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Boiling point of CAS 107-13-9?", {"350.4"}),
        ("What is the boiling point of each chemical of batch K7?", {"350.4", "388.2"}),
        ("How dense is Olmene?", {"800.7"}),
        ("Olmene几度沸腾？", {"350.4"}),
        ("Olmene的熔点是多少？", {"189.6"}),
        ("When did Olm Exchange expire?", {"2020-12-07"}),
        ("When did Olm Exchange end?", {"2020-12-07"}),
        ("When was Olm Exchange last updated?", {"2015-04-27"}),
        ("Olm Exchange什么时候到期？", {"2020-12-07"}),
        ("What is the LUD of Olm Exchange?", {"2015-04-27"}),
    ],
)
def test_of_fields_alike_the_one_that_is_asked_for(answers: kgllm.GraphQA, question: str, answer: set[str]) -> None:
    assert {end.name for end in answers.ask(question).entities} == answer


@pytest.mark.parametrize(
    "question",
    ["the densest chemical evaluated in volume 119", "Which is the densest chemical of volume 119?", "119期中密度最大的化学品是哪个？"],
)
def test_things_found_by_a_value_are_not_compared_by_it(question: str) -> None:
    rows = [
        {"name": "Olmene", "density": 800.7, "volumes": ["77", "119"]},
        {"name": "Vassol", "density": 981.1, "volumes": ["77"]},
        {"name": "Tarnan", "density": 991.1, "volumes": ["119"]},
        {"name": "Kesh", "density": 1991.1, "volumes": ["96"]},
    ]
    answer = kgllm.GraphQA(kgllm.load({"chemicals": rows}, name="name")).ask(question)
    assert answer.abstained or [end.name for end in answer.entities] == ["Tarnan"]
