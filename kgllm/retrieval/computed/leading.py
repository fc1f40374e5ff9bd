"""How counted things lead to who has them, where a noun names it: one step, or two over a table between (a bill of a customer's tracks)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.computed.compared import Row
from kgllm.retrieval.computed.standing import stands_for
from kgllm.retrieval.computed.wholes import column, noun_words
from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.scoring.matching import SPOKEN
from kgllm.retrieval.scoring.understood import understood
from kgllm.words import is_han, lexicon, relation_words, singular, tokens
from kgllm.words.dictionary import noun_glosses
from kgllm.words.extremes import filler

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from kgllm.retrieval.computed.wholes import Wholes
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Relation
    from kgllm.words.questions import Span

_NOUNS = 3  # words of a noun for who has them
_OWN_TYPED, _OWN, _OF_TYPE, _LAST, _MAY_BE = 1.1, 1.0, 0.95, 0.8, 0.5
"""How well a relation is called by the noun (with what it leads to: the "origin airport" of `origin`), leads to things of that type, ends with the noun, leads to a person."""
_FURTHER = 0.1  # less where a table stands between
_VERB = 0.3  # … and that a verb speaks of
_PERSON = 0.5  # how far what stands at an end must be a person, where "who" asks
_TRIED = 16  # things by whose relations a table between is looked for
_SHOWN = 100  # facts of each that has some
_OF_TWO = 0.75  # how well a word of the dictionary stands for a noun
_ALIKE = 0.05
_NEARLY_ALL = 0.8  # of what a relation leads to, so much is of a kind, where it leads to that kind
_NAMES = frozenset(("name", "title", "id", "key", "code"))  # of a column: it leads to what stands before
_NAMES_HAN = ("名称", "名字", "标题", "编号", "代码")
_HAS = frozenset(("has", "have", "had", "hold", "holds", "held", "with", "own", "owns", "there", "got", "拥有", "有"))
Pairs = tuple["NDArray[Any]", "NDArray[Any]", "NDArray[Any]"]
"""Who has them, the things, and the facts that say so, a row each."""


@dataclass(frozen=True, slots=True)
class Way:
    """How things lead to who has them: a relation and its way, maybe a table between, and how well the question says so."""

    relation: int
    way: int
    score: float
    between: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """The relations of a view by what their own names lead to, by how those end, and by the types, and their words, of what they lead to."""

    relations: Sequence[Relation]
    size: int
    owns: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    ends: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    of_type: dict[str | None, list[tuple[int, int]]] = field(default_factory=dict)
    of_words: dict[tuple[str, ...], list[tuple[int, int]]] = field(default_factory=dict)


def nouns_at(text: str, place: Span) -> Iterator[tuple[tuple[str, ...], Span]]:
    """What may be named at a place, the longest first: the words of a noun in the singular, and the place of what follows it."""
    start, end = place
    if is_han(text[start:end]):
        for size in range(min(6, end - start), 0, -1):
            yield (text[start : start + size],), (start + size, end)
        return
    pieces = [piece for piece in tokens(text[start:end]) if piece.shape != "mark"]
    for size in range(min(_NOUNS, len(pieces)), 0, -1):
        words = tuple(singular(piece.word) for piece in pieces[:size])
        yield words, (start + pieces[size - 1].end, end)


@dataclass(slots=True)
class Leading:
    """Finds the relations by which things lead to what a noun names, of one question."""

    run: Run
    _read: Asked | None = None

    def ways(self, things: NDArray[Any] | None, noun: tuple[str, ...], verb: Span) -> list[Way]:
        """The relations, alike in how well they fit, that lead from things to what a noun names; without one, to persons."""
        names, verbs = _forms(noun), self._verbs(verb)
        kind = stands_for(self.run.wholes, " ".join(noun)) if noun else None
        found: list[Way] = []
        unsaid: list[Way] = []  # where the verb speaks of nothing
        for relation, way in self._may_fit(names, kind):
            score = self._fits(relation, way, names, kind)
            if not score:
                continue
            said = self._speaks(relation, verbs)
            into = unsaid if verbs and not said and score < _LAST else found
            if things is None or self._leads(relation, way, things):
                into.append(Way(relation, way, score + _VERB * said))
            else:
                into += [Way(relation, way, score - _FURTHER + _VERB * said, one) for one in self._between(relation, way, things)]
        unsaid = [one for one in unsaid if one.between is None]
        found = found or (unsaid if len(unsaid) == 1 else [])
        best = max((one.score for one in found), default=0.0)
        return [one for one in found if one.score >= best - _ALIKE]

    def _may_fit(self, names: set[tuple[str, ...]], kind: str | None) -> list[tuple[int, int]]:
        """The relations and ways that `_fits` may say anything of: of some thousand relations a few have to do with a noun."""
        run = self.run
        numbers = run.steps.of(run.view.relations)
        if not names:
            persons = run.steps.column("kinds")[numbers, KINDS.index("person")] >= _PERSON
            return [(n // 2, n % 2) for n in persons.nonzero()[0].tolist()]
        index = _index(run)
        found = set(index.of_type.get(kind, ()))
        for name in names:
            found.update(index.of_words.get(name, ()))
            found.update((relation, 0) for size in range(1, len(name) + 1) for relation in index.owns.get(name[:size], ()))
            found.update((relation, 0) for relation in index.ends.get(name, ()))
            posting = run.steps.with_noun(" ".join(name))
            if posting is not None:
                found.update((n // 2, n % 2) for n in np.isin(numbers, posting[0]).nonzero()[0].tolist())
        return sorted(found)

    def _fits(self, relation: int, way: int, names: set[tuple[str, ...]], kind: str | None) -> float:
        """How well what a relation leads to is what a noun names, by its forms and the type that it stands for; a person, without any."""
        run = self.run
        steps, row = run.steps, run.view.relations[relation]
        number = int(steps.of(run.view.relations)[2 * relation + way])
        if not names:
            persons = float(steps.column("kinds")[number, KINDS.index("person")])
            return _MAY_BE * persons if persons >= _PERSON else 0.0
        best = 0.0
        if way == 0:
            own = _own(row.name)
            best = _LAST if any(own[-len(name) :] == name for name in names) else 0.0
            best = _OWN if own in names else best
            best = _OWN_TYPED if self._own_of_type(relation, own, names) else best
        for name in names:
            posting = steps.with_noun(" ".join(name))
            if posting is not None:
                best = max(best, _LAST * float(np.max(posting[3][posting[0] == number], initial=0.0)))
        if any(one == kind or tuple(noun_words(one)) in names for one in self._types(relation, way)):
            best = max(best, _OF_TYPE)
        return best

    def _own_of_type(self, relation: int, own: tuple[str, ...], names: set[tuple[str, ...]]) -> bool:
        """Whether a noun is a relation's name with the type of what it leads to."""
        kinds = {tuple(noun_words(kind)) for kind in self._types(relation, 0)}
        return any(name[: len(own)] == own and name[len(own) :] in kinds for name in names)

    def _types(self, relation: int, way: int) -> tuple[str, ...]:
        return _types_of(self.run.wholes, self.run.view.relations[relation], way)

    def _leads(self, relation: int, way: int, things: NDArray[Any]) -> bool:
        return bool(among(self.column(relation)[way], things).any())

    def _between(self, relation: int, way: int, things: NDArray[Any]) -> Iterator[tuple[int, int]]:
        """The relations by which things lead to that from which another one leads on."""
        near = distinct(self.column(relation)[way])
        near = near[~self.run.view.literal(near)]
        groups = self.run.view.groups(_some(things))
        for first, back in sorted(set(zip(groups.relation.tolist(), groups.way.tolist(), strict=True))):
            if first != relation and among(self.column(first)[1 - back], near).any():
                yield first, back

    def column(self, relation: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        run = self.run
        rows = column(run.wholes, run.view, relation, run.retriever.limits.members, run.deadline)
        return rows.subjects, rows.objects, rows.facts

    def _verbs(self, verb: Span) -> list[str]:
        pieces = tokens(self.run.question[slice(*verb)])
        words = [piece.word for piece in pieces if piece.shape != "mark"]
        stop = lexicon().english.stop | lexicon().chinese.stop
        return [word for word in words if word not in stop and word not in _HAS and not filler(word)]

    def _speaks(self, relation: int, verbs: list[str]) -> bool:
        """Whether verbs speak of a relation."""
        spans = [word for word in self._asked.words if word.text.lower() in verbs]
        at = [n for n, word in enumerate(self._asked.words) if word in spans]
        if not at:
            return False
        numbers = self.run.steps.of(self.run.view.relations)[2 * relation : 2 * relation + 2]
        return bool((self.run.matched(self._asked, self.run.steps).explains[numbers][:, at].max(axis=0) >= SPOKEN).any())

    @property
    def _asked(self) -> Asked:
        if self._read is None:
            self._read = understood(self.run.question, self.run.steps)
        return self._read

    def named(self, noun: tuple[str, ...]) -> bool:
        """Whether any relation leads to what a noun names."""
        names, kind = _forms(noun), stands_for(self.run.wholes, " ".join(noun))
        return any(self._fits(relation, way, names, kind) for relation, way in self._may_fit(names, kind))

    def into(self, things: NDArray[Any], members: NDArray[Any], verb: Span) -> list[Way]:
        """The relations, alike in how well they fit, that lead from things to some others, and hardly to anything else."""
        if not len(members) or not len(things):
            return []
        verbs, members = self._verbs(verb), distinct(members)
        groups = self.run.view.groups(_some(things))
        found: list[Way] = []
        for relation, way in sorted(set(zip(groups.relation.tolist(), groups.way.tolist(), strict=True))):
            columns = self.column(relation)
            ends = columns[1 - way][among(columns[way], things)]
            if among(ends, members).mean() >= _NEARLY_ALL:
                found.append(Way(relation, way, _OF_TYPE + _VERB * self._speaks(relation, verbs)))
        best = max((one.score for one in found), default=0.0)
        return [one for one in found if one.score >= best - _ALIKE]

    def meant(self, things: NDArray[Any], place: Span) -> list[Way]:
        """The relations, alike in how well they fit, that all words at a place speak of, and that lead from things."""
        found = [Way(one, 0, how) for one, how in self.spoken(place).items() if len(things) and self._leads(one, 0, things)]
        best = max((one.score for one in found), default=0.0)
        return [one for one in found if one.score >= best - _ALIKE]

    def spoken(self, place: Span) -> dict[int, float]:
        """The relations that all words at a place speak of, and how well."""
        at = [n for n, word in enumerate(self._asked.words) if place[0] <= word.start and word.end <= place[1]]
        if not at:
            return {}
        numbers = self.run.steps.of(self.run.view.relations)[0::2]
        explains = self.run.matched(self._asked, self.run.steps).explains[numbers][:, at].min(axis=1)
        return {one: _LAST * float(explains[one]) for one in np.flatnonzero(explains >= SPOKEN).tolist()}

    def pairs(self, things: NDArray[Any], way: Way) -> Pairs:
        """Who has each of the things by a way, and the facts that say so."""
        columns = self.column(way.relation)
        near, far, facts = columns[way.way], columns[1 - way.way], columns[2]
        if way.between is None:
            mine = among(near, things)
            return far[mine], near[mine], facts[mine]
        first, back = way.between
        one = self.column(first)
        mine = among(one[back], things)
        return _joined(one[back][mine], one[1 - back][mine], near, far, facts)

    def rows(self, things: NDArray[Any], way: Way) -> list[Row]:
        """How many of the things lead to each, and the facts that say so."""
        of: dict[int, dict[int, int]] = {}
        for end, start, how in zip(*(one.tolist() for one in self.pairs(things, way)), strict=True):
            of.setdefault(end, {}).setdefault(start, how)
        return [Row(end, float(len(of_it)), f"{len(of_it):,}", tuple(list(of_it.values())[:_SHOWN])) for end, of_it in of.items()]


def _some(things: NDArray[Any]) -> NDArray[Any]:
    """Some of many things, from all of them: the first may be of another sort (continents before countries)."""
    return things[:: max(1, len(things) // _TRIED)][:_TRIED]


def _joined(things: NDArray[Any], mids: NDArray[Any], near: NDArray[Any], far: NDArray[Any], facts: NDArray[Any]) -> Pairs:
    """Two columns after each other: what the second leads to, the things, and the second's facts."""
    order = np.argsort(near, kind="stable")
    left = np.searchsorted(near[order], mids, "left")
    right = np.searchsorted(near[order], mids, "right")
    counts = right - left
    at = np.repeat(left, counts) + np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    mine = order[at]
    return far[mine], np.repeat(things, counts), facts[mine]


def _types_of(wholes: Wholes, relation: Relation, way: int) -> tuple[str, ...]:
    """The types of what a relation leads to, as far as things are of them."""
    row = wholes.stats.get(relation.id)
    return () if row is None else tuple(kind for kind, _ in (row.domain if way else row.range) if kind in wholes.counts)


def _index(run: Run) -> Index:
    """The nouns of all relations of a graph, gathered when the first question asks for one."""
    wholes, relations = run.wholes, run.view.relations
    kept = wholes.leading
    if kept is not None and kept.relations is relations and kept.size == len(relations):
        return kept
    made = Index(relations, len(relations))
    for n, relation in enumerate(relations):
        own = _own(relation.name)
        made.owns.setdefault(own, []).append(n)
        for first in range(len(own)):
            made.ends.setdefault(own[first:], []).append(n)
        for way in (0, 1):
            for kind in _types_of(wholes, relation, way):
                made.of_type.setdefault(kind, []).append((n, way))
                made.of_words.setdefault(tuple(noun_words(kind)), []).append((n, way))
    wholes.leading = made  # whole: other threads may read it
    return made


def _own(relation: str) -> tuple[str, ...]:
    """What a relation by its name leads to: `country_name` and 国家名称 to countries.

    >>> _own("country_name"), _own("国家名称"), _own("名称")
    (('country',), ('国家',), ('名称',))
    """
    words = tuple(singular(word) for word, _ in relation_words(relation).words)
    if len(words) > 1:
        return words[:-1] if words[-1] in _NAMES else words
    end = next((end for end in _NAMES_HAN if words and words[0].endswith(end)), "")
    return (words[0].removesuffix(end),) if end and words[0] != end else words


def _forms(noun: tuple[str, ...]) -> set[tuple[str, ...]]:
    """A noun's words, and those of the other language."""
    if not noun:
        return set()
    if not is_han(noun[0]):
        return {noun, *((one,) for one in lexicon().across(" ".join(noun)))}
    said = [tuple(map(singular, words)) for words, how in noun_glosses(noun[0]) if how >= _OF_TWO]
    return {noun, *((singular(one),) for one in lexicon().across(noun[0])), *said}
