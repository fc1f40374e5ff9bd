"""What the nodes of a live graph are called: their names in an index, and what it finds as matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from kgllm.graphs.base import KINDS, Match, sort_key
from kgllm.graphs.nameindex import Hit, NameIndex
from kgllm.types import Literal, Node

Place = TypeVar("Place")
"""How a backend knows a node."""


class NodeNames(Generic[Place]):
    """The nodes at some places by their names. `node` makes one, `degree` says how many facts it has; `names` is `names_of` its node,
    where a backend knows no shorter way."""

    def __init__(
        self,
        places: Sequence[Place],
        *,
        node: Callable[[Place], Node],
        degree: Callable[[Node], int],
        names: Callable[[Place], Iterable[tuple[str, str]]] | None = None,
    ) -> None:
        self._places, self._node, self._degree = places, node, degree
        said = names or (lambda place: names_of(node(place)))
        rows = [(handle, *row) for handle, place in enumerate(places) for row in said(place)]
        handles, texts, kinds = zip(*rows, strict=True) if rows else ((), (), ())
        self._index = NameIndex.build(np.array(handles, np.int64), texts, kinds)

    def find(self, names: Sequence[str]) -> list[tuple[Match, ...]]:
        """See `Graph.find`."""
        return [tuple(sorted(map(self._match, hits), key=self._order)) for hits in self._index.lookup(list(names))]

    def search(self, text: str, limit: int) -> tuple[Match, ...]:
        """See `Graph.search`."""
        return tuple(map(self._match, self._index.search(text, limit)))

    def _match(self, hit: Hit) -> Match:
        return Match(self._node(self._places[hit.handle]), hit.kind, hit.score, hit.name)

    def _order(self, match: Match) -> tuple[Any, ...]:
        """By kind, then descending degree, then key."""
        return (KINDS.index(match.kind), -self._degree(match.node), sort_key(match.node))


def names_of(node: Node) -> Iterator[tuple[str, str]]:
    """(name, kind) of everything that a node is called; one that only joins others has no more than its id."""
    if isinstance(node, Literal):
        yield node.name, "name"
        return
    text = str(node.id)
    yield text, "id"
    if node.named:
        if node.name != text:
            yield node.name, "name"
        yield from ((alias, "alias") for alias in node.aliases)
