"""The proof: the same questions to the same model before and after, with the graph's facts and without, and what was forgotten."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kgllm
from kgllm.errors import ConfigError
from kgllm.evaluation.metrics import Figure
from kgllm.tuning.courses.probing import fact_of
from kgllm.tuning.proving.asking import Said, Sides, adapter_of, from_graph, from_memory, kept_of, reader, untuned_of
from kgllm.tuning.proving.intervals import figures as figures_of
from kgllm.tuning.rows import Row, by_language, read_rows

if TYPE_CHECKING:
    from kgllm.graphs.base import Graph

COLUMNS = ("untuned", "untuned + facts", "tuned", "tuned + facts")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCard:
    """What became of one fact, by its id and the first question for it: its status, and the ids of the rows that taught it. Of a question
    with several answers each fact has its own.

    status: learned (right in a wording that was not trained), seen only (right in a trained one alone), not learned, not taught (in this
    run). backwards: True or False where it was asked in reverse. forgotten: right before, wrong after.
    """

    fact: str
    question: str
    answers: tuple[str, ...]
    status: str
    backwards: bool | None
    forgotten: bool
    rows: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {**asdict(self), "answers": list(self.answers), "rows": list(self.rows)}


@dataclass(frozen=True, kw_only=True)
class Proof:
    """figures: by column and group of questions; apart: the same of each language, where there are several; kept: known questions and perplexity before and after, with 95 % intervals (`…_low`,
    `…_high`); cost: seconds a question; adapter: the folder that was asked, where it was one; trained: the rows that taught it."""

    figures: Mapping[str, Mapping[str, Mapping[str, Figure]]]
    kept: Mapping[str, float]
    cost: Mapping[str, float]
    cards: tuple[FactCard, ...]
    said: Mapping[str, tuple[Said, ...]] = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    adapter: Path | None = None
    trained: tuple[Row, ...] = field(default=(), repr=False)
    apart: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Figure]]]] = field(default_factory=dict)

    def value(self, column: str, group: str, name: str = "hits1") -> float | None:
        """One figure; None where it was not measured."""
        found = self.figures.get(column, {}).get(group, {}).get(name)
        return None if found is None else found.value

    def invented(self, column: str, group: str = "untaught") -> float | None:
        """The share of a group's questions that were answered, and wrongly; its interval is that of the figure `invented`."""
        return self.value(column, group, "invented")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        from kgllm.tuning.proving.verdict import verdict

        def plain(figures: Any) -> Any:
            if isinstance(figures, Figure):
                return {"value": figures.value, "low": figures.low, "high": figures.high, "n": figures.n}
            return {name: plain(one) for name, one in figures.items()}

        return {
            "figures": plain(self.figures),
            **({"by_language": plain(self.apart)} if self.apart else {}),
            "kept": dict(self.kept),
            "seconds_a_question": dict(self.cost),
            "verdict": verdict(self).to_dict(),
            "facts": [one.to_dict() for one in self.cards],
            "settings": dict(self.settings),
        }  # fmt: skip

    def __rich__(self) -> Any:
        from kgllm.tuning.proving.report import drawn

        return drawn(self)


def evaluate(
    after: Any,
    groups: Mapping[str, Any],
    *,
    before: Any = None,
    graph: Graph | None = None,
    trained: Any = (),
    known: Any = (),
    texts: Any = (),
    with_facts: int = 60,
    shots: int = 2,
    max_tokens: int = 24,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Proof:
    """Ask the questions of every group before and after tuning, closed book and with the graph's facts.

    Args:
        after: a `Tuned`, an adapter folder, or an LLM.
        groups: rows by name (see `kgllm.tuning.courses.curriculum.Lessons.groups`); rows without answers are to be declined.
        before: the untuned model; None: the adapter switched off, or its base loaded beside it (freeze, full). Without either, as
            with an LLM, there are no columns of it.
        graph: for the columns with facts, which ask a `GraphQA`; so many questions of each group (`with_facts`) are asked so.
        trained: the rows that were trained, for the report card of each fact.
        known: questions that the model knew; texts: general prose: what was kept of both.
        shots: answered questions shown to the untuned model (the tuned one needs none).
    """
    asked = {name: read_rows(rows) for name, rows in groups.items()}
    if not any(asked.values()):
        raise ConfigError("there are no questions to evaluate with")
    taught = read_rows(trained)
    sides = Sides(after, untuned_of(after) if before is None else before)
    columns = _columns(sides, asked, graph if with_facts else None, with_facts, shots, max_tokens)
    said, cost = _gathered(columns, sum(map(len, asked.values())) * (2 if sides.untuned else 1), progress)
    languages = by_language([row for rows in asked.values() for row in rows])
    return Proof(
        figures={column: _figures(said[column], seed) for column in COLUMNS if column in said},
        kept=kept_of(sides, read_rows(known), read_rows(texts), shots, seed=seed),
        cost=cost,
        cards=_cards(said, taught),
        said={f"{column}/{name}": rows for column, found in said.items() for name, rows in found.items()},
        settings={
            "shots": shots,
            "max_tokens": max_tokens,
            "seed": seed,
            "with_facts": with_facts,
            "kgllm": kgllm.__version__,
            **({"graph": graph.version()} if graph is not None else {}),
        },
        adapter=adapter_of(after),
        trained=tuple(taught),
        apart={
            language: {column: _figures(said[column], seed, language) for column in COLUMNS if column in said} for language in languages
        },
    )


def _figures(found: Mapping[str, tuple[Said, ...]], seed: int, language: str = "") -> dict[str, dict[str, Figure]]:
    """By group; of the questions in one language, or of all."""
    asked = {name: [one.figures for one in rows if language in ("", one.row.language)] for name, rows in found.items()}
    return {name: figures_of(rows, seed=seed) for name, rows in asked.items() if rows}


def _gathered(
    columns: Iterator[tuple[str, str, tuple[Said, ...], float]], total: int, progress: Callable[[int, int], None] | None
) -> tuple[dict[str, dict[str, tuple[Said, ...]]], dict[str, float]]:
    """What was said by column and group, and the seconds that a question took in each column; told as it comes are those from memory."""
    said: dict[str, dict[str, tuple[Said, ...]]] = {}
    spent: dict[str, float] = {}
    done = 0
    for column, name, rows, seconds in columns:
        said.setdefault(column, {})[name] = rows
        spent[column] = spent.get(column, 0.0) + seconds
        if progress and not column.endswith("facts"):
            done += len(rows)
            progress(done, total)
    return said, {column: seconds / max(1, sum(map(len, said[column].values()))) for column, seconds in spent.items()}


def _columns(
    sides: Sides, asked: Mapping[str, Sequence[Row]], graph: Graph | None, most: int, shots: int, max_tokens: int
) -> Iterator[tuple[str, str, tuple[Said, ...], float]]:
    """(column, group, what was said, seconds), each column whole before the next."""
    everything = [row for rows in asked.values() for row in rows]
    for column, tuned in (("untuned", False), ("tuned", True)):
        if not tuned and not sides.untuned:
            continue
        with sides.on(tuned) as llm:
            for name, rows in asked.items():
                start = time.perf_counter()
                said = tuple(from_memory(llm, rows, everything, 0 if tuned else shots, max_tokens))
                yield column, name, said, time.perf_counter() - start
            if graph is None:
                continue
            qa = reader(llm, graph, None if sides.shown or not tuned else ())  # what it learns of the graph is learned once a column
            for name, rows in asked.items():
                start = time.perf_counter()
                said = tuple(from_graph(qa, rows[:most]))
                yield f"{column} + facts", name, said, time.perf_counter() - start


def _cards(said: Mapping[str, Mapping[str, Sequence[Said]]], trained: Sequence[Row]) -> tuple[FactCard, ...]:
    """What became of each fact that was asked."""
    by_fact: dict[str, dict[str, list[bool]]] = {}
    asked: dict[str, Row] = {}
    for column in ("untuned", "tuned"):
        for group, rows in said.get(column, {}).items():
            for one in rows:
                if one.row.answers and group != "two_hop":
                    for fact in one.row.facts or (fact_of(one.row),):
                        told = one.tells(fact)
                        if told is not None:
                            asked.setdefault(fact, one.row)
                            by_fact.setdefault(fact, {}).setdefault(f"{column}/{group}", []).append(told)
    taught: dict[str, list[str]] = {}
    for row in trained:
        for fact in row.facts:
            taught.setdefault(fact, []).append(row.id)
    return tuple(_card(fact, asked[fact], found, tuple(taught.get(fact, ()))) for fact, found in by_fact.items())


def _card(fact: str, row: Row, found: Mapping[str, Sequence[bool]], rows: tuple[str, ...]) -> FactCard:
    """Of a fact that `rows` taught: found says by column and group whether each question for it was answered."""
    right = {name: any(hits) for name, hits in found.items()}
    status = "not learned" if rows else "not taught"
    if rows and right.get("tuned/seen"):
        status = "seen only"
    if rows and right.get("tuned/unseen"):
        status = "learned"
    before, after = (any(hit for name, hit in right.items() if name.startswith(f"{column}/")) for column in ("untuned", "tuned"))
    back = right.get("tuned/reverse", right.get("tuned/one_way"))
    return FactCard(
        fact=fact, question=row.question, answers=row.answers, status=status, backwards=back, forgotten=before and not after, rows=rows
    )
