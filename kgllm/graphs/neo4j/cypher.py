"""Every Cypher text that kgllm sends to read a graph: constants, or built once per database from what it lists itself.

Text of a question, a name or a value travels as a parameter, never in a text. Relationship types, labels and property names
cannot be parameters of a static pattern, so they pass through `quoted`, which refuses whatever is odd. Patterns are directed
and have static types: a node of a million relationships then costs what a node of two does. Counts come from the degree store.

A page of rows is collected into one record: drivers pay more for a record than for what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from kgllm.errors import UnsafeQueryError, shorten

TOGETHER = 24  # relationship types in one text; the commonest stand together
COUNTED = 32  # with more types than this, small nodes are counted by what they have, and hubs by every type
SMALL = 256  # relationships one way of a node that is small
SORTED = 20_000  # facts of one group that the server sorts by key before it cuts; of a larger one the first it finds are given
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|\\\\[uU]")
_LONGEST = 4096

OWN, LITERAL, META = "KgllmEntity", "KgllmLiteral", "KgllmRelation"
"""Labels of what `kgllm import` writes: entities, literals, and what relations are called."""


def quoted(name: str) -> str:
    """A label, relationship type or property name as it may stand in a text.

    >>> quoted("ACTED_IN"), quoted("odd`name")
    ('`ACTED_IN`', '`odd``name`')

    Raises:
        UnsafeQueryError: it holds a control character, a backslash escape (Cypher reads `\\u0060` as a backtick, inside
            backticks too), half a surrogate pair, nothing, or thousands of characters.
    """
    if not isinstance(name, str) or not name or len(name) > _LONGEST or _ODD.search(name):
        raise UnsafeQueryError(f"{shorten(name)} cannot stand in a query", hint="rename this label, type or property in the database")
    return "`" + name.replace("`", "``") + "`"


def safe(name: str) -> bool:
    """Whether `quoted` takes the name."""
    return isinstance(name, str) and bool(name) and len(name) <= _LONGEST and not _ODD.search(name)


def prefix_of(element: str) -> str:
    """What an element id begins with, if a number follows and nothing else; element ids of one database differ in that number alone.

    >>> prefix_of("4:ab-cd:17"), prefix_of("17"), prefix_of("4:ab:x")
    ('4:ab-cd:', '', '')
    """
    number = element.rpartition(":")[2]
    return element[: -len(number)] if number.isdecimal() and number.isascii() else ""


# --- looking around once, when a database is opened ---

COMPONENTS = "CALL dbms.components() YIELD name, versions, edition RETURN name, versions[0] AS version, edition"
LABELS = "CALL db.labels() YIELD label RETURN label ORDER BY label"
TYPES = "CALL db.relationshipTypes() YIELD relationshipType AS type RETURN type ORDER BY type"
CONSTRAINTS = "SHOW CONSTRAINTS YIELD type, entityType, labelsOrTypes, properties RETURN type, entityType, labelsOrTypes, properties"
INDEXES = "SHOW INDEXES YIELD name, type, state, entityType, labelsOrTypes, properties RETURN name, type, state, entityType, labelsOrTypes, properties"
NODES = "MATCH (n) RETURN count(n)"
RELATIONSHIPS = "MATCH ()-[r]->() RETURN count(r)"
TRANSACTION = (
    "SHOW DATABASES YIELD name, home, lastCommittedTxn WHERE name = $p.name OR ($p.name IS NULL AND home) RETURN collect(lastCommittedTxn)"
)
FIRST = "MATCH (n) RETURN elementId(n) LIMIT 1"
RELATION_NAMES = (
    f"MATCH (n:{META}) RETURN collect([n.id, n.name, n.inverse_name, n.aliases, n.inverse_aliases])"  # what people read for a type
)


def count_of_type(kind: str) -> str:
    """How many relationships of a type there are: from the count store."""
    return f"MATCH ()-[r:{quoted(kind)}]->() RETURN count(r)"


def count_of_label(label: str) -> str:
    """How many nodes a label has, from the count store."""
    return f"MATCH (n:{quoted(label)}) RETURN count(n)"


def sample_of_label(label: str, *, others: bool = False) -> str:
    """How many nodes a label has (from the count store), and what some hundred of them look like: property → kinds of values.
    `others`: of those that kgllm did not write, which may mean a look at all of the label."""
    name = quoted(label)
    where = f"WHERE NOT n:{OWN}|{LITERAL}|{META} " if others else ""
    return (
        f"CALL () {{ MATCH (n:{name}) RETURN count(n) AS total }} "
        f"CALL () {{ MATCH (n:{name}) {where}WITH n LIMIT 200 UNWIND keys(n) AS k "
        "WITH k, valueType(n[k]) AS t, count(*) AS c RETURN collect([k, t, c]) AS seen } RETURN total, seen"
    )


def collision(label: str, key: str, other: str, other_key: str) -> str:
    """Whether two labels share a key, asked of the other's index."""
    return (
        f"MATCH (a:{quoted(label)}) WHERE a.{quoted(key)} IS NOT NULL MATCH (b:{quoted(other)}) "
        f"WHERE b.{quoted(other_key)} = a.{quoted(key)} AND a <> b RETURN 1 LIMIT 1"
    )


@dataclass(frozen=True, slots=True)
class Seek:
    """A label whose nodes are found by a property: the key, or a value."""

    label: str
    property: str


How: TypeAlias = Literal["ends", "nodes", "around"]
"""What comes with facts: no more than the places of their ends, the ends as they read, or these with their own counts."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Relationship types that are walked or counted in one text; texts by what comes along, and whether the first are taken by key.
    Parameters `o0` … and `i0` … hold for each type the requests out of and into nodes: (row, element id); `k` is the limit and one more."""

    types: tuple[str, ...]
    texts: Mapping[tuple[How, bool], str]


class Texts:
    """The texts for one database. `read`: properties read of every node, `types`: relationship types, commonest first, `prefix`:
    what all element ids begin with, before a number."""

    def __init__(self, *, read: Sequence[str], types: Sequence[str], keys: Sequence[Seek], order: Sequence[str], prefix: str = "") -> None:
        self._read, self._types, self._size = tuple(read), tuple(types), len(prefix)
        self._order = tuple(order)  # properties that hold the key or the text by which neighbours are ordered
        self.few = len(types) <= COUNTED
        self.around = self._around(())
        self.known = f"UNWIND $p.q AS q MATCH (n) WHERE elementId(n) = q RETURN collect([{self.node('n')}])"
        self.around_by_key = self._around(tuple(keys))
        self.hubs = tuple(
            self._degrees(self._types[at : at + 4 * TOGETHER]) for at in range(0, len(types), 4 * TOGETHER)
        )  # only asked where `few` is False

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """All types, the commonest together."""
        return tuple(self._chunk(self._types[at : at + TOGETHER]) for at in range(0, len(self._types), TOGETHER))

    def node(self, name: str) -> str:
        """What is read of a node: element id, labels, then the properties of `read`."""
        return ", ".join([f"elementId({name})", f"labels({name})", *(f"{name}.{quoted(one)}" for one in self._read)])

    def place(self, name: str) -> str:
        """Where a node is: the number that ends its element id, an eighth of the whole; the whole, where ids are of another form."""
        return f"toInteger(substring(elementId({name}), {self._size}))" if self._size else f"elementId({name})"

    def _around(self, keys: tuple[Seek, ...]) -> str:
        """Nodes by element id ($p.q: (row, element id)) or by key ($q0 …: (row, value)): what they are, their other properties,
        and how many relationships of each type leave and enter them."""
        seeks = ["UNWIND $p.q AS q MATCH (n) WHERE elementId(n) = q[1] RETURN q[0] AS i, n"]
        seeks += [
            f"UNWIND $p.q{j} AS q MATCH (n:{quoted(one.label)}) WHERE n.{quoted(one.property)} = q[1] RETURN q[0] AS i, n"
            for j, one in enumerate(keys)
        ]
        return f"CALL () {{ {' UNION ALL '.join(seeks)} }} {self._whole()}"

    def _whole(self) -> str:
        """All that is read of nodes `n`, each with a number `i`."""
        others = "[k IN keys(n) WHERE NOT k IN $p.skip | [k, n[k]]]"
        if self.few:
            counts = ", ".join(f"{_degree(one, 'out')}, {_degree(one, 'in')}" for one in self._types)
            return f"RETURN collect([i, [{self.node('n')}], {others}, [{counts}]])"
        return (
            "WITH i, n, COUNT { (n)-->() } AS leaving, COUNT { (n)<--() } AS entering "
            f"CALL (n, leaving) {{ WITH n, leaving WHERE leaving <= {SMALL} MATCH (n)-[r]->() WITH type(r) AS t, count(*) AS c "
            "RETURN collect([t, c]) AS out } "
            f"CALL (n, entering) {{ WITH n, entering WHERE entering <= {SMALL} MATCH (n)<-[r]-() WITH type(r) AS t, count(*) AS c "
            "RETURN collect([t, c]) AS into } "
            f"RETURN collect([i, [{self.node('n')}], {others}, [leaving, out, entering, into]])"
        )

    def _degrees(self, types: tuple[str, ...]) -> Chunk:
        counts = ", ".join(f"{_degree(one, 'out')}, {_degree(one, 'in')}" for one in types)
        text = f"UNWIND $p.q AS q MATCH (n) WHERE elementId(n) = q[1] RETURN collect([q[0], [{counts}]])"
        return Chunk(types, {("ends", False): text})

    def _chunk(self, types: tuple[str, ...]) -> Chunk:
        hows: tuple[How, ...] = ("ends", "nodes", "around")
        return Chunk(types, {(how, sort): self._steps(types, how, sort=sort) for how in hows for sort in (False, True)})

    def _steps(self, types: tuple[str, ...], how: How, *, sort: bool) -> str:
        """Rows (row of the request, ends, [[place of an end, properties of the relationship]] where it has some), and the ends as they read.

        What a request finds is collected inside its own branch: a union of single relationships costs ten times as much."""
        order, place = f" ORDER BY {self._by_key('m')}" if sort else "", self.place("m")
        ends = place if how == "ends" else "m"
        told = f"collect(CASE WHEN size(keys(r)) > 0 THEN [{place}, properties(r)] END)"
        parts = [
            f"UNWIND $p.{prefix}{j} AS q MATCH (n) WHERE elementId(n) = q[1] "
            f"CALL (n) {{ MATCH (n){left}[r:{quoted(one)}]{right}(m) WITH r, m{order} LIMIT $p.k RETURN collect({ends}) AS ends, {told} AS told }} "
            "RETURN q[0] AS i, ends, told"
            for j, one in enumerate(types)
            for prefix, left, right in (("o", "-", "->"), ("i", "<-", "-"))
        ]
        found = f"CALL () {{ {' UNION ALL '.join(parts)} }}"
        if how == "ends":
            return f"{found} RETURN collect([i, ends, told])"
        whole = self._whole() if how == "around" else f"RETURN collect([{self.node('n')}])"
        return (
            f"{found} WITH collect([i, [m IN ends | {place}], told]) AS rows, collect(ends) AS reached "
            f"CALL (reached) {{ UNWIND reached AS ms UNWIND ms AS n WITH DISTINCT n, 0 AS i {whole} AS nodes }} RETURN rows, nodes"
        )

    def _by_key(self, name: str) -> str:
        """The order of neighbours: entities by key, then literals by text."""
        keys = [f"{name}.{quoted(one)}" for one in self._order]
        key = f"toStringOrNull(coalesce({', '.join(keys)}))" if len(keys) > 1 else f"toStringOrNull({keys[0]})" if keys else "null"
        return f"{name}:{LITERAL}, {key}" if "text" in self._order else key

    def counted(self, holders: Holders) -> str:
        """How many nodes hold each of $p.values as that property."""
        return f"CALL () {{ {holders.seeks} }} WITH v, count(n) AS c RETURN collect([v, c])"

    def held(self, holders: Holders) -> str:
        """At most $p.k nodes that hold each of $p.values as that property."""
        if holders.each:
            return (
                f"UNWIND $p.values AS w CALL (w) {{ WITH w, [w] AS ws CALL (ws) {{ {holders.seeks.replace('$p.values', 'ws')} }} RETURN v, n LIMIT $p.k }} "
                f"RETURN collect([v, [{self.node('n')}]])"
            )
        return f"CALL () {{ {holders.seeks} }} WITH v, collect(n)[..$p.k] AS ns UNWIND ns AS n RETURN collect([v, [{self.node('n')}]])"


@dataclass(frozen=True, slots=True)
class Holders:
    """A property whose values are literals, the labels that have it (and whether as a list), and whether each value is looked
    up by itself: with an index, so that a value of a million nodes costs what is asked for."""

    held: str
    labels: tuple[tuple[str, bool], ...]
    each: bool

    @property
    def seeks(self) -> str:
        """Rows (v, n) of the nodes n that hold a value v of $p.values."""
        name = quoted(self.held)
        parts = []
        for label, several in self.labels:
            node = f"MATCH (n:{quoted(label)})"
            parts.append(f"{node} WHERE n.{name} IN $p.values RETURN n.{name} AS v, n")
            if several:
                parts.append(
                    f"{node} WHERE n.{name} IS :: LIST<ANY> UNWIND n.{name} AS v WITH DISTINCT v, n WHERE v IN $p.values RETURN v, n"
                )
        return " UNION ".join(parts)


def _degree(kind: str, way: str) -> str:
    return f"COUNT {{ (n)-[:{quoted(kind)}]->() }}" if way == "out" else f"COUNT {{ (n)<-[:{quoted(kind)}]-() }}"
