"""What a question asks of something that a name only leads to: its verb is told last, and what it is asked of is no answer."""

import pytest

import kgllm

FACTS = [
    ("Olm Court", "parent", "Tarn Court"),
    ("Olm Court", "citation string", "Olm Ct."),
    ("Tarn Court", "citation string", "T. Ct."),
    ("Ann", "child of", "Bea"),
    ("Ann", "born in", "Brask"),
    ("Bea", "born in", "Tullo"),
    ("Cid", "child of", "Dora"),
    ("Cid", "born in", "Olmet"),
    ("Dora", "born in", "Vass"),
    ("Red Dawn", "director", "Eve Moss"),
    ("Blue Dusk", "director", "Eve Moss"),
    ("North Strip", "runway of", "Brask"),
    ("North Strip", "width", "45 m"),
    ("Ann", "birthday", "8/3"),
    ("Cid", "birthday", "8/3"),
    ("Dora", "birthday", "1/2"),
]


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("How is the parent of Olm Court cited?", {"T. Ct."}),
        ("How is Olm Court cited?", {"Olm Ct."}),
        ("Where was the parent of Ann born?", {"Tullo"}),
        ("Where was Ann's parent born?", {"Tullo"}),
        ("What else did the director of Red Dawn make?", {"Blue Dusk"}),
        ("Who is the director of Red Dawn?", {"Eve Moss"}),
        ("How wide is the runway at Brask airport?", {"45 m"}),
        ("Who shares a birthday with Ann?", {"Cid"}),
    ],
)
def test_the_verb_is_of_what_is_told_of_the_name(qa, question, answers):
    assert {one.name for one in qa.ask(question).entities} == answers


@pytest.mark.parametrize("question", ["What does the parent of Olm Court consume?", "What does Ann's mother consume?"])
def test_what_something_is_asked_of_is_no_answer(qa, question):
    assert qa.ask(question).abstained
