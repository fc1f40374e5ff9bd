"""Large graphs: what compiling, opening, linking and retrieving cost, and whether a hub is counted exactly, as Markdown tables.

    python -m benchmarks scale -- [--only hpo debian power] [--edges 10_000_000] [--folder build/scale] [--questions 100]
    python -m benchmarks scale -- --wide [--edges 10_000_000] [--folder build/scale] [--questions 100]

--wide: of the power-law graph, already compiled or not, only what the wide look for a language model costs (decision 16).

Data is read from ../shared/data, the power-law graph is written once by ../shared/acceptance/scale_graph.py (or what
KGLLM_SHARED names); graphs that are not there are left out and named. Every build and every opening is a process of its own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import kgllm
from kgllm.graphs.compiled import CompiledGraph

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("KGLLM_SHARED", ROOT.parent / "shared"))
FILES = {"hpo": SHARED / "data" / "scale" / "hpo.tsv.gz", "debian": SHARED / "data" / "scale" / "debian.tsv.gz"}
UPDATE = 1000
QUESTIONS = 40
HUBS = 10


def measured_build(source: str, folder: str) -> dict[str, float]:
    """Compile a file; seconds by the clock and of the processor, and the peak of memory in GiB."""
    start = time.perf_counter()
    kgllm.compile(source, folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"seconds": time.perf_counter() - start, "cpu": used.ru_utime + used.ru_stime, "gib": used.ru_maxrss / 2**20}


def measured_open(folder: str) -> dict[str, Any]:
    """Open a folder and ask its hub; seconds, bytes an edge, and the peak of memory in GiB."""
    start = time.perf_counter()
    graph = CompiledGraph.open(folder)
    opened = time.perf_counter() - start
    view = graph.view()
    handles = np.arange(view.entity_count)
    hub = handles[[int(np.argmax(view.degrees(handles)))]]
    start = time.perf_counter()
    groups = view.groups(hub)
    view.edges(np.repeat(hub, len(groups.way)), groups.relation, groups.way, 100)
    walked = time.perf_counter() - start
    size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    return {
        "facts": view.fact_count,
        "entities": view.entity_count,
        "open": opened,
        "bytes": size / view.fact_count,
        "hub": int(groups.count.sum()),
        "hub_ms": 1000 * walked,
        "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def measured_update(folder: str) -> dict[str, float]:
    """Add a thousand facts in memory beside the columns: seconds, and how much dearer (processor time, the graph without them beside
    it in turns) walking 1,000 random nodes one at a time and answering 40 questions become."""
    before, graph = CompiledGraph.open(folder), CompiledGraph.open(folder)
    facts = graph.sample(UPDATE, seed=1)
    new = [(f"new {fact.subject}", fact.relation.id, str(fact.object)) for fact in facts]
    graph._path = None  # the folder stays as it is
    start = time.perf_counter()
    graph.update(add=new, remove=facts[: UPDATE // 10])
    took = time.perf_counter() - start
    handles = np.random.default_rng(0).integers(0, before.view().entity_count, 1000)
    questions = [f"what is the {fact.relation} of {fact.subject}?" for fact in graph.sample(QUESTIONS, seed=2)]
    asked = tuple(kgllm.GraphQA(one, limits=kgllm.Limits(seconds=600)) for one in (before, graph))
    walks = _in_turns(*(lambda one=one: _walk(one, handles) for one in (before, graph)))
    asks = _in_turns(*(lambda qa=qa: [qa.retrieve(question) for question in questions] for qa in asked))
    return {"update": took, "slower": walks[1] / walks[0], "question_slower": asks[1] / asks[0]}


def _in_turns(*tasks: Callable[[], object]) -> list[float]:
    """Seconds of the processor that each takes, the best of five."""
    best = [float("inf")] * len(tasks)
    for _ in range(5):
        for n, task in enumerate(tasks):
            start = time.process_time()
            task()
            best[n] = min(best[n], time.process_time() - start)
    return best


def _walk(graph: CompiledGraph, handles: np.ndarray) -> None:
    """Expand nodes one at a time."""
    view = graph.view()
    for handle in handles:
        groups = view.groups(np.array([handle]))
        view.edges(np.full(len(groups.way), handle), groups.relation, groups.way, 64)


def alone(task: str, *arguments: str) -> dict[str, Any]:
    """Run one of the functions above in a process of its own."""
    code = f"import json, sys; from benchmarks.scale import {task}; print(json.dumps({task}(*sys.argv[1:])))"
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def power_graph(folder: Path, edges: int) -> Path:
    """The power-law graph, written once."""
    path = folder / f"power-{edges}.tsv"
    if not path.exists():
        script = SHARED / "acceptance" / "scale_graph.py"
        part = edges / 10_000_000
        sizes = ["--edges", str(edges), "--entities", str(int(2_000_000 * part)), "--hub", str(int(500_000 * part))]
        subprocess.run([sys.executable, str(script), str(path), *sizes], check=True)
    return path


def ask(graph: CompiledGraph, tsv: Path, most: int) -> None:
    """Link and retrieve the questions that came with the power-law graph, and count on its hub."""
    qa = kgllm.GraphQA(graph, limits=kgllm.Limits(seconds=600))  # a slow question shows in the figures
    rows = [json.loads(line) for line in Path(f"{tsv}.questions.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = rows[:: max(1, len(rows) // most)]
    times: dict[str, list[tuple[float, float, float, bool]]] = {}
    qa.ask(rows[0]["question"])
    for row in rows:
        start = time.perf_counter()
        qa.link(row["question"])
        linked, cpu = time.perf_counter(), time.process_time()
        qa.retrieve(row["question"])  # links by itself
        retrieved, both = time.perf_counter(), time.process_time() - cpu
        first = qa.ask(row["question"]).entities[:1]
        right = bool(first) and first[0].name in row["answers"]
        kind = f"{row['hops']} hops" if row["kind"] == "path" else row["kind"]
        times.setdefault(kind, []).append((1000 * (linked - start), 1000 * (retrieved - linked), 1000 * both, right))
    table(
        ("questions", "n", "link p50 ms", "link p95", "link and retrieve p50 ms", "p95", "of the processor p50", "p95", "strict hits@1"),
        [
            (kind, len(those), *(f"{np.percentile([one[i] for one in those], q):.1f}" for i in (0, 1, 2) for q in (50, 95)), f"{np.mean([one[3] for one in those]):.2f}")
            for kind, those in sorted(times.items())
        ],
    )  # fmt: skip
    hub = [json.loads(line) for line in Path(f"{tsv}.hub.jsonl").read_text(encoding="utf-8").splitlines()]
    table(("question on the hub", "true", "answered"), [(row["question"], row["count"], qa.ask(row["question"]).value) for row in hub])


def look_wider(graph: CompiledGraph, tsv: Path, most: int) -> None:
    """What a question costs without and with the wide look, milliseconds of the processor: of the questions that came with the graph, and of
    its hubs by words that no relation has."""
    qa = kgllm.GraphQA(graph, limits=kgllm.Limits(seconds=600))
    asked = [json.loads(line) for line in Path(f"{tsv}.questions.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = asked[:: max(1, len(asked) // most)]
    view = graph.view()
    hubs = [str(node) for node in view.nodes(np.argsort(-view.degrees(np.arange(view.entity_count)))[:HUBS])]
    others = [row["topics"][0] for row in asked[:HUBS]]
    questions = {
        "as they came": [row["question"] for row in asked],
        "a hub": [f"what was the nickname of {hub}?" for hub in hubs],
        "a hub, in Chinese": [f"{hub}的绰号是什么？" for hub in hubs],
        "a hub and another thing": [f"what is the nickname of {hub} with {other}?" for hub, other in zip(hubs, others, strict=True)],
        "two hubs": [f"what is the nickname of {one} with {other}?" for one, other in itertools.pairwise(hubs)],
        "most, of a hub": [f"which is the grumpiest and longest of {hub}?" for hub in hubs],
        "a number, of a hub": [f"which of {hub} had nicknames in 1990?" for hub in hubs],
        "most of all": ["which company is the grumpiest and longest?", "哪个公司最长？"],
    }
    qa.retriever.wider(asked[0]["question"], qa.retrieve(asked[0]["question"]))
    rows = []
    for kind, some in questions.items():
        first, spent = [], []
        for question in some:
            evidence = qa.retrieve(question)
            start = time.process_time()
            qa.retriever.wider(question, evidence)
            first.append(1000 * (time.process_time() - start))
            spent.append(
                [1000 * one for one in _in_turns(*(partial(qa.retrieve, question), partial(qa.retriever.wider, question, evidence)))]
            )
        columns = (*np.array(spent).T, np.array(first))
        rows.append((kind, len(some), *(f"{np.percentile(one, q):.1f}" for one in columns for q in (50, 95)), f"{max(first):.0f}"))
    head = ("retrieve p50 ms", "p95", "the wide look p50 ms", "p95", "its first time p50 ms", "p95", "at most")
    table(("questions", "n", *head), rows)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print(flush=True)


def main(arguments: Sequence[str]) -> int:
    """Print every table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="*", choices=("hpo", "debian", "power"), default=["hpo", "debian", "power"])
    parser.add_argument("--edges", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "scale")
    parser.add_argument("--questions", type=int, default=330)
    parser.add_argument("--wide", action="store_true")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.wide:
        source, folder = power_graph(options.folder, options.edges), options.folder / "power"
        look_wider(CompiledGraph.open(folder) if folder.exists() else kgllm.compile(source, folder), source, options.questions)
        return 0
    rows = []
    for name in options.only:
        source = power_graph(options.folder, options.edges) if name == "power" else FILES[name]
        if not source.exists():
            print(f"{source} is not there: {name} is left out")
            continue
        folder = str(options.folder / name)
        build, opened, updated = (
            alone("measured_build", str(source), folder),
            alone("measured_open", folder),
            alone("measured_update", folder),
        )
        rows.append(
            (
                name, f"{opened['facts']:,}", f"{opened['entities']:,}", f"{build['seconds']:.0f}", f"{build['cpu']:.0f}", f"{build['gib']:.2f}",
                f"{opened['bytes']:.0f}", f"{opened['open']:.3f}", f"{opened['hub']:,}", f"{opened['hub_ms']:.2f}", f"{opened['gib']:.2f}",
                f"{updated['update']:.2f}", f"{updated['slower']:.2f}", f"{updated['question_slower']:.2f}",
            )
        )  # fmt: skip
    head = (
        "graph",
        "facts",
        "entities",
        "build s",
        "cpu s",
        "build GiB",
        "bytes an edge",
        "open s",
        "facts of its hub",
        "hub ms",
        "GiB",
        "update s",
        "walks slower",
        "questions slower",
    )
    table(head, rows)
    if "power" in options.only:
        ask(CompiledGraph.open(options.folder / "power"), power_graph(options.folder, options.edges), options.questions)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
