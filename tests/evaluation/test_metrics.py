"""Figures of single questions and of many."""

from __future__ import annotations

import numpy as np
import pytest

from kgllm.evaluation.metrics import answer_figures, difference, fact_figures, figures_of, key, link_figures, path_recall
from kgllm.types import Entity, Fact, Literal, Path, Relation


def fact(subject: str, relation: str, object_: str, *qualifiers: tuple[str, str]) -> Fact:
    more = tuple((Relation(r), Literal(v)) for r, v in qualifiers)
    return Fact(Entity(subject), Relation(relation), Entity(object_), more)


@pytest.mark.parametrize(
    ("name", "compared"),
    [("Tom_Hanks", "Tom Hanks"), (" ２０００　年 ", "2000 年"), ("The  Matrix", "The Matrix"), ("alien", "alien"), (1970, "1970")],
)
def test_names_compare_after_folding_width_underscores_and_spaces(name, compared):
    assert key(name) == compared


def test_case_counts():
    assert answer_figures([Entity("alien")], ["Alien"])["hits1_any"] == 0


def test_strict_hits1_is_the_first_answer_only():
    figures = answer_figures([Entity("m.1", "Wrong"), Entity("m.2", "郭帆"), Literal("2000")], ["郭帆", "2000"])
    assert figures["hits1"] == 0
    assert figures["hits1_any"] == 1
    assert figures["precision"] == pytest.approx(2 / 3)
    assert figures["recall"] == 1
    assert figures["f1"] == pytest.approx(0.8)
    assert figures["exact"] == 0


def test_an_id_counts_as_a_name_and_doubles_count_once():
    figures = answer_figures([Entity("Q1", "Nolan"), Entity("Q1", "Nolan")], ["Q1"])
    assert figures["exact"] == 1


def test_nothing_answered_is_a_miss_of_everything():
    assert set(answer_figures([], ["x"]).values()) == {0.0}


def test_a_qualifier_counts_as_a_fact_of_the_budget():
    facts = [fact("a", "r", "b", ("year", "1999")), fact("a", "r", "gold")]
    assert fact_figures(facts, ["gold"]) == {"recall_1": 0, "recall_10": 1, "recall_100": 1}
    assert fact_figures(facts, ["1999"])["recall_1"] == 0
    assert fact_figures(facts[1:], ["gold", "a"])["recall_1"] == 1


def test_links_against_topics():
    figures = link_figures([Entity("x"), Entity("Q2", "流浪地球")], ["流浪地球", "other"])
    assert figures == {"link_first": 0, "link_any": 1, "link_precision": 0.5, "link_recall": 0.5}


def test_a_path_must_be_the_gold_relations_in_order():
    steps = ((Relation("p.1", "parents"), "out"), (Relation("gender"), "in"))
    path = Path(seeds=(), relations=steps, endpoints=(), facts=(), score=1, count=0)
    assert path_recall([path], ["parents", "gender"]) == path_recall([path], ["p.1", "gender"]) == 1
    assert path_recall([path], ["gender", "parents"]) == path_recall([path], ["parents"]) == path_recall([], ["parents"]) == 0


def test_a_mean_is_over_the_questions_that_hold_the_figure():
    figures = figures_of([{"hits1": 1.0}, {"hits1": 0.0}, {"abstain_recall": 1.0}], [1.0, 2.0, 3.0])
    assert (figures["hits1"].value, figures["hits1"].n) == (0.5, 2)
    assert (figures["abstain_recall"].value, figures["p50_ms"].value) == (1, 2)
    assert "f1" not in figures


def test_intervals_hold_the_mean_narrow_with_n_and_are_the_same_for_a_seed():
    rng = np.random.default_rng(0)
    wide, narrow = ([{"hits1": float(x)} for x in rng.random(n) < 0.7] for n in (50, 2000))
    small, large = figures_of(wide, [])["hits1"], figures_of(narrow, [])["hits1"]
    assert small.low < small.value < small.high
    assert large.high - large.low < (small.high - small.low) / 3
    exact = 1.96 * (large.value * (1 - large.value) / 2000) ** 0.5  # the normal approximation
    assert large.high - large.value == pytest.approx(exact, rel=0.15)
    assert figures_of(wide, [], seed=3) == figures_of(wide, [], seed=3)


def test_no_times_at_all_is_no_latency():
    assert "p50_ms" not in figures_of([{"hits1": 0.0}], [])


def test_a_difference_is_of_pairs():
    rise = difference([0, 1, 0, 1], [1, 1, 1, 1])
    assert rise.value == 0.5
    assert rise.low >= 0
