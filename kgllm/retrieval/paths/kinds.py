"""What the nodes at the end of a relation are like: learned from a sample of the graph, its types, and the lexicon.

The nodes that `directed_by` leads to behave like persons if they are also born, write and act. Every relation that such nodes
have says something about them through the nouns of its family ("of" a film, "to" a person).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.paths.amounts import amount_of
from kgllm.types import Entity, Literal, Node, Relation, replace
from kgllm.words import is_han, lexicon, relation_words, singular, stem
from kgllm.words.calendar import MONTHS
from kgllm.words.doers import only_verb
from kgllm.words.extremes import says_time
from kgllm.words.homographs import may_be_verb, noun_of, says_verbs
from kgllm.words.questions import sign
from kgllm.words.tongues import coded

if TYPE_CHECKING:
    from kgllm.graphs.base import Graph, View

KINDS = tuple(lexicon().kinds)
SAMPLE = 6000
PER_END = 12
_SHORT = 2  # characters of a word whose last one need not be its head: 质地 is no place
_BEGINS = 4  # letters in which a number begins: "€1.2m", "ca. 1500"
_COMMON = 0.5  # of the ends of relations: a type that more of them have tells nothing
_SEVERAL = 3  # facts, of which it is known what they lead to
MOST_ALSO = 16  # other relations of the nodes at an end that are asked what they are like
_BESIDE = 2  # the way of a qualifier
_SUBCLASS = frozenset(("subclass", "subtype", "subcategory", "hyponym"))
_SUBCLASS_HAN = ("子类", "上级类", "上位")
_MOST_OF_NAME = 0.6  # a word that carries more of a relation's name says what it is
_YEAR = re.compile(r"^-?\d{3,4}$")
_DATE = re.compile(
    r"^-?\d{3,4}[-/年]\d{1,2}|^\d{1,4}([-/年]\d{1,2}){2}|\d{4}年|^(公元|公元前|前)?\d{1,4}年"
    r"|^\d{4}\.(0?[1-9]|1[0-2])\.(0?[1-9]|[12]\d|3[01])(?![.\d])|^(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.\d{4}(?!\.?\d)"
    r"|^(0[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])\.\d\d(?!\.?\d)"  # 12.8.1 is a version of something
    rf"|^({'|'.join(MONTHS)})\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^[-+]?[.,]?\d[\d.,]*\s*(%|[a-zA-Z\u4e00-\u9fff]{0,8}(/[a-zA-Z]{1,8})?\d?|[:：–-]\s*[\d.,]+)$"
)  # "1,024", "35%", "54.2 billion", "900 GB/s", "1 : 5", "2-1"


@dataclass(frozen=True, slots=True)
class Role:
    """Nouns for what stands at one end of a relation, with how surely each fits."""

    nouns: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class End:
    """What the nodes at the end of a step are: nouns that may be used for them, and how far they are of each kind."""

    nouns: Mapping[str, float] = field(default_factory=dict)
    kinds: tuple[float, ...] = (0.0,) * len(KINDS)
    bare: bool = False  # they are numbers, or say yes or no: nothing that different things could have in common


class Roles:
    """Statistics of the ends of a graph's relations, from one sample."""

    def __init__(self, graph: Graph, view: View) -> None:
        roles = lru_cache(maxsize=None)(role_of)  # of one graph's relations
        self._role_of = lambda relation, way: roles(self.read(relation), way)
        self._ends: dict[tuple[str, int], End] = {}
        stats = graph.schema().relations
        self.types = frozenset(kind for kind, _ in graph.schema().types)
        self.tongues = coded([row.relation.name for row in stats])  # relations that are named by the code of a language
        self._facts = {row.relation.id: row.facts for row in stats}
        self._fan = {
            (row.relation.id, way): float(np.log10(max(1.0, row.facts / max(1, from_))))
            for row in stats
            for way, from_ in ((0, row.subjects), (1, row.objects))
        }
        self._most = np.log10(1 + max(self._facts.values(), default=1))
        self._said = {(row.relation.id, way): kinds for row in stats for way, kinds in ((0, row.range), (1, row.domain))}
        self.unnamed: dict[tuple[str, int], float] = {}
        # By relation and way out of a thing, what else it has, and how much that is in all.
        self._having: dict[tuple[str, int], tuple[dict[tuple[str, int], float], float]] = {}
        nodes, self.relations, self.beside = _sampled(graph)
        self.said = frozenset(singular(word) for relation in self.relations.values() for word, _ in relation_words(relation.name).words)
        self.same_ends = frozenset(
            relation for relation in self.relations if _meet(nodes.get((relation, 0), ()), nodes.get((relation, 1), ()))
        )
        of = {key: frozenset(kind for node in ends for kind in getattr(node, "types", ())) for key, ends in nodes.items()}
        self.typed = any(of.values())
        self._verbs = _verbs(self.relations, of)
        self._says_kind = frozenset(one.id for one in self.relations.values() if class_of(one) == "class")
        self._at = {(relation, 1 - way): kinds for (relation, way), kinds in of.items() if way < 2}
        common = {kind for kind in self.types if sum(kind in kinds for kinds in of.values()) > _COMMON * len(of)}
        self._types = {(relation, 1 - way): kinds - common for (relation, way), kinds in of.items() if way < 2}
        for (key, ends), also in zip(nodes.items(), _leaving(view, [_telling(ends) for ends in nodes.values()]), strict=True):
            if key[1] < 2:  # what stands at one end of a relation leaves by the other way
                step = key[0], 1 - key[1]
                others = {(relation.id, 1 - to): share for relation, to, share in also if (relation.id, 1 - to) != step}
                self._having[step] = others, fsum(others.values())
            also = sorted(also, key=lambda row: -row[2])[:MOST_ALSO]
            self.unnamed[key] = sum(not getattr(node, "named", True) for node in ends) / len(ends)
            self._ends[key] = _end(self.relations[key[0]], key[1], also, ends, self._role_of)

    def alike(self, step: tuple[str, int], has: set[tuple[str, int]], types: Sequence[str] = ()) -> float:
        """How far a thing with these relations, each with its way, and of these types is like those that have a step: the share that it has
        of what else they have; wholly, where it is of a type of theirs that not most things are of."""
        if not self._types.get(step, frozenset()).isdisjoint(types):
            return 1.0
        theirs, total = self._having.get(step, ({}, 0.0))
        return fsum(map(theirs.__getitem__, theirs.keys() & has)) / total if total else 0.0  # exact: they are in no order

    def typed_end(self, step: tuple[str, int]) -> bool:
        """Whether what a step leads to has types, so far as a sample tells; of mere values, what has them would have one."""
        relation, way = step
        if way == 0 and self.values(relation):
            return self.typed
        if way == _BESIDE:
            return self.typed
        others, _ = self._having.get((relation, 1 - way), ({}, 0.0))
        return bool(self._at.get((relation, 1 - way), self.types)) or any((one, 0) in others for one in self._says_kind)

    def read(self, relation: Relation) -> Relation:
        """A relation as its name is read in this graph: (Ann, coaches, the Reds) says that she is the coach of them."""
        return replace(relation, name=noun_of(relation.name)) if relation.id in self._verbs else relation

    def values(self, relation: str) -> bool:
        """Whether a relation of several facts leads to what has no facts of its own, as a column of a table does; so far as a sample tells."""
        others, _ = self._having.get((relation, 1), ({}, 0.0))
        return self._facts.get(relation, 0) >= _SEVERAL and not any(way == 0 for _, way in others)

    def between(self, first: tuple[str, int], last: tuple[str, int]) -> frozenset[str]:
        """The types of what one step leads to and another leaves from."""
        here = self._at.get(last, frozenset())
        return here & self._at.get((first[0], 1 - first[1]), frozenset()) or here

    def usual(self, key: tuple[tuple[str, int], ...]) -> float:
        """How often the relations of a step occur: 1 for the commonest, on a scale of logarithms."""
        return float(np.mean([np.log10(1 + self._facts.get(relation, 0)) for relation, way in key if way < 2]) / self._most)

    def fan(self, key: tuple[tuple[str, int], ...]) -> float:
        """The logarithm (of ten) of how many nodes a step leads to, in the mean over the nodes that have it."""
        return sum(self._fan.get(part, 0.0) for part in key)

    @property
    def any_unnamed(self) -> bool:
        return any(share > 0 for share in self.unnamed.values())

    def end(self, key: tuple[tuple[str, int], ...], relation: Relation, way: int) -> End:
        """The end of a step; of one that the sample did not hold, what its name says and the types that the graph tells of."""
        found = self._ends.get((relation.id, way))
        if found is not None:
            return found
        kinds = self._said.get((relation.id, way), ())
        return _end(relation, way, [], [Entity(kind, types=(kind,)) for kind, _ in kinds if kind in self.types], self._role_of)


def _verbs(relations: Mapping[str, Relation], types: Mapping[tuple[str, int], frozenset[str]]) -> frozenset[str]:
    """The relations whose names are read as verbs, though they may be nouns: people stand at their first end, or all names are such."""
    doubtful = [one for one in relations.values() if may_be_verb(one.name)]
    if not doubtful:
        return frozenset()
    verbs = says_verbs(one.name for one in relations.values())
    found = set[str]()
    for one in doubtful:
        object_, subject = (_of_people(types.get((one.id, way), frozenset())) for way in (0, 1))
        if subject if subject != object_ else verbs:
            found.add(one.id)
    return frozenset(found)


def _of_people(types: frozenset[str]) -> bool:
    return any("person" in lexicon().kinds_of(singular(word)) for kind in types for word, _ in relation_words(kind).words[-1:])


def class_of(relation: Relation) -> str:
    """Whether a relation leads to the kind of a thing ("class"), or from a kind to one above ("above")."""
    words = relation_words(relation.name)
    spoken = set(words.spoken)
    if spoken & _SUBCLASS or any(one in relation.name for one in _SUBCLASS_HAN):
        return "above"
    known = lexicon()
    families = set(known.by_phrase.get(tuple(stem(word) for word in words.spoken), ()))
    families |= {family for word, share in words.words if share > _MOST_OF_NAME for family in known.families_of(word)}
    return "class" if "class" in families or spoken & {"class", "type", "kind", "category"} else ""


def _sampled(graph: Graph) -> tuple[dict[tuple[str, int], list[Node]], dict[str, Relation], dict[str, frozenset[str]]]:
    """Nodes at the ends of a graph's relations, by relation and way (2: of a qualifier) in order; the relations; and by each that
    qualifiers are of those whose facts they stand beside."""
    nodes: dict[tuple[str, int], list[Node]] = {}
    relations: dict[str, Relation] = {}
    along: dict[str, frozenset[str]] = {}
    for fact in graph.sample(SAMPLE, 0):
        relations[fact.relation.id] = fact.relation
        relations |= {relation.id: relation for relation, _ in fact.qualifiers}
        beside = ((relation.id, 2, value) for relation, value in fact.qualifiers)
        for relation, _ in fact.qualifiers:
            if fact.relation.id not in (known := along.get(relation.id, frozenset())):
                along[relation.id] = known | {fact.relation.id}
        for relation_id, way, node in ((fact.relation.id, 0, fact.object), (fact.relation.id, 1, fact.subject), *beside):
            ends = nodes.setdefault((relation_id, way), [])
            if len(ends) < PER_END:
                ends.append(node)
    return {key: nodes[key] for key in sorted(nodes)}, relations, along


def _leaving(view: View, gathered: Sequence[Sequence[Node]]) -> list[list[tuple[Relation, int, float]]]:
    """What leaves the nodes of each group: relations with their ways, and how many of the nodes have it."""
    flat = [node for nodes in gathered for node in nodes]
    if not flat:
        return [[] for _ in gathered]
    groups = view.groups(np.maximum(view.handles(flat), 0))
    if not len(groups.origin):
        return [[] for _ in gathered]
    owner = np.repeat(np.arange(len(gathered)), [len(nodes) for nodes in gathered])
    rows, counts = np.unique(np.stack([owner[groups.origin], groups.relation, groups.way], 1), axis=0, return_counts=True)
    out: list[list[tuple[Relation, int, float]]] = [[] for _ in gathered]
    for (n, relation, way), count in zip(rows.tolist(), counts.tolist(), strict=True):
        out[n].append((view.relations[relation], int(1 - way), count / len(gathered[n])))
    return out


def _telling(nodes: Sequence[Node]) -> list[Node]:
    """Nodes without numbers, dates and truths: what else has the value 2, or yes, does not tell what it is here."""
    return [node for node in nodes if not isinstance(node, Literal) or isinstance(node.value, str)]


def _meet(ends: Sequence[Node], others: Sequence[Node]) -> bool:
    """Whether two groups of nodes have a node, or a type, in common."""
    of, theirs = ({kind for node in nodes for kind in getattr(node, "types", ())} for nodes in (ends, others))
    return not of.isdisjoint(theirs) or not set(ends).isdisjoint(others)


def _end(
    relation: Relation,
    way: int,
    also: Sequence[tuple[Relation, int, float]],
    nodes: Sequence[Node],
    role_of: Callable[[Relation, int], Role],
) -> End:
    """`also` are the relations of the nodes, each the way that leads to them, with the share of nodes that have it."""
    nouns: dict[str, float] = dict(role_of(relation, way).nouns)
    votes = np.zeros(len(KINDS))
    for other, other_way, share in [(relation, way, 1.0), *also]:
        for noun, sure in role_of(other, other_way).nouns.items():
            nouns[noun] = max(nouns.get(noun, 0.0), sure * share * (1.0 if other.id == relation.id else 0.8))
    known = lexicon()
    for node in nodes:
        for kind in getattr(node, "types", ()):
            own = kind.replace("_", " ").lower().split()  # "NVLink" is one word, too
            for word in dict.fromkeys((*own, *(part for part, _ in relation_words(kind).words))):  # "HallOfFame": a hall, and fame
                noun = singular(word)
                nouns[noun] = nouns.get(noun, 0.0) + 1.0 / len(nodes)
    for noun, sure in nouns.items():
        for kind in known.kind_of_noun.get(noun, ()):
            at = KINDS.index(kind)
            votes[at] = max(votes[at], min(1.0, sure))
    amount = says_time(relation.name) is False
    forms = [
        "number" if amount and one == "time" and _YEAR.match(str(node.name).strip()) else one
        for node, one in ((node, written(node)) for node in nodes)
    ]
    for kind in ("time", "number"):
        share = forms.count(kind) / max(1, len(forms))
        if forms:
            votes[KINDS.index(kind)] = max(share, votes[KINDS.index(kind)] * 0.3 if share < 0.3 else 0.0)
            if share > 0.6:
                votes *= 0.3
                votes[KINDS.index(kind)] = share
    bare = bool(nodes) and all(form == "number" or sign(node.name) is not None for node, form in zip(nodes, forms, strict=True))
    return End({noun: min(1.0, sure) for noun, sure in nouns.items() if sure >= 0.15}, tuple(float(vote) for vote in votes), bare)


def written(node: object) -> str:
    """Whether what is written looks like a time or a number."""
    text = str(getattr(node, "name", node)).strip()
    if isinstance(node, Literal) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool) and not _YEAR.match(text):
        return "number"
    if _YEAR.match(text) and 1000 <= abs(int(text)) <= 2100:
        return "time"
    if _DATE.match(text):
        return "time"
    if _NUMBER.match(text):
        return "number"
    found = amount_of(node) if isinstance(node, Node) and any(letter.isdigit() for letter in text[:_BEGINS]) else None
    return "" if found is None else "time" if found.dated else "number"


def _head(word: str) -> str:
    """The noun that a Chinese compound ends with: an 实际地址 is an address, a 楼层数 a number. One character ends words of three."""
    ends = (word[-size:] for size in range(len(word) - 1, 0, -1) if size > 1 or len(word) > _SHORT)
    return next((end for end in ends if end in lexicon().kind_of_noun), "") if is_han(word) else ""


_DOERS = frozenset(("person", "organization", "thing"))


def role_of(relation: Relation, way: int) -> Role:
    """What the name of a relation says about the nodes at its end."""
    known = lexicon()
    words = relation_words(relation.name)
    nouns: dict[str, float] = {}
    stems = tuple(stem(word) for word, _ in words.words)
    families = list(known.by_phrase.get(tuple(stem(word) for word in words.spoken), known.by_phrase.get(stems, ())))
    # "the treatment of X is Y", but "Y is used to treat X", "Y is the capital of X": there the family's ends change places.
    turned = words.form in ("of", "does") or only_verb(relation.name)
    own = words.words
    if words.form == "does" and len(own) > 1 and words.spoken[-2] != "to":  # "leads project": the verb says who, the noun what
        own = own[:1] if way == 1 else own[1:]
        families, turned = [], way == 1
    if not families:
        families = [family for word, _ in reversed(own[-2:]) for family in known.families_of(word)[:2]]
    toward = (way != 1) != turned
    if way != 1 or words.form == "of":
        for word, _ in own[-1:] if toward and words.form not in ("by", "verb") else ():  # what "ships for" leads to is no ship
            if not (word.endswith("ed") and known.families_of(word)):  # "acquired" names no thing
                nouns[singular(word)] = 0.8
            if not families and (head := _head(word)):
                nouns[head] = 0.7 if len(head) > 1 else 0.5
    elif words.qualifying:
        nouns[singular(words.qualifying[-1])] = 0.9
    for n, family in enumerate(dict.fromkeys(families)):
        to, of = known.families[family].to, known.families[family].of
        # A verb puts first who does it, which a family may lead to (a director) or be said of (who attends a school).
        does = words.form == "of" or (("person" in to or "person" not in of) and not _DOERS.isdisjoint(to))
        toward = (way != 1) != (turned and does)
        mine = {group for word, _ in own for group in known.families[family].groups(word if is_han(word) else stem(word))}
        for noun in to if toward else of:
            key = singular(noun)
            theirs = known.families[family].groups(stem(noun))
            if mine and theirs and mine.isdisjoint(theirs):  # a mother is no father
                continue
            nouns[key] = max(nouns.get(key, 0.0), 0.8 if n == 0 else 0.5)
    return Role(nouns)
