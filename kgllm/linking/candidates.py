"""One question on its way: what its runs of words may mean."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate, chain, count

from kgllm.graphs.base import Graph, Match
from kgllm.linking.choosing import Weighing, choose
from kgllm.linking.dates import dates_in
from kgllm.linking.disambiguate import RelationWords
from kgllm.linking.endings import Shared
from kgllm.linking.guess import (
    WRITTEN,
    Guess,
    called_by_id,
    cut_short,
    in_case,
    is_code,
    may_be_code,
    only_serial,
    other_glossed,
    other_number,
    serial_forms,
)
from kgllm.linking.learned import LearnedLinks
from kgllm.linking.runs import chunked, telling, tried
from kgllm.linking.spans import Span, Unit, only_begins, qualifies, quoted, spans_of
from kgllm.linking.weights import CHARACTER, PLAIN, SCHEMA, Weights, has_case
from kgllm.types import Entity, Link, Literal
from kgllm.words.calendar import called_otherwise
from kgllm.words.dictionary import begun_across, in_one_word, names_across, values_across
from kgllm.words.names import fold
from kgllm.words.ordinals import ordinal_forms
from kgllm.words.peoples import by_one_character, origins
from kgllm.words.serials import another_serial, serial_names

_SEARCHES = 8
_FOUND = 24  # names taken from one search
_CALENDAR = 0.92  # … a day of the week or a month that only values are called so
_SERIAL, _PLURAL, _ODD_PLURAL, _ARTICLE, _ORIGIN, _ACROSS, _GLOSS, _SHORT, _SHARED = (
    0.97,
    0.93,
    0.6,
    0.93,
    0.75,
    0.9,
    1.1,
    0.95,
    0.95,
)  # what a name found by another form is worth
_BEHIND = 32  # characters behind a name that may say which season, or part, of it
_CHUNK = 1.05  # the pipeline took this very span for a name or a noun phrase
_RARE = 0.5
_LAST_SAID = re.compile(r"[了过是于有](?P<name>[\u4e00-\u9fff])的?[吗么嘛]?[？?。\s]*$")
_DIGIT = re.compile(r"\d")
_NO_START = frozenset(",.;:?!，。；：？！、)]）】》」』”’'")
_NO_END = frozenset(",;:，；：、([（【《「『“‘")


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
        shared: Shared,
        learned: LearnedLinks | None = None,
    ) -> None:
        self.graph, self.text, self.units, self.chunks = graph, text, units, set(chunks)
        self.weights, self._english = weights.of(units), weights.english
        self.relations, self.shared, self.learned = relations, shared, learned
        self.marks = {span for start, end in quoted(text) for span in ((start, end), (start - 1, end + 1))}  # without and with the marks
        self.cased = has_case(units)
        self._numbered = _DIGIT.search(text) is not None
        self.dates = self._dates()
        self.guesses: list[Guess] = []

    def links(self, most: int) -> tuple[Link, ...]:
        self.guess()
        return choose(self.guesses, most)

    def guess(self) -> None:
        """Find and score every guess."""
        self._look_up()
        written = [*self.guesses]
        in_case(written, written, self.cased, self.dates)
        self._search()
        in_case(self.guesses[len(written) :], written, self.cased, self.dates)
        Weighing(self.graph, self.text, self.units, self.weights, self.relations, self.learned, self.guesses).weigh()

    # --- guesses ---

    def _look_up(self) -> None:
        """Every run of units that may be a name, in one batch."""
        place: defaultdict[str, int] = defaultdict(count().__next__)
        asked: list[tuple[Span, list[tuple[int, float]]]] = []
        called: list[tuple[Span, int]] = []
        for span in spans_of(self.text, self.units, self._may_be_name()):
            forms = [(place[span.text], 1.0)]
            forms += [(place[form], share) for form, share in self._other_forms(span)]
            forms += [(place[form], _SHARED) for form in self.shared.around(span.text)]
            forms += [(place[form], _CALENDAR) for form in called_otherwise(span.text)]
            asked.append((span, forms))
            if self.learned and (known := self.learned.aliases.get(self.said(span))):
                called.append((span, place[known]))
        asked += [(span, [(place[iso], 1.0)]) for span, iso in self.dates.items()]
        found = self.graph.find(list(place))
        for span, forms in asked:
            forms = [(at, share) for at, share in forms if found[at]]
            content = sum(self.weights[span.first : span.last]) if forms else 0.0
            for at, share in forms:
                for match in found[at]:
                    if share != _CALENDAR or isinstance(match.node, Literal):  # the sun is no Sunday
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
        """Which runs of units may be looked up: without marks at their ends, and a single character only where it is all that is said of
        something (谁建立了魏)."""
        units, marks, last_said = self.units, self.marks, _LAST_SAID.search(self.text)
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
                return len(units) == 1 or (last_said is not None and units[first].start == last_said.start("name"))
            return last - first == 1 or not owned[last - 1]

        return may

    def _other_forms(self, span: Span) -> list[tuple[str, float]]:
        """(form, share) of what the words may stand for: a noun in the singular, a name with "the", the place of a people, a Chinese
        name in English, a dynasty by one character."""
        last = self.units[span.last - 1]
        if last.unspaced and (short := by_one_character(span.text)):
            return [(short, _SHORT)]
        if last.unspaced and (counted := ordinal_forms(span.text) + (serial_names(span.text) if self._english else [])):
            return [(form, _SERIAL) for form in counted]
        if last.unspaced and self._english:
            said = values_across(span.text)
            if said and any(in_one_word(self.text[span.start : span.end + more]) for more in (1, 2)):  # 物理学家 is in no physics
                said = ()
            return [(name, _ACROSS) for name in names_across(span.text)] + [(value, _GLOSS * how) for value, how in said]
        if self.units[span.first].unspaced and self._english:
            return [(name, _ACROSS) for name in begun_across(span.text)]
        if span.last - span.first > 4 or last.unspaced or not last.text.isascii():
            return []
        out = [(form, _SERIAL) for form in serial_forms(span.text)] if self._numbered else []
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
        if match.kind in ("fuzzy", "qualifier") and another_serial(self.text[span.end : span.end + _BEHIND], match.name):
            return
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
                    slip = slip and not (strong and cut_short(span.text, match.name)) and not other_glossed(span.text, match.name)
                    if (span, match.node) not in known and (slip or match.kind != "fuzzy"):
                        self._guess(span, match, content, min(rare, 0.9 / match.score) if match.kind == "fuzzy" else 1.0)
                if near and near[0].score >= 0.7:
                    break

    def _span(self, first: int, last: int) -> Span:
        begin, end = self.units[first].start, self.units[last - 1].end
        return Span(self.text[begin:end], begin, end, first, last)
