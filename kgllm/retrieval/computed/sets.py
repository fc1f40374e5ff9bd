"""What a question compares: the ends of a path, the things of a kind, or all that have a measure; and their values."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.clock import Clock
from kgllm.retrieval.computed.beside import beside
from kgllm.retrieval.computed.compared import Row, Rows
from kgllm.retrieval.computed.inner import PARTS, parts_with
from kgllm.retrieval.computed.measures import Measure, names_of
from kgllm.retrieval.computed.wholes import Wholes, column, noun_words, of_kind
from kgllm.retrieval.paths.amounts import amount_of, amounts_of
from kgllm.retrieval.paths.kinds import KINDS
from kgllm.types import Entity, Relation, Way
from kgllm.words import singular
from kgllm.words.extremes import filler
from kgllm.words.generic import GENERIC
from kgllm.words.questions import Span, overlap
from kgllm.words.tokens import is_han

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Run

_BESIDE = 0.85  # how sure it is which relation is meant where only one leads to things of the kind
_PATHS = 4  # of what the rest of a question finds, so many paths are tried
_HAVE = 0.3  # share of a set that must have the measure
_PER_NODE = 8  # values of one thing
_CONSTANT, _UNEXPLAINED = 2.7, 3.0
_NOUN = 0.3  # how well a noun must name what stands at a relation's end
_OWN_NOUN = 0.3  # how much a noun counts that the graph does not know, of things without a type of their own
_LIKELY = 0.8  # share of the best candidate's score
_LIGHT, _LITTLE = 0.4, 0.3  # light words take little
_OTHER_KIND = 0.3  # where "who" asks for persons and the measure is not said of any
_ONE_TYPE = 0.6
_LOOKED_AT = 200
_WHICH_OF = re.compile("哪[一几两]?[种样]|哪[一几两]类")  # it only asks which, and says of no kind


@dataclass(frozen=True, slots=True)
class Members:
    """A set: handles, how sure it is, what it was reached from. `path`: the path that leads to it; `kind`: facts that say the kind."""

    handles: NDArray[Any]
    sure: float
    seeds: tuple[int, ...] = ()
    path: Ranked | None = None
    kinds: tuple[Any, ...] = ()
    hops: int = 0  # of the path that lead to it
    fits: bool = True  # it is of the kind that is asked for
    via: tuple[Relation, Way] | None = None  # the relation that leads to it, where no words say which
    told: bool = False  # all that the question says beside what it compares is a condition that they meet

    def only(self, handles: Collection[int]) -> Members:
        """As far as they are among these."""
        return replace(self, handles=self.handles[np.isin(self.handles, list(handles))])


@dataclass(slots=True)
class Sets:
    """Finds sets for one question."""

    run: Run
    asked: Asked
    _found: dict[str, list[Ranked]] = field(default_factory=dict)
    _rows: dict[tuple[int, int, bytes], Rows | None] = field(default_factory=dict)

    @property
    def wholes(self) -> Wholes:
        return self.run.wholes

    def found_by(self, members: Members, measure: Measure) -> bool:
        """Whether things were found by a value that they have of the measure itself: "the densest of volume 119" is not so by its volume."""
        if members.path is not None:
            parts = [part for step in members.path.steps for part in step]
            relation, way = parts[min(members.hops, len(parts)) - 1]
            return way == "in" and relation.id == self.run.view.relations[measure.relation].id
        seeds = np.array(members.seeds, np.int64)
        groups = self.run.view.groups(seeds)
        mine = (groups.relation == measure.relation) & (groups.way == 1)
        return bool((groups.count[mine] >= len(members.handles)).any())

    @property
    def limit(self) -> int:
        return self.run.retriever.limits.members

    def paths_without(self, spans: list[Span], least: float) -> list[Ranked]:
        """The best paths that the question finds without the words at `spans`, of those that are sure enough."""
        text = self.run.question
        for start, end in spans:
            text = text[:start] + " " * (end - start) + text[end:]
        return self._ranked(text, spans, least)

    def by_path(self, spans: list[Span], measure: Measure, least: float, *, several: bool = False) -> Members | None:
        """The ends of the best path that the question finds without the words at `spans`, some of which have the measure; `several`: those
        of the best that leads to more than one."""
        for one in self.paths_without(spans, least):
            for hops in range(len(one.ground.hops), 0, -1):  # what is compared may be what the path comes through
                ends = one.ground.ends if hops == len(one.ground.hops) else distinct(one.ground.hops[hops - 1].end)
                members = Members(ends, one.confidence, tuple(one.ground.seeds.tolist()), one, hops=hops)
                if self.values(members, measure) is not None and (len(ends) > 1 or not several):
                    return members
        last = (self.run.view.relations[measure.relation].id, "in" if measure.way else "out")
        for one in self._ranked(self.run.question, [], least):  # the whole of it may lead to the values
            relation, move = one.steps[-1][-1]
            if len(one.ground.hops) > 1 and (relation.id, move) == last:
                return Members(
                    distinct(one.ground.hops[-1].start),
                    one.confidence,
                    tuple(one.ground.seeds.tolist()),
                    one,
                    hops=len(one.ground.hops) - 1,
                )
        return None

    def _ranked(self, text: str, spans: list[Span], least: float) -> list[Ranked]:
        """The best paths that a question finds, of those that are sure enough."""
        if text not in self._found:
            links = [link for link in self.run.links if not any(overlap(link.mention.span, span) for span in spans)]
            again = self.run.retriever.run(text, links, None, self.run.deadline, part_of=self.run)
            self._found[text] = again.ranked(Clock())[0] if again.seeds else []
        found = self._found[text][:_PATHS]
        return [one for one in found if one.confidence >= least and not one.ground.brief and len(one.ground.ends) and self._likely(one)]

    def _likely(self, one: Ranked) -> bool:
        """Whether a path starts from what its names most likely mean."""
        view = self.run.view
        best: dict[Span, float] = {}
        for seed in self.run.seeds:
            best[seed.span] = max(best.get(seed.span, 0.0), seed.score)
        scores = {
            handle: seed.score / best[seed.span]
            for seed, handle in zip(self.run.seeds, view.handles([seed.node for seed in self.run.seeds]).tolist(), strict=True)
        }
        return all(scores.get(handle, 0.0) >= _LIKELY for handle in one.ground.seeds.tolist())

    def of_kind(self, kinds: list[Any]) -> Members | None:
        """All things of the kinds named (all of them, where several are)."""
        found: NDArray[Any] | None = None
        for kind in kinds:
            mine = of_kind(self.run, kind)
            found = mine if found is None else np.intersect1d(found, mine)
        return None if found is None or not len(found) else Members(found, 1.0, kinds=tuple(kinds))

    def beside(self, handle: int, kinds: list[Any], measure: Measure) -> Members | None:
        """The things of the kinds named that stand one step from a thing, where the kinds alone say by which relation."""
        of = self.of_kind(kinds)
        found = None if of is None else beside(self.run, handle, of.handles)
        if found is None:
            return None
        members = Members(found[0], _BESIDE, (handle,), kinds=tuple(kinds), via=found[1])
        return members if self.values(members, measure) is not None else None

    def having(self, measure: Measure) -> Members | None:
        """All that have the measure."""
        rows = column(self.wholes, self.run.view, measure.relation, self.limit, self.run.deadline)
        handles = distinct(rows.objects if measure.way else rows.subjects)
        return Members(handles, 1.0) if len(handles) else None

    def values(self, members: Members, measure: Measure, least: float = _HAVE) -> Rows | None:
        """What the members have of a measure; None where too few have any, or what they have cannot be compared."""
        key = (measure.relation, measure.way + 2 * measure.counted, members.handles.tobytes())
        if key not in self._rows:
            self._rows[key] = self._counted(members, measure) if measure.counted else self._valued(members.handles, measure)
        rows = self._rows[key]
        least = 0.0 if measure.counted else least  # one that is not there counts nothing
        if rows is None or len({row.member for row in rows.rows}) < least * len(members.handles):
            return None
        ranks = self.run.view.rank(np.array([row.member for row in rows.rows], np.int64))
        return rows.with_rows([rows.rows[i] for i in np.argsort(ranks, kind="stable").tolist()])

    def _valued(self, handles: NDArray[Any], measure: Measure) -> Rows | None:
        view = self.run.view
        nodes = handles[~view.literal(handles)] if len(handles) else handles
        if not len(nodes):
            return None
        edges = view.edges(nodes, np.full(len(nodes), measure.relation), np.full(len(nodes), measure.way), _PER_NODE)
        if not len(edges.row):
            return self._inner(nodes, measure) if not measure.way else None
        ends, inverse = np.unique(edges.neighbour, return_inverse=True)
        found = amounts_of(view.nodes(ends), view.relations[measure.relation].name)
        if found is None:
            return None
        amounts = replace(found, values=found.values[inverse])
        names = [node.name for node in view.nodes(ends)]
        rows, unread = [], []
        for row, value, end, fact in zip(edges.row.tolist(), amounts.values.tolist(), inverse.tolist(), edges.fact.tolist(), strict=True):
            if math.isnan(value):
                unread.append((int(nodes[row]), names[end]))
            else:
                rows.append(Row(int(nodes[row]), float(value), names[end], (int(fact),), bool(found.rough[end])))
        read = {row.member for row in rows}  # of several values of one thing one is enough
        unread = [one for one in unread if one[0] not in read]
        return Rows(rows, found, names_of(view.relations[measure.relation]), tuple(unread), cut=bool(edges.truncated.any()))

    def _inner(self, nodes: NDArray[Any], measure: Measure) -> Rows | None:
        """What parts of the members have of a measure that they have not themselves, the least of each first."""
        owner = parts_with(self.run, nodes, measure.relation)
        found = self._valued(np.array(sorted(owner), np.int64), measure) if owner else None
        if found is None:
            return None
        rows = [replace(row, member=owner[row.member][0], facts=(*row.facts, owner[row.member][1])) for row in found.rows]
        most = max(Counter(thing for thing, _ in owner.values()).values())
        return replace(found.with_rows(sorted(rows, key=lambda row: row.value)), unread=(), cut=found.cut or most >= PARTS)

    def _counted(self, members: Members, measure: Measure) -> Rows | None:
        """How many facts of a relation each has."""
        found = column(self.wholes, self.run.view, measure.relation, self.limit, self.run.deadline)
        owner = found.objects if measure.way else found.subjects
        mine = among(owner, distinct(members.handles))
        owner, facts = owner[mine], found.facts[mine]
        handles, counts = np.unique(owner, return_counts=True)
        order = np.argsort(owner, kind="stable")
        groups = np.split(facts[order], np.cumsum(counts)[:-1]) if len(handles) else []
        rows = [
            Row(handle, float(count), f"{count:,}", tuple(group.tolist()))
            for handle, count, group in zip(handles.tolist(), counts.tolist(), groups, strict=True)
        ]
        return Rows(rows, None, names_of(self.run.view.relations[measure.relation])) if rows else None

    def sure(self, left: list[int], measure: Measure, worth: float = 1.0, *, members: Members | None = None) -> float:
        """How sure it is that these words, which nothing explains, take nothing from the answer."""
        steps = self.run.steps
        mixed = members is not None and not members.kinds and self._mixed(members)
        inward = int(steps.of(self.run.view.relations)[2 * measure.relation + 1 - measure.way])
        weight, strange, end = 0.0, 0, -1
        which = [found.span() for found in _WHICH_OF.finditer(self.run.question)]
        for n in left:
            word = self.asked.words[n]
            said = word.text.lower()
            if any(overlap(word.span, span) for span in which):
                continue
            if word.around is not None or singular(said) in GENERIC or filler(said) or self.names(n, inward, mixed=mixed):
                continue
            light = word.weight < _LIGHT
            strange += not light and not (is_han(said) and word.start == end)
            weight += word.weight * (_LITTLE if light else 1.0)
            end = word.end
        if strange <= 1 + measure.counted and mixed:
            weight *= _OWN_NOUN
        kinds = [KINDS.index(kind) for kind in self.asked.kinds if kind in KINDS and kind != "number"]
        if kinds and members is not None and steps.column("kinds")[inward, kinds].max() < _NOUN:
            weight += _OTHER_KIND
        return 1.0 / (1.0 + math.exp(_UNEXPLAINED * worth * weight - _CONSTANT))

    def names(self, n: int, step: int, *, mixed: bool) -> bool:
        """Whether a word names what stands at the end of a step: as a noun for it, or by its kind where things have no type to say else."""
        steps = self.run.steps
        posting = steps.with_noun(singular(self.asked.words[n].text.lower()))
        if posting is not None and bool((posting[3][posting[0] == step] >= _NOUN).any()):
            return True
        return mixed and bool(self.run.matched(self.asked, steps).nouns[step, n] >= _NOUN)

    def _mixed(self, members: Members) -> bool:
        """Whether things are of no one type that has another name: then they may be what a noun names that the graph does not know."""
        some = members.handles[:_LOOKED_AT]
        counts: dict[str, int] = {}
        for node in self.run.view.nodes(some):
            for kind in getattr(node, "types", ()):
                counts[kind] = counts.get(kind, 0) + 1
        return max(counts.values(), default=0) <= _ONE_TYPE * len(some)


def classes_named(sets: Sets, taken: list[Span]) -> dict[Span, Any]:
    """The kinds of things that a question names, by their places: a type's name, or the handle of what things are said to be."""
    wholes, run = sets.wholes, sets.run
    found: dict[Span, Any] = {}

    def add(span: Span, kind: Any) -> None:
        if not any(overlap(span, one) for one in (*taken, *found)):
            found[span] = kind

    for seed, handle in run.seeded:
        if isinstance(seed.node, Entity) and seed.start < seed.end:
            span, typed = seed.span, wholes.typed(noun_words(seed.node.name))
            if typed is not None or run.spoken.classes.get(span) == handle:
                add(span, handle if typed is None else typed)
    last = len(run.question) + 1
    for span in sorted(run.spoken.types, key=lambda one: (-one[1], one[0])):
        if span[1] < last:  # the longest that ends there
            last = span[1]
            add(span, run.spoken.types[span])
    longer = [seed.span for seed in run.seeds]
    for noun, name in run.spoken.han_nouns.items():
        at = run.question.find(noun)
        inside = any(first <= at and at + len(noun) <= last and last - first > len(noun) for first, last in longer)
        if at >= 0 and not inside:  # "极光项目" is a project's name
            add((at, at + len(noun)), name)
    return found


def units_apart(sets: Sets, members: Members, measure: Measure) -> bool:
    """Whether the things have amounts of a measure that cannot be put into one unit."""
    view, nodes = sets.run.view, members.handles
    edges = view.edges(nodes, np.full(len(nodes), measure.relation), np.full(len(nodes), measure.way), _PER_NODE)
    read = [amount_of(node) for node in view.nodes(edges.neighbour)] if len(edges.row) else []
    return len(read) > 1 and all(one is not None for one in read)
