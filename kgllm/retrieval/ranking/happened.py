"""Events themselves, where a question asks for them: "how many transfers …", "list all matches between A and B", "有几场比赛".

An event is passed through on the way to what takes part in it and is no answer, but for a question whose noun is what it is called:
by its id ("transfer_17"), by its type, or another word for that. It is an answer where everything that the question names takes part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import by_key
from kgllm.graphs.base import some_unnamed
from kgllm.graphs.serials import kinds_of
from kgllm.retrieval.paths.ground import Ground, Hop
from kgllm.retrieval.paths.walk import Candidates
from kgllm.retrieval.ranking.conditions import explained, named_among
from kgllm.retrieval.ranking.sides import Sides, events_of, sides_of, verdicts_of
from kgllm.retrieval.scoring.features import NAMES, features
from kgllm.words import is_han, relation_words, singular
from kgllm.words.events import alike, is_event, is_line, takes_part
from kgllm.words.questions import overlap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.retrieval.reading.question import Asked
    from kgllm.types import Node, Relation

MOST = 2000  # events of one thing that are looked at
_SAMPLE = 4  # … of each of its relations, to see what they are called
_BESIDE = 16  # values of one relation beside an event
_AGAINST = 2.0  # unsaid steps that a path counts for which goes on to what takes part
_SPOKEN = 0.6  # how far a word must speak of a relation to choose it among those that lead to the events
_NAMES = frozenset(("name", "title", "label", "名称", "名字"))
_OFTEN = re.compile(r"\bhow\s+many\s+times\b|[几多]少?[次回趟]", re.IGNORECASE)
_CODES = frozenset(("id", "code", "key", "编号", "代码"))
_SHARED = 2  # things that have one value of a relation, in the mean, where it is none of their own
_ROUNDING = 1e-6  # of a column of small numbers
_HEAD, _UNKIND, _UNSAID, _NAMED, _WEAKEST, _OFFHEAD, _HEADLESS = (
    NAMES.index(name) for name in ("head", "unkind", "unsaid", "named", "weakest", "offhead", "headless")
)

# What an encoder or a fitted scorer says is known of walked paths alone: an event is taken to fit as well as the best of them.
_OF_OTHERS = [NAMES.index(name) for name in ("meaning", "meaning_last", "learned", "remembered")]


@dataclass(frozen=True, slots=True)
class _Role:
    """A relation, one way, by which a thing takes part in events, with the words of the question that name these."""

    relation: int
    way: int
    nouns: frozenset[int]


def happened(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """Paths that end at the events that the question asks for; paths through these are judged to ask for something else."""
    view = ranking.run.view
    nouns = _nouns(ranking) if some_unnamed(view) else {}
    if not nouns:
        return []
    sides = sides_of(ranking)
    found: list[Ranked] = []
    for n in range(len(ranking.seen)):
        roles = _roles(ranking, n, nouns)
        one = _path(ranking, n, roles, sides, nouns) if roles else None
        if one is not None:
            one.row[_OF_OTHERS] = np.max([other.row[_OF_OTHERS] for other in ranked], axis=0, initial=0.0)
            one.score = float(one.row @ ranking.weights)
            found.append(one)
    for one in ranked:
        if any(_asked(ranking, event, noun) for event in events_of(view, one) for noun in nouns):
            one.row[_UNSAID] += _AGAINST
            one.score = float(one.row @ ranking.weights)
    return found


def _nouns(ranking: Ranking) -> dict[str, frozenset[int]]:
    """The nouns for events that say what the question asks for, each with its places among the words; none ("") where it asks how often."""
    asked = ranking.asked
    words = asked.words
    often = _OFTEN.search(asked.text)
    found = _said(asked)
    if often is None or found:
        return found
    return {"": frozenset(n for n, word in enumerate(words) if overlap(word.span, often.span()))}


def _said(asked: Asked) -> dict[str, frozenset[int]]:
    """The nouns for events that a question asks for, each with its places."""
    words = asked.words
    if asked.chinese:
        head = [n for n in asked.head if is_han(words[n].text)]
        text = "".join(words[n].text for n in head)
        said = {text[i:j]: head[i:j] for i in range(len(text)) for j in range(i + 2, len(text) + 1)}
        return {noun: frozenset(places) for noun, places in said.items() if is_event(noun) and not is_line(noun)}
    places = [n for n in asked.head if is_event(words[n].text) and not is_line(words[n].text)]
    if not places and asked.count:
        places = [n for n in range(len(words)) if is_event(words[n].text) and not is_line(words[n].text) and words[n].text.endswith("s")][
            :1
        ]
    return {words[n].text: frozenset([n]) for n in places}


def _roles(ranking: Ranking, n: int, nouns: dict[str, frozenset[int]]) -> list[_Role]:
    """How the n-th seed takes part in events that one of the nouns may be used of."""
    view, handle = ranking.run.view, ranking.run.handles[[n]]
    groups = view.groups(handle)
    leads = ranking.steps.column("unnamed")[ranking.steps.of(view.relations)[groups.relation * 2 + groups.way]]
    rows = np.flatnonzero(leads)
    if not len(rows):
        return []
    edges = view.edges(np.repeat(handle, len(rows)), groups.relation[rows], groups.way[rows], _SAMPLE)
    joins = ~(view.named(edges.neighbour) | view.literal(edges.neighbour))
    row, nodes = edges.row[joins], view.nodes(edges.neighbour[joins])
    beside = _relations_at(view, edges.neighbour[joins])
    called: dict[int, set[int]] = {}
    for at, node, others in zip(row.tolist(), nodes, beside, strict=True):
        for noun, places in nouns.items():
            if _is_called(node, noun) and not any(_says(ranking, relation, noun) for relation in others):
                called.setdefault(at, set()).update(places)
    return [_Role(int(groups.relation[rows[at]]), int(groups.way[rows[at]]), frozenset(places)) for at, places in sorted(called.items())]


def _asked(ranking: Ranking, event: Node, noun: str) -> bool:
    """Whether a noun asks for an event itself, and not for what a relation of it leads to."""
    view = ranking.run.view
    return _is_called(event, noun) and not any(_says(ranking, relation, noun) for relation in _relations_at(view, view.handles([event]))[0])


def _is_called(node: Node, noun: str) -> bool:
    return not noun or any(alike(noun, kind) for kind in kinds_of(node))


def _relations_at(view: View, nodes: NDArray[Any]) -> list[list[Relation]]:
    groups = view.groups(nodes)
    out: list[list[Relation]] = [[] for _ in range(len(nodes))]
    for at, relation in zip(groups.origin.tolist(), groups.relation.tolist(), strict=True):
        out[at].append(view.relations[relation])
    return out


def _says(ranking: Ranking, relation: Relation, noun: str) -> bool:
    """Whether a relation leads from the event to what the noun names ("award", "award name", an "awardID" that many rows have): that is
    what is asked for."""
    words = [word for word, _ in relation_words(relation.name).words]
    coded = not ranking.asked.count  # how many awards somebody won, is how often
    while len(words) > 1 and (words[-1] in _NAMES or (coded and words[-1] in _CODES and _of_several(ranking, relation))):
        words.pop()
    return len(words) == 1 and singular(words[0]) == singular(noun.lower())


def _of_several(ranking: Ranking, relation: Relation) -> bool:
    """Whether several things share a value of a relation as a rule: it is no number of their own."""
    number = ranking.steps.of(ranking.run.view.relations)[2 * ranking.steps.handles(ranking.run.view.relations)[relation.id] + 1]
    return bool(ranking.steps.column("fan")[number] >= np.log10(_SHARED) - _ROUNDING)


def _path(ranking: Ranking, n: int, roles: list[_Role], sides: Sides, nouns: dict[str, frozenset[int]]) -> Ranked | None:
    """The events in which the n-th seed and all else that the question names takes part."""
    from kgllm.retrieval.ranking.rank import Ranked

    view, run = ranking.run.view, ranking.run
    seen = ranking.seen[n]
    best = _chosen(ranking, n, roles, sides)
    many = len(best)
    edges = view.edges(
        np.repeat(run.handles[[n]], many), np.array([role.relation for role in best]), np.array([role.way for role in best]), MOST
    )
    joins = ~(view.named(edges.neighbour) | view.literal(edges.neighbour))
    events = np.unique(edges.neighbour[joins])
    kinds = [kinds_of(node) for node in view.nodes(events)]
    spoken = [noun for noun, places in nouns.items() if any(places & role.nouns for role in best)]
    mine = np.array([any(not noun or any(alike(noun, kind) for kind in of) for noun in spoken) for of in kinds], bool)
    events, said = _met(ranking, n, events[mine] if mine.any() else events)  # one relation may lead to rows of several tables
    keep = joins & np.isin(edges.neighbour, events)
    if not keep.any() or ("" in nouns and not said):  # how often two things met
        return None
    hop = Hop(np.repeat(run.handles[[n]], int(keep.sum())), edges.neighbour[keep], edges.fact[keep])
    ends = np.unique(hop.end)
    ends = by_key(view, ends)
    commonest = max(best, key=lambda role: int((edges.row[keep] == best.index(role)).sum()))
    step = ranking.steps.add(((view.relations[commonest.relation], commonest.way),))
    alone = np.ones(1)
    candidate = Candidates(np.array([n]), np.array([[step]]), alone, alone)
    [row] = features(ranking.asked, ranking.match, ranking.steps, candidate, ranking.seen)
    row = row.copy()
    row[_HEAD] = 1.0
    row[[_UNKIND, _OFFHEAD, _UNSAID, _HEADLESS]] = 0.0
    row[_NAMED], row[_WEAKEST] = max(row[_NAMED], _SPOKEN), max(row[_WEAKEST], 1.0)
    one = Ranked(
        (n,),
        (ranking.steps.relations[step],),
        (step,),
        Ground(run.handles[[n]], [hop], ends, len(ends), bool(edges.truncated.any())),
        0.0,
        row,
    )
    asked = ranking.asked
    takes = takes_part(asked.text)
    little = (m for m, word in enumerate(asked.words) if any(overlap(word.span, span) for span in takes))
    words = frozenset().union(*(role.nouns for role in best), said, little, sides.words(ranking) if sides.told.names else ())
    free = {m for m in words if not overlap(ranking.asked.words[m].span, seen.span)}
    explained(ranking, one, free)
    return one


def _chosen(ranking: Ranking, n: int, roles: list[_Role], sides: Sides) -> list[_Role]:
    """Of a thing's roles those that the question speaks of, by a word or by a side; all of them where it speaks of none."""
    view, seen = ranking.run.view, ranking.seen[n]
    free = [m for m in np.flatnonzero(seen.weights > 0).tolist() if all(m not in role.nouns for role in roles)]
    sided = [role for role in roles if any(verdicts_of(view.relations[role.relation], seen.span, sides))]
    if sided:
        return sided
    steps = [ranking.steps.add(((view.relations[role.relation], role.way),)) for role in roles]
    spoken = [
        role
        for role, step in zip(roles, steps, strict=True)
        if step < len(ranking.match.explains) and free and ranking.match.explains[step][free].max() >= _SPOKEN
    ]
    return spoken or roles


def _met(ranking: Ranking, n: int, events: NDArray[Any]) -> tuple[NDArray[Any], frozenset[int]]:
    """The events in which most of what else the question names takes part, and the words that name it."""
    view = ranking.run.view
    groups = view.groups(events)
    edges = view.edges(events[groups.origin], groups.relation, groups.way, _BESIDE)
    event, other = groups.origin[edges.row], edges.neighbour
    named = named_among(ranking, ranking.seen[n].span, np.unique(other))
    said: dict[int, set[int]] = {}
    for at, value in zip(event.tolist(), other.tolist(), strict=True):
        said.setdefault(at, set()).update(named.get(value, ()))
    worth = np.array([sum(ranking.asked.words[m].weight for m in said.get(at, ())) for at in range(len(events))])
    chosen = np.flatnonzero(worth >= worth.max(initial=0.0) - 1e-6)
    return events[chosen], frozenset().union(*(said.get(at, ()) for at in chosen.tolist()))
