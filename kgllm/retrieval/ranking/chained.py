"""Steps that a question tells one of another: "the half-life of the daughter of X", "X's boss's boss", X的上级的上级.

Each noun of such a chain is a step. One that is said again is walked again, as often as it is said, and a path that leaves one out
answers something else.
"""

from __future__ import annotations

import re
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

from kgllm.retrieval.paths.ground import ground
from kgllm.retrieval.ranking.direction import runs_against
from kgllm.retrieval.reading.question import LIGHT
from kgllm.retrieval.scoring.features import cover
from kgllm.retrieval.scoring.matching import LEAST
from kgllm.types import Literal
from kgllm.words import singular, stem
from kgllm.words.chains import chains
from kgllm.words.relations import relation_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.retrieval.reading.question import Asked, Word

_SPEAKS = 0.5  # how far a step explains a word that says it
_HAN_WORD = 2  # characters of a Chinese noun at least
_PERSON = "person"


def chained(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, the best with as many steps as its chain of nouns says; sure of nothing where it leaves one out, or leads nowhere then."""
    if not ranked or len(ranked[0].seeds) > 1 or ranked[0].also:
        return ranked
    best = ranked[0]
    said = _said_again(ranking, best)
    if said is not None and len(best.steps) == len(best.steps[0]) == 1 and _comes_back(ranking, best, said[0]):
        return _and_back(ranked)
    if said is not None:
        return _again(ranking, ranked, *said)
    if _leaves_out(ranking, best):
        best.refuse("step_left_out")
    return ranked


def _said_again(ranking: Ranking, best: Ranked) -> tuple[int, int] | None:
    """A word of the question that is said of itself, and how often in a row; None where none is."""
    asked, seen = ranking.asked, ranking.seen[best.seeds[0]]
    if asked.chinese:
        return _han_again(ranking, best)
    words = [n for n, word in enumerate(asked.words) if seen.weights[n] > LIGHT]
    found = (-1, 1)
    often = 1
    for one, other in pairwise(words):
        a, b = asked.words[one], asked.words[other]
        between = asked.text[a.end : b.start]
        alike = stem(a.text.lower()) == stem(b.text.lower()) and (chains().of.fullmatch(between) or chains().own.fullmatch(between))
        often = often + 1 if alike else 1
        found = max(found, (other, often), key=lambda pair: pair[1])
    word, often = found
    if seen.verb >= 0 and seen.of and chains().does.search(asked.text):  # "What does the daughter of X decay to?"
        last = word if often > 1 and word in seen.of else seen.of[-1]
        if _same_step(ranking, best, last, seen.verb):
            word, often = last, (often if last == word else 1) + 1
    return (word, often) if often > 1 else None


def _han_again(ranking: Ranking, best: Ranked) -> tuple[int, int] | None:
    text, seen = ranking.asked.text, ranking.seen[best.seeds[0]]
    for found in chains().again_han.finditer(text, seen.span[1]):
        often = 1 + found["more"].count("的" + found["noun"])
        often += found["said"] is not None and found["noun"].startswith(found["said"])
        if often > 1:
            at = (n for n, word in enumerate(ranking.asked.words) if found.start("noun") <= word.start < found.end("noun"))
            word = next((n for n in at if seen.weights[n] > 0), -1)
            return (word, often) if word >= 0 else None
    return None


def _same_step(ranking: Ranking, best: Ranked, one: int, other: int) -> bool:
    """Whether one step of a path is what two words say, and no other step is what either says. One that leads through a row without a
    name ("the power of the second slot") is said by a word for each of its two relations."""
    said = [_steps_of(ranking, best, word) for word in (one, other)]
    numbers = {best.numbers[at] for at in said[0]}
    return said[0] == said[1] and len(numbers) == 1 and all(len(ranking.steps.relations[number]) == 1 for number in numbers)


def _comes_back(ranking: Ranking, best: Ranked, word: int) -> bool:
    """Whether a verb that is said of its own doer leads back: what a daughter decays to is another daughter, what a director directs no
    director."""
    seen = ranking.seen[best.seeds[0]]
    [(relation, move)] = best.steps[0]
    return seen.verb >= 0 and word in seen.of and (move == "out") is (relation_words(relation.name).form == "by")


def _and_back(ranked: list[Ranked]) -> list[Ranked]:
    """The paths, first the one that goes the best one's only step and comes back by it."""
    best = ranked[0]
    [(relation, move)] = best.steps[0]
    back = (best.steps[0], ((relation, "in" if move == "out" else "out"),))
    return sorted(ranked, key=lambda one: one.steps != back or one.seeds != best.seeds)


def _steps_of(ranking: Ranking, best: Ranked, word: int) -> list[int]:
    """The places of a path's steps that a word says."""
    return [at for at, number in enumerate(best.numbers) if ranking.match.explains[number, word] >= _SPEAKS]


def _again(ranking: Ranking, ranked: list[Ranked], word: int, often: int) -> list[Ranked]:
    """The best path with the step that a word says walked as often as it is said."""
    best, run, steps = ranked[0], ranking.run, ranking.steps
    said = _steps_of(ranking, best, word)
    alike = len({best.numbers[at] for at in said}) == 1
    if len(said) >= often and not (alike and _turned(ranking, best, word)):
        return ranked
    more = often - len(said)
    if not alike or more <= 0 or len(best.numbers) + more > max(run.retriever.limits.hops, often):
        best.refuse("step_again")
        return ranked
    at = said[0]
    best.numbers = (*best.numbers[:at], *[best.numbers[at]] * more, *best.numbers[at:])
    best.steps = tuple(steps.relations[number] for number in best.numbers)
    best.ground = ground(run.view, best.ground.seeds, best.steps, run.retriever.limits, steps.handles(run.view.relations))
    if best.ground.count:
        return ranked
    for one in ranked:  # it has none, and what else it has is not asked for
        one.refuse("step_again")
    return ranked[1:]


def _turned(ranking: Ranking, best: Ranked, word: int) -> bool:
    """Whether the step that a word says runs the other way: the boss of Ann's boss is none whose boss's boss Ann is."""
    text, (start, end) = ranking.asked.text, ranking.seen[best.seeds[0]].span
    said = ranking.asked.words[word]
    if said.end > start:
        return False
    before = "Who is the " if not ranking.asked.chinese else ""
    return runs_against(
        ranking, before + text[said.start :], (start - said.start + len(before), end - said.start + len(before)), best.numbers[0]
    )


def _leaves_out(ranking: Ranking, best: Ranked) -> bool:
    """Whether a path leaves out a noun of the chain that leads to what it names, where it has fewer steps than the chain has nouns."""
    asked, seen = ranking.asked, ranking.seen[best.seeds[0]]
    chain = _han_chain(ranking, best) if asked.chinese else _chain(ranking, best)
    if len(chain) < 2:
        return False
    covered = cover(asked, ranking.match, ranking.steps, [best.numbers], seen)[0]
    chain = _until_said(asked, chain, covered) if asked.chinese else chain
    if len(best.numbers) >= len(chain):
        return False
    node = ranking.run.seeds[best.seeds[0]].node
    kinds = {singular(word.lower()) for kind in getattr(node, "types", ()) for word in re.findall(r"[^\W\d_]+", kind)}
    people = [any(_PERSON in asked.words[n].kinds and covered[n] >= _SPEAKS for n in noun) for noun in chain]

    def told(noun: list[int], *, among_people: bool) -> bool:
        if any(n in best.told or not kinds.isdisjoint(_nouns(asked.words[n])) for n in noun):
            return True
        said = float(covered[noun].max())
        if among_people and any(_PERSON in asked.words[n].kinds for n in noun):  # a wife is a person, and no director for that
            return said >= _SPEAKS
        # An encoder may have heard of the relation by another word.
        return said >= LEAST or ranking.run.retriever.meaning is not None

    return any(not told(noun, among_people=any(people[:at] + people[at + 1 :])) for at, noun in enumerate(chain))


def _chain(ranking: Ranking, best: Ranked) -> list[list[int]]:
    """The nouns that lead to a path's seed, each told of the next; of a compound ("phone number") all words."""
    asked, weights = ranking.asked, ranking.seen[best.seeds[0]].weights
    start, end = ranking.seen[best.seeds[0]].span
    text, words = asked.text, asked.words
    before, after = list[int](), list[int]()
    last = start
    for n in reversed([n for n, word in enumerate(words) if word.end <= start]):
        between = text[words[n].end : last]
        if not (chains().of.fullmatch(between) or (before and _of_relations(words[n]) and chains().to.fullmatch(between))):
            break
        before.append(n)
        last = words[n].start
    last = end
    for n in [n for n, word in enumerate(words) if word.start >= end]:
        if not chains().own.fullmatch(text[last : words[n].start]):
            break
        after.append(n)
        last = words[n].end
    nouns = [[n, n - 1] if n and words[n].close and not asked.count and _of_relations(words[n - 1]) else [n] for n in (*after, *before)]
    return [said for noun in nouns if (said := [n for n in noun if weights[n] > LIGHT])]


def _han_chain(ranking: Ranking, best: Ranked) -> list[list[int]]:
    """What follows each 的 behind the name of a Chinese question: 导演 and 妻子出生 of X的导演的妻子出生在哪里; none where it is no chain."""
    asked, seen = ranking.asked, ranking.seen[best.seeds[0]]
    end = seen.span[1]
    *pieces, last_piece = asked.text[end:].split("的")
    if not pieces or pieces[0].strip("》”\"'」 "):  # 空客制造的机型 are made by it
        return []
    if (
        isinstance(ranking.run.seeds[best.seeds[0]].node, Literal)
        or any(other.span[0] >= end for other in ranking.seen)
        or any(map(chains().no_noun_han.search, pieces))
        or last_piece.startswith("是")
    ):
        return []
    nouns, at = list[list[int]](), end
    for piece in (*pieces, last_piece):
        inside = [n for n, word in enumerate(asked.words) if at <= word.start and word.end <= at + len(piece)]
        nouns.append([n for n in inside if seen.weights[n] > LIGHT])
        at += len(piece) + 1
    return nouns if any(len(noun) >= _HAN_WORD for noun in nouns[:-1]) else []


def _until_said(asked: Asked, nouns: list[list[int]], covered: NDArray[Any]) -> list[list[int]]:
    """The nouns of a Chinese chain. More than the last may follow the last 的: what nothing of the path says at its beginning is a noun of its own."""
    *others, last = nouns
    begin = list(takewhile(lambda n: covered[n] < _SPEAKS, last))
    found = [noun for noun in (*others, begin, last[len(begin) :]) if len(noun) >= _HAN_WORD]
    return [noun for noun in found if any(covered[n] >= _SPEAKS or _is_noun(asked.words[n]) for n in noun)]


def _nouns(word: Word) -> set[str]:
    """The nouns that a word may stand for, of a Chinese one also in English."""
    return {singular(word.text.lower()), *(noun for (sort, noun), _ in word.terms if sort == "n")}


def _is_noun(word: Word) -> bool:
    return bool(word.kinds) or any(term[0] in "fvn" for term, _ in word.terms)


def _of_relations(word: Word) -> bool:
    """Whether a word is one that graphs have relations for."""
    return any(term[0] in "fv" for term, _ in word.terms)
