"""Probe first: which facts a model knows, might know, or does not know, before anything is trained.

After Gekhman et al. (2405.05904): a fact is asked in several wordings; known where greedy decoding answers them all, maybe where it
answers some or a sample would now and then, unknown otherwise. A sample is not drawn: its chance is read off the model, so that the
probe has no noise of its own and costs one forward pass a wording.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError
from kgllm.llms.small import user_cache
from kgllm.tuning.encoding.encode import Encoded, Encoder
from kgllm.tuning.rows import Messages, Row, asked, read_rows
from kgllm.tuning.training.grade import grade
from kgllm.tuning.weights.base import Base, load_base

SAMPLES = 4
"""As many draws would be made of a model; a fact whose answer comes in one of them more often than not is a maybe."""
LEVELS = ("known", "maybe", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """levels: by fact (the ids that its rows name), one of `LEVELS`. rows: those probed, in order; right: which were answered."""

    levels: dict[str, str]
    rows: tuple[Row, ...]
    right: tuple[bool, ...]
    chance: tuple[float, ...]

    def of(self, level: str) -> list[Row]:
        """The rows whose fact is at a level."""
        return [row for row in self.rows if self.levels[fact_of(row)] == level]

    def counts(self) -> dict[str, int]:
        """How many facts are at each level."""
        return {level: sum(one == level for one in self.levels.values()) for level in LEVELS}


def fact_of(row: Row) -> str:
    """What a row asks for: its facts and the way; its question where it names none."""
    return f"{'+'.join(sorted(row.facts))}/{row.kind}" if row.facts else row.question


def probe(model: Any, questions: Any, *, shots: int = 2, cache: str | Path | bool = False, graph: str = "", batch: int = 32) -> Probed:
    """Which facts a model knows.

    Args:
        model: (model, tokenizer), a name, or a folder.
        questions: rows with a question and answers, several wordings a fact; those with no or several answers are left out.
        shots: questions of other facts that are shown with their answers first (a base model answers nothing without).
        cache: keep the result in the user's cache (True) or in a folder, by the model's fingerprint, the graph's hash and
            the very tokens that are asked.

    Raises:
        ConfigError: there are no questions with one answer.
    """
    rows = [row for row in read_rows(questions) if row.question and len(row.answers) == 1]
    if not rows:
        raise ConfigError("there are no questions with one answer to probe with")
    base = load_base(model)
    encoder = Encoder(base.tokenizer, length=1024)
    posed = [encoder.graded(with_shots(row, rows, shots)) for row in rows]
    file = _file(cache, base, posed, graph)
    if file is not None and (said := _kept(file, len(rows))):
        return _leveled(rows, *said)
    found = grade(base.model, posed, pad=base.pad, batch=batch)
    if file is not None:
        with suppress(OSError):  # a home that cannot be written to is no reason to lose what was found
            file.parent.mkdir(parents=True, exist_ok=True)
            work = file.with_suffix(f".writing-{os.getpid()}")  # other processes may be probing the same
            work.write_text(json.dumps({"right": list(found.right), "chance": list(found.chance)}), encoding="utf-8")
            work.replace(file)
    return _leveled(rows, found.right, found.chance)


def with_shots(row: Row, rows: Sequence[Row], shots: int) -> Row:
    """The row with questions of other facts and their answers before it; the same for the same row."""
    if not shots:
        return row
    start = int(hashlib.blake2b(row.question.encode(), digest_size=4).hexdigest(), 16)
    chosen: list[Row] = []
    for step in range(len(rows)):
        other = rows[(start + step * 7919) % len(rows)]
        if (
            other.answers != row.answers
            and not set(other.facts) & set(row.facts)
            and other.language == row.language
            and other not in chosen
        ):
            chosen.append(other)
        if len(chosen) == shots:
            break
    before: Messages = tuple(
        message for one in chosen for message in (*asked(one.question), {"role": "assistant", "content": one.answers[0]})
    )
    return replace(row, prompt=(*before, *row.prompt))


def _kept(file: Path, count: int) -> tuple[list[bool], list[float]] | None:
    """What a probe found; None where that cannot be read, as after a power cut: then the model is asked again."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        right, chance = [bool(one) for one in said["right"]], [float(one) for one in said["chance"]]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return (right, chance) if len(right) == len(chance) == count else None


def _leveled(rows: Sequence[Row], right: Sequence[bool], chance: Sequence[float]) -> Probed:
    met: dict[str, list[tuple[bool, float]]] = {}
    for row, hit, one in zip(rows, right, chance, strict=True):
        met.setdefault(fact_of(row), []).append((hit, one))
    return Probed(levels={fact: _level(found) for fact, found in met.items()}, rows=tuple(rows), right=tuple(right), chance=tuple(chance))


def _level(found: Iterable[tuple[bool, float]]) -> str:
    hits, chances = zip(*found, strict=True)
    if all(hits):
        return "known"
    drawn = max(1 - (1 - one) ** SAMPLES for one in chances)
    return "maybe" if any(hits) or drawn > 0.5 else "unknown"


def _file(cache: str | Path | bool, base: Base, posed: Sequence[Encoded], graph: str) -> Path | None:
    """By the model (its weights, and the kind of number that it computes in), the graph, and what exactly is asked."""
    if cache is False or not base.fingerprint:
        return None
    root = user_cache() / "probes" if cache is True else Path(cache)
    digest = hashlib.sha256(f"{base.fingerprint}/{base.model.dtype}/{graph}".encode())
    for one in posed:
        digest.update(repr((one.ids, one.labels)).encode())
    return root / f"{digest.hexdigest()[:24]}.json"
