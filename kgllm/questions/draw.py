"""Draws what is asked about: topics and relation paths of a graph, followed exactly, with every fact on the way.

Relations are drawn by the root of how often they occur, topics each alike: rare relations are asked about, and hubs are not all.
Works over any `Graph` by `sample`, `scan` and the view's bounded primitives; nothing of the size of the graph is held.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.base import view_of
from kgllm.graphs.whole import pieces
from kgllm.limits import Limits
from kgllm.questions import naming
from kgllm.questions.ends import Ends
from kgllm.questions.phrases import Parts
from kgllm.retrieval.paths.ground import Ground, ground
from kgllm.retrieval.ranking.combine import within
from kgllm.types import Entity, Fact, Node, Relation, Way
from kgllm.words import is_han

if TYPE_CHECKING:
    from kgllm.graphs.base import Graph, View

POOL = 20_000  # facts sampled to start from
SCANNED = 1_000_000  # facts read in search of relations that the sample does not hold
OF_RARE = 8  # facts kept of each of those
POWER = 0.35  # of how often a relation occurs, when one is drawn
MOST_ENDS = 30  # answers of a question
MOST_MIDDLE = 300  # nodes on the way
MOST_FACTS = 400
SOME = 20  # nodes of a step by whose types they are called
LONGEST = 80  # characters of a name that is asked about
FRESH = 3000  # draws with one view: a view of a live graph grows with what it meets
Key = tuple[str, int]
_WAYS: tuple[Way, Way] = ("out", "in")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A path followed from a topic: its steps, exact ends, the facts that lead to them, and how many nodes each step reaches, and some of
    these."""

    topic: Node
    steps: tuple[Parts, ...]
    ground: Ground
    ends: tuple[Node, ...]
    counts: tuple[int, ...]
    reached: tuple[tuple[Node, ...], ...]

    @property
    def path(self) -> tuple[tuple[Relation, Way], ...]:
        """The relations with their ways, one after the other."""
        return tuple((relation, _WAYS[way]) for parts in self.steps for relation, way in parts)


class Draws:
    """A graph from which paths are drawn; every choice comes from `rng`."""

    def __init__(self, graph: Graph, rng: random.Random) -> None:
        self.graph, self.rng = graph, rng
        self.view: View = view_of(graph)
        self.ends = Ends(graph, self.view)
        self.limits = Limits(endpoints=2000, frontier=2000)
        self.starts: dict[Key, list[Node]] = {}
        self.others: dict[Key, list[Node]] = {}
        self._facts: dict[str, int] = {}
        self.relations: dict[str, Relation] = {}
        self._handles: dict[str, int] = {}
        self.families: frozenset[str] | None = None  # that its relations speak of, once they are asked for
        self._drawn = 0
        self._fill()
        self.keys = sorted(self.starts)
        self.weights = [max(1, self._facts.get(key[0], 1)) ** POWER for key in self.keys]

    def _fill(self) -> None:
        """Topics of every relation, each way: distinct, from a sample, and from a scan for what the sample lacks."""
        schema = self.graph.schema()
        self._facts = {row.relation.id: row.facts for row in schema.relations}
        self.relations = {row.relation.id: row.relation for row in schema.relations}
        self._several = {
            (row.relation.id, way) for row in schema.relations for way, ends in enumerate((row.subjects, row.objects)) if row.facts > ends
        }
        starts: dict[Key, dict[Node, None]] = {}
        others: dict[Key, dict[Node, None]] = {}
        for fact in self.graph.sample(POOL, self.rng.randrange(1 << 30)):
            _keep(fact, starts, others)
        missing = {name for name in self._facts if (name, 0) not in starts and (name, 1) not in starts}
        if missing and schema.facts <= SCANNED:
            kept = dict.fromkeys(missing, 0)
            for fact in pieces(self.graph, "facts"):
                if kept.get(fact.relation.id, OF_RARE) < OF_RARE:
                    kept[fact.relation.id] += 1
                    _keep(fact, starts, others)
        self.starts = {key: list(nodes) for key, nodes in starts.items()}
        self.others = {key: list(nodes) for key, nodes in others.items()}

    def key(self, way: int | None = None) -> Key | None:
        """A relation and a way to go from one of its topics."""
        at = [i for i, key in enumerate(self.keys) if way is None or key[1] == way]
        return self.keys[self.rng.choices(at, [self.weights[i] for i in at])[0]] if at else None

    def topic(self, key: Key) -> Node:
        """A topic that has a relation."""
        return self.rng.choice(self.starts[key])

    def handle(self, node: Node) -> int:
        """The view's number of a node; a view of a live graph is made anew now and then."""
        self._drawn += 1
        if self._drawn % FRESH == 0:
            self.view, self._handles = view_of(self.graph), {}
        return int(self.view.handles([node])[0])

    def path(self, hops: int, way: int | None = None, *, most: int = MOST_ENDS, least: int = 1) -> Drawn | None:
        """A path of so many steps from some topic, None where the draw led nowhere that can be asked about."""
        key = self.key(way)
        if key is None:
            return None
        topic = self.topic(key)
        start = self.handle(topic)
        if start < 0 or (hops > 1 and amount(topic)):  # nobody goes on from all that is 45 long
            return None
        steps: list[Parts] = []
        nodes = np.array([start])
        for hop in range(hops):
            first = (self.relations[key[0]], key[1]) if hop == 0 else self._next(nodes, steps)
            found = self._step(nodes, first) if first is not None else None
            if found is None:
                return None
            steps.append(found[0])
            nodes = np.unique(found[1])
            nodes = nodes[nodes != start][:8]
            if not len(nodes):
                return None
        return self.follow(topic, tuple(steps), most=most, least=least)

    def _step(self, nodes: Any, first: tuple[Relation, int]) -> tuple[Parts, Any] | None:
        """Go one step: a relation, or two where it leads to unnamed nodes."""
        reached = self._along(nodes, first)
        if not len(reached):
            return None
        named = self.view.named(reached) | self.view.literal(reached)
        if named.any():
            return (first,), reached[named]
        groups = self.view.groups(reached[:8])
        onward = sorted({(self.view.relations[r].id, w) for r, w in zip(groups.relation.tolist(), groups.way.tolist(), strict=True)})
        onward = [key for key in onward if key != (first[0].id, 1 - first[1])] or onward
        self.rng.shuffle(onward)
        for name, way in onward[:4]:
            second = (self.relations[name], way)
            ends = self._along(reached, second)
            ends = np.setdiff1d(ends[self.view.named(ends) | self.view.literal(ends)], nodes) if len(ends) else ends
            if len(ends):
                return (first, second), ends
        return None

    def _along(self, nodes: Any, step: tuple[Relation, int]) -> Any:
        handle, size = self.handles()[step[0].id], len(nodes)
        return np.unique(self.view.edges(nodes, np.full(size, handle), np.full(size, step[1]), 64).neighbour)

    def handles(self) -> dict[str, int]:
        """The view's numbers of the relations."""
        if len(self._handles) != len(self.view.relations):
            self._handles = {relation.id: i for i, relation in enumerate(self.view.relations)}
        return self._handles

    def _next(self, nodes: Any, steps: Sequence[Parts]) -> tuple[Relation, int] | None:
        """The relation to go on with: one that many of the nodes have; seldom the very way back."""
        groups = self.view.groups(nodes)
        support: dict[Key, int] = {}
        for r, w in zip(groups.relation.tolist(), groups.way.tolist(), strict=True):
            key = (self.view.relations[r].id, w)
            support[key] = support.get(key, 0) + 1
        last, way = steps[-1][-1]
        keys = sorted(support)
        if way == 0 and self.ends.kind(last.id, 0) in ("number", "time"):  # from a year or an amount only to what has the same
            keys = [key for key in keys if key == (last.id, 1)]
        weights = []
        for key in keys:
            back = key == (last.id, 1 - way)
            usual = max(1, self._facts.get(key[0], 1)) ** POWER
            weights.append(support[key] ** 0.5 * usual * (0.5 if back else 1.0))
        if not keys:
            return None
        name, chosen = self.rng.choices(keys, weights)[0]
        return self.relations[name], chosen

    def follow(self, topic: Node, steps: tuple[Parts, ...], *, most: int = MOST_ENDS, least: int = 1) -> Drawn | None:
        """All ends of a path, exactly; None where there are none, too many to ask about, or the way is too wide."""
        start = self.handle(topic)
        path = tuple(tuple((relation, _WAYS[way]) for relation, way in parts) for parts in steps)
        reached = ground(self.view, np.array([start]), path, self.limits, self.handles())
        if reached.truncated or not least <= reached.count <= most or (reached.ends == start).any():
            return None
        reached = within(reached, reached.ends)
        through = [np.unique(hop.end) for hop in reached.hops if not hop.middle]
        if any(len(nodes) > MOST_MIDDLE for nodes in through) or sum(len(hop.fact) for hop in reached.hops) > MOST_FACTS:
            return None
        ends = tuple(self.view.nodes(reached.ends))
        if any(len(end.name) > 2 * LONGEST or not getattr(end, "named", True) for end in ends):
            return None
        some = tuple(tuple(self.view.nodes(nodes[:SOME])) for nodes in through)
        return Drawn(self.named(topic), steps, reached, ends, tuple(map(len, through)), some)

    def several(self, steps: Sequence[Parts]) -> bool:
        """Whether a path may have several ends: along one of its relations at least something leads to two."""
        return any((relation.id, way) in self._several for parts in steps for relation, way in parts)

    def valued(self, parts: Parts) -> bool:
        """Whether a step leads to numbers or times: nobody has these listed or counted."""
        relation, way = parts[-1]
        return way == 0 and self.ends.kind(relation.id, 0) in ("number", "time")

    def ranks(self, key: Key) -> bool:
        """Whether things may be compared by a relation: it leads to numbers or times, and these are no keys, codes or ordinals."""
        return self.valued(((self.relations[key[0]], key[1]),)) and not naming.keyed(self.relations[key[0]].name)

    def named(self, node: Node) -> Node:
        """The node with its names."""
        return self.view.nodes(self.view.handles([node]))[0]

    def facts(self, *grounds: Ground) -> tuple[Fact, ...]:
        """Every fact on the ways to the ends, each once, by hop."""
        handles = np.concatenate([hop.fact for one in grounds for hop in one.hops])
        _, first = np.unique(handles, return_index=True)
        return tuple(self.view.facts(handles[np.sort(first)]))

    def relations_of(self, node: Node) -> list[Key]:
        """Which relations a node has, and which way."""
        handle = self.handle(node)
        groups = self.view.groups(np.array([handle])) if handle >= 0 else None
        if groups is None:
            return []
        return sorted({(self.view.relations[r].id, w) for r, w in zip(groups.relation.tolist(), groups.way.tolist(), strict=True)})

    def topics(self, ids: Sequence[str]) -> Any:
        """The view's numbers of entities by their ids as text."""
        found = [node for matches in self.graph.find(list(ids)) for node in [match.node for match in matches][:1]]
        handles = self.view.handles(found)
        return handles[handles >= 0]

    def around(self, handles: Any, most: int) -> list[Fact]:
        """Some facts of the nodes, of every relation a few."""
        nodes = np.unique(handles)[:32]
        if not len(nodes):
            return []
        groups = self.view.groups(nodes)
        edges = self.view.edges(nodes[groups.origin], groups.relation, groups.way, 4)
        facts = np.unique(edges.fact)
        chosen = sorted(self.rng.sample(range(len(facts)), min(most, len(facts))))
        return self.view.facts(facts[chosen])

    def siblings(self, key: Key, n: int, but: Sequence[Node]) -> list[Node]:
        """Other things that the relation leads to."""
        pool = [node for node in self.others.get(key, ()) if node not in but and askable(node)]
        return self.rng.sample(pool, min(n, len(pool)))


def askable(node: Node) -> bool:
    """Whether a person could name this thing: it has a name of its own, short enough, that is more than marks."""
    name = node.name
    return (
        bool(getattr(node, "named", True))
        and 0 < len(name) + sum(map(is_han, name)) <= LONGEST
        and any(c.isalnum() for c in name)
        and not (len(name) == 1 and is_han(name))
    )


def topical(node: Node) -> bool:
    """Whether a person could ask about this: a value is besides no prose, no pattern, no mere mark of presence, no figure of many places.

    >>> from kgllm.types import Literal
    >>> [topical(Literal(text)) for text in ("45", "red", "15.55177", "true", "It was built in 1902. It burnt down.")]
    [True, True, False, False, False]
    """
    return askable(node) and (isinstance(node, Entity) or not _UNSAID.search(node.name))


def amount(node: Node) -> bool:
    """Whether a node is a value that is a number and no year."""
    return not isinstance(node, Entity) and bool(_AMOUNT.fullmatch(node.name)) and not _YEAR.fullmatch(node.name)


_AMOUNT = re.compile(r"[-+]?[\d,]*\.?\d+\s*[^\d\s]{0,12}")
_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")
_UNSAID = re.compile(
    r"[.;!?]\s|[。；！？]|[，、].*[，、]|，.{6}|[\\^]|\{\d"  # prose, and patterns
    r"|\d{6}|\d\.\d{3}|^(?:true|false|yes|no|none|null|nan|n/a|unknown|是|否|无|有|未知)$",
    re.IGNORECASE,
)


def _keep(fact: Fact, starts: dict[Key, dict[Node, None]], others: dict[Key, dict[Node, None]]) -> None:
    name = fact.relation.id
    for way, topic, end in ((0, fact.subject, fact.object), (1, fact.object, fact.subject)):
        if topical(topic):
            starts.setdefault((name, way), {})[topic] = None
            if isinstance(end, Entity) or askable(end):
                others.setdefault((name, way), {})[end] = None
