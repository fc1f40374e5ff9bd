"""Every question set on its graph, in every configuration: figures with 95 % intervals, beside baselines, as a Markdown table.

    python -m benchmarks questions -- [--split dev|test] [--n 500] [--only NAME …] [--with words minilm spacy]
        [--save FOLDER [--minutes 9]]

With --save a run is kept in pieces, and the same command goes on where it was stopped; --minutes stops it.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.baselines import baselines
from benchmarks.sets import CONFIGURATIONS, parser, runs
from kgllm.evaluation import Report

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


def main(arguments: Sequence[str]) -> int:
    args = parser("questions", __doc__, configurations=list(CONFIGURATIONS)).parse_args(arguments)
    print(f"| set ({args.split}) | configuration | n | errors | " + " | ".join(FIGURES) + " | p50 ms | p95 ms |")
    print("|---" * (len(FIGURES) + 6) + "|")
    below: list[str] = []
    based: set[str] = set()
    unfinished = False
    for one, configuration, graph, questions, report in runs(args, explain=False):
        if report is None:
            unfinished = True
            continue
        print(f"| {one.name} | {configuration} | {len(report.rows)} | {report.errors} | {_cells(report)} |", flush=True)
        if report.hops:
            found = ", ".join(f"{hops}: {figures['hits1']}" for hops, figures in report.hops.items() if "hits1" in figures)
            below.append(f"{one.name}, {configuration}: hits1 by hops {found}")
        if one.name not in based:
            based.add(one.name)
            below += [f"{one.name}: {line}" for line in baselines(graph, questions)]
    print("\n" + "\n".join(f"- {line}" for line in below))
    if unfinished:
        print("\nThe time is over: the same command goes on from here.")
    return 0


def _cells(report: Report) -> str:
    shown = [report.figures.get(name) for name in FIGURES]
    cells = ["" if figure is None else f"{figure.value:.3f} ±{(figure.high - figure.low) / 2:.3f}" for figure in shown]
    return " | ".join([*cells, *(f"{report.figures[name].value:.1f}" for name in ("p50_ms", "p95_ms"))])
