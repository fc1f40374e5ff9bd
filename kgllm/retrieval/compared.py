"""Values put in order, and the evidence of it: the value facts of the winners, then of those behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.amounts import Amounts, within
from kgllm.retrieval.features import NAMES
from kgllm.types import Evidence, Fact, Path
from kgllm.words.extremes import Bound, Degree

if TYPE_CHECKING:
    from kgllm.retrieval.measures import Measure
    from kgllm.retrieval.retriever import Run
    from kgllm.retrieval.sets import Members

_CLOSE = 1e-9  # values that differ by less are the same


@dataclass(frozen=True, slots=True)
class Row:
    """A thing, its value, that value as written, and the facts that say so (the value's first)."""

    member: int
    value: float
    text: str
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Values that can be compared. `amounts`: how they are meant; None where they are counts."""

    rows: list[Row]
    amounts: Amounts | None
    relation: str

    def with_rows(self, rows: list[Row]) -> Rows:
        """The same values of fewer things."""
        return replace(self, rows=rows)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows in order, and the members that win."""

    rows: tuple[Row, ...]
    winners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found. `verdict`: yes or no, where the question asks for that."""

    rows: tuple[Row, ...]
    winners: tuple[int, ...]
    measure: Measure
    sure: float
    seeds: tuple[int, ...] = ()
    members: Members | None = None
    verdict: bool | None = None


def chosen(found: Rows, condition: Degree | Bound) -> Chosen | None:
    """Those that have most, or least; or those that a bound lets through."""
    if isinstance(condition, Bound):
        if found.amounts is None:
            return None
        kept = within(replace(found.amounts, values=np.array([row.value for row in found.rows])), condition, found.relation)
        sign = 1.0 if condition.low is None else -1.0
        rows = sorted(
            (row for row, good in zip(found.rows, kept.tolist(), strict=True) if good), key=lambda row: (sign * row.value, row.member)
        )
        return Chosen(tuple(rows), tuple(dict.fromkeys(row.member for row in rows))) if rows else None
    if not found.rows:
        return None
    aged = "age" in condition.dimensions and found.amounts is not None and found.amounts.timed
    sign = -condition.sense * (-1 if aged else 1)
    rows = sorted(found.rows, key=lambda row: (sign * row.value, row.member))
    best = rows[0].value
    winners = tuple(dict.fromkeys(row.member for row in rows if abs(row.value - best) <= _CLOSE * max(1.0, abs(best))))
    return Chosen(tuple(rows), winners)


def told(run: Run, found: Compared | None, max_facts: int, *, form: str) -> Evidence:
    """The evidence of a comparison; without one: more would have to be read than the limits allow."""
    retriever = run.retriever
    settings: dict[str, Any] = {"strategy": "relations", "encoder": retriever.meaning.name if retriever.meaning else None, "form": form}
    seeds = tuple(dict.fromkeys(seed.node for seed in run.seeds))
    if found is None:
        note = f"members: more things or facts than Limits(members={retriever.limits.members}) lets be read"
        return Evidence(question=run.question, links=run.links, seeds=seeds, paths=(), facts=(), truncated=True, notes=(note,), settings={**settings, "unread": True})  # fmt: skip
    view = run.view
    ordered = [*(row for row in found.rows if row.member in found.winners), *(row for row in found.rows if row.member not in found.winners)]
    facts, cut = _facts(run, [fact for row in ordered for fact in row.facts], max_facts)
    winners = np.array(found.winners[: retriever.limits.endpoints], np.int64)
    text = {row.member: row.text for row in reversed(ordered)}
    relation = view.relations[found.measure.relation]
    steps: list[Any] = []
    if found.members is not None and found.members.path is not None:
        steps = [(one, "in" if move == "in" else "out") for step in found.members.path.steps for one, move in step]
    row = np.zeros(len(NAMES), np.float32)
    row[NAMES.index("explained")] = 1.0
    path = Path(
        seeds=tuple(view.nodes(np.array(found.seeds, np.int64))) if found.seeds else (),
        relations=(*steps, (relation, "in" if found.measure.way else "out")),
        endpoints=tuple(view.nodes(winners)),
        facts=facts,
        score=float(row @ retriever.weights),
        count=len(found.winners),
        features={**dict(zip(NAMES, row.tolist(), strict=True)), "confidence": found.sure},
        truncated=len(found.winners) > len(winners),
    )
    settings["values"] = tuple(text[handle] for handle in winners.tolist())
    if found.verdict is not None:
        settings["verdict"] = found.verdict
    notes = (f"facts: there are more values than max_facts={max_facts} leaves room for",) if cut else ()
    return Evidence(question=run.question, links=run.links, seeds=seeds, paths=(path,), facts=facts, truncated=bool(notes), notes=notes, settings=settings)  # fmt: skip


def _facts(run: Run, handles: list[int], max_facts: int) -> tuple[tuple[Fact, ...], bool]:
    """The facts in order, as many as there is room for; whether some were left out."""
    wanted = list(dict.fromkeys(handles))
    out, left = [], max_facts
    for fact in run.view.facts(np.array(wanted[:max_facts], np.int64)):
        left -= 1 + len(fact.qualifiers)
        if left < 0:
            break
        out.append(fact)
    return tuple(out), len(out) < len(wanted)
