"""`teach`: probe → questions → tune → evaluate → report, in one call."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError
from kgllm.graphs.base import Graph
from kgllm.llms.transformers import TransformersLLM
from kgllm.tuning.base import Base, load_base
from kgllm.tuning.curriculum import Lessons, lessons
from kgllm.tuning.general import general_questions, prose
from kgllm.tuning.mixing import mix
from kgllm.tuning.probing import Probed, fact_of, probe
from kgllm.tuning.proof import Proof, evaluate
from kgllm.tuning.report import save_report
from kgllm.tuning.rows import Row, read_rows
from kgllm.tuning.runs import Tuned, tune
from kgllm.tuning.served import served_rows
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.verdict import Verdict, verdict

LEAST_KNOWN = 8
"""Fewer known questions than this hold nothing in place: then every general question is tried as known."""
_ANSWER = 48
"""Tokens that an answer may take of a row's length."""
HELD = 64
"""Held-out rows looked at during training; more only make each look longer."""


@dataclass(frozen=True, kw_only=True)
class Taught:
    """tuned: the run; proof: before and after; lessons: what was asked; knew: what the model knew of it before; folder: of it all,
    with `adapter` and `report` inside."""

    folder: Path
    tuned: Tuned
    proof: Proof
    lessons: Lessons
    knew: Probed
    mixed: Mapping[str, Any]

    @property
    def verdict(self) -> Verdict:
        return verdict(self.proof)

    @property
    def adapter(self) -> Path:
        """What `GraphQA(graph, llm=…)` takes."""
        return self.tuned.folder


def teach(
    graph: Graph,
    model: Any,
    folder: str | Path,
    *,
    facts: int = 200,
    settings: TuneSettings | None = None,
    general: Any = None,
    texts: Any = None,
    languages: Sequence[str] | None = None,
    with_facts: int = 40,
    served: float = 0.25,
    tell: Callable[[str, int, int | None], None] | None = None,
) -> Taught:
    """Teach a model facts of a graph, and prove what came of it.

    Args:
        graph: what `kgllm.load` gives. model: (model, tokenizer), "gemma3-270m", a folder, or a hub name.
        folder: a new folder: `adapter` and `report` go there.
        facts: how many are taught.
        general: rows to mix in at `settings.ratio` (a list, a file, a hub name); None: the known questions and passages that come
            with kgllm hold the rest in place, and nothing is mixed.
        texts: general prose to hold the model at; None: the passages that come with kgllm.
        served: this share of the trained questions is trained a second time with the facts that `GraphQA` serves for them, so that
            the model learns to read and cite; 0: from memory alone.
        with_facts: questions of each group that are asked with the graph's facts; 0: none.
        tell: called with what is being done, how much is done, and of how much.

    Raises:
        ConfigError: the folder exists, or the graph has no facts that can be asked. See also `kgllm.tuning.tune`.
    """
    target = Path(folder).expanduser().absolute()
    if (target / "report").exists():
        raise ConfigError(f"there is already a report in {target}", hint="teach into a new folder")
    given = settings or TuneSettings()
    say = tell or (lambda *_: None)
    say("writing questions", 0, None)
    made = lessons(graph, facts, seed=given.seed, languages=languages)
    base = load_base(model, dtype=given.dtype, four_bits=given.method == "qlora")
    say("probing", 0, None)
    knew = probe(base, [*made.seen, *made.dev], cache=True, graph=str(graph.version() or ""))
    known, kept = known_questions(base)
    train, known = _unknown(made.train, knew, known)
    if served:
        say("retrieving facts", 0, None)
        reader = TransformersLLM((base.model, base.tokenizer), name=base.name)
        train += served_rows(graph, _some(train, round(served * len(train))), reader, tokens=given.length - _ANSWER)
    report: Mapping[str, Any] = {"domain": len(train), "general": 0}
    if general is not None:
        mixed = mix(train, general, ratio=given.ratio, seed=given.seed)
        train, report = list(mixed.rows), mixed.report
    prose_rows = read_rows(texts) if texts is not None else prose("hold")
    tested = read_rows(texts)[::5] if texts is not None else prose("test")
    start = time.perf_counter()
    tuned = tune(
        base,
        train,
        target / "adapter",
        settings=given,
        known=known,
        general=prose_rows,
        general_held_out=tested,
        held_out=_some(made.dev, HELD),
        info={
            "graph": graph.version(),
            "data": f"{len(made.facts)} facts of the graph, {len(known)} known questions",
            "mix": dict(report),
            "served": bool(served),
        },
        ordered=general is not None,
        progress=lambda done, of: say("training", done, of),
    )
    say("asking", 0, None)
    before = None if tuned.settings.method not in ("full", "freeze") else _fresh(model, given)
    proof = evaluate(
        tuned,
        made.groups(),
        before=before,
        graph=graph if with_facts else None,
        trained=made.train,
        known=kept,
        texts=tested,
        with_facts=with_facts,
        seed=given.seed,
        progress=lambda done, of: say("asking", done, of),
    )
    run = {**tuned.to_dict(), "knew": knew.counts(), "mix": dict(report), "seconds_in_all": time.perf_counter() - start}
    save_report(proof, target / "report", run=run)
    return Taught(folder=target, tuned=tuned, proof=proof, lessons=made, knew=knew, mixed=report)


def known_questions(base: Base) -> tuple[list[Row], list[Row]]:
    """(to mix in, to test with) of the general questions that this model answers: other wordings in each, and other facts."""
    mixing = probe(base, general_questions("mix"), cache=True)
    testing = probe(base, general_questions("test"), cache=True)
    of = {fact: i for i, fact in enumerate(sorted({fact_of(row) for row in mixing.rows}))}
    knows = {fact for fact, level in mixing.levels.items() if level == "known"}
    if len(knows) < LEAST_KNOWN:
        knows = set(of)
    some = [row for row in mixing.rows if fact_of(row) in knows and of[fact_of(row)] % 3 == 0]
    rest = [row for row, hit in zip(testing.rows, testing.right, strict=True) if of[fact_of(row)] % 3 and (hit or len(knows) == len(of))]
    return some, rest


def _unknown(train: Sequence[Row], knew: Probed, known: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """What the model knows already is mixed in as known, and not trained as new."""
    level = knew.levels
    new = [row for row in train if level.get(fact_of(row), "unknown") != "known"]
    old = [row for row in train if level.get(fact_of(row)) == "known"]
    return (new or list(train)), [*known, *(old if new else ())]


def _some(rows: Sequence[Row], most: int) -> list[Row]:
    """At most so many, evenly spread."""
    return list(rows) if len(rows) <= most else [rows[i * len(rows) // most] for i in range(most)]


def _fresh(model: Any, given: TuneSettings) -> Any:
    """The untuned model anew, where the tuned one cannot be switched back."""
    if isinstance(model, tuple):
        raise ConfigError(
            "a model that is trained whole cannot be compared with itself", hint="give its name or folder, not (model, tokenizer)"
        )
    found = load_base(model, dtype=given.dtype)
    return TransformersLLM((found.model, found.tokenizer), name=found.name)


def questions_of(made: Lessons) -> list[Row]:
    """Every row of the lessons, each with its split, for a file."""
    groups = [row for rows in made.groups().values() for row in rows]
    return [*made.train, *made.dev, *(replace(row, split="test") for row in groups if row.split != "train")]
