"""One question on its way: what its runs of words may mean, how good each guess is, and which are chosen."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate, chain, combinations

import numpy as np

from kgllm.graphs.base import Graph, Match, View, view_of
from kgllm.linking.dates import dates_in
from kgllm.linking.disambiguate import RelationWords, type_said
from kgllm.linking.guess import (
    WRITTEN,
    Guess,
    called_by_id,
    cut_short,
    in_case,
    is_code,
    may_be_code,
    only_serial,
    order,
    other_number,
    serial_forms,
)
from kgllm.linking.learned import LearnedLinks
from kgllm.linking.runs import chunked, telling, tried
from kgllm.linking.spans import Span, Unit, only_begins, qualifies, quoted, spans_of
from kgllm.linking.weights import CHARACTER, PLAIN, SCHEMA, STOP, Weights, has_case
from kgllm.types import Candidate, Entity, Link, Mention
from kgllm.words.dictionary import names_across
from kgllm.words.names import fold
from kgllm.words.peoples import by_one_character, origins

_SEARCHES = 8
_FOUND = 24  # names taken from one search
_WEIGHED = 64  # candidates whose relations are looked at
_SHOWN = 10  # candidates listed with a link
_SERIAL, _PLURAL, _ODD_PLURAL, _ARTICLE, _ORIGIN, _ACROSS, _SHORT = (
    0.97,
    0.93,
    0.6,
    0.93,
    0.75,
    0.9,
    0.95,
)  # what a name found by another form is worth
_POPULAR, _FITTING, _CONNECTED = 0.3, 0.4, 0.15
_TYPED = 0.3  # less, where the noun beside the name says the type of another thing of that name
_HUB = math.log(1000)
_CONSIDERED, _NEIGHBOURS = 24, 64
_CONTAINER = 0.85  # "Houston, Texas" asks about the smaller
_LONGEST_RELATION = 6  # characters of a relation's word where none are written apart
_BESIDE_EXACT = 0.92  # of two names that differ by case, the one as written, unless the relations say otherwise
_CHUNK = 1.05  # the pipeline took this very span for a name or a noun phrase
_RARE = 0.5
_AS_WELL = 0.8
_INSIDE = 0.75  # what a name within a longer one is worth
_DIGIT = re.compile(r"\d")
_NO_START = frozenset(",.;:?!，。；：？！、)]）】》」』”’'")
_NO_END = frozenset(",;:，；：、([（【《「『“‘")
_APPOSED = frozenset((*"《》〈〉「」『』“”\"'‘’【】()（）这那该部本个首座位家款种", "the", "a", "an", "this", "that"))


class Question:
    """What is known of one question while it is linked."""

    def __init__(
        self,
        graph: Graph,
        text: str,
        units: Sequence[Unit],
        chunks: Sequence[tuple[int, int]],
        weights: Weights,
        relations: RelationWords,
        learned: LearnedLinks | None = None,
    ) -> None:
        self.graph, self.text, self.units, self.chunks = graph, text, units, set(chunks)
        self.weights, self._english = weights.of(units), weights.english
        self.relations, self.learned = relations, learned
        self.marks = {span for start, end in quoted(text) for span in ((start, end), (start - 1, end + 1))}  # without and with the marks
        self.cased = has_case(units)
        self.dates = self._dates()
        self.guesses: list[Guess] = []

    def links(self, most: int) -> tuple[Link, ...]:
        self.guess()
        return self._choose(most)

    def guess(self) -> None:
        """Find and score every guess."""
        self._look_up()
        written = [*self.guesses]
        in_case(written, written, self.cased, self.dates)
        self._search()
        in_case(self.guesses[len(written) :], written, self.cased, self.dates)
        self._weigh()

    # --- guesses ---

    def _look_up(self) -> None:
        """Every run of units that may be a name, in one batch."""
        place: dict[str, int] = {}
        asked: list[tuple[Span, list[tuple[int, float]]]] = []
        called: list[tuple[Span, int]] = []
        for span in spans_of(self.text, self.units, self._may_be_name()):
            forms = [(place.setdefault(span.text, len(place)), 1.0)]
            forms += [(place.setdefault(form, len(place)), share) for form, share in self._other_forms(span)]
            asked.append((span, forms))
            if self.learned and (known := self.learned.aliases.get(self.said(span))):
                called.append((span, place.setdefault(known, len(place))))
        asked += [(span, [(place.setdefault(iso, len(place)), 1.0)]) for span, iso in self.dates.items()]
        found = self.graph.find(list(place))
        for span, forms in asked:
            content = sum(self.weights[span.first : span.last])
            for at, share in forms:
                for match in found[at]:
                    self._guess(span, match, content, share)
        for span, at in called:
            for match in found[at]:
                if match.kind in WRITTEN:
                    self._guess(span, replace(match, kind="alias", name=span.text), max(PLAIN, sum(self.weights[span.first : span.last])))

    def said(self, span: Span) -> str:
        """The folded words of a span."""
        return " ".join(fold(unit.text) for unit in self.units[span.first : span.last])

    def _dates(self) -> dict[Span, str]:
        """Dates that are written out, as graphs hold them."""
        found = {}
        for start, end, iso in dates_in(self.text):
            inside = [i for i, unit in enumerate(self.units) if start <= unit.start and unit.end <= end]
            if inside:
                found[Span(self.text[start:end], start, end, inside[0], inside[-1] + 1)] = iso
        return found

    def _may_be_name(self) -> Callable[[int, int], bool]:
        """Which runs of units may be looked up: without marks at their ends, and no single character."""
        units, marks = self.units, self.marks
        begins = [unit.text not in _NO_START for unit in units]
        ends = [unit.text not in _NO_END for unit in units]
        owned = [unit.text in ("'s", "’s") for unit in units]
        words, single = ([0, *accumulate(part)] for part in ((u.word for u in units), (u.word and u.unspaced for u in units)))

        def may(first: int, last: int) -> bool:
            if marks and (units[first].start, units[last - 1].end) in marks:
                return True
            if not begins[first] or not ends[last - 1] or words[first] == words[last]:
                return False
            if words[last] - words[first] == 1 and single[first] < single[last]:
                return len(units) == 1
            return last - first == 1 or not owned[last - 1]

        return may

    def _other_forms(self, span: Span) -> list[tuple[str, float]]:
        """(form, share) of what the words may stand for: a noun in the singular, a name with "the", the place of a people, a Chinese
        name in English, a dynasty by one character."""
        last = self.units[span.last - 1]
        if last.unspaced and (short := by_one_character(span.text)):
            return [(short, _SHORT)]
        if last.unspaced and self._english:
            return [(name, _ACROSS) for name in names_across(span.text)]
        if span.last - span.first > 4 or last.unspaced or not last.text.isascii():
            return []
        out = [(form, _SERIAL) for form in serial_forms(span.text)]
        if len(last.text) > 3 and last.text[-1] == "s" and (last.text.islower() or not self.cased):
            share = _PLURAL if self.weights[span.last - 1] < PLAIN else _ODD_PLURAL
            out.append((span.text[:-1], share))
            if last.text[-3:].lower() == "ies":
                out.append((span.text[:-3] + "y", share))
        if self.weights[span.first] >= PLAIN:
            out.append((f"the {span.text}", _ARTICLE))
        before = span.text[: last.start - span.start]  # "South Korean", "Costa Ricans"
        if span.last - span.first < 3 and len(last.text) > 3:
            out += [(before + place, _PLURAL if before else _ORIGIN) for place in origins(last.text.lower())]
        return out

    def _guess(self, span: Span, match: Match, content: float, share: float = 1.0) -> None:
        if isinstance(match.node, Entity) and not match.node.named and not (share >= _SERIAL and called_by_id(match)):
            return
        last = self.units[span.last - 1]
        if span.last - span.first > 1 and not last.word and not match.name.endswith(last.text):
            return  # the mark ends the question; without it the same name is found
        if match.kind == "fuzzy" and (qualifies(self.text, span) or (only_serial(match) and not _DIGIT.search(span.text))):
            return  # "Springfeild (dry)" is no "ginger (dry)"
        marked = (span.start, span.end) in self.marks
        if only_begins(self.text, span, match.name) or (
            not marked
            and is_code(match.name)
            and not may_be_code(span, self.units, self.weights, share < _SERIAL and not (match.name.isalpha() and match.name.islower()))
        ):
            return
        guess = Guess(span, match, content, marked)
        guess.share = share * _CHUNK if (span.start, span.end) in self.chunks else share
        self.guesses.append(guess)

    def _search(self) -> None:
        """Slips and parts of names, where words that say something are in no name."""
        covered = [False] * len(self.units)
        for guess in self.guesses:
            if guess.marked or (
                guess.content >= SCHEMA and guess.match.score >= 0.93 and guess.share >= (0.95 if guess.content < 0.8 else 0.8)
            ):
                covered[guess.span.first : guess.span.last] = [True] * (guess.span.last - guess.span.first)
        strong = any(guess.content >= PLAIN and guess.match.score * guess.share >= 0.9 for guess in self.guesses)
        known = {(guess.span, guess.match.node) for guess in self.guesses}
        left = _SEARCHES
        chunks = [[place] for place in chunked(self.units, self.weights, self.chunks, covered)]
        runs = (
            tried(self.units, self.weights, run, short=not any(guess.content >= CHARACTER for guess in self.guesses))
            for run in telling(self.units, self.weights, covered, strong=strong)
        )
        for parts in chain(chunks, runs):
            for place in parts:
                span = self._span(*place)
                if not left:
                    return
                left -= 1
                content = sum(self.weights[span.first : span.last])
                near = self.graph.search(span.text, _FOUND)
                rare = 1 + _RARE / max(1, len(near))
                for match in near:
                    slip = match.kind == "fuzzy" and not other_number(self.text, span.start, span.end, match.name)
                    slip = slip and not (strong and cut_short(span.text, match.name))
                    if (span, match.node) not in known and (slip or match.kind != "fuzzy"):
                        self._guess(span, match, content, min(rare, 0.9 / match.score) if match.kind == "fuzzy" else 1.0)
                if near and near[0].score >= 0.7:
                    break

    def _span(self, first: int, last: int) -> Span:
        begin, end = self.units[first].start, self.units[last - 1].end
        return Span(self.text[begin:end], begin, end, first, last)

    # --- scores ---

    def _weigh(self) -> None:
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
        known = np.unique([guess.handle for guess in self.guesses if guess.handle >= 0])
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
        known = np.unique([guess.handle for guess in self.guesses if guess.handle >= 0])
        mine = np.unique([guess.handle for guess in top if guess.handle >= 0])
        groups = self.groups
        keep = np.isin(known[groups.origin], mine) & (groups.count <= _NEIGHBOURS)
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

    # --- choice ---

    def _choose(self, most: int) -> tuple[Link, ...]:
        """A link for each span, then further ones for what a span may mean just as well."""
        by_span: dict[tuple[int, int], dict[object, Guess]] = {}
        for guess in self.guesses:
            by_span.setdefault((guess.span.start, guess.span.end), {}).setdefault(guess.match.node, guess)
        links: list[Link] = []
        others: list[Link] = []
        seen = set()
        for span in by_span.values():
            ranked = list(span.values())
            for turn, guess in enumerate(ranked[:3]):
                if guess.match.node not in seen and guess.score >= _AS_WELL * ranked[0].score:
                    seen.add(guess.match.node)
                    (others if turn else links).append(self._link(guess, ranked))
        return tuple([*links, *others][:most])

    def _link(self, best: Guess, ranked: list[Guess]) -> Link:
        mention = Mention(text=best.span.text, start=best.span.start, end=best.span.end)
        candidates = tuple(Candidate(entity=g.match.node, score=round(g.score, 4), reason=self._reason(g)) for g in ranked[:_SHOWN])
        return Link(mention=mention, entity=best.match.node, score=round(best.score, 4), reason=self._reason(best), candidates=candidates)

    def _reason(self, guess: Guess) -> str:
        words = [{"id": "its id", "name": "its name", "alias": "an alias"}.get(guess.match.kind, f"near {guess.match.name!r}")]
        if guess.marked:
            words.append("in quotation marks")
        if guess.fit.word:
            words.append(f"{guess.fit.word!r} fits its relation {guess.fit.relation}")
        if guess.typed[0]:
            words.append(f"the question says its type {guess.typed[1]}")
        return f"{guess.match.kind}: {', '.join(words)}"
