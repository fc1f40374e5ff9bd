"""The rules of `View`: integer handles and columns say what the primitives say."""

from __future__ import annotations

from typing import Any

import numpy as np

from kgllm.graphs import whole
from kgllm.graphs.base import View, sort_key, view_of
from kgllm.limits import Deadline
from kgllm.testing.case import ALL, STRANGERS, Case, content, expect, identity, known, rule, show
from kgllm.types import Entity, Fact, Literal

_WAYS = ("out", "in")


@rule
def view_nodes(case: Case) -> None:
    """A view numbers the nodes: unknown ones -1, others one by one; they come back with their names, aliases and types."""
    view = view_of(case.graph)
    handles = view.handles([*case.nodes, *STRANGERS])
    expect("view_nodes", "handles(unknown nodes)", [-1] * len(STRANGERS), handles[len(case.nodes) :].tolist())
    mine = _mine(view, case)
    expect("view_nodes", "handles(all nodes), again", handles[: len(case.nodes)].tolist(), mine.tolist())
    expect("view_nodes", "distinct handles of all nodes", len(case.nodes), len({one for one in mine.tolist() if one >= 0}))
    wanted = [one.node for one in case.oracle.describe(case.nodes)]
    expect("view_nodes", "nodes(handles(all nodes))", [*map(known, wanted)], [*map(known, view.nodes(mine))])
    literal, named = ([isinstance(one, Literal) for one in wanted], [not isinstance(one, Entity) or one.named for one in wanted])
    expect("view_nodes", "literal(handles)", literal, view.literal(mine).tolist())
    fresh = view_of(case.graph)  # asked before anything else is known
    expect("view_nodes", "named(handles)", named, fresh.named(_mine(fresh, case)).tolist())


@rule
def view_order(case: Case) -> None:
    """Ranks order handles as sort_key does; relations are numbered by id."""
    view = view_of(case.graph)
    ids = [relation.id for relation in view.relations]
    expect("view_order", "ids of view.relations", sorted(ids), ids)
    backwards = np.asarray(view.handles(case.nodes[::-1]))
    ranks = view.rank(backwards)
    by_rank = [case.nodes[::-1][i] for i in np.argsort(ranks, kind="stable").tolist()]
    expect("view_order", "all nodes by rank(handles)", [*map(show, sorted(case.nodes, key=sort_key))], [*map(show, by_rank)])


@rule
def view_groups(case: Case) -> None:
    """`groups` says what `relations` says, and `degrees` their sum; rows of one origin are ordered by (relation, way)."""
    view = view_of(case.graph)
    handles = _mine(view, case)
    groups = view.groups(np.concatenate([handles, handles[:1]]))
    rows = list(zip(*(column.tolist() for column in (groups.origin, groups.relation, groups.way, groups.count)), strict=True))
    expect("view_groups", "groups(all nodes), order of rows", sorted(row[:3] for row in rows), [row[:3] for row in rows])
    counts = [*case.oracle.relations(case.nodes), *case.oracle.relations(case.nodes[:1])]
    wanted = [(i, one.relation.id, one.way, one.count) for i, row in enumerate(counts) for one in row]
    got = [(i, view.relations[relation].id, _WAYS[way], count) for i, relation, way, count in rows]
    expect("view_groups", "groups(all nodes and the first again)", sorted(wanted), sorted(got))
    expect(
        "view_groups",
        "degrees(all nodes)",
        [sum(one.count for one in row) for row in counts[: len(handles)]],
        view.degrees(handles).tolist(),
    )
    empty = view.groups(handles[:0])
    expect("view_groups", "groups of nothing", [0, 0, 0, 0], [len(c) for c in (empty.origin, empty.relation, empty.way, empty.count)])


@rule
def view_edges(case: Case) -> None:
    """`edges` gives for each request what `expand` gives, cut at `limit` on its own, ordered by neighbour; facts come whole."""
    view = view_of(case.graph)
    handles = _mine(view, case)
    groups = view.groups(handles)
    requests = (handles[groups.origin], groups.relation, groups.way)
    full: dict[Any, Any] = {(one.node, one.relation.id, one.way): one for one in case.oracle.expand(case.nodes, case.steps, ALL)}
    asked = [
        full[case.nodes[origin], view.relations[relation].id, _WAYS[way]]
        for origin, relation, way in zip(groups.origin.tolist(), groups.relation.tolist(), groups.way.tolist(), strict=True)
    ]
    for most in (1, 7, ALL):
        edges = view.edges(*requests, most)
        rows = edges.row.tolist()
        expect("view_edges", f"edges(all requests, {most}).row ascends", sorted(rows), rows)
        expect("view_edges", f"edges(all requests, {most}).truncated", [len(one.steps) > most for one in asked], edges.truncated.tolist())
        facts, neighbours = view.facts(edges.fact), view.nodes(edges.neighbour)
        for i, wanted in enumerate(asked):
            mine = _slice(edges.row, i)
            call = f"edges(…, {most}) of {show(wanted.node)} along {wanted.relation.id!r} {wanted.way}"
            expect("view_edges", f"{call}, how many", min(most, len(wanted.steps)), len(mine))
            expect(
                "view_edges",
                f"{call}, ordered by neighbour",
                sorted(sort_key(neighbours[k]) for k in mine),
                [sort_key(neighbours[k]) for k in mine],
            )
            got, whole = sorted(content(facts[k]) for k in mine), sorted(content(step.fact) for step in wanted.steps)
            expect("view_edges", f"{call}, facts", whole if most == ALL else got, got)
            expect("view_edges", f"{call}, facts that are not there", [], [one for one in got if one not in whole])
            ends = [identity(facts[k].object if wanted.way == "out" else facts[k].subject) for k in mine]
            expect("view_edges", f"{call}, neighbours", ends, [identity(neighbours[k]) for k in mine])
    nothing = view.edges(handles[:0], handles[:0], handles[:0], 5)
    expect("view_edges", "edges of no requests", (0, 0), (len(nothing.row), len(nothing.truncated)))


@rule
def view_qualifiers(case: Case) -> None:
    """`qualifiers` gives the qualifiers of each fact, as handles."""
    view = view_of(case.graph)
    groups = view.groups(_mine(view, case))
    edges = view.edges(_mine(view, case)[groups.origin], groups.relation, groups.way, ALL)
    facts = view.facts(edges.fact)
    row, relation, node = view.qualifiers(edges.fact)
    values = view.nodes(node)
    got: list[list[Any]] = [[] for _ in facts]
    for i, r, value in zip(row.tolist(), relation.tolist(), values, strict=True):
        got[i].append((view.relations[r].id, identity(value)))
    wanted = [sorted((r.id, identity(value)) for r, value in fact.qualifiers) for fact in facts]
    expect("view_qualifiers", "qualifiers(all facts)", wanted, [sorted(one) for one in got])


@rule
def view_wholes(case: Case) -> None:
    """All entities of a type and all facts of a relation are had at once, by key, and counted; more than the limit are said to be more."""
    entities, facts = case.oracle.scan(None, ALL, what="entities").items, case.oracle.scan(None, ALL).items
    view = view_of(case.graph)
    for kind, _ in case.oracle.schema().types:
        members = [identity(one) for one in sorted(entities, key=sort_key) if isinstance(one, Entity) and kind in one.types]  # type: ignore[arg-type]  # none is a fact
        for most in (1, ALL):
            found = whole.of_type(case.graph, view, kind, most, deadline=Deadline(60))
            got = [identity(node) for node in view.nodes(found.nodes)]
            call = f"all of type {kind!r}, limit {most}"
            expect("view_wholes", f"{call}, by key", members if most == ALL else got[:1], got)
            expect("view_wholes", f"{call}, those of another type", [], [one for one in got if one not in members])
            expect("view_wholes", f"{call}, count", min(len(members), most + 1), min(found.count, most + 1))
    for stats in case.oracle.schema().relations:
        mine = [one for one in facts if isinstance(one, Fact) and one.relation.id == stats.relation.id]
        mine.sort(key=lambda fact: (sort_key(fact.subject), sort_key(fact.object)))
        relation = [one.id for one in view.relations].index(stats.relation.id)
        for most in (1, ALL):
            column = whole.along(case.graph, view, relation, most, deadline=Deadline(60))
            call = f"all facts of {stats.relation.id!r}, limit {most}"
            expect("view_wholes", f"{call}, count", min(len(mine), most + 1), min(column.count, most + 1))
            if column.count <= most:
                said = view.facts(column.facts)
                expect("view_wholes", call, sorted(map(content, mine)), sorted(map(content, said)))
                ends = [(sort_key(fact.subject), sort_key(fact.object)) for fact in said]
                expect("view_wholes", f"{call}, by key", sorted(ends), ends)
                for column_, side in ((column.subjects, 0), (column.objects, 1)):
                    shown = [sort_key(node) for node in view.nodes(column_)]
                    expect("view_wholes", f"{call}, end {side}", [pair[side] for pair in ends], shown)
    _edges_after(case, view)


def _edges_after(case: Case, view: View) -> None:
    """What was had of whole relations changes nothing in `edges`."""
    fresh, groups = view_of(case.graph), view.groups(_mine(view, case))
    for most in (1, ALL):
        texts = []
        for one in (view, fresh):
            places = {relation.id: i for i, relation in enumerate(one.relations)}
            along = np.array([places[view.relations[i].id] for i in groups.relation.tolist()], np.int64)
            edges = one.edges(_mine(one, case)[groups.origin], along, groups.way, most)
            rows = [*zip(edges.row.tolist(), map(content, one.facts(edges.fact)), strict=True)]
            texts.append(sorted(rows) if most == ALL else [len(rows)])
        expect("view_wholes", f"edges(all requests, {most}) after whole relations were read", texts[1], texts[0])


def _mine(view: View, case: Case) -> Any:
    return np.asarray(view.handles(case.nodes))


def _slice(rows: Any, i: int) -> range:
    return range(int(np.searchsorted(rows, i, "left")), int(np.searchsorted(rows, i, "right")))
