"""Linking in the light of what was learned: the things that the best paths start from come first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kgllm.retrieval.paths.seeds import Seed
from kgllm.types import Link, Node

_LED = "the path that fits best starts from it"


def relinked(links: Sequence[Link], seeds: Iterable[Seed]) -> tuple[Link, ...]:
    """Links in the order of the seeds (those of ranked paths, best first); a mention means its candidate that comes first there.
    What no path starts from stays as it was, after the others."""
    place: dict[tuple[int, int, Node], int] = {}
    for n, seed in enumerate(seeds):
        place.setdefault((seed.start, seed.end, seed.node), n)
    out: list[tuple[int, Link]] = []
    for link in links:
        start, end = link.mention.start, link.mention.end
        led = [(place[start, end, one.entity], i) for i, one in enumerate(link.candidates) if (start, end, one.entity) in place]
        at, which = min(led, default=(len(place) + len(links), 0))
        if led and link.candidates[which].entity != link.entity:
            chosen = link.candidates[which]
            link = replace(link, entity=chosen.entity, score=chosen.score, reason=f"{chosen.reason}; {_LED}")
        out.append((at, link))
    return tuple(link for _, link in sorted(out, key=lambda row: row[0]))
