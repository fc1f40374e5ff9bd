"""Whether something is in, or part of, what it lies in over several levels, each in one alone; and what noun may say what that is."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity


def _lessons() -> kgllm.GraphQA:
    faculties = {name: Entity(name, types=("faculty",)) for name in ("Science", "Law", "Medicine")}
    departments = {"Botany Unit": "Science", "Tax Unit": "Law", "Heart Unit": "Medicine"}
    units = {name: Entity(name, types=("department",)) for name in departments}
    facts = [(units[name], "faculty", faculties[of]) for name, of in departments.items()]
    for course, unit in (("Mosses One", "Botany Unit"), ("Ferns Two", "Botany Unit"), ("Duties", "Tax Unit"), ("Valves", "Heart Unit")):
        facts.append((Entity(course, types=("course",)), "department", units[unit]))
    return kgllm.GraphQA(kgllm.load(facts))


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is Mosses One in Science?", True),
        ("Is Mosses One in Law?", False),
        ("Does Valves belong to the faculty Medicine?", True),
        ("Does Duties belong to the faculty Medicine?", False),
        ("Is Duties part of the Law faculty?", True),
        ("Duties是Law的一部分吗？", True),
        ("Ferns Two在Law里吗？", False),
    ],
)
def test_what_lies_in_one_alone_lies_in_what_that_lies_in(question: str, verdict: bool) -> None:
    assert _lessons().ask(question).verdict is verdict


def test_what_a_person_has_says_nothing_of_where_it_is() -> None:
    rows = [
        ("Ann", "boss", "Bea"),
        ("Bea", "country", "Peru"),
        ("Cid", "boss", "Dan"),
        ("Dan", "country", "Chile"),
        ("Ann", "born in", "Lima"),
    ]
    assert kgllm.GraphQA(kgllm.load([*rows, ("Dan", "wife", "Eva")])).ask("Is Ann in Chile?").verdict is not False


@pytest.mark.parametrize(
    ("question", "verdict"),
    [("Is the Falcon a Brask?", False), ("Is the Falcon a Tarn?", True), ("Is the Heron a Tarn?", False)],
)
def test_what_has_one_maker_is_no_other_makers(question: str, verdict: bool) -> None:
    makers = {"Brask": ("Heron", "Stork"), "Tarn": ("Falcon", "Kite"), "Olm": ("Owl",)}
    facts = [
        (Entity(maker, types=("maker",)), "builds", Entity(model, types=("model",))) for maker, built in makers.items() for model in built
    ]
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).verdict is verdict
