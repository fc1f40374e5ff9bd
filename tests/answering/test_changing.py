"""A graph that changes while questions to it are on their way."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
import time
from typing import Any

import pytest

import kgllm
from kgllm.errors import GraphError, WrongTypeError
from kgllm.graphs.base import Graph

DEALS = [("Neymar", "Barcelona", "Paris", 222), ("Mbappé", "Monaco", "Paris", 180), ("Verratti", "Pescara", "Paris", 12)]
ROLES = ("player", "from club", "to club", "fee")
FACTS = [(f"transfer_{n}", role, value) for n, deal in enumerate(DEALS) for role, value in zip(ROLES, deal, strict=True)]


class Restless:
    """A graph that is another at every look."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.looks = graph, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.graph, name)

    def version(self) -> str:
        self.looks += 1
        return str(self.looks)


@pytest.mark.parametrize(
    "question, answer",
    [("Who did Paris buy Neymar from?", "Barcelona"), ("How much did Paris pay for Mbappé?", "180"), ("无名城", None)],
)
def test_a_question_sees_one_state(question, answer):
    found = kgllm.GraphQA(Restless(kgllm.load(FACTS))).ask(question)
    assert [node.name for node in found.entities] == ([answer] if answer else [])


def test_what_was_read_through_an_old_view_is_not_kept_for_the_new_one(tmp_path):
    graph = kgllm.compile([(name, "length_km", value) for name, value in (("Elbe", "1094"), ("Oder", "866"))], tmp_path / "rivers.kg")
    qa = kgllm.GraphQA(graph)
    run = qa.retriever.run("Which is the longest river?", ())
    graph.update(add=[("Amur", "length_km", "2824")])
    graph.compact()  # every handle is another now
    assert qa.ask("Which is the longest river?").text == "Amur (2824) [1]"
    assert run.wholes is not qa.retriever.wholes(graph.version())
    assert [end.name for end in run.relations(10).paths[0].endpoints] == ["Elbe"]
    assert qa.ask("Which is the longest river?").text == "Amur (2824) [1]"


def test_updates_between_questions_of_several_threads(tmp_path):
    graph = kgllm.compile(FACTS, tmp_path / "deals.kg")
    qa, wrong, stop = kgllm.GraphQA(graph), [], threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                found = qa.ask("Who did Paris buy Neymar from?").text
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                found = repr(error)
            if found != "Barcelona [1]":
                wrong.append(found)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(12):
        graph.update(add=[(f"transfer_{number + 10}", f"clause {number}", "yes")])
        time.sleep(0.03)
    graph.compact()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_event_loop_goes_on_while_many_questions_are_answered(monkeypatch):
    qa = kgllm.GraphQA(kgllm.load(FACTS))
    here, most, lock = [0], [0], threading.Lock()
    asked = qa._ask_many

    def watched(*args: Any) -> Any:
        with lock:
            here[0] += 1
            most[0] = max(most[0], here[0])
        try:
            return asked(*args)
        finally:
            with lock:
                here[0] -= 1

    monkeypatch.setattr(qa, "_ask_many", watched)

    async def many() -> list[str]:
        return [answer.text for answer in await asyncio.gather(*(qa.aask("Who did Paris buy Neymar from?") for _ in range(20)))]

    assert asyncio.run(many()) == ["Barcelona [1]"] * 20
    assert most[0] <= 4
    qa.at_once = most[0] = 1
    asyncio.run(many())
    assert most[0] == 1
    assert kgllm.GraphQA(qa.graph, llm="echo")._turns() == 32


def test_what_can_be_pickled_and_what_says_why_not(tmp_path):
    graph = kgllm.load(FACTS)
    with pytest.raises(GraphError, match="in memory is not pickled"):
        pickle.dumps(graph)
    with pytest.raises(WrongTypeError, match="GraphQA is not pickled") as raised:
        pickle.dumps(kgllm.GraphQA(graph))
    assert "in each process" in raised.value.hint
    kept = kgllm.compile(FACTS, tmp_path / "deals.kg")
    kept.update(add=[("Neymar", "born in", "Brazil")])
    again = pickle.loads(pickle.dumps(kept))
    assert again.schema() == kept.schema()
    answer = kgllm.GraphQA(again).ask("Where was Neymar born?")
    assert pickle.loads(pickle.dumps(answer)) == answer


def test_an_answer_as_json():
    answer = kgllm.GraphQA(kgllm.load(FACTS)).ask("Who did Paris buy Neymar from?")
    told = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert (told["answer"], [entity["name"] for entity in told["entities"]]) == ("Barcelona [1]", ["Barcelona"])
    assert {fact["id"] for fact in told["facts"]} >= {citation["fact"] for citation in told["citations"]}
    assert json.loads(json.dumps(answer.evidence.to_dict()))["seeds"]


def test_without_a_model_nobody_knows_whose_tokens_they_are():
    graph = kgllm.load(FACTS)
    assert not kgllm.GraphQA(graph).prompt("Who did Paris buy Neymar from?").exact
    assert kgllm.GraphQA(graph, llm="echo").prompt("Who did Paris buy Neymar from?").exact
