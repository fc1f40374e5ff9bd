"""How the nodes and edges of a networkx graph read as entities, literals and facts.

Shared by everything that holds data in networkx's form: a graph walked live, and the readers of networkx objects, GraphML
and node-link JSON. So the same options mean the same facts, walked or compiled.

- A node's key is its id (`id=` names an attribute that holds it instead). A node that is a `kgllm.Literal` is a literal.
- `name`, `aliases` and `types` come from attributes; every other attribute is a fact with a literal, a list one for each value. So is one
  that an option names for aliases or types (`aliases="ticker"`), since people ask for it, too; but a list of aliases is just names.
- A dict is a part of its node or edge: its keys follow with a dot ("stats.hp"). A dict in a list, where keys would mix, is its JSON.
- An edge is a fact; its relation is an attribute, the edge's key, or what a function says. Its other attributes are qualifiers.
- None, NaN and "" are missing values: no fact.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias

from kgllm.errors import ConfigError, GraphError, WrongTypeError, shorten
from kgllm.graphs.base import Record, sort_key
from kgllm.graphs.wordings import NONE, Wordings
from kgllm.types import Entity, Fact, Key, Literal, Node, Relation

Which: TypeAlias = "str | Sequence[str]"
"""An attribute, or several of which the first that is there counts."""

RelationOf: TypeAlias = "str | Callable[[Any, Any, Any, Mapping[str, Any]], str | Relation]"

_NAMES = {"name": ("name", "label"), "aliases": ("aliases", "alias"), "types": ("types", "type")}
_SURROGATES = re.compile("[\ud800-\udfff]")
_DATES = (datetime.date, datetime.time)
_DEEPEST = 32  # levels of dicts in dicts
_BIGGEST = 2**63 - 1
_BITS = 4096  # of a literal's number: Python refuses to write one of more than 4,300 digits


@dataclass(frozen=True, kw_only=True)
class Attributes:
    """Which attributes mean what.

    relation: the edge attribute that holds the relation (a text or a `Relation`); "key" for the keys of a multigraph; or a
    function of (subject, object, key, attributes). None: the attribute "relation", or else a multigraph's textual key.
    id, name, aliases, types: node attributes; `id` may also be a function of the node ("id=str" makes texts of tuples).
    source: the edge attribute that says where a fact was read.
    A node whose attribute "named" is False only joins others (an event, a compound value) and is never linked.

    >>> Attributes(name="title").entity("m1", {"title": "Alien", "year": 1979})
    Entity(id='m1', name='Alien', aliases=(), types=(), named=True)
    """

    relation: RelationOf | None = None
    id: str | Callable[[Any], Key] | None = None
    name: Which | None = None
    aliases: Which | None = None
    types: Which | None = None
    source: str | None = None
    wordings: Wordings = NONE

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if (
                value is None
                or isinstance(value, Wordings)
                or (isinstance(value, str) and value)
                or (callable(value) and field.name in ("relation", "id"))
            ):
                continue
            if field.name in _NAMES and isinstance(value, (list, tuple)) and value and all(isinstance(one, str) for one in value):
                continue
            raise WrongTypeError(f"{field.name} must be the name of an attribute, not {shorten(value)}")

    @cached_property
    def _which(self) -> dict[str, tuple[str, ...]]:
        return {name: _several(getattr(self, name), usual) for name, usual in _NAMES.items()}

    @cached_property
    def _not_properties(self) -> set[str]:
        own_id = {self.id} if isinstance(self.id, str) else set()
        own = {one for what in ("aliases", "types") for one in self._which[what] if one in _NAMES[what]}
        return {"named", *own_id, *self._which["name"], *own}

    def key(self, node: Any, data: Mapping[str, Any]) -> Key:
        """The id of a node's entity.

        Raises:
            ConfigError: not a text or a whole number of at most 64 bits.
        """
        if self.id is None:
            value = node
        elif isinstance(self.id, str):
            if self.id not in data:
                raise ConfigError(f"the node {shorten(node)} has no attribute {self.id!r}, which holds the ids")
            value = data[self.id]
        else:
            value = self.id(node)
        value = unboxed(value)
        if isinstance(value, str) and not _SURROGATES.search(value):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _BIGGEST:
            return value
        raise ConfigError(
            f"a node's id must be valid text or a whole number of 64 bits, not {shorten(value)}",
            hint="id=str makes a text of every node; id=… may also name an attribute",
        )

    def node(self, node: Any, data: Mapping[str, Any]) -> Node:
        """The entity of a node, or the node itself where it is a literal."""
        return node if isinstance(node, Literal) else self.entity(node, data)

    def entity(self, node: Any, data: Mapping[str, Any]) -> Entity:
        """The entity of a node, with its name, aliases and types."""
        if not data:
            return Entity(self.key(node, data))
        which = self._which
        names = next((found for one in which["name"] if (found := _texts(data.get(one)))), ())
        aliases = [text for one in which["aliases"] for text in _texts(data.get(one))]
        types = dict.fromkeys(text for one in which["types"] for text in _texts(data.get(one)))
        others = dict.fromkeys(text for text in (*names[1:], *aliases) if text not in names[:1])
        return Entity(self.key(node, data), names[0] if names else "", tuple(others), tuple(types), data.get("named") is not False)

    def properties(self, node: Any, data: Mapping[str, Any]) -> Iterator[tuple[Relation, Literal]]:
        """Every other attribute of a node, each value once."""
        for attribute, value in _flat(data, node, self._not_properties):
            listed = isinstance(value, (list, tuple, set, frozenset)) and attribute in self._which["aliases"]
            if attribute not in self._not_properties and not listed:
                for literal in dict.fromkeys(_literals(attribute, value, node)):
                    yield self.wordings.of(Relation(attribute)), literal

    def relation_of(self, subject: Any, object: Any, key: Any, data: Mapping[str, Any]) -> Relation:
        """The relation of an edge. `key` is None where the graph has no parallel edges.

        Raises:
            GraphError: the edge says none.
        """
        how = self.relation
        if how is None:
            value = data.get("relation")
            if not value and isinstance(key, str):
                value = key
        elif callable(how):
            value = how(subject, object, key, data)
        else:
            value = key if how == "key" else data.get(how)
        if isinstance(value, Relation):
            return self.wordings.of(value)
        if isinstance(value, str) and value:
            return self.wordings.of(Relation(value))
        raise GraphError(
            f"the edge {shorten(subject)} → {shorten(object)} says no relation: {shorten(value)}; "
            f"it has the attributes {shorten(sorted(map(str, data)))} and the key {shorten(key)}",
            hint=_how_to_say(data),
        )

    def qualifiers(self, data: Mapping[str, Any]) -> tuple[tuple[Relation, Node], ...]:
        """An edge's attributes but its relation and source, ordered by relation id, then value."""
        told = "relation" if self.relation is None else self.relation
        found = [
            (self.wordings.of(Relation(attribute)), value)
            for attribute, values in _flat(data, "an edge", ())
            if attribute != told and attribute != self.source
            for value in dict.fromkeys(_literals(attribute, values, "an edge", entities=True))
        ]
        return tuple(sorted(found, key=lambda one: (one[0].id, sort_key(one[1]))))

    def sources(self, data: Mapping[str, Any]) -> tuple[str, ...]:
        """Where an edge was read."""
        return _texts(data.get(self.source)) if self.source else ()

    def check(self, nodes: Iterator[Mapping[str, Any]]) -> None:
        """Refuse an option that names an attribute which no node has.

        Raises:
            ConfigError: as said, with the attributes that there are.
        """
        asked = {field: _several(getattr(self, field), ()) for field in _NAMES}
        missing = {field for field, ones in asked.items() if ones}
        seen: dict[str, None] = {}
        for data in nodes:
            if not missing:
                return
            missing -= {field for field in missing if any(one in data for one in asked[field])}
            if len(seen) < 20:
                seen.update(dict.fromkeys(map(str, data)))
        if missing and seen:
            field = min(missing)
            raise ConfigError(f"{field}={getattr(self, field)!r}: no node has this attribute; there are {sorted(seen)}")


def records(graph: Any, attributes: Attributes) -> Iterator[Record]:
    """Everything that a networkx graph of any class says: its entities first, each with its properties, then its edges.

    An undirected edge is one fact, from the end whose key is smaller.
    """
    attributes.check(data for _, data in graph.nodes(data=True))
    known: dict[Any, Node] = {}
    for node, data in graph.nodes(data=True):
        known[node] = entity = attributes.node(node, data)
        if isinstance(entity, Entity):
            yield Record(entity=entity)
            for relation, value in attributes.properties(node, data):
                yield Record(fact=Fact(entity, relation, value))
    keyed = graph.edges(keys=True, data=True) if graph.is_multigraph() else ((u, v, None, data) for u, v, data in graph.edges(data=True))
    for one, other, key, data in keyed:
        if not graph.is_directed() and first_end(sort_key(known[other]), other) < first_end(sort_key(known[one]), one):
            one, other = other, one
        yield Record(fact=edge_fact(attributes, (one, other, key, data), known[one], known[other]))


def first_end(key: tuple[int, str, str, str], node: Any) -> tuple[Any, ...]:
    """What decides which end of an undirected edge is the subject: the smaller key; 1 and "1" are told apart by their type."""
    return (*key, type(node).__name__)


def edge_fact(attributes: Attributes, edge: tuple[Any, Any, Any, Mapping[str, Any]], subject: Node, object: Node) -> Fact:
    """The fact of an edge (subject, object, key, data) between two nodes that are already entities or literals."""
    if isinstance(subject, Literal):
        raise GraphError(f"an edge leaves the literal {shorten(subject.name)}", hint="literals end facts; turn the edge round")
    return Fact(subject, attributes.relation_of(*edge), object, attributes.qualifiers(edge[3]), attributes.sources(edge[3]))


def literal(value: Any) -> Literal | None:
    """A Python value as a literal; None for a missing value.

    >>> literal(1979)
    Literal(name='1979', value=1979, datatype=None, language=None)

    Raises:
        WrongTypeError: not a text, number, truth value, date or time.
    """
    if isinstance(value, Literal):
        return value
    value = unboxed(value)
    if value is None or (isinstance(value, str) and not value) or _is_no_value(value):
        return None
    if isinstance(value, str):
        return Literal(_SURROGATES.sub("\ufffd", value))
    if isinstance(value, bool):
        return Literal("true" if value else "false", value)
    if isinstance(value, float) or (isinstance(value, int) and value.bit_length() <= _BITS):
        return Literal(repr(value), value)
    if isinstance(value, Decimal) and not value.is_nan():
        return Literal(str(value), value)
    if isinstance(value, _DATES):
        return Literal(value.isoformat(), value)
    raise WrongTypeError(
        f"a value must be text, a number, a truth value, a date or a time, not {shorten(value)}",
        hint="make text or several values of it, or leave it out of what is loaded",
    )


def unboxed(value: Any) -> Any:
    """A scalar of numpy, or a timestamp of pandas, as Python's own; anything else as it is.

    >>> import numpy as np
    >>> unboxed(np.int64(3)), unboxed("x")
    (3, 'x')
    """
    if hasattr(value, "dtype") and hasattr(value, "item") and not getattr(value, "shape", ()):
        return value.item()
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") and value == value else value  # noqa: PLR0124  # NaT


def _is_no_value(value: Any) -> bool:
    """NaN, and what pandas has for it (NA, NaT)."""
    return (isinstance(value, float) and math.isnan(value)) or type(value).__name__ in ("NAType", "NaTType")


def _how_to_say(data: Mapping[str, Any]) -> str:
    """How the relation of an edge like this one may be told to kgllm."""
    texts = [str(name) for name, value in data.items() if isinstance(value, str) and value]
    if texts:
        return f'relation="{texts[0]}" takes that attribute; relation="key" takes the keys; a function of (subject, object, key, attributes) may do more'
    return 'relation="…" names the attribute; relation="key" takes the keys; relation=lambda *edge: "knows" calls every edge the same'


def _literals(attribute: Any, values: Any, where: Any, *, entities: bool = False) -> Iterator[Any]:
    if not isinstance(attribute, str) or not attribute:
        raise ConfigError(f"an attribute's name must be text, not {shorten(attribute)} (of {shorten(where)})")
    try:
        for value in _values(values):
            found = value if entities and isinstance(value, Entity) else literal(value)
            if found is not None:
                yield found
    except WrongTypeError as error:
        raise WrongTypeError(f"{shorten(where)}, attribute {attribute!r}: {error.args[0]}", hint=error.hint) from None


def _flat(data: Mapping[Any, Any], where: Any, whole: Collection[str]) -> Iterator[tuple[Any, Any]]:
    """Attributes, those of a dict among them each by its own. whole: those that are none of these, whatever they hold."""
    if not any(isinstance(value, Mapping) for value in data.values()):
        yield from data.items()
        return
    for attribute, value in data.items():
        yield from [(attribute, value)] if attribute in whole else _parts(attribute, value, where, 0)


def _parts(attribute: Any, value: Any, where: Any, depth: int) -> Iterator[tuple[Any, Any]]:
    if not isinstance(value, Mapping):
        yield attribute, value
        return
    if depth > _DEEPEST:
        raise WrongTypeError(f"{shorten(where)}, attribute {shorten(attribute)}: nested deeper than {_DEEPEST} levels")
    for key, part in value.items():
        yield from _parts(f"{attribute}.{key}", part, where, depth + 1)


def _several(which: Which | None, usual: tuple[str, ...]) -> tuple[str, ...]:
    if which is None:
        return usual
    return (which,) if isinstance(which, str) else tuple(which)


def _values(value: Any) -> Sequence[Any]:
    if isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value):
        return [_json(one) if isinstance(one, Mapping) else one for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return value if isinstance(value, (list, tuple)) else (value,)


def _json(one: Mapping[Any, Any]) -> str:
    try:
        return json.dumps(one, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError) as error:  # a key that is no text, an object within itself
        raise WrongTypeError(f"an object in a list that JSON cannot hold: {error}", hint="make its keys texts, or leave it out") from None


def _texts(value: Any) -> tuple[str, ...]:
    values = list(value.values()) if isinstance(value, Mapping) else _values(value)  # {"en": "Alien", "zh": "异形"}
    return tuple(str(one) for one in map(literal, values) if one is not None)
