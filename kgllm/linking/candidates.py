"""One question on its way: what its runs of words may mean, how good each guess is, and which are chosen."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from kgllm.graphs.base import Graph, Match, view_of
from kgllm.linking.disambiguate import Fit, RelationWords
from kgllm.linking.names import fold
from kgllm.linking.spans import MOST_WORDS, Span, Unit, quoted, spans_of
from kgllm.linking.weights import CHARACTER, LIGHT, PLAIN, STOP, Weights, has_case
from kgllm.types import Candidate, Entity, Link, Mention
from kgllm.words.peoples import origins

_SEARCHES = 6
_FOUND = 24  # names taken from one search
_WEIGHED = 64  # candidates whose relations are looked at
_SHOWN = 10  # candidates listed with a link
_PLURAL, _ODD_PLURAL, _ARTICLE, _ORIGIN = 0.93, 0.6, 0.93, 0.75  # what a name found by another form is worth
_INSIDE = 0.75  # what a name within a longer one is worth
_JOINING = frozenset(("of", "the", "and", "&", "-", "in", "for"))
_NO_START = frozenset(",.;:?!，。；：？！、)]）】》」』”’'")
_NO_END = frozenset(",;:，；：、([（【《「『“‘")
_NO_FIT = Fit()


@dataclass(slots=True)
class _Guess:
    """A span and a node that it may mean."""

    span: Span
    match: Match
    content: float
    marked: bool
    share: float = 1.0  # of the score, for another form or other capitals
    degree: int = 0
    fit: Fit = _NO_FIT
    score: float = 0.0


class Question:
    """What is known of one question while it is linked."""

    def __init__(
        self, graph: Graph, text: str, units: Sequence[Unit], chunks: Sequence[tuple[int, int]], weights: Weights, relations: RelationWords
    ) -> None:
        self.graph, self.text, self.units, self.chunks = graph, text, units, set(chunks)
        self.weights = weights.of(units)
        self.relations = relations
        self.marks = set(quoted(text))
        self.cased = has_case(units)
        self.guesses: list[_Guess] = []

    def links(self, most: int) -> tuple[Link, ...]:
        self._look_up()
        self._search()
        self._weigh()
        return self._choose(most)

    # --- guesses ---

    def _look_up(self) -> None:
        """Every run of units that may be a name, in one batch."""
        spans = [span for span in spans_of(self.text, self.units) if self._may_be_name(span)]
        place: dict[str, int] = {}
        asked: list[tuple[Span, list[tuple[int, float]]]] = []
        for span in spans:
            forms = [(place.setdefault(span.text, len(place)), 1.0)]
            forms += [(place.setdefault(form, len(place)), share) for form, share in self._other_forms(span)]
            asked.append((span, forms))
        found = self.graph.find(list(place))
        for span, forms in asked:
            content = sum(self.weights[span.first : span.last])
            for at, share in forms:
                for match in found[at]:
                    self._guess(span, match, content, share)

    def _may_be_name(self, span: Span) -> bool:
        if (span.start, span.end) in self.marks:
            return True
        first, last = self.units[span.first], self.units[span.last - 1]
        if first.text in _NO_START or last.text in _NO_END or not any(unit.word for unit in self.units[span.first : span.last]):
            return False
        if span.last - span.first == 1 and first.unspaced:
            return len(self.units) == 1
        return not (span.last - span.first > 1 and last.text in ("'s", "’s"))

    def _other_forms(self, span: Span) -> list[tuple[str, float]]:
        """(form, share) of what the words may stand for: a noun in the singular, a name with "the", the place of a people."""
        last = self.units[span.last - 1]
        if span.last - span.first > 4 or last.unspaced or not last.text.isascii():
            return []
        out = []
        if len(last.text) > 3 and last.text[-1] == "s" and (last.text.islower() or not self.cased):
            share = _PLURAL if self.weights[span.last - 1] < PLAIN else _ODD_PLURAL
            out.append((span.text[:-1], share))
            if last.text[-3:].lower() == "ies":
                out.append((span.text[:-3] + "y", share))
        if self.weights[span.first] >= PLAIN:
            out.append((f"the {span.text}", _ARTICLE))
        if span.last - span.first == 1 and len(last.text) > 3:
            out += [(place, _ORIGIN) for place in origins(last.text.lower())]
        return out

    def _guess(self, span: Span, match: Match, content: float, share: float = 1.0) -> None:
        if isinstance(match.node, Entity) and not match.node.named:
            return
        guess = _Guess(span, match, content, (span.start, span.end) in self.marks)
        guess.share = share
        if self.cased and match.name != span.text and match.kind != "fuzzy":
            guess.share *= 0.75 if match.name[:1].isupper() and span.text[:1].islower() else 0.9
        self.guesses.append(guess)

    def _search(self) -> None:
        """Slips and parts of names, where words that say something are in no name."""
        covered = [False] * len(self.units)
        for guess in self.guesses:
            if guess.marked or (guess.content >= 0.8 and guess.match.score * guess.share >= 0.9):
                covered[guess.span.first : guess.span.last] = [True] * (guess.span.last - guess.span.first)
        strong = any(guess.content >= PLAIN for guess in self.guesses)
        left = _SEARCHES
        for first, last in self._runs(covered, strong):
            for span in self._parts(first, last):
                if not left:
                    return
                left -= 1
                content = sum(self.weights[span.first : span.last])
                near = self.graph.search(span.text, _FOUND)
                for match in near:
                    self._guess(span, match, content)
                if near and near[0].score >= 0.7:
                    break

    def _runs(self, covered: list[bool], strong: bool) -> list[tuple[int, int]]:
        """(first, last) of neighbouring units that say something and are in no name, those that say most first."""
        telling = [
            not done and unit.word and weight >= (PLAIN if not unit.unspaced else CHARACTER) and not (unit.unspaced and strong)
            for done, unit, weight in zip(covered, self.units, self.weights, strict=True)
        ]
        runs = []
        for told, group in groupby(range(len(telling)), key=lambda i: telling[i]):
            if told:
                members = list(group)
                runs.append((members[0], members[-1] + 1))
        return sorted(runs, key=lambda run: (-sum(self.weights[run[0] : run[1]]), run))

    def _parts(self, first: int, last: int) -> Iterable[Span]:
        """The run with the weaker words around it ("bank of …"), then runs within it, longest first."""
        last = min(last, first + MOST_WORDS)
        if self.units[first].unspaced:
            yield self._span(first, last)
            return
        begin, end = self._widened(first, last)
        if (begin, end) != (first, last):
            yield self._span(begin, end)
        for size in range(last - first, 0, -1):
            for start in range(first, last - size + 1):
                yield self._span(start, start + size)

    def _widened(self, first: int, last: int) -> tuple[int, int]:
        """As far as words of kinds and names reach, over one word of grammar at a time."""
        weak = [unit.word and not unit.unspaced and weight > LIGHT for unit, weight in zip(self.units, self.weights, strict=True)]
        begin, end = first, last
        while begin > 0 and (weak[begin - 1] or (begin > 1 and weak[begin - 2] and self.units[begin - 1].text in _JOINING)):
            begin -= 1 if weak[begin - 1] else 2
        while end < len(weak) and (weak[end] or (end + 1 < len(weak) and weak[end + 1] and self.units[end].text in _JOINING)):
            end += 1 if weak[end] else 2
        return begin, min(end, begin + MOST_WORDS)

    def _span(self, first: int, last: int) -> Span:
        begin, end = self.units[first].start, self.units[last - 1].end
        return Span(self.text[begin:end], begin, end, first, last)

    # --- scores ---

    def _weigh(self) -> None:
        whole = {(g.span.first, g.span.last, g.content) for g in self.guesses if g.match.score >= 0.9 and g.content >= 0.9 and g.share >= 0.9}
        for guess in self.guesses:
            guess.score = self._surface(guess)
            first, last = guess.span.first, guess.span.last
            if any(a <= first and last <= b and guess.content < content for a, b, content in whole):
                guess.score *= _INSIDE
        self.guesses.sort(key=lambda guess: -guess.score)
        view = view_of(self.graph)
        top = self.guesses[:_WEIGHED]
        handles = view.handles([guess.match.node for guess in top])
        known = np.unique(handles[handles >= 0])
        groups = view.groups(known)
        names: dict[int, list[str]] = defaultdict(list)
        for origin, relation in zip(groups.origin.tolist(), groups.relation.tolist(), strict=True):
            names[int(known[origin])].append(view.relations[relation].id)
        degrees = dict(zip(known.tolist(), view.degrees(known).tolist(), strict=True))
        words = self._relation_words()
        for guess, handle in zip(top, handles.tolist(), strict=True):
            guess.degree = degrees.get(handle, 0)
            rest = [word for word, first, last in words if last <= guess.span.first or first >= guess.span.last]
            guess.fit = self.relations.fit(dict.fromkeys(rest), names[handle])
            popular = min(1.0, math.log1p(guess.degree) / math.log(1000))
            guess.score *= 0.72 + 0.18 * guess.fit.score + 0.1 * popular
        self.guesses = sorted(top, key=_order)

    def _relation_words(self) -> list[tuple[str, int, int]]:
        """(word, first, last) of what may speak of a relation: words that are not mere grammar, and short runs of characters."""
        out = []
        for i, (unit, weight) in enumerate(zip(self.units, self.weights, strict=True)):
            if unit.word and not unit.unspaced and weight > STOP:
                out.append((fold(unit.text), i, i + 1))
            elif unit.unspaced and weight > STOP:
                for size in range(2, 7):
                    if i + size <= len(self.units) and all(other.unspaced for other in self.units[i : i + size]):
                        out.append((fold("".join(other.text for other in self.units[i : i + size])), i, i + size))
        return out

    def _surface(self, guess: _Guess) -> float:
        score = guess.match.score * (1 - math.exp(-1.3 * guess.content)) * guess.share
        return score + (1 - score) * 0.5 if guess.marked else score

    # --- choice ---

    def _choose(self, most: int) -> tuple[Link, ...]:
        by_span: dict[tuple[int, int], dict[object, _Guess]] = {}
        for guess in self.guesses:
            by_span.setdefault((guess.span.start, guess.span.end), {}).setdefault(guess.match.node, guess)
        links, seen = [], set()
        for span in by_span.values():
            ranked = list(span.values())
            if ranked[0].match.node in seen:
                continue
            seen.add(ranked[0].match.node)
            links.append(self._link(ranked))
        return tuple(links[:most])

    def _link(self, ranked: list[_Guess]) -> Link:
        best = ranked[0]
        mention = Mention(text=best.span.text, start=best.span.start, end=best.span.end)
        candidates = tuple(Candidate(entity=g.match.node, score=round(g.score, 4), reason=self._reason(g)) for g in ranked[:_SHOWN])
        return Link(mention=mention, entity=best.match.node, score=candidates[0].score, reason=candidates[0].reason, candidates=candidates)

    def _reason(self, guess: _Guess) -> str:
        words = [{"id": "its id", "name": "its name", "alias": "an alias"}.get(guess.match.kind, f"near {guess.match.name!r}")]
        if guess.marked:
            words.append("in quotation marks")
        if guess.fit.word:
            words.append(f"{guess.fit.word!r} fits its relation {guess.fit.relation}")
        return f"{guess.match.kind}: {', '.join(words)}"


def _order(guess: _Guess) -> tuple[float, int, int, str]:
    """By score; of equals, the longer where it is written exactly so ("Up!"), else the shorter (no question mark)."""
    exact = guess.match.kind in ("id", "name", "alias")
    return -guess.score, -len(guess.span.text) if exact else len(guess.span.text), guess.span.start, str(guess.match.node)
