"""Several processes write the file that one writes."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal

import pytest

import kgllm
from kgllm.answering.bulk import answer_file
from kgllm.errors import ConfigError, GraphUnavailable

FACTS = [*((f"Film {n}", "directed by", f"Director {n % 7}") for n in range(40)), ("流浪地球", "导演", "郭帆")]
ASKED = [*(f"Who directed Film {n}?" for n in range(23)), "流浪地球的导演是谁？", "Who is the king of nowhere?", "x" * 3_000_000]


class Unsendable:
    name = "mine"

    def encode(self, texts):
        return [[1.0, 0.0]] * len(texts)

    def __reduce__(self):
        raise TypeError("not me")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text("".join(json.dumps({"id": i, "question": text}) + "\n" for i, text in enumerate(ASKED)), encoding="utf-8")
    return path


@pytest.mark.slow
def test_the_same_file_from_a_graph_in_memory_a_folder_and_one_that_was_updated(source, tmp_path):
    added = [("流浪地球2", "导演", "郭帆"), ("Film 3", "directed by", "Director 9")]
    folder = kgllm.compile(FACTS, tmp_path / "kg")
    folder.update(add=added)
    memory = kgllm.load(FACTS)
    memory.update(add=added)
    for name, graph in (("folder", folder), ("memory", memory)):
        qa = kgllm.GraphQA(graph, limits=kgllm.Limits(hops=2))
        one = answer_file(qa, source, tmp_path / f"{name}.1", batch=4)
        two = answer_file(qa, source, tmp_path / f"{name}.2", batch=4, workers=2)
        assert one == two
        assert (one.questions, one.failed, one.abstained) == (26, 1, 1)
        assert (tmp_path / f"{name}.1").read_bytes() == (tmp_path / f"{name}.2").read_bytes()
    rows = [json.loads(line) for line in (tmp_path / "folder.2").read_text(encoding="utf-8").splitlines()]
    assert (rows[3]["answers"], rows[23]["answers"]) == (["Director 3", "Director 9"], ["郭帆"])


@pytest.mark.slow
def test_what_was_learned_goes_along(tmp_path):
    graph = kgllm.compile(kgllm.datasets.load("gpu"), tmp_path / "kg")
    qa = kgllm.GraphQA(graph, encoder="minilm", nlp="en_core_web_sm")
    asked = [*kgllm.datasets.questions("gpu", language="en")[:12], *kgllm.datasets.questions("gpu", language="zh")[:12]]
    qa.fit(asked, own=0)
    (tmp_path / "q.txt").write_text("\n".join(row["question"] for row in asked), encoding="utf-8")
    answer_file(qa, tmp_path / "q.txt", tmp_path / "one", batch=6)
    answer_file(qa, tmp_path / "q.txt", tmp_path / "two", batch=6, workers=2)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert b'"answers": ["' in (tmp_path / "one").read_bytes()


@pytest.mark.slow
def test_a_worker_that_is_killed_stops_the_run_and_nothing_is_lost(source, tmp_path):
    qa = kgllm.GraphQA(kgllm.compile(FACTS, tmp_path / "kg"))

    def kill(done):
        os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)

    with pytest.raises(GraphUnavailable, match="worker"):
        answer_file(qa, source, tmp_path / "out", batch=1, workers=2, progress=kill)
    told = answer_file(qa, source, tmp_path / "out", batch=1, workers=2)
    assert told.questions == 26 and 0 < told.before < 26
    assert [json.loads(line)["id"] for line in (tmp_path / "out").read_text(encoding="utf-8").splitlines()] == list(range(26))


def test_a_folder_that_holds_another_graph_by_now(source, tmp_path):
    qa = kgllm.GraphQA(kgllm.compile(FACTS, tmp_path / "kg"))
    kgllm.load(tmp_path / "kg").update(add=[("Film 1", "directed by", "another")])
    with pytest.raises(ConfigError, match="has changed"):
        answer_file(qa, source, tmp_path / "out", workers=2)


def test_what_cannot_be_shared(source, tmp_path):
    import networkx as nx

    live = kgllm.load(nx.DiGraph([("Film 1", "Director 1", {"relation": "directed by"})]), backend="networkx")
    graph = kgllm.load(FACTS)
    for qa, said in (
        (kgllm.GraphQA(live), "compiled"),
        (kgllm.GraphQA(graph, llm=lambda prompts: ["one"] * len(prompts)), "language model"),
        (kgllm.GraphQA(graph, encoder=Unsendable()), "cannot be sent"),
    ):
        with pytest.raises(ConfigError, match=said):
            answer_file(qa, source, tmp_path / "out", workers=2)
    assert [path.name for path in tmp_path.iterdir()] == ["q.jsonl"]  # nothing was begun
