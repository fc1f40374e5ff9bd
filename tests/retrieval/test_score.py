"""The weights name features, and confidence is a probability that moves the way it should."""

import numpy as np
import pytest

import kgllm
from kgllm.retrieval.scoring import score
from kgllm.retrieval.scoring.features import NAMES


@pytest.mark.parametrize("table", [score.WORDS, score.MEANING, score.SURE])
def test_a_weight_is_of_a_feature(table):
    assert set(table) <= set(NAMES)


def test_the_words_are_weighed_without_an_encoder():
    assert set(score.WORDS) == set(NAMES)
    assert score.weights(False)[NAMES.index("meaning")] == 0 < score.weights(True)[NAMES.index("meaning")]


def row(**features):
    return np.array([features.get(name, 0.0) for name in NAMES], np.float32)


@pytest.mark.parametrize("encoder", [False, True])
def test_confidence_falls_with_what_is_left_unexplained_and_rises_where_there_is_nothing_else(encoder):
    good, bad = row(explained=1.0, named=1.0, weakest=1.0), row(explained=0.2, unexplained=3.0, unsaid=1.0)
    of = lambda features, alone: score.sure(features, alone=alone, encoder=encoder)
    assert 0 < of(bad, False) < of(bad, True) < 0.5 < of(good, False) < of(good, True) < 1


@pytest.mark.parametrize(
    ("question", "abstained"),
    [
        ("Who directed Inception?", False),
        ("What did the critics in Norway say about Inception?", True),
        ("盗梦空间的导演是谁？", False),
        ("盗梦空间的片尾曲叫什么？", True),
    ],
)
def test_what_nothing_explains_is_abstained_on(question, abstained):
    facts = [("Inception", "directed by", "Christopher Nolan"), ("盗梦空间", "导演", "克里斯托弗·诺兰")]
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).abstained is abstained
