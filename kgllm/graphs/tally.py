"""Counting a graph by relation in one pass, where its facts come subject by subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from kgllm.graphs.base import RelationStats
from kgllm.types import Literal, Relation


class Tally:
    """What is counted of one relation."""

    __slots__ = ("domain", "facts", "objects", "relation", "subject", "subjects")

    def __init__(self, relation: Relation) -> None:
        self.relation, self.facts, self.subjects = relation, 0, 0
        self.subject: Any = self  # the last one: facts come by subject
        self.objects: set[Any] = set()
        self.domain: Counter[str] = Counter()

    def add(self, subject: Any, types: tuple[str, ...], object: Any) -> None:
        self.facts += 1
        self.objects.add(object)
        if self.subject is not subject:
            self.subject = subject
            self.subjects += 1
            self.domain.update(types)

    def stats(self, kinds: Callable[[Any], tuple[str, ...]]) -> RelationStats:
        ends = Counter(kind for own in self.objects for kind in kinds(own))
        literal = all(isinstance(own, Literal) for own in self.objects)
        return RelationStats(self.relation, self.facts, self.subjects, len(self.objects), commonest(self.domain), commonest(ends), literal)


def commonest(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """What there is any of, the most of it first."""
    return tuple(sorted(((kind, many) for kind, many in counts.items() if many > 0), key=lambda one: (-one[1], one[0])))
