"""What is trained, what stands beside it, and what is tested: from lessons and a base model to the rows of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kgllm.graphs.base import Graph
from kgllm.llms.transformers import TransformersLLM
from kgllm.tuning.courses.curriculum import Lessons
from kgllm.tuning.courses.general import general_questions, spoken
from kgllm.tuning.courses.probing import Probed, fact_of, probe, with_shots
from kgllm.tuning.courses.served import served_rows
from kgllm.tuning.rows import Row
from kgllm.tuning.weights.base import Base

_T = TypeVar("_T")
LEAST_KNOWN = 8
"""Fewer known questions than this hold nothing in place: then every general question is tried as known."""
TIMES = 3
"""A row from memory stands so often for each time that one with served facts does: facts are learned slowly, reading them is not."""
SHOTS = 2
"""Questions with answers before a known one."""
HELD = 64
"""Held-out rows looked at during training; more only make each look longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """rows: trained, those from memory `TIMES` times where there are served ones; known: questions that the model answers, mixed in;
    known_held_out: others that it answers, and held_out: of the lessons, to choose by; kept: others again that it answers, to test
    with; knew: what of the lessons it knew; served: how many of the rows are asked with the graph's facts."""

    rows: tuple[Row, ...]
    known: tuple[Row, ...]
    known_held_out: tuple[Row, ...]
    kept: tuple[Row, ...]
    held_out: tuple[Row, ...]
    knew: Probed
    served: int


def course(
    base: Base, made: Lessons, graph: Graph, *, served: float = 0.25, tokens: int = 464, tell: Callable[[str, int, int | None], None] | None = None
) -> Course:  # fmt: skip
    """The course of a model through lessons: what it knows is mixed in, what it does not know is trained, and a share of that
    (`served`) a second time with the facts that `GraphQA` serves in at most so many `tokens`."""
    say = tell or (lambda *_: None)
    say("probing", 0, None)
    knew = probe(base, [*made.seen, *made.dev], cache=True, graph=str(graph.version() or ""))
    general = known_questions(base, languages=spoken(made.train))
    train, known = without_known(made.train, knew, general.mixed)
    reading: list[Row] = []
    if served:
        say("retrieving facts", 0, None)
        reader = TransformersLLM((base.model, base.tokenizer), name=base.name)
        reading = served_rows(graph, spread(train, round(served * len(train))), reader, tokens=tokens)
    return Course(
        rows=(*(train * TIMES if reading else train), *reading),
        known=tuple(also_shown(known)),
        known_held_out=general.held_out,
        kept=general.test,
        held_out=tuple(spread(made.dev, HELD)),
        knew=knew,
        served=len(reading),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownQuestions:
    """General questions that a model answers, in three parts of other facts and other wordings each. mixed: stand beside what is taught;
    held_out: choose the state and the dial, after others with their answers; test: show at the end what was kept."""

    mixed: tuple[Row, ...]
    held_out: tuple[Row, ...]
    test: tuple[Row, ...]


def known_questions(base: Base, *, languages: Sequence[str] = ("en",)) -> KnownQuestions:
    """Of the general questions in these languages those that this model answers: every third fact is mixed in, every third held out to
    choose by, every third tested, so that no fact that is tested has chosen or taught anything."""
    place: dict[str, int] = {}
    for language in languages:
        place |= {fact: i for i, fact in enumerate(sorted({fact_of(row) for row in general_questions("test", languages=[language])}))}
    asked = [general_questions(split, languages=languages) for split in ("mix", "dev", "test")]
    parts = [[row for row in rows if place[fact_of(row)] % 3 == i] for i, rows in enumerate(asked)]
    probed = [probe(base, rows, cache=True) for rows in parts]
    answered = [probed[0].of("known"), *([row for row, hit in zip(one.rows, one.right, strict=True) if hit] for one in probed[1:])]
    if probed[0].counts()["known"] < LEAST_KNOWN:
        answered = parts
    mixed, held, test = answered
    return KnownQuestions(mixed=tuple(mixed), held_out=tuple(with_shots(row, held, SHOTS) for row in held), test=tuple(test))


def also_shown(known: Sequence[Row]) -> list[Row]:
    """Known questions as they are, and each once more after others with their answers, as a base model is asked: of those mixed in alone
    it lost more in that form (-5.4 points, three runs with both -2.7 to +0.9)."""
    return [*known, *(with_shots(row, known, SHOTS) for row in known)]


def without_known(train: Sequence[Row], knew: Probed, known: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """(to train, to mix in): what the model knows already is mixed in as known, and not trained as new."""
    level = knew.levels
    new = [row for row in train if level.get(fact_of(row), "unknown") != "known"]
    old = [row for row in train if level.get(fact_of(row)) == "known"]
    return (new or list(train)), [*known, *(old if new else ())]


def spread(rows: Sequence[_T], most: int) -> list[_T]:
    """At most so many, evenly spread."""
    return list(rows) if len(rows) <= most else [rows[i * len(rows) // most] for i in range(most)]
