"""Values of one field in several units, told by their capitals; and those that cannot be compared and might win."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.graphs.base import Graph
from kgllm.retrieval.paths.amounts import amount_of
from kgllm.types import Literal

HALF_LIVES = {"Olmium": "5.27 y", "Tarnium": "6.01 h", "Belium": "703.8 My", "Corium": "14.05 Gy", "Dunium": "138.4 d", "Erium": "5.73 ky", "Falium": "164 µs", "Gorium": "0.3 us", "Harium": "3.96 s", "Inium": "32.3 ms", "Jarium": "stable"}  # fmt: skip
SIZES = {"a.iso": "4.7 GB", "b.mp3": "5 MB", "c.txt": "12 kB", "d.bin": "800B", "e.img": "1.2 TB", "f.tar": "5 GiB"}


def table(kind: str, field: str, values: dict[str, str]) -> Graph:
    return kgllm.load([{"name": name, field: value} for name, value in values.items()], table=kind)


def names(graph: Graph, question: str) -> set[str]:
    return {one.name for one in kgllm.GraphQA(graph).ask(question).entities}


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("Which nuclide has the longest half-life?", {"Corium"}),
        ("Which nuclide has the shortest half-life?", {"Gorium"}),
        ("哪个核素的半衰期最长？", {"Corium"}),
        ("半衰期最短的核素是哪个？", {"Gorium"}),
        ("Which has a longer half-life, Erium or Olmium?", {"Erium"}),
        ("Which nuclides have a half-life over 1000 years?", {"Belium", "Corium", "Erium"}),
    ],
)
def test_half_lives(question, right):
    assert names(table("nuclides", "half_life", HALF_LIVES), question) == right


@pytest.mark.parametrize(
    ("question", "right"),
    [("Which file is the largest?", {"e.img"}), ("Which file is the smallest?", {"d.bin"}), ("最小的文件是哪个？", {"d.bin"}), ("Which files are over 5 GB?", {"e.img", "f.tar"})],
)  # fmt: skip
def test_a_b_is_a_byte_beside_others(question, right):
    assert names(table("files", "file_size", SIZES), question) == right


def test_a_b_is_a_billion_of_people_and_a_t_a_trillion_of_money():
    graph = table("users", "followers", {"Ann": "1.2M", "Bob": "900k", "Cy": "2.1B", "Di": "345"})
    assert names(graph, "Who has the most followers?") == {"Cy"}
    assert names(graph, "谁的followers最少？") == {"Di"}
    graph = table("companies", "revenue", {"Olm": "$1.2B", "Tarn": "$900M", "Bel": "$2T"})
    assert names(graph, "Which company has the highest revenue?") == {"Bel"}


@pytest.mark.parametrize("question", ["Which nuclide has the longest half-life?", "Which nuclide has the shortest half-life?", "半衰期最长的核素是哪个？"])  # fmt: skip
def test_what_may_win_keeps_others_from_winning(question):
    values = {**dict(list(HALF_LIVES.items())[:6]), "Korium": "12 moons"}
    answer = kgllm.GraphQA(table("nuclides", "half_life", values)).ask(question)
    assert answer.abstained and answer.reason.startswith("units")


@pytest.mark.parametrize(
    ("question", "right"), [("Which nuclide has the longest half-life?", {"Korium"}), ("半衰期最短的核素是哪个？", {"Falium"})]
)
def test_a_column_of_numbers_beside_it_tells(question, right):
    rows = [("Olmium", "5.27 y", 1.66e8), ("Korium", "703.8 moons", 2.2e16), ("Dunium", "138.4 d", 1.19e7), ("Falium", "164 µs", 1.64e-4)]
    graph = kgllm.load([{"name": name, "half_life": text, "half_life_seconds": value} for name, text, value in rows], table="nuclides")
    assert names(graph, question) == right


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [("5 mW", "power", 0.005), ("5 MW", "power", 5e6), ("3,5 V", "", 3.0), ("~ 2 My", "duration", 2 * 31556952e6), ("2 my", "", 2.0), ("12 kV", "voltage", 12e3)],
)  # fmt: skip
def test_capitals_tell_units(text, kind, value):
    read = amount_of(Literal(text))
    if not kind:
        assert read is None or not any(unit.kind in ("duration", "power") for unit in read.units)
    else:
        assert [(unit.kind, pytest.approx(read.value * unit.factor)) for unit in read.units] == [(kind, value)]


@pytest.mark.parametrize(("said", "right"), [("three gold", {"Moe"}), ("nine gold", set())])
def test_a_number_of_something_among_plain_numbers_may_win_where_it_is_more(said, right):
    graph = table("athletes", "medals", {"Kit": "3", "Lou": said, "Moe": "5", "Ned": "1", "Oda": "none"})
    assert names(graph, "Which athlete has the most medals?") == right
    assert names(graph, "medals最多的是谁？") == right
