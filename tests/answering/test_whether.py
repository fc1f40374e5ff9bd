"""Questions for yes or no: which end is which, all that is claimed, what is negated only to be agreed with. Each is right by its triples."""

from __future__ import annotations

from collections import Counter

import pytest
from whether_cases import CASES, TRIPLES, facts, right, said, truth

import kgllm

# Not answered yet: to abstain, or to say something else than yes or no, is all that is asked of these.
BEYOND = {
    "诺德马克是阿斯托里亚的殖民地吗？",  # no words in common with "colony-of"
    "顾小舟和沈白都在天海集团工作吗？",  # … with 就职于
}


@pytest.fixture(scope="module")
def asking():
    return {name: kgllm.GraphQA(kgllm.load(facts(name))) for name in TRIPLES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.graph}: {case.question}")
def test_what_is_so_is_told_by_the_triples(asking, case):
    answer = asking[case.graph].ask(case.question)
    assert answer.question == case.question
    if case.question in BEYOND:
        assert said(answer) != "yes" or truth(case) == "yes"
        return
    assert right(case, answer), (truth(case), answer.text)


def test_all_facts_of_an_answer_are_in_its_evidence_and_are_cited_where_they_stand(asking):
    for case in CASES:
        answer = asking[case.graph].ask(case.question)
        assert set(answer.facts) <= set(answer.evidence.facts)
        assert all(answer.text[slice(*one.span)] == f"[{one.id}]" for one in answer.citations)


def test_the_questions_are_of_both_languages_and_all_manners():
    languages = Counter(any("\u4e00" <= letter <= "\u9fff" for letter in case.question) for case in CASES)
    assert min(languages.values()) > 40
    assert Counter(truth(case) for case in CASES if not case.choice)["no"] > 40
    assert set(TRIPLES) == {case.graph for case in CASES}


@pytest.mark.parametrize(
    "question",
    [
        "Does the Boeing 757 have the engine PW2037?",
        "Is the engine of Boeing 757 the PW_2037?",
        "奥姆号的发动机是PW2037吗？",
        "Did Boeing make the 757 in T1486?",
    ],
)
def test_a_number_within_a_word_is_no_year(question):
    planes = [
        ("Boeing 757", "engine", "RB211"),
        ("Boeing 757", "maker", "Boeing"),
        ("Airbus A320", "engine", "CFM56"),
        ("奥姆号", "发动机", "甲型机"),
    ]
    answer = kgllm.GraphQA(kgllm.load(planes)).ask(question)  # it failed with an AssertionError
    assert answer.verdict is not True
