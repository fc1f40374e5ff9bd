"""What is passed through between two things says of what kind their being together is: a membership, a marriage."""

import pytest

import kgllm

PEOPLE = [{"code": "p1", "name": "Ann Lee"}, {"code": "p2", "name": "Bo Strand"}, {"code": "p3", "name": "Cy Moor"}]
BOARDS = [{"key": "b1", "name": "Board of Works", "office": "3 Quay"}, {"key": "b2", "name": "Harbour Board", "office": "9 Hill"}]
SEATS = [
    {"board": "b1", "holder": "p1", "rank": 1},
    {"board": "b1", "holder": "p2", "rank": 2},
    {"board": "b2", "holder": "p1", "rank": 4},
    {"board": "b2", "holder": "p3", "rank": 1},
]


@pytest.fixture(scope="module")
def qa():
    tables = {"people": PEOPLE, "boards": BOARDS, "membership": SEATS}
    return kgllm.GraphQA(kgllm.load(tables, key=["people.code", "boards.key"], refers={"board": "boards", "holder": "people"}))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Who sits on the Board of Works?", ["Ann Lee", "Bo Strand"]),
        ("Which boards does Ann Lee serve on?", ["Board of Works", "Harbour Board"]),
        ("Who belongs to the Harbour Board?", ["Ann Lee", "Cy Moor"]),
        ("Bo Strand在哪些理事会任职？", ["Board of Works"]),
    ],
)
def test_members_are_told_of_by_the_table_between(qa, question, answers):
    assert sorted(end.name for end in qa.ask(question).entities) == answers


def test_members_are_counted_and_said_to_be_so(qa):
    assert qa.ask("How many people sit on the Board of Works?").value == 2
    assert qa.ask("Does Cy Moor sit on the Harbour Board?").verdict is True


def test_a_line_of_a_list_says_nothing_by_what_it_is_called():
    lines = [("tea", "has_line", "usage_1"), ("usage_1", "what", "leaves"), ("usage_1", "amount", "4 g"), ("tea", "has_line", "usage_2")]
    qa = kgllm.GraphQA(kgllm.load([*lines, ("usage_2", "what", "water"), ("usage_2", "amount", "1 l")]))
    assert qa.ask("How much sugar is used for tea?").abstained
