"""Seeds that the caller gives instead of linking, as links: found in the graph, and in the question where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from kgllm.errors import WrongTypeError, shorten
from kgllm.graphs.base import Graph, Match
from kgllm.types import Candidate, Entity, Key, Link, Literal, Mention, Node

Seed: TypeAlias = Entity | Literal | Key

_RANK = {"id": 0, "name": 1, "alias": 1, "normalised": 2, "folded": 3, "qualifier": 4}


def links_of(graph: Graph, question: str, seeds: Sequence[Seed], linked: Sequence[Link] = ()) -> tuple[Link, ...]:
    """One link for each seed that the graph has, in the order given.

    A name takes the first kind of match that finds something: exact id, exact name or alias, normalised. `linked` are
    the links of the question itself: where one of them considered the seed, its mention is the seed's mention.

    Raises:
        WrongTypeError: a seed is not an entity, a literal, an id or a name.
    """
    if isinstance(seeds, (str, bytes)) or not isinstance(seeds, Sequence):
        raise WrongTypeError(f"seeds must be a list of entities, ids or names, not {shorten(seeds)}")
    found = []
    for seed in seeds:
        nodes = _nodes(graph, seed)
        if nodes:
            text = str(seed) if not isinstance(seed, (Entity, Literal)) else seed.name
            mention = _mention(question, text, nodes, linked)
            candidates = tuple(Candidate(entity=node, score=1.0, reason="given: by the caller") for node in nodes)
            found.append(Link(mention=mention, entity=nodes[0], score=1.0, reason="given: by the caller", candidates=candidates))
    return tuple(found)


def _nodes(graph: Graph, seed: Seed) -> list[Node]:
    if isinstance(seed, (Entity, Literal)):
        described = graph.relations([seed])[0]
        return [graph.describe([seed])[0].node] if described else []
    if isinstance(seed, bool) or not isinstance(seed, (str, int)):
        raise WrongTypeError(f"a seed must be an entity, a literal, an id or a name, not {shorten(seed)}")
    matches: Sequence[Match] = graph.find([str(seed)])[0]
    best = min((_RANK.get(match.kind, 9) for match in matches), default=None)
    return list(dict.fromkeys(match.node for match in matches if _RANK.get(match.kind, 9) == best))


def _mention(question: str, text: str, nodes: Sequence[Node], linked: Sequence[Link]) -> Mention:
    """Where the seed stands in the question: its text, or what the linker took for it; an empty mention where nowhere."""
    start = question.casefold().find(text.casefold()) if len(question.casefold()) == len(question) else question.find(text)
    if start >= 0 and text:
        return Mention(text=question[start : start + len(text)], start=start, end=start + len(text))
    wanted = set(nodes)
    for link in linked:
        if any(candidate.entity in wanted for candidate in link.candidates) or link.entity in wanted:
            return link.mention
    return _overlap(question, text)


def _overlap(question: str, text: str) -> Mention:
    """The longest run of the question's words that are words of the seed's name ("justin bieber" for a "bieber")."""
    words = set(text.casefold().replace("_", " ").split())
    best, run, at = (0, 0), None, 0
    for piece in question.split():
        start = question.index(piece, at)
        at = start + len(piece)
        if piece.casefold().strip("?.,!'\"").removesuffix("'s") in words:
            run = (run[0] if run else start, start + len(piece.rstrip("?.,!'\"")))
            best = max(best, run, key=lambda span: span[1] - span[0])
        else:
            run = None
    return Mention(text=question[slice(*best)], start=best[0], end=best[1])
