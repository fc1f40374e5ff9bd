"""How far a path goes: a step short of what the noun asked for names, or a step beyond it.

Who directs lives there, and what he directs does not; "in which province" of a factory is answered by where the factory is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.retrieval.ranking.lacks import SPEAKS
from kgllm.retrieval.ranking.roled import OBJECT, PLAINLY, Role, content, led_before, noun_asked, noun_words
from kgllm.retrieval.reading.question import LIGHT
from kgllm.retrieval.scoring.matching import LEAST
from kgllm.words import lexicon
from kgllm.words.generic import generic

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_HARDLY = 0.25  # a noun that names what a step leads to less than so does not name it


def far_enough(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths; the best goes as far as to what the noun asked for names."""
    if not ranked or ranking.asked.negated:
        return ranked
    words = noun_words(ranking.asked)
    if not words or generic(noun_asked(ranking)):
        return ranked
    if (led := _gone_too_far(ranking, ranked[0], words)) is not None:
        return [led, *ranked[1:]]
    onward = _onward(ranking, ranked, words)
    return ranked if onward is None else [onward, *(one for one in ranked if one is not onward)]


def _onward(ranking: Ranking, ranked: list[Ranked], words: tuple[int, ...]) -> Ranked | None:
    """The path that goes on from the best by one step, where that step is said by the noun asked for, and the best does not say it."""
    best, explains, weights = ranked[0], ranking.match.explains, content(ranking)
    said = [word for word in words if weights[word] > LIGHT]
    if not said or best.told.intersection(said) or ranking.match.nouns[best.numbers[-1], said].max() >= _HARDLY:
        return None
    if explains[list(best.numbers)][:, said].max() >= LEAST:
        return None
    size = len(best.numbers)
    longer = (one for one in ranked[1:] if len(one.numbers) == size + 1 and one.numbers[:size] == best.numbers and one.seeds == best.seeds)
    told = (one for one in longer if explains[one.numbers[-1], said].min() >= SPEAKS and len(one.also) == len(best.also))
    return next((one for one in told if not one.refused), None)


def _gone_too_far(ranking: Ranking, best: Ranked, head: tuple[int, ...]) -> Ranked | None:
    """The best path without its last step, where the noun asked for names what that leaves, and not what it leads to: who directs lives there,
    and what he directs does not."""
    asked = ranking.asked
    if len(best.numbers) < 2 or len(best.steps[-1]) > 1:
        return None
    relation, move = best.steps[-1][0]
    if move == "beside":
        return None
    back, last = ranking.steps.add(((relation, 1 if move == "out" else 0),)), best.numbers[-1]
    words = [word for word in head if asked.chinese or word == head[-1]]
    if back >= len(ranking.match.nouns) or not (_names_start(ranking, words, last, back) or _only_by_noun(ranking, words, last)):
        return None
    return led_before(ranking, best, Role(words[-1], back, 1 if move == "in" else 0, sure=False))


def _names_start(ranking: Ranking, words: list[int], step: int, back: int) -> bool:
    """Whether a noun names what a step leaves from, and hardly what it leads to."""
    nouns = ranking.match.nouns
    start = float(min(nouns[back, words]))
    return start >= OBJECT and float(max(nouns[step, words])) <= start - PLAINLY


def _only_by_noun(ranking: Ranking, words: list[int], step: int) -> bool:
    """Whether nothing but a noun for people speaks of a step, and the step leads to none that are called so: members join clubs."""
    others = [n for n, weight in enumerate(content(ranking)) if weight > LIGHT and n not in words]
    elsewhere = float(ranking.match.explains[step, others].max(initial=0.0))
    people = "person" in lexicon().kinds_of(noun_asked(ranking))
    return people and elsewhere < LEAST and float(max(ranking.match.nouns[step, words])) < _HARDLY
