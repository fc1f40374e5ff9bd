"""What stands at the ends of a graph's relations: of which kinds, and which nouns people would use for it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from kgllm.questions import naming
from kgllm.questions.phrases import Parts
from kgllm.retrieval.paths.kinds import KINDS, PER_END, SAMPLE, Roles, role_of
from kgllm.types import Entity, Node
from kgllm.words import is_han, lexicon, singular
from kgllm.words.lexicon import Lexicon

if TYPE_CHECKING:
    from kgllm.graphs.base import Graph, View

_VAGUE = frozenset((*KINDS, "show", "title", "anything", "value", "topic", "entity", "object", "item", "event", "node", "resource", "star"))
_SURE = 0.8  # of the strongest noun: one that fits less is not used
_MOST = 3
CHINESE = {
    "person": "人", "work": "作品", "film": "电影", "movie": "电影", "book": "书", "novel": "小说", "song": "歌曲", "album": "专辑", "place": "地方",
    "city": "城市", "country": "国家", "organization": "机构", "company": "公司", "team": "球队", "school": "学校", "university": "大学", "thing": "东西",
    "language": "语言", "disease": "疾病", "drug": "药物", "gene": "基因", "game": "游戏", "product": "产品",
}  # fmt: skip


ANYTHING = {"en": ("thing",), "zh": ("东西",)}


class Ends:
    """Learned from one sample of the graph. Where its nodes have types, those say what they are."""

    def __init__(self, graph: Graph, view: View) -> None:
        self.roles = Roles(graph, view)
        self._nouns, self._types = _consensus(graph, view)

    def kinds(self, relation_id: str, way: int) -> frozenset[str]:
        """The kinds of what a relation leads to (way 0) or is said of (1), as far as they are plain; of typed things that have none
        of the kinds, "typed"."""
        relation, types = self.roles.relations.get(relation_id), self._types.get((relation_id, way))
        if relation is None:
            return frozenset()
        if types:
            known = lexicon()
            kinds = {kind for name in types for kind in _kinds_of(name, known)} - {"number"}  # a thing of the type "parameter" is no number
            return frozenset(kinds) or frozenset(("typed",))
        found = self.roles.end(((relation_id, way),), relation, way).kinds
        top = max(found, default=0.0)
        return frozenset(kind for kind, sure in zip(KINDS, found, strict=True) if sure >= max(0.3, 0.7 * top))

    def kind(self, relation_id: str, way: int) -> str:
        """The one kind that is likeliest, "" for none."""
        if self._types.get((relation_id, way)):
            return min(self.kinds(relation_id, way) - {"typed"}, default="")
        relation = self.roles.relations.get(relation_id)
        found = self.roles.end(((relation_id, way),), relation, way).kinds if relation else ()
        best = max(range(len(found)), key=lambda i: found[i], default=-1)
        return KINDS[best] if best >= 0 and found[best] >= 0.3 else ""

    def nouns(self, parts: Parts, language: str) -> tuple[str, ...]:
        """Nouns for what stands at the end of a step, the likeliest first; at least one."""
        relation, way = parts[-1]
        kind = self.kind(relation.id, way)
        types = [name for name in self._types.get((relation.id, way), ()) if is_han(name) == (language == "zh")]
        if types:
            return tuple(types[:_MOST])
        found = [noun for noun in self._nouns.get((relation.id, way), ()) if is_han(noun) == (language == "zh")]
        if way == 1:
            said = naming.qualifying(relation.name)
            if said and said not in _VAGUE and language == "en":
                found = [singular(said), *(noun for noun in found if noun in lexicon().kind_of_noun and kind in lexicon().kinds_of(noun))]
        if kind == "person":
            found = ["人" if language == "zh" else "person"]
        if language == "zh":
            english = [CHINESE[noun] for noun in self._nouns.get((relation.id, way), ()) if noun in CHINESE]
            found = found or english or ([CHINESE[kind]] if kind in CHINESE else [])
        fallback = "东西" if language == "zh" else ("thing" if kind in ("", "thing", "cause") else kind)
        return tuple(dict.fromkeys(found))[:_MOST] or (fallback,)

    def unnamed(self, relation_id: str, way: int) -> bool:
        """Whether a relation leads to nodes that only join others."""
        return self.roles.unnamed.get((relation_id, way), 0.0) > 0.3


def types_of(nodes: list[Node], language: str) -> tuple[str, ...]:
    """What the types of some nodes are called, those first that all of them have."""
    counts: Counter[str] = Counter()
    for node in nodes:
        if isinstance(node, Entity):
            counts.update({kind for kind in node.types if is_han(kind) == (language == "zh")})
    shared = [kind for kind, n in sorted(counts.items(), key=lambda row: (-row[1], row[0])) if n == len(nodes)]
    return tuple(naming.one_of(naming.as_words(kind)) for kind in shared[:_MOST])


def of_several_types(nodes: list[Node]) -> bool:
    """Whether no one type says what all of some nodes are: a card and an architecture of one year."""
    types = [set(node.types) for node in nodes if isinstance(node, Entity) and node.types]
    return len(types) == len(nodes) > 1 and not set.intersection(*types)


def _kinds_of(name: str, known: Lexicon) -> tuple[str, ...]:
    return known.kinds_of(name if is_han(name) else name.rsplit(maxsplit=1)[-1])


Nouns = dict[tuple[str, int], list[str]]


def _consensus(graph: Graph, view: View) -> tuple[Nouns, Nouns]:
    """For each end, nouns by how many relations of the nodes that stand there agree on them; and the types of typed nodes."""
    ends: dict[tuple[str, int], list[Node]] = {}
    relations = {}
    for fact in graph.sample(SAMPLE, 0):
        relations[fact.relation.id] = fact.relation
        for way, node in ((0, fact.object), (1, fact.subject)):
            nodes = ends.setdefault((fact.relation.id, way), [])
            if len(nodes) < PER_END:
                nodes.append(node)
    roles: dict[tuple[str, int], dict[str, float]] = {}
    out: Nouns = {}
    types: Nouns = {}
    for key in sorted(ends):
        nodes = ends[key]
        types[key] = _types(nodes)
        groups = view.groups(np.maximum(view.handles(nodes), 0))
        votes: dict[str, float] = {}
        told: Counter[tuple[str, int]] = Counter()
        told[key] += len(nodes)
        for r, w in zip(groups.relation.tolist(), groups.way.tolist(), strict=True):
            told[view.relations[r].id, 1 - w] += 1
            relations.setdefault(view.relations[r].id, view.relations[r])
        for other, count in told.items():
            if other not in roles:
                roles[other] = dict(role_of(relations[other[0]], other[1]).nouns)
            for noun, sure in roles[other].items():
                if noun not in _VAGUE and noun in _common():
                    votes[noun] = votes.get(noun, 0.0) + sure * count / len(nodes)
        top = max(votes.values(), default=0.0)
        out[key] = [noun for noun, vote in sorted(votes.items(), key=lambda row: -row[1]) if vote >= _SURE * top]
    return out, types


def _types(nodes: list[Node]) -> list[str]:
    """The types of most of the nodes; of the rest, nothing is said."""
    counts = Counter(kind for node in nodes if isinstance(node, Entity) for kind in set(node.types))
    if sum(isinstance(node, Entity) and bool(node.types) for node in nodes) < 0.6 * len(nodes):
        return []
    common = [kind for kind, n in sorted(counts.items(), key=lambda row: (-row[1], row[0])) if n >= 0.3 * len(nodes)]
    return [naming.one_of(naming.as_words(kind)) for kind in common or sorted(counts, key=lambda kind: -counts[kind])[:2]]


def _common() -> frozenset[str]:
    known = lexicon()
    return frozenset(known.kind_of_noun) | known.end_nouns | frozenset(noun for family in known.families.values() for noun in family.of)
