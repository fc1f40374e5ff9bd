"""Who works where, over a table of staff: the column is "firm" as often as "employer", and "how many people" counts who meets a condition."""

import pytest

import kgllm

STAFF = {
    "staff": [
        {"Name": "Tom Baker", "Firm": "Norvik", "Position": "Engineer", "City": "Bergen"},
        {"Name": "Luc Moreau", "Firm": "Alpine", "Position": "Analyst", "City": "Geneva"},
        {"Name": "Sofia Rossi", "Firm": "Alpine", "Position": "Analyst", "City": "Milan"},
    ],
    "firms": [{"Firm": "Norvik", "Industry": "Energy", "Employees": 3100}, {"Firm": "Alpine", "Industry": "Robots", "Employees": 870}],
}
VILLAGE = [("Olm", "population", 3000), ("Vass", "population", 10), ("Olm", "mayor", "Ada")]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where does Tom Baker work?", ["Norvik"]),
        ("Who works for Alpine?", ["Luc Moreau", "Sofia Rossi"]),
        ("How many people work for Alpine?", 2),
        ("How many people does Alpine employ?", 2),
        ("Alpine有多少人？", 2),
    ],
)
def test_a_firm_is_who_one_works_for(question, answer):
    found = kgllm.GraphQA(kgllm.load(STAFF)).ask(question)
    assert (found.value if isinstance(answer, int) else sorted(one.name for one in found.entities)) == answer


@pytest.mark.parametrize("question", ["How many people live in Olm?", "How many people are there in Olm?", "Olm有多少人？"])
def test_how_many_people_is_a_population_where_the_graph_tells_it(question):
    assert kgllm.GraphQA(kgllm.load(VILLAGE)).ask(question).text == "3000 [1]"


OFFICES = [
    {"Name": "Greta Holm", "Title": "CEO", "Department": "Management", "Office": "Oslo", "Salary": 240000},
    {"Name": "Dario Neri", "Title": "Sales Manager", "Department": "Sales", "Office": "Milan", "Salary": 82000},
    {"Name": "Lea Brandt", "Title": "Engineer", "Department": "Engineering", "Office": "Milan", "Salary": 88000},
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who works in Milan?", "Dario Neri [1], Lea Brandt [2]"),
        ("Who is based in Oslo?", "Greta Holm [1]"),
        ("Who works in sales?", "Dario Neri [1]"),
        ("What does Lea Brandt do?", "Engineer [1]"),
        ("Does Dario Neri work in Oslo?", "No: Milan [1]"),
    ],
)
def test_one_works_in_an_office_and_does_what_the_title_says(question, answer):
    assert kgllm.GraphQA(kgllm.load(OFFICES)).ask(question).text == answer


def test_a_relation_is_not_called_by_what_asks_for_it():
    """ "works in" asks for a city, and a relation of that name leads to none."""
    facts = [("Ann Bell", "works in department", "Dyeing"), ("Ben Cole", "works in department", "Weaving")]
    assert kgllm.GraphQA(kgllm.load(facts)).ask("Which city is Ann Bell in?").abstained
