"""The type that a question asks for ("which GPUs …", "……的显卡有哪些"), where a path leads to things of several types."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.combine import within
from kgllm.retrieval.conditions import explained
from kgllm.words import is_han, singular, tokens

if TYPE_CHECKING:
    from kgllm.retrieval.question import Asked
    from kgllm.retrieval.rank import Ranked, Ranking

MOST = 600  # ends whose types are looked at, of the best paths first


def typed(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Keep of each path's ends those of the type that is asked for, where any are: they explain its name."""
    if not ranking.asked.head or not ranking.steps.typed:
        return
    mine, left = [], MOST
    for one in ranked:
        if not one.ground.brief and len(one.ground.ends) <= left:
            mine.append(one)
            left -= len(one.ground.ends)
    nodes = iter(ranking.run.view.nodes(np.concatenate([one.ground.ends for one in mine]))) if mine else iter(())
    for one in mine:
        _keep(ranking, one, [getattr(node, "types", ()) for node in islice(nodes, len(one.ground.ends))])


def _keep(ranking: Ranking, one: Ranked, types: list[tuple[str, ...]]) -> None:
    seen = ranking.seen[one.seeds[0]]
    head = [n for n in ranking.asked.head if seen.weights[n] > 0]
    named = {kind: place for kind in {kind for of in types for kind in of} if (place := _said(ranking.asked, head, kind))}
    if not named:
        return
    last = max((max(place), len(place)) for place in named.values())  # of "GPU architecture" the second, or both
    best = {kind for kind, place in named.items() if (max(place), len(place)) == last}
    chosen = np.array([not best.isdisjoint(of) for of in types])
    if not chosen.all():
        one.ground = within(one.ground, one.ground.ends[chosen])
    explained(ranking, one, {n for kind in best for n in named[kind]})


def _said(asked: Asked, head: list[int], kind: str) -> list[int]:
    """The words of the noun asked for that say all of a type's name; none where they do not."""
    words = [asked.words[n].text for n in head]
    if is_han(kind):
        ends = np.cumsum([len(word) for word in words])
        at = "".join(words).find(kind)
        first, last = (int(np.searchsorted(ends, place, side="right")) for place in (at, at + len(kind) - 1))
        return head[first : last + 1] if at >= 0 else []
    place = {singular(piece.word): n for n, word in zip(head, words, strict=True) for piece in tokens(word)}
    parts = [singular(piece.word) for piece in tokens(kind.replace("_", " ")) if piece.shape != "mark"]
    return [place[part] for part in parts] if parts and all(part in place for part in parts) else []
