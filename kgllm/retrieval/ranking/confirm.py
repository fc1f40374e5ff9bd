"""Questions that name what a path may end at: "did X direct Y?", "is X British or American?".

A path that ends at what the question names is what it asks about, and the name is explained by it. Where the relation that is asked
for leads elsewhere ("is Sydney the capital of Australia?"), that says no: what a graph knows of a thing's relation it knows whole, as
rule miners take it (the partial completeness assumption: Galárraga et al. 2013).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.paths.steps import ONE_END
from kgllm.retrieval.ranking.combine import within
from kgllm.retrieval.ranking.conditions import explained
from kgllm.retrieval.ranking.contained import lie_together, placed_within
from kgllm.retrieval.ranking.direction import runs
from kgllm.retrieval.ranking.sides import speaks_of_sides
from kgllm.retrieval.reading.question import CONTENT
from kgllm.retrieval.scoring.features import DENIED, NAMES, cover
from kgllm.retrieval.scoring.matching import LEAST
from kgllm.words import is_han, relation_words
from kgllm.words.conditions import levels, says_only_where
from kgllm.words.names import fold
from kgllm.words.patterns import either
from kgllm.words.questions import choice, forms_of, longest, overlap, yes_or_no
from kgllm.words.relations import leads_up, mutual, transitive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.paths.steps import Steps
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.retrieval.reading.question import Asked
    from kgllm.words.questions import Span

_UNSAID, _SILENT, _UNEXPLAINED, _WEAKEST = (NAMES.index(name) for name in ("unsaid", "silent", "unexplained", "weakest"))
_SAID = 0.5  # how well the relation that leads elsewhere is mentioned at least
_PLACE = KINDS.index("place")
MOST = 20  # ends whose types are looked at
_MOSTLY = 4  # times as many facts
_ONE_OF = (" a ", " an ")
_LEFT = 0.5  # weight of words from which on a question says more of two things than that one has the other
_OUTRIGHT = 0.95  # how well a relation is mentioned that is called by its own name
_UNSAID_AS_WELL = 0.2
_AS_WELL = 0.5  # weight of words: a path to what is named that explains so little less than another is what is asked about


def confirmed(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, without those that start from a name to choose between. One that leads to what the question names leads only there."""
    question = ranking.asked.text
    spans = {seen.span for seen in ranking.seen if seen.span[0] < seen.span[1]}
    if len(spans) < 2:
        return ranked
    either = choice(question, longest(spans))
    if either:
        left = [one for one in ranked if not any(overlap(ranking.seen[one.seeds[0]].span, span) for span in either)]
        if not left:  # "which is older, A or B?": there is nothing else to start from
            return ranked
        ranked = left
    elif not yes_or_no(question):
        return ranked
    else:  # the neighbour of a neighbour is none for that
        mutual, inverse = ranking.steps.column("mutual"), ranking.steps.column("inverse")
        ranked = [one for one in ranked if not any(mutual[a] and mutual[b] for a, b in pairwise(one.numbers))]
        if not ranking.asked.share:  # nor is who acted with whom in the film
            ranked = [one for one in ranked if not any(inverse[a] == b for a, b in pairwise(one.numbers))]
        ranked = [one for one in ranked if not _named(ranking, one) or _speaks(ranking, one, spans) or speaks_of_sides(ranking, one)]
        inner = spans - set(longest(spans))  # what is called like a part of a name has no say of what has the whole
        ranked = [one for one in ranked if not any(ranking.seen[seed].span in inner for seed in one.seeds)]
    turned = [one for one in ranked if not either and _turned(ranking, one)]
    ranked = [one for one in ranked if one not in turned]
    confirming = [one for one in ranked if _confirm(ranking, one, either)]
    roundabout = [one for one in confirming if not either and len(one.steps) > 1 and one.row[_SILENT] > 0]  # it says no yes
    ranked, confirming = ([one for one in ones if one not in roundabout] for ones in (ranked, confirming))
    unsure = [one for one in confirming if not either and _otherwise(ranking, one)]
    ranked, confirming = ([one for one in ones if one not in unsure] for ones in (ranked, confirming))
    refuting = False
    if not either and asks_whether(ranking) and not ranking.asked.negated:
        refuting = _refute(ranking, [one for one in ranked if one not in confirming], confirming)
    if refuting or any(_said(one) and one.row[_WEAKEST] >= _SAID for one in confirming):
        return ranked
    return [*ranked, *(one for one in turned if _refuted(ranking, one))]


def asks_whether(ranking: Ranking) -> bool:
    """Whether a question asks if a fact of two things that it names is so: a third thing is no answer."""
    spans = {seen.span for seen in ranking.seen if seen.span[0] < seen.span[1]}
    return len(spans) > 1 and yes_or_no(ranking.asked.text) and len(longest(spans)) == 2


def _turned(ranking: Ranking, one: Ranked) -> bool:
    """Whether a path leads to what the question names, but the other way round than it says."""
    spans = set(_named(ranking, one).values())
    return bool(spans) and all(runs(ranking, one, span) is False for span in spans)


def _refuted(ranking: Ranking, one: Ranked) -> bool:
    """Make a path that holds the other way round say no; False where it says nothing of what is asked."""
    one.refutes = len(set(one.steps)) == 1 and _confirm(ranking, one, ()) and _said(one) and not ranking.asked.negated
    return one.refutes


def _refute(ranking: Ranking, others: list[Ranked], confirming: list[Ranked]) -> bool:
    """Mark the single steps that say no, if there are any: their relation is mentioned and leads elsewhere, though what is named is such
    a thing as it leads to, and no path leads to that as well."""
    said = [one for one in confirming if _said(one)]
    fan = ranking.steps.column("fan")
    found: list[tuple[float, Ranked, frozenset[int]]] = []
    for one in others:
        span = ranking.seen[one.seeds[0]].span
        named = [n for n, seen in enumerate(ranking.seen) if seen.span[0] < seen.span[1] and not overlap(seen.span, span)]
        if len(one.steps) > 1 or one.ground.truncated or one.ground.brief or not named:
            continue
        if one.row[_WEAKEST] < _SAID:
            named = _by_their_names(ranking, named)
            if (
                not named
                or not (
                    all(span[0] < ranking.seen[at].span[0] for at in named)  # of what is said first something is claimed
                    and _by_their_names(ranking, one.seeds[:1])
                    and _only_role(ranking, one, named)
                )
            ):
                continue
        handles = ranking.run.handles[named]
        told = frozenset(n for n, word in enumerate(ranking.asked.words) if any(overlap(word.span, ranking.seen[at].span) for at in named))
        if any(runs(ranking, one, ranking.seen[at].span) is False for at in named):
            continue
        unexplained = one.row[_UNEXPLAINED] - sum(float(ranking.seen[one.seeds[0]].weights[n]) for n in told)
        if one.row[_WEAKEST] < _SAID and unexplained >= _LEFT:
            continue
        if (
            all(unexplained + _less(one, other) < other.row[_UNEXPLAINED] for other in said)
            and _such(ranking, one, handles)
            and not _lies_there(ranking, one, handles)
        ):
            found.append((float(fan[one.numbers[0]]), one, told))
    for usual, one, told in found:  # who else directed it says more than what else he directed
        if usual <= min(other for other, _, _ in found):
            one.refutes = True
            explained(ranking, one, told)
    return bool(found)


def _less(one: Ranked, confirming: Ranked) -> float:
    """How much less a path to what is named may explain than one that leads elsewhere and be what is asked about: nothing where that is
    called by its own name and this by another word ("raised in" beside "born in"), little where no word says this one at all."""
    if one.row[_WEAKEST] >= _OUTRIGHT and confirming.row[_WEAKEST] < _OUTRIGHT:
        return _UNSAID_AS_WELL if confirming.row[_WEAKEST] < _SAID else 0.0
    return _AS_WELL


def _by_their_names(ranking: Ranking, seeds: Sequence[int]) -> list[int]:
    """Of what the question names those that bear the very names that it says; none where one of them is only like what it says."""
    view, text = ranking.run.view, ranking.asked.text
    said = [fold(text[slice(*ranking.seen[at].span)]) for at in seeds]
    nodes = view.nodes(ranking.run.handles[list(seeds)])
    called = [at for at, of, node in zip(seeds, said, nodes, strict=True) if of in map(fold, (node.name, *getattr(node, "aliases", ())))]
    return called if {ranking.seen[at].span for at in called} == {ranking.seen[at].span for at in seeds} else []


def _only_role(ranking: Ranking, one: Ranked, at: Sequence[int]) -> bool:
    """Whether a single step is the only one by which its seed and what is named could meet: who asks of the one whether it is so of the
    other ("is Basil a spice?", 苏轼是唐代的吗) means that relation, whatever it is called; or rows of one table, of those who work where."""
    view, (first, *more) = ranking.run.view, one.steps[0]
    relation, move = more[-1] if more else first
    named = ranking.run.handles[list(at)]
    owned = move == "in" and ranking.steps.column("fan")[one.numbers[0]] <= ONE_END  # "is the Corolla a Ford": a model has one maker
    owned = owned and all(ranking.asked.text[: ranking.seen[n].span[0]].lower().endswith(_ONE_OF) for n in at)
    if move == "beside" or (move == "in" and not more and not owned) or _within_each_other(view, one.ground.ends[:MOST], named):
        return False  # a romantic comedy may be a comedy
    seed = ranking.run.handles[list(one.seeds[:1])]
    mine, theirs = (
        {(view.relations[of].id, way ^ turn) for of, way in zip(groups.relation.tolist(), groups.way.tolist(), strict=True)}
        for groups, turn in ((view.groups(seed), 0), (view.groups(named), 1))
    )
    if not more:
        return mine & theirs == {(relation.id, int(move == "in"))} and not mutual(relation.name)
    rows = {key for key in ranking.steps.keys if len(key) > 1 and key[0] in mine and key[-1] in theirs}
    return not mine & theirs and rows == {ranking.steps.keys[one.numbers[0]]}


def _within_each_other(view: View, some: NDArray[Any], others: NDArray[Any]) -> bool:
    """Whether the name of one thing is a part of another's."""
    mine, theirs = ([fold(node.name) for node in view.nodes(handles)] for handles in (some, others))
    return any(a in b or b in a for a in mine for b in theirs)


def _said(one: Ranked) -> bool:
    """Whether a path goes no further than what is mentioned: each of its steps is, or it takes again and again one that goes on."""
    return len(one.steps) == 1 or (one.row[_WEAKEST] >= _SAID and one.row[_UNSAID] <= 0) or _goes_on(one)


def _goes_on(one: Ranked) -> bool:
    return len(one.steps) > 1 and len(set(one.steps)) == 1 and transitive(one.steps[0][-1][0].name)


def _such(ranking: Ranking, one: Ranked, named: NDArray[Any]) -> bool:
    """Whether one of these things is such as a step leads to: it is of a type with an end, where the step leads to one thing as a rule;
    or something leads to it by the same relation, unless they are places: one may lie in the other."""
    view, number = ranking.run.view, one.numbers[0]
    *before, (relation, move) = one.steps[0]
    groups = view.groups(named)
    ways = {0, 1} if mutual(relation.name) else {1 if move == "out" else 0}
    has = zip(groups.relation.tolist(), groups.way.tolist(), strict=True)
    met = any(way in ways and view.relations[of].id == relation.id for of, way in has)
    if before and move != "beside":  # both stand in rows of a table
        return met
    met &= not before
    if met and len(ways) > 1:  # both have neighbours: those are all
        return True
    mine, theirs = (
        {kind for node in view.nodes(handles) for kind in getattr(node, "types", ())} for handles in (named, one.ground.ends[:MOST])
    )
    if mine & theirs:
        return bool(ranking.steps.column("fan")[number] <= ONE_END)
    if may_lie_within(ranking.steps, number, relation.name) or transitive(one.steps[0][-1][0].name):
        return met and _parts_of_one(view, one.ground.ends[:MOST], named)
    return met


def _parts_of_one(view: View, some: NDArray[Any], others: NDArray[Any]) -> bool:
    """Whether by one relation between levels two things lie in the same, so that neither lies in the other: two departments of a firm."""
    mine, theirs = (_levels_above(view, handles) for handles in (some, others))
    return not mine.isdisjoint(theirs)


def _levels_above(view: View, handles: NDArray[Any]) -> set[tuple[int, int]]:
    groups = view.groups(handles)
    up = [
        (int(at), int(of))
        for at, of, way in zip(groups.origin, groups.relation, groups.way, strict=True)
        if way == 0 and leads_up(view.relations[of].name)
    ]
    if not up:
        return set()
    edges = view.edges(handles[[at for at, _ in up]], np.array([of for _, of in up]), np.zeros(len(up), np.int64), MOST)
    return {(up[row][1], int(end)) for row, end in zip(edges.row.tolist(), edges.neighbour.tolist(), strict=True)}


def may_lie_within(steps: Steps, number: int, relation: str) -> bool:
    """Whether of two things that a step leads to one may be a place in the other: a capital is in no other; where one is born may be."""
    back = int(steps.column("inverse")[number])
    places = steps.column("kinds")[[number, max(back, 0)], _PLACE] >= _SAID
    alone = places.all() and steps.column("fan")[number] <= ONE_END
    return bool(places.any() and not alone and not _of_one_level(relation))


def _lies_there(ranking: Ranking, one: Ranked, named: NDArray[Any]) -> bool:
    """Whether where a single step leads lies in what the question names, or that in it: by the same step back, what leads to the names."""
    *before, (relation, move) = one.steps[0]
    seed, ends = one.ground.seeds, one.ground.ends[:MOST]
    if lie_together(ranking.run, ends, named, relation):
        return True
    if before:  # rows lead back to others
        return False
    view, way = ranking.run.view, 0 if move == "in" else 1
    handle = ranking.steps.handles(view.relations)[relation.id]
    theirs = view.edges(named, np.full(len(named), handle), np.full(len(named), way), MOST).neighbour
    return lie_together(ranking.run, theirs, seed, relation)


def _of_one_level(relation: str) -> bool:
    """Whether what a relation leads to is of one level by its name: of two countries neither is taken to lie in the other, nor of two
    rooms; of birthplaces one may.

    >>> [_of_one_level(name) for name in ("birthCountry", "city", "birth place", "located in", "出生国家", "room", "母港", "产地")]
    [True, True, False, False, True, True, True, False]
    """
    said = relation_words(relation)
    last = said.words[-1][0]
    english, chinese = levels()
    if last in english or (is_han(last) and last.endswith(chinese)):
        return True
    english, chinese = says_only_where()
    return not any(word in english or (is_han(word) and word.endswith(chinese)) for word in said.spoken)


def _confirm(ranking: Ranking, one: Ranked, either: tuple[Span, ...]) -> bool:
    """Whether a path leads to what the question names; then it leads only there."""
    ends = set(one.ground.ends.tolist())
    named = {handle: span for handle, span in _named(ranking, one).items() if not either or any(overlap(span, other) for other in either)}
    if not named or one.ground.brief:
        return False
    if len(named) < len(ends):
        one.ground = within(one.ground, np.array(sorted(named), np.int64))
    if not ranking.asked.negated:  # a relation that denies answers it too: no
        one.row[_UNSAID] -= DENIED * float(ranking.steps.column("denies")[list(one.numbers)].sum())
    if _goes_on(one):  # "is Paris in Europe": in what it is in, and so on, says it, too
        one.row[[_UNSAID, _SILENT, _WEAKEST]] = 0.0, 0.0, 1.0
    elif placed_within(ranking, one):  # born in what is a part of it
        one.row[[_UNSAID, _SILENT]] = 0.0
        one.score = float(one.row @ ranking.weights)
    said = either or tuple(named.values())
    words = enumerate(ranking.asked.words)
    explained(ranking, one, [n for n, word in words if any(overlap(word.span, span) for span in said)])
    return True


def _otherwise(ranking: Ranking, one: Ranked) -> bool:
    """Whether a step that nothing mentions leads to what is named, and the thing has something else by the relation by which things mostly
    have that: who only sits with the Greens, and is of no party, is hardly "a Green"."""
    if len(one.steps) > 1 or len(one.steps[0]) > 1 or one.row[_WEAKEST] >= _SAID or len(one.ground.ends) != 1:
        return False
    view, [(relation, move)] = ranking.run.view, one.steps[0]
    seed, end = int(ranking.run.handles[one.seeds[0]]), int(one.ground.ends[0])
    thing, value = (seed, end) if move == "out" else (end, seed)
    groups = view.groups(np.array([value, thing], np.int64))
    mine = groups.origin == 1
    had = {(int(of), int(way)) for of, way in zip(groups.relation[mine], groups.way[mine], strict=True)}
    counts = {
        int(of): int(count)
        for of, way, count in zip(groups.relation[~mine], groups.way[~mine], groups.count[~mine], strict=True)
        if way == 1
    }
    own = next((count for of, count in counts.items() if view.relations[of].id == relation.id), 0)
    usual = [of for of, count in counts.items() if own and count >= _MOSTLY * own and (of, 0) in had]
    edges = view.edges(np.full(len(usual), thing, np.int64), np.array(usual, np.int64), np.zeros(len(usual), np.int64), MOST)
    return any(value not in edges.neighbour[edges.row == n].tolist() for n in range(len(usual)))


def _named(ranking: Ranking, one: Ranked) -> dict[int, Span]:
    """What of a path's ends is named in the question elsewhere than its seed, and where."""
    own, ends = ranking.seen[one.seeds[0]].span, set(one.ground.ends.tolist())
    seeds = zip(ranking.run.handles.tolist(), ranking.seen, strict=True)
    return {handle: seen.span for handle, seen in seeds if handle in ends and not overlap(seen.span, own)}


def beside_names(asked: Asked, spans: set[Span]) -> list[int]:
    """Which words of a question say something beside the names at some places."""
    words = enumerate(asked.words)
    return [n for n, word in words if word.weight > CONTENT and not any(overlap(word.span, span) for span in spans)]


def _speaks(ranking: Ranking, one: Ranked, spans: set[Span]) -> bool:
    """Whether a path explains anything of what is asked about the two things, where the question says more than their names: that
    they are related somehow is no yes, least of all to "Can I take A with B?" of two drugs that interact."""
    rest = beside_names(ranking.asked, spans)
    if not rest:
        return _advice().match(ranking.asked.text) is None
    told = cover(ranking.asked, ranking.match, ranking.steps, [one.numbers], ranking.seen[one.seeds[0]])[0]
    return float(told[rest].max()) >= LEAST


@cache
def _advice() -> re.Pattern[str]:
    said = forms_of("advice")
    return re.compile(rf"\W*{either(said['may'])}\s+{either(said['who'])}\s.*\s{either(said['together'])}\s", re.IGNORECASE)
