"""Every question set on its graph, in every configuration: figures with 95 % intervals, and the misses by stage, as Markdown tables.

    python -m benchmarks questions -- [--split dev|test] [--n 500] [--only NAME …] [--with words minilm spacy] [--explain] [--save FOLDER]

Data is read from ../shared/data (or KGLLM_SHARED/data); sets that are not there are left out and named.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import kgllm
from benchmarks.baselines import baselines
from kgllm.evaluation import Question, Report, read_questions
from kgllm.graphs.base import Graph

ROOT = Path(__file__).resolve().parent.parent
FIGURES = (
    "hits1",
    "hits1_any",
    "f1",
    "exact",
    "recall_10",
    "recall_100",
    "path_recall",
    "link_first",
    "link_any",
    "abstained",
    "abstain_recall",
)


@dataclass(frozen=True)
class Set:
    """Questions and the graph that they are asked of. `built_in`: the graph and questions that come with kgllm."""

    name: str
    graph: str
    files: tuple[str, ...]
    gold: bool = False
    chinese: bool = False
    built_in: bool = False


SETS = (
    Set("gpu, English", "gpu", ("en",), built_in=True),
    Set("gpu, Chinese", "gpu", ("zh",), built_in=True, chinese=True),
    Set("MetaQA", "metaqa/kb.txt", ("metaqa/1hop.{}.jsonl", "metaqa/2hop.{}.jsonl", "metaqa/3hop.{}.jsonl")),
    Set("MetaQA, unanswerable", "metaqa/kb.txt", ("metaqa/unanswerable.{}.jsonl",)),
    Set("WebQSP on freebase_lite", "freebase_lite/kb.tsv", ("freebase_lite/webqsp.{}.jsonl",)),
    Set("WebQSP on freebase_lite, gold topics", "freebase_lite/kb.tsv", ("freebase_lite/webqsp.{}.jsonl",), gold=True),
    Set("NLPCC 2016", "nlpcc2016/kb.tsv", ("nlpcc2016/{}.jsonl",), chinese=True),
    Set("PathQuestion 2 hops, own graph", "pathquestion/pq2h.tsv", ("pathquestion/pq2h.{}.jsonl",)),
    Set("PathQuestion 3 hops, own graph", "pathquestion/pq3h.tsv", ("pathquestion/pq3h.{}.jsonl",)),
    Set("PathQuestion 2 hops, freebase13", "pathquestion/freebase13.tsv", ("pathquestion/pq2h.{}.jsonl",)),
    Set("PathQuestion 3 hops, freebase13", "pathquestion/freebase13.tsv", ("pathquestion/pq3h.{}.jsonl",)),
)
CONFIGURATIONS: dict[str, dict[str, str]] = {"words": {}, "minilm": {"encoder": "minilm"}, "spacy": {"nlp": "en_core_web_sm"}}


def data_folder() -> Path:
    """Where the benchmark data lies."""
    named = os.environ.get("KGLLM_SHARED")
    return (Path(named) if named else ROOT.parent / "shared") / "data"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks questions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--n", type=int, help="questions of each file; all where not said")
    parser.add_argument("--only", nargs="+", default=[], help="sets whose name contains one of these")
    parser.add_argument("--with", nargs="+", default=list(CONFIGURATIONS), choices=list(CONFIGURATIONS), dest="configurations")
    parser.add_argument("--explain", action="store_true", help="sort the misses by the stage that lost them")
    parser.add_argument("--save", type=Path, help="keep each run in a folder of its own under this one")
    args = parser.parse_args(arguments)
    print(f"| set ({args.split}) | configuration | n | errors | " + " | ".join(FIGURES) + " | p50 ms | p95 ms |")
    print("|---" * (len(FIGURES) + 6) + "|")
    graphs: dict[str, Graph] = {}
    below: list[str] = []
    for one in SETS:
        if args.only and not any(part.lower() in one.name.lower() for part in args.only):
            continue
        files = [one.graph, *(name.format(args.split) for name in one.files)]
        if not one.built_in and not all((data_folder() / name).is_file() for name in files):
            below.append(f"{one.name}: left out, no data in {data_folder()}")
            continue
        if one.graph not in graphs:
            graphs.clear()  # one at a time in memory
            graphs[one.graph] = kgllm.datasets.load(one.graph) if one.built_in else kgllm.load(data_folder() / one.graph)
        questions = _questions(one, args.split, args.n)
        for configuration in args.configurations:
            if configuration == "spacy" and one.chinese:
                continue
            report = _run(graphs[one.graph], one, questions, configuration, explain=args.explain)
            print(f"| {one.name} | {configuration} | {len(report.rows)} | {report.errors} | {_cells(report)} |", flush=True)
            below += _below(one.name, configuration, report)
            if args.save:
                report.save(args.save / f"{one.name}, {args.split}, {configuration}".replace(" ", "-").replace(",", ""))
        below += [f"{one.name}: {line}" for line in baselines(graphs[one.graph], questions)]
    print("\n" + "\n".join(f"- {line}" for line in below))
    return 0


def _questions(one: Set, split: str, n: int | None) -> list[Question]:
    if one.built_in:
        from kgllm.evaluation.datasets import questions_of

        return questions_of(kgllm.datasets.questions(one.graph, language=one.files[0]), n=n)
    return [question for name in one.files for question in read_questions(data_folder() / name.format(split), n=n)]


def _run(graph: Graph, one: Set, questions: list[Question], configuration: str, *, explain: bool) -> Report:
    qa = kgllm.GraphQA(graph, **CONFIGURATIONS[configuration])
    qa.ask(questions[0].question)  # what is made once per graph is not a question's time
    return kgllm.evaluate(qa, questions, gold_topics=one.gold, explain=explain)


def _cells(report: Report) -> str:
    shown = [report.figures.get(name) for name in FIGURES]
    cells = ["" if figure is None else f"{figure.value:.3f} ±{(figure.high - figure.low) / 2:.3f}" for figure in shown]
    return " | ".join([*cells, *(f"{report.figures[name].value:.1f}" for name in ("p50_ms", "p95_ms"))])


def _below(name: str, configuration: str, report: Report) -> list[str]:
    """What does not fit in the row: hits@1 by hops, and misses by stage."""
    lines = []
    if report.hops:
        found = ", ".join(f"{hops}: {figures['hits1']}" for hops, figures in report.hops.items() if "hits1" in figures)
        lines.append(f"{name}, {configuration}: hits1 by hops {found}")
    if report.stages:
        lines.append(f"{name}, {configuration}: misses by stage: {', '.join(f'{stage} {n}' for stage, n in report.stages.items())}")
    return lines
