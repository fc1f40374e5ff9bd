"""All nodes of a type, and all facts of a relation: one round trip each, at most as many as are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.neo4j.cypher import LITERAL, META, OWN, quoted, safe
from kgllm.graphs.neo4j.layout import Kind, Layout, literals
from kgllm.graphs.neo4j.server import Statement

if TYPE_CHECKING:
    from kgllm.graphs.base import Ints
    from kgllm.graphs.neo4j.view import Neo4jView

_LOOKED_AT = 200  # nodes of a label that were looked at for its properties (`cypher.sample_of_label`): of more, some may have others
_WHAT = "reading a whole kind"

Ends = tuple[list[int], list[int], list[tuple[int, int, dict[str, Any]]]]
"""Subjects, objects, and the properties of the relationships that have some, with both ends: handles."""


def of_type_text(layout: Layout, type: str, *, whole: bool) -> str:
    """At most $p.k nodes of a label, or that say the type in a property that holds types: where they are, or the whole of them."""
    parts = [f"MATCH (n:{quoted(type)}) RETURN n"] if type in layout.labels else []
    for kind in layout.others:
        for one in layout.typed_by:
            held = f"n.{quoted(one)}"
            said = f"any(x IN CASE WHEN {held} IS :: LIST<ANY> THEN {held} ELSE [{held}] END WHERE toStringOrNull(x) = $p.type)"
            parts.append(f"MATCH (n:{quoted(kind.label)}) WHERE {said} RETURN n")
    read = f"[{layout.texts.node('n')}]" if whole else layout.texts.place("n")
    return f"CALL () {{ {' UNION '.join(parts)} }} WITH n LIMIT $p.k RETURN collect({read})" if parts else ""


def along_text(layout: Layout, type: str, *, whole: bool) -> str:
    """At most $p.k relationships of a type: the places of their ends, the properties of those that have some, and the ends as they read."""
    a, b, node = layout.texts.place("a"), layout.texts.place("b"), layout.texts.node("n")
    found = (
        f"MATCH (a)-[r:{quoted(type)}]->(b) WITH a, r, b LIMIT $p.k WITH collect({a}) AS s, collect({b}) AS o, "
        f"collect(CASE WHEN size(keys(r)) > 0 THEN [{a}, {b}, properties(r)] END) AS told"
    )
    if not whole:
        return f"{found} RETURN s, o, told"
    return (
        f"{found}, collect(a) + collect(b) AS reached "
        f"CALL (reached) {{ UNWIND reached AS n WITH DISTINCT n RETURN collect([{node}]) AS nodes }} RETURN s, o, told, nodes"
    )


def holders_of(layout: Layout, property: str) -> list[str]:
    """The labels whose nodes may have a property that is a fact; of what `kgllm import` wrote only where it is no relationship."""
    if not safe(property) or property in layout.skip:
        return []

    def may(kind: Kind) -> bool:
        return property not in kind.own and (property in kind.values or kind.total > _LOOKED_AT)

    own = [OWN] if layout.own and property not in (*layout.types, *layout.by_label[OWN].own) else []
    return own + [kind.label for kind in layout.others if may(kind)]


def values_text(layout: Layout, property: str, *, whole: bool) -> str:
    """At most $p.k nodes that have a property, and what it holds."""
    named = [kind.label for kind in layout.kinds if property in kind.own]  # of these it is a name, and no fact
    apart = "".join(f" AND NOT n:{quoted(label)}" for label in named)
    parts = [f"MATCH (n:{quoted(one)}) WHERE n.{quoted(property)} IS NOT NULL{apart} RETURN n" for one in holders_of(layout, property)]
    nodes = f", collect([{layout.texts.node('n')}])" if whole else ""
    found = f"CALL () {{ {' UNION '.join(parts)} }} WITH n LIMIT $p.k"
    return f"{found} RETURN collect({layout.texts.place('n')}), collect(n.{quoted(property)}){nodes}"


def nodes_of(view: Neo4jView, type: str, limit: int) -> Ints:
    """The nodes of a type, one more than the limit where there are more."""
    whole = not view.remembers
    text = "" if type in (OWN, LITERAL, META) else of_type_text(view.layout, type, whole=whole)
    if not text:
        return np.zeros(0, np.int64)
    [[[rows]]] = view.server.read((text, {"type": type, "k": limit + 1}), what=_WHAT)
    handles = view.met(rows) if whole else view.at_places(rows)
    return handles[handles >= 0]


def ends_of(view: Neo4jView, relation: str, limit: int) -> Ends | None:
    """The ends of all facts of a relation; None where there are more than the limit."""
    layout, whole = view.layout, not view.remembers
    statements: list[Statement] = []
    if relation in layout.types:
        statements.append((along_text(layout, relation, whole=whole), {"k": limit + 1}))
    if holders_of(layout, relation):
        statements.append((values_text(layout, relation, whole=whole), {"k": limit + 1}))
    found = [rows[0] for rows in view.server.read(*statements, what=_WHAT)] if statements else []
    if any(len(row[0]) > limit for row in found):
        return None
    for row in found if whole else ():
        view.met(row[-1])
    subjects: list[int] = []
    objects: list[int] = []
    told: list[tuple[int, int, dict[str, Any]]] = []
    if relation in layout.types:
        starts, ends, said = found[0][:3]
        subjects, objects = _both(view, starts, ends)
        told = [(*ends_, row[2]) for *ends_, row in zip(*_both(view, *_columns(said)), said, strict=True)]
    if holders_of(layout, relation):
        places, held = found[-1][:2]
        for handle, value in zip(view.at_places(places).tolist(), held, strict=True):
            for one in literals(value):
                subjects.append(handle)
                objects.append(view.value(one))
    return None if len(subjects) > limit else (subjects, objects, told)


def _columns(said: Sequence[Sequence[Any]]) -> tuple[list[Any], list[Any]]:
    return [row[0] for row in said], [row[1] for row in said]


def _both(view: Neo4jView, starts: list[Any], ends: list[Any]) -> tuple[list[int], list[int]]:
    handles = view.at_places([*starts, *ends]).tolist()
    return handles[: len(starts)], handles[len(starts) :]
