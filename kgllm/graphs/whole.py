"""Whole kinds of things and whole relations of any graph: from what a backend offers (`WholeView`), else by a scan.

What a question needs of them is bounded: no more than a limit is held, and no graph of more than `LOOKED_AT` facts is scanned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from typing import Literal as Choice

import numpy as np

from kgllm.graphs.ascending import by_key
from kgllm.graphs.base import Along, Graph, OfType, Record, View
from kgllm.types import Entity, Fact

if TYPE_CHECKING:
    from kgllm.limits import Deadline

LOOKED_AT = 1_000_000  # entities or facts of a graph that is scanned; of a larger one all are taken for too many
_PAGE = 5000
_NONE = np.zeros(0, np.int64)


def of_type(graph: Graph, view: View, type: str, limit: int, *, deadline: Deadline) -> OfType:
    """The handles of all entities of a type, by key.

    >>> import kgllm
    >>> from kgllm.graphs.base import view_of
    >>> from kgllm.limits import Deadline
    >>> graph = kgllm.load([(name, "instance of", "river") for name in ("Oder", "Elbe", "Rhine")])
    >>> found = of_type(graph, view_of(graph), "river", 100, deadline=Deadline(5))
    >>> [node.name for node in view_of(graph).nodes(found.nodes)], found.count
    (['Elbe', 'Oder', 'Rhine'], 3)
    """
    own = getattr(view, "of_type", None)
    found: OfType | None = None if own is None else own(type, limit)
    if found is not None:
        return found
    if graph.schema().entities > LOOKED_AT:
        return OfType(_NONE, limit + 1)
    nodes: list[Entity] = []
    for one in pieces(graph, "entities", deadline=deadline):
        if isinstance(one, Entity) and type in one.types:
            nodes.append(one)
            if len(nodes) > limit:
                break
    handles = np.asarray(view.handles(nodes[:limit]), np.int64)
    handles = handles[handles >= 0]
    return OfType(by_key(view, handles), len(nodes))


def along(graph: Graph, view: View, relation: int, limit: int, *, deadline: Deadline) -> Along:
    """All facts of a relation (a handle of the view).

    >>> import kgllm
    >>> from kgllm.graphs.base import view_of
    >>> from kgllm.limits import Deadline
    >>> graph = kgllm.load([("Oder", "flows through", "Poland"), ("Elbe", "flows through", "Germany")])
    >>> found = along(graph, view_of(graph), 0, 100, deadline=Deadline(5))
    >>> [str(fact) for fact in view_of(graph).facts(found.facts)], found.count
    (['Elbe — flows through → Germany', 'Oder — flows through → Poland'], 2)
    """
    own = getattr(view, "along", None)
    found: Along | None = None if own is None else own(relation, limit)
    if found is not None:
        return found
    if graph.schema().facts > LOOKED_AT:
        return Along(_NONE, _NONE, _NONE, limit + 1)
    wanted, count = view.relations[relation].id, 0
    subjects: dict[Entity, None] = {}
    for one in pieces(graph, "facts", deadline=deadline):
        if isinstance(one, Fact) and one.relation.id == wanted:
            count += 1
            if count > limit:
                return Along(_NONE, _NONE, _NONE, count)
            subjects[one.subject] = None
    handles = np.asarray(view.handles(list(subjects)), np.int64)
    return from_subjects(view, handles[handles >= 0], relation, limit)


def from_subjects(view: View, subjects: Any, relation: int, limit: int) -> Along:
    """All facts of a relation, of all nodes that may have some."""
    ordered = by_key(view, subjects)
    edges = view.edges(ordered, np.full(len(ordered), relation), np.zeros(len(ordered), np.int64), limit + 1)
    if len(edges.row) > limit:
        return Along(_NONE, _NONE, _NONE, len(edges.row))
    return Along(ordered[edges.row], edges.neighbour, edges.fact, len(edges.row))


def scanned(graph: Graph) -> Iterator[Record]:
    """Every entity and every fact of a graph, as a reader gives them."""
    for one in pieces(graph, "entities"):
        yield Record(entity=one)
    for one in pieces(graph, "facts"):
        yield Record(fact=one)


def pieces(graph: Graph, what: Choice["facts", "entities"], *, deadline: Deadline | None = None) -> Iterator[Any]:
    """Every fact or every entity, a page at a time."""
    cursor: Any = None
    while True:
        if deadline is not None:
            deadline.check("retrieval")
        page = graph.scan(cursor, _PAGE, what=what)
        yield from page.items
        if (cursor := page.cursor) is None:
            return
