"""Sides of an event: of what passed from one to another, which of its facts says where it came from, where it went, and for what.

"Who did Chelsea buy Kanté from?": at the event Chelsea stands at "to club", and what is asked for at "from club". A path that places
them so is explained by the verb; one that places them otherwise is not what was asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.base import some_unnamed
from kgllm.graphs.serials import kinds_of
from kgllm.retrieval.ranking.conditions import explained
from kgllm.retrieval.scoring.features import NAMES
from kgllm.words.events import is_line, said_of, side_of, told
from kgllm.words.questions import overlap, yes_or_no

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgllm.graphs.base import View
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.types import Node, Relation
    from kgllm.words.events import SidesSaid
    from kgllm.words.questions import Span

_AGAINST = 2.0  # unsaid steps that a path counts for which places a name or what is asked for on the wrong side
_FEW = 4  # nodes on the way, or ends, that are looked at
_SAID = 0.7  # how well a step is mentioned whose side a verb says
_UNSAID, _UNKIND, _WEAKEST, _NAMED, _HOPS = (NAMES.index(name) for name in ("unsaid", "unkind", "weakest", "named", "hops"))


def sided(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Judge paths through events by the sides on which they place what the question names and what it asks for."""
    if not some_unnamed(ranking.run.view):
        return
    paths = [one for one in ranked if any(_joins(step) for step in one.steps)]
    if not paths:
        return
    sides = sides_of(ranking)
    for one in paths:
        _judge(ranking, one, sides)


@dataclass(frozen=True, slots=True)
class Sides:
    """What a question says of sides; where it names the things that it may start from; whether it asks if something is so."""

    told: SidesSaid
    spans: Mapping[Node, Span]
    confirming: bool

    def of(self, span: Span) -> str:
        """The side on which the question places a name; "" where it does not."""
        return next((side for name, side in self.told.names.items() if overlap(name, span)), "")

    def words(self, ranking: Ranking) -> list[int]:
        """The words of the question that say so, by their places."""
        words = enumerate(ranking.asked.words)
        return [n for n, word in words if any(overlap(word.span, span) for span in self.told.words)]


def sides_of(ranking: Ranking) -> Sides:
    """Read a question's sides."""
    spans: dict[Node, Span] = {}
    for seed, seen in zip(ranking.run.seeds, ranking.seen, strict=True):
        spans.setdefault(seed.node, seen.span)
    asked = ranking.asked
    said = told(asked.text, list(spans.values()), chinese=asked.chinese)
    return Sides(said, spans, confirming=yes_or_no(asked.text) and len(set(spans.values())) > 1)


def speaks_of_sides(ranking: Ranking, one: Ranked) -> bool:
    """Whether a verb of the question says what passed at the events that a path's last step goes through."""
    if not _joins(one.steps[-1]) or not any(side_of(relation.name) in ("from", "to") for relation, _ in one.steps[-1]):
        return False
    return bool(sides_of(ranking).told.words)


def events_of(view: View, one: Ranked) -> list[Node]:
    """One of the events that each step of a path goes through."""
    hops = one.ground.hops
    return [node for hop in hops if hop.middle and len(hop.end) for node in view.nodes(hop.end[:1])]


def verdicts_of(relation: Relation, span: Span, sides: Sides) -> list[bool]:
    """Whether the side that a relation says is that on which the question places the name at a place; nothing where one of the two is silent."""
    wanted = sides.of(span)
    return _of_name(side_of(relation.name), wanted, sides.told) if wanted else []


def _judge(ranking: Ranking, one: Ranked, sides: Sides) -> None:
    fits, breaks = 0, 0
    for right in _verdicts(ranking, one, sides):
        fits, breaks = fits + right, breaks + (not right)
    if breaks:
        one.row[_UNSAID] += _AGAINST * breaks
    elif fits:
        one.row[_UNSAID] = max(0.0, one.row[_UNSAID] - 1.0)
        one.row[_WEAKEST] = max(one.row[_WEAKEST], _SAID)
        one.row[_NAMED] = max(one.row[_NAMED], _SAID)
        one.row[_UNKIND] = 0.0
        explained(ranking, one, sides.words(ranking))
    for n, step in enumerate(one.steps):
        if _joins(step):
            _judge_event(ranking, one, n, sides, fits=bool(fits))
    one.score = float(one.row @ ranking.weights)


def _judge_event(ranking: Ranking, one: Ranked, n: int, sides: Sides, *, fits: bool) -> None:
    """What a question says of the events themselves that a step goes through: by their kind, or by a verb of what passes from side to side.
    Of a kind that it does not speak of, by no noun, by none of what takes part in them, and not by how they are reached, the step is two,
    and the first of them is unmentioned."""
    view, asked = ranking.run.view, ranking.asked
    at = sum(len(step) if _joins(step) else 1 for step in one.steps[:n])
    [event] = view.nodes(one.ground.hops[at].end[:1])
    kinds = kinds_of(event)
    spans = [span for kind in kinds for span in said_of(kind, asked.text)]
    if sides.told.words and not fits:
        there = view.groups(one.ground.hops[at].end[:1]).relation.tolist()
        spans += sides.told.words if any(side_of(view.relations[relation].name) in ("from", "to") for relation in there) else ()
    said = {m for m, word in enumerate(asked.words) if any(overlap(word.span, span) for span in spans)}
    if (named := ranking.match.between) is not None and one.numbers[n] < len(named):
        said |= set((named[one.numbers[n]] > 0).nonzero()[0].tolist())
    if said:
        explained(ranking, one, said)
    elif kinds and not all(map(is_line, kinds)) and not fits and at + 1 not in one.held and not _reached_by_name(ranking, one, n):
        one.row[_UNSAID] += 1.0
        one.row[_HOPS] += 1.0


def _reached_by_name(ranking: Ranking, one: Ranked, n: int) -> bool:
    """Whether a word of the question speaks of how a step comes to its events, and not of how it goes on."""
    first, last = (ranking.steps.add(((relation, int(move == "in")),)) for relation, move in one.steps[n])
    explains, seen = ranking.match.explains, ranking.seen[one.seeds[0]]
    return bool(((explains[first] >= _SAID) & (explains[first] > explains[last]) & (seen.weights > 0)).any())


def _verdicts(ranking: Ranking, one: Ranked, sides: Sides) -> list[bool]:
    """For everything that a path places on a side, whether the question places it there, too; nothing is said of what it leaves open."""
    found: list[bool] = []
    placed = False
    for n, step in enumerate(one.steps):
        if not _joins(step):
            continue
        first, last = (side_of(relation.name) for relation, _ in step)
        if n == 0:
            found += _of_name(first, sides.of(ranking.seen[one.seeds[0]].span), sides.told)
        else:
            found += _of_middle(ranking, one, n, first, sides)
        final = n + 1 == len(one.steps)
        found += _of_what_is_asked(last, sides, final=final and not placed)
        placed |= last == sides.told.asked
        if final and n and sides.told.asked and len(one.ground.hops) - 1 not in one.held:
            found.append(False)  # nothing that the question names takes part in what happened
    for relation, node in one.constraints:
        if node in sides.spans:
            found += _of_name(side_of(relation.name), sides.of(sides.spans[node]), sides.told)
    if sides.confirming and _joins(one.steps[-1]):
        ends = [sides.spans[end] for end in ranking.run.view.nodes(one.ground.ends[:_FEW]) if end in sides.spans]
        met = [*ends, ranking.seen[one.seeds[0]].span]
        all_met = all(any(overlap(name, span) for span in met) or _is_told(ranking, one, name) for name in sides.told.names)
        found += [] if ends and all_met else [False]  # it is asked of everything that is named
        found += [verdict for end in ends for verdict in _of_name(side_of(one.steps[-1][-1][0].name), sides.of(end), sides.told)]
    return found


def _is_told(ranking: Ranking, one: Ranked, name: Span) -> bool:
    """Whether what a path leads to explains the words of a name."""
    return any(overlap(word.span, name) and n in one.told for n, word in enumerate(ranking.asked.words))


def _of_middle(ranking: Ranking, one: Ranked, n: int, side: str, sides: Sides) -> list[bool]:
    """The same of a thing on the way that the question names."""
    at = sum(len(step) if _joins(step) else 1 for step in one.steps[:n])
    nodes = np.unique(one.ground.hops[at].start)
    if len(nodes) > _FEW:
        return []
    named = [node for node in ranking.run.view.nodes(nodes) if node in sides.spans]
    return [verdict for node in named for verdict in _of_name(side, sides.of(sides.spans[node]), sides.told)]


def _of_name(side: str, wanted: str, told: SidesSaid) -> list[bool]:
    if side not in ("from", "to"):
        return []
    if wanted in ("from", "to"):
        return [side == wanted]
    return [False] if side == told.asked or side in told.names.values() else []  # the place is another's


def _of_what_is_asked(side: str, sides: Sides, *, final: bool) -> list[bool]:
    asked = sides.told.asked
    if asked and (final or (side in ("from", "to") and asked != "amount")):
        return [side == asked]
    return [False] if not asked and side in sides.told.names.values() and not sides.confirming else []


def _joins(step: tuple[object, ...]) -> bool:
    """Whether a step goes through an event."""
    return len(step) > 1 and step[1][1] != "beside"  # type: ignore[index]  # pairs of relation and move
