"""Numbers that no float holds, and units that look like magnitudes."""

from __future__ import annotations

import networkx as nx
import pytest

import kgllm
from kgllm.words.figures import figure_at, han_number

PEAKS = [("Everest", "height", "8848 m"), ("K2", "height", "8611 m"), ("Lhotse", "height", "8516 m")]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is Everest higher than 8000 m?", "Yes: "),
        ("Is Lhotse higher than 8600m?", "No: "),
        ("高于" + "一" * 400 + "米的山有哪些？", ""),
    ],
)
def test_a_metre_is_no_million_and_no_number_is_too_long(question, text):
    assert kgllm.GraphQA(kgllm.load(PEAKS)).ask(question).text.startswith(text)


def test_money_is_counted_in_millions():
    assert figure_at("€5m", 1).value == 5e6
    assert figure_at("5 million", 0).value == 5e6
    assert han_number("一" * 400) is None


def test_a_literal_that_no_float_holds_is_no_amount():
    graph = nx.MultiDiGraph()
    for name, mass in (("A", 10**400), ("B", 5), ("C", 7)):
        graph.add_node(name, mass=mass)
        graph.add_edge(name, "box", relation="in")
    assert kgllm.GraphQA(kgllm.load(graph)).ask("Which has the largest mass?") is not None


@pytest.mark.parametrize("key", ["24/?", "1/*", "http://ex.org/1/_", "2024/—"])
def test_an_id_of_marks_alone_at_its_end_is_loaded(key):
    graph = nx.MultiDiGraph()
    graph.add_edge(key, "b", relation="knows")
    graph.add_edge(key, "c", relation="likes")
    graph.add_edge("d", key, relation="meets")
    assert kgllm.GraphQA(kgllm.load(graph, backend="networkx")).ask("who does d meet") is not None
