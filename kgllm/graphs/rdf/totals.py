"""What a whole RDF store holds, counted in one pass by subject: its schema, its entities and literals, where its facts are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from kgllm.graphs.base import Schema
from kgllm.graphs.rdf.terms import Term
from kgllm.graphs.rdf.walk import Walk
from kgllm.graphs.tally import Tally, commonest
from kgllm.types import Entity, Literal


@dataclass(frozen=True)
class Totals:
    """The schema; the terms of all entities by key; the facts out of them up to and with each; literals of facts and qualifiers."""

    schema: Schema
    entities: list[str]
    facts_before: list[int]
    literals: tuple[Literal, ...]


def count(walk: Walk) -> Totals:
    """Read every fact once, by subject."""
    tallies: dict[str, Tally] = {}
    entities: dict[str, None] = dict.fromkeys(walk.vocabulary.described(walk.qualified.spoken_for))
    literals: dict[Literal, None] = {}
    out: dict[str, int] = {}
    leaders = dict.fromkeys(walk.vocabulary.leader(term) for term in walk.terms if isinstance(term, str))
    for term in sorted(leaders, key=walk.key):
        facts = 0
        for bundle in walk.out(term).values():
            tally = tallies.setdefault(bundle.relation.id, Tally(bundle.relation))
            types = _types(walk, term)
            for end, qualifiers, _ in bundle.rows:
                tally.add(term, types, end)
                for one in (end, *(value for _, value in qualifiers)):
                    if isinstance(one, Literal):
                        literals[one] = None
                if isinstance(end, str):
                    entities[end] = None
                for _, value in qualifiers:
                    if isinstance(value, Entity):
                        entities[str(walk.place(value))] = None
            facts += len(bundle.rows)
        if facts:
            entities[term] = None
            out[term] = facts
    ordered = sorted(entities, key=walk.key)
    before = list(accumulate(out.get(term, 0) for term in ordered))
    relations = tuple(tallies[one].stats(lambda end: _types(walk, end)) for one in sorted(tallies))
    kinds = Counter(kind for term in ordered for kind in _types(walk, term))
    schema = Schema(relations, commonest(kinds), len(ordered), len(literals), before[-1] if before else 0)
    return Totals(schema, ordered, before, tuple(sorted(literals, key=walk.key)))


def _types(walk: Walk, term: Term) -> tuple[str, ...]:
    if isinstance(term, Literal):
        return (type(term.value).__name__,)
    return walk.vocabulary.names.types_of(walk.vocabulary.members(term))
