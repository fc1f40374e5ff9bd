"""Something of each of several groups: "How many lamps does each maker sell?", "average price per category", 每个行业有几家公司？.

Without the words for the groups such a question asks for all things: how many, which, the sum or the mean of what they have, the most of it.
That is found as other readers find it, and then told for each group, to which the things lead by a relation that the noun for the
groups names. Where the groups are the things themselves, it is told what each of them has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.retrieval.clock import Clock
from kgllm.retrieval.computed.by_example import by_example
from kgllm.retrieval.computed.by_field import most_of_field, value_asked
from kgllm.retrieval.computed.compared import Compared, told, too_many
from kgllm.retrieval.computed.described import Description
from kgllm.retrieval.computed.everything import kind_of
from kgllm.retrieval.computed.extremes import Asking, denies
from kgllm.retrieval.computed.given import meant
from kgllm.retrieval.computed.groups import Groups
from kgllm.retrieval.computed.leading import Leading, Way, nouns_at
from kgllm.retrieval.computed.tabled import answered, query_of
from kgllm.retrieval.computed.wholes import TooMany, of_kind
from kgllm.retrieval.paths.seeds import moved
from kgllm.retrieval.reading.outside import counts
from kgllm.words import is_han, tokens
from kgllm.words.comparisons import Degree
from kgllm.words.extremes import compares
from kgllm.words.generic import generic
from kgllm.words.grouped import Grouped, all_han, all_of_kind, grouped, of_all, of_group, of_group_han, verb_behind
from kgllm.words.queries import says_no_more
from kgllm.words.questions import overlap, yes_or_no

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence
    from kgllm.words.questions import Span

_BEFORE_NOUN = 3  # characters that describe a noun
_NO_NOUN = re.compile(r"[的各每有几多少哪是在和与按]")  # what is none of them
_SURE_PATH = 0.5  # a path that is less sure finds no things


def of_groups(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for something of each group; None for every other, and where the groups or the things cannot be told."""
    forms = grouped(run.question)
    if not forms or yes_or_no(run.question) or not len(run.view.relations):
        return None
    run.steps.of(run.view.relations)
    leading = Leading(run)
    try:
        for form in forms:
            for noun, place, kind in _known_nouns(leading, form):
                asking = _Asking.of(leading, form, noun, place, kind)
                found = asking.found() or next((more for part in asking.parts() if (more := part.found()) is not None), None)
                if found is not None:
                    return told(run, found, max_facts, form="grouped")
    except TooMany:
        return too_many(run, "grouped")
    return None


def _known_nouns(leading: Leading, form: Grouped) -> Iterator[tuple[tuple[str, ...], Span, Any]]:
    """The nouns for the groups that the graph knows, each with its place and the kind that it names: those that kinds and relations are
    called by, then those that only speak of a relation."""
    run = leading.run
    others: list[tuple[tuple[str, ...], Span, Any]] = []
    known = False
    for noun, place in _nouns(run, form):
        kind = kind_of(run, run.wholes, " ".join(noun))
        if known and len(noun[0]) == 1 and is_han(noun[0]):  # a part of a longer noun
            continue
        said = run.question[place[0] : place[1] - len(noun[0])] if is_han(noun[0]) else ""
        if kind is not None and len(said) > 1 and not _in_a_name(run, said):
            continue  # 每个必看演出 is of no other show
        if kind is not None or leading.named(noun):
            known = True
            yield noun, place, kind
        elif (form.each or is_han(run.question)) and leading.spoken(place):  # "found by the British" is of no groups
            others.append((noun, place, kind))
    yield from others


def _nouns(run: Run, form: Grouped) -> Iterator[tuple[tuple[str, ...], Span]]:
    """What may be the noun for the groups, and its place; in Chinese it may stand behind what describes it, but not behind a name."""
    start, end = form.noun
    names = [seed.span for seed in run.seeds]
    most = _BEFORE_NOUN if is_han(run.question[start:end]) else 0
    for before in range(min(most, end - start - 1) + 1):
        said = (start, start + before)
        if not any(overlap(said, name) for name in names) and not _NO_NOUN.search(run.question[slice(*said)]):
            yield from ((noun, (start, rest[0])) for noun, rest in nouns_at(run.question, (start + before, end)))


def _in_a_name(run: Run, said: str) -> bool:
    """Whether some characters are in the name of a relation or a type: the 效力 of 每种效力级别, where laws have a 效力级别."""
    relations = (name for one in run.view.relations for name in (one.name, *one.aliases))
    return any(said in name for name in (*relations, *run.wholes.counts))


@dataclass(slots=True)
class _Asking:
    """A question for something of each group that a noun names, on its way."""

    run: Run
    form: Grouped
    rest: Run  # the question without the groups
    noun: tuple[str, ...]
    place: Span  # of the noun
    verb: Span
    leading: Leading
    kind: Any  # of things that the noun names: a type, or the handle of a class; None where it names none
    only: NDArray[Any] | None = None  # the groups that are meant, where the question says more of them
    end: int = 0  # of all that is said of the groups

    @classmethod
    def of(cls, leading: Leading, form: Grouped, noun: tuple[str, ...], place: Span, kind: Any) -> _Asking:
        run = leading.run
        verb = verb_behind(run.question, place, form)
        if any(one in run.question[slice(*verb)] for one in run.spoken.han_nouns):
            verb = (verb[0], verb[0])
        rest = _without(run, (form.phrase[0], max(place[1], verb[1])))
        return cls(run, form, rest, noun, place, verb, leading, kind, end=place[1])

    def parts(self) -> Iterator[_Asking]:
        """The question as one of some of the groups, where a name tells which: "each epoch of the Permian", 二叠系的每个统."""
        text, (begin, end), phrase = self.run.question, self.place, self.form.phrase[0]
        if self.kind is None:
            return
        for start, stop in sorted({seed.span for seed in self.run.seeds if seed.start < seed.end}):
            if stop <= phrase and of_group_han(text[stop:phrase]):
                only = self._named(" " * start + text[start:phrase] + text[begin:end] + all_han())
                place = (start, end)
            elif end <= start and of_group(text[end:start]):
                only = self._named(all_of_kind(begin) + text[begin:stop])
                place = (phrase, stop)
            else:
                continue
            if only is not None:
                yield replace(self, rest=_without(self.run, place), only=only, end=place[1], verb=(place[1], place[1]))

    def _named(self, asks: str) -> NDArray[Any] | None:
        """The groups for which a part of the question asks, where it says more of them than what they are."""
        links = [link for link in self.run.links if asks[slice(*link.mention.span)] == link.mention.text]
        found = Description.of(self.run.retriever.run(asks, links, None, self.run.deadline, part_of=self.run))
        met = None if found is None or found.denies() else found.met()
        return None if met is None else met.ends

    def found(self) -> Compared | None:
        """What is told of each group."""
        compared = self._compared()
        if compared is None:
            return self._counted(*self._things()) or self._own()
        if not isinstance(compared.condition, Degree) or compared.among is None:
            return self._counted(np.array(compared.winners, np.int64), compared.seeds)
        ways = self._ways(np.array([row.member for row in compared.among.rows], np.int64))
        groups = Groups(self.run, self.leading, ways[0], self.only, self._of_type()) if len(ways) == 1 else None
        return None if groups is None else groups.made(compared, compared.among, compared.condition)

    # --- the groups

    def _ways(self, things: NDArray[Any]) -> list[Way]:
        """How the things lead to the groups."""
        things = distinct(things)
        found = self.leading.ways(things, self.noun, self.verb)
        found = found or self.leading.into(things, self._members(), self.verb) or self.leading.meant(things, self.place)
        return self._once(found, things) if len(found) > 1 else found

    def _once(self, ways: list[Way], things: NDArray[Any]) -> list[Way]:
        """Of several ways those that lead to other groups: a relation and the one that says it the other way round are one."""
        found: dict[bytes, Way] = {}
        for way in ways:
            owners, near, _ = self.leading.pairs(things, way)
            found.setdefault(np.unique(np.stack([owners, near]), axis=1).tobytes(), way)
        return list(found.values())

    def _members(self) -> NDArray[Any]:
        """All things of the kind that the noun names."""
        if self.only is not None:
            return self.only
        return np.zeros(0, np.int64) if self.kind is None else of_kind(self.run, self.kind)

    def _of_type(self) -> NDArray[Any] | None:
        """All things of the type that the noun names, where they may be read."""
        few = isinstance(self.kind, str) and self.run.wholes.counts.get(self.kind, 0) <= self.run.retriever.limits.members
        return self._members() if few else None

    def _counted(self, things: NDArray[Any], seeds: tuple[int, ...], by: frozenset[str] = frozenset()) -> Compared | None:
        """How many of the things each group has, or which. `by`: relations by which they were found, and which do not lead back to groups."""
        ways = self._ways(things) if len(things) else []
        if len(ways) != 1 or self.run.view.relations[ways[0].relation].id in by:
            return None
        groups = Groups(self.run, self.leading, ways[0], self.only, self._of_type())
        if self.form.numbers or counts(self.rest.question):  # of "the firms of an index" some countries have none, and are not meant
            return groups.counted(things, seeds, self._members() if not seeds else things[:0])
        return groups.listed(things, seeds)

    def _own(self) -> Compared | None:
        """What each thing has, where the groups are the things: "the price of each lamp"."""
        members = self._members()
        return by_example(self.run, members, (self.form.each, self.end), numbers=self.form.numbers) if len(members) else None

    # --- the things

    def _compared(self) -> Compared | None:
        """What the rest of the question compares, or makes a number of."""
        query = query_of(self.rest)
        found = None if query is None else answered(self.rest, query)
        found = found or most_of_field(self.rest)
        form = None if found is not None else compares(self.rest.question)
        form = None if form is None else meant(self.rest, form)
        if form is None or denies(self.rest):
            return found
        asking = Asking.of(self.rest, form)
        best = asking.of_set()
        return best and replace(best, asks_value=value_asked(asking.asked, best, list(asking.kinds), asking.names))

    def _things(self) -> tuple[NDArray[Any], tuple[int, ...], frozenset[str]]:
        """The things that the rest of the question asks for, what it names, and the relations that lead to them from that."""
        nothing = np.zeros(0, np.int64), (), frozenset[str]()
        found = Description.of(self.rest, unnamed=True)
        met = None if found is None or found.denies() else found.all_of()
        if met is not None:
            return met.ends, met.seeds, nothing[2]
        if not self.rest.seeds:
            return (self._all(), *nothing[1:]) if self.form.numbers and self._nothing_else() else nothing
        if not (self.rest.spoken.types or self.rest.spoken.classes or self.rest.spoken.han_nouns):
            return nothing
        best = next(iter(self.rest.ranked(Clock())[0]), None)
        if best is None or best.confidence < _SURE_PATH or best.ground.brief:
            return nothing
        return best.ground.ends, tuple(best.ground.seeds.tolist()), frozenset(one.id for step in best.steps for one, _ in step)

    def _nothing_else(self) -> bool:
        """Whether the rest of the question only asks how many there are: "How many people are there?"."""
        text = self.rest.question
        words = [one.span for one in tokens(text) if one.shape != "mark" and generic(one.word)]
        return says_no_more(text, words)

    def _all(self) -> NDArray[Any]:
        """All things that lead to the groups by the only relation that the noun for them names."""
        ways = [way for way in self.leading.ways(None, self.noun, (0, 0)) if way.way == 0 and way.between is None]
        return distinct(self.leading.column(ways[0].relation)[0]) if len(ways) == 1 else np.zeros(0, np.int64)


def _without(run: Run, place: Span) -> Run:
    """The question without the groups, which stand at a place, as one for all things."""
    text, first, last = of_all(run.question, place)
    links = [moved(link, first if link.mention.end <= place[0] else last) for link in run.links if not overlap(link.mention.span, place)]
    links = [link for link in links if text[slice(*link.mention.span)] == link.mention.text]
    return run.retriever.run(text, links, None, run.deadline, part_of=run)
