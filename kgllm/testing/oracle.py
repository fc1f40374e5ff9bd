"""`OracleGraph`: the simplest graph that keeps the rules of `kgllm.graphs.base`, with nothing but dicts and lists.

Every backend is compared with it. It reads everything for every call, so it suits graphs of some thousand facts.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any
from typing import Literal as Choice

from kgllm.errors import WrongTypeError, shorten
from kgllm.graphs.base import KINDS, Description, Expansion, Match, MatchKind, Page, RelationCount, RelationStats, Schema, Step, sort_key
from kgllm.types import Entity, Fact, Literal, Node, Relation, Way, replace
from kgllm.words.names import fold, initialled, normalise, unqualified

Given = Fact | Sequence[str]


class OracleGraph:
    """A graph of facts, given as `Fact`s or (subject, relation, object) texts.

    >>> graph = OracleGraph([("Inception", "directed by", "Christopher Nolan")])
    >>> [step.neighbour.name for step in graph.expand([Entity("Inception")], [(Relation("directed by"), "out")], 5)[0].steps]
    ['Christopher Nolan']
    """

    def __init__(self, facts: Iterable[Given]) -> None:
        self.entities: dict[Entity, Entity] = {}
        self.relations_by_id: dict[str, Relation] = {}
        self.facts: dict[Fact, Fact] = {}
        self.literals: dict[Literal, Literal] = {}
        given = [fact_of(one) for one in facts]
        for fact in given:
            for node in fact.nodes:
                self._meet(node)
            for relation in (fact.relation, *(relation for relation, _ in fact.qualifiers)):
                self.relations_by_id.setdefault(relation.id, relation)
        for fact in given:
            whole = self._whole(fact)
            if whole in self.facts:
                sources = dict.fromkeys((*self.facts[whole].source, *whole.source))
                whole = replace(whole, source=tuple(sources))
            self.facts[whole] = whole
        self.ends: dict[Node, list[tuple[Relation, Way, Step]]] = {}
        for fact in self.facts.values():
            self.ends.setdefault(fact.subject, []).append((fact.relation, "out", Step(fact.object, fact)))
            self.ends.setdefault(fact.object, []).append((fact.relation, "in", Step(fact.subject, fact)))

    def find(self, names: Sequence[str]) -> list[tuple[Match, ...]]:
        """See `Graph.find`."""
        return [self._find(name) for name in names]

    def search(self, text: str, limit: int = 10) -> tuple[Match, ...]:
        """See `Graph.search`."""
        asked, best = normalise(text), dict[Node, Match]()
        if not text.strip():
            return ()
        for node, name, _ in self.names():
            score = SequenceMatcher(None, asked, normalise(name), autojunk=False).ratio()
            if score > 0.6 and (node not in best or best[node].score < score):
                best[node] = Match(node, "fuzzy", score, name)
        return tuple(sorted(best.values(), key=lambda match: (-match.score, sort_key(match.node)))[:limit])

    def relations(self, nodes: Sequence[Node]) -> list[tuple[RelationCount, ...]]:
        """See `Graph.relations`."""
        found = []
        for node in nodes:
            counts = Counter((relation, way) for relation, way, _ in self.ends.get(node, ()))
            ordered = sorted(counts.items(), key=lambda item: (item[0][0].id, item[0][1] != "out"))
            found.append(tuple(RelationCount(relation, way, count) for (relation, way), count in ordered))
        return found

    def expand(self, nodes: Sequence[Node], steps: Sequence[tuple[Relation, Way]], limit: int) -> list[Expansion]:
        """See `Graph.expand`."""
        found = []
        for node in nodes:
            for relation, way in sorted(steps, key=lambda step: (step[0].id, step[1] != "out")):
                rows = [step for one, towards, step in self.ends.get(node, ()) if (one, towards) == (relation, way)]
                rows.sort(key=lambda step: (sort_key(step.neighbour), len(step.fact.qualifiers), str(step.fact)))
                if rows:
                    known = self.relations_by_id[relation.id]
                    found.append(Expansion(self._whole_node(node), known, way, tuple(rows[:limit]), len(rows) > limit))
        return found

    def describe(self, nodes: Sequence[Node]) -> list[Description]:
        """See `Graph.describe`."""
        found = []
        for node in nodes:
            mine = {(r, s.neighbour) for r, way, s in self.ends.get(node, ()) if way == "out" and isinstance(s.neighbour, Literal)}
            ordered = sorted(mine, key=lambda pair: (pair[0].id, sort_key(pair[1])))
            found.append(Description(self._whole_node(node), tuple(ordered)))
        return found

    def schema(self) -> Schema:
        """See `Graph.schema`."""
        stats = []
        for relation in sorted({fact.relation for fact in self.facts}, key=lambda relation: relation.id):
            mine = [fact for fact in self.facts if fact.relation == relation]
            subjects, objects = ({getattr(fact, end) for fact in mine} for end in ("subject", "object"))
            only_literals = all(isinstance(node, Literal) for node in objects)
            domain, range = (_commonest(Counter(kind for node in side for kind in _kinds(node))) for side in (subjects, objects))
            known = self.relations_by_id[relation.id]
            stats.append(RelationStats(known, len(mine), len(subjects), len(objects), domain, range, only_literals))
        types = _commonest(Counter(kind for entity in self.entities.values() for kind in entity.types))
        return Schema(tuple(stats), types, len(self.entities), len(self.literals), len(self.facts))

    def scan(self, cursor: Any | None = None, limit: int = 10_000, *, what: Choice["facts", "entities"] = "facts") -> Page:
        """See `Graph.scan`."""
        everything: list[Any] = list(self.facts.values() if what == "facts" else self.entities.values())
        start = cursor or 0
        return Page(tuple(everything[start : start + limit]), start + limit if start + limit < len(everything) else None)

    def sample(self, n: int, seed: int = 0) -> list[Fact]:
        """See `Graph.sample`."""
        facts = list(self.facts.values())
        return random.Random(seed).sample(facts, min(n, len(facts)))

    def version(self) -> str | None:
        """A hash of the facts."""
        return hashlib.blake2b("".join(sorted(fact.id for fact in self.facts)).encode(), digest_size=8).hexdigest()

    def _meet(self, node: Node) -> None:
        """Unite what several facts know of one entity: the first name leads, others are aliases; an alias is never the name."""
        if isinstance(node, Literal):
            self.literals.setdefault(node, node)
            return
        had = self.entities.get(node, node)
        names = [name for name in (had.name, node.name) if name != str(node.id)]
        name = names[0] if names else had.name
        others = dict.fromkeys((*names, *had.aliases, *node.aliases))
        aliases = tuple(other for other in others if other not in (name, str(node.id)))
        types = tuple(dict.fromkeys((*had.types, *node.types)))
        self.entities[node] = Entity(node.id, name, aliases, types, had.named and node.named)

    def _whole_node(self, node: Node) -> Any:
        return self.entities.get(node, node) if isinstance(node, Entity) else self.literals.get(node, node)

    def _whole(self, fact: Fact) -> Fact:
        qualifiers = [(self.relations_by_id[relation.id], self._whole_node(value)) for relation, value in fact.qualifiers]
        qualifiers.sort(key=lambda pair: (pair[0].id, sort_key(pair[1])))
        relation = self.relations_by_id[fact.relation.id]
        return Fact(self._whole_node(fact.subject), relation, self._whole_node(fact.object), tuple(qualifiers), fact.source)

    def names(self) -> list[tuple[Node, str, MatchKind]]:
        """Every name; a node that only joins others has no more than its id."""
        rows: list[tuple[Node, str, MatchKind]] = []
        for entity in self.entities.values():
            rows.append((entity, str(entity.id), "id"))
            if entity.named:
                rows.append((entity, entity.name, "name"))
                rows += [(entity, alias, "alias") for alias in entity.aliases]
        return [*rows, *((literal, literal.name, "name") for literal in self.literals)]

    @cached_property
    def _written(self) -> dict[tuple[str, str], list[tuple[Node, str, str]]]:
        """(how, form) → what is called so: as written, or by a looser form of its name."""
        found: dict[tuple[str, str], list[tuple[Node, str, str]]] = {}
        for node, name, kind in self.names():
            for how, form in _forms(name):
                found.setdefault((how, form), []).append((node, name, kind if how == "exact" else how))
        return found

    def _find(self, text: str) -> tuple[Match, ...]:
        best: dict[Node, Match] = {}
        for node, name, kind in (row for form in _forms(text) for row in self._written.get(form, ())):
            if node not in best or KINDS.index(kind) < KINDS.index(best[node].kind):
                best[node] = Match(node, kind, 1.0 if name == text else 0.9, name)  # type: ignore[arg-type]
        order = sorted(
            best.values(), key=lambda match: (KINDS.index(match.kind), -len(self.ends.get(match.node, ())), sort_key(match.node))
        )
        return tuple(order)


def fact_of(given: Given) -> Fact:
    """A fact, or a triple of texts as a fact between entities."""
    if isinstance(given, Fact):
        return given
    if isinstance(given, (tuple, list)) and len(given) == 3 and all(isinstance(part, str) for part in given):
        subject, relation, object = given
        return Fact(Entity(subject), Relation(relation), Entity(object))
    raise WrongTypeError(f"a fact must be a Fact or three texts, not {shorten(given)}")


def _forms(name: str) -> list[tuple[str, str]]:
    loose = [("qualifier", normalise(form)) for form in (unqualified(name), initialled(name)) if form]
    return [("exact", name), ("normalised", normalise(name)), ("folded", fold(name)), *loose]


def _kinds(node: Node) -> tuple[str, ...]:
    return node.types if isinstance(node, Entity) else (type(node.value).__name__,)


def _commonest(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
