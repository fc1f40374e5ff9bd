"""Teaches linking from questions whose topics are known, and keeps what is better on questions that it was not taught with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kgllm.linking.guess import WRITTEN
from kgllm.linking.learned import LearnedLinks, Lesson, held_out, learn, names_used, signs, untaught
from kgllm.words.names import fold

if TYPE_CHECKING:
    from kgllm.linking.linker import Linker

DRAWN = ("degree", "beside")
"""Signs that say nothing in questions that kgllm wrote: it draws topics each alike, people ask about what is well known."""

_SURE_OF_OWN = 2.0  # standard errors: with one, what was .001 better on its own questions of freebase_lite was .004 worse on people's


@dataclass(frozen=True, slots=True)
class Taught:
    """What linking learned (None: nothing better), and on how many questions, held out in turn, a topic came first before and after."""

    links: LearnedLinks | None
    n: int = 0
    before: float = 0.0
    after: float = 0.0


def teach(
    linker: Linker, asked: Iterable[tuple[str, Sequence[str]]], *, own: bool = False, progress: Callable[[int], None] = lambda _: None
) -> Taught:
    """Teach from (question, names or ids of its topics); those without topics are let be. `own`: kgllm wrote the questions."""
    lessons: list[Lesson] = []
    unnamed: list[tuple[str | None, list[str]]] = []
    for done, (text, topics) in enumerate(asked):
        progress(done)
        found = linker.graph.find(list(topics)) if topics else []
        gold = {match.node for matches in found for match in matches if match.kind in (*WRITTEN, "normalised")}
        if not gold:
            continue
        question = linker.question(text)
        lesson = Lesson(signs(question.guesses, len(question.units)), np.array([g.match.node in gold for g in question.guesses], bool))
        lessons.append(lesson)
        unnamed.append((None if lesson.gold.any() else topics[0], [fold(unit.text) for unit in question.units if unit.word]))
    if not lessons:
        return Taught(None)
    frozen = DRAWN if own else ()
    before, after = held_out(lessons, frozen)
    gain = after.astype(float) - before
    noise = gain.std() / np.sqrt(len(gain))
    weights = learn(lessons, frozen) if gain.mean() > (_SURE_OF_OWN if own else 1.0) * noise else None
    aliases = {} if own else names_used(unnamed)
    kept = LearnedLinks(untaught() if weights is None else weights, aliases) if weights is not None or aliases else None
    return Taught(kept, len(lessons), float(before.mean()), float((before if weights is None else after).mean()))
