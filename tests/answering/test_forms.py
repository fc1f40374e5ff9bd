"""Questions that no path answers: yes or no, and what something is not. And questions that only look like them."""

from __future__ import annotations

import pytest

import kgllm

FACTS = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("Memento", "directed by", "Christopher Nolan"),
    ("Memento", "release year", "2000"),
    ("Never Let Me Go", "directed by", "Mark Romanek"),
    ("What's Up, Doc?", "directed by", "Peter Bogdanovich"),
    ("Carlos", "spouse", "Ann"),
    ("Ann", "gender", "female"),
    ("流浪地球", "导演", "郭帆"),
    ("流浪地球", "主演", "吴京"),
    ("战狼", "主演", "吴京"),
    ("没有别的爱", "导演", "赵浚凯"),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Did Christopher Nolan direct Inception?", "yes_or_no"),  # the best path ends at his other film
        ("Did Mark Romanek direct Memento?", "yes_or_no"),
        ("郭帆导演了战狼吗？", "yes_or_no"),
        ("流浪地球的导演是不是吴京？", "yes_or_no"),
        ("Who did not direct Inception?", "negation"),
        ("Which films didn't Christopher Nolan direct?", "negation"),
        ("流浪地球不是谁导演的？", "negation"),
    ],
)
def test_what_no_path_answers_is_abstained_on(qa, question, code):
    answer = qa.ask(question)
    assert answer.abstained and answer.reason.startswith(f"{code}: ")
    assert not answer.entities and answer.evidence.facts
    assert "kind of question" in answer.text or "这类问题" in answer.text


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Was Memento released in 2000?", "2000"),  # the path ends at what was asked about: yes
        ("流浪地球的导演是郭帆吗？", "郭帆"),
        ("Who directed Never Let Me Go?", "Mark Romanek"),
        ("Who directed What's Up, Doc?", "Peter Bogdanovich"),
        ("没有别的爱的导演是谁？", "赵浚凯"),
        ("有没有人知道流浪地球的导演？", "郭帆"),
        ("你知道流浪地球的导演吗？", "郭帆"),
        ("Do you know who directed Memento?", "Christopher Nolan"),
        ("is Carlos 's spouse a man or a woman ?", "female"),
    ],
)
def test_what_only_looks_like_it_is_answered(qa, question, first):
    assert [entity.name for entity in qa.ask(question).entities][:1] == [first]


def test_a_model_may_answer_them_from_the_facts():
    seen = []

    def says_yes(prompts):
        seen.extend(prompts)
        return ["Yes, Christopher Nolan directed Inception [1]" for _ in prompts]

    answer = kgllm.GraphQA(kgllm.load(FACTS), llm=says_yes).ask("Did Christopher Nolan direct Inception?")
    assert not answer.abstained and answer.unsupported == ()
    assert answer.citations[0].served
    assert answer.settings["from_memory"] is False
    assert "Inception" in seen[0]
