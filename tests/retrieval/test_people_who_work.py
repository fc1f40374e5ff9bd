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
