"""`teach`: probe → questions → tune → evaluate → report, in one call."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.base import Graph
from kgllm.llms.transformers import TransformersLLM
from kgllm.tuning.courses.course import TIMES, Course, course
from kgllm.tuning.courses.curriculum import Lessons, lessons
from kgllm.tuning.courses.general import enough, prose, spoken
from kgllm.tuning.courses.mixing import mix
from kgllm.tuning.courses.probing import Probed
from kgllm.tuning.planning.memory import VIRTUAL
from kgllm.tuning.proving.proof import Proof, evaluate
from kgllm.tuning.proving.report import save_report
from kgllm.tuning.proving.verdict import Verdict, verdict
from kgllm.tuning.rows import Row, read_rows
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.training.runs import Tuned, tune
from kgllm.tuning.weights.base import Base, load_base, must_be_there

PASSES = 5
"""Times that each row is met where no number of steps is said (a fact stands in several rows), and more often where the rows are few."""
FEWEST, MOST = 120, 4000
"""Steps at least and at most. What an adapter has learned grows with its steps, however few the rows are: 31 facts in 77 steps came to
.93 of other wordings and to .96 in 120 (three seeds each, docs/benchmarks.md)."""
_PASSAGES = 5
ANSWER = 48
"""Tokens that an answer may take of a row's length."""
SERVED = 0.25
"""Share of the questions that are trained a second time with the facts served for them."""


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
    settings: TuneSettings | Mapping[str, Any] | None = None,
    general: Any = None,
    texts: Any = None,
    languages: Sequence[str] | None = None,
    with_facts: int = 40,
    served: float = SERVED,
    tell: Callable[[str, int, int | None], None] | None = None,
) -> Taught:
    """Teach a model facts of a graph, and prove what came of it. Killed, the same call goes on: with the training where it was, or with
    the questions where it was done.

    Args:
        graph: what `kgllm.load` gives. model: (model, tokenizer), "gemma3-270m", a folder, or a hub name.
        folder: a new folder: `adapter` and `report` go there. facts: how many are taught.
        settings: all of them, or the few to say as a dict: the others follow from the course (`settings_for`), the steps above all.
        general: rows to mix in at `settings.ratio` (a list, a file, a hub name); None: the known questions and passages that come
            with kgllm hold the rest in place, and nothing is mixed.
        texts: general prose to hold the model at, in its language; None: the passages that come with kgllm in the languages that the
            facts are asked in (English, Chinese, or both), and in a long run others that the model writes first.
        languages: those that the facts are asked in; None: those in which the graph names its relations. The known questions are asked
            in them, too.
        served: this share of the trained questions is trained a second time with the facts that `GraphQA` serves for them, so that
            the model learns to read and cite; 0: from memory alone.
        with_facts: questions of each group that are asked with the graph's facts; 0: none.
        tell: called with what is being done, how much is done, and of how much.

    Raises:
        ConfigError: the folder exists, or the graph has no facts that can be asked. ModelUnavailable: there is no such model. See also
        `kgllm.tuning.tune`.
    """
    target = Path(folder).expanduser().absolute()
    first = _first(settings)
    _allowed(target, facts, served, with_facts, model, first.method)
    say = tell or (lambda *_: None)
    say("writing questions", 0, None)
    made = lessons(graph, facts, seed=first.seed, languages=languages)
    base = load_base(model, dtype=first.dtype, four_bits=first.method == "qlora")
    way = course(base, made, graph, served=served, tokens=first.length - ANSWER, tell=say)
    given = settings if isinstance(settings, TuneSettings) else settings_for(way, **(settings or {}))
    start = time.perf_counter()
    held, test = _prose(texts, spoken(made.train), base, given, say)
    tuned, report = _tuned(base, made, way, given, target, graph, general, held, test, say)
    before = None if given.method not in ("full", "freeze") else _fresh(model, given)
    proof = _proven(tuned, made, way, before=before, graph=graph, test=test, with_facts=with_facts, say=say)
    spent = {"knew": way.knew.counts(), "mix": dict(report), "seconds_in_all": time.perf_counter() - start}
    save_report(proof, target / "report", run={**tuned.to_dict(), **spent})
    return Taught(folder=target, tuned=tuned, proof=proof, lessons=made, knew=way.knew, mixed=report)


def _prose(
    texts: Any, languages: Sequence[str], base: Base, given: TuneSettings, say: Callable[[str, int, int | None], None]
) -> tuple[Sequence[Row], Sequence[Row]]:
    """The passages that the model is held at, and those that its perplexity is read on."""
    held, test = _passages(texts, languages)
    if texts is not None:
        return held, test
    say("writing passages", 0, None)
    return enough(held, base, given), test


def alone(what: str) -> None:
    """Refuse to be one of several processes: each would ask every question and write the one report.

    Raises:
        ConfigError: torchrun or accelerate started it.
    """
    if int(os.environ.get("WORLD_SIZE") or 1) > 1:
        raise ConfigError(
            f"{what} asks and reports in one process",
            hint="train with kgllm tune in several (torchrun -m kgllm tune …), then kgllm eval --model",
        )


def _first(settings: Any) -> TuneSettings:
    """The settings as far as they are known before the course is: those given, the others as they come."""
    if settings is not None and not isinstance(settings, (TuneSettings, Mapping)):
        raise WrongTypeError(f"settings must be TuneSettings, or some of them by name, not {shorten(settings)}")
    return settings if isinstance(settings, TuneSettings) else TuneSettings.from_dict(dict(settings or {}))


def _allowed(target: Path, facts: int, served: float, with_facts: int, model: Any, method: str) -> None:
    """What cannot be is refused before a model is loaded."""
    alone("teach")
    if not isinstance(facts, int) or isinstance(facts, bool) or facts < 1:
        raise ConfigError(f"facts must be a whole number of at least 1, not {shorten(facts)}")
    if not 0 <= served <= 1:
        raise ConfigError(f"served is a share of the questions, from 0 to 1, not {shorten(served)}")
    if with_facts < 0:
        raise ConfigError(f"with_facts must be 0 or more, not {shorten(with_facts)}")
    if (target / "report").exists():
        raise ConfigError(f"there is already a report in {target}", hint="teach into a new folder")
    if isinstance(model, tuple) and method in ("full", "freeze"):
        raise ConfigError(
            f"a model that {method} trains cannot be compared with itself", hint="give its name or folder, not (model, tokenizer)"
        )
    must_be_there(model)


def _tuned(
    base: Base,
    made: Lessons,
    way: Course,
    given: TuneSettings,
    target: Path,
    graph: Graph,
    general: Any,
    held: Sequence[Row],
    test: Sequence[Row],
    say: Callable[[str, int, int | None], None],
) -> tuple[Tuned, Mapping[str, Any]]:
    """The run of a course, and what went into its rows."""
    rows, report = _mixed(way, general, given)
    tuned = tune(
        base,
        rows,
        target / "adapter",
        settings=given,
        known=way.known,
        general=held,
        general_held_out=test,
        held_out=way.held_out,
        known_held_out=way.known_held_out,
        info={
            "graph": graph.version(),
            "data": f"{len(made.facts)} facts of the graph, {len(way.known)} known questions, {len(way.known_held_out)} others to choose by",
            "mix": dict(report),
            "served": bool(way.served),
        },
        ordered=general is not None,
        again=True,
        progress=lambda done, of: say("training", done, of),
    )
    return tuned, report


def _proven(
    tuned: Tuned,
    made: Lessons,
    way: Course,
    *,
    before: Any,
    graph: Graph,
    test: Sequence[Row],
    with_facts: int,
    say: Callable[[str, int, int | None], None],
) -> Proof:
    """The lessons' questions and the known ones asked before and after."""
    say("asking", 0, None)
    return evaluate(
        tuned,
        made.groups(),
        before=before,
        graph=graph if with_facts else None,
        trained=made.train,
        known=way.kept,
        texts=test,
        with_facts=with_facts,
        seed=tuned.settings.seed,
        progress=lambda done, of: say("asking", done, of),
    )


def _passages(texts: Any, languages: Sequence[str] = ("en",)) -> tuple[list[Row], list[Row]]:
    """(to hold the model at, to read its perplexity on): never the same ones."""
    if texts is None:
        return prose("hold", languages=languages), prose("test", languages=languages)
    rows = read_rows(texts)
    if len(rows) < _PASSAGES:
        raise ConfigError(
            f"texts hold {len(rows)} passages: four of five hold the model, the fifth says what became of it",
            hint=f"give {_PASSAGES} or more (in a .txt file with an empty line between)",
        )
    return [one for i, one in enumerate(rows) if i % 5], rows[::5]


def settings_for(way: Course, **more: Any) -> TuneSettings:
    """The settings of a course: as many steps as meet each row `PASSES` times (`FEWEST` at least), and rows put end to end where some are
    long."""
    first = TuneSettings(**more)
    steps = steps_for(len(way.rows), bool(way.served), first.batch)
    packing = bool(way.served) and first.method not in VIRTUAL
    return TuneSettings(**{"steps": steps, "check_every": max(10, steps // 8), "packing": packing, **more})


def steps_for(rows: int, served: bool, batch: int) -> int:
    """Steps that meet each row `PASSES` times, and `FEWEST` at least; with served rows beside them, those from memory stand there `TIMES`
    times."""
    return max(FEWEST, min(MOST, round(rows * PASSES / (TIMES if served else 1) / batch)))


def _mixed(way: Course, general: Any, given: TuneSettings) -> tuple[list[Row], Mapping[str, Any]]:
    """The rows in the order of a mix with general ones, where there are any, and what went in."""
    if general is None:
        return list(way.rows), {"domain": len(way.rows), "general": 0}
    mixed = mix(list(way.rows), general, ratio=given.ratio, seed=given.seed)
    return list(mixed.rows), mixed.report


def _fresh(model: Any, given: TuneSettings) -> Any:
    """The untuned model anew, where the tuned one cannot be switched back."""
    found = load_base(model, dtype=given.dtype)
    return TransformersLLM((found.model, found.tokenizer), name=found.name)
