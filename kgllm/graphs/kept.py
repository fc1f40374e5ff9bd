"""What every graph does that is walked live, as its owner goes on editing it: names and totals are kept beside it between two edits."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar
from typing import Literal as Choice

from kgllm.errors import GraphError
from kgllm.graphs.base import Match, Page
from kgllm.graphs.nodenames import NodeNames
from kgllm.graphs.primitives import drawn
from kgllm.types import Entity, Fact


class Kept(ABC):
    """What is known of a graph between two edits, each part made when it is first needed. version: the token of that time."""

    def __init__(self, version: str) -> None:
        self.version = version
        self._lock = threading.RLock()

    @abstractmethod
    def holds(self) -> bool:
        """Whether the graph is still as it was."""

    @property
    @abstractmethod
    def names(self) -> NodeNames[Any]:
        """The nodes by all their names."""

    @property
    @abstractmethod
    def size(self) -> tuple[int, int]:
        """How many facts there are, and how many entities."""

    @abstractmethod
    def entities(self, start: int, stop: int) -> Iterator[Entity]:
        """The entities at places, in an order of their own that stays."""

    @abstractmethod
    def facts(self, places: Sequence[int] | range) -> Iterator[Fact]:
        """The facts at places, in an order of their own that stays."""

    def by_key(self, places: Sequence[int]) -> Sequence[int]:
        """Where facts stand that have these places when nodes are ordered by key, as on every other backend."""
        return places


K = TypeVar("K", bound=Kept)


class LiveGraph(ABC, Generic[K]):
    """The part of a `Graph` that is answered by what is kept. Several threads may read it while none edits."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: K | None = None
        self._changes = 0

    @abstractmethod
    def _made(self, number: int) -> K:
        """What is kept from now on. number: how often this was asked, for the version."""

    def refresh(self) -> None:
        """Read names and totals anew, after an edit that the graph tells nobody of: of attributes in place, or below a view or store."""
        self._kept = None

    def find(self, names: Sequence[str]) -> list[tuple[Match, ...]]:
        """See `Graph.find`."""
        return self._current().names.find(names)

    def search(self, text: str, limit: int = 10) -> tuple[Match, ...]:
        """See `Graph.search`."""
        return self._current().names.search(text, limit)

    def scan(self, cursor: Any | None = None, limit: int = 10_000, *, what: Choice["facts", "entities"] = "facts") -> Page:
        """See `Graph.scan`. A cursor of before an edit is refused: start again.

        Raises:
            GraphError: the graph has changed since the cursor was given.
        """
        kept = self._current()
        if cursor is not None and cursor[0] != kept.version:
            raise GraphError("the graph changed during the scan", hint="start again without a cursor")
        start = 0 if cursor is None else cursor[1]
        facts, entities = kept.size
        total = entities if what == "entities" else facts
        stop = min(start + limit, total)
        items: Iterator[Any] = kept.entities(start, stop) if what == "entities" else kept.facts(range(start, stop))
        return Page(tuple(items), [kept.version, stop] if stop < total else None)

    def sample(self, n: int, seed: int = 0) -> list[Fact]:
        """See `Graph.sample`."""
        kept = self._current()
        return list(kept.facts(kept.by_key(drawn(kept.size[0], n, seed))))

    def version(self) -> str | None:
        """A token that changes with every edit that the graph tells of, and with `refresh()`."""
        return self._current().version

    def _current(self) -> K:
        """What is kept beside the graph, as long as it has not changed since."""
        kept = self._kept
        if kept is None or not kept.holds():
            with self._lock:
                kept = self._kept
                if kept is None or not kept.holds():
                    self._changes += 1
                    kept = self._kept = self._made(self._changes)
        return kept
