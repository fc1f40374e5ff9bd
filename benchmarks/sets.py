"""The question sets, the configurations, and runs that can be made in pieces.

Data is read from ../shared/data (or KGLLM_SHARED/data); sets that are not there are left out and named.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import kgllm
from kgllm.evaluation import Question, Report, load_run, read_questions
from kgllm.graphs.base import Graph

ROOT = Path(__file__).resolve().parent.parent
PIECE = 250
"""Questions that are kept together: a run that was stopped goes on with the next ones."""


@dataclass(frozen=True)
class Set:
    """Questions and the graph that they are asked of. `built_in`: the graph and questions that come with kgllm."""

    name: str
    graph: str
    file: str
    gold: bool = False
    chinese: bool = False
    built_in: bool = False


SETS = (
    Set("gpu, English", "gpu", "en", built_in=True),
    Set("gpu, Chinese", "gpu", "zh", built_in=True, chinese=True),
    Set("MetaQA, 1 hop", "metaqa/kb.txt", "metaqa/1hop.{}.jsonl"),
    Set("MetaQA, 2 hops", "metaqa/kb.txt", "metaqa/2hop.{}.jsonl"),
    Set("MetaQA, 3 hops", "metaqa/kb.txt", "metaqa/3hop.{}.jsonl"),
    Set("MetaQA, unanswerable", "metaqa/kb.txt", "metaqa/unanswerable.{}.jsonl"),
    Set("WebQSP on freebase_lite", "freebase_lite/kb.tsv", "freebase_lite/webqsp.{}.jsonl"),
    Set("WebQSP on freebase_lite, gold topics", "freebase_lite/kb.tsv", "freebase_lite/webqsp.{}.jsonl", gold=True),
    Set("NLPCC 2016", "nlpcc2016/kb.tsv", "nlpcc2016/{}.jsonl", chinese=True),
    Set("PathQuestion 2 hops, own graph", "pathquestion/pq2h.tsv", "pathquestion/pq2h.{}.jsonl"),
    Set("PathQuestion 3 hops, own graph", "pathquestion/pq3h.tsv", "pathquestion/pq3h.{}.jsonl"),
    Set("PathQuestion 2 hops, freebase13", "pathquestion/freebase13.tsv", "pathquestion/pq2h.{}.jsonl"),
    Set("PathQuestion 3 hops, freebase13", "pathquestion/freebase13.tsv", "pathquestion/pq3h.{}.jsonl"),
)
CONFIGURATIONS: dict[str, dict[str, str]] = {"words": {}, "minilm": {"encoder": "minilm"}, "spacy": {"nlp": "en_core_web_sm"}}


def data_folder() -> Path:
    """Where the benchmark data lies."""
    named = os.environ.get("KGLLM_SHARED")
    return (Path(named) if named else ROOT.parent / "shared") / "data"


def parser(name: str, about: str | None, *, configurations: Sequence[str]) -> argparse.ArgumentParser:
    """The options that every benchmark on question sets has."""
    made = argparse.ArgumentParser(prog=f"benchmarks {name}", description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--split", choices=("dev", "test"), default="dev")
    made.add_argument("--n", type=int, help="questions of each set, drawn at random; all where not said")
    made.add_argument("--only", nargs="+", default=[], help="sets whose name contains one of these")
    made.add_argument("--with", nargs="+", default=list(configurations), choices=list(CONFIGURATIONS), dest="configurations")
    made.add_argument("--save", type=Path, help=f"keep every {PIECE} questions in this folder; the same command goes on from there")
    made.add_argument("--minutes", type=float, help="begin nothing new after so many minutes (with --save)")
    return made


class Stopped(Exception):
    """The minutes are over."""


class Clock:
    """Says when no further piece may begin."""

    def __init__(self, minutes: float | None) -> None:
        self._end = None if minutes is None else time.monotonic() + 60 * minutes

    def check(self) -> None:
        """Raise `Stopped` when the time is over."""
        if self._end is not None and time.monotonic() > self._end:
            raise Stopped


def runs(args: argparse.Namespace, *, explain: bool) -> Iterator[tuple[Set, str, Graph, list[Question], Report | None]]:
    """Every set in every configuration that was asked for; no report where the time ran out before its end."""
    graphs: dict[str, Graph] = {}
    clock = Clock(args.minutes)
    for one in SETS:
        if args.only and not any(part.lower() in one.name.lower() for part in args.only):
            continue
        files = [one.graph, one.file.format(args.split)]
        if not one.built_in and not all((data_folder() / name).is_file() for name in files):
            print(f"{one.name}: left out, no data in {data_folder()}")
            continue
        if one.graph not in graphs:
            graphs.clear()  # one at a time in memory
            graphs[one.graph] = kgllm.datasets.load(one.graph) if one.built_in else kgllm.load(data_folder() / one.graph)
        questions = questions_of_set(one, args.split, args.n)
        for configuration in args.configurations:
            if configuration == "spacy" and one.chinese:
                continue
            folder = args.save and args.save / f"{one.name}, {args.split}, {configuration}, {args.n}".replace(" ", "-").replace(",", "")
            try:
                report = _run(graphs[one.graph], one, questions, configuration, explain=explain, folder=folder, clock=clock)
            except Stopped:
                report = None
            yield one, configuration, graphs[one.graph], questions, report


def questions_of_set(one: Set, split: str, n: int | None) -> list[Question]:
    """The questions of a set, or n of them drawn with a fixed seed."""
    if one.built_in:
        from kgllm.evaluation.datasets import questions_of

        return questions_of(kgllm.datasets.questions(one.graph, language=one.file), n=n)
    return read_questions(data_folder() / one.file.format(split), n=n)


def _run(
    graph: Graph, one: Set, questions: list[Question], configuration: str, *, explain: bool, folder: Path | None, clock: Clock
) -> Report:
    qa: kgllm.GraphQA | None = None
    rows, settings = [], {}
    for start in range(0, len(questions), PIECE):
        kept = folder and folder / f"{start:06}"
        if kept and kept.is_dir():
            piece = load_run(kept)
        else:
            clock.check()
            if qa is None:
                qa = kgllm.GraphQA(graph, **CONFIGURATIONS[configuration])
                qa.ask(questions[0].question)  # what is made once per graph is not a question's time
            piece = kgllm.evaluate(qa, questions[start : start + PIECE], gold_topics=one.gold, explain=explain)
            if kept:
                piece.save(kept)
        rows += piece.rows
        settings = dict(piece.settings)
    return Report(rows=tuple(rows), settings=settings)
