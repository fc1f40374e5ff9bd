"""What a path has to do with a question, in numbers: one row of features a path, computed for all paths at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.frozen import frozen
from kgllm.graphs.ascending import distinct, largest
from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.paths.steps import Steps
from kgllm.retrieval.paths.walk import Candidates
from kgllm.retrieval.reading.question import CONTENT, LIGHT, Asked
from kgllm.retrieval.scoring.alignment import Alignment, align
from kgllm.retrieval.scoring.matching import LEAST, Match, mentions
from kgllm.retrieval.scoring.seen import Seen

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES = (
    "explained",  # share of the question's words that the path explains
    "unexplained",  # weight of those that it does not
    "again",  # weight of the words that speak of one of its steps once more
    "named",  # share of the names of its relations that the question says, mean over the steps
    "weakest",  # of its steps, how well the least mentioned one is
    "unsaid",  # steps that nothing mentions; where nothing is negated, two more for each that says what something is not
    "returns",  # steps that only come back from the one before, unmentioned
    "shared",  # … where the question speaks of having something in common
    "disorder",  # mentions told in another order than the path goes
    "toward",  # wordings that go the way of the step, less those that go against it
    "kind",  # its ends are of the kind asked for
    "unkind",  # … are known to be of another
    "head",  # its last step or end is what the noun after "which" names
    "offhead",  # … or that noun names only what it passes on the way
    "hops",
    "support",  # log of the share of nodes that have the last step
    "common",  # log of how often the relations are used in what was seen
    "seed",  # how well the seed is linked
    "through",  # steps through unnamed nodes
    "usual",  # log of how often the relations occur in the graph
    "joined",  # two paths that must end in the same things, unless one only says the noun that is asked for
    "timed",  # a year, "first" or "current" of the question was found on the way and chose among the ends
    "loops",  # leads back to its seed and nowhere else
    "plural",  # the wording has several, and there is one end
    "single",  # the wording has one, and there are several ends
    "plural_usual",  # the wording has several: log of how many ends the last relation usually has
    "single_usual",  # … the wording has one
    "extra",  # of the relations that are mentioned, what of their names is not said, summed
    "rare",  # log of how often the rarest of the relations occurs
    "silent",  # unmentioned steps of a path of several
    "third",  # steps beyond the second
    "strange",  # weight of the words that speak of nothing the graph has relations or types for; at most of those unexplained
    "lacks",  # weight of the words that speak of what the seed has not, though things like it have
    "cut",  # the mention is likely a part of a longer name, which the graph does not have
    "headless",  # asked how many or much, or for a kind that the graph has no word for: how far the noun of it is left unexplained
    "offtype",  # the noun asked for names a type of the graph, and none of its ends is of it
    "meaning",  # cosine of question and path, by the encoder
    "meaning_last",
    "learned",  # what a fitted scorer makes of question and path; 0 where nothing was fitted
    "remembered",  # what labelled questions like this one were answered by; 0 where there are none
)


DENIED = 2.0  # unsaid steps that a step counts for which says what something is not
_OF_KIND = 0.5  # how far ends are of the kind asked for
MOST_ALIGNED = 384  # paths of one length and mention that are looked at closely


def features(asked: Asked, found: Match, steps: Steps, candidates: Candidates, seen: list[Seen]) -> NDArray[Any]:
    """A row of features for each candidate, in the order of NAMES."""
    out = np.zeros((len(candidates), len(NAMES)), np.float32)
    hops = candidates.hops
    spans: dict[tuple[int, int], list[int]] = {}
    for n, view in enumerate(seen):
        spans.setdefault(view.span, []).append(n)
    for members in spans.values():  # seeds of one mention see the same question
        rows = np.arange(len(out)) if len(spans) == 1 else np.isin(candidates.seed, members).nonzero()[0]
        if not len(rows):
            continue
        paths, length, view = candidates.steps[rows], hops[rows], seen[members[0]]
        often = np.bincount(length)
        if len(members) == 1 and often.max() <= MOST_ALIGNED:  # of one seed every path is another
            out[rows] = _of_one_mention(asked, found, steps, paths, length, view)
            continue
        code = np.ravel_multi_index(tuple(paths.T + 1), (len(steps) + 1,) * paths.shape[1])
        same: NDArray[Any] | slice = slice(None)
        if not (code[1:] > code[:-1]).all():  # in order, each once
            _, first, same = np.unique(code, return_index=True, return_inverse=True)
            paths, length = paths[first], length[first]
        made = np.empty((len(paths), len(NAMES)), np.float32)
        many = (np.bincount(length) > MOST_ALIGNED)[length] & (length > 1)
        for size in distinct(length[many]).tolist():
            made[length == size] = _of_the_best(asked, found, steps, paths[length == size, :size], view)
        if not many.all():
            made[~many] = _of_one_mention(asked, found, steps, paths[~many], length[~many], view)
        out[rows] = made[same]
    out[:, _AT["hops"]] = hops
    out[:, _AT["third"]] = np.maximum(0, hops - 2)
    if asked.number:
        last = candidates.steps[np.arange(len(candidates)), hops - 1]
        out[:, _AT["plural_usual" if asked.number > 0 else "single_usual"]] = steps.column("fan")[last]
    out[:, _AT["support"]] = np.log10(np.maximum(candidates.support, 1e-3))
    out[:, _AT["common"]] = np.log10(1.0 + candidates.facts) / 4
    heard = np.minimum(1.0, np.maximum(found.best, found.named))
    if seen and seen[0].joins:  # of all views the same
        heard[list(seen[0].joins)] = heard[list(seen[0].joins.values())]
    out[:, _AT["strange"]] = np.array([view.weights @ (1.0 - heard) for view in seen], np.float32)[candidates.seed] if seen else 0
    out[:, _AT["cut"]] = np.array([view.cut for view in seen], np.float32)[candidates.seed] if seen else 0
    out[:, _AT["seed"]] = np.array([view.score for view in seen], np.float32)[candidates.seed] if seen else 0
    return out


_AT = {name: i for i, name in enumerate(NAMES)}


def _of_one_mention(asked: Asked, found: Match, steps: Steps, paths: NDArray[Any], length: NDArray[Any], seen: Seen) -> NDArray[Any]:
    """Features of paths, padded with -1 to one length. What speaks of a step is told by the steps of the paths as long as its own."""
    size, there = len(paths), paths >= 0
    laid = _laid(found, steps, paths, _alike(length), seen)
    aligned, back, covered = laid.aligned, laid.back, laid.covered
    out = np.zeros((size, len(NAMES)), np.float32)
    weight = max(float(seen.weights.sum()), 1e-6)
    out[:, _AT["again"]] = (seen.weights * laid.again).sum(axis=1)
    left = (seen.weights * (1.0 - covered)).sum(axis=1)
    amount = (asked.count or "number" in asked.kinds) and not asked.chinese  # elsewhere right answers leave it as often
    if amount and asked.head and seen.weights[asked.head[-1]] > LIGHT:
        out[:, _AT["headless"]] = 1.0 - covered[:, asked.head[-1]]
    elif seen.unheard:
        typed = steps.column("typed")[paths[np.arange(size), length - 1]]  # of things without types no noun says what they are
        out[:, _AT["headless"]] = (1.0 - covered[:, list(asked.head)].max(axis=1)) * typed
        if asked.share:  # what has the same as a thing is of its kind, whatever that is called
            out[back[np.arange(size), length - 1], _AT["headless"]] = 0.0
    out[:, _AT["explained"]] = 1.0 - left / weight
    out[:, _AT["unexplained"]] = left
    said = aligned.at < len(seen.weights)
    unsaid = there & ~said
    for part in seen.parts:
        out[:, _AT["unsaid"]] += covered[:, part].max(axis=1) == 0
    passed = unsaid & back
    real = there & ~passed
    out[:, _AT["named"]] = (aligned.quality * real).sum(axis=1) / np.maximum(1, real.sum(axis=1))
    out[:, _AT["extra"]] = ((1.0 - aligned.quality) * said).sum(axis=1)
    silent = (unsaid & ~back).sum(axis=1)
    out[:, _AT["silent"]] = silent * (length > 1)
    out[:, _AT["weakest"]] = np.where(real, np.minimum(aligned.gain, 1.0), 1.0).min(axis=1)
    out[:, _AT["unsaid"]] += silent
    if amount and asked.head and not steps.typed and not asked.words[asked.head[-1]].kinds:
        out[out[:, _AT["unsaid"]] == 0, _AT["headless"]] = (
            0.0  # "how many packages depend on X": a graph without types knows no kind by name
        )
    at = np.where(there, paths, 0)
    if not asked.negated:  # "does not have phenotype" is no answer to "which diseases have …"
        out[:, _AT["unsaid"]] += DENIED * (steps.column("denies")[at] & there).sum(axis=1)
    if paths.shape[1] > 1:
        out[:, _AT["unsaid"]] += _by_chance(steps, at, there, share=asked.share)
    out[:, _AT["returns"]] = passed.sum(axis=1)
    common = back & ~steps.column("mutual")[at]  # "X and Y share a border": that is one border
    out[:, _AT["shared"]] = common.any(axis=1) * 1.0 if asked.share else passed.any(axis=1) * -0.5
    out[:, _AT["disorder"]] = aligned.disorder
    out[:, _AT["toward"]] = aligned.toward
    _kinds(out, asked, found, steps, paths[np.arange(size), length - 1])
    _head(out, asked, found, steps, at, length, seen)
    if seen.of:
        _stops(out, aligned.at[np.arange(size), length - 1], covered, seen)
    usual = steps.column("usual")[at]
    out[:, _AT["usual"]] = (usual * there).sum(axis=1) / length.astype(np.float32)
    out[:, _AT["rare"]] = np.where(there, usual, np.inf).min(axis=1)
    out[:, _AT["through"]] = (steps.column("through")[at] & there).sum(axis=1)
    return out


@frozen
class Laid:
    """Paths laid along a question: where each step is mentioned, which only come back, how far each word is explained, and how far one
    that is left over speaks of a step again."""

    aligned: Alignment
    back: NDArray[Any]
    covered: NDArray[Any]
    again: NDArray[Any]


def _alike(length: NDArray[Any]) -> NDArray[Any] | None:
    """Numbers from 0 on of the lengths that there are, for each path; None: there is but one."""
    there = np.bincount(length) > 0
    return there.cumsum()[length] - 1 if np.count_nonzero(there) > 1 else None


def _laid(found: Match, steps: Steps, paths: NDArray[Any], company: NDArray[Any] | None, seen: Seen) -> Laid:
    """Lay paths, padded with -1, along a question. `company` numbers, from 0 on, those whose steps are told apart by the words that speak
    of them; None: all are."""
    size, whose = len(steps), None
    back = np.zeros(paths.shape, bool)
    inverse = steps.column("inverse")
    if company is None:
        back[:, 1:] = inverse[paths[:, 1:]] == paths[:, :-1]
        rows, local = _numbered(paths, size)
    else:
        there = paths >= 0
        back[:, 1:] = (inverse[paths[:, 1:]] == paths[:, :-1]) & there[:, 1:]
        known, local = _numbered(np.where(there, company[:, None] * size + paths, -1), (int(company.max()) + 1) * size)
        whose, rows = np.divmod(known, size)
    said = mentions(found, rows, seen.weights, seen.joined, seen.linked, company=whose)
    aligned = align(said, local, back=back, told=seen.told, way=seen.way, toward=steps.column("toward")[rows])
    return Laid(aligned, back, *_covered(found, rows, local, inverse[rows], aligned, seen))


def _by_chance(steps: Steps, paths: NDArray[Any], there: NDArray[Any], *, share: bool) -> NDArray[Any]:
    """How often paths go from one thing to another because both have the same number, or the same yes: born on a 20th, and lost 20 games.
    `share`: the question says that they share something, which then is of one relation."""
    here, onward = paths[:, :-1], paths[:, 1:]
    crossed = steps.column("bare")[here] & steps.column("back")[onward] & there[:, 1:]
    if share:
        crossed &= steps.column("first")[onward] != steps.column("inverse")[steps.column("last")[here]]
    counted: NDArray[Any] = crossed.sum(axis=1)
    return counted


def _numbered(paths: NDArray[Any], size: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The distinct steps of some paths, and the paths in places among them; of `size` steps. -1 is behind them all."""
    there = np.zeros(size + 1, bool)
    there[paths] = True
    there[-1] = False
    known = there.nonzero()[0]
    place = there.cumsum() - 1
    place[-1] = len(known)
    return known, place[paths]


def cover(asked: Asked, found: Match, steps: Steps, paths: Sequence[Sequence[int]], seen: Seen, *, alone: bool = False) -> NDArray[Any]:
    """How far each path explains each word of the question, beside those as long as itself or, `alone`, beside no other."""
    length = np.array([len(path) for path in paths])
    padded = np.full((len(paths), length.max(initial=1)), -1)
    padded[np.arange(padded.shape[1]) < length[:, None]] = [step for path in paths for step in path]
    return _laid(found, steps, padded, np.arange(len(paths)) if alone else _alike(length), seen).covered


def _of_the_best(asked: Asked, found: Match, steps: Steps, paths: NDArray[Any], seen: Seen) -> NDArray[Any]:
    """Features of the paths of one length whose steps are best mentioned, each taken alone; the others count as unmentioned."""
    size, hops = paths.shape
    rows, local = _numbered(paths, len(steps))
    said = mentions(found, rows, seen.weights, seen.joined, seen.linked)
    alone = np.where(np.isfinite(said.gain), said.gain + 0.5 * said.quality, 0.0).max(axis=1, initial=0.0)
    bound = alone[local].sum(axis=1)
    best = np.sort(largest(bound, MOST_ALIGNED))
    out = np.zeros((size, len(NAMES)), np.float32)
    out[:, _AT["unexplained"]] = seen.weights.sum()
    out[:, _AT["unsaid"]] = hops
    out[best] = _of_one_mention(asked, found, steps, paths[best], np.full(len(best), hops), seen)
    return out


def _covered(
    found: Match, rows: NDArray[Any], local: NDArray[Any], inverse: NDArray[Any], aligned: Alignment, seen: Seen
) -> tuple[NDArray[Any], NDArray[Any]]:
    """How far each word is explained, where a step is mentioned or as a noun for something on the path; and how far a word that
    is left over speaks of one of the steps again. `local` are places among `rows`, behind which a step is none."""
    width = len(seen.weights)
    taken = aligned.mask[:, None] & (1 << np.arange(width)) > 0
    steps = np.ascontiguousarray(local.T)  # whole rows are taken, and compared, several times faster than by indexing
    best = np.minimum(1.0, 1.25 * _and_none(found.explains[rows]).take(steps, axis=0).max(axis=0))
    nouns = np.minimum(1.0, 1.2 * _and_none(found.nouns[rows]).take(steps, axis=0).max(axis=0))
    known = (inverse >= 0) & (inverse < len(found.nouns))  # another thread's question may just have met it
    begin = _and_none(found.nouns[np.where(known, inverse, 0)] * known[:, None])
    seed_noun = begin.take(steps[0], axis=0) * np.where(seen.near, 1.0, 0.6)
    if len(steps) > 1:  # what the next step leaves from tells what a step leads to that leads to several kinds
        nouns = np.maximum(nouns, np.minimum(1.0, 1.2 * begin).take(steps[1:], axis=0).max(axis=0))
    # A word that is used as a relation ("X's mother", "the director of") is not explained by what stands there.
    told = np.maximum(taken * best, np.maximum(nouns, seed_noun) * np.where(seen.way != 0, 0.25, 1.0))
    if found.between is not None:
        told = np.maximum(told, _and_none(found.between[rows]).take(steps, axis=0).max(axis=0))
    again = np.maximum(0.0, best - told) * np.where(seen.way != 0, 1.0, 0.3)
    if seen.chain:
        said = taken * best
        told[:, seen.chain], best[:, seen.chain] = said[:, seen.chain], 0.0
    for part in seen.parts:  # a grandmother is explained by both steps, one after the other, or by none
        at = (aligned.at[:, :, None] == np.array(part)).argmax(axis=1)
        inorder = (np.diff(at, axis=1) == 1).all(axis=1, keepdims=True)
        told[:, part] = np.where(inorder, told[:, part].min(axis=1, keepdims=True), 0.0)
        best[:, part] = 0.0
    covered = np.maximum(told, best)
    if seen.joins:
        covered[:, list(seen.joins)] = covered[:, list(seen.joins.values())]
    return covered, again


def _and_none(rows: NDArray[Any]) -> NDArray[Any]:
    """Rows, and one of zeros behind them: for the steps that a shorter path does not have."""
    out = np.zeros((len(rows) + 1, rows.shape[1]), rows.dtype)
    out[:-1] = rows
    return out


def _kinds(out: NDArray[Any], asked: Asked, found: Match, steps: Steps, last: NDArray[Any]) -> None:
    asks = [KINDS.index(kind) for kind in asked.kinds if kind in KINDS]
    if not asks:
        return
    kinds = steps.column("kinds")[last]
    is_kind = kinds[:, asks].max(axis=1)
    if asked.count and asked.head:  # how many people: its leader is one, and its number of members says it
        heard = found.explains[last][:, list(asked.head)].max(axis=1) >= LEAST
        is_kind = np.maximum(is_kind, heard * kinds[:, KINDS.index("number")])
    out[:, _AT["kind"]] = is_kind
    out[:, _AT["unkind"]] = np.maximum(0.0, kinds.max(axis=1) - is_kind)


def _stops(out: NDArray[Any], end: NDArray[Any], covered: NDArray[Any], seen: Seen) -> None:
    """Judge the paths that end at what something is asked of, by the words that mention their last steps: "How is the parent of X cited?" is
    not answered by the parent, unless it is of the kind asked for ("Where is the seat of X found?")."""
    stops = np.isin(end, seen.of) & (out[:, _AT["kind"]] < _OF_KIND)
    out[stops, _AT["head"]], out[stops, _AT["offhead"]] = 0.0, 1.0
    if seen.weights[seen.verb] > CONTENT:
        out[stops, _AT["headless"]] = np.maximum(out[stops, _AT["headless"]], 1.0 - covered[stops, seen.verb])


def _head(out: NDArray[Any], asked: Asked, found: Match, steps: Steps, paths: NDArray[Any], length: NDArray[Any], seen: Seen) -> None:
    """Whether the noun that names what is asked for speaks of the end of the path. Through an unnamed node the relation that comes to it
    says what was left, not what is found."""
    head = [n for n in asked.head if seen.weights[n] > 0]
    if not head and (seen.told >= 0).any():
        free = (seen.weights > 0.4).nonzero()[0]
        told = free[seen.told[free] >= 0]
        head = [int(told[np.argmax(seen.told[told])])] if len(told) and not asked.kinds and not asked.chinese else []
    if not head:
        return
    rows, local = _numbered(paths, len(steps))
    last = steps.column("last")[rows]
    speaks = np.maximum(found.explains[last[:, None], head], found.nouns[rows[:, None], head]).max(axis=1)[local]
    end = speaks[np.arange(len(paths)), length - 1]
    out[:, _AT["head"]] = end
    if paths.shape[1] > 1:
        passed = np.where(np.arange(1, paths.shape[1]) < length[:, None], speaks[:, :-1], -np.inf).max(axis=1)
        out[:, _AT["offhead"]] = np.maximum(0.0, passed - end)
