"""What a user's own query gave, as values of kgllm: the same for every query language."""

from __future__ import annotations

from dataclasses import dataclass

from kgllm.types import Fact, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of cells. A cell holds the nodes that a value is (a list has several), `facts` what relationships and paths say.

    truncated: the query had more rows than the limit.
    """

    columns: tuple[str, ...]
    cells: tuple[tuple[tuple[Node, ...], ...], ...]
    facts: tuple[Fact, ...] = ()
    truncated: bool = False
