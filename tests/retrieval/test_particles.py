"""Verbs with a particle, of fields that write both in one word."""

from __future__ import annotations

import pytest

import kgllm

GUESTS = [
    {"name": "Ann Lee", "checkin": "2024-03-02", "signup_date": "2021-01-05", "room": 12},
    {"name": "Bo Hale", "checkin": "2024-05-09", "signup_date": "2022-07-19", "room": 14},
    {"name": "Cy Dunn", "checkin": "2023-12-30", "signup_date": "2022-09-09", "room": 3},
]
FLIGHTS = [{"flight": "MU553", "takeoff": "08:15", "landing": "10:20"}, {"flight": "CA101", "takeoff": "09:40", "landing": "11:00"}]


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("When did Ann Lee check in?", ["2024-03-02"]),
        ("When did Bo Hale sign up?", ["2022-07-19"]),
        ("Which guests signed up after 2022-08-01?", ["Cy Dunn"]),
        ("Who checked in first?", ["Cy Dunn"]),
    ],
)
def test_guests(question, right):
    assert [one.name for one in kgllm.GraphQA(kgllm.load(GUESTS, table="guests")).ask(question).entities] == right


def test_flights():
    qa = kgllm.GraphQA(kgllm.load(FLIGHTS, table="flights", key="flight"))
    assert qa.ask("When did MU553 take off?").text == "08:15 [1]"
    assert qa.ask("When does CA101 land?").text == "11:00 [1]"
