"""The same questions to the same graph compiled, in rdflib, in Oxigraph, and behind a real Apache Jena Fuseki: are the answers the
same, and how long do linking and retrieval take?

python -m benchmarks rdf -- [--questions 500] [--backends rdflib oxigraph fuseki] [--hops 1 2 3] [--split test]
python -m benchmarks rdf -- --hub [--backends fuseki]     a question about a node of 150,001 facts, beside one about a node of three
python -m benchmarks rdf -- --wholes [--backends fuseki]  questions for whole kinds ("the oldest movie", "who directed the most films")
python -m benchmarks rdf -- --at-once 200                 questions asked together through `aask`, of a Fuseki
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kgllm
from benchmarks._wholes import MEMBERS, WHOLES
from kgllm.graphs.rdf.write import quads

DATA = Path(os.environ.get("KGLLM_SHARED", Path(__file__).resolve().parent.parent.parent / "shared")) / "data"
BACKENDS = ("rdflib", "oxigraph", "fuseki")
HUB = 150_001


@contextmanager
def opened(name: str, data: bytes) -> Iterator[tuple[Any, Callable[[], int]]]:
    """A graph of the statements in a place, and how many requests were sent so far."""
    if name == "rdflib":
        import rdflib

        yield kgllm.load(rdflib.Graph().parse(data=data, format="nt"), backend="rdf"), lambda: 0
    elif name == "oxigraph":
        import pyoxigraph

        store = pyoxigraph.Store()
        store.bulk_load(data, format=pyoxigraph.RdfFormat.N_TRIPLES)
        yield kgllm.load(store, backend="rdf"), lambda: 0
    else:
        from servers.fuseki import Fuseki

        server = Fuseki(quick=False)
        try:
            with kgllm.load(server.add(data, "application/n-triples")) as graph:
                yield _counted(graph)
        finally:
            server.stop()


def _counted(graph: Any) -> tuple[Any, Callable[[], int]]:
    sent, rows = [0], graph.endpoint.rows

    def count(text: str, **options: Any) -> Any:
        sent[0] += 1
        return rows(text, **options)

    graph.endpoint.rows = count
    return graph, lambda: sent[0]


def _questions(hops: int, split: str) -> list[str]:
    lines = (DATA / "metaqa" / f"{hops}hop.{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def said(answer: kgllm.Answer) -> tuple[Any, ...]:
    """Everything that two backends must agree on."""
    return answer.text, [node.name for node in answer.entities], answer.confidence, [str(fact) for fact in answer.facts]


def asked(qa: kgllm.GraphQA, questions: list[str]) -> tuple[list[Any], str]:
    """The answers, and how long linking and retrieval took: p50 / p95 of the wall, and of this process's CPU."""
    answers, wall, cpu = [], [], []
    for question in questions:
        start, worked = time.perf_counter(), time.process_time()
        answers.append(said(qa.ask(question)))
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - worked)
    return answers, f"{_shown(sorted(wall))} ({_shown(sorted(cpu))})"


def main(arguments: list[str]) -> int:
    """Print the table; 1 where an answer differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks rdf --", description=__doc__)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--backends", nargs="+", choices=BACKENDS, default=list(BACKENDS))
    parser.add_argument("--hops", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--hub", action="store_true", help="nothing but a question about a hub, beside one about a small node")
    parser.add_argument("--at-once", type=int, default=0, help="nothing but so many questions through aask at once, of a Fuseki")
    parser.add_argument("--wholes", action="store_true", help="nothing but questions for whole kinds of things")
    wanted = parser.parse_args(arguments)
    if wanted.wholes:
        return _wholes(wanted.backends)
    if wanted.hub:
        return _hub(wanted.backends)
    if wanted.at_once:
        return _at_once(wanted.at_once, wanted.split)
    compiled = kgllm.load(DATA / "metaqa" / "kb.txt")
    data = "".join(quads(compiled, sources=False)).encode()
    reference = kgllm.GraphQA(compiled)
    print(
        "| graph | ready (s) | hops | same answers | compiled p50 / p95 (CPU), ms | here p50 / p95 (CPU), ms | requests a question |\n|---|---|---|---|---|---|---|"
    )
    differ = 0
    for name in wanted.backends:
        start = time.perf_counter()
        with opened(name, data) as (graph, sent):
            graph.find(["x"])
            ready = time.perf_counter() - start
            qa = kgllm.GraphQA(graph)
            for hops in wanted.hops:
                questions = _questions(hops, wanted.split)[: wanted.questions]
                right, fast = asked(reference, questions)
                before = sent()
                got, here = asked(qa, questions)
                same = sum(one == other for one, other in zip(right, got, strict=True))
                differ += len(right) - same
                requests = f"{(sent() - before) / len(questions):.1f}" if sent() else "–"
                print(f"| {name} | {ready:.1f} | {hops} | {same}/{len(right)} | {fast} | {here} | {requests} |", flush=True)
    return 1 if differ else 0


def _wholes(backends: list[str]) -> int:
    """Print what questions for whole kinds cost; 1 where an answer differs from the compiled graph's."""
    compiled = kgllm.load(DATA / "metaqa" / "kb.txt")
    data = "".join(quads(compiled, sources=False)).encode()
    limits = kgllm.Limits(seconds=120, members=MEMBERS)
    reference, differ = kgllm.GraphQA(compiled, limits=limits), 0
    print(
        "| graph | question | same answer | compiled p50 / p95 (CPU), ms | here p50 / p95 (CPU), ms | requests a question |\n|---|---|---|---|---|---|"
    )
    for name in backends:
        with opened(name, data) as (graph, sent):
            qa = kgllm.GraphQA(graph, limits=limits)
            for question in WHOLES:
                asked(qa, [question])
                right, fast = asked(reference, [question] * 5)
                before = sent()
                got, here = asked(qa, [question] * 5)
                differ += right != got
                requests = f"{(sent() - before) / 5:.0f}" if sent() else "–"
                print(f"| {name} | {question} | {'yes' if right == got else got[0][0]} | {fast} | {here} | {requests} |", flush=True)
    return 1 if differ else 0


def _at_once(number: int, split: str) -> int:
    """Print what becomes of many one-hop questions at once; 1 where one fails or differs from the compiled graph's."""
    compiled = kgllm.load(DATA / "metaqa" / "kb.txt")
    questions = _questions(1, split)[:number]
    reference = kgllm.GraphQA(compiled)
    right = [said(reference.ask(question)) for question in questions]
    took: list[float] = []

    async def one(qa: kgllm.GraphQA, question: str) -> Any:
        start = time.perf_counter()
        answer = await qa.aask(question)
        took.append(time.perf_counter() - start)
        return said(answer)

    async def together(qa: kgllm.GraphQA) -> list[Any]:
        return await asyncio.gather(*(one(qa, question) for question in questions), return_exceptions=True)

    with opened("fuseki", "".join(quads(compiled, sources=False)).encode()) as (graph, _):
        qa = kgllm.GraphQA(graph, limits=kgllm.Limits(seconds=300))
        qa.ask(questions[0])
        start, worked = time.perf_counter(), time.process_time()
        answers = asyncio.run(together(qa))
        wall, worked = time.perf_counter() - start, time.process_time() - worked
    same = sum(one == other for one, other in zip(right, answers, strict=True))
    errors = sum(isinstance(one, Exception) for one in answers)
    print("| questions at once | a second | p50 / p95, ms | errors | same answers | CPU here a question, ms |\n|---|---|---|---|---|---|")
    print(
        f"| {number} | {number / wall:.1f} | {_shown(sorted(took))} | {errors} | {same}/{number} | {1000 * worked / number:.0f} |",
        flush=True,
    )
    return 0 if same == number else 1


def _hub(backends: list[str]) -> int:
    """Print the table of a hub beside a small node."""
    facts = [(f"Leaf {i}", "grows on", "Great Tree") for i in range(HUB)]
    facts += [("Leaf of Two", "grows on", "Small Tree"), ("Leaf of Three", "grows on", "Small Tree")]
    facts += [("Great Tree", "stands in", "North Park"), ("Small Tree", "stands in", "South Park")]
    data = "".join(quads(kgllm.load(facts), sources=False)).encode()
    print("| graph | node | p50 / p95 (CPU), ms | requests a question |\n|---|---|---|---|")
    wrong = 0
    for name in backends:
        with opened(name, data) as (graph, sent):
            qa = kgllm.GraphQA(graph, limits=kgllm.Limits(seconds=120))
            for node, park in (("Great Tree", "North Park"), ("Small Tree", "South Park")):
                questions = [f"Where does {node} stand in?"] * 20
                asked(qa, questions[:5])
                before = sent()
                answers, here = asked(qa, questions)
                wrong += sum(one[1] != [park] for one in answers)
                print(f"| {name} | {node} | {here} | {(sent() - before) / len(questions):.1f} |", flush=True)
    return 1 if wrong else 0


def _shown(seconds: list[float]) -> str:
    return f"{1000 * seconds[len(seconds) // 2]:.1f} / {1000 * seconds[int(len(seconds) * 0.95)]:.1f}"
