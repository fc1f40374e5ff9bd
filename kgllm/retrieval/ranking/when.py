"""Years, and words like "first" and "current": they choose among the ends of a path by the times found on the way.

The times of an end are the years written at the unnamed nodes that lead to it (a term of office, an award), among the qualifiers of
the facts that do, at the end itself, or in its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.paths.ground import Ground, Hop
from kgllm.retrieval.scoring.features import NAMES
from kgllm.types import Literal
from kgllm.words.tokens import YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

MOST = 200  # ends whose times are looked at
_TIMED = NAMES.index("timed")
_UNEXPLAINED = NAMES.index("unexplained")


def narrowed(ranking: Ranking, one: Ranked) -> None:
    """Keep of a path's ends those that the question's time words choose, where any time is known."""
    asked = ranking.asked
    if not (asked.years or asked.pick) or not 1 < len(one.ground.ends) <= MOST or one.ground.brief:
        return
    seen = ranking.seen[one.seeds[0]]
    years = [year for year in asked.years if not inside(asked.text, year, seen.span)]
    if not years and not asked.pick:
        return
    view = ranking.run.view
    hop = one.ground.hops[-1]
    through = len(one.ground.hops) > 1 and one.ground.hops[-2].middle
    holders = hop.start if through else hop.end
    spans = _said_beside(view, hop)  # of the facts themselves, where they say so
    through = through or any(spans)
    if not any(spans):
        times = _times(view, np.unique(holders))
        spans = [times.get(holder, ()) for holder in holders.tolist()]
    chosen = _of_years(spans, [int(year) for year in years]) if years else _picked(spans, asked.pick, through)
    if chosen is None or not chosen.any() or chosen.all() or not keep(one.ground, hop, chosen):
        return
    one.row[_TIMED] = 1.0
    for word in asked.words:
        if word.text in years:
            one.row[_UNEXPLAINED] = max(0.0, one.row[_UNEXPLAINED] - word.weight)
    one.score = float(one.row @ ranking.weights)


def inside(text: str, year: str, span: tuple[int, int]) -> bool:
    """Whether a year is part of a mention."""
    at = text.find(year)
    return span[0] <= at < span[1]


def _said_beside(view: View, hop: Hop) -> list[tuple[int, ...]]:
    """The years among the qualifiers of each fact."""
    row, _, node = view.qualifiers(hop.fact)
    found: list[set[int]] = [set() for _ in range(len(hop.fact))]
    for at, value, end in zip(row.tolist(), view.nodes(node), node.tolist(), strict=True):
        if end != int(hop.end[at]):
            found[at].update(years_of(value))
    return [tuple(sorted(years)) for years in found]


def _times(view: View, nodes: NDArray[Any]) -> dict[int, tuple[int, ...]]:
    """Years written beside each node, or in its name."""
    groups = view.groups(nodes)
    small = groups.count <= 4
    edges = view.edges(nodes[groups.origin[small]], groups.relation[small], groups.way[small], 4)
    owner = nodes[groups.origin[small]][edges.row]
    beside, inverse = np.unique(np.concatenate([edges.neighbour, nodes]), return_inverse=True)
    written = [years_of(node) for node in view.nodes(beside)]
    found: dict[int, list[int]] = {}
    for node, at in zip(np.concatenate([owner, nodes]).tolist(), inverse.tolist(), strict=True):
        found.setdefault(node, []).extend(written[at])
    return {node: tuple(sorted(years)) for node, years in found.items() if years}


def years_of(node: object) -> tuple[int, ...]:
    """The years written in a node's name."""
    return tuple(int(year) for year in YEAR.findall(_text(node)))


def _text(node: object) -> str:
    name = str(getattr(node, "name", ""))
    return name if isinstance(node, Literal) or len(name) <= 80 else ""


def _of_years(spans: list[tuple[int, ...]], years: list[int]) -> NDArray[Any] | None:
    """Ends whose times hold a year asked for: the very year first, else a span that it lies in."""
    if not any(spans):
        return None
    exact = np.array([any(year in span for year in years) for span in spans])
    if exact.any():
        return exact
    return np.array([len(span) > 1 and any(span[0] <= year <= span[-1] for year in years) for span in spans])


def _picked(spans: list[tuple[int, ...]], pick: str, through: bool) -> NDArray[Any] | None:
    known = [span for span in spans if span]
    if not known or (pick == "current" and not through):
        return None
    if pick == "last":
        latest = max(span[-1] for span in known)
        return np.array([bool(span) and span[-1] == latest for span in spans])
    # Current: what began last. Terms that have an end are over when another began after it.
    begun = min(span[0] for span in known) if pick == "first" else max(span[0] for span in known)
    return np.array([bool(span) and span[0] == begun for span in spans])


def keep(ground: Ground, hop: Hop, chosen: NDArray[Any]) -> bool:
    """Only these facts of the last hop, and the ends that they lead to; False, and nothing is changed, where they lead to none."""
    ends = np.unique(hop.end[chosen])
    if not np.isin(ground.ends, ends).any():
        return False
    ground.hops[-1] = Hop(hop.start[chosen], hop.end[chosen], hop.fact[chosen], hop.middle)
    ground.ends = ground.ends[np.isin(ground.ends, ends)]
    ground.count = len(ground.ends)
    return True
