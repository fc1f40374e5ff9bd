"""The rules of `kgllm.graphs.base`, each a function that compares a graph with the oracle on one scenario.

A rule's name is its function's, its docstring says what it asks. `RULES` holds them in the order in which they are checked.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kgllm.graphs.base import KINDS, Expansion, Graph, Match, sort_key
from kgllm.testing.case import ALL, STRANGERS, BrokenRule, Case, content, expect, identity, in_order, known, rule, show
from kgllm.types import Entity, Fact, Literal, Node, Relation, Way

_LONGEST = 1024  # bytes of a name that is indexed


@rule
def is_a_graph(case: Case) -> None:
    """A backend has every method of kgllm.graphs.base.Graph."""
    missing = [name for name in dir(Graph) if not name.startswith("_") and not callable(getattr(case.graph, name, None))]
    expect("is_a_graph", "methods that are missing", "", ", ".join(missing))


@rule
def relations(case: Case) -> None:
    """Each node's relations with exact counts of facts, both ways, ordered by (relation id, "out" first)."""
    got = case.graph.relations(case.nodes)
    expect("relations", "len(relations(all nodes))", len(case.nodes), len(got))
    for node, mine, theirs in zip(case.nodes, case.oracle.relations(case.nodes), got, strict=True):
        capped = {(one.relation.id, one.way): one.count for one in theirs if one.capped}
        wanted = [(one.relation.id, one.way, capped.get((one.relation.id, one.way), one.count)) for one in mine]
        expect("relations", f"relations([{show(node)}])", wanted, [(one.relation.id, one.way, one.count) for one in theirs])
        over = [one for one in mine if capped.get((one.relation.id, one.way), 0) > one.count]
        expect("relations", f"relations([{show(node)}]), capped counts over the true ones", [], over)


@rule
def expand(case: Case) -> None:
    """Every fact of every node along every step: out of its subject, into its object, literals included, none lost or merged."""
    for node, mine in zip(case.nodes, _by_node(case.oracle, case), strict=True):
        theirs = case.graph.expand([node], case.steps, ALL)
        call = f"expand([{show(node)}], all steps, {ALL})"
        expect("expand", call, [_expansion(one) for one in mine], [_expansion(one) for one in theirs])
        expect("expand", f"{call}, truncated", [], [one.relation.id for one in theirs if one.truncated])
        for found in theirs:
            near = [step.fact.object if found.way == "out" else step.fact.subject for step in found.steps]
            expect("expand", f"{call}, neighbours along {found.relation.id!r} {found.way}", near, [step.neighbour for step in found.steps])
    batch = case.graph.expand(case.nodes, case.steps, ALL)
    alone = [one for node in case.nodes for one in case.graph.expand([node], case.steps, ALL)]
    expect("expand", "expand(all nodes, all steps), as of each node alone", [*map(_expansion, alone)], [*map(_expansion, batch)])


def _expansion(found: Expansion) -> tuple[Any, ...]:
    return identity(found.node), found.relation.id, found.way, sorted(content(step.fact) for step in found.steps)


def _by_node(graph: Graph, case: Case) -> list[list[Expansion]]:
    return [graph.expand([node], case.steps, ALL) for node in case.nodes]


@rule
def order(case: Case) -> None:
    """Expansions are ordered as the nodes asked for, then by (relation id, way); steps by the neighbour's key."""
    backwards = case.nodes[::-1]
    found = case.graph.expand(backwards, case.steps[::-1], ALL)
    place = {node: i for i, node in enumerate(backwards)}
    keys = [(place[one.node], one.relation.id, one.way != "out") for one in found]
    expect("order", "expand(all nodes backwards, all steps backwards)", sorted(keys), keys)
    for one in found:
        neighbours = [step.neighbour for step in one.steps]
        expect("order", f"neighbours of {show(one.node)} along {one.relation.id!r} {one.way}", sorted(neighbours, key=sort_key), neighbours)


@rule
def neighbours_come_whole(case: Case) -> None:
    """A neighbour comes with its name, types and whether it is named; a literal with its value; a qualifier too."""
    for found in case.graph.expand(case.nodes, case.steps, ALL):
        for step in found.steps:
            for node in (step.neighbour, *(value for _, value in step.fact.qualifiers)):
                wanted = case.oracle.describe([node])[0].node
                call = f"{show(node)}, a neighbour of {show(found.node)}"
                expect("neighbours_come_whole", call, *map(_as_neighbour, (wanted, node)))


def _as_neighbour(node: Node) -> tuple[Any, ...]:
    return (node.name, sorted(node.types), node.named) if isinstance(node, Entity) else known(node)


@rule
def limit(case: Case) -> None:
    """`limit` holds for each (node, relation, way) on its own: at most so many, a part of all, and "truncated" says so."""
    everything = {(one.node, one.relation, one.way): one for one in case.oracle.expand(case.nodes, case.steps, ALL)}
    for most in (1, 2, 7):
        found = case.graph.expand(case.nodes, case.steps, most)
        got = {(one.node, one.relation, one.way): one for one in found}
        expect("limit", f"pairs of expand(all nodes, all steps, {most})", sorted(map(_pair, everything)), sorted(map(_pair, got)))
        for pair, one in got.items():
            call = f"expand(all nodes, all steps, {most}) at {_pair(pair)}"
            full = Counter(content(step.fact) for step in everything[pair].steps)
            part = Counter(content(step.fact) for step in one.steps)
            expect("limit", f"{call}, number of steps", min(most, full.total()), part.total())
            expect("limit", f"{call}, truncated", full.total() > most, one.truncated)
            expect("limit", f"{call}, facts that are not there", [], list((part - full).elements()))
            expect("limit", f"{call}, ordered by neighbour", True, in_order(step.neighbour for step in one.steps))


def _pair(pair: tuple[Node, Relation, Way]) -> tuple[Any, ...]:
    return identity(pair[0]), pair[1].id, pair[2]


@rule
def unknown_nodes(case: Case) -> None:
    """Unknown nodes and relations have no facts and no names; asking for them, or for nothing, is no error."""
    graph, some = case.graph, case.nodes[:1]
    expect("unknown_nodes", "relations(unknown)", [()] * len(STRANGERS), [tuple(one) for one in graph.relations(STRANGERS)])
    expect("unknown_nodes", "expand(unknown, all steps)", [], list(graph.expand(STRANGERS, case.steps, 5)))
    expect("unknown_nodes", "expand(a node, an unknown relation)", [], list(graph.expand(some, [(Relation("no such"), "out")], 5)))
    described = graph.describe(STRANGERS)
    expect("unknown_nodes", "describe(unknown)", [(node, ()) for node in STRANGERS], [(one.node, one.properties) for one in described])
    expect("unknown_nodes", "find(unknown)", [(), ()], [tuple(one) for one in graph.find(["nobody of this name", ""])])
    nothing: list[Sequence[Any]] = [
        graph.relations([]),
        graph.expand([], case.steps, 5),
        graph.expand(some, [], 5),
        graph.describe([]),
        graph.find([]),
    ]
    expect("unknown_nodes", "each primitive asked for nothing", [[]] * 5, [list(one) for one in nothing])


@rule
def describe(case: Case) -> None:
    """Names, aliases, types and literal properties of a node, united over all facts; properties by relation id, then literal."""
    got = case.graph.describe(case.nodes)
    for mine, theirs in zip(case.oracle.describe(case.nodes), got, strict=True):
        expect("describe", f"describe([{show(mine.node)}]), the node", known(mine.node), known(theirs.node))
        wanted = [(relation.id, known(value)) for relation, value in mine.properties]
        expect("describe", f"describe([{show(mine.node)}]), properties", wanted, [(r.id, known(value)) for r, value in theirs.properties])


@rule
def find(case: Case) -> None:
    """Every node of that id, name or alias, and how it matched: homonyms apart, unnamed nodes by id only, literals as written."""
    texts = [text for text in dict.fromkeys(name for _, name, _ in case.oracle.names()) if text.strip() and len(text.encode()) <= _LONGEST]
    for text, mine, theirs in zip(texts, case.oracle.find(texts), case.graph.find(texts), strict=True):
        wanted = sorted((KINDS.index(one.kind), identity(one.node)) for one in mine if KINDS.index(one.kind) <= KINDS.index("alias"))
        got = sorted((KINDS.index(one.kind), identity(one.node)) for one in theirs if KINDS.index(one.kind) <= KINDS.index("alias"))
        call = f"find([{text!r}])"
        expect("find", f"{call}, exact matches (by kind: {', '.join(KINDS[:3])})", wanted, got)
        expect("find", f"{call}, each node once", len(theirs), len({one.node for one in theirs}))
        expect("find", f"{call}, scores of exact matches", [], [one.score for one in theirs if one.name == text and one.score != 1])
        expect("find", f"{call}, fuzzy matches", [], [one for one in theirs if one.kind == "fuzzy"])


@rule
def find_order(case: Case) -> None:
    """Matches are ordered by kind, then descending degree, then key."""
    texts = [text for text in dict.fromkeys(name for _, name, _ in case.oracle.names()) if len(text.encode()) <= _LONGEST]
    degree = {node: sum(one.count for one in counts) for node, counts in zip(case.nodes, case.oracle.relations(case.nodes), strict=True)}
    for text, matches in zip(texts, case.graph.find(texts), strict=True):
        keys = [(KINDS.index(one.kind), -degree[one.node], sort_key(one.node)) for one in matches]
        expect("find_order", f"find([{text!r}])", [show(one.node) for _, one in sorted(zip(keys, matches, strict=True), key=_first)],
               [show(one.node) for one in matches])  # fmt: skip


def _first(pair: tuple[Any, Match]) -> Any:
    return pair[0]


@rule
def find_normalised(case: Case) -> None:
    """A name is found in other case and spacing, after all nodes of that very name."""
    texts = [name for _, name, _ in case.oracle.names() if name.isascii() and name.replace(" ", "").isalpha() and len(name) < 100]
    written = [f"  {text.swapcase().replace(' ', '_')} " for text in texts]
    for text, mine, theirs in zip(written, case.oracle.find(written), case.graph.find(written), strict=True):
        missing = {one.node for one in mine if one.kind == "normalised"} - {one.node for one in theirs}
        expect("find_normalised", f"find([{text!r}]), missing", [], sorted(map(show, missing)))


@rule
def search(case: Case) -> None:
    """A name with one slip finds its node; at most `limit` matches, best first; operators are only text."""
    rows = [(node, name) for node, name, kind in case.oracle.names() if kind != "id" and name.isascii() and 7 <= len(name) < 60]
    for node, name in rows[:12]:
        if not name.replace(" ", "").isalpha():
            continue
        typed = name[: len(name) // 2] + name[len(name) // 2 + 1 :]
        found = case.graph.search(typed, 10)
        same = {other for other, called in rows if called == name}
        expect("search", f"search({typed!r}, 10) finds {name!r}", True, len(same) > 10 or node in {one.node for one in found})
        expect(
            "search", f"search({typed!r}, 10), best first", sorted((one.score for one in found), reverse=True), [one.score for one in found]
        )
        expect("search", f"len(search({typed!r}, 1)) at most 1", True, len(case.graph.search(typed, 1)) <= 1)
    for text in ("", "   ", "***", "NOT", 'name:* OR "', "\x00", "e\u0301" * 50):
        expect("search", f"search({text!r}, 3) gives at most 3", True, len(case.graph.search(text, 3)) <= 3)


@rule
def schema(case: Case) -> None:
    """Relations with their facts, distinct subjects and objects; types with their entities; totals."""
    mine, theirs = case.oracle.schema(), case.graph.schema()
    rows, found = (
        [(one.relation.id, one.relation.name, one.facts, one.subjects, one.objects) for one in stats.relations if one.facts]
        for stats in (mine, theirs)
    )
    expect("schema", "schema().relations", rows, found)
    pure = {
        stats.relation.id: stats.literal
        for stats in mine.relations
        if len({isinstance(fact.object, Literal) for fact in case.oracle.facts if fact.relation == stats.relation}) == 1
    }
    got = {one.relation.id: one.literal for one in theirs.relations if one.relation.id in pure}
    expect("schema", "which relations of schema() lead to literals", pure, got)
    expect("schema", "schema().types", sorted(mine.types), sorted(theirs.types))
    expect(
        "schema", "facts, entities, literals", (mine.facts, mine.entities, mine.literals), (theirs.facts, theirs.entities, theirs.literals)
    )


@rule
def scan(case: Case) -> None:
    """Every fact, and every entity, once, whole, in pieces of at most `limit` that a JSON cursor continues."""
    for size in (3, ALL):
        facts, entities = _scanned(case, "facts", size), _scanned(case, "entities", size)
        expect("scan", f"facts of scan(limit={size})", sorted(map(content, case.oracle.facts)), sorted(map(content, facts)))
        wanted = sorted(known(one) for one in case.oracle.entities.values())
        expect("scan", f'entities of scan(limit={size}, what="entities")', wanted, sorted(map(known, entities)))


def _scanned(case: Case, what: Any, size: int) -> list[Any]:
    items: list[Any] = []
    cursor = None
    for _ in range(len(case.oracle.facts) + len(case.oracle.entities) + 5):
        page = case.graph.scan(cursor, size, what=what)
        expect("scan", f"a piece of scan(limit={size}, what={what!r}) holds at most {size}", True, len(page.items) <= size)
        items += page.items
        if page.cursor is None:
            return items
        cursor = json.loads(json.dumps(page.cursor))
    raise BrokenRule("scan", f"scan(limit={size}, what={what!r})", "an end", "no end")


@rule
def sources(case: Case) -> None:
    """Equal facts are one fact with the sources of all."""
    mine = {content(fact): sorted(fact.source) for fact in case.oracle.facts.values() if fact.source}
    found = {content(step.fact): step.fact for one in case.graph.expand(case.nodes, case.steps, ALL) for step in one.steps}
    expect("sources", "sources of the facts of expand(…)", mine, {key: sorted(found[key].source) for key in mine})


@rule
def sample(case: Case) -> None:
    """`sample(n, seed)`: n facts of the graph without repetition, all where there are fewer; the same for the same seed."""
    total = len(case.oracle.facts)
    for n in (0, 1, total // 2, total, total + 5):
        drawn = [content(fact) for fact in case.graph.sample(n, seed=7)]
        expect("sample", f"len(sample({n}))", min(n, total), len(drawn))
        expect("sample", f"sample({n}) without repetition", len(drawn), len(set(drawn)))
        expect("sample", f"facts of sample({n}) that are not there", [], sorted(set(drawn) - set(map(content, case.oracle.facts))))
        expect("sample", f"sample({n}, seed=7) again", drawn, [content(fact) for fact in case.graph.sample(n, seed=7)])


@rule
def order_of_input(case: Case) -> None:
    """The order in which facts were given does not show (but among facts of one neighbour that differ in qualifiers alone)."""
    other = case.factory(case.given[::-1])
    for name, ask in _QUESTIONS.items():
        expect("order_of_input", f"{name} with the facts backwards", ask(case.graph, case), ask(other, case))


_QUESTIONS: dict[str, Callable[[Graph, Case], Any]] = {
    "relations(all nodes)": lambda graph, case: [
        [(one.relation.id, one.way, one.count) for one in row] for row in graph.relations(case.nodes)
    ],
    "expand(all nodes, all steps)": lambda graph, case: [
        (identity(one.node), one.relation.id, one.way, sorted((identity(step.neighbour), content(step.fact)) for step in one.steps))
        for one in graph.expand(case.nodes, case.steps, ALL)
    ],
    "find(ids)": lambda graph, case: [
        [(one.kind, identity(one.node)) for one in row] for row in graph.find([str(entity.id)[:200] for entity in case.oracle.entities])
    ],
}


@rule
def threads(case: Case) -> None:
    """Several threads may ask at once."""
    wanted = {name: ask(case.graph, case) for name, ask in _QUESTIONS.items()}
    with ThreadPoolExecutor(4) as pool:
        for name, ask in _QUESTIONS.items():
            for got in pool.map(lambda _, ask=ask: ask(case.graph, case), range(4)):
                expect("threads", f"{name} in four threads", wanted[name], got)


@rule
def version(case: Case) -> None:
    """A token that stays while the graph does; where `update` is offered, it changes with the facts."""
    graph = case.graph
    token = graph.version()
    expect("version", "version() is a text or None", True, token is None or isinstance(token, str))
    expect("version", "version() again", token, graph.version())
    update = getattr(graph, "update", None)
    if update is None:
        return
    changed = case.factory(case.given)
    before = changed.version()
    new = Fact(Entity("a new subject"), Relation("a new relation"), Entity("a new object"))
    changed.update(add=[new])  # type: ignore[attr-defined]
    expect("version", "version() changed by update(add=…)", True, before is None or changed.version() != before)
    expect("version", "relations of an added subject", 1, sum(one.count for one in changed.relations([new.subject])[0]))
    changed.update(remove=[new])  # type: ignore[attr-defined]
    expect("version", "relations of a removed subject", 0, sum(one.count for one in changed.relations([new.subject])[0]))
