"""What means nearly the same: a database's own vector indexes, asked where the user gives what made their vectors.

Never unless asked: vectors say nothing without the model that they come from, and a neighbour by meaning is no name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.base import sort_key
from kgllm.graphs.neo4j.layout import Layout
from kgllm.graphs.neo4j.names import Called
from kgllm.graphs.neo4j.server import Server
from kgllm.types import Entity
from kgllm.words.names import LONGEST, clean

Embed: TypeAlias = "Callable[[list[str]], Any]"
"""Texts to vectors, a row a text."""


def near_text(layout: Layout) -> str:
    """The nodes that a vector index gives as the nearest."""
    return f"CALL db.index.vector.queryNodes($p.index, $p.k, $p.vector) YIELD node, score RETURN collect([score, [{layout.texts.node('node')}]])"


class Vectors:
    """The vector indexes of a database.

    embed: a callable, or an object with `encode` (a sentence encoder, as `kgllm.retrieval.minilm.MiniLM()`).

    Raises:
        WrongTypeError: it is neither. ConfigError: no vector index of nodes is online.
    """

    def __init__(self, embed: Any, server: Server, layout: Layout) -> None:
        self._server, self._layout = server, layout
        self._indexes = sorted(one.name for one in layout.indexes if one.type == "VECTOR")
        self._embed: Embed = getattr(embed, "encode", embed)
        if isinstance(embed, str) or not callable(self._embed):
            raise WrongTypeError(f"vectors must be a callable from texts, or an encoder, not {shorten(embed)}")
        if not self._indexes:
            raise ConfigError(
                "vectors=… is asked for, but no vector index of nodes is online",
                hint="CREATE VECTOR INDEX name FOR (n:Label) ON (n.embedding)",
            )

    def search(self, text: str, limit: int) -> list[Called]:
        """The nearest named nodes, best first. Scores are the server's (1 the same, a half unrelated) stretched to 0 to 1."""
        asked = clean(text)
        if not asked.strip() or len(asked) > LONGEST:
            return []
        vector = self._vector(asked)
        near = near_text(self._layout)
        statements = [(near, {"index": one, "k": limit, "vector": vector}) for one in self._indexes]
        best: dict[Entity, Called] = {}
        for [[rows]] in self._server.read(*statements, what="searching vectors"):
            for given, row in rows:
                node, score = self._layout.node(row), 2 * given - 1
                if isinstance(node, Entity) and node.named and score > 0 and (node not in best or best[node].score < score):
                    best[node] = Called(node, row[0], "fuzzy", round(score, 4), node.name)
        return sorted(best.values(), key=lambda one: (-one.score, sort_key(one.node)))[:limit]

    def _vector(self, text: str) -> list[float]:
        rows = np.asarray(self._embed([text]), dtype=np.float64)
        if rows.ndim != 2 or len(rows) != 1 or not np.isfinite(rows).all():
            raise ConfigError(f"vectors must give one row of finite numbers for a text, not an array of shape {rows.shape}")
        return [float(one) for one in rows[0]]


def together(named: Sequence[Called], near: Sequence[Called], limit: int) -> list[Called]:
    """What is called so and what means nearly so, best first; of equal scores what is called so."""
    best: dict[Any, Called] = {}
    for one in (*named, *near):
        if one.node not in best or best[one.node].score < one.score:
            best[one.node] = one
    return sorted(best.values(), key=lambda one: -one.score)[:limit]
