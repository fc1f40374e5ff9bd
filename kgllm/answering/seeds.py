"""What the caller asks, and the seeds given instead of linking: entities, ids or names, found in the graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.base import KINDS, Graph
from kgllm.types import Entity, Key, Literal, Node

Seed: TypeAlias = Entity | Literal | Key
_RANK = {**{kind: place for place, kind in enumerate(KINDS)}, "alias": KINDS.index("name")}


def nodes_of(graph: Graph, seeds: Sequence[Seed]) -> list[Node]:
    """What the seeds mean in the graph, in the order given; what the graph does not have is left out.

    A name takes the first kind of match that finds something: exact id, exact name or alias, normalised.

    Raises:
        WrongTypeError: a seed is not an entity, a literal, an id or a name.
    """
    return list(dict.fromkeys(node for seed in listed(seeds) for node in _meant(graph, seed)))


def listed(seeds: Sequence[Seed]) -> Sequence[Seed]:
    """The seeds, if they are several.

    Raises:
        WrongTypeError: they are one text, or nothing that can be gone through.
    """
    if isinstance(seeds, (str, bytes)) or not isinstance(seeds, Sequence):
        hint = f"seeds=[{shorten(seeds)}]" if isinstance(seeds, str) else ""
        raise WrongTypeError(f"seeds must be a list of entities, ids or names, not {shorten(seeds)}", hint=hint)
    return seeds


def several(questions: Iterable[str], seeds: Sequence[Sequence[Seed]] | None) -> list[str]:
    """The questions, if they are several and there are as many lists of seeds.

    Raises:
        WrongTypeError: they are one text, or nothing that can be gone through. ConfigError: more or fewer lists of seeds.
    """
    if isinstance(questions, (str, bytes)) or not isinstance(questions, Iterable):
        raise WrongTypeError(f"questions must be a list of strings, not {shorten(questions)}", hint="ask(…) takes one question")
    asked = list(questions)
    if seeds is not None and len(seeds) != len(asked):
        raise ConfigError(f"{len(asked)} questions need as many lists of seeds, not {len(seeds)}")
    return asked


def _meant(graph: Graph, seed: Seed) -> list[Node]:
    if isinstance(seed, (Entity, Literal)):
        return [described.node for described in graph.describe([seed])] if graph.relations([seed])[0] else []
    if isinstance(seed, bool) or not isinstance(seed, (str, int)):
        raise WrongTypeError(f"a seed must be an entity, a literal, an id or a name, not {shorten(seed)}")
    matches = graph.find([str(seed)])[0]
    ranks = [_RANK[match.kind] for match in matches]
    return [match.node for match, rank in zip(matches, ranks, strict=True) if rank == min(ranks)]
