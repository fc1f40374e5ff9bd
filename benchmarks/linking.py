"""Linking by set: is the first link, is any link, is any candidate of a link the topic; and the time a question takes.

"Namesakes" are questions whose topic shares its name, however it is written, with other things of the graph (a film, a tag, a person).

    python -m benchmarks linking -- [--split dev|test] [--n 500] [--only NAME …] [--nlp en_core_web_sm] [--misses 10]

The last rows ask for names of a large graph with a slip of the keyboard in each (two letters swapped), found by search alone.
Data is read from ../shared/data (or KGLLM_SHARED/data); sets that are not there are left out and named.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import kgllm
from benchmarks.sets import SETS, Set, data_folder
from kgllm.evaluation import Question, read_questions
from kgllm.graphs.base import Graph
from kgllm.linking.linker import Linker
from kgllm.linking.pipelines import pipeline
from kgllm.types import Entity, Node

WRITTEN = ("id", "name", "alias", "normalised")
SLIPS = ("scale/hpo.tsv.gz", "scale/debian.tsv.gz")


def key(name: object) -> str:
    """A name as compared: case counts, since names may differ by it alone; underscores and spaces do not."""
    return " ".join(unicodedata.normalize("NFKC", str(name)).replace("_", " ").split())


def called(node: Node) -> set[str]:
    return {key(node.name), key(node.id)} if isinstance(node, Entity) else {key(node.name)}


def measure(linker: Linker, questions: Sequence[Question]) -> tuple[list[float], list[float], list[str], tuple[int, int]]:
    """Shares of questions whose topic is the first link, a link, a candidate; milliseconds of each; the misses, in words; how many
    topics have namesakes, and how many of those are the first link."""
    hits, took, misses, alike = [0, 0, 0], [], [], [0, 0]
    for question in questions:
        topics = {key(topic) for topic in question.topics}
        begun = time.perf_counter()
        links = linker.link(question.question)
        took.append((time.perf_counter() - begun) * 1e3)
        first = bool(links) and bool(called(links[0].entity) & topics)
        any_link = any(called(link.entity) & topics for link in links)
        candidate = any_link or any(called(one.entity) & topics for link in links for one in link.candidates)
        if any(len({match.node for match in found if match.kind in WRITTEN}) > 1 for found in linker.graph.find(list(question.topics))):
            alike = [alike[0] + 1, alike[1] + first]
        hits = [total + hit for total, hit in zip(hits, (first, any_link, candidate), strict=True)]
        if not first:
            found = "; ".join(f"{link.mention.text} → {link.entity} ({link.score:.2f}, {link.reason})" for link in links[:3])
            misses.append(f"{question.question}  [{', '.join(question.topics)}]  {found or 'nothing'}")
    return [hit / max(1, len(questions)) for hit in hits], took, misses, (alike[0], alike[1])


def row(name: str, asked: int, shares: Sequence[float], took: Sequence[float], alike: tuple[int, int] = (0, 0)) -> str:
    ordered = sorted(took) or [0.0]
    times = (ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))])
    namesakes = f"{alike[1]} of {alike[0]}" if alike[0] else ""
    return "| " + " | ".join([name, str(asked), *(f"{share:.3f}" for share in shares), namesakes, *(f"{one:.2f}" for one in times)]) + " |"


def slips(graph: Graph, asked: int, seed: int = 0) -> tuple[list[float], list[float]]:
    """Names of the graph with two neighbouring letters swapped: is the entity found first, and at all?"""
    draw = random.Random(seed)
    names = [fact.subject for fact in graph.sample(4 * asked, seed) if isinstance(fact.subject, Entity) and len(fact.subject.name) > 6]
    first = some = 0
    took = []
    for entity in names[:asked]:
        at = draw.choice([i for i in range(1, len(entity.name) - 1) if entity.name[i] != entity.name[i + 1]] or [1])
        slipped = entity.name[:at] + entity.name[at + 1] + entity.name[at] + entity.name[at + 2 :]
        begun = time.perf_counter()
        found = [match.node for match in graph.search(slipped, 10)]
        took.append((time.perf_counter() - begun) * 1e3)
        first += found[:1] == [entity]
        some += entity in found
    return [first / max(1, len(took)), some / max(1, len(took)), some / max(1, len(took))], took


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks linking", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--n", type=int, default=500, help="questions of each file")
    parser.add_argument("--only", nargs="+", default=[], help="sets whose name contains one of these")
    parser.add_argument("--nlp", help="a spaCy pipeline for English; blank where not said")
    parser.add_argument("--misses", type=int, default=0, help="misses of each file to show")
    chosen = parser.parse_args(arguments)
    data = data_folder()
    print("| set | questions | first | any | candidate | namesakes: first | p50 ms | p95 ms |\n|---|---|---|---|---|---|---|---|")
    graphs: dict[str, Linker] = {}
    for one in SETS:
        if one.gold or one.built_in or "unanswerable" in one.name or (chosen.only and not any(part in one.name for part in chosen.only)):
            continue
        if not (data / one.graph).exists():
            print(f"left out, not there: {data / one.graph}", file=sys.stderr)
            continue
        if one.graph not in graphs:
            graphs = {one.graph: _linker(data / one.graph, one, chosen.nlp)}
        questions = read_questions(data / one.file.format(chosen.split), n=chosen.n)
        shares, took, misses, alike = measure(graphs[one.graph], questions)
        print(row(one.name, len(questions), shares, took, alike), flush=True)
        for miss in misses[: chosen.misses]:
            print(f"    {miss}")
    for name in SLIPS:
        if (data / name).exists() and (not chosen.only or any(part in name for part in chosen.only)):
            shares, took = slips(kgllm.load(data / name), min(chosen.n, 300))
            print(row(f"slips, {Path(name).name.split('.')[0]}", len(took), shares, took), flush=True)
    return 0


def _linker(graph: Path, one: Set, nlp: str | None) -> Linker:
    linker = Linker(kgllm.load(graph), nlp=pipeline(nlp) if nlp and not one.chinese else None)
    linker.link("warm up 问")  # what is loaded once
    return linker
