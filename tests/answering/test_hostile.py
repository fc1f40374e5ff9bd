"""Hostile and broken questions and shapes through the whole way (the rows of the table of hostile inputs)."""

from __future__ import annotations

import time

import pytest

import kgllm
from kgllm.errors import ConfigError, TextTooLong, WrongTypeError

FACTS = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("流浪地球", "导演", "郭帆"),
    ("a\x00b", "directed by", "Jane \u202eRoe"),
    *((f"leaf {i}", "part of", "the hub") for i in range(50_000)),
    *((f"leaf {i}", "colour", f"colour {i % 7}") for i in range(50_000)),
]


@pytest.fixture(scope="module")
def qa():
    made = kgllm.GraphQA(kgllm.load(FACTS))
    made.ask("Who directed Inception?"), made.ask("流浪地球的导演是谁？")  # what is loaded once is loaded
    return made


def timed(call):
    begin = time.process_time()  # whatever else the machine does
    made = call()
    return made, time.process_time() - begin


def test_a_name_like_a_query_is_a_name(qa):
    answer = qa.ask("Who directed x' OR 1=1 //?")
    assert answer.abstained and not answer.facts and not answer.entities


@pytest.mark.parametrize("question", ["{0.__class__} {{7*7}} %s: who directed Inception?", "\ud800 who directed Inception? \x00\u202e"])
def test_a_question_is_never_a_template(qa, question):
    assert [link.entity.name for link in qa.link(question)][:1] == ["Inception"]
    qa.ask(question)
    assert question.isascii() is (question in qa.prompt(question).text)  # verbatim, but for what cannot be shown


def test_control_characters_in_names_are_found_and_shown_escaped(qa):
    answer = qa.ask("Who directed a\x00b?")
    assert answer.entities[0].name == "Jane \u202eRoe"
    assert "\u202e" not in qa.prompt("Who directed a\x00b?").text and "\\u202e" in qa.prompt("Who directed a\x00b?").text


@pytest.mark.parametrize("wrong", [None, 3, b"who"])
def test_what_is_no_text_is_refused(qa, wrong):
    with pytest.raises(WrongTypeError) as caught:
        qa.ask(wrong)
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("long", [" " * 1_000_001, "a." * 50_000, "谁" * 1400])
def test_what_is_too_long_is_refused(qa, long):
    with pytest.raises(TextTooLong):
        qa.ask(long)


@pytest.mark.parametrize(
    "odd", ["a." * 2048, "👩‍👩‍👧‍👦" * 160, "مرحبا بك " * 220, "问" * 1365, "leaf 1 " * 580, "directed " * 450, "(" * 4000]
)
def test_odd_questions_are_answered_in_time(qa, odd):
    assert timed(lambda: qa.ask(odd))[1] < 2


@pytest.mark.parametrize("strategy", ["relations", "khop", "ppr"])
def test_a_hub_costs_little_and_says_what_was_cut(qa, strategy):
    question = "Which colours have the parts of the hub?"
    found, seconds = timed(lambda: qa.retrieve(question, seeds=["the hub"], strategy=strategy))
    assert seconds < 1 and found.truncated and found.notes
    assert len(found.facts) <= qa.limits.facts


def test_a_pipeline_that_is_not_there_says_what_to_do(qa):
    with pytest.raises(ConfigError, match="no pipeline 'xx_no_such_model'") as caught:
        kgllm.GraphQA(qa.graph, nlp="xx_no_such_model")
    assert "spacy download xx_no_such_model" in caught.value.hint
