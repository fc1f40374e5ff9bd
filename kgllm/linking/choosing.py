"""How good each guess is of what the runs of words in a question mean, and which of those that overlap are chosen."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among
from kgllm.graphs.base import Graph, View, view_of
from kgllm.linking.disambiguate import RelationWords, type_said
from kgllm.linking.guess import WRITTEN, Guess, order
from kgllm.linking.learned import LearnedLinks
from kgllm.linking.spans import Span, Unit
from kgllm.linking.weights import STOP
from kgllm.types import Candidate, Link, Mention
from kgllm.words.names import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHOWN = 10  # candidates listed with a link
_POPULAR, _FITTING, _CONNECTED = 0.3, 0.4, 0.15
_TYPED = 0.3  # less, where the noun beside the name says the type of another thing of that name
_HUB = math.log(1000)
_CONSIDERED, _NEIGHBOURS = 24, 64
_CONTAINER = 0.85  # "Houston, Texas" asks about the smaller
_LONGEST_RELATION = 6  # characters of a relation's word where none are written apart
_BESIDE_EXACT = 0.92  # of two names that differ by case, the one as written, unless the relations say otherwise
_AS_WELL = 0.8
_INSIDE = 0.75  # what a name within a longer one is worth
_APPOSED = frozenset((*"《》〈〉「」『』“”\"'‘’【】()（）这那该部本个首座位家款种", "the", "a", "an", "this", "that"))
_WEIGHED = 64  # candidates whose relations are looked at


class Weighing:
    """Scores the guesses of one question, the worst of too many left out."""

    def __init__(
        self,
        graph: Graph,
        text: str,
        units: Sequence[Unit],
        weights: Sequence[float],
        relations: RelationWords,
        learned: LearnedLinks | None,
        guesses: list[Guess],
    ) -> None:
        self.graph, self.text, self.units, self.weights = graph, text, units, weights
        self.relations, self.learned, self.guesses = relations, learned, guesses

    def weigh(self) -> None:
        """Score every guess, and put the best first."""
        whole = {
            (g.span.first, g.span.last, g.content) for g in self.guesses if g.match.score >= 0.9 and g.content >= 0.9 and g.share >= 0.9
        }
        written = {(g.span.first, g.span.last) for g in self.guesses if g.match.kind in WRITTEN and g.share >= 1}
        for guess in self.guesses:
            guess.score = self._surface(guess)
            if guess.match.kind == "normalised" and (guess.span.first, guess.span.last) in written:
                guess.score *= _BESIDE_EXACT
            first, last = guess.span.first, guess.span.last
            if any(a <= first and last <= b and guess.content < content for a, b, content in whole):
                guess.score *= _INSIDE
        view = view_of(self.graph)
        handles = view.handles([guess.match.node for guess in self.guesses])
        degrees = view.degrees(handles) if len(handles) else handles
        for guess, handle, degree in zip(self.guesses, handles.tolist(), degrees.tolist(), strict=True):
            guess.handle, guess.degree = handle, degree
            guess.score *= 1 + _POPULAR * min(1.0, math.log1p(degree) / _HUB)
        self.guesses.sort(key=order)
        del self.guesses[_WEIGHED:]
        self._fit(view)
        self._connect(view)
        said: dict[tuple[int, int], float] = defaultdict(float)
        for guess in self.guesses:
            span = (guess.span.first, guess.span.last)
            said[span] = max(said[span], guess.typed[0])
        for guess in self.guesses:
            known = (1 + _FITTING * guess.fit.score) * (1 + _CONNECTED * guess.connected) * (_CONTAINER if guess.container else 1.0)
            known *= (1 + _TYPED * guess.typed[0]) / (1 + _TYPED * said[guess.span.first, guess.span.last])
            guess.score = min(1.0, guess.score * known / ((1 + _POPULAR) * (1 + _FITTING) * (1 + _CONNECTED)))
        if self.learned:
            self.learned.rescore(self.guesses, len(self.units))
        self.guesses.sort(key=order)

    def _fit(self, view: View) -> None:
        """How well the relations of each guess fit the words outside its span."""
        known = _handles(self.guesses)
        self.groups = groups = view.groups(known)
        names: dict[int, list[str]] = defaultdict(list)
        for origin, relation in zip(groups.origin.tolist(), groups.relation.tolist(), strict=True):
            names[int(known[origin])].append(view.relations[relation].id)
        self.relations_of = {handle: set(own) for handle, own in names.items()}
        words = self._relation_words()
        for guess in self.guesses:
            rest = [word for word, first, last in words if last <= guess.span.first or first >= guess.span.last]
            guess.fit = self.relations.fit(dict.fromkeys(rest), names[guess.handle])
            if types := getattr(guess.match.node, "types", ()):
                guess.typed = type_said(self._nouns_beside(guess.span), types)

    def _nouns_beside(self, span: Span) -> list[str]:
        """The words right before and after a name, over its marks and an article: "the film Alien", "《三体》这本书"."""
        out: list[str] = []
        for step, at in ((-1, span.first - 1), (1, span.last)):
            while 0 <= at < len(self.units) and self.units[at].text.lower() in _APPOSED:
                at += step
            run = ""
            while 0 <= at < len(self.units) and self.units[at].word and len(run) < _LONGEST_RELATION:
                unit = self.units[at]
                if not unit.unspaced:
                    out += [] if run else [fold(unit.text)]
                    break
                run = unit.text + run if step < 0 else run + unit.text
                out.append(fold(run))
                at += step
        return out

    def _connect(self, view: View) -> None:
        """Things named together in a question are often joined by a fact of the graph."""
        top = self.guesses[:_CONSIDERED]
        if all(one.span.first < two.span.last and two.span.first < one.span.last for one in top for two in top):
            return
        known, groups = _handles(self.guesses), self.groups
        keep = among(known[groups.origin], _handles(top)) & (groups.count <= _NEIGHBOURS)
        origins, relations, ways = known[groups.origin[keep]], groups.relation[keep], groups.way[keep]
        edges = getattr(view, "reach", view.edges)(origins, relations, ways, _NEIGHBOURS)  # a walk goes on from there
        pairs = set(zip(origins[edges.row].tolist(), edges.neighbour.tolist(), strict=True))
        for one, two in combinations(top, 2):
            if one.span.first > two.span.first:
                one, two = two, one
            if one.span.last > two.span.first:
                continue
            joined = (one.handle, two.handle) in pairs or (two.handle, one.handle) in pairs
            if joined:
                one.connected = max(one.connected, min(1.0, two.content) * two.share * two.match.score)
                two.connected = max(two.connected, min(1.0, one.content) * one.share * one.match.score)
            # Of two things side by side ("Houston, Texas") the question is about the smaller, which as a rule stands first.
            if not self.text[one.span.end : two.span.start].strip(" ,") and (joined or self._alike(one, two)):
                larger = one if joined and one.degree > 3 * two.degree else two
                larger.container = True

    def _alike(self, one: Guess, two: Guess) -> bool:
        """Whether two things have relations of the same kinds."""
        mine, theirs = self.relations_of.get(one.handle, set()), self.relations_of.get(two.handle, set())
        return len(mine & theirs) >= 0.3 * min(len(mine), len(theirs)) > 0

    def _relation_words(self) -> list[tuple[str, int, int]]:
        """(word, first, last) of what may speak of a relation: words that are not mere grammar, and short runs of characters."""
        out, folded = [], [fold(unit.text) for unit in self.units]
        for i, (unit, weight) in enumerate(zip(self.units, self.weights, strict=True)):
            if not unit.word or weight <= STOP:
                continue
            if not unit.unspaced:
                out.append((folded[i], i, i + 1))
                continue
            end = i + 1
            while end < min(len(self.units), i + _LONGEST_RELATION) and self.units[end].unspaced:
                end += 1
                out.append(("".join(folded[i:end]), i, end))
        return out

    def _surface(self, guess: Guess) -> float:
        score = guess.match.score * (1 - math.exp(-1.3 * guess.content)) * guess.share
        return score + (1 - score) * 0.5 if guess.marked else score


def _handles(guesses: Sequence[Guess]) -> NDArray[Any]:
    """The handles of what is guessed, ascending."""
    return np.array(sorted({guess.handle for guess in guesses if guess.handle >= 0}), np.int64)


def choose(guesses: Sequence[Guess], most: int) -> tuple[Link, ...]:
    """A link for each span, then further ones for what a span may mean just as well."""
    by_span: dict[tuple[int, int], dict[object, Guess]] = {}
    for guess in guesses:
        by_span.setdefault((guess.span.start, guess.span.end), {}).setdefault(guess.match.node, guess)
    links: list[Link] = []
    others: list[Link] = []
    seen = set()
    for span in by_span.values():
        ranked = list(span.values())
        for turn, guess in enumerate(ranked[:3]):
            if guess.match.node not in seen and guess.score >= _AS_WELL * ranked[0].score:
                seen.add(guess.match.node)
                (others if turn else links).append(_link(guess, ranked))
    return tuple([*links, *others][:most])


def _link(best: Guess, ranked: list[Guess]) -> Link:
    mention = Mention(text=best.span.text, start=best.span.start, end=best.span.end)
    candidates = tuple(Candidate(entity=g.match.node, score=round(g.score, 4), reason=_reason(g)) for g in ranked[:_SHOWN])
    return Link(mention=mention, entity=best.match.node, score=round(best.score, 4), reason=_reason(best), candidates=candidates)


def _reason(guess: Guess) -> str:
    words = [{"id": "its id", "name": "its name", "alias": "an alias"}.get(guess.match.kind, f"near {guess.match.name!r}")]
    if guess.marked:
        words.append("in quotation marks")
    if guess.fit.word:
        words.append(f"{guess.fit.word!r} fits its relation {guess.fit.relation}")
    if guess.typed[0]:
        words.append(f"the question says its type {guess.typed[1]}")
    return f"{guess.match.kind}: {', '.join(words)}"
