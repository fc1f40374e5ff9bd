"""What an endpoint's whole graph holds, read once: its shape, names, totals, and how many facts leave each node.

Names and counts are held in memory, facts are not. What changes behind the endpoint is walked as it is; names and totals follow
when the graph is surveyed anew (`SparqlGraph.refresh`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError, GraphError
from kgllm.graphs.base import RelationStats, Schema, sort_key
from kgllm.graphs.rdf import texts
from kgllm.graphs.rdf.client import Found, Raw, Rows
from kgllm.graphs.rdf.names import NO_TYPES, OF_PROPERTIES, SAME, SUBCLASS, Names, predicates, wikibase_role
from kgllm.graphs.rdf.structure import RANK
from kgllm.graphs.rdf.terms import FIRST, PARTS, RDF, REIFIES, REST, Stated, Term, written_as
from kgllm.graphs.rdf.texts import Shape
from kgllm.graphs.rdf.write import can_be_written
from kgllm.graphs.tally import commonest
from kgllm.types import Entity, Literal

if TYPE_CHECKING:
    from kgllm.graphs.rdf.folding import Folded

Ask = Callable[[str], Rows]

_PAGE = 200_000
HUB = 20_000  # facts; a server counts those of a hub one by one, for as long as a whole question takes: so once, here
_MOST_PREDICATES = 100_000
_MOST = 5_000_000  # nodes and literals of a graph that is walked live
_HOLDING = frozenset((f"{RDF}Statement", f"{RDF}List", "http://wikiba.se/ontology#Statement", "http://wikiba.se/ontology#BestRank"))


@dataclass
class Survey:
    """Everything that is known of a graph without asking for facts. Terms of blank nodes are labels of the endpoint."""

    shape: Shape
    names: Names
    predicates: frozenset[str]
    schema: Schema
    entities: list[str]  # by key
    facts_before: list[int]  # facts out of the entities up to and with each
    literals: list[Literal]
    degrees: Mapping[Term, int]
    notes: tuple[str, ...]
    written: dict[Literal, dict[Raw, None]]  # how literals are written at the endpoint, where it is not as kgllm writes them
    hubs: dict[Term, dict[tuple[str, int], int]] = field(default_factory=dict)  # facts of nodes with very many, by (predicate, way)
    folded: Folded | None = None  # where owl:sameAs joins nodes into one
    terms: list[Term] = field(default_factory=list)  # entities, then literals: in the order of keys
    place: dict[Term, int] = field(default_factory=dict)  # of these
    known: set[str] = field(default_factory=set)  # nodes whose names were asked for
    _entities: dict[str, Entity] = field(default_factory=dict)

    def node(self, term: Term) -> Entity | Literal:
        """The entity or literal of a term."""
        if isinstance(term, Literal):
            return term
        found = self._entities.get(term)
        if found is None:
            found = self._entities[term] = self.names.entity(term)
        return found

    @cached_property
    def of_type(self) -> dict[str, list[int]]:
        """The places of the entities of each type."""
        found: dict[str, list[int]] = {}
        for place, term in enumerate(self.entities):
            for kind in self.names.types_of(self.names.members.get(term, (term,))):
                found.setdefault(kind, []).append(place)
        return found

    def note(self, found: Found) -> Term:
        """A term as it came, its writing kept where that is not ours.

        Raises:
            GraphError: a statement where a node or a literal must be.
        """
        term = found.term
        if isinstance(term, Stated):
            raise GraphError("the endpoint gives a triple term where a node must be", hint="compile a dump of the graph instead")
        if found.raw is not None and isinstance(term, Literal) and tuple(found.raw) != written_as(term) and can_be_written(found.raw):
            self.written.setdefault(term, {})[found.raw] = None
        return term if self.folded is None or isinstance(term, Literal) else self.folded.leader(term)


def survey(ask: Ask, options: Mapping[str, Any]) -> Survey:
    """Read what there is.

    Raises:
        ConfigError: an option names a predicate that the graph does not have.
        GraphError: there is too much to be held, or what the endpoint answers.
    """
    from kgllm.graphs.rdf.folding import fold
    from kgllm.graphs.rdf.hop import fresh_counts, ways_more

    names = Names(options)
    shape, seen, notes = _shape(ask, names, options)
    for rows in (_all(ask, texts.naming, shape), _all(ask, texts.typing, shape)):
        for row in rows:
            subject, predicate = row["n"].term, row["p"].term
            if isinstance(subject, str) and isinstance(predicate, str):
                names.take(subject, predicate, row["o"].term, "the endpoint's graph")
    found = Survey(shape, names, seen, Schema((), (), 0, 0, 0), [], [], [], {}, notes, {})
    if shape.same:
        found.folded = fold(ask, found, ((row["n"].term, row["m"].term) for row in _all(ask, texts.sames, shape)))
    out: Counter[Term] = Counter()
    into: Counter[Term] = Counter()
    if found.folded is not None:
        for (subject, _, object), said in found.folded.facts.items():
            out[subject] += 1 - len(said)
            into[object] += 1 - len(said)
    for counter, text in ((out, texts.subjects), (into, texts.objects)):
        for row in _all(ask, text, shape):
            counter[found.note(row["n"])] += number_in(row["c"])
    inside: dict[Term, None] = {}
    extra: list[tuple[str, str, Term, int]] = []
    if shape.qualified:
        inside = dict.fromkeys(found.note(row["n"]) for row in _all(ask, texts.values, shape))
        extra = ways_more(ask, found, _all(ask, texts.several, shape))
        for subject, _, object, more in extra:
            out[subject] += more
            into[object] += more
    _fill(found, out, into, inside)
    found.hubs = fresh_counts(ask, found, [node for node, degree in found.degrees.items() if degree > HUB])
    found.schema = _schema(ask, found, extra)
    if names.wordings:
        names.wordings.check((stats.relation for stats in found.schema.relations), "the endpoint's graph")
    return found


def _shape(ask: Ask, names: Names, options: Mapping[str, Any]) -> tuple[Shape, frozenset[str], tuple[str, ...]]:
    rows = ask(texts.predicates(_MOST_PREDICATES))
    seen = frozenset(row["p"].term for row in rows if isinstance(row["p"].term, str))
    for option in ("name", "aliases", "types", "id"):
        for one in predicates(options, option, ()):
            if one not in seen:
                raise ConfigError(f"{option}={one!r}: nothing at the endpoint has this predicate", hint="give the whole IRI")
    shape = Shape(
        names=tuple(sorted(names.literals)),
        types=tuple(names.types),
        also=tuple(sorted(names.also)),
        graphs=any(number_in(row["named"]) for row in rows),
        same=SAME in seen and options.get("same_as", False),
        claims=(claims := _claims(seen)),
        qualifiers=tuple(sorted(one for one in seen if (wikibase_role(one) or ("",))[0] == "qualifier")) if claims else (),
        lists=REST in seen and FIRST in seen,
        reified=seen.issuperset(PARTS),
        stated=REIFIES in seen,
        about=not seen.isdisjoint(OF_PROPERTIES),
        classes=SUBCLASS in seen,
    )
    if shape.claims and shape.lists:
        raise GraphError("the endpoint's graph holds both lists and Wikibase's statement nodes", hint="compile a dump of the graph")
    if shape.same and shape.qualified:
        raise ConfigError(
            "same_as=True: the endpoint's graph also says things of statements, and both cannot be had from an endpoint",
            hint="compile a dump of the graph with same_as=True, or leave it out",
        )
    notes: tuple[str, ...] = ()
    if ask(texts.blank(shape)):
        kept = _keeps_labels(ask)
        shape = _with_blank(shape, "kept" if kept else "left out")
        if not kept:
            notes = (
                "this endpoint's blank nodes cannot be asked for again: facts that hold one are left out; compile a dump to have them",
            )
    return shape, seen, notes


def _claims(seen: frozenset[str]) -> tuple[tuple[str, str, str], ...]:
    """The claims of Wikibase: to a statement's node, from there to its value, the direct property."""
    if RANK not in seen:
        return ()
    roles = {one: role for one in sorted(seen) if (role := wikibase_role(one)) is not None}
    values = {direct: one for one, (role, direct) in roles.items() if role == "statement"}
    return tuple((one, values[direct], direct) for one, (role, direct) in roles.items() if role == "claim" and direct in values)


def _keeps_labels(ask: Ask) -> bool:
    try:
        return any("label" in row for row in ask(texts.label_of_blank()))
    except GraphError as error:
        if error.retryable:
            raise
        return False


def _with_blank(shape: Shape, blank: str) -> Shape:
    from dataclasses import replace

    return replace(shape, blank=blank)


def _all(ask: Ask, text: Callable[[Shape, int, int], str], shape: Shape) -> Iterator[dict[str, Found]]:
    """All rows of a text: at once where they are few, else in ordered pages."""
    rows = ask(text(shape, _PAGE + 1, -1))
    if len(rows) <= _PAGE:
        yield from rows
        return
    for offset in range(0, _MOST, _PAGE):
        rows = ask(text(shape, _PAGE, offset))
        yield from rows
        if len(rows) < _PAGE:
            return
    raise GraphError(
        f"the endpoint's graph has more than {_MOST:,} names, nodes or values", hint="compile a dump of it: kgllm.compile(path, folder)"
    )


def _fill(found: Survey, out: Counter[Term], into: Counter[Term], inside: Iterable[Term]) -> None:
    names, known = found.names, dict.fromkeys((*out, *into, *inside))
    entities = {term: None for term in known if isinstance(term, str)}
    for node in names.described():
        is_property = node in found.predicates or node in names.properties
        if not is_property and names.classes_of(node).isdisjoint(_HOLDING) and (node[:2] != "_:" or found.shape.blank == "kept"):
            entities[node if found.folded is None else found.folded.leader(node)] = None
    found.entities = sorted(entities, key=lambda term: str(names.key(term)))
    found.known = set(entities)
    found.facts_before = list(accumulate(out[term] for term in found.entities))
    found.literals = sorted((term for term in known if isinstance(term, Literal)), key=sort_key)
    found.terms = [*found.entities, *found.literals]
    found.place = {term: i for i, term in enumerate(found.terms)}
    found.degrees = out + into


def _schema(ask: Ask, found: Survey, extra: Iterable[tuple[str, str, Term, int]]) -> Schema:
    names, shape = found.names, found.shape
    more = Counter[str]()
    for _, predicate, _, number in extra:
        more[predicate] += number
    sides: dict[str, dict[str, Counter[str]]] = {"?s": {}, "?o": {}}
    for end, counters in sides.items():
        for row in ask(texts.ends(shape, end)):
            kind = row["c"].term
            if isinstance(kind, str) and kind[:2] != "_:" and kind not in NO_TYPES:
                counters.setdefault(str(row["p"].term), Counter())[names.class_name(kind)] += number_in(row["n"])
    for row in ask(texts.datatypes(shape)):
        one = row["one"].term
        kind = type(one.value).__name__ if isinstance(one, Literal) else "str"
        sides["?o"].setdefault(str(row["p"].term), Counter())[kind] += number_in(row["n"])
    stats = []
    for row in ask(texts.totals(shape)):
        if "p" not in row:  # the one group of no facts
            continue
        predicate = str(row["p"].term)
        facts, subjects, objects, literals = (number_in(row[name]) for name in ("facts", "subjects", "objects", "literals"))
        literal = literals == facts
        if found.folded is not None:
            facts, subjects, objects = found.folded.counted(predicate, facts, subjects, objects)
            for end, way in (("?s", 0), ("?o", 1)):
                found.folded.retype(names, predicate, way, sides[end].setdefault(predicate, Counter()))
        domain, range_ = (commonest(sides[end].get(predicate, Counter())) for end in sides)
        relation = names.relation(predicate)
        stats.append(RelationStats(relation, facts + more[predicate], subjects, objects, domain, range_, literal))
    stats.sort(key=lambda one: one.relation.id)
    types = Counter(kind for term in found.entities for kind in names.types_of(names.members.get(term, (term,))))
    total = found.facts_before[-1] if found.facts_before else 0
    return Schema(tuple(stats), commonest(types), len(found.entities), len(found.literals), total)


def number_in(found: Found) -> int:
    term = found.term
    if isinstance(term, Literal):
        try:
            return int(term.name)
        except ValueError:
            pass
    raise GraphError("the endpoint counts with something that is no number")
