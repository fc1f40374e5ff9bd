"""What a graph holds, at a glance: totals, types, relations with a fact of each, and what its reader had to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kgllm.display import visible
from kgllm.errors import WrongTypeError, shorten
from kgllm.graphs.base import Graph, RelationStats, Schema, view_of
from kgllm.types import Entity, Fact

RELATIONS, TYPES = 50, 20
"""Shown of each, the commonest first; the others are counted."""
_DRAWN = 500  # facts among which examples are looked for; what is rarer is looked up
_RARE = 5_000  # facts of a relation that is looked up
_SHORT = 100  # characters of a fact that reads well
_SHOWN = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A graph's schema, a fact of each relation by the relation's id, and the reader's notes; aliases: of all
    entities, where the graph is compiled, and not changed. Printed it is a text of some lines, and at
    the end of a notebook's cell tables."""

    schema: Schema
    examples: Mapping[str, Fact]
    notes: tuple[str, ...] = ()
    aliases: int = 0

    @property
    def totals(self) -> str:
        """How much there is, on one line."""
        schema = self.schema
        counted = (
            (schema.facts, "fact", "facts"),
            (schema.entities, "entity", "entities"),
            (schema.literals, "literal", "literals"),
            (len(schema.relations), "relation", "relations"),
        )
        return ", ".join(f"{count:,} {one if count == 1 else several}" for count, one, several in counted)

    def relations(self) -> list[RelationStats]:
        """The commonest relations, most facts first."""
        return sorted(self.schema.relations, key=lambda one: (-one.facts, one.relation.id))[:RELATIONS]

    def types(self) -> list[tuple[str, int]]:
        """The commonest types with their number of things."""
        return sorted(self.schema.types, key=lambda one: (-one[1], one[0]))[:TYPES]

    def lines(self) -> Iterator[str]:
        """The lines of the text."""
        schema = self.schema
        yield self.totals
        if self.aliases:
            yield f"{self.aliases:,} alias{'es' if self.aliases > 1 else ''} of entities"
        wide = (
            max((len(f"{count:,}") for count in (*(one.facts for one in schema.relations), *(n for _, n in schema.types))), default=0) + 2
        )
        if schema.types:
            yield "types"
            yield from (f"{count:>{wide},}  {visible(name, _SHOWN)}" for name, count in self.types())
            yield from _more(len(schema.types), "types", TYPES)
        yield "relations, each with a fact" if self.examples else "relations"
        for one in self.relations():
            example = self.examples.get(one.relation.id)
            told = "" if example is None else f": {visible(example, _SHOWN)}"
            yield f"{one.facts:>{wide},}  {visible(one.relation.name, _SHOWN)}{f' ({visible(one.ends, _SHOWN)})' if one.ends else ''}{told}"
        yield from _more(len(schema.relations), "relations", RELATIONS)
        if self.notes:
            yield "notes of the reader"
            yield from (f"  {visible(note)}" for note in self.notes)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__  # at a prompt, too

    def _repr_html_(self) -> str:
        from kgllm.viz import overview_html

        return overview_html(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        from kgllm.jsonable import jsonable

        return dict(jsonable(self))


def overview(graph: Graph) -> Overview:
    """What a graph holds, on any backend: print it after `kgllm.load`, to see whether the source was read as it is meant.

    >>> import kgllm
    >>> cities = [{"name": "Lyon", "country": "FR", "founded": -43}, {"name": "Oslo", "country": "XX"}]
    >>> countries = [{"code": "FR", "name": "France"}]
    >>> tables = {"cities": cities, "countries": countries}
    >>> print(overview(kgllm.load(tables, key=["cities.name", "countries.code"], name="name", refers={"country": "countries"})))
    4 facts, 3 entities, 3 literals, 3 relations
    1 alias of entities
    types
      2  cities
      1  countries
    relations, each with a fact
      2  country (cities → countries): Lyon — country → France
      1  code (countries → str): France — code → FR
      1  founded (cities → int): Lyon — founded → -43
    notes of the reader
      cities: 1 of 2 values of 'country' is no row of 'countries' ('XX')
    """
    if not isinstance(graph, Graph):
        raise WrongTypeError(f"graph must be a kgllm graph, not {shorten(graph)}", hint="kgllm.overview(kgllm.load(source))")
    found = Overview(schema=graph.schema(), examples={}, notes=tuple(getattr(graph, "notes", ())), aliases=_aliases(graph))
    return replace(found, examples=_examples(graph, found.relations()))


def _aliases(graph: Graph) -> int:
    """How many other names the entities of a compiled graph have."""
    view = getattr(graph, "view", None)
    store = getattr(view(), "store", None) if callable(view) else None
    return 0 if store is None else len(store.aliases.values)


def _more(count: int, what: str, most: int) -> list[str]:
    return [f"  and {count - most:,} more {what}"] if count > most else []


def _examples(graph: Graph, relations: list[RelationStats]) -> dict[str, Fact]:
    """A fact of each: of those drawn at random one that reads well, and what is too rare to be drawn is looked up."""
    of_things = {one.relation.id for one in relations if not one.literal}
    found: dict[str, Fact] = {}
    for fact in graph.sample(_DRAWN):
        known = found.get(fact.relation.id)
        if known is None or _reads_well(fact, of_things) > _reads_well(known, of_things):
            found[fact.relation.id] = fact
    missing = [one for one in relations if one.relation.id not in found and one.facts <= _RARE]
    view = view_of(graph)
    along = getattr(view, "along", None)
    if missing and along is not None:
        place = {relation.id: handle for handle, relation in enumerate(view.relations)}
        for one in missing:
            some = along(place[one.relation.id], one.facts) if one.relation.id in place else None
            if some is not None and len(some.facts):
                found[one.relation.id] = view.facts(some.facts[:1])[0]
    return {one.relation.id: found[one.relation.id] for one in relations if one.relation.id in found}


def _reads_well(fact: Fact, of_things: set[str]) -> bool:
    """Whether a fact shows what its relation is for: of things that have names, where it leads to things, and not too long."""
    ends = (fact.subject, fact.object)
    things = isinstance(fact.object, Entity) or fact.relation.id not in of_things
    return things and all(end.named for end in ends if isinstance(end, Entity)) and len(str(fact)) <= _SHORT
