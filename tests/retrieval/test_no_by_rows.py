"""A no by the rows of a table: who works elsewhere does not work there; and a number that is a name counts nothing."""

import pytest

import kgllm
from kgllm import GraphQA

COMPANIES = ["Olm Ltd", "Vass AG", "Kerr GmbH"]
PEOPLE = ["Ann Berg", "Bo Dahl", "Cid Ek"]
JOBS = [("Ann Berg", "Olm Ltd", 2001), ("Ann Berg", "Vass AG", 2009), ("Bo Dahl", "Kerr GmbH", 2012), ("Cid Ek", "Olm Ltd", 2015)]
LINES = {"12": ["Olm", "Vass"], "14": ["Vass", "Kerr"], "7": ["Kerr"]}


@pytest.fixture(scope="module")
def jobs():
    tables = {
        "people": [{"name": name} for name in PEOPLE],
        "companies": [{"name": name} for name in COMPANIES],
        "jobs": [{"person": one, "company": of, "since": f"{year}-03-01"} for one, of, year in JOBS],
    }
    return GraphQA(kgllm.load(tables, refers={"person": "people", "company": "companies"}))


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Does Ann Berg have a job at Kerr GmbH?", False),
        ("Does Ann Berg have a job at Vass AG?", True),
        ("Does Bo Dahl work at Olm Ltd?", False),
        ("Does Cid Ek work at Olm Ltd?", True),
        ("Bo Dahl在Olm Ltd工作吗？", False),
        ("Does Ann Berg dislike Kerr GmbH?", None),
    ],
)
def test_rows_that_lead_elsewhere_say_no(jobs, question, verdict):
    assert jobs.ask(question).verdict is verdict


@pytest.mark.parametrize(
    ("question", "verdict"),
    [("Does the 12 stop at Olm?", True), ("Does line 14 stop at Olm?", False), ("Does the 7 stop at Kerr?", True)],
)
def test_a_number_that_names_something_counts_nothing(question, verdict):
    tables = {
        "lines": [{"name": line, "stops": stops} for line, stops in LINES.items()],
        "stops": [{"name": name} for name in ("Olm", "Vass", "Kerr")],
    }
    qa = GraphQA(kgllm.load(tables))
    assert qa.ask(question).verdict is verdict
