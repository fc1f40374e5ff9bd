"""Neo4j, on a real server: how fast a graph is written, and what a question costs live beside the compiled graph and a k-hop Cypher.

python -m benchmarks neo4j [-- --questions 100 --only metaqa together hub hpo peers wholes --split test --version 2026.09.0]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

import kgllm
from benchmarks._wholes import MEMBERS, WHOLES
from kgllm.graphs.neo4j import import_into
from kgllm.graphs.neo4j.server import Access, Server
from kgllm.questions.generate import iterate

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
HUB = 150_001
TURNS = 5  # of a question for a whole kind
PIECES = ("metaqa", "together", "hub", "hpo", "peers", "wholes")
KHOP = {  # what neo4j-graphrag's and LangChain's users send: everything within k hops of an entity, cut at 1,000 rows
    k: f"MATCH (n:KgllmEntity {{id: $p.name}}) MATCH p = (n)-[*1..{k}]-(m) RETURN [x IN nodes(p) | x.id], [r IN relationships(p) | type(r)] LIMIT 1000"
    for k in (1, 2, 3)
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks neo4j --")
    parser.add_argument("--questions", type=int, default=100, help="of each number of hops")
    parser.add_argument("--at-once", type=int, default=200, help="questions asked together")
    parser.add_argument(
        "--only", nargs="+", choices=PIECES, default=PIECES[:4], help="what is measured; peers: in an environment of their own"
    )
    parser.add_argument("--split", default="dev", choices=("dev", "test"), help="of MetaQA")
    parser.add_argument("--version", help="of the server; $KGLLM_NEO4J_VERSION, else the LTS, where not said")
    asked = parser.parse_args(arguments)
    from servers.neo4j import Neo4j

    if not DATA.is_dir():
        print("needs ../shared/data")
        return 1
    server = Neo4j(asked.version, memory="3g")
    try:
        print(f"Neo4j {server.version}, questions a hop: {asked.questions}, {asked.split}\n")
        print(
            "| written | facts | seconds (nodes, facts, indexes) | processor s, client + server | facts a second |\n|---|---|---|---|---|"
        )
        _write("a server that was just started: MetaQA", server, kgllm.load(DATA / "metaqa/kb.txt"))
        compiled = kgllm.load(DATA / "metaqa/kb.txt")
        if {"metaqa", "together", "peers"} & set(asked.only):
            for turn in (2, 3):
                _wipe(server)
                _write(f"again, time {turn}", server, compiled)
            _questions(server, compiled, asked, _metaqa(asked.questions, asked.split))
        if "wholes" in asked.only:
            _wholes(server, compiled)
        if "peers" in asked.only:
            _peers(server, min(100, asked.questions))
        if "hub" in asked.only:
            _hub(server)
        if "hpo" in asked.only:
            _wipe(server)
            compiled = kgllm.load(DATA / "scale/hpo.tsv.gz")
            _write("HPO", server, compiled)
            _questions(server, compiled, asked, _written(compiled, asked.questions), name="HPO")
    finally:
        server.stop()
    return 0


def _write(name: str, server: Any, source: Any) -> None:
    clock = Clock(server.pid)
    done = clock.time(lambda: import_into(server.address, source, auth=server.auth, sources=False))
    seconds = ", ".join(f"{one:.1f}" for one in done.seconds.values())
    print(f"| {name} | {done.facts:,} | {seconds} | {clock.mine:.1f} + {clock.theirs:.1f} | {done.rate:,.0f} |", flush=True)


def _wipe(server: Any) -> None:
    with Server.at(server.address, auth=server.auth, access=Access(timeout=600)) as made:
        made.write("MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 20000 ROWS", {}, what="wiping", seconds=600)
        made.write("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 20000 ROWS", {}, what="wiping", seconds=600)


def _metaqa(many: int, split: str = "dev") -> dict[str, list[tuple[str, str]]]:
    """(question, entity) of MetaQA, by hops."""
    found = {}
    for hops in (1, 2, 3):
        rows = [json.loads(line) for line in (DATA / f"metaqa/{hops}hop.{split}.jsonl").read_text(encoding="utf-8").splitlines()]
        found[str(hops)] = [(row["question"], row["topics"][0]) for row in random.Random(0).sample(rows, many)]
    return found


def _peers(server: Any, many: int) -> None:
    """Retrieval of the same questions: the libraries are told the entity and the hops, kgllm finds them."""
    from benchmarks.peers import HERE, ROOT, python_of

    rows = []
    for hops in (1, 2, 3):
        lines = (DATA / f"metaqa/{hops}hop.dev.jsonl").read_text(encoding="utf-8").splitlines()
        rows += [json.loads(line) | {"hops": hops} for line in random.Random(0).sample(lines, many)]
    with kgllm.load(server.address, auth=server.auth, timeout=120) as graph:
        qa = kgllm.GraphQA(graph, limits=kgllm.Limits(seconds=120))
        for hops in (1, 2, 3):
            times, recall = [], []
            for row in (row for row in rows if row["hops"] == hops):
                start = time.perf_counter()
                found = qa.retrieve(row["question"])
                times.append(1000 * (time.perf_counter() - start))
                names = {str(end) for fact in found.facts for end in (fact.subject, fact.object)}
                recall.append(len(names & set(row["answers"])) / len(row["answers"]))
            middle, slow = np.percentile(times, (50, 95))
            print(
                json.dumps(
                    {
                        "name": "kgllm",
                        "hops": hops,
                        "n": len(times),
                        "recall": round(float(np.mean(recall)), 3),
                        "p50": round(middle, 1),
                        "p95": round(slow, 1),
                    }
                )
            )
    python = python_of("with_neo4j.py", ["neo4j-graphrag==1.22.0", "langchain-neo4j==0.11.0"], ROOT / ".cache" / "peers")
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
        file.flush()
        done = subprocess.run(
            [python, "-W", "ignore", str(HERE / "with_neo4j.py"), server.address, server.auth[1], file.name],
            capture_output=True,
            text=True,
            check=True,
        )
    print(done.stdout)


def _written(graph: Any, many: int) -> dict[str, list[tuple[str, str]]]:
    """Questions that kgllm writes from a graph that has none, by hops."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in iterate(graph, 4 * many, kinds=("one_hop", "inverse", "two_hop"), languages=("en",), seed=0):
        rows = found.setdefault(str(one.hops), [])
        if len(rows) < many:
            rows.append((one.question, one.topics[0]))
    return found


def _questions(server: Any, compiled: Any, asked: Any, questions: dict[str, list[tuple[str, str]]], name: str = "MetaQA") -> None:
    limits = kgllm.Limits(seconds=120)
    for turn in ("first", "second"):
        clock = Clock(server.pid)
        graph, live = clock.time(lambda: _opened(server, limits))
        print(f"\n{name} opened and prepared, the {turn} time: {clock}", flush=True)
        if turn == "first":
            graph.close()
    kept = kgllm.GraphQA(compiled, limits=limits)
    if "metaqa" in asked.only or name != "MetaQA":
        _asked(server, graph, live, kept, questions)
    if "together" in asked.only and name == "MetaQA":
        _together(live, random.Random(1).choices([question for rows in questions.values() for question, _ in rows], k=asked.at_once))
    graph.close()


def _opened(server: Any, limits: kgllm.Limits) -> tuple[Any, kgllm.GraphQA]:
    graph = kgllm.load(server.address, auth=server.auth, timeout=120)
    return graph, kgllm.GraphQA(graph, limits=limits)


def _asked(server: Any, graph: Any, live: kgllm.GraphQA, kept: kgllm.GraphQA, questions: dict[str, list[tuple[str, str]]]) -> None:
    """Live beside the compiled graph, question by question; in brackets the processor time of client + server."""
    print(
        "\n| hops | live p50 / p95 ms | round trips: linking + the rest | statements | compiled p50 / p95 ms | k-hop Cypher p50 / p95 ms | same answers |\n"
        "|---|---|---|---|---|---|---|"
    )
    for hops, rows in questions.items():
        for question, _ in rows[:10]:
            live.ask(question)
        before = graph.server.trips
        for question, _ in rows:
            live.link(question)
        linking = (graph.server.trips - before) / len(rows)
        clocks = {name: Clock(server.pid) for name in ("live", "compiled", "khop")}
        same, before, trips = 0, graph.server.sent, graph.server.trips
        for question, _ in rows:
            mine = clocks["live"].time(lambda question=question: live.ask(question))
            other = clocks["compiled"].time(lambda question=question: kept.ask(question))
            alike = (mine.text, mine.entities, mine.facts) == (other.text, other.entities, other.facts)
            same += alike
            if not alike:
                print(f"  differs: {question}", flush=True)
        statements, trips = (graph.server.sent - before) / len(rows), (graph.server.trips - trips) / len(rows)
        text = KHOP.get(int(hops), KHOP[3])
        for _, name in rows[:100]:
            clocks["khop"].time(lambda name=name, text=text: graph.server.read((text, {"name": name}), what="k-hop"))
        cells = [str(clock) for clock in clocks.values()]
        print(
            f"| {hops} | {cells[0]} | {linking:.1f} + {trips - linking:.1f} | {statements:.1f} | {cells[1]} | {cells[2]} | {same} of {len(rows)} |",
            flush=True,
        )


class Clock:
    """How long calls took, and the processor time of this process and of the server."""

    def __init__(self, server: int) -> None:
        self.seconds: list[float] = []
        self.mine = self.theirs = 0.0
        self._server = psutil.Process(server)

    def time(self, ask: Any) -> Any:
        start, mine, theirs = time.perf_counter(), time.process_time(), sum(self._server.cpu_times()[:2])
        found = ask()
        self.seconds.append(time.perf_counter() - start)
        self.mine += time.process_time() - mine
        self.theirs += sum(self._server.cpu_times()[:2]) - theirs
        return found

    def __str__(self) -> str:
        many = len(self.seconds)
        middle, slow = np.percentile(self.seconds, (50, 95)) * 1000
        return f"{middle:.0f} / {slow:.0f} ({self.mine / many * 1000:.0f} + {self.theirs / many * 1000:.0f})"


def _together(live: Any, questions: list[str]) -> None:
    async def one(question: str) -> tuple[float, bool]:
        start = time.perf_counter()
        try:
            await live.aask(question)
        except kgllm.errors.KGLLMError:
            return time.perf_counter() - start, False
        return time.perf_counter() - start, True

    async def every() -> list[tuple[float, bool]]:
        return await asyncio.gather(*map(one, questions))

    start = time.perf_counter()
    done = asyncio.run(every())
    whole = time.perf_counter() - start
    slow = np.percentile([seconds for seconds, _ in done], 95)
    failed = sum(not fine for _, fine in done)
    print(
        f"\n{len(questions)} questions at once through aask: {len(questions) / whole:.0f} a second, p95 {slow:.1f} s, {failed} errors\n",
        flush=True,
    )


def _wholes(server: Any, compiled: Any) -> None:
    """Questions for whole kinds, live beside the compiled graph."""
    limits = kgllm.Limits(seconds=120, members=MEMBERS)
    kept = kgllm.GraphQA(compiled, limits=limits)
    print("\n| question | reads whole | live p50 / p95 ms | round trips | compiled p50 / p95 ms | same answer |\n|---|---|---|---|---|---|")
    with kgllm.load(server.address, auth=server.auth, timeout=120) as graph:
        live = kgllm.GraphQA(graph, limits=limits)
        for question, reads in WHOLES.items():
            clocks = {name: Clock(server.pid) for name in ("live", "compiled")}
            one, other = live.ask(question), kept.ask(question)
            before = graph.server.trips
            for _ in range(TURNS):
                clocks["live"].time(lambda question=question: live.ask(question))
                clocks["compiled"].time(lambda question=question: kept.ask(question))
            same = (one.text, one.entities, one.facts) == (other.text, other.entities, other.facts)
            trips = (graph.server.trips - before) / TURNS
            cells = [question, reads, str(clocks["live"]), f"{trips:.0f}", str(clocks["compiled"]), "yes" if same else f"no: {one.text}"]
            print(f"| {' | '.join(cells)} |", flush=True)


def _hub(server: Any) -> None:
    """A question about a node of over 150,000 facts, beside the same about nodes of a hundred and of three."""
    trees = {"Great Tree": (HUB, "North Park"), "Old Tree": (100, "East Park"), "Small Tree": (2, "South Park")}
    facts = [(f"Leaf {i} of {tree}", "grows on", tree) for tree, (leaves, _) in trees.items() for i in range(leaves)]
    facts += [(tree, "stands in", park) for tree, (_, park) in trees.items()]
    import_into(server.address, facts, auth=server.auth, sources=False)
    with kgllm.load(server.address, auth=server.auth) as graph:
        qa = kgllm.GraphQA(graph, limits=kgllm.Limits(seconds=120))
        clocks = {name: Clock(server.pid) for name in trees}
        for turn in range(40):
            for name, clock in clocks.items():
                asked = clock if turn >= 10 else Clock(server.pid)
                answer = asked.time(lambda name=name: qa.ask(f"Where does {name} stand in?"))
                assert answer.entities[0].name == trees[name][1]
        medians = [float(np.median(clock.seconds)) for clock in clocks.values()]
        told = "; ".join(f"{name}, {trees[name][0] + 1:,} facts: {clock}" for name, clock in clocks.items())
        print(f"{told}; the hub takes {medians[0] / medians[1]:.2f} and {medians[0] / medians[2]:.2f} times as long\n", flush=True)
