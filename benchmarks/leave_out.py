"""Each graph asked with weights that were fitted without it: what the shipped table owes to having seen its dev questions.

    python -m benchmarks leave_out -- [--only metaqa webqsp …] [--split test] [--n 500] [--keep build/fit.pkl] [--taught]

The weights of `kgllm.retrieval.scoring.score` were fitted on dev questions of all sets together. Here they are fitted anew, from zero
and not from the shipped values, on the dev questions of all graphs but one, and that one's questions are asked with them; beside it
as shipped, and with weights fitted from zero on all, so that what is lost by leaving a graph out is told from what is lost by fitting
anew. --taught: then by qa.fit(), taught by the graph alone. Confidence stays as it is shipped. --keep: see `fit_weights`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import kgllm
from benchmarks import fit_weights
from benchmarks.sets import data_folder
from kgllm.evaluation import read_questions
from kgllm.retrieval.scoring import score
from kgllm.retrieval.scoring.features import NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRAPHS: Mapping[str, Sequence[str]] = {
    "metaqa": ("metaqa1", "metaqa2", "metaqa3"),
    "webqsp": ("webqsp",),
    "pathquestion": ("pq2", "pq3"),
    "nlpcc": ("nlpcc",),
}
"""The sets of each graph that is left out; the built-in graph's always teach."""
WORDS_ONLY = ("nlpcc",)  # the encoder reads no Chinese
HELD = 0.5  # how strongly the weights are held near zero
SET_BY_HAND = frozenset(("strange", "lacks", "cut", "headless", "learned", "remembered"))  # no part of the fitted table


def without(sets: Mapping[str, Sequence[fit_weights.Case]], left: Sequence[str], *, encoder: bool) -> NDArray[Any]:
    """Weights fitted from zero on all sets but some."""
    rest = {name: cases for name, cases in sets.items() if name not in left and name != "unanswerable"}
    fitted = [name not in SET_BY_HAND and (encoder or not name.startswith("meaning")) for name in NAMES]
    table = fit_weights.fit(rest, np.zeros(len(NAMES)), np.array(fitted, float), HELD)
    return np.where(fitted, table, score.weights(encoder))


@contextmanager
def in_use(table: NDArray[Any] | None, *, encoder: bool) -> Iterator[None]:
    """While this lasts, a new GraphQA has these weights in the place of the shipped ones."""
    shipped = score.MEANING if encoder else score.WORDS
    before = dict(shipped)
    shipped.update(before if table is None else dict(zip(NAMES, map(float, table), strict=True)))
    try:
        yield
    finally:
        shipped.update(before)


def asked(graph: Any, file: Path, table: NDArray[Any] | None, *, encoder: bool, n: int | None, taught: bool) -> list[str]:
    """The cells of a set: hits@1 (of any gold answer, for PathQuestion), with its interval, untaught and taught."""
    figure = "hits1_any" if "pathquestion" in str(file) else "hits1"
    cells = []
    with in_use(table, encoder=encoder):
        qa = kgllm.GraphQA(graph, encoder="minilm" if encoder else None)
        for fitted in (False, True) if taught else (False,):
            if fitted:
                qa.fit()
            found = kgllm.evaluate(qa, read_questions(file, n=n)).figures[figure]
            cells.append(f"{found.value:.3f}")
    return cells


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="leave_out", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=list(GRAPHS), choices=list(GRAPHS))
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--n", type=int, help="questions of each file; all where not said")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--taught", action="store_true")
    options = parser.parse_args(arguments)
    missing = [name for name in options.only if not (data_folder() / fit_weights.FILES[GRAPHS[name][0]][0]).exists()]
    if missing:
        print(f"left out, not in {data_folder()}: {', '.join(missing)}")
        return 0
    sets = fit_weights.asked(fit_weights.SETS, options.keep, 1)
    more = ["", " taught"] if options.taught else [""]
    titles = [f"{weights}{then}" for weights in ("as shipped", "fitted anew, on all", "fitted anew, without this graph") for then in more]
    print(f"\n| set | n | {' | '.join(titles)} |\n|---|--:|{'---|' * len(titles)}", flush=True)
    for name in options.only:
        encoder = name not in WORDS_ONLY
        graph = kgllm.load(data_folder() / fit_weights.FILES[GRAPHS[name][0]][0])
        tables = [None, without(sets, (), encoder=encoder), without(sets, GRAPHS[name], encoder=encoder)]
        for one in GRAPHS[name]:
            file = data_folder() / fit_weights.FILES[one][1].replace("dev", options.split)
            cells = [cell for table in tables for cell in asked(graph, file, table, encoder=encoder, n=options.n, taught=options.taught)]
            print(f"| {one} | {len(read_questions(file, n=options.n))} | {' | '.join(cells)} |", flush=True)
    return 0
