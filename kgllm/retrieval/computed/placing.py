"""How what a question names can be said of things of a kind: by which relations a name, or a value that its words hold, leads to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.linking.dates import is_date_of, period_at
from kgllm.retrieval.computed.leftover import figure, forms, runs_of, tails, words_left
from kgllm.retrieval.computed.parts import holds_words, is_part, of_number
from kgllm.retrieval.computed.sexes import sex_of, tells_sex
from kgllm.retrieval.computed.wholes import TooMany, column
from kgllm.retrieval.scoring.matching import LEAST, SPOKEN
from kgllm.types import Literal
from kgllm.words import is_han, lexicon, relation_words, stem, tokens
from kgllm.words.questions import Span, overlap
from kgllm.words.relations import mutual

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from kgllm.retrieval.computed.wholes import Wholes
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Node

BY_NAME = -1  # a condition on the names of things: no relation meets it
_WORDS = 14  # words that are left, at most: a question with more asks for something else
_SHORT = 3  # letters of a field's name that may be short for a longer word
_VALUES = 2000  # values of one relation that are looked at
_FOUND, _IN_PARTS = 24, 4  # names that one search may give; words that are searched for within values, at most


@dataclass(frozen=True, slots=True)
class Placed:
    """One way in which a condition is met: the things, the facts that say so of each, the relation; which words it says."""

    span: Span
    relation: int
    way: int
    values: tuple[int, ...]
    ends: NDArray[Any]
    ends_of_facts: NDArray[Any]
    facts: NDArray[Any]
    count: int
    said: frozenset[int] = frozenset()
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Condition:
    """A place in the question, and the ways in which what stands there may be said of the things."""

    span: Span
    ways: tuple[Placed, ...]


@dataclass(slots=True)
class Places:
    """Places the conditions of one question among things (handles, ascending; None: any). `kind`: where the question names what they are."""

    run: Run
    asked: Asked
    members: NDArray[Any] | None
    kind: Span
    _scores: dict[tuple[int, int, int], float] | None = None

    @property
    def wholes(self) -> Wholes:
        return self.run.wholes

    def named(self, span: Span) -> Condition | None:
        """What is linked at a place, where a relation leads from it to the things."""
        rows = [(seed.node, handle) for seed, handle in self.run.seeded if seed.span == span]
        ways, text = self.ways(span, rows), period_at(self.asked.text, *span)
        dates = all(is_date_of(node.name, text) for node, _ in rows)
        if self._number(span):  # a number alone may be of anything: what it is of is said
            ways = of_number(ways, dates=dates)
        ways = tuple(self._all_with(way, text) for way in ways) if dates else ways
        return Condition(span, ways) if ways else None

    def unsaid(self, said: set[int], conditions: Sequence[Condition]) -> int:
        """How many words stand for nothing, where the relations say some."""
        return sum(n not in said for n in self.words_left([one.span for one in conditions]))

    def describes_strangely(self, conditions: Sequence[Condition]) -> bool:
        """Whether a word that stands before the noun for the things, with nothing but values between, is one that nothing of the graph says."""
        spans = [one.span for one in conditions]
        text, at = self.asked.text, self.kind[0]
        explains = self.run.matched(self.asked, self.run.steps).explains
        for n in reversed(self.words_left(spans)):
            word = self.asked.words[n]
            if word.end > at:
                continue
            between = word.end
            for start, end in sorted(spans):
                between = end if start >= between and not text[between:start].strip(" -") else between
            if text[between:at].strip(" -"):  # 飞希思罗的航班: what stands before 的 may be a clause, of which nothing is known
                return False
            if explains[:, n].max(initial=0.0) < LEAST:
                return True
            at = word.start
        return False

    def words_left(self, taken: Iterable[Span]) -> list[int]:
        """The words with content outside of some places."""
        return words_left(self.asked, self.kind, taken, self.run.view.relations)

    # --- values that words hold

    def in_words(self, taken: list[Span], said: set[int]) -> list[Condition]:
        """The values of fields of the things that the words outside of some places hold, the longest first."""
        left = self.words_left(taken)
        if not left or len(left) > _WORDS:
            return []
        runs = runs_of(self.asked, left)
        names: dict[str, list[Span]] = {}
        for first, last in runs:
            for form in forms(self.asked.text[first:last]):
                names.setdefault(form, []).append((first, last))
        found = self.run.spoken.find(names)
        rows: dict[Span, list[Node]] = {}
        for form, matches in zip(names, found, strict=True):
            for match in matches:
                for span in names[form]:
                    rows.setdefault(span, []).append(match.node)
        out = self._chosen(rows, left, taken, said)
        spans = [*taken, *(one.span for one in out)]
        return [*out, *self._in_parts([n for n in self.words_left(spans) if n not in said], spans)]

    def _in_parts(self, left: list[int], taken: list[Span]) -> list[Condition]:
        """The values that hold what the words say as one of their parts ("Concert/Performance"), or a number with its unit ("2025 CE")."""
        out: list[Condition] = []
        for span in runs_of(self.asked, left)[::-1] if 0 < len(left) <= _IN_PARTS else ():
            text = period_at(self.asked.text, *span)
            if is_han(text) or len(text) < _SHORT or any(overlap(span, one.span) for one in out):
                continue
            found = [match.node for match in self.run.retriever.graph.search(text, _FOUND)]
            nodes = [node for node in found if isinstance(node, Literal) and is_part(node.name, text)]
            handles = self.run.view.handles(nodes).tolist() if nodes else []
            ways = self.ways(span, [(node, handle) for node, handle in zip(nodes, handles, strict=True) if handle >= 0])
            if self._number(span):
                ways = of_number(ways, dates=all(is_date_of(node.name, text) for node in nodes))
            if whole := [self._all_with(way, text) for way in ways]:
                out.append(Condition(span, tuple(whole)))
        return out

    def _all_with(self, way: Placed, text: str) -> Placed:
        """All values of a relation that hold what words say: a search finds only some.

        Raises:
            TooMany: the relation has more facts, or more values, than may be read.
        """
        rows = column(self.wholes, self.run.view, way.relation, self.run.retriever.limits.members, self.run.deadline)
        values = distinct(rows.objects)
        if len(values) > _VALUES:
            raise TooMany(text)
        good = np.array([is_part(node.name, text) for node in self.run.view.nodes(values)], bool)
        mine = among(rows.objects, values[good])
        if self.members is not None:
            mine &= among(rows.subjects, self.members)
        ends = rows.subjects[mine]
        return replace(
            way, values=tuple(values[good].tolist()), ends=distinct(ends), ends_of_facts=ends, facts=rows.facts[mine], count=int(mine.sum())
        )

    def _chosen(self, rows: dict[Span, list[Node]], left: list[int], taken: list[Span], said: set[int]) -> list[Condition]:
        """Of the values found at overlapping places the longest."""
        out: list[Condition] = []
        for span in sorted(rows, key=lambda span: (span[0] - span[1], span[0])):
            covered = [n for n in left if span[0] <= self.asked.words[n].start and self.asked.words[n].end <= span[1]]
            if any(overlap(span, one) for one in (*taken, *(other.span for other in out))) or said.issuperset(covered):
                continue
            nodes = list(dict.fromkeys(rows[span]))
            handles = self.run.view.handles(nodes).tolist()
            ways = self.ways(span, [(node, handle) for node, handle in zip(nodes, handles, strict=True) if handle >= 0])
            if self._number(span):
                ways = tuple(way for way in ways if way.said)
            if sex_of(self.asked.text[slice(*span)]) is not None:  # an "f" of something else is no woman
                ways = tuple(way for way in ways if tells_sex(self.run.view.relations[way.relation].name))
            if ways:
                out.append(Condition(span, ways))
        return out

    def _number(self, span: Span) -> bool:
        return figure(self.asked.text[slice(*span)]) is not None

    # --- names that things have in part

    def called(self, taken: list[Span], among_these: NDArray[Any]) -> Condition | None:
        """What is left right before the noun for the things, where it is a part of the names of some of them: "Star Wars films"."""
        spans, text = [*taken, self.kind], self.asked.text
        left = [word for word in (self.asked.words[n] for n in self.words_left(taken)) if word.end <= self.kind[0]]
        first, last = (left[0].start, left[-1].end) if left else (0, 0)
        if not left or text[last : self.kind[0]].strip(" -的") or any(overlap((first, last), span) for span in spans):
            return None
        if len(among_these) > _VALUES:
            return None
        wanted = [piece.word for piece in tokens(text[first:last])]
        names = [[piece.word for piece in tokens(node.name)] for node in self.run.view.nodes(among_these)]
        good = np.array([holds_words(name, wanted) for name in names], bool)
        ends, none, span = among_these[good], np.zeros(0, np.int64), (first, last)
        more = any(
            len(name) > len(wanted) for name, held in zip(names, good.tolist(), strict=True) if held
        )  # else it is a thing's whole name
        return Condition(span, (Placed(span, BY_NAME, 0, (), ends, none, none, len(ends)),)) if more else None

    # --- relations

    def scores(self) -> dict[tuple[int, int, int], float]:
        """How well each single step from what is linked fits the question, by handle, relation and way: as paths are scored."""
        if self._scores is None:
            self._scores = {}
            found, _, _, _ = self.run.candidates()
            if len(found):
                assert found.table is not None
                numbers = self.run.steps.of(self.run.view.relations)
                step_of = {int(step): divmod(n, 2) for n, step in enumerate(numbers.tolist())}
                values = (found.table @ self.run.retriever.weights).tolist()
                for seed, step, hops, value in zip(
                    found.seed.tolist(), found.steps[:, 0].tolist(), found.hops.tolist(), values, strict=True
                ):
                    if hops != 1 or step not in step_of:
                        continue
                    relation, way = step_of[step]
                    key = (int(self.run.handles[seed]), relation, 0 if mutual(self.run.view.relations[relation].name) else way)
                    self._scores[key] = max(value, self._scores.get(key, value))
        return self._scores

    def ways(self, span: Span, rows: list[tuple[Node, int]]) -> tuple[Placed, ...]:
        """The relations that lead from any of some nodes to the things; of values that are written alike both."""
        handles = np.array(list(dict.fromkeys(handle for _, handle in rows)), np.int64)
        if not len(handles):
            return ()
        view, limit = self.run.view, self.run.retriever.limits.members
        groups = view.groups(handles)
        if not len(groups.origin):
            return ()
        keep = groups.count <= limit
        if not keep.all():
            raise TooMany(self.asked.text[slice(*span)])
        edges = view.edges(handles[groups.origin], groups.relation, groups.way, limit)
        mine = np.ones(len(edges.row), bool) if self.members is None else among(edges.neighbour, self.members)
        literal = {handle for node, handle in rows if isinstance(node, Literal)}
        found: dict[tuple[int, int, int], list[int]] = {}
        for at, (origin, relation, way) in enumerate(
            zip(groups.origin.tolist(), groups.relation.tolist(), groups.way.tolist(), strict=True)
        ):
            own = int(handles[origin])
            both = mutual(view.relations[relation].name)  # a fact of such a relation is written once, either way round
            found.setdefault((relation, 0 if both else way, -1 if own in literal else own), []).append(at)
        out = []
        for (relation, way, _), places in sorted(found.items()):
            rows_here = mine & among(edges.row, np.array(places, np.int64))
            if rows_here.any():
                ends = edges.neighbour[rows_here]
                said = self.said_of(relation, span)
                weight = sum(self.asked.words[n].weight for n in said)
                values = tuple(dict.fromkeys(int(handles[groups.origin[at]]) for at in places))
                out.append(
                    Placed(span, relation, way, values, distinct(ends), ends, edges.fact[rows_here], int(rows_here.sum()), said, weight)
                )
        return tuple(out)

    def said_of(self, relation: int, span: Span) -> frozenset[int]:
        """The words outside of a place that a relation's name says."""
        run, steps = self.run, self.run.steps
        left = self.words_left([span])
        if not left:
            return frozenset()
        numbers = steps.of(run.view.relations)[2 * relation : 2 * relation + 2]
        explains = run.matched(self.asked, steps).explains[numbers][:, left].max(axis=0)
        names = relation_words(run.view.relations[relation].name).spoken
        return frozenset(n for n, value in zip(left, explains.tolist(), strict=True) if value >= SPOKEN or self._short_for(n, names))

    def _short_for(self, n: int, names: Sequence[str]) -> bool:
        """Whether a field's name is short for a word ("flam" of "Flamsteed"), or a Chinese character after a number for it (五星: 星级)."""
        text = self.asked.words[n].text.lower()
        known = lexicon()
        if not is_han(text):
            return any(_SHORT <= len(name) < len(text) and text.startswith(name) and stem(name) not in known.by_stem for name in names)
        bare = {name.rstrip(tails()) for name in names}
        if text in bare:  # "香" of 香型
            return True
        before = self.asked.words[n - 1] if n else None
        if before is None or before.end != self.asked.words[n].start or figure(before.text) is None:
            return False
        families = {family for name in names for family in known.families_of(name)}
        return any(word.startswith(text) and is_han(word) for family in families for word in known.families[family].words)
