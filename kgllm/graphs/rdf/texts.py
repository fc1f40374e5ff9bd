"""Every SPARQL text that kgllm sends to an endpoint: a closed set, made of constants and of terms through one serialiser.

A `Shape` says what an endpoint's graph holds beyond plain statements; it is found once, and chooses the patterns. Of a question
only terms get into a text, as values (`kgllm.graphs.rdf.write.term`), never as syntax.

`FACT` binds ?s ?p ?o to every fact: statements that name, type or hold others together are none; the members of a list are a
fact each; what is said of a statement is no fact of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kgllm.graphs.rdf.names import BETWEEN_PROPERTIES, OF_PROPERTIES, PROPERTY_CLASSES, SAME, SUBCLASS
from kgllm.graphs.rdf.structure import DEPRECATED, RANK
from kgllm.graphs.rdf.terms import FIRST, NIL, PARTS, REIFIES, REST, TYPE
from kgllm.graphs.rdf.write import term

_LABEL = "http://jena.apache.org/ARQ/function#bnode"
_SUBJECT, _PREDICATE, _OBJECT = PARTS
_MEMBER = f"(<{REST}>*/<{FIRST}>)+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What there is in an endpoint's graph, and which predicates name and type things.

    blank: "none" there are, "kept" under labels that may be asked for again, or "left out".
    """

    names: tuple[str, ...]
    types: tuple[str, ...]
    also: tuple[str, ...] = ()  # predicates that name things, and are facts
    graphs: bool = False
    lists: bool = False
    reified: bool = False
    stated: bool = False
    about: bool = False
    classes: bool = False
    same: bool = False
    claims: tuple[tuple[str, str, str], ...] = ()  # of Wikibase: to a statement's node, from there to the value, the direct property
    qualifiers: tuple[str, ...] = ()  # of Wikibase's statement nodes
    blank: str = "none"

    @property
    def told(self) -> bool:
        """Whether something may be said of statements: their named graph, their qualifiers."""
        return self.graphs or self.qualified

    @property
    def qualified(self) -> bool:
        """Whether something may be said of statements but their named graph."""
        return self.reified or self.stated or bool(self.claims)

    @property
    def plain(self) -> bool:
        """Whether a statement is one fact or none, and comes once."""
        return not (self.told or self.lists or self.same)


def iris(several: Iterable[str]) -> str:
    """IRIs, one after the other."""
    return " ".join(map(term, several))


def _among(several: Iterable[str]) -> str:
    return "(" + ", ".join(map(term, several)) + ")"


def anywhere(shape: Shape, pattern: str, graph: str = "?g") -> str:
    """A pattern in the default graph, or in any one named graph."""
    return f"{{ {pattern} }} UNION {{ GRAPH {graph} {{ {pattern} }} }}" if shape.graphs else pattern


def key(shape: Shape, variable: str) -> str:
    """A variable's term, a blank node under the label by which the endpoint knows it."""
    if shape.blank != "kept":
        return variable
    return f'IF(isBlank({variable}), IRI(CONCAT("_:", <{_LABEL}>({variable}))), {variable})'


def member(shape: Shape, graph: str = "") -> str:
    """?s ?p ?o, and a list's members for the list; in one graph or anywhere."""

    def put(pattern: str) -> str:
        return f"GRAPH {graph} {{ {pattern} }}" if graph else anywhere(shape, pattern)

    if shape.claims:
        direct = f"FILTER(?p NOT IN {_among(claim for claim, _, _ in shape.claims)})"
        ranked = f"FILTER NOT EXISTS {{ {anywhere(shape, f'?s <{RANK}> ?wr .', '?g10')} }}"
        return f"{{ {put('?s ?p ?o .')} {direct} {ranked} }} UNION {{ {_claimed(shape, '?ws', put)} }}"
    if not shape.lists:
        return put("?s ?p ?o .")
    no_list = f"FILTER(?o != <{NIL}>) FILTER NOT EXISTS {{ {anywhere(shape, f'?o <{REST}> ?x1 .', '?g1')} }}"
    through = f"?s ?p ?l . FILTER(?p NOT IN (<{FIRST}>, <{REST}>)) ?l {_MEMBER} ?o ."
    return f"{{ {put('?s ?p ?o .')} {no_list} }} UNION {{ {put(through)} {no_list} }}"


def _claimed(shape: Shape, node: str, put: Callable[[str], str]) -> str:
    """?s ?p ?o by a statement's node of Wikibase that holds."""
    given = " ".join(f"({iris(one)})" for one in shape.claims)
    gone = anywhere(shape, f"{node} <{RANK}> <{DEPRECATED}> .", "?g11")
    return f"VALUES (?wc ?wv ?p) {{ {given} }} {put(f'?s ?wc {node} . {node} ?wv ?o .')} FILTER NOT EXISTS {{ {gone} }}"


def fact(shape: Shape, *, naming: bool = True) -> str:
    """The pattern of every fact: binds ?s ?p ?o. Without `naming` also what names and types things, where the asker tells that
    apart: on a hub the server takes half its time or more for that filter."""
    parts = [member(shape)]
    holding = [FIRST, REST] * shape.lists + [REIFIES] * shape.stated + [SAME] * shape.same
    if holding:
        parts.append(f"FILTER(?p NOT IN {_among(holding)})")
    if naming:
        parts.append(f'FILTER(IF(isLiteral(?o), ?p NOT IN {_among(shape.names)} && STR(?o) != "", ?p NOT IN {_among(shape.types)}))')
    if shape.about:
        parts.append(f"FILTER(?p NOT IN {_among(sorted(OF_PROPERTIES))} || !({_is_property(shape, '?s')}))")
    if shape.reified:
        made = anywhere(shape, "?ra ?rb ?rc .", "?g3")
        said = anywhere(shape, f"?s <{_SUBJECT}> ?ra ; <{_PREDICATE}> ?rb ; <{_OBJECT}> ?rc .", "?g2")
        parts.append(f"FILTER NOT EXISTS {{ {said} {made} }}")
    if shape.stated:
        made = anywhere(shape, "?ta ?tb ?tc .", "?g5")
        said = anywhere(shape, f"?s <{REIFIES}> <<( ?ta ?tb ?tc )>> .", "?g4")
        parts.append(f"FILTER NOT EXISTS {{ {said} {made} }}")
    if shape.blank == "left out":
        parts.append("FILTER(!isBlank(?s) && !isBlank(?o))")
    return " ".join(parts)


def _is_property(shape: Shape, node: str) -> str:
    between, classes = _among(sorted(BETWEEN_PROPERTIES)), _among(sorted(PROPERTY_CLASSES))
    used, typed = anywhere(shape, f"?y1 {node} ?y2 .", "?g6"), anywhere(shape, f"{node} <{TYPE}> ?y3 .", "?g7")
    beside = anywhere(shape, f"{{ {node} ?y4 ?y5 }} UNION {{ ?y5 ?y4 {node} }}", "?g8")
    return f"EXISTS {{ {used} }} || EXISTS {{ {typed} FILTER(?y3 IN {classes}) }} || EXISTS {{ {beside} FILTER(?y4 IN {between}) }}"


# --- what there is: asked once ---


def predicates(limit: int) -> str:
    """All predicates, and whether they are in a named graph."""
    return f"SELECT DISTINCT ?p ?named WHERE {{ {{ ?s ?p ?o BIND(0 AS ?named) }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} BIND(1 AS ?named) }} }} LIMIT {limit}"


def blank(shape: Shape) -> str:
    """A blank node that a fact may hold."""
    own = ", ".join(map(term, (_SUBJECT, _PREDICATE, _OBJECT, REIFIES, FIRST, REST)))
    return f"SELECT ?b WHERE {{ {anywhere(shape, '?s ?p ?o .')} BIND(IF(isBlank(?o), ?o, ?s) AS ?b) FILTER(isBlank(?b) && ?p NOT IN ({own})) }} LIMIT 1"


def label_of_blank() -> str:
    """The label of a blank node, by the function that Apache Jena has for it."""
    return f"SELECT (<{_LABEL}>(BNODE()) AS ?label) WHERE {{}}"


def naming(shape: Shape, limit: int, offset: int) -> str:
    """What names things: every label, alias and id."""
    at = key(shape, "?s")
    where = f"VALUES ?p {{ {iris(shape.names + shape.also)} }} {anywhere(shape, '?s ?p ?o .')} FILTER(isLiteral(?o))"
    return _paged(f"SELECT DISTINCT ({at} AS ?n) ?p ?o WHERE {{ {where} }}", "?n ?p ?o", limit, offset)


def typing(shape: Shape, limit: int, offset: int) -> str:
    """What types things, and what holds between classes and between properties."""
    at = key(shape, "?s")
    where = f"VALUES ?p {{ {iris((*shape.types, SUBCLASS, *sorted(BETWEEN_PROPERTIES)))} }} {anywhere(shape, '?s ?p ?o .')} FILTER(!isLiteral(?o))"
    return _paged(f"SELECT DISTINCT ({at} AS ?n) ?p ?o WHERE {{ {where} }}", "?n ?p ?o", limit, offset)


def sames(shape: Shape, limit: int, offset: int) -> str:
    """Pairs of nodes that owl:sameAs joins."""
    where = f"{anywhere(shape, f'?s <{SAME}> ?o .')} FILTER(!isLiteral(?o))"
    return _paged(f"SELECT DISTINCT ({key(shape, '?s')} AS ?n) ({key(shape, '?o')} AS ?m) WHERE {{ {where} }}", "?n ?m", limit, offset)


def subjects(shape: Shape, limit: int, offset: int) -> str:
    """Every node with facts out of it, and how many."""
    inner = fact(shape) if shape.plain else f"SELECT DISTINCT ?s ?p ?o WHERE {{ {fact(shape)} }}"
    return _paged(f"SELECT ({key(shape, '?s')} AS ?n) (COUNT(*) AS ?c) WHERE {{ {inner} }} GROUP BY ?s", "?n", limit, offset)


def objects(shape: Shape, limit: int, offset: int) -> str:
    """Every node and literal with facts into it, and how many."""
    inner = fact(shape) if shape.plain else f"SELECT DISTINCT ?s ?p ?o WHERE {{ {fact(shape)} }}"
    return _paged(f"SELECT ({key(shape, '?o')} AS ?n) (COUNT(*) AS ?c) WHERE {{ {inner} }} GROUP BY ?o", "?n", limit, offset)


def values(shape: Shape, limit: int, offset: int) -> str:
    """Everything that is said of statements that are made."""
    made = anywhere(shape, "?s ?p ?o .", "?g3")
    said = anywhere(shape, "?r ?q ?v .", "?g9")
    out = _among((*PARTS, REIFIES, *shape.types))
    where = f"{_reifier(shape, made)} {said} FILTER(?q NOT IN {out} && !(isLiteral(?v) && ?q IN {_among(shape.names)})){_of_claims(shape)}"
    return _paged(f"SELECT DISTINCT ({key(shape, '?v')} AS ?n) WHERE {{ {where} }}", "?n", limit, offset)


def _of_claims(shape: Shape) -> str:
    """Of a statement's node of Wikibase only what qualifies it."""
    if not shape.claims:
        return ""
    ranked = anywhere(shape, f"?r <{RANK}> ?wr .", "?g10")
    return f" FILTER(?q IN {_among(shape.qualifiers)} || NOT EXISTS {{ {ranked} }})"


def several(shape: Shape, limit: int, offset: int) -> str:
    """Facts of which more than one statement speaks."""
    return _paged(_several(shape, fact(shape), ""), "?n ?p ?m", limit, offset)


def several_of(shape: Shape, out: Sequence[Row], into: Sequence[Row], limit: int) -> str:
    """The same, out of and into some nodes."""
    parts = [f"{{ VALUES (?i {end}) {{ {_rows(rows)} }} {fact(shape)} }}" for rows, end in ((out, "?s"), (into, "?o")) if rows]
    return f"{_several(shape, ' UNION '.join(parts), '?i ')} LIMIT {limit}"


def _several(shape: Shape, where: str, given: str) -> str:
    ends = f"({key(shape, '?s')} AS ?n) ?p ({key(shape, '?o')} AS ?m)"
    return f"SELECT {given}{ends} WHERE {{ {where} {_reifier(shape)} }} GROUP BY {given}?s ?p ?o HAVING (COUNT(DISTINCT ?r) > 1)"


def totals(shape: Shape) -> str:
    """For each relation its facts, subjects, objects, and how many of the facts end in a literal."""
    inner = f"SELECT DISTINCT ?s ?p ?o WHERE {{ {fact(shape)} }}"
    counts = "(COUNT(*) AS ?facts) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) (SUM(IF(isLiteral(?o), 1, 0)) AS ?literals)"
    return f"SELECT ?p {counts} WHERE {{ {fact(shape) if shape.plain else inner} }} GROUP BY ?p"


def ends(shape: Shape, end: str) -> str:
    """For each relation the classes of its subjects (?s) or objects (?o), with those above."""
    up = f"/<{SUBCLASS}>*" if shape.classes else ""
    typed = anywhere(shape, f"{end} ({'|'.join(map(term, shape.types))}){up} ?c .", "?g9")
    return f"SELECT ?p ?c (COUNT(DISTINCT {end}) AS ?n) WHERE {{ {fact(shape)} {typed} }} GROUP BY ?p ?c"


def datatypes(shape: Shape) -> str:
    """For each relation the datatypes of its literals, with one of each."""
    return f"SELECT ?p ?d (COUNT(DISTINCT ?o) AS ?n) (SAMPLE(?o) AS ?one) WHERE {{ {fact(shape)} FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?d) }} GROUP BY ?p ?d"


def _paged(text: str, order: str, limit: int, offset: int) -> str:
    return f"{text} {f'ORDER BY {order} ' if offset >= 0 else ''}LIMIT {limit}{f' OFFSET {offset}' if offset > 0 else ''}"


def _reifier(shape: Shape, made: str = "") -> str:
    """Binds ?r to what stands for the statement ?s ?p ?o; `made`: the pattern of that statement, which a node of Wikibase's makes itself."""
    ways = []
    if shape.reified:
        ways.append(anywhere(shape, f"?r <{_SUBJECT}> ?s ; <{_PREDICATE}> ?p ; <{_OBJECT}> ?o .", "?g2") + made)
    if shape.stated:
        ways.append(anywhere(shape, f"?r <{REIFIES}> <<( ?s ?p ?o )>> .", "?g4") + made)
    if shape.claims:
        ways.append(_claimed(shape, "?r", lambda pattern: anywhere(shape, pattern, "?g12")))
    return " UNION ".join(f"{{ {one} }}" for one in ways)


# --- one hop ---

Row = tuple[int, str]
"""The place of a request, and its terms as they are written."""


def counts(shape: Shape, out: Sequence[Row], into: Sequence[Row]) -> str:
    """For each node how many facts of each relation leave (?w 0) and enter (?w 1) it; what names or types may enter too."""
    parts = [
        f"{{ VALUES (?i {end}) {{ {_rows(rows)} }} {fact(shape, naming=not w)} BIND({w} AS ?w) BIND({other} AS ?m) }}"
        for rows, end, other, w in ((out, "?s", "?o", 0), (into, "?o", "?s", 1))
        if rows
    ]
    number = "*" if shape.plain else "DISTINCT ?m"
    return f"SELECT ?i ?w ?p (COUNT({number}) AS ?c) WHERE {{ {' UNION '.join(parts)} }} GROUP BY ?i ?w ?p"


def edges(shape: Shape, out: Sequence[Row], into: Sequence[Row], limit: int, *, naming: bool = True) -> str:
    """The other ends of facts: of nodes along relations, all of them. naming: a relation of `out` may also name or type."""
    parts = [
        f"{{ VALUES (?i {end} ?p) {{ {_rows(rows)} }} {fact(shape, naming=tells)} BIND({other} AS ?m) }}"
        for rows, end, other, tells in ((out, "?s", "?o", naming), (into, "?o", "?s", False))
        if rows
    ]
    return f"SELECT {'' if shape.plain else 'DISTINCT '}?i ({key(shape, '?m')} AS ?n) WHERE {{ {' UNION '.join(parts)} }} LIMIT {limit}"


def hubs(shape: Shape, out: Sequence[Row], into: Sequence[Row], limit: int) -> str:
    """The same, at most `limit` for each on its own."""
    parts = [
        f"{{ SELECT {'' if shape.plain else 'DISTINCT '}?i ({key(shape, other)} AS ?n) WHERE {{ VALUES (?i {end} ?p) {{ {_rows([row])} }} {fact(shape, naming=tells)} }} LIMIT {limit} }}"
        for rows, end, other, tells in ((out, "?s", "?o", True), (into, "?o", "?s", False))
        for row in rows
    ]
    return f"SELECT ?i ?n WHERE {{ {' UNION '.join(parts)} }}"


def along(shape: Shape, predicate: str, limit: int) -> str:
    """The facts of one relation. Of what names or types only what is a fact."""
    ends = f"({key(shape, '?s')} AS ?n) ({key(shape, '?o')} AS ?m)"
    where = f"VALUES ?p {{ {iris((predicate,))} }} {fact(shape, naming=predicate in shape.names + shape.types)}"
    return f"SELECT {'' if shape.plain else 'DISTINCT '}{ends} WHERE {{ {where} }} LIMIT {limit}"


def facts_of(shape: Shape, nodes: Sequence[Row], limit: int) -> str:
    """All facts out of some nodes."""
    where = f"VALUES (?i ?s) {{ {_rows(nodes)} }} {fact(shape)}"
    return f"SELECT {'' if shape.plain else 'DISTINCT '}?i ?p ({key(shape, '?o')} AS ?n) WHERE {{ {where} }} LIMIT {limit}"


def facts_around(shape: Shape, nodes: Sequence[Row], limit: int) -> str:
    """All facts out of (?w 0) and into (?w 1) some nodes."""
    given = _rows(nodes)
    parts = [
        f"{{ VALUES (?i {end}) {{ {given} }} {fact(shape)} BIND({w} AS ?w) BIND({other} AS ?m) }}"
        for w, end, other in ((0, "?s", "?o"), (1, "?o", "?s"))
    ]
    return f"SELECT DISTINCT ?i ?w ?p ({key(shape, '?m')} AS ?n) WHERE {{ {' UNION '.join(parts)} }} LIMIT {limit}"


def properties(shape: Shape, nodes: Sequence[Row], limit: int) -> str:
    """The literals that facts give some nodes."""
    where = f"VALUES (?i ?s) {{ {_rows(nodes)} }} {fact(shape)} FILTER(isLiteral(?o))"
    return f"SELECT DISTINCT ?i ?p (?o AS ?n) WHERE {{ {where} }} LIMIT {limit}"


def details(shape: Shape, statements: Sequence[Row]) -> str:
    """Of some facts the named graphs that say them (?g alone), and what is said of them (?r, ?q ?v, ?g)."""
    given = f"VALUES (?i ?s ?p ?o) {{ {_rows(statements)} }}"
    parts = [f"{{ {given} {member(shape, '?g')} }}"] if shape.graphs else []
    if shape.qualified:
        said = "?r ?q ?v ."
        where = f"{{ {said} }} UNION {{ GRAPH ?g {{ {said} }} }}" if shape.graphs else said
        parts.append(f"{{ {given} {_reifier(shape)} {where} }}")
    return f"SELECT DISTINCT ?i ?g ?r ?q ({key(shape, '?v')} AS ?n) WHERE {{ {' UNION '.join(parts)} }}"


def about(shape: Shape, nodes: Sequence[Row]) -> str:
    """What names and types some nodes."""
    given = f"VALUES (?i ?s) {{ {_rows(nodes)} }} VALUES ?p {{ {iris((*shape.names, *shape.also, *shape.types))} }}"
    return f"SELECT DISTINCT ?i ?p (?o AS ?n) WHERE {{ {given} {anywhere(shape, '?s ?p ?o .')} }}"


def _rows(rows: Sequence[Row]) -> str:
    return " ".join(f"({i} {terms})" for i, terms in rows)
