"""A year asks for the moments in it, however long they are written."""

import pytest

import kgllm

FORMS = ["{}-02-07 20:01:00.000+02:00", "{}-02-07T20:01:00.120456-03:30", "{}-02-07 20:01:00Z", "{}-02-07"]
NAMES = ["Ann Reed", "Bob Stone", "Cid Moor", "Dee Hall", "李明"]


@pytest.fixture(scope="module", params=FORMS)
def qa(request):
    people = [{"id": place, "name": name, "birthday": request.param.format(1984 + place % 3)} for place, name in enumerate(NAMES)]
    return kgllm.GraphQA(kgllm.load({"people": people}))


@pytest.mark.parametrize("question", ["Who was born in 1984?", "谁出生于1984年？"])
def test_a_year_is_that_of_moments(qa, question):
    assert {one.name for one in qa.ask(question).entities} == {"Ann Reed", "Dee Hall"}


def test_parts_of_a_second_that_are_none_are_not_told():
    rows = [{"name": "Ann", "seen": "1989-02-07 20:01:00.000+02:00"}, {"name": "伟", "seen": "1989-02-07 20:01:05.250+02:00"}]
    graph = kgllm.load(rows, table="people")
    assert {fact.object.name for fact in graph.scan().items} == {"1989-02-07 20:01:00+02:00", "1989-02-07 20:01:05.250+02:00"}
    graph = kgllm.load([{"name": "Ann", "seen": "1989-02-07T20:01:00.000000Z"}], table="people")
    assert kgllm.GraphQA(graph).ask("When was Ann seen?").text == "1989-02-07T20:01:00Z [1]"
