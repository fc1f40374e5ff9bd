"""Is X a V, where nothing but what is named says by which relation: X has another value by it, and that says no."""

from __future__ import annotations

import pytest

import kgllm

SENATE = [
    {"name": "Ada Finch", "party": "Whig", "state": "Ostmark", "born": 1961, "genre": "satire"},
    {"name": "Bo Lark", "party": "Tory", "state": "Lakeland", "born": 1970, "genre": "romantic comedy"},
    {"name": "Cy Wren", "party": "Tory", "state": "Ostmark", "born": 1955, "genre": "comedy"},
    {"name": "Dee Swift", "state": "Lakeland", "born": 1970, "genre": "drama"},
]
LAMPS = [
    {"名称": "青松", "材质": "黄铜", "产地": "云安", "无线": "是"},
    {"名称": "白桦", "材质": "白银", "产地": "海宁", "无线": "否"},
    {"名称": "云杉", "产地": "海宁", "无线": "是"},
]
CAPITALS = [
    ("Ostmark", "capital", "Velora"),
    ("Lakeland", "capital", "Tarn"),
    ("North Reach", "capital", "Pell"),
    ("Velora", "rdf:type", "City"),
    ("Tarn", "rdf:type", "City"),
    ("Pell", "rdf:type", "City"),
    *((country, "rdf:type", "Country") for country in ("Ostmark", "Lakeland", "North Reach")),
]
PLAYERS = [
    ("Ada Finch", "nation", "Ostmark"),
    ("Bo Lark", "nation", "Lakeland"),
    ("Ada Finch", "rdf:type", "Player"),
    ("Bo Lark", "rdf:type", "Player"),
    ("Ostmark", "anthem", "Rise"),
    ("Lakeland", "anthem", "Still Water"),
    ("Ostmark", "rdf:type", "Nation"),
    ("Lakeland", "rdf:type", "Nation"),
]


@pytest.fixture(scope="module")
def qas() -> dict[str, kgllm.GraphQA]:
    senate, lamps = kgllm.load({"senators": SENATE}), kgllm.load({"灯": LAMPS}, name="名称")
    graphs = {"senate": senate, "lamps": lamps, "capitals": kgllm.load(CAPITALS), "players": kgllm.load(PLAYERS)}
    return {name: kgllm.GraphQA(graph) for name, graph in graphs.items()}


@pytest.mark.parametrize(
    ("graph", "question", "so", "has"),
    [
        ("senate", "Is Ada Finch a Tory?", False, ["Whig"]),
        ("senate", "Is Ada Finch a Whig?", True, ["Whig"]),
        ("senate", "Is Ada Finch from Lakeland?", False, ["Ostmark"]),
        ("senate", "Is Bo Lark in Ostmark?", False, ["Lakeland"]),
        ("lamps", "青松是白银的吗？", False, ["黄铜"]),
        ("lamps", "青松是黄铜的吗？", True, ["黄铜"]),
        ("lamps", "白桦是云安的吗？", False, ["海宁"]),
        ("players", "Is Ada Finch from Lakeland?", False, ["Ostmark"]),
        ("players", "Is Ada Finch from Ostmark?", True, ["Ostmark"]),
    ],
)
def test_what_it_has_instead_says_no(qas, graph, question, so, has):
    answer = qas[graph].ask(question)
    assert answer.text.startswith(("Yes", "是") if so else ("No", "否"))
    assert all(value in answer.text for value in has), answer.text


@pytest.mark.parametrize(
    ("graph", "question"),
    [
        ("senate", "Is Dee Swift a Tory?"),  # of her party nothing is known
        ("lamps", "云杉是白银的吗？"),
        ("senate", "Is Bo Lark a comedy?"),  # a romantic comedy may be one
        ("senate", "Does Ada Finch admire Bo Lark?"),
        ("capitals", "Is Pell in Ostmark?"),  # that others are capitals says nothing of where Pell is
        ("capitals", "Is Tarn Velora?"),
    ],
)
def test_no_is_not_said_where_it_is_not_known(qas, graph, question):
    assert not qas[graph].ask(question).text.startswith(("No", "否"))
