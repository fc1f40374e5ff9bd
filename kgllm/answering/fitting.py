"""`qa.fit`: teach the scorer from questions that kgllm writes itself, from labelled ones, or from both, and keep it only where it helps."""

from __future__ import annotations

import hashlib
import html
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.answering.abstain import THRESHOLD
from kgllm.display import amount
from kgllm.errors import CheckpointError, ConfigError
from kgllm.evaluation.datasets import Question as Labelled
from kgllm.evaluation.datasets import questions_of
from kgllm.linking.teach import Taught, teach
from kgllm.retrieval.learning.calibrate import calibrated, expected_calibration_error, hold_of, tempered, weights_of
from kgllm.retrieval.learning.cases import Case, Collector
from kgllm.retrieval.learning.choose import Chosen, Work, by_graph, by_labels, figures
from kgllm.retrieval.learning.train import LEARNED, best, scored, wordless
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.learned import Learned
from kgllm.retrieval.scoring.score import sure as shipped_sure
from kgllm.retrieval.scoring.score import weights as shipped_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.answering.qa import GraphQA
    from kgllm.graphs.base import Graph
    from kgllm.questions.values import Question as Written

OWN = 1600  # questions that kgllm writes, where it is taught by the graph alone
MOST = 2000  # labelled questions learned from: more are drawn from
FEW = 60  # with fewer labels than this, questions of kgllm's own are added
NONE = 100  # unanswerable questions written for confidence, where the given ones hold none
KINDS: Mapping[str, float] = {
    "one_hop": 3, "inverse": 3, "two_hop": 3, "three_hop": 3, "intersection": 0.7, "list": 0.7, "unanswerable": 2,
}  # fmt: skip
REMEMBERED = NAMES.index("remembered")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitReport:
    """What fitting changed on questions that it was not taught with, by kind: (how many, hits@1 before, after, F1 before, after).

    `linking`: of how many questions whose topics are known, how often a topic was linked first, before and after. `kept` says
    what is in use now: "learned", or "shipped" where nothing learned was better. `calibration` is the expected calibration error
    of confidence, before and after; `abstained` the share of the unanswerable abstained on, before and after; `curve` the loss
    after every epoch.
    """

    taught_by: str
    questions: int
    kept: str
    by_kind: Mapping[str, tuple[int, float, float, float, float]]
    linking: tuple[int, float, float]
    calibration: tuple[float, float]
    abstained: tuple[float, float]
    threshold: float
    curve: tuple[float, ...]
    seconds: float

    def __str__(self) -> str:
        why = "" if self.kept == "learned" else " (what was learned is no better on questions held out, and is not kept)"
        lines = [
            f"taught by {self.taught_by}: {amount(self.questions, 'question')} in {self.seconds:.0f} s; in use: {self.kept}{why}",
            "held out        n   hits@1 before  after    F1 before  after",
        ]
        for kind, (n, hit, hit_after, f1, f1_after) in self.by_kind.items():
            lines.append(f"{kind[:14]:<14}{n:>4}   {hit:>13.3f}{hit_after:>7.3f}{f1:>13.3f}{f1_after:>7.3f}")
        if self.linking[0]:
            lines.append(f"linked first, of {self.linking[0]:,}: {self.linking[1]:.3f} → {self.linking[2]:.3f}")
        lines.append(f"expected calibration error {self.calibration[0]:.3f} → {self.calibration[1]:.3f}")
        lines.append(f"unanswerable abstained on {self.abstained[0]:.2f} → {self.abstained[1]:.2f}")
        return "\n".join(lines)

    __repr__ = __str__  # at a prompt, too

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    def to_svg(self) -> str:
        """The curve, and what changed by kind, drawn; in a notebook a report draws itself."""
        from kgllm.viz.fitted import fit_svg

        return fit_svg(
            self.curve, self.by_kind, title=f"taught by {self.taught_by}: {amount(self.questions, 'question')}; in use: {self.kept}"
        )

    def _repr_html_(self) -> str:
        return f'{self.to_svg()}<pre class="kgllm">{html.escape(str(self))}</pre>'


def fit(
    qa: GraphQA, questions: str | Path | Iterable[Any] | None, *, seed: int, n: int | None, own: int | None, progress: Progress | None
) -> FitReport:
    """Teach the scorer of `qa`, and put it in use where it helps; what stops on the way leaves it as it was."""
    before = qa.retriever.learned
    try:
        learned, report = _taught(qa, questions, seed=seed, n=n, own=own, progress=progress)
    except BaseException:  # an interrupt, too
        qa.use(before)
        raise
    qa.use(learned)
    return report


def _taught(
    qa: GraphQA, questions: str | Path | Iterable[Any] | None, *, seed: int, n: int | None, own: int | None, progress: Progress | None
) -> tuple[Learned, FitReport]:
    begin = time.perf_counter()
    tell = progress or (lambda stage, done, of: None)
    given = [] if questions is None else _labelled(questions, MOST if n is None else n, seed)
    qa.use(None)
    written = _written(qa, n or OWN if own is None else own, seed) if questions is None else []
    if questions is None and not written:
        raise ConfigError(
            "kgllm has no questions to write of this graph, so nothing can be learned from it",
            hint="give a graph with facts, or labelled questions",
        )
    topics = [(row.question, row.topics) for row in given] or [(row.question, row.topic_ids) for row in written]
    links = teach(qa.linker, topics, own=not given, progress=lambda done: tell("linking", done + 1, len(topics)))
    qa.linker.learned = links.links
    collector = Collector(qa.retriever, qa.graph)
    labelled = [_asked(qa, collector, row.question, row.answers, "labelled", i, len(given), tell) for i, row in enumerate(given)]
    teaching = [case for case in labelled if case.teaches]
    if questions is not None and not teaching:
        raise ConfigError(
            "no question leads to its answers in this graph, so nothing can be learned from them",
            hint="answers must be names or ids of the graph",
        )
    if questions is not None:
        written = _written(qa, own if own is not None else OWN // 3 if len(teaching) < FEW else 0, seed)
    own_cases = _own(qa, collector, written, tell)
    none = [case for case in (*labelled, *own_cases) if not case.answerable]
    if not none:
        none = _own(qa, collector, _written(qa, NONE, seed + 1, kinds={"unanswerable": 1.0}), tell)
    work = Work(collector.paths, collector.keys, shipped_weights(qa.retriever.meaning is not None).astype(np.float64), seed)
    tell("training", 0, 1)
    if questions is None:
        chosen = by_graph(work, own_cases)
    else:
        chosen = by_labels(work, [case for case in labelled if case.answerable], [case for case in own_cases if case.teaches])
    tell("training", 1, 1)
    return _finish(
        qa,
        work,
        chosen,
        none,
        taught="the graph" if questions is None else ("labels and the graph" if own_cases else "labels"),
        links=links,
        begin=begin,
    )


def _labelled(source: str | Path | Iterable[Any], most: int, seed: int) -> list[Labelled]:
    rows = questions_of(source)
    return questions_of(rows, n=most, seed=seed) if len(rows) > most else rows


def _asked(qa: GraphQA, collector: Collector, text: str, answers: Sequence[str], kind: str, done: int, of: int, tell: Progress) -> Case:
    tell("asking", done + 1, of)
    return collector.case(text, answers, qa.link(text), kind=kind)


def _written(qa: GraphQA, n: int, seed: int, kinds: Mapping[str, float] = KINDS) -> list[Written]:
    """Questions that kgllm writes of the graph."""
    if n < 1:
        return []
    from kgllm.questions import iterate
    from kgllm.questions.templates import languages_of

    return list(
        iterate(qa.graph, n, kinds=dict(kinds), missing_ok=True, languages=languages_of(qa.graph), seed=seed, split_by=None, noise=0.1)
    )


def _own(qa: GraphQA, collector: Collector, rows: list[Written], tell: Progress) -> list[Case]:
    """Questions that kgllm wrote, asked."""
    return [_asked(qa, collector, row.question, row.answers, row.kind, i, len(rows), tell) for i, row in enumerate(rows)]


def _winners(work: Work, chosen: Chosen, none: list[Case], linear: NDArray[Any]) -> tuple[NDArray[Any], list[str]]:
    """What confidence is fitted to: a row for the best path of each question (features, whether it has no rival, 1), and whether that
    is right, wrong, or the graph has no answer. `none`: questions without one, which nothing was taught with."""
    seen = [*zip(chosen.held, chosen.values, chosen.votes, chosen.learned, strict=True)]
    for case in none:
        plain, vote = scored(case, linear, None, work.paths), work.votes(chosen.memory, case) * chosen.recall
        told = scored(case, linear, chosen.model, work.paths, chosen.share) - plain
        seen.append((case, plain + told + vote, vote, told))
    rows, kinds = [], []
    for case, values, vote, told in seen:
        if not len(values):
            continue
        winner, _ = best(values, case.ends)
        row = case.rows[winner].astype(np.float64)
        row[REMEMBERED] = vote[winner]
        row[LEARNED] = told[winner]
        rows.append(np.array([*row, float(len(np.unique(case.ends)) == 1), 1.0]))
        kinds.append("none" if not case.answerable else "right" if case.first[winner] else "wrong")
    return np.array(rows), kinds


def _finish(
    qa: GraphQA, work: Work, chosen: Chosen, none: list[Case], *, taught: str, links: Taught, begin: float
) -> tuple[Learned, FitReport]:
    """Confidence on what was held out, and the report."""
    encoder = qa.retriever.meaning is not None
    graph_taught = taught == "the graph"
    linear = work.prior if chosen.model is None else chosen.model.linear.astype(np.float64)
    table, kinds = _winners(work, chosen, none, linear)
    marks = np.array([kind == "right" for kind in kinds])
    if graph_taught:
        sure, threshold = tempered(table, kinds, encoder=encoder, shipped=THRESHOLD)
    else:
        sure, threshold = calibrated(table, kinds, hold_of(kinds.count("right")), encoder=encoder, shipped=THRESHOLD)
    was = np.array([shipped_sure(row[:-2].astype(np.float32), alone=bool(row[-2]), encoder=encoder) for row in table])
    now = 1 / (1 + np.exp(-np.clip(table @ sure, -30, 30)))
    unanswerable = np.array([kind == "none" for kind in kinds])
    model = chosen.model
    learned = Learned(
        linear=linear.astype(np.float32),
        ask=(model.ask * chosen.share).astype(np.float32) if model else np.zeros((1, 1), np.float32),
        path=(wordless(model.path) if graph_taught else model.path) if model else np.zeros((1, 1), np.float32),
        memory=chosen.memory,
        recall=chosen.recall,
        links=links.links,
        sure=sure.astype(np.float32),
        threshold=threshold,
        about={
            "graph": qa.graph.version(),
            "schema": schema_hash(qa.graph),
            "encoder": _encoder(qa),
            "seed": work.seed,
            "taught_by": taught,
        },
    )
    learned.linear[[LEARNED, REMEMBERED]] = 1.0
    report = FitReport(
        taught_by=taught,
        questions=chosen.taught,
        kept="learned" if model else "shipped",
        by_kind=_by_kind(work, chosen),
        linking=(links.n, links.before, links.after),
        calibration=(expected_calibration_error(was, marks, weights_of(kinds)), expected_calibration_error(now, marks, weights_of(kinds))),
        abstained=(
            float(np.mean(was[unanswerable] < qa.threshold)) if unanswerable.any() else 0.0,
            float(np.mean(now[unanswerable] < threshold)) if unanswerable.any() else 0.0,
        ),
        threshold=threshold,
        curve=chosen.curve,
        seconds=time.perf_counter() - begin,
    )
    return learned, report


def _by_kind(work: Work, chosen: Chosen) -> dict[str, tuple[int, float, float, float, float]]:
    rows: dict[str, list[tuple[float, float, float, float]]] = {}
    for case, values in zip(chosen.held, chosen.values, strict=True):
        hit, f1 = figures(case, scored(case, work.prior, None, work.paths))
        after_hit, after_f1 = figures(case, values)
        for kind in (case.kind, "all"):
            rows.setdefault(kind, []).append((hit, after_hit, f1, after_f1))
    out = {}
    for kind in [*sorted(rows.keys() - {"all"}), *(["all"] if rows else [])]:
        means = np.mean(rows[kind], axis=0).tolist()
        out[kind] = (len(rows[kind]), means[0], means[1], means[2], means[3])
    return out


def _encoder(qa: GraphQA) -> str | None:
    return qa.retriever.meaning.name if qa.retriever.meaning is not None else None


def schema_hash(graph: Graph) -> str:
    """What tells one vocabulary of relations from another."""
    digest = hashlib.blake2b(digest_size=8)
    for row in graph.schema().relations:
        digest.update(row.relation.id.encode("utf-8", "surrogatepass") + b"\x1f")
    return digest.hexdigest()


def check(learned: Learned, qa: GraphQA) -> None:
    """Refuse a scorer that was learned with another encoder or over other relations.

    Raises:
        CheckpointError: it was.
    """
    if learned.about.get("encoder") != _encoder(qa):
        raise CheckpointError(
            f"the scorer was learned with encoder={learned.about.get('encoder')!r}, not {_encoder(qa)!r}",
            hint="load with the same encoder, or fit again",
        )
    if learned.about.get("schema") != schema_hash(qa.graph):
        raise CheckpointError("the scorer was learned on a graph with other relations", hint="fit again on this graph: qa.fit()")


def loaded(kind: type[GraphQA], folder: str | Path, graph: Graph, llm: Any, options: dict[str, Any]) -> GraphQA:
    """See `GraphQA.load`."""
    from kgllm.retrieval.scoring.learned import load

    learned = load(folder)
    if learned.about.get("encoder") == "minilm":
        options = {"encoder": "minilm", **options}
    qa = kind(graph, llm, **options)
    check(learned, qa)
    qa.use(learned)
    return qa
