"""Languages, templates, and examples drawn from a graph."""

from __future__ import annotations

import re

import pytest

import kgllm
from kgllm.errors import ConfigError
from kgllm.prompting.serialize import words_of
from kgllm.prompting.templates import examples_from, template
from kgllm.words.language import language_of

FILMS = [(f"Film {k}", "directed_by", f"Director {k % 7}") for k in range(20)]
FILMS += [(f"Film {k}", "has_genre", ("Drama", "Comedy")[k % 2]) for k in range(20)]
FILMS += [(f"Film {k}", "release_year", str(1990 + k)) for k in range(20)]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who directed Inception?", "en"),
        ("Who directed 流浪地球?", "en"),
        ("who directed 《流浪地球》", "en"),
        ("流浪地球的导演是谁？", "zh"),
        ("Inception的导演是谁？", "zh"),
        ("《Inception》导演", "zh"),
        ("哪一年", "zh"),
        ("", "en"),
        ("42", "en"),
    ],
)
def test_the_language_of_a_question(question, language):
    assert language_of(question) == language


def test_only_files_are_templates():
    said = template("qa").text("{{ 7*7 }} {% include 'x' %} {0.__class__} %s", "{{ config }}", [("{{a}}", "{{b}}", "{{c}}")])
    for text in ("{{ 7*7 }} {% include 'x' %} {0.__class__} %s", "{{ config }}", "{{a}}", "{{b}}", "{{c}}"):
        assert text in said
    for name in ("nope", "../qa", "qa.en"):
        with pytest.raises(ConfigError):
            template(name)


def test_relations_as_words():
    assert [words_of(one) for one in ("directed_by", "film.directedBy", "has part(s)", "导演")] == [
        "directed by",
        "film directed by",
        "has part(s)",
        "导演",
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_examples_from_a_graph(language):
    graph = kgllm.load(FILMS)
    shots = examples_from(graph, 3, seed=1, language=language)
    assert shots == examples_from(graph, 3, seed=1, language=language)
    assert len(shots) == 3
    for one in shots:
        for said, place in re.findall(r"(?:^|, )(.+?) \[(\d+)\]", one.answer):
            fact = one.facts[int(place) - 1]
            assert said in (fact.subject.name, fact.object.name)
            assert said not in one.question
        assert one.about[0].name in one.question
        assert len(one.facts) >= 2
    assert len({one.about for one in shots}) == 3


def test_a_graph_too_small_for_examples():
    assert examples_from(kgllm.load([("a", "r", "b")]), 3) == ()
