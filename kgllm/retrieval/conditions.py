"""Conditions on facts themselves: what the rest of the question names among what else takes part in a path's last facts (a role, a
year, the other end of a marriage)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.features import NAMES, cover
from kgllm.retrieval.when import inside, keep, years_of
from kgllm.words import is_han, lexicon, stem, tokens

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.ground import Hop
    from kgllm.retrieval.rank import Ranked, Ranking
    from kgllm.types import Node

Positions = frozenset[int]
"""Positions among the question's words."""

Beside = tuple["NDArray[Any]", "NDArray[Any]", "NDArray[Any]"]
"""Columns: row of a hop, relation, value."""

MOST = 400  # facts whose other parts are looked at
OF_EACH = 4  # values of one relation beside an unnamed node
LONGEST = 80  # characters of a name that a question is searched for
NAMED = 0.6  # share of the letters of a name that the question must say
_EXPLAINED, _UNEXPLAINED, _TIMED, _HEADLESS = (NAMES.index(name) for name in ("explained", "unexplained", "timed", "headless"))


def conditioned(ranking: Ranking, one: Ranked) -> None:
    """Keep of a path's last facts those that meet most of what the question names beside the seed, where any do."""
    view, hop = ranking.run.view, one.ground.hops[-1]
    if not 2 <= len(hop.fact) <= MOST or one.ground.brief:
        return
    row, relation, node = beside(view, one)
    if not len(row):
        return
    named = _named(ranking, one, np.unique(node))
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
    if not keep(one.ground, hop, chosen):
        return
    kept = [i for i, fact in enumerate(row.tolist()) if chosen[fact] and int(node[i]) in named]
    pairs = dict.fromkeys(zip(relation[kept].tolist(), node[kept].tolist(), strict=True))
    values = view.nodes(np.array([value for _, value in pairs], np.int64))
    one.constraints = tuple((view.relations[r], value) for (r, _), value in zip(pairs, values, strict=True))
    one.row[_TIMED] = 1.0
    explained(ranking, one, frozenset().union(*(named[value] for _, value in pairs)))


def beside(view: View, one: Ranked) -> Beside:
    """What else takes part in the facts of the last hop: qualifiers, and what stands at an unnamed node in their middle."""
    hop = one.ground.hops[-1]
    row, relation, node = view.qualifiers(hop.fact)
    if len(one.ground.hops) > 1 and one.ground.hops[-2].middle:
        more = _around(view, hop, one.ground.hops[-2])
        row, relation, node = (np.concatenate(pair) for pair in zip((row, relation, node), more, strict=True))
    elif one.steps[-1][-1][1] == "beside":  # the path ends at a qualifier: the other end of the fact is beside it
        other = [fact.subject if one.steps[-1][0][1] == "in" else fact.object for fact in view.facts(hop.fact)]
        said = next(i for i, known in enumerate(view.relations) if known.id == one.steps[-1][0][0].id)
        row = np.concatenate([row, np.arange(len(hop.fact))])
        relation = np.concatenate([relation, np.full(len(other), said)])
        node = np.concatenate([node, view.handles(other)])
    apart = (node >= 0) & (node != hop.end[row])
    return row[apart], relation[apart], node[apart]


def _around(view: View, hop: Hop, before: Hop) -> Beside:
    """What stands beside the unnamed nodes, but where the path comes from and what it leads to."""
    middles, inverse = np.unique(hop.start, return_inverse=True)
    groups = view.groups(middles)
    edges = view.edges(middles[groups.origin], groups.relation, groups.way, OF_EACH)
    owner, relation, node = groups.origin[edges.row], groups.relation[edges.row], edges.neighbour
    origins = dict(zip(before.end.tolist(), before.start.tolist(), strict=True))
    came = np.array([origins.get(middle, -1) for middle in middles.tolist()], np.int64)
    apart = (view.named(node) | view.literal(node)) & (node != came[owner])
    owner, relation, node = owner[apart], relation[apart], node[apart]
    of = [np.flatnonzero(owner == at) for at in range(len(middles))]
    row = np.repeat(np.arange(len(hop.start)), [len(of[at]) for at in inverse.tolist()])
    pick = np.concatenate([of[at] for at in inverse.tolist()]) if len(row) else np.zeros(0, np.int64)
    other = node[pick] != hop.end[row]
    return row[other], relation[pick][other], node[pick][other]


def explained(ranking: Ranking, one: Ranked, said: Collection[int]) -> None:
    """Words of the question (by their places) are explained by what the path leads to, as far as its steps do not."""
    one.told |= frozenset(said)
    seen = ranking.seen[one.seeds[0]]
    told = cover(ranking.asked, ranking.match, ranking.steps, np.array([one.numbers]), seen)[0]
    newly = float(sum(seen.weights[n] * (1.0 - told[n]) for n in said))
    if set(ranking.asked.head[-1:]) & set(said):
        one.row[_HEADLESS] = 0.0
    one.row[_UNEXPLAINED] = max(0.0, one.row[_UNEXPLAINED] - newly)
    one.row[_EXPLAINED] = min(1.0, one.row[_EXPLAINED] + newly / max(float(seen.weights.sum()), 1e-6))
    one.score = float(one.row @ ranking.weights)


def _named(ranking: Ranking, one: Ranked, values: NDArray[Any]) -> dict[int, Positions]:
    """Which of the values the question names outside the path's mention, or holds the year of, and by which words."""
    own, asked = ranking.seen[one.seeds[0]].span, ranking.asked
    free = [n for n, word in enumerate(asked.words) if word.end <= own[0] or own[1] <= word.start]
    found: dict[int, Positions] = {}
    years = {int(year) for year in asked.years if not inside(asked.text, year, own)}
    stems = {stem(asked.words[n].text.lower()): n for n in free}
    for value, node in zip(values.tolist(), ranking.run.view.nodes(values), strict=True):
        said = set(_said(node, stems, asked.text)) | {
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
            if len(name) > 1 and name in text:
                return [n for piece in pieces for n in [stems.get(stem(piece))] if n is not None]
            continue
        said = [piece for piece in pieces if stem(piece) in stems]
        if said and sum(map(len, said)) >= NAMED * sum(map(len, pieces)):
            return [stems[stem(piece)] for piece in said]
    return []
