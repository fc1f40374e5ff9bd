"""The type that a question asks for ("which GPUs …", "……的显卡有哪些"), where a path leads to things of several types."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, takewhile
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.combine import within
from kgllm.retrieval.conditions import explained
from kgllm.words import is_han, singular, tokens

if TYPE_CHECKING:
    from kgllm.retrieval.question import Asked
    from kgllm.retrieval.rank import Ranked, Ranking

MOST = 600  # ends whose types are looked at, of the best paths first; a path with more than are left keeps all of its ends
_NOUN = 2  # characters of a Chinese noun, at least
_REMEMBERED = 8192  # names of types that were taken apart


def typed(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Keep of each path's ends those of the type that the question asks for, where it has any: they explain the words that name it."""
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
    named = _named(ranking.asked, head, {kind for of in types for kind in of})
    if not named:
        return
    last = max((max(place), len(place)) for place in named.values())  # of "GPU architecture" the second, or both
    best = {kind for kind, place in named.items() if (max(place), len(place)) == last}
    chosen = np.array([not best.isdisjoint(of) for of in types])
    if not chosen.all():
        one.ground = within(one.ground, one.ground.ends[chosen])
    explained(ranking, one, {n for kind in best for n in named[kind]})


def _named(asked: Asked, head: list[int], kinds: set[str]) -> dict[str, list[int]]:
    """By type, the words of the noun asked for that its name ends with ("models": a "language model" is one); without those that the
    noun does not name."""
    words = [asked.words[n].text for n in head]
    joined, ends = "".join(words), np.cumsum([len(word) for word in words])
    place = {singular(piece.word): n for n, word in zip(head, words, strict=True) for piece in tokens(word)}
    named = {}
    for kind in kinds:
        if is_han(kind):
            size = next((size for size in range(len(kind), min(len(kind), _NOUN) - 1, -1) if kind[-size:] in joined), 0)
            at = joined.find(kind[-size:])
            first, last = (int(np.searchsorted(ends, letter, side="right")) for letter in (at, at + size - 1))
            said = head[first : last + 1] if size else []
        else:
            said = [place[part] for part in takewhile(place.__contains__, reversed(_parts(kind)))]
        if said:
            named[kind] = said
    return named


@lru_cache(maxsize=_REMEMBERED)
def _parts(kind: str) -> tuple[str, ...]:
    """The words of a type's name: a graph has the same types for every question."""
    return tuple(singular(piece.word) for piece in tokens(kind.replace("_", " ")) if piece.shape != "mark")
