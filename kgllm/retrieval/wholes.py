"""Whole kinds of things and whole relations, read from a graph within a limit: columns on a compiled one, pieces of a scan elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import distinct
from kgllm.graphs.deltaview import DeltaView
from kgllm.graphs.store import last_at_most, owners
from kgllm.graphs.storeview import StoreView
from kgllm.limits import Deadline
from kgllm.types import Entity, Fact, Node, Relation
from kgllm.words import is_han, lexicon, relation_words, singular, stem, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.graphs.base import Graph, View

_PAGE = 5000
_LONGEST_NOUN = 5  # words of a kind's name that a question is searched for
_SUBCLASS = frozenset(("subclass", "subtype", "subcategory", "hyponym"))
_SUBCLASS_HAN = ("子类", "上级类", "上位")
_DEEPEST = 8  # classes above classes
_MOST_OF_NAME = 0.6  # a word that carries more of a relation's name says what it is
KEPT = 2_000_000  # facts whose columns are kept: some 48 MB


class TooMany(Exception):
    """More things, or facts, than may be read for one question."""


@dataclass(frozen=True, slots=True)
class Column:
    """All facts of a relation: subjects, objects and facts as handles of a view."""

    subjects: NDArray[Any]
    objects: NDArray[Any]
    facts: NDArray[Any]


@dataclass(slots=True)
class Wholes:
    """What is known of the kinds of things in a graph, and the columns of relations read lately. Of one version of it; shared by threads."""

    graph: Graph
    types: dict[tuple[str, ...], str] = field(default_factory=dict)
    han_types: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()  # relations that lead from a thing to its kind
    above: frozenset[str] = frozenset()  # … and from a kind to one above it
    columns: dict[str, Column] = field(default_factory=dict)
    lock: Any = field(default_factory=Lock)

    @classmethod
    def of(cls, graph: Graph) -> Wholes:
        """Read from the schema."""
        schema, out = graph.schema(), cls(graph)
        out.counts = dict(schema.types)
        for name, _ in reversed(schema.types):
            out.types[tuple(noun_words(name))] = name
        out.han_types = tuple(sorted((name for name, _ in schema.types if is_han(name) and len(name) > 1), key=lambda name: -len(name)))
        families = {stats.relation.id: _class_of(stats.relation) for stats in schema.relations}
        out.classes = frozenset(name for name, kind in families.items() if kind == "class")
        out.above = frozenset(name for name, kind in families.items() if kind == "above")
        return out

    def named(self, words: list[str]) -> tuple[str, int] | None:
        """The type that the last of these words (singular, in small letters) name, and how many of them do."""
        for size in range(min(_LONGEST_NOUN, len(words)), 0, -1):
            found = self.types.get(tuple(words[-size:]))
            if found is not None:
                return found, size
        return None


def noun_words(name: str) -> list[str]:
    """The words of a kind's name, in the singular."""
    return [singular(token.word) for token in tokens(name.replace("_", " ")) if token.shape != "mark"]


def _class_of(relation: Relation) -> str:
    """Whether a relation leads to the kind of a thing ("class"), or from a kind to one above ("above")."""
    words = relation_words(relation.name)
    spoken = set(words.spoken)
    if spoken & _SUBCLASS or any(one in relation.name for one in _SUBCLASS_HAN):
        return "above"
    known = lexicon()
    families = set(known.by_phrase.get(tuple(stem(word) for word in words.spoken), ()))
    families |= {family for word, share in words.words if share > _MOST_OF_NAME for family in known.families_of(word)}
    return "class" if "class" in families or spoken & {"class", "type", "kind", "category"} else ""


def column(wholes: Wholes, view: View, relation: int, limit: int, deadline: Deadline) -> Column:
    """All facts of a relation (a handle of the view).

    Raises:
        TooMany: it has more facts than `limit`, or a graph that can only be read from one end to the other has.
    """
    key = view.relations[relation].id
    kept = wholes.columns.get(key) if isinstance(view, StoreView) else None
    if kept is not None:
        return kept
    stats = next((row for row in wholes.graph.schema().relations if row.relation.id == key), None)
    if stats is not None and stats.facts > limit:
        raise TooMany(key)
    if isinstance(view, StoreView):
        out = _stored(view, relation)
        with wholes.lock:
            wholes.columns[key] = out
            while sum(len(one.facts) for one in wholes.columns.values()) > KEPT and len(wholes.columns) > 1:
                del wholes.columns[next(iter(wholes.columns))]  # the one that was read first
        return out
    if isinstance(view, DeltaView):
        if view.entity_count > limit:
            raise TooMany(key)
        return _along(view, view.entities_at(np.arange(view.entity_count)), relation, limit)
    facts = [fact for fact in scanned(wholes.graph, limit, deadline) if isinstance(fact, Fact) and fact.relation.id == key]
    return _along(view, view.handles(list(dict.fromkeys(fact.subject for fact in facts))), relation, limit)


def _stored(view: StoreView, relation: int) -> Column:
    """From the columns of a store: groups of the relation, and the facts in them."""
    store = view.store
    groups = np.flatnonzero(store.out.relations == relation)
    first, last = store.out.starts[groups].astype(np.int64), store.out.starts[groups + 1].astype(np.int64)
    row = np.repeat(np.arange(len(groups)), last - first)
    facts = np.arange(len(row)) + (first - np.concatenate([[0], np.cumsum(last - first)[:-1]]).astype(np.int64))[row]
    subjects = last_at_most(store.out.node_groups, groups).astype(np.int64)[row]
    return Column(subjects, store.out.neighbours[facts].astype(np.int64), facts)


def _along(view: View, subjects: NDArray[Any], relation: int, limit: int) -> Column:
    subjects = distinct(subjects[subjects >= 0])
    edges = view.edges(subjects, np.full(len(subjects), relation), np.zeros(len(subjects), np.int64), limit)
    return Column(subjects[edges.row], edges.neighbour, edges.fact)


def scanned(graph: Graph, limit: int, deadline: Deadline, *, what: Any = "facts") -> list[Fact | Entity]:
    """Everything in a graph, in pieces.

    Raises:
        TooMany: there is more than `limit`.
    """
    schema = graph.schema()
    if (schema.facts if what == "facts" else schema.entities) > limit:
        raise TooMany(what)
    out: list[Fact | Entity] = []
    cursor: Any = None
    while True:
        deadline.check("retrieval")
        page = graph.scan(cursor, _PAGE, what=what)
        out += page.items
        cursor = page.cursor
        if cursor is None:
            return out


def of_type(wholes: Wholes, view: View, name: str, limit: int, deadline: Deadline) -> NDArray[Any]:
    """The handles of all things of a type.

    Raises:
        TooMany: there are more than `limit`.
    """
    if wholes.counts.get(name, 0) > limit:
        raise TooMany(name)
    if isinstance(view, StoreView):
        store = view.store
        words = np.unique(store.types.values)
        word = next((place for place in words.tolist() if store.words[place] == name), None)
        return np.zeros(0, np.int64) if word is None else owners(store.types.starts)[store.types.values == word].astype(np.int64)
    if isinstance(view, DeltaView):
        if view.entity_count > limit:
            raise TooMany(name)
        handles = view.entities_at(np.arange(view.entity_count))
        mine: list[bool] = [isinstance(node, Entity) and name in node.types for node in view.nodes(handles)]
        return handles[np.array(mine, np.bool_)]
    found: list[Node] = [
        one for one in scanned(wholes.graph, limit, deadline, what="entities") if isinstance(one, Entity) and name in one.types
    ]
    return view.handles(found)


def of_class(wholes: Wholes, view: View, handle: int, limit: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """All things that a relation says to be of a kind, or of one below it; and the facts that say so.

    Raises:
        TooMany: there are more than `limit`.
    """
    relations = {relation.id: i for i, relation in enumerate(view.relations)}
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
    edges = view.edges(nodes, np.full(len(nodes), relation), np.ones(len(nodes), np.int64), limit)
    if edges.truncated.any():
        raise TooMany(view.relations[relation].id)
    return edges.neighbour, edges.fact
