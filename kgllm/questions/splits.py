"""Splits that do not leak: by entity, by path or by phrasing, each decided from the question alone.

    entity    what a question of test or validation is about is in no training question: no topic, no answer, no part of a proof, no distractor
    path      no relation path of one split is asked in another, whichever way it is walked
    phrasing  no wording (a question without its names) of one split occurs in another

Where a thing falls is a hash of its id and the seed: the same in every process, whatever was drawn before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kgllm.errors import ConfigError, shorten
from kgllm.questions.values import Question, identity
from kgllm.types import Fact

SPLITS = ("train", "validation", "test")
SplitBy = Literal["entity", "path", "phrasing"]


@dataclass(frozen=True, slots=True)
class Splitter:
    """Says where a question belongs. `shares` of train, validation and test add up to 1."""

    by: SplitBy | None
    shares: tuple[float, float, float] = (0.9, 0.05, 0.05)
    seed: int = 0

    def __post_init__(self) -> None:
        if self.by not in ("entity", "path", "phrasing", None):
            raise ConfigError(f"split_by must be entity, path, phrasing or None, not {shorten(self.by)}")
        if len(self.shares) != len(SPLITS) or min(self.shares) < 0 or abs(sum(self.shares) - 1) > 1e-6:
            raise ConfigError(f"shares must be three numbers that add up to 1, not {shorten(self.shares)}")

    def split(self, question: Question) -> str | None:
        """The split of a question; None where it would leak and must be left out."""
        if self.by is None:
            return "train"
        if self.by == "path":
            return self._at(_path(question))
        if self.by == "phrasing":
            return self._at(question.phrasing)
        topics = {self._at(f"e{name}") for name in question.topic_ids}
        involved = topics | {self._at(f"e{name}") for name in _entities(question)}
        highest = max(involved, key=SPLITS.index, default="train")
        return highest if topics <= {highest} else None

    def later(self, fact: Fact, split: str) -> bool:
        """Whether a fact is of what only a later split may show: beside a training question it would tell a test question's answer."""
        places = [self._at(f"e{identity(node)}") for node in fact.nodes] if self.by == "entity" else []
        return any(SPLITS.index(place) > SPLITS.index(split) for place in places)

    def _at(self, key: str) -> str:
        digest = hashlib.blake2b(f"{self.seed}\x1f{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
        place, edge = int.from_bytes(digest) / 2**64, 0.0
        for name, share in zip(SPLITS, self.shares, strict=True):
            edge += share
            if place < edge:
                return name
        return SPLITS[-1]


def _entities(question: Question) -> Iterable[str]:
    """Everything that an answer or a proof names."""
    yield from question.answer_ids
    for fact in question.facts:
        yield from map(identity, fact.nodes)


def _path(question: Question) -> str:
    """The relations of all paths, the same from either end."""
    told = []
    for path in question.paths or (question.path,):
        there = [f"{relation.id}>{way}" for relation, way in path]
        back = [f"{relation.id}>{'in' if way == 'out' else 'out'}" for relation, way in reversed(path)]
        told.append(min("|".join(there), "|".join(back)))
    return "&".join(sorted(told)) or f"{question.kind}:{question.phrasing}"
