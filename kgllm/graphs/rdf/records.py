"""The entities and facts of RDF statements, on their way into a graph.

Statements are read twice or thrice: for the vocabulary, for what qualifies statements (where any does), and for the facts; so
no more than the vocabulary is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from kgllm.graphs.base import Record, Triples
from kgllm.graphs.rdf.terms import Quad, Stated, Term, text_of
from kgllm.graphs.rdf.vocabulary import Meant, Reified, Vocabulary
from kgllm.graphs.readers.columns import BATCH, Rows
from kgllm.graphs.readers.notes import Notes
from kgllm.types import Entity, Fact, Literal, Node

Quads = Callable[[], Iterable[Quad]]


def records(quads: Quads, options: Mapping[str, Any], place: str, notes: Notes) -> Iterator[Record | Triples]:
    """The entities and facts of RDF statements, which `quads` gives as often as it is called, always in the same order."""
    vocabulary = Vocabulary(quads(), options, place)
    qualified = _reified(quads, vocabulary, place)
    described: set[str] = set()
    for node in vocabulary.described(qualified.spoken_for):
        described.add(node)
        yield Record(entity=vocabulary.names.entity(node))
    about, stray, related, rows = 0, 0, set(), Rows()
    flat = vocabulary.is_flat
    keys = _Keys(vocabulary)
    for subject, predicate, object, source, line in quads():
        if vocabulary.parts.is_part(subject):
            continue
        if vocabulary.says_nothing(predicate, object) or qualified.spoken_for(subject):
            stray += isinstance(object, Stated) and not qualified.spoken_for(subject)
            continue
        if vocabulary.is_about_property(subject, predicate):
            about += 1
            continue
        source = text_of(source)
        assert not isinstance(object, Stated)  # `says_nothing` of it
        plain = (Meant(subject, predicate, object),) if flat else ()
        for one in plain or vocabulary.facts(subject, predicate, object, qualified):
            if one.predicate not in related:
                related.add(one.predicate)
                yield Record(relation=vocabulary.names.relation(one.predicate))
            for end in (one.subject, one.object):
                if isinstance(end, str) and end not in described:
                    described.add(end)
                    yield Record(entity=vocabulary.names.entity(end))
            if isinstance(one.object, Literal) and not one.object.name.strip():
                notes.skip("an empty literal", f"{source}:{line}" if line else source)
                continue
            row = (keys[one.subject], text_of(one.predicate), keys[one.object] if isinstance(one.object, str) else None)
            if not one.qualifiers and one.sources is None and all(isinstance(part, str) for part in row):
                if rows.source != source or len(rows) == BATCH:
                    yield from rows.taken()
                    rows.source = source
                rows.add(row, line)  # type: ignore[arg-type]
            else:
                said = (f"{source}:{line}" if line else source,) if source else ()
                yield Record(fact=_fact(one, vocabulary, keys, said))
    yield from rows.taken()
    if about:
        notes.say(f"{about:,} statement{'s' * (about > 1)} about properties (domain, range, inverse …) are no facts of the graph")
    if long := vocabulary.names.told_long:
        notes.say(
            f"{len(long):,} propert{'ies are' if len(long) > 1 else 'y is'} labelled with a sentence, and called by the end of the IRI"
        )
    if stray:
        notes.say(f"{stray:,} triple term{'s' * (stray > 1)} of statements that nobody makes are no facts of the graph")


class _Keys(dict[str, Any]):
    """The id of each node, made once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._names = vocabulary.names

    def __missing__(self, node: str) -> Any:
        found = self[node] = self._names.key(node)
        return found


def _fact(one: Meant, vocabulary: Vocabulary, keys: _Keys, said: tuple[str, ...]) -> Fact:
    end: Node = Entity(keys[one.object]) if isinstance(one.object, str) else one.object
    sources = said if one.sources is None else one.sources
    return Fact(Entity(keys[one.subject]), vocabulary.names.relation(one.predicate), end, one.qualifiers, sources)


def _reified(quads: Quads, vocabulary: Vocabulary, place: str) -> Reified:
    """What qualifies statements, read in a pass of its own where there is any."""
    statements = vocabulary.structure.statements
    wanted = set(statements.values())
    said: dict[str, list[tuple[str, Term | Stated, str]]] = {node: [] for node in statements}
    made: set[Stated] = set()
    if statements:
        for subject, predicate, object, source, line in quads():
            if not isinstance(object, Stated) and (one := Stated(subject, predicate, object)) in wanted:
                made.add(one)
            if subject in said:
                said[subject].append((predicate, object, "" if line or source == place else source))
    return Reified(vocabulary, lambda node: said.get(node, ()), made.__contains__, bool)
