"""What is asked for by what it takes part in: "Which directors were born in Rome?" are those born there whom a film is directed by, "Who was born in
Rome and wrote a book?" those who wrote one, and "Which capitals lie on the Danube?" the capitals, not the countries whose they are.

A noun, or a verb and its object, speaks of a relation and says at which of its ends a thing stands; to what the relation leads on from there
is not asked.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.paths.ground import Ground, Hop
from kgllm.retrieval.ranking.combine import within
from kgllm.retrieval.ranking.lacks import SILENT, SPEAKS
from kgllm.retrieval.reading.question import LIGHT
from kgllm.types import replace
from kgllm.words import lexicon, relation_words, singular
from kgllm.words.doers import doer_first
from kgllm.words.generic import generic
from kgllm.words.patterns import either
from kgllm.words.questions import MEASURE, forms_of
from kgllm.words.saying import chinese

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.retrieval.reading.question import Asked
    from kgllm.types import Relation

PLAINLY = 0.3  # how much better a noun names one end of a relation than the other
_MOST = 600  # ends that are asked whether they have the role
_SHOWN = 3  # facts of each that show it
OBJECT = 0.5  # how well a noun names the other end of a relation whose verb stands before it
_ARTICLE = 16  # characters before a word, in which an article stands
_BETWEEN = 4  # words between a verb and the noun, at most


class Role(NamedTuple):
    """An end of a relation: the word that speaks of it, the step that leads there, the way back (0: its things are subjects), whether
    only such things may be meant, and whether it is a verb."""

    word: int
    step: int
    way: int
    sure: bool
    verb: bool = False


def roled(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths; the best leads to things of the role that is asked for alone."""
    if not ranked or ranking.asked.negated:
        return ranked
    for role in (*_nouns(ranking), *_verbs(ranking)):
        best = ranked[0]
        said = ranking.match.explains[[number for leg in (best, *best.also) for number in leg.numbers], role.word].max()
        if said < SILENT:
            if role.sure and 0 < len(best.ground.ends) <= _MOST and not best.ground.truncated:
                ranked = _of_role(ranking, ranked, role)
        elif best.numbers == (_back(ranking, role),) and not best.also and role.sure and role.word in ranking.asked.head:
            best.refuse("not_of_role")  # what Ann directed is no director
        elif (led := _led_on(ranking, ranked, role)) is not None:
            ranked = [led, *ranked[1:]]
    return ranked


def _led_on(ranking: Ranking, ranked: list[Ranked], role: Role) -> Ranked | None:
    """The best path as far as to what has a role, where it leads on from there: by the relation itself, or, behind what the question says
    of it first, by others ("born in Rome" of who wrote what is directed by somebody)."""
    best, back = ranked[0], _back(ranking, role)
    for one in ranked:
        size = len(one.numbers) - 1
        if size and one.numbers[-1] == back and one.numbers[:size] == best.numbers[:size] and one.seeds == best.seeds:
            return led_before(ranking, one, role) if one is best or (role.verb and size < len(best.numbers) - 1) else None
    return None


def _nouns(ranking: Ranking) -> Iterator[Role]:
    """The first end of a relation that the noun asked for speaks of, where it says which end it is."""
    asked, nouns, weights = ranking.asked, ranking.match.nouns, content(ranking)
    for word in noun_words(asked) if not generic(noun_asked(ranking)) else ():
        if weights[word] <= LIGHT or singular(asked.words[word].text.lower()) in ranking.steps.type_nouns:
            continue
        for step in _said(ranking, word):
            relation, move = ranking.steps.relations[step][0]
            named = relation_words(relation.name)
            if named.form in ("does", "verb") and named.spoken[0] == asked.words[word].text.lower():  # "What treats …": that is its verb
                continue
            role = Role(word, step, 1 if move == "out" else 0, _is_one(ranking, relation, move))
            back, does = _back(ranking, role), _does(ranking, relation)
            gap = float(nouns[step, word] - nouns[back, word])
            if does is not None and does != (move == "in") and gap < PLAINLY:  # who supplies is asked for, whom something is said to supply
                role, gap = role._replace(step=back, way=1 - role.way), -gap
            if gap >= PLAINLY or (gap > -PLAINLY and does is not None):
                yield role
                return


def _verbs(ranking: Ranking) -> Iterator[Role]:
    """The ends of relations whose verb stands before a noun for their other ends: "… and wrote a book", 导演过电影."""
    asked, weights, found = ranking.asked, content(ranking), set[int]()
    for word in range(len(asked.words) - 1):
        start = asked.words[word].start
        if weights[word] <= LIGHT or word in asked.head or _article().search(asked.text[max(0, start - _ARTICLE) : start]) is not None:
            continue
        for step in _said(ranking, word):
            _, move = ranking.steps.relations[step][0]
            role = Role(word, step, 1 if move == "out" else 0, sure=True, verb=True)
            if step not in found and _before_object(ranking, word, _back(ranking, role), weights):
                found.add(step)
                yield role


def _before_object(ranking: Ranking, word: int, back: int, weights: NDArray[Any]) -> bool:
    """Whether the next noun behind a word names what a step leads to."""
    match, words, text = ranking.match, ranking.asked.words, ranking.asked.text
    for behind in range(word + 1, min(word + 2 + _BETWEEN, len(words))):
        if not weights[behind] or _links().fullmatch(text[words[behind - 1].end : words[behind].start]) is None:
            return False
        if weights[behind] > LIGHT and match.explains[back, behind] < SILENT and _links().fullmatch(words[behind].text) is None:
            return float(match.nouns[back, behind]) >= OBJECT
    return False


@cache
def _links() -> re.Pattern[str]:
    said = forms_of("objects")
    return re.compile(rf"(?:\s|{either(said['between'])}(?=\s)|{either(said['between_han'])}|{MEASURE})*", re.IGNORECASE)


@cache
def _among() -> re.Pattern[str]:
    said = forms_of("objects")
    return re.compile(rf"\b{either(said['among'])}\s+{either(said['between'])}\s+([a-z]+)", re.IGNORECASE)


@cache
def _who_han() -> re.Pattern[str]:
    be = either(forms_of("objects")["be_han"])
    return re.compile(rf"的([\u4e00-\u9fff]{{2,4}}?)(?:{be})?(?:{chinese('who')})[？?。\s]*$")


@cache
def _article() -> re.Pattern[str]:
    """Behind an article stands no verb: "have a default engine"."""
    return re.compile(rf"\b{either(forms_of('objects')['between'])}\s+$", re.IGNORECASE)


def content(ranking: Ranking) -> NDArray[Any]:
    """What each word weighs that is part of no name."""
    return np.min([seen.weights for seen in ranking.seen], axis=0)


def _said(ranking: Ranking, word: int) -> list[int]:
    """The steps by one relation between things that a word speaks of: not those by a field, unless its name is a verb for who does it."""
    steps = ranking.steps
    heard = np.flatnonzero(ranking.match.explains[:, word] >= SPEAKS).tolist()
    plain = ((step, *steps.relations[step][0]) for step in heard if len(steps.relations[step]) == 1)
    return [
        step
        for step, relation, move in plain
        if move != "beside" and (not steps.values(relation.id) or _does(ranking, relation) is not None)
    ]


def _does(ranking: Ranking, relation: Relation) -> bool | None:
    """Whether the noun asked for is for who does what a relation says."""
    return doer_first(noun_asked(ranking), relation.name, alike=ranking.steps.same_ends(relation.id))


def _back(ranking: Ranking, role: Role) -> int:
    """The step the other way."""
    relation, _ = ranking.steps.relations[role.step][0]
    return ranking.steps.add(((relation, role.way),))


def _is_one(ranking: Ranking, relation: Relation, move: str) -> bool:
    """Whether a noun is for a role, not for what things are: a director may be asked for by it, a town that is the `place` of something is
    one like others."""
    if "person" in lexicon().kinds_of(noun_asked(ranking)) or _does(ranking, relation) is not None:
        return True
    return relation_words(relation.name).form == "by" and move == "out"


def noun_words(asked: Asked) -> tuple[int, ...]:
    """The words of the noun asked for, also of one that "是谁" asks who it is, and of "Is there a director …?", "Who among the directors …?"."""
    if asked.head or (found := (_who_han() if asked.chinese else _among()).search(asked.text)) is None:
        return asked.head
    return tuple(n for n, word in enumerate(asked.words) if found.start(1) <= word.start and word.end <= found.end(1))


def noun_asked(ranking: Ranking) -> str:
    asked = ranking.asked
    texts = [asked.words[n].text for n in noun_words(asked)]
    return "".join(texts) if asked.chinese else singular(texts[-1].lower()) if texts else ""


def led_before(ranking: Ranking, best: Ranked, role: Role) -> Ranked | None:
    """A path whose last step leads on from what is asked for, as far as to that; None where it goes through unnamed things."""
    *hops, last = best.ground.hops
    if len(best.steps[-1]) > 1 or last.middle or (hops and hops[-1].middle):
        return None
    ends = distinct(last.start)
    whole = Ground(best.ground.seeds, hops, ends, len(ends), best.ground.truncated)
    shows = _shown(ranking, best, role, Hop(last.end, last.start, last.fact))
    return replace(best, steps=best.steps[:-1], numbers=best.numbers[:-1], ground=within(whole, ends), also=(*best.also, shows))


def _of_role(ranking: Ranking, ranked: list[Ranked], role: Role) -> list[Ranked]:
    """The paths, the best as far as its ends have the role; where none has it, nothing is known."""
    best, view = ranked[0], ranking.run.view
    relation, _ = ranking.steps.relations[role.step][0]
    handle, ends = ranking.steps.handles(view.relations).get(relation.id), best.ground.ends
    if handle is None:  # known from before the graph changed
        return ranked
    edges = view.edges(ends, np.full(len(ends), handle), np.full(len(ends), role.way), _SHOWN)
    has = distinct(ends[edges.row])
    if not len(has):
        for one in ranked:
            one.refuse("not_of_role")
        return ranked
    shows = _shown(ranking, best, role, Hop(edges.neighbour, ends[edges.row], edges.fact))
    return [replace(best, ground=within(best.ground, has), also=(*best.also, shows), told=best.told | {role.word}), *ranked[1:]]


def _shown(ranking: Ranking, best: Ranked, role: Role, hop: Hop) -> Ranked:
    """The facts by which things have a role, beside the path that leads to them."""
    ends = distinct(hop.end)
    step = ranking.steps.relations[role.step]
    shows = Ground(distinct(hop.start), [hop], ends, len(ends))
    return replace(best, seeds=(), steps=(step,), numbers=(role.step,), ground=shows, also=(), constraints=(), held=frozenset())
