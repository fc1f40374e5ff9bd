"""What says nothing in one form of question says nothing in any other, in English and in Chinese."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

import kgllm
from kgllm.words.fielded import Piece, rows
from kgllm.words.parts import NOTHING, WHOLE, vocabulary, words_of
from kgllm.words.queries import says_no_more
from kgllm.words.superlatives import nothing_else
from kgllm.words.tokens import Token, is_han
from kgllm.words.versus import versus

PHRASES = [said for mark in NOTHING for said in words_of(mark)]


@pytest.mark.parametrize("said", PHRASES)
def test_what_says_nothing_is_known_to_all(said: str) -> None:
    assert nothing_else(said, ())
    assert says_no_more(said, ())
    text = f"{said}安和波哪个身高更高" if is_han(said) else f"{said} is ann or bob higher in fame"
    names = ["安", "波"] if is_han(said) else ["ann", "bob"]
    field = "身高" if is_han(said) else "fame"
    places = [(text.rfind(one), text.rfind(one) + len(one)) for one in (*names, field)]
    assert versus(text, places[:2], places[2:], (), field) is not None
    question = f"{said}哪些灯的色为红" if is_han(said) else f"{said} which lamps have a colour of red"
    named = {"lamps": "K", "colour": "F", "灯": "K", "色": "F"}

    def pieces(words: Sequence[Token], at: int) -> list[Piece]:
        return [Piece(named[words[at].word], at, at + 1, named[words[at].word])] if words[at].word in named else []

    assert next(rows(question, pieces, lambda texts: {text: text for text in texts if text in ("red", "红")}), None) is not None


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    facts: list[tuple[str, str, object]] = []
    for name, crew, port in (("Stella", 12, "Olm"), ("Nova", 30, "Olm"), ("Rigel", 20, "Vass"), ("Mira", 5, "Ulm")):
        facts += [(name, "is a", "ship"), (name, "crew size", crew), (name, "home port", port)]
    return kgllm.GraphQA(kgllm.load(facts))


ASKED = (
    "which ship has the highest crew size",
    "what is the average crew size of the ships",
    "which ships have a crew size over 15",
    "which ships have the home port Olm",
    "does the crew size of Nova exceed that of Stella",
)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(
    "around", ["kindly help me know: {}", "I was just curious, {}", "{} by any chance", "in the dataset, {}", "I'd love to know {}"]
)
def test_a_question_is_the_same_in_other_words_around_it(qa: kgllm.GraphQA, asked: str, around: str) -> None:
    bare, said = qa.ask(f"{asked}?"), qa.ask(f"{around.format(asked)}?")
    assert not bare.abstained
    assert (set(said.entities), said.value, said.verdict) == (set(bare.entities), bare.value, bare.verdict)


def test_phrases_reach_over_no_place() -> None:
    known = vocabulary(own="tell_me")
    assert known.beside("tell Ann me", [(5, 8)]) is None
    assert known.beside("tell me Ann", [(8, 11)]) == [("tell", "me")]


def test_marks_that_say_something_are_no_filler() -> None:
    assert vocabulary(*WHOLE).beside("the height, please!", [(4, 10)]) is not None
    assert vocabulary(*WHOLE).beside("the height >= please", [(4, 10)]) is None


def test_the_longest_phrase_is_given_up_where_the_rest_would_be_nothing() -> None:
    assert vocabulary(own="想知道 想 知道了").row(list("想知道了")) == [("想",), ("知", "道", "了")]


def test_it_is_linear_in_a_text_that_may_be_anything() -> None:
    began = time.process_time()
    assert vocabulary(*WHOLE).beside("的" * 20_000 + "猫", ()) is None
    assert time.process_time() - began < 2
