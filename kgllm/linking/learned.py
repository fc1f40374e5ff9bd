"""What linking learns from questions whose topics are known: how much each sign of a good guess counts, and names that people use.

Guesses of one question compete in a softmax that should lie on those that mean a topic (listwise, as the scorer of paths learns).
The weights are held near what linking does untaught: a log-linear form in which its own score is the first feature.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.base import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.linking.guess import Guess

SIGNS = (
    "score", "match", "form", "content", "marked", "container", "degree", "beside", "connected", "fit", "typed",
    "inside", "holds", "begin", "end", "place", "length", "rivals", *KINDS,
)  # fmt: skip
_SHARP = 10.0  # how sharply the untaught score chooses, in the softmax
_HOLD, _STEPS, _RATE = 0.05, 300, 0.05
_NO_NAME = frozenset(("the", "a", "an", "of", "in", "on", "at", "to", "for", "from", "by", "with"))  # no name begins or ends so
_LEAST = 20  # questions that can teach: fewer teach nothing


@dataclass(frozen=True, slots=True)
class LearnedLinks:
    """`weights` of SIGNS and a constant, for the logarithm of a guess's score. `aliases`: what people call a thing by (folded
    words), and its name."""

    weights: NDArray[Any]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def rescore(self, guesses: Sequence[Guess], units: int) -> None:
        """Set the scores of the guesses of a question of so many units; none above 1, their order kept."""
        if guesses:
            value = signs(guesses, units) @ self.weights[:-1] + self.weights[-1]
            for guess, score in zip(guesses, np.exp(value - max(0.0, float(value.max()))).tolist(), strict=True):
                guess.score = score


def signs(guesses: Sequence[Guess], units: int) -> NDArray[Any]:
    """A row of SIGNS for every guess of a question of so many units."""
    spans = {(guess.span.first, guess.span.last) for guess in guesses}
    inside = {(a, b) for a, b in spans if any(c <= a and b <= d and (a, b) != (c, d) for c, d in spans)}
    holds = {(a, b) for a, b in spans if any(a <= c and d <= b and (a, b) != (c, d) for c, d in spans)}
    rivals = Counter((guess.span.first, guess.span.last) for guess in guesses)
    largest: dict[tuple[int, int], int] = defaultdict(int)
    for guess in guesses:
        span = guess.span.first, guess.span.last
        largest[span] = max(largest[span], guess.degree)
    out = np.zeros((len(guesses), len(SIGNS)))
    for row, guess in zip(out, guesses, strict=True):
        span = first, last = guess.span.first, guess.span.last
        row[: -len(KINDS)] = (
            np.log(max(guess.score, 1e-3)), np.log(max(guess.match.score, 0.05)), np.log(max(guess.share, 0.05)), min(2.0, guess.content),
            guess.marked, guess.container, np.log1p(guess.degree) / 7, np.log1p(guess.degree) / 7 - np.log1p(largest[span]) / 7,
            guess.connected, guess.fit.score, guess.typed[0], span in inside, span in holds, first == 0, last >= units - 1,
            (first + last) / 2 / max(1, units), last - first, 1 / rivals[span],
        )  # fmt: skip
        row[len(SIGNS) - len(KINDS) + KINDS.index(guess.match.kind)] = 1.0
    return out


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question to learn from: the signs of its guesses, and which of them mean a topic."""

    signs: NDArray[Any]
    gold: NDArray[Any]

    @property
    def teaches(self) -> bool:
        """Whether some guesses are right and some are not."""
        return bool(self.gold.any()) and not bool(self.gold.all())

    def right(self, weights: NDArray[Any] | None) -> bool:
        """Whether the guess that comes first, with these weights or untaught, means a topic."""
        values = self.signs[:, 0] if weights is None else self.signs @ weights[:-1]
        return bool(len(values)) and bool(self.gold[int(np.argmax(values))])


def untaught() -> NDArray[Any]:
    """The weights that leave every score as it is."""
    out = np.zeros(len(SIGNS) + 1)
    out[0] = 1.0
    return out


def learn(lessons: Sequence[Lesson], frozen: Sequence[str] = ()) -> NDArray[Any] | None:
    """Weights from lessons; None where too few of them teach. The signs that are `frozen` stay without weight."""
    lessons = [lesson for lesson in lessons if lesson.teaches]
    if len(lessons) < _LEAST:
        return None
    table = np.concatenate([lesson.signs for lesson in lessons])
    of = np.repeat(np.arange(len(lessons)), [len(lesson.signs) for lesson in lessons])
    starts = np.searchsorted(of, np.arange(len(lessons)))
    gold = np.concatenate([lesson.gold for lesson in lessons]).astype(np.float64)
    middle, scale = table.mean(axis=0), table.std(axis=0) + 1e-3
    rows = (table - middle) / scale
    rows[:, [SIGNS.index(name) for name in frozen]] = 0
    held = np.zeros(len(SIGNS))
    held[0] = _SHARP * scale[0]
    weights, mean, square = held.copy(), np.zeros_like(held), np.zeros_like(held)
    for step in range(1, _STEPS + 1):  # Adam, on all lessons at once
        values = rows @ weights
        mass = np.exp(values - np.maximum.reduceat(values, starts)[of])
        share = mass / np.add.reduceat(mass, starts)[of]
        wanted = mass * gold
        wanted /= np.add.reduceat(wanted, starts)[of]
        slope = rows.T @ (share - wanted) / len(lessons) + _HOLD * (weights - held)
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope * slope
        weights = weights - _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    out = weights / scale / _SHARP
    best = [int(np.argmax(lesson.signs @ out)) for lesson in lessons]
    top = np.array([lesson.signs[at] for lesson, at in zip(lessons, best, strict=True)])
    return np.append(out, np.mean(top[:, 0] - top @ out))  # scores stay about as high as they were


def held_out(lessons: Sequence[Lesson], frozen: Sequence[str] = (), folds: int = 4) -> tuple[NDArray[Any], NDArray[Any]]:
    """Which questions come out right, untaught and taught by the other folds."""
    before = np.array([lesson.right(None) for lesson in lessons], bool)
    after = before.copy()
    fold_of = np.random.default_rng(0).permutation(len(lessons)) % folds
    for fold in range(folds):
        weights = learn([lesson for lesson, mine in zip(lessons, fold_of.tolist(), strict=True) if mine != fold], frozen)
        for i in np.flatnonzero(fold_of == fold).tolist():
            after[i] = lessons[i].right(weights)
    return before, after


def names_used(asked: Sequence[tuple[str | None, Sequence[str]]], *, most: int = 6) -> dict[str, str]:
    """What people call a topic that its names do not lead to: the longest run of words that at least two questions about it share.

    asked: of every question its topic, if it was not among the guesses, and its folded words. A run counts only where its
    first and last word stand in few questions about anything else; a run that two topics share is nobody's name.

    >>> names_used([("Henry VIII of England", "who was henry viii 's son".split()),
    ...             ("Henry VIII of England", "what was henry viii first wife".split()), *[(None, "who was he ?".split())] * 3])
    {'henry viii': 'Henry VIII of England'}
    """
    spoken = Counter(word for _, words in asked for word in set(words))
    by_topic: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for topic, words in asked:
        if topic is not None:
            by_topic[topic].update({tuple(words[i : i + n]) for n in range(1, most + 1) for i in range(len(words) - n + 1)})
    owner: dict[str, set[str]] = defaultdict(set)
    for topic, runs in by_topic.items():
        shared = [
            (n, len(run), run)
            for run, n in runs.items()
            if n > 1 and not _NO_NAME.intersection((run[0], run[-1])) and all(spoken[w] <= 2 * n for w in (run[0], run[-1]))
        ]
        if shared:
            owner[" ".join(max(shared)[2])].add(topic)
    return {run: min(topics) for run, topics in sorted(owner.items()) if len(topics) == 1}
