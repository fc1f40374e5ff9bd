"""How far each word of a question is explained by each step: one matrix a question, filled from postings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.frozen import frozen
from kgllm.graphs.ascending import begins
from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.paths.steps import Steps
from kgllm.retrieval.reading.question import Asked
from kgllm.words import lexicon

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.scoring.seen import Seen

_KIND_WORD = 0.5  # a word that only names the kind of a step's end explains this much
_OTHER_MEASURE = 0.1  # … but a word for one measure ("gdp") says next to nothing of another number
_NOUN = 0.65
_WEAK = 0.72  # a word that says another step so much better is no mention of this one
_OWN = 0.8  # worth of a step's whole name being said, beside the words that it explains
_PARTS = 16
_ANY_NUMBER = frozenset(("number", "identifier", "count", "quantity"))  # families
KIND_PART = 15  # the part of a step's name that stands for what it leads to
SPOKEN = 0.55  # how far a word must be explained by a relation's name to be a word of it
LEAST = 0.28  # below this a word is not taken as a mention of a relation


@frozen
class Match:
    """Rows are steps, columns the question's words. `explains`: how far; `part` and `share`: which part of the step's name, and
    how much of it; `nouns`: how well the word names what stands at the step's end; `between`: whether it names the unnamed nodes that
    the step goes through (None: no word names any). A word says something of few steps: `spoken` are those of which some word does,
    ascending, and `best` and `named` the most that each word has of `explains` and of `nouns`."""

    explains: NDArray[Any]
    part: NDArray[Any]
    share: NDArray[Any]
    nouns: NDArray[Any]
    spoken: NDArray[Any]
    best: NDArray[Any]
    named: NDArray[Any]
    between: NDArray[Any] | None = None


def match(asked: Asked, steps: Steps, known: int | None = None) -> Match:
    """Compare a question with every step, or the first `known` of them."""
    size, width = len(steps) if known is None else known, len(asked.words)
    explains = np.zeros((size, width), np.float32)
    part = np.full((size, width), -1, np.int8)
    share = np.zeros((size, width), np.float32)
    nouns = np.zeros((size, width), np.float32)
    spoken = np.zeros(size, bool)
    best, called = np.zeros(width, np.float32), np.zeros(width, np.float32)
    between: NDArray[Any] | None = None
    for j, word in enumerate(asked.words):
        said, named = [], []  # steps that the word speaks of, and those whose ends it may name
        how_far, of_part, of_name, as_end = explains[:, j], part[:, j], share[:, j], nouns[:, j]  # by one index in a third of the time
        for term, how in word.terms:
            if term[0] == "n":
                posting = steps.with_noun(term[1])
                if posting is not None:
                    fits = posting[0] < size
                    at = posting[0][fits]
                    as_end[at] = np.maximum(as_end[at], posting[3][fits])
                    named.append(at)
                if (posting := steps.between(term[1])) is not None:
                    between = np.zeros((size, width), np.float32) if between is None else between
                    between[posting[0][posting[0] < size], j] = 1.0
                continue
            posting = steps.with_term(term)
            if posting is None:
                continue
            rows, parts, shares, strengths = posting  # of two threads one may have added steps meanwhile: those are left out
            if steps.posted >= size and len(rows) and rows.max() >= size:
                rows, parts, shares, strengths = (column[rows < size] for column in posting)
            values = strengths * np.float32(how)
            better = values > how_far[rows]
            rows = rows[better]
            how_far[rows], of_part[rows], of_name[rows] = values[better], parts[better], shares[better]
            said.append(rows)
        if word.kinds:
            kinds = [KINDS.index(kind) for kind in word.kinds]
            how = _OTHER_MEASURE if "number" in word.kinds and measure(word.text.lower()) else _KIND_WORD
            fit = steps.column("kinds")[:size, kinds].max(axis=1)
            at = fit.nonzero()[0]
            as_end[at] = np.maximum(as_end[at], how * fit[at])
            named.append(at)
        if named:
            at = np.concatenate(named)
            called[j] = as_end[at].max(initial=0.0)
            as_noun = _NOUN * as_end[at]
            over = as_noun > how_far[at]
            at = at[over]
            how_far[at], of_part[at], of_name[at] = as_noun[over], KIND_PART, 0.0
            said.append(at)
        if said:
            at = np.concatenate(said)
            best[j] = how_far[at].max(initial=0.0)
            spoken[at] = True
    return Match(explains, part, share, nouns, spoken.nonzero()[0], best, called, between)


@lru_cache(maxsize=4096)
def measure(word: str) -> bool:
    """Whether a word names a certain measure, and not any number: "gdp", "height", but not "number".

    >>> measure("gdp"), measure("height"), measure("number"), measure("city")
    (True, True, False, False)
    """
    known = lexicon()
    return "number" in known.kinds_of(word) and any(name not in _ANY_NUMBER for name in known.families_of(word))


def spoken(found: Match, seed: NDArray[Any], paths: NDArray[Any], seen: Sequence[Seen]) -> NDArray[Any]:
    """How far a question speaks of paths (rows of steps): what its words, each counted once, say of them, and how much of the steps' names
    it says. Paths that explain the same words are told apart by their names: "employer" of "employer" beside "employer" of "member"."""
    worth = np.zeros(len(paths), np.float32)
    spoken = found.spoken
    for n, view in enumerate(seen):
        mine = (seed == n).nonzero()[0]
        free = (view.weights > 0).nonzero()[0]
        if not len(mine) or not len(free):
            continue
        explains = found.explains.take(free, axis=1)
        named, at = np.zeros(len(explains), np.float32), np.ix_(spoken, free)
        named[spoken] = np.minimum(_named(explains[spoken], found.part[at], found.share[at]), np.float32(1))
        steps = np.ascontiguousarray(paths[mine].T)
        best = explains.take(steps[0], axis=0)  # of rows several times faster than by indexing
        total = np.zeros(len(mine), np.float32)
        for k, step in enumerate(steps):
            total += named.take(step)
            if k:
                np.maximum(best, explains.take(step, axis=0), out=best)
        # Not by BLAS: of its product numpy warns now and then of an invalid value, though all are finite (seen of 1,038 × 5).
        worth[mine] = np.einsum("ij,j->i", best, view.weights[free]) + _OWN * total
    return worth


def _named(explains: NDArray[Any], part: NDArray[Any], share: NDArray[Any]) -> NDArray[Any]:
    """How much of each step's name is said; a part of it counts once, however often it is said."""
    row, column = np.nonzero((part >= 0) & (explains > 0))  # few of all
    best = np.zeros((len(explains), _PARTS), np.float32)
    np.maximum.at(best, (row, part[row, column]), share[row, column] * explains[row, column])
    named = np.zeros(len(explains), np.float32)
    for n in range(_PARTS):
        named += best[:, n]
    return named


@frozen
class Mentions:
    """For each step (row) and word (column): what is gained when the step is mentioned there. A mention may span several words;
    it stands in the column of its strongest word, other columns hold -inf.

    gain: weight of the words explained. quality: share of the step's own name that is said. mask: bits of the words taken."""

    gain: NDArray[Any]
    quality: NDArray[Any]
    mask: NDArray[Any]


def mentions(
    found: Match,
    rows: NDArray[Any],
    weights: NDArray[Any],
    joined: NDArray[Any],
    linked: NDArray[Any],
    *,
    company: NDArray[Any] | None = None,
) -> Mentions:
    """The mentions of some steps among the words with a weight. Words next to each other (`joined`), or close by (`linked`) that
    say different parts of the step's name, are one mention; the same part said twice apart is two ("mother's father"). Steps of one
    `company` (numbers that ascend from 0 on; None: all are of one) are told apart: a word that says another of them much better is no
    mention of a step."""
    size, width = len(rows), len(weights)
    gain = np.full((size, width), -np.inf, np.float32)
    quality = np.zeros((size, width), np.float32)
    mask = np.zeros((size, width), np.int64)
    if not size:
        return Mentions(gain, quality, mask)
    explains = found.explains[rows]
    if company is None:
        least = np.maximum(LEAST, _WEAK * explains.max(axis=0))
    else:
        least = np.maximum(LEAST, _WEAK * np.maximum.reduceat(explains, begins(company), axis=0))[company]
    used: NDArray[Any] = (explains >= least) & (weights > 0)
    some = np.logical_or.reduce(used, axis=1).nonzero()[0]  # most steps are mentioned nowhere
    if not len(some):
        return Mentions(gain, quality, mask)
    used, explains, part, share = used[some], explains[some], found.part[rows[some]], found.share[rows[some]]
    close: NDArray[Any] = np.zeros(used.shape, bool)
    close[:, 1:] = used[:, 1:] & used[:, :-1] & (joined[1:] | linked[1:])
    several = np.logical_or.reduce(close, axis=1)  # few steps are said by words that stand together: of the others each word is a mention
    row, word = np.nonzero(used & ~several[:, None])
    at = some[row]
    how = explains[row, word]
    gain[at, word], quality[at, word] = weights[word] * how, np.minimum(share[row, word] * how, 1.0)
    mask[at, word] = np.left_shift(1, word)
    for one in several.nonzero()[0].tolist():
        runs = _in_runs(used[one], explains[one], part[one], share[one], weights, joined, linked)
        for peak, gained, said, taken in runs:
            gain[some[one], peak], quality[some[one], peak], mask[some[one], peak] = gained, said, taken
    return Mentions(gain, quality, mask)


def _in_runs(
    used: NDArray[Any],
    explains: NDArray[Any],
    part: NDArray[Any],
    share: NDArray[Any],
    weights: NDArray[Any],
    joined: NDArray[Any],
    linked: NDArray[Any],
) -> Iterator[tuple[int, Any, Any, int]]:
    """(strongest word, gain, quality, words taken) of each mention of one step that several words may say together."""
    says, gains = share * explains, weights * explains
    run: list[int] = []
    gain = quality = np.float32(0)
    parts = 0
    for word in used.nonzero()[0].tolist():
        bit = 1 << (int(part[word]) & 15)
        beside = bool(run) and run[-1] == word - 1
        if beside and not joined[word]:
            beside = bool(linked[word] and not parts & bit and share[word] > 0 and quality > 0)
        if not beside:
            if run:
                yield max(run, key=explains.__getitem__), gain, min(quality, np.float32(1)), sum(1 << one for one in run)
            run, gain, quality, parts = [], np.float32(0), np.float32(0), 0
        run.append(word)
        gain += gains[word]
        if not parts & bit:
            quality += says[word]
        parts |= bit
    yield max(run, key=explains.__getitem__), gain, min(quality, np.float32(1)), sum(1 << one for one in run)
