"""The steps of a graph.

A step is a relation followed one way, two relations through an unnamed node, or a relation and a qualifier of its facts. Steps are
numbered as they are met and kept for all questions; what a step shares with a question is found through postings, in numpy, for
all steps at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from kgllm.retrieval.paths.kinds import KINDS, Roles
from kgllm.retrieval.paths.postings import Growing, Postings
from kgllm.retrieval.paths.wordings import wording_of
from kgllm.types import Relation
from kgllm.words import relation_words, respelled, singular
from kgllm.words.questions import denies
from kgllm.words.relations import leads_up, mutual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.reading.question import Asked, Term

Key = tuple[tuple[str, int], ...]
"""((relation id, 0 out | 1 in),), or two of them for a step through an unnamed node, or to a qualifier (then 2)."""

Move: TypeAlias = Literal["out", "in", "beside"]
"""How a part of a step goes on; "beside": from facts to the values of their qualifiers."""

MOVES: tuple[Move, ...] = ("out", "in", "beside")

ONE_END = 0.1  # of the column "fan" (log10): a step that leads to some 1.25 things at most in the mean
_TEXTS = 64  # texts of which it is kept how they were read: a question is read by many, one after the other
_NUMERIC = 0.5  # share of a sample of a relation's values that are numbers or times


@dataclass(frozen=True, slots=True)
class _Base:
    """The relations of a view and how many they were; the numbers of their steps, their places by their ids, which hold numbers, and
    which lead from level to level: up, or down."""

    relations: Sequence[Relation]
    size: int
    numbers: NDArray[Any]
    handles: Mapping[str, int]
    numeric: NDArray[Any]
    levels: Mapping[int, bool]


class Steps:
    """All steps met so far, append-only; safe to share between threads."""

    def __init__(self, roles: Roles) -> None:
        self._lock = threading.RLock()
        self._roles = roles
        self._ids: dict[Key, int] = {}
        self._through: dict[tuple[int, str, int], int] = {}
        self._base: _Base | None = None
        self._read: dict[str, tuple[int, Asked]] = {}
        self._terms = Postings()
        self._nouns, self._between = Postings(), Postings()
        self._columns = Growing(
            kinds=(np.float32, len(KINDS)),
            toward=(np.float32, 0),
            inverse=(np.int64, 0),
            unnamed=(np.bool_, 0),
            through=(np.bool_, 0),
            usual=(np.float32, 0),
            fan=(np.float32, 0),
            denies=(np.bool_, 0),
            mutual=(np.bool_, 0),
            bare=(np.bool_, 0),
            typed=(np.bool_, 0),
            back=(np.bool_, 0),
            first=(np.int64, 0),
            last=(np.int64, 0),
        )
        self.keys: list[Key] = []
        self.relations: list[tuple[tuple[Relation, Move], ...]] = []
        self.texts: list[str] = []
        self.english = any(name.isascii() for name in (*roles.types, *(relation.name for relation in roles.relations.values())))
        nouns = {singular(word) for name in roles.types for word, _ in relation_words(name).words[-1:]}
        self.type_nouns = frozenset(nouns | set(filter(None, map(respelled, nouns))))
        self.short: frozenset[str] = (
            frozenset()
        )  # words of relations' names that may be others cut short; never changed: threads go through it
        self.pairs: set[str] = set()  # of Chinese characters, and of stems, that stand together in a relation's name

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def typed(self) -> bool:
        """Whether things of the graph have types."""
        return self._roles.typed

    @property
    def types(self) -> frozenset[str]:
        """The types of the graph."""
        return self._roles.types

    @property
    def beside(self) -> Mapping[str, frozenset[str]]:
        """The relations that qualifiers of facts are of, each with those whose facts they stand beside, as far as a sample tells."""
        return self._roles.beside

    def once(self, text: str, read: Callable[[], Asked]) -> Asked:
        """A text as it is read in this graph; read once, as long as no step is new."""
        known, found = len(self), self._read.get(text)
        if found is None or found[0] != known:
            if len(self._read) >= _TEXTS:
                self._read = {}
            self._read[text] = found = (known, read())
        return found[1]

    def same_ends(self, relation: str) -> bool:
        """Whether the same things, or things of one type, stand at both ends of a relation."""
        return relation in self._roles.same_ends

    def read(self, relation: Relation) -> Relation:
        """See `Roles.read`."""
        return self._roles.read(relation)

    def values(self, relation: str) -> bool:
        """See `Roles.values`."""
        return self._roles.values(relation)

    def alike(self, step: tuple[str, int], has: set[tuple[str, int]], types: Sequence[str] = ()) -> float:
        """See `Roles.alike`."""
        return self._roles.alike(step, has, types)

    def add(self, parts: Sequence[tuple[Relation, int]]) -> int:
        """The number of a step."""
        key = tuple((relation.id, way) for relation, way in parts)
        found = self._ids.get(key)
        if found is not None:
            return found
        wording = wording_of(parts, self._roles)
        with self._lock:
            if key in self._ids:
                return self._ids[key]
            number = len(self.keys)
            inverse = number if _turned(key) == key else self._ids.get(_turned(key), -1)
            self._columns.append(
                kinds=wording.kinds,
                toward=wording.toward,
                inverse=inverse,
                unnamed=self._roles.unnamed.get(key[-1], 0.0) > 0.3,
                through=len(key) > 1,
                usual=self._roles.usual(key),
                fan=self._roles.fan(key),
                mutual=len(key) == 1 and mutual(parts[0][0].name),
                bare=wording.bare,
                typed=self._roles.typed_end(key[-1]),
                back=key[0][1] == 1,
                denies=any(denies(relation.name) for relation, _ in parts),
                first=number if len(key) == 1 else self._ids.get(key[:1], number),
                last=number if len(key) == 1 else self._ids.get(key[-1:], number),
            )
            if inverse >= 0:
                self._columns["inverse"][inverse] = number
            for term, part, share, how in wording.terms:
                self._terms.append(term, (number, part, share, how))
                if term[0] == "h" and len(term[1]) == 2:
                    self.pairs.add(term[1])
            for noun, how in wording.nouns:
                self._nouns.append(noun, (number, 0, 0.0, how))
            for noun in wording.between:
                self._between.append(noun, (number, 0, 0.0, 1.0))
            self.pairs |= wording.pairs
            self.short = self.short.union(wording.short) if wording.short else self.short
            self.relations.append(tuple((relation, MOVES[way]) for relation, way in parts))
            self.texts.append(wording.text)
            self._ids[key] = number
            self.keys.append(key)
            return number

    def of(self, relations: Sequence[Relation]) -> NDArray[Any]:
        """Step numbers by relation handle × 2 + way, for the relations of a view."""
        return self._of(relations).numbers

    def handles(self, relations: Sequence[Relation]) -> Mapping[str, int]:
        """A view's numbers of its relations, by their ids."""
        return self._of(relations).handles

    def numeric(self, relations: Sequence[Relation]) -> NDArray[Any]:
        """By relation of a view, whether its values are mostly numbers or times."""
        return self._of(relations).numeric

    def levels(self, relations: Sequence[Relation]) -> Mapping[int, bool]:
        """The relations of a view that lead from level to level, each with whether it leads up."""
        return self._of(relations).levels

    def _of(self, relations: Sequence[Relation]) -> _Base:
        """What is known of the relations of a view, read again where they are others, or more."""
        base = self._base
        if base is None or base.relations is not relations or base.size != len(relations):
            size = len(relations)
            numbers = np.array([self.add(((relations[i], way),)) for i in range(size) for way in (0, 1)], dtype=np.int64)
            kinds = self._columns["kinds"][numbers[0::2]][:, [KINDS.index("number"), KINDS.index("time")]]
            handles = {relation.id: i for i, relation in enumerate(relations)}
            levels = {i: up for i in range(size) if (up := leads_up(relations[i].name)) is not None}
            self._base = base = _Base(relations, size, numbers, handles, kinds.max(axis=1, initial=0.0) >= _NUMERIC, levels)
        return base

    def through(self, first: int, relation: Relation, way: int) -> int:
        """The step that goes on from an unnamed node reached by a step, or (`way` 2) to a qualifier of the facts followed."""
        key = (first, relation.id, way)
        found = self._through.get(key)
        if found is None:
            before = self.relations[first]
            found = self._through[key] = self.add([*((r, MOVES.index(w)) for r, w in before), (relation, way)])
        return found

    def column(self, name: str) -> NDArray[Any]:
        """One of "kinds", "toward", "inverse" (-1: not met), "unnamed" (leads to unnamed nodes, as far as is known), "denies" (it says
        what something is not), "mutual" (it holds both ways), "bare" (its ends are mere numbers, or say yes or no), "typed" (what it leads to
        has types, so far as a sample tells), "back" (it begins
        against its relation), "first" and "last" (the steps that it begins and ends with, itself where it is one relation)."""
        return self._columns[name]

    def note_unnamed(self, steps: NDArray[Any]) -> None:
        """Remember that steps were seen to lead to unnamed nodes."""
        self._columns["unnamed"][steps] = True

    def with_term(self, term: Term) -> tuple[NDArray[Any], ...] | None:
        """(step, part, share, how well) of every step that a term speaks of."""
        return self._terms.get(term, self._lock)

    @property
    def posted(self) -> int:
        """The largest number of a step that some term speaks of."""
        return self._terms.last

    def with_noun(self, noun: str) -> tuple[NDArray[Any], ...] | None:
        """The same for a noun that may be used of what stands at the end of a step, however it is spelled."""
        found = self._nouns.get(noun, self._lock)
        other = respelled(noun) if found is None else None
        return found if other is None else self._nouns.get(other, self._lock)

    def between(self, noun: str) -> tuple[NDArray[Any], ...] | None:
        """The same for a noun for the unnamed nodes that a step goes through."""
        return self._between.get(noun, self._lock)


def _turned(key: Key) -> Key:
    return tuple((relation, 1 - way) for relation, way in reversed(key))
