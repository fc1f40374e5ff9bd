"""Whole kinds of things and whole relations, read from a graph within a limit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs import whole
from kgllm.graphs.ascending import by_key, distinct
from kgllm.graphs.compiled.storeview import StoreView
from kgllm.limits import Deadline
from kgllm.retrieval.paths.kinds import class_of
from kgllm.words import is_han, lexicon, respelled, singular, tokens
from kgllm.words.dictionary import noun_glosses, words_in
from kgllm.words.questions import MEASURE
from kgllm.words.tokens import Token
from kgllm.words.whole import field_key, field_keys, fields_by_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Along, Graph, RelationStats, View
    from kgllm.retrieval.computed.leading import Index
    from kgllm.retrieval.retriever import Run

_SLIP, _CLOSE = 6, 0.85  # letters of a noun that may be misspelt, and how like it the type must be
_SORTS = frozenset(("type", "kind", "model", "class", "category"))
_SPARE = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"^[A-Za-z]*[a-z][A-Z][a-z]+[A-Za-z]*$")
_SUBCLASS = frozenset(("subclass", "subtype", "subcategory", "hyponym"))
_FLAGS = 4  # values of a relation that says yes or no, at most
_ONE_HAN = re.compile(rf"(?:哪(?:些|{MEASURE})|多少{MEASURE}?|几{MEASURE}|(?:所有|全部)的?)([\u4e00-\u9fff])")  # 哪些山, 几首歌
_GLOSSES = 3  # of a type's name in a dictionary that nouns of a question may be
_OF_TWO = 0.75  # how well a word of a dictionary stands for a noun: the first two do
_AT_ONCE = 64  # kinds whose things are read at once
_DEEPEST = 8  # classes above classes
KEPT = 2_000_000  # facts whose columns are kept: some 48 MB


class TooMany(Exception):
    """More things, or facts, than may be read for one question."""


@dataclass(slots=True)
class Wholes:
    """What is known of the kinds of things in a graph, and the columns of relations read lately. Of one version of it; shared by threads."""

    graph: Graph
    types: dict[tuple[str, ...], str] = field(default_factory=dict)
    han_types: Mapping[str, str] = field(default_factory=dict)  # Chinese nouns for types, the longest first
    counts: dict[str, int] = field(default_factory=dict)
    stats: Mapping[str, RelationStats] = field(default_factory=dict)  # by the relation's id
    classes: frozenset[str] = frozenset()  # relations that lead from a thing to its kind
    above: frozenset[str] = frozenset()  # … and from a kind to one above it
    few: frozenset[str] = frozenset()  # … to so few things that they may be yes and no
    flags: frozenset[str] | None = None  # … of these, those that do; None: not looked for yet
    english: Mapping[str, str] = field(default_factory=dict)  # types with Chinese names, by English nouns
    columns: dict[str, Along] = field(default_factory=dict)
    values: dict[tuple[str, str], bool] = field(default_factory=dict)  # nouns for kinds: are they values that things of these have?
    fields: Mapping[str, list[str]] | None = None  # ids of relations by the ways to say their names; None: not gathered yet
    keys: frozenset[tuple[str, ...]] | None = None  # of the names of relations
    together: frozenset[str] | None = None  # names of types without blanks; None: not gathered yet
    leading: Index | None = None  # the nouns of the relations; None: not gathered yet
    lock: Any = field(default_factory=Lock)

    @classmethod
    def of(cls, graph: Graph) -> Wholes:
        """Read from the schema."""
        schema, out = graph.schema(), cls(graph)
        out.counts = dict(schema.types)
        out.stats = {row.relation.id: row for row in schema.relations}
        for name, _ in reversed(schema.types):
            out.types[tuple(noun_words(name))] = name
        for words, name in list(out.types.items()):
            if len(words) > 1 and words[-1] in _SORTS:  # an "aircraft type" is an aircraft
                out.types.setdefault(words[:-1], name)
        for words, name in list(out.types.items()):
            out.types.setdefault(tuple(respelled(word) or word for word in words), name)
        out.han_types = _han_nouns([name for name, _ in schema.types])
        out.english = _english_nouns(sorted(filter(is_han, out.counts)))
        families = {stats.relation.id: class_of(stats.relation) for stats in schema.relations}
        out.classes = frozenset(name for name, kind in families.items() if kind == "class")
        out.above = frozenset(name for name, kind in families.items() if kind == "above")
        out.few = frozenset(stats.relation.id for stats in schema.relations if stats.objects <= _FLAGS) - out.classes
        return out

    def typed(self, words: Sequence[str]) -> str | None:
        """The type that is called by these words (see `noun_words`)."""
        own = self.types.get(tuple(words)) or (self.types.get((*words[:-1], singular(words[-1]))) if words else None)
        return own or (self.english.get(singular(words[0])) if len(words) == 1 else None)

    def said(self) -> Mapping[str, list[str]]:
        """The relations, by the ways to say their whole names."""
        if self.fields is None:
            relations = [row.relation for row in self.stats.values()]
            self.fields = fields_by_name((one.id, (one.name, *one.aliases)) for one in relations)
        return self.fields

    def is_field(self, text: str) -> bool:
        """Whether a text is the whole name of a relation, in whatever forms its words stand."""
        if self.keys is None:
            self.keys = frozenset(key for row in self.stats.values() for key in field_keys((row.relation.name, *row.relation.aliases)))
        return field_key(text) in self.keys

    def written(self) -> frozenset[str]:
        """The names of the types in small letters with nothing between their words, and one of what they name."""
        if self.together is None:
            names = {_SPARE.sub("", name).lower() for name in self.counts}
            self.together = frozenset(one for name in names for one in (name, name.removesuffix("s"), singular(name)))
        return self.together

    def called(self, noun: str) -> str | None:
        """The type that a noun means, by its own name, by a noun of the other language, by another noun for the same, or with a slip."""
        words = noun_words(noun)
        own = self.types.get(tuple(words)) or self.han_types.get(noun) or (self.english.get(words[0]) if len(words) == 1 else None)
        across = lexicon().across(noun if is_han(noun) else words[0]) if words else ()
        if own is None and is_han(noun):
            found = {self.types[one,] for one in across if (one,) in self.types}
            return found.pop() if len(found) == 1 else self._translated(noun) if not found else None
        if own is not None or len(words) != 1:
            return own
        same = [(one,) for other in across for one in lexicon().across(other) if (one,) in self.types]
        found = {self.han_types[other] for other in across if other in self.han_types} or {self.types[one] for one in same}
        if len(found) == 1 and self._is_value(words[0], *found):
            return None
        if not found and not across and not lexicon().kinds_of(words[0]) and len(words[0]) >= _SLIP:
            found = {self.types[near,] for near in get_close_matches(words[0], [one for one, *more in self.types if not more], 3, _CLOSE)}
        return found.pop() if len(found) == 1 else None

    def _is_value(self, noun: str, kind: str) -> bool:
        """Whether things of a kind have a noun for it as a value: of books with their genres, "novels" are not all."""
        if (noun, kind) not in self.values:
            nodes = [match.node for matches in self.graph.find([noun]) for match in matches]
            entering = {count.relation.id for counts in self.graph.relations(nodes) for count in counts if count.way == "in"}
            self.values[noun, kind] = any(kind in dict(self.stats[name].domain) for name in entering if name in self.stats)
        return self.values[noun, kind]

    def han_nouns(self, question: str) -> dict[str, str]:
        """Chinese nouns in a question for types of the graph, each with its type, the longest first: those known by themselves, what a
        dictionary says of others, and single characters where such a noun is asked for."""
        found = {noun: name for noun, name in self.han_types.items() if noun in question}
        if not is_han(question):
            return found
        words = words_in(question)
        if any(name.isascii() for name in self.counts):
            for _, word in words:
                if word not in found and (name := self._translated(word)) is not None:
                    found[word] = name
        for match in _ONE_HAN.finditer(question):
            longer = any(start <= match.start(1) < start + len(word) and len(word) > 1 for start, word in words)
            if not longer and question.count(match[1]) == 1 and (name := self.called(match[1])) is not None:
                found[match[1]] = name
        return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))

    def _translated(self, noun: str) -> str | None:
        """The one type that a Chinese noun is in English, by a dictionary."""
        if lexicon().across(noun):
            return None
        first = (tuple(map(singular, said)) for said, how in noun_glosses(noun) if how >= _OF_TWO)
        found = {self.types[said] for said in first if said in self.types}
        return found.pop() if len(found) == 1 else None


def _han_nouns(types: Sequence[str]) -> dict[str, str]:
    """Chinese nouns for some types, the longest first: their own names, and those of a type with an English name of one word; none
    that may be two of them."""
    named = {name: name for name in types if is_han(name) and len(name) > 1}
    others: dict[str, set[str]] = {}
    for name in types:
        words = noun_words(name)
        words = words[:-1] if len(words) > 1 and words[-1] in _SORTS else words
        for noun in lexicon().across(words[0]) if len(words) == 1 and not is_han(name) else ():
            if len(noun) > 1:
                others.setdefault(noun, set()).add(name)
    named = {noun: next(iter(of)) for noun, of in others.items() if len(of) == 1} | named
    return dict(sorted(named.items(), key=lambda pair: -len(pair[0])))


def _english_nouns(types: Sequence[str]) -> dict[str, str]:
    """English nouns for some types, each with the one that has a Chinese name for it: "idiom" of 成语."""
    said: dict[str, set[str]] = {}
    for name in types:
        nouns = lexicon().across(name)[:1]
        glossed = () if nouns else noun_glosses(name)[:_GLOSSES]
        for noun in nouns or [words[0] for words, _ in glossed if len(words) == 1]:
            said.setdefault(singular(noun), set()).add(name)
    return {noun: next(iter(of)) for noun, of in said.items() if len(of) == 1}


def noun_words(name: str) -> list[str]:
    """The words of a kind's name, in the singular; "sub_categories" is one."""
    return joined([word for token in tokens(name.replace("_", " ")) if token.shape != "mark" for word in word_parts(token)])


def word_parts(token: Token) -> list[str]:
    """The words that are written as one, in the singular."""
    return [singular(word.lower()) for word in _parted(token.text)]


def joined(words: list[str]) -> list[str]:
    """Words of a kind's name, "sub categories" as one."""
    return [f"sub{words[1]}", *words[2:]] if words[:1] == ["sub"] and len(words) > 1 else words


def _parted(word: str) -> list[str]:
    """A word, and the words of one that is written as "AircraftType"."""
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", word) if _CAMEL.search(word) else [word]


def column(wholes: Wholes, view: View, relation: int, limit: int, deadline: Deadline) -> Along:
    """All facts of a relation (a handle of the view). Those of a compiled graph are kept: elsewhere they may be others by the next question.

    Raises:
        TooMany: it has more facts than `limit`.
    """
    key = view.relations[relation].id
    kept = wholes.columns.get(key) if isinstance(view, StoreView) else None
    if kept is not None:
        return kept
    stats = wholes.stats.get(key)
    if stats is not None and stats.facts > limit:
        raise TooMany(key)
    out = whole.along(wholes.graph, view, relation, limit, deadline=deadline)
    if out.count > limit:
        raise TooMany(key)
    if isinstance(view, StoreView):
        with wholes.lock:
            wholes.columns[key] = out
            while sum(len(one.facts) for one in wholes.columns.values()) > KEPT and len(wholes.columns) > 1:
                del wholes.columns[next(iter(wholes.columns))]  # the one that was read first
    return out


def of_type(wholes: Wholes, view: View, name: str, limit: int, deadline: Deadline) -> NDArray[Any]:
    """The handles of all things of a type.

    Raises:
        TooMany: there are more than `limit`.
    """
    if wholes.counts.get(name, 0) > limit:
        raise TooMany(name)
    found = whole.of_type(wholes.graph, view, name, limit, deadline=deadline)
    if found.count > limit:
        raise TooMany(name)
    return np.asarray(found.nodes, np.int64)


def of_kind(run: Run, kind: Any) -> NDArray[Any]:
    """All things of a kind: the name of a type, or the handle of what things are said to be.

    Raises:
        TooMany: there are more than may be read.
    """
    if isinstance(kind, str):
        return of_type(run.wholes, run.view, kind, run.retriever.limits.members, run.deadline)
    return of_class(run, kind)[0]


def of_class(run: Run, handle: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """All things that a relation says to be of a kind, or of one below it; and the facts that say so.

    Raises:
        TooMany: there are more than may be read.
    """
    wholes, view, limit = run.wholes, run.view, run.retriever.limits.members
    relations = run.steps.handles(view.relations)
    kinds, none = np.array([handle], np.int64), np.zeros(0, np.int64)
    facts = [none]
    for _ in range(_DEEPEST):
        more = [_entering(view, kinds, relations[name], limit) for name in sorted(wholes.above) if name in relations]
        grown = distinct(np.concatenate([kinds, *(one for one, _ in more)]))
        facts = [fact for _, fact in more] or facts
        if len(grown) == len(kinds):
            break
        kinds = grown
    found = [_entering(view, kinds, relations[name], limit) for name in sorted(wholes.classes) if name in relations]
    members = distinct(np.concatenate([none, *(one for one, _ in found)]))
    if len(members) > limit:
        raise TooMany(str(handle))
    return members, np.concatenate([none, *(fact for _, fact in found), *facts])


def _entering(view: View, nodes: NDArray[Any], relation: int, limit: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """What leads to any of the nodes by a relation, and the facts: no more than `limit` of all of them together, read in parts."""
    nodes = by_key(view, nodes)
    starts: list[NDArray[Any]] = [np.zeros(0, np.int64)]
    facts: list[NDArray[Any]] = [np.zeros(0, np.int64)]
    left = limit
    for first in range(0, len(nodes), _AT_ONCE):
        some = nodes[first : first + _AT_ONCE]
        edges = view.edges(some, np.full(len(some), relation), np.ones(len(some), np.int64), limit)
        left -= len(edges.fact)
        if edges.truncated.any() or left < 0:
            raise TooMany(view.relations[relation].id)
        starts.append(edges.neighbour)
        facts.append(edges.fact)
    return np.concatenate(starts), np.concatenate(facts)
