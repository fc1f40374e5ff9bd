"""Conditions on facts themselves: what the rest of the question names among what else takes part in a path's last facts (a role, a
year, the other end of a marriage)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.ranking.when import inside, keep, years_of
from kgllm.retrieval.scoring.features import NAMES, cover
from kgllm.words import is_han, lexicon, stem, tokens
from kgllm.words.questions import without_names

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.paths.ground import Hop
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.types import Node
    from kgllm.words.questions import Span

Positions = frozenset[int]
"""Positions among the question's words."""

Beside = tuple["NDArray[Any]", "NDArray[Any]", "NDArray[Any]"]
"""Columns: row of a hop, relation, value."""

MOST = 400  # facts whose other parts are looked at
OF_EACH = 4  # values of one relation beside an unnamed node
LONGEST = 80  # characters of a name that a question is searched for
NAMED = 0.6  # share of the letters of a name that the question must say
_EXPLAINED, _UNEXPLAINED, _TIMED, _HEADLESS, _SEED = (
    NAMES.index(name) for name in ("explained", "unexplained", "timed", "headless", "seed")
)


def conditioned(ranking: Ranking, one: Ranked) -> None:
    """Keep of a path's facts at unnamed nodes, and of its last ones, those that meet most of what the question names beside the seed,
    where any do."""
    if one.ground.brief:
        return
    places = [n for n in range(1, len(one.ground.hops) - 1) if one.ground.hops[n - 1].middle]
    qualified = getattr(ranking.run.view, "any_qualified", True)  # else nothing is beside a fact but at an unnamed node
    for at in (*places, len(one.ground.hops) - 1):
        if len(one.ground.hops[at].fact) <= MOST and (qualified or (at and one.ground.hops[at - 1].middle)):
            _meet(ranking, one, at)


def _meet(ranking: Ranking, one: Ranked, at: int) -> None:
    view, hop = ranking.run.view, one.ground.hops[at]
    row, relation, node = beside(view, one, at)
    if not len(row):
        return
    named = named_among(ranking, ranking.seen[one.seeds[0]].span, np.unique(node))
    met: dict[int, set[int]] = {}  # fact of the hop → the words of the question that its other parts answer to
    for fact, value in zip(row.tolist(), node.tolist(), strict=True):
        if value in named:
            met.setdefault(fact, set()).update(named[value])
    if not met:
        return
    words = ranking.asked.words
    worth = {fact: sum(words[n].weight for n in said) for fact, said in met.items()}
    most = max(worth.values())
    chosen = np.array([worth.get(fact, 0.0) >= most - 1e-6 for fact in range(len(hop.fact))])
    if not _keep(one, at, chosen):
        return
    kept = [i for i, fact in enumerate(row.tolist()) if chosen[fact] and int(node[i]) in named]
    pairs = dict.fromkeys(zip(relation[kept].tolist(), node[kept].tolist(), strict=True))
    values = view.nodes(np.array([value for _, value in pairs], np.int64))
    one.constraints += tuple((view.relations[r], value) for (r, _), value in zip(pairs, values, strict=True))
    one.held |= {at}
    one.row[_TIMED] = 1.0
    here = np.isin(ranking.run.handles, [value for _, value in pairs]).tolist()
    one.row[_SEED] = max([one.row[_SEED], *(seen.score for seen, is_met in zip(ranking.seen, here, strict=True) if is_met)])
    explained(ranking, one, frozenset().union(*(named[value] for _, value in pairs)))


def _keep(one: Ranked, at: int, chosen: NDArray[Any]) -> bool:
    """Only these facts of a hop, and what they lead to; False, and nothing is changed, where they lead to none of the ends."""
    hops = one.ground.hops
    if at + 1 == len(hops):
        return keep(one.ground, hops[at], chosen)
    after = []
    reached = hops[at].end[chosen]
    for hop in hops[at + 1 :]:
        mine = np.isin(hop.start, reached)
        after.append(type(hop)(hop.start[mine], hop.end[mine], hop.fact[mine], hop.middle))
        reached = hop.end[mine]
    ends = one.ground.ends[np.isin(one.ground.ends, reached)]
    if not len(ends):
        return False
    hop = hops[at]
    one.ground.hops = [*hops[:at], type(hop)(hop.start[chosen], hop.end[chosen], hop.fact[chosen], hop.middle), *after]
    one.ground.ends, one.ground.count = ends, len(ends)
    return True


def beside(view: View, one: Ranked, at: int = -1) -> Beside:
    """What else takes part in the facts of a hop, the last one: qualifiers, and what stands at an unnamed node in their middle."""
    hops = one.ground.hops
    hop, at = hops[at], at % len(hops)
    row, relation, node = view.qualifiers(hop.fact)
    if at and hops[at - 1].middle:
        row, relation, node = _apart(row, relation, node, hop)
        more = _around(view, hop, hops[at - 1])
        return tuple(np.concatenate(pair) for pair in zip((row, relation, node), more, strict=True))  # type: ignore[return-value]  # three
    if at + 1 == len(hops) and one.steps[-1][-1][1] == "beside":  # the path ends at a qualifier: the other end of the fact is beside it
        other = [fact.subject if one.steps[-1][0][1] == "in" else fact.object for fact in view.facts(hop.fact)]
        said = next(i for i, known in enumerate(view.relations) if known.id == one.steps[-1][0][0].id)
        row = np.concatenate([row, np.arange(len(hop.fact))])
        relation = np.concatenate([relation, np.full(len(other), said)])
        node = np.concatenate([node, view.handles(other)])
    return _apart(row, relation, node, hop)


def _apart(row: NDArray[Any], relation: NDArray[Any], node: NDArray[Any], hop: Hop) -> Beside:
    if not len(row):
        return row, relation, node
    apart = (node >= 0) & (node != hop.end[row])
    return row[apart], relation[apart], node[apart]


def _around(view: View, hop: Hop, before: Hop) -> Beside:
    """What stands beside the unnamed nodes, but where the path comes from and what it leads to; who won is also who played at home."""
    middles, inverse = np.unique(hop.start, return_inverse=True)
    groups = view.groups(middles)
    edges = view.edges(middles[groups.origin], groups.relation, groups.way, OF_EACH)
    owner, relation, node = groups.origin[edges.row], groups.relation[edges.row], edges.neighbour
    ways, facts = groups.way[edges.row], edges.fact
    origins = dict(zip(before.end.tolist(), before.start.tolist(), strict=True))
    came = np.array([origins.get(middle, -1) for middle in middles.tolist()], np.int64)
    apart = (view.named(node) | view.literal(node)) & (node != came[owner])
    owner, relation, node, ways, facts = (column[apart] for column in (owner, relation, node, ways, facts))
    of = [(owner == at).nonzero()[0] for at in range(len(middles))]
    row = np.arange(len(hop.start)).repeat([len(of[at]) for at in inverse.tolist()])
    pick = np.concatenate([of[at] for at in inverse.tolist()]) if len(row) else np.zeros(0, np.int64)
    # The same thing again counts where it takes part in two ways; the way back of one relation is no second one.
    own = facts[pick] == hop.fact[row]
    way = np.zeros(len(hop.start), np.int64)
    way[row[own]] = ways[pick][own]
    other = ~own & ((node[pick] != hop.end[row]) | (ways[pick] == way[row]))
    return row[other], relation[pick][other], node[pick][other]


def explained(ranking: Ranking, one: Ranked, said: Collection[int]) -> None:
    """Words of the question (by their places) are explained by what the path leads to, as far as its steps do not."""
    one.told |= frozenset(said)
    seen = ranking.seen[one.seeds[0]]
    told = cover(ranking.asked, ranking.match, ranking.steps, [one.numbers], seen)[0]
    newly = float(sum(seen.weights[n] * (1.0 - told[n]) for n in said))
    if set(ranking.asked.head[-1:]) & set(said):
        one.row[_HEADLESS] = 0.0
    one.row[_UNEXPLAINED] = max(0.0, one.row[_UNEXPLAINED] - newly)
    one.row[_EXPLAINED] = min(1.0, one.row[_EXPLAINED] + newly / max(float(seen.weights.sum()), 1e-6))
    one.score = float(one.row @ ranking.weights)


def named_among(ranking: Ranking, own: Span, values: NDArray[Any]) -> dict[int, Positions]:
    """Which of the values the question names outside of a mention, or holds the year of, and by which words."""
    asked = ranking.asked
    free = [n for n, word in enumerate(asked.words) if word.end <= own[0] or own[1] <= word.start]
    found: dict[int, Positions] = {}
    years = {int(year) for year in asked.years if not inside(asked.text, year, own)}
    stems = {stem(asked.words[n].text.lower()): n for n in free}
    apart = without_names(asked.text, [own])  # "豆腐" of "麻婆豆腐" is not named beside it
    for value, node in zip(values.tolist(), ranking.run.view.nodes(values), strict=True):
        said = set(_said(node, stems, apart)) | {
            n for n in free for year in years_of(node) if year in years and asked.words[n].text == str(year)
        }
        if said:
            found[value] = frozenset(said)
    for handle, seen in zip(ranking.run.handles.tolist(), ranking.seen, strict=True):
        start, end = seen.span
        if start < end and (end <= own[0] or own[1] <= start):
            found[handle] = found.get(handle, frozenset()) | {
                n for n in free if start <= asked.words[n].start and asked.words[n].end <= end
            }
    return found


def _said(node: Node, stems: dict[str, int], text: str) -> list[int]:
    """The words of a question that say most of one of a node's names."""
    stop = lexicon().english.stop
    for name in (node.name, *getattr(node, "aliases", ())):
        if len(name) > LONGEST:
            continue
        pieces = [piece.word for piece in tokens(name) if piece.shape != "mark" and piece.word not in stop]
        if any(map(is_han, pieces)):
            if len(name) > 1 and name.lower() in text:
                return [n for piece in pieces for n in [stems.get(stem(piece))] if n is not None]
            continue
        said = [piece for piece in pieces if stem(piece) in stems]
        if said and sum(map(len, said)) >= NAMED * sum(map(len, pieces)):
            return [stems[stem(piece)] for piece in said]
    return []
