"""Fits the weights of `kgllm.retrieval.scoring.score` on the dev questions of all sets together, and says what they do to each set.

    python -m benchmarks fit_weights -- [--sets metaqa1:100 webqsp:300 …] [--keep build/fit.pkl] [--words] [--hold 6] [--folds 4] [--seed 1]

Every question is asked once, with the sentence encoder; the rows of the paths that the retriever ranks are kept (--keep names the
file, and a set that is in it is not asked again). Then one linear table is fitted, listwise, held near the present one (--hold),
each set weighing what SHARES says, and printed with hits@1 of each set: before, after, and cross-validated. --words leaves the encoder's
columns out. Last, the logistic of `score.sure` is fitted on the same questions and those that the graph cannot answer, and the
shares abstained on are printed. Nothing is written to the package: what is kept is chosen by hand, on whole runs.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import kgllm
from kgllm import datasets
from kgllm.graphs.base import view_of
from kgllm.retrieval.ranking.rank import Ranked, Ranking, rank
from kgllm.retrieval.scoring import score
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.matching import match

if TYPE_CHECKING:
    from numpy.typing import NDArray

DATA = Path(os.environ.get("KGLLM_SHARED", Path(__file__).resolve().parent.parent.parent / "shared")) / "data"
FILES = {
    "metaqa1": ("metaqa/kb.txt", "metaqa/1hop.dev.jsonl"),
    "metaqa2": ("metaqa/kb.txt", "metaqa/2hop.dev.jsonl"),
    "metaqa3": ("metaqa/kb.txt", "metaqa/3hop.dev.jsonl"),
    "unanswerable": ("metaqa/kb.txt", "metaqa/unanswerable.dev.jsonl"),
    "webqsp": ("freebase_lite/kb.tsv", "freebase_lite/webqsp.dev.jsonl"),
    "nlpcc": ("nlpcc2016/kb.tsv", "nlpcc2016/dev.jsonl"),
    "pq2": ("pathquestion/freebase13.tsv", "pathquestion/pq2h.dev.jsonl"),
    "pq3": ("pathquestion/freebase13.tsv", "pathquestion/pq3h.dev.jsonl"),
    "gpu_en": ("gpu", "en"),
    "gpu_zh": ("gpu", "zh"),
}
SETS = [
    "gpu_en:100",
    "gpu_zh:100",
    "webqsp:300",
    "metaqa1:100",
    "metaqa2:100",
    "metaqa3:100",
    "unanswerable:120",
    "nlpcc:150",
    "pq2:80",
    "pq3:80",
]
SHARES = {"webqsp": 2.0, "gpu_en": 1.3, "pq2": 0.4, "pq3": 0.4}  # what a set weighs; one where it is not said
NEAR = {"pq2": 0.45, "pq3": 0.45}  # walking the gold path of PathQuestion gives twice the gold answers: its F1 is no measure of a path
WORTH = 0.3  # F1 of a path that is worth learning from


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the paths that were ranked for it: their features, whose ends are the same, and what they are worth."""

    question: str
    rows: NDArray[Any]
    ends: NDArray[Any]
    first: NDArray[Any]
    f1: NDArray[Any]


def questions(name: str, size: int, seed: int) -> list[dict[str, Any]]:
    """A sample of a set's dev questions."""
    graph, file = FILES[name]
    rows = (
        datasets.questions("gpu", language=file)
        if graph == "gpu"
        else [json.loads(line) for line in (DATA / file).read_text("utf-8").splitlines()]
    )
    return random.Random(seed).sample(rows, size) if size < len(rows) else rows


def _there(name: str) -> bool:
    graph, file = FILES[name]
    return graph == "gpu" or (DATA / file).exists()


def key(thing: Any) -> set[str]:
    """What a node may be called."""
    return {str(getattr(thing, "name", thing)), str(getattr(thing, "id", thing))}


def ranked(qa: kgllm.GraphQA, question: str) -> list[Ranked]:
    """The paths that any of three tables would rank for a question, each once."""
    retriever = qa.retriever
    run = retriever.run(question, qa.link(question))
    if not run.seeds:
        return []
    candidates, _, asked, seen = run.candidates()
    steps = retriever.steps(run.view)
    found = match(asked, steps)
    out: dict[Any, Ranked] = {}
    far = score.weights(True)
    far[NAMES.index("meaning")] *= 2.5
    for weights in (score.weights(True), score.weights(False), far):
        for one in rank(Ranking(run, asked, found, steps, seen, weights), candidates):
            also = tuple((other.seeds, other.numbers) for other in one.also)
            out.setdefault((one.seeds, one.numbers, also), one)
    return list(out.values())


def case(qa: kgllm.GraphQA, row: Mapping[str, Any]) -> Case:
    """Ask one question."""
    gold = {str(answer) for answer in row["answers"]}
    paths = ranked(qa, row["question"])
    view = view_of(qa.graph)
    ends: dict[Any, int] = {}
    rows, same, first, f1 = [], [], [], []
    for one in paths:
        names = [key(node) for node in view.nodes(one.ground.ends[:400])]
        hits = sum(1 for name in names if name & gold)
        found = sum(1 for answer in gold if any(answer in name for name in names))
        precision, recall = hits / max(one.ground.count, 1), found / max(len(gold), 1)
        same.append(ends.setdefault((one.seeds, one.ground.count, tuple(np.sort(one.ground.ends).tolist())), len(ends)))
        rows.append(one.row)
        first.append(bool(names) and bool(names[0] & gold))
        f1.append(2 * precision * recall / (precision + recall) if hits else 0.0)
    table = np.array(rows, np.float32).reshape(-1, len(NAMES))
    return Case(row["question"], table, np.array(same, np.int64), np.array(first, bool), np.array(f1, np.float32))


def asked(wanted: Sequence[str], keep: Path | None, seed: int) -> dict[str, list[Case]]:
    """The cases of every set, asked where they are not kept."""
    out: dict[str, list[Case]] = pickle.loads(keep.read_bytes()) if keep and keep.exists() else {}  # noqa: S301 - written below
    qa: dict[str, kgllm.GraphQA] = {}
    for name, size in (one.split(":") for one in wanted):
        if name not in out:
            source = FILES[name][0]
            if source not in qa:
                qa = {source: kgllm.GraphQA(datasets.load("gpu") if source == "gpu" else kgllm.load(DATA / source), encoder="minilm")}
            out[name] = [case(qa[source], row) for row in questions(name, int(size), seed)]
            print(f"asked {name}: {len(out[name])}", flush=True)
            if keep:
                keep.parent.mkdir(parents=True, exist_ok=True)
                keep.write_bytes(pickle.dumps(out))
    return out


def best(one: Case, weights: NDArray[Any]) -> tuple[int, bool]:
    """The path that wins, as `rank` has paths of one end vote together, and whether all end at the same."""
    scores = one.rows @ weights
    groups = np.unique(one.ends)
    tops = np.array([scores[one.ends == group].max() for group in groups])
    sums = np.array([np.log(np.exp(scores[one.ends == group] - scores.max()).sum()) for group in groups]) + scores.max()
    group = groups[np.argmax((tops + sums) / 2)]
    inside = np.flatnonzero(one.ends == group)
    winner = int(inside[np.argmax(scores[inside])])
    return winner, len(groups) == 1


def hits(cases: Sequence[Case], weights: NDArray[Any]) -> float:
    """Strict hits@1."""
    return float(np.mean([len(one.rows) > 0 and one.first[best(one, weights)[0]] for one in cases])) if cases else 0.0


def f1(cases: Sequence[Case], weights: NDArray[Any]) -> float:
    """Mean F1 of the whole set of ends."""
    return float(np.mean([one.f1[best(one, weights)[0]] if len(one.rows) else 0.0 for one in cases])) if cases else 0.0


def fit(sets: Mapping[str, Sequence[Case]], start: NDArray[Any], free: NDArray[Any], hold: float, rounds: int = 300) -> NDArray[Any]:
    """The table that gives the best paths of every question the most of the mass, each set weighing what SHARES says (Adam)."""
    data = [
        (one.rows, one.f1 >= NEAR.get(name, 0.9) * one.f1.max(), SHARES.get(name, 1.0) / len(cases))
        for name, cases in sets.items()
        for one in cases
        if len(one.rows) and one.f1.max() >= WORTH
    ]
    rows = np.concatenate([row for row, _, _ in data])
    good = np.concatenate([mark for _, mark, _ in data])
    begin = np.cumsum([0, *(len(row) for row, _, _ in data)])[:-1]
    of = np.repeat(np.arange(len(data)), [len(row) for row, _, _ in data])
    weight = np.array([share for *_, share in data])
    weight /= weight.sum()
    scale = np.maximum(rows.std(axis=0), 0.05)
    scaled = rows / scale * free
    centre = start * scale
    at, mean, square = centre.copy(), np.zeros(len(NAMES)), np.zeros(len(NAMES))

    def share(values: NDArray[Any]) -> NDArray[Any]:
        values = np.exp(values - np.maximum.reduceat(values, begin)[of])
        return values / np.add.reduceat(values, begin)[of]

    for n in range(1, rounds + 1):
        values = scaled @ at
        change = (share(values) - share(np.where(good, values, -1e9))) * weight[of]
        slope = scaled.T @ change + hold * (at - centre) / len(NAMES)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        at = at - 0.05 * free * (mean / (1 - 0.9**n)) / (np.sqrt(square / (1 - 0.999**n)) + 1e-8)
    return at / scale


def parts(sets: Mapping[str, Sequence[Case]], folds: int) -> Iterator[tuple[dict[str, list[Case]], dict[str, list[Case]]]]:
    """Every fold: what is learned from, and what is left out."""
    for n in range(folds):
        yield (
            {name: [one for i, one in enumerate(cases) if i % folds != n] for name, cases in sets.items()},
            {name: [one for i, one in enumerate(cases) if i % folds == n] for name, cases in sets.items()},
        )


def evidence(one: Case, weights: NDArray[Any]) -> NDArray[Any]:
    """What confidence is read from: some features of the best path, 1, and what is added where there is one thing to find, which is
    not fitted."""
    winner, alone = best(one, weights)
    return np.array([*(one.rows[winner, NAMES.index(name)] for name in score.SURE), 1.0, score.ALONE * alone])


def confidence(sets: Mapping[str, Sequence[Case]], weights: NDArray[Any], none: float) -> NDArray[Any]:
    """A logistic that tells questions answered right from those that cannot be answered, which weigh `none`; wrong answers a tenth."""
    rows, marks, weight = [], [], []
    for name, cases in sets.items():
        for one in cases:
            if len(one.rows):
                winner, _ = best(one, weights)
                right = bool(one.f1[winner] > 0)
                rows.append(evidence(one, weights))
                marks.append(right)
                weight.append((none if name == "unanswerable" else 1.0 if right else 0.1) / len(cases))
    table, y, w = np.array(rows), np.array(marks, float), np.array(weight) / sum(weight)
    x, alone = table[:, :-1], table[:, -1]
    at = np.zeros(x.shape[1])
    for _ in range(50):  # Newton
        p = 1 / (1 + np.exp(-(x @ at + alone)))
        slope = x.T @ (w * (p - y)) + 1e-3 * at
        at -= np.linalg.solve((x * (w * p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(len(at)), slope)
    return np.array([*at, 1.0])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="fit_weights", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", default=SETS, help="NAME:QUESTIONS of " + ", ".join(FILES))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--hold", type=float, default=6.0)
    parser.add_argument("--seed", type=int, default=1, help="of the samples")
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--none", type=float, default=0.25, help="weight of the unanswerable questions")
    options = parser.parse_args(arguments)
    missing = [one for one in options.sets if not _there(one.split(":")[0])]
    if missing:
        print(f"left out, not in {DATA}: {', '.join(missing)}")
    sets = asked([one for one in options.sets if one not in missing], options.keep, options.seed)
    known = {name: cases for name, cases in sets.items() if name != "unanswerable"}
    free = np.array([not (options.words and name.startswith("meaning")) for name in NAMES], float)
    start = score.weights(not options.words).astype(float)
    table = fit(known, start, free, options.hold)
    folds = [(fit(rest, start, free, options.hold), left) for rest, left in parts(known, options.folds)]
    print(
        "\n| set | n | hits@1 before | after | cross-validated | F1 before | after | cross-validated |\n|---|--:|--:|--:|--:|--:|--:|--:|"
    )
    for name, cases in known.items():
        cells = []
        for measure in (hits, f1):
            held = sum(measure(left[name], weights) * len(left[name]) for weights, left in folds) / len(cases)
            cells += [measure(cases, start), measure(cases, table), held]
        print(f"| {name} | {len(cases)} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    print({name: round(float(weight), 2) for name, weight in zip(NAMES, table, strict=True)})
    for title, weights in (("present", start), ("fitted", table)):
        told = confidence(sets, weights, options.none)
        print(
            f"\nconfidence on the {title} table:",
            {name: round(float(x), 2) for name, x in zip((*score.SURE, "constant"), told, strict=False)},
        )
        for name, cases in sets.items():
            low = [not len(one.rows) or evidence(one, weights) @ told < 0 for one in cases]
            right = [len(one.rows) > 0 and bool(one.f1[best(one, weights)[0]] > 0) for one in cases]
            print(
                f"  {name}: abstained {np.mean(low):.3f}, of the right {np.mean([a for a, b in zip(low, right, strict=True) if b] or [0]):.3f}"
            )
    return 0
