"""The figures of one question, and of many: how answers, facts and links are held against gold ones.

Names compare after NFKC, with underscores and runs of space as one space; case counts, since two things of a graph may
differ by it alone. A node counts as its name or its id. An abstention or an error is a miss.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgllm.types import Fact, Path

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BUDGETS = (1, 10, 100)
"""How many facts the answer recall is read at."""

MEANS = (
    "link_first", "link_any", "link_precision", "link_recall",
    "recall_1", "recall_10", "recall_100", "path_recall",
    "hits1", "hits1_any", "precision", "recall", "f1", "exact",
    "abstained", "invented", "wrong_when_answered", "abstain_recall",
)  # fmt: skip
"""Every figure that is a mean over questions; those that a question says nothing about leave it out."""


def key(name: object) -> str:
    """A name as compared.

    >>> key("Tom_Hanks ")
    'Tom Hanks'
    """
    return " ".join(unicodedata.normalize("NFKC", str(name)).replace("_", " ").split())


def keys_of(thing: object) -> frozenset[str]:
    """What an entity or a literal may be called: its name and, where that is text, its id."""
    identity = getattr(thing, "id", None)
    return frozenset({key(getattr(thing, "name", thing))} | ({key(identity)} if isinstance(identity, str) else set())) - {""}


def answer_figures(entities: Iterable[object], gold: Iterable[str]) -> dict[str, float]:
    """hits1 (strict: the first answer is gold), hits1_any (a gold one is somewhere; never call it hits@1), and the set's figures.

    >>> answer_figures(["Nolan", "Kubrick"], ["Nolan"])["f1"]
    0.6666666666666666
    """
    wanted = {key(answer) for answer in gold}
    got = list(dict.fromkeys(keys_of(entity) for entity in entities))
    hit = sum(1 for names in got if names & wanted)
    found = len({name for name in wanted if any(name in names for names in got)})
    precision, recall = (hit / len(got) if got else 0.0), found / len(wanted)
    return {
        "hits1": float(bool(got) and bool(got[0] & wanted)),
        "hits1_any": float(hit > 0),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "exact": float(len(got) == hit and recall == 1.0),
    }


def link_figures(entities: Iterable[object], topics: Iterable[str]) -> dict[str, float]:
    """Links against gold topics: is the first one gold, is any, which share of the links and of the topics."""
    wanted = {key(topic) for topic in topics}
    linked = [keys_of(entity) for entity in entities]
    hit = sum(1 for names in linked if names & wanted)
    return {
        "link_first": float(bool(linked) and bool(linked[0] & wanted)),
        "link_any": float(hit > 0),
        "link_precision": hit / len(linked) if linked else 0.0,
        "link_recall": len({name for name in wanted if any(name in names for names in linked)}) / len(wanted),
    }


def fact_figures(facts: Sequence[Fact], gold: Iterable[str]) -> dict[str, float]:
    """Share of the gold answers that occur in the first facts, at each of BUDGETS. A qualifier counts as one fact more."""
    wanted = {key(answer) for answer in gold}
    found: set[str] = set()
    seen, out = 0, dict.fromkeys((f"recall_{budget}" for budget in BUDGETS), 0.0)
    for fact in facts:
        seen += 1 + len(fact.qualifiers)
        names = keys_of(fact.subject) | keys_of(fact.object)
        found |= wanted & names.union(*(keys_of(value) for _, value in fact.qualifiers))
        for budget in BUDGETS:
            if seen <= budget:
                out[f"recall_{budget}"] = len(found) / len(wanted)
    return out


def path_recall(paths: Iterable[Path], relations: Sequence[str]) -> float:
    """1 where a path of exactly the gold relations is among the paths; which way each is walked is not in the gold, so it is let be."""
    wanted = [key(relation) for relation in relations]
    return float(
        any(
            len(path.relations) == len(wanted)
            and all(gold in (key(step.name), key(step.id)) for (step, _), gold in zip(path.relations, wanted, strict=True))
            for path in paths
        )
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean (or a quantile of times) over n questions, with its bootstrap 95 % interval."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def figures_of(rows: Sequence[Mapping[str, float]], ms: Sequence[float], *, seed: int = 0, resamples: int = 1000) -> dict[str, Figure]:
    """Every figure over the rows, with percentile bootstrap intervals (Efron 1979): questions are drawn again, with replacement.

    A figure is a mean over the rows that hold it. `p50_ms` and `p95_ms` are quantiles of `ms`, whose last entries may be
    missing where nothing was timed.
    """
    import numpy as np

    names = [name for name in MEANS if any(name in row for row in rows)]
    held = np.array([[name in row for name in names] for row in rows], dtype=float).reshape(len(rows), len(names))
    values = np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=float).reshape(len(rows), len(names))
    times = np.asarray(ms, dtype=float)
    rng = np.random.default_rng(seed)
    drawn_means, drawn_times = np.empty((resamples, len(names))), np.empty((resamples, 2))
    for i in range(resamples):
        weights = np.bincount(rng.integers(0, len(rows), len(rows)), minlength=len(rows)).astype(float)
        drawn_means[i] = _means(weights @ values, weights @ held)
        drawn_times[i] = np.quantile(times[rng.integers(0, len(times), len(times))], (0.5, 0.95)) if len(times) else 0.0
    out = {
        name: Figure(float(mean), float(low), float(high), int(n))
        for name, mean, low, high, n in zip(
            names, _means(values.sum(0), held.sum(0)), *np.nanquantile(drawn_means, (0.025, 0.975), axis=0), held.sum(0), strict=True
        )
    }
    if len(times):
        low, high = np.quantile(drawn_times, (0.025, 0.975), axis=0)
        for i, (name, point) in enumerate(zip(("p50_ms", "p95_ms"), np.quantile(times, (0.5, 0.95)), strict=True)):
            out[name] = Figure(float(point), float(low[i]), float(high[i]), len(times))
    return out


def difference(before: Sequence[float], after: Sequence[float], *, seed: int = 0, resamples: int = 1000) -> Figure:
    """How much the mean rose between two runs of the same questions: pairs are drawn again together.

    >>> difference([0, 0, 1, 1], [1, 1, 1, 1]).value
    0.5
    """
    import numpy as np

    rise = np.asarray(after, dtype=float) - np.asarray(before, dtype=float)
    rng = np.random.default_rng(seed)
    drawn = [rise[rng.integers(0, len(rise), len(rise))].mean() for _ in range(resamples)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Figure(float(rise.mean()), float(low), float(high), len(rise))


def _means(sums: NDArray[np.floating], counts: NDArray[np.floating]) -> NDArray[np.floating]:
    """sums / counts; a figure that none of the rows drawn holds is no number, and is left out of the interval."""
    import numpy as np

    means = np.full_like(sums, np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means
