"""Values put in order, and the evidence of it: the value facts of the winners, then of those behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.amounts import Amounts, within
from kgllm.retrieval.features import NAMES
from kgllm.types import Evidence, Fact, Path, Relation, Way
from kgllm.words.extremes import Bound, Degree

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    """Values that can be compared, by the keys of the members. `amounts`: how they are meant; None where they are counts."""

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
    onward: tuple[tuple[Relation, Way], ...] = ()


def chosen(found: Rows, condition: Degree | Bound) -> Chosen | None:
    """Those that have most, or least; or those that a bound lets through."""
    if isinstance(condition, Bound):
        if found.amounts is None:
            return None
        kept = within(replace(found.amounts, values=np.array([row.value for row in found.rows])), condition, found.relation)
        sign = 1.0 if condition.low is None else -1.0
        rows = sorted((row for row, good in zip(found.rows, kept.tolist(), strict=True) if good), key=lambda row: sign * row.value)
        return Chosen(tuple(rows), tuple(dict.fromkeys(row.member for row in rows))) if rows else None
    if len({row.member for row in found.rows}) < 2:  # there is nothing to compare
        return None
    aged = "age" in condition.dimensions and found.amounts is not None and found.amounts.timed
    sign = -condition.sense * (-1 if aged else 1)
    rows = sorted(found.rows, key=lambda row: sign * row.value)
    best = rows[0].value
    winners = tuple(dict.fromkeys(row.member for row in rows if abs(row.value - best) <= _CLOSE * max(1.0, abs(best))))
    if found.amounts is None and len(winners) == len(rows):  # each has as many: the relation is not one that is counted
        return None
    return Chosen(tuple(rows), winners)


def told(run: Run, found: Compared, max_facts: int, *, form: str) -> Evidence:
    """The evidence of a comparison."""
    view, settings = run.view, settings_of(run, form)
    ordered = [*(row for row in found.rows if row.member in found.winners), *(row for row in found.rows if row.member not in found.winners)]
    facts, cut = facts_of(run, [fact for row in ordered for fact in row.facts], max_facts)
    winners = np.array(found.winners[: run.retriever.limits.endpoints], np.int64)
    text = {row.member: row.text for row in reversed(ordered)}
    way: Way = "in" if found.measure.way else "out"
    steps: list[tuple[Relation, Way]] = [*found.onward, (view.relations[found.measure.relation], way)]
    if found.members is not None and found.members.path is not None:
        steps = [*((one, "in" if move == "in" else "out") for step in _steps(found.members) for one, move in step), *steps]
    path = path_of(run, found.seeds, steps, winners, facts, len(found.winners), found.sure)
    settings["values"] = tuple(text[handle] for handle in winners.tolist())
    if found.verdict is not None:
        settings["verdict"] = found.verdict
    notes = (f"facts: there are more values than max_facts={max_facts} leaves room for",) if cut else ()
    return kept(run, (path,), facts, notes, settings)


def _steps(members: Members) -> list[Any]:
    """The steps of the path as far as it leads to what is compared; one through an unnamed node is two hops."""
    assert members.path is not None
    out: list[Any] = []
    hops = 0
    for step in members.path.steps:
        hops += sum(move != "beside" for _, move in step)
        if hops <= members.hops:
            out.append(step)
    return out


def too_many(run: Run, form: str) -> Evidence:
    """The evidence of a question for which more would have to be read than the limits allow."""
    note = f"members: more things or facts than Limits(members={run.retriever.limits.members}) lets be read"
    return kept(run, (), (), (note,), settings_of(run, form))


def settings_of(run: Run, form: str) -> dict[str, Any]:
    """The settings of an evidence; its form says that it answers in another way than by the end of a path."""
    meaning = run.retriever.meaning
    return {"strategy": "relations", "encoder": meaning.name if meaning else None, "form": form}


def kept(run: Run, paths: tuple[Path, ...], facts: tuple[Fact, ...], notes: tuple[str, ...], settings: dict[str, Any]) -> Evidence:
    """An evidence of the question at hand."""
    return Evidence(
        question=run.question,
        links=run.links,
        seeds=tuple(dict.fromkeys(seed.node for seed in run.seeds)),
        paths=paths,
        facts=facts,
        truncated=bool(notes),
        notes=notes,
        settings=settings,
    )


def path_of(
    run: Run,
    seeds: Sequence[int],
    steps: Sequence[tuple[Relation, Way]],
    ends: NDArray[Any],
    facts: tuple[Fact, ...],
    count: int,
    sure: float,
) -> Path:
    """A path that was not walked by words: all of it is said by the question."""
    row = np.zeros(len(NAMES), np.float32)
    row[NAMES.index("explained")] = 1.0
    return Path(
        seeds=tuple(run.view.nodes(np.array(seeds, np.int64))) if len(seeds) else (),
        relations=tuple(steps),
        endpoints=tuple(run.view.nodes(ends)),
        facts=facts,
        score=float(row @ run.retriever.weights),
        count=count,
        features={**dict(zip(NAMES, row.tolist(), strict=True)), "confidence": sure},
        truncated=count > len(ends),
    )


def facts_of(run: Run, handles: Sequence[int], max_facts: int) -> tuple[tuple[Fact, ...], bool]:
    """The facts in order, as many as there is room for; whether some were left out."""
    wanted = list(dict.fromkeys(handles))
    out, left = [], max_facts
    for fact in run.view.facts(np.array(wanted[:max_facts], np.int64)) if wanted else ():
        left -= 1 + len(fact.qualifiers)
        if left < 0:
            break
        out.append(fact)
    return tuple(out), len(out) < len(wanted)
