"""The thing that a code or another name means: "Which bird is Lutra lutra?", "station 8011160", 士多啤梨是什么？: it is told by its own name.

A code is the value of a relation that no other thing has, or what a thing is known by; what a thing is called itself means nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.retrieval.computed.standing import stands_for
from kgllm.retrieval.computed.wholes import noun_words
from kgllm.types import Entity
from kgllm.words import is_han, lexicon, relation_words, singular
from kgllm.words.generic import generic
from kgllm.words.identity import asks_for_person, asks_who_is_meant
from kgllm.words.names import fold, normalise
from kgllm.words.questions import overlap

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Node, Relation, Way

_SURE = 0.9
_ONE = 0.005  # log10 of how many things have a value in the mean, where it is a code
_SEVERAL = 3  # of fewer values it is not known that each is another thing's
_LIKELY = 0.8  # of the best link's score
_OTHER_NAME = frozenset(("nickname", "synonym"))  # families of relations that lead to another name
_WHO_ONE_IS = frozenset(("profession", "known_for", "class"))  # families of what "who is" asks for
_SMALL = 2  # letters of a word that two names share by chance


def identified(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for what a code or another name means; None for every other."""
    names = run.names
    if len(names) != 1:
        return None
    asks, noun = asks_who_is_meant(run.question, names[0])
    if not asks:
        return None
    said = normalise(run.question[slice(*names[0])])
    pairs = [(seed, handle) for seed, handle in run.seeded if overlap(seed.span, names[0])]
    found = _meant([(seed.node, handle, seed.score) for seed, handle in pairs], run, noun)
    if len(found) != 1:
        return None
    [(thing, told)] = found.items()
    node = run.view.nodes(np.array([thing], np.int64))[0]
    if not isinstance(node, Entity) or not node.named or normalise(node.name) == said:
        return None
    if not noun and asks_for_person(run.question) and _spelled_alike(node.name, said) and _has_told(run, thing):
        return None
    made, _ = facts_of(run, [fact for fact, _ in told], max_facts)
    steps: list[tuple[Relation, Way]] = [(relation, "in") for _, relation in told[:1]]
    path = path_of(run, () if told else (thing,), steps, np.array([thing], np.int64), made, _SURE)
    return kept(run, (path,), made, (), settings_of(run, "identity"))


def _meant(pairs: list[tuple[Node, int, float]], run: Run, noun: str) -> dict[int, list[tuple[int, Relation]]]:
    """The things of a kind that are linked, or of which what is linked is a code, with the facts that say so; none where it is more than that."""
    best = max(score for _, _, score in pairs)
    found: dict[int, list[tuple[int, Relation]]] = {}
    for node, handle, score in pairs:
        if score < _LIKELY * best:
            continue
        owners = {handle: []} if isinstance(node, Entity) else _owners(run, handle)
        if owners is None:
            return {}
        for end, told in owners.items():
            thing = run.view.nodes(np.array([end], np.int64))[0]
            if isinstance(thing, Entity) and (not noun or _of_kind(run, thing, noun)):
                found.setdefault(end, []).extend(told)
    return found


def _owners(run: Run, value: int) -> dict[int, list[tuple[int, Relation]]] | None:
    """The things of which a value is a code, with the facts that say so; None where it is more than a code."""
    view = run.view
    groups = view.groups(np.array([value], np.int64))
    stats = {row.relation.id: row for row in run.wholes.graph.schema().relations}
    out: dict[int, list[tuple[int, Relation]]] = {}
    for relation, way, count in zip(groups.relation.tolist(), groups.way.tolist(), groups.count.tolist(), strict=True):
        row: Any = stats.get(view.relations[relation].id)
        code = row is not None and row.objects >= _SEVERAL and row.facts <= row.objects * 10**_ONE
        code = code or (count == 1 and not _OTHER_NAME.isdisjoint(_families(view.relations[relation])))
        if way != 1 or count != 1 or not code:
            return None
        edges = view.edges(np.array([value], np.int64), np.array([relation]), np.array([1]), 1)
        for end, fact in zip(edges.neighbour.tolist(), edges.fact.tolist(), strict=True):
            out.setdefault(end, []).append((fact, view.relations[relation]))
    return out


def _spelled_alike(name: str, said: str) -> bool:
    """Whether a name is another spelling of what is said: they share a word ("Carolus Linnaeus" of Carl Linnaeus)."""
    words = {word for word in fold(name).split() if len(word) > _SMALL or is_han(word)}
    return not words.isdisjoint(fold(said).split())


def _has_told(run: Run, thing: int) -> bool:
    """Whether the graph says what somebody is: then "who is" asks for that."""
    relations = run.view.groups(np.array([thing], np.int64)).relation.tolist()
    return any(not _WHO_ONE_IS.isdisjoint(_families(run.view.relations[one])) for one in relations)


def _families(relation: Relation) -> set[str]:
    return {family for word in relation_words(relation.name).spoken for family in lexicon().families_of(word)}


def _of_kind(run: Run, node: Entity, noun: str) -> bool:
    """Whether a noun may be said of a thing: it names its type, anything, or nothing that the graph has."""
    words = [noun] if is_han(noun) else noun.split()
    kind = stands_for(run.wholes, words[-1])
    if kind is not None:
        return kind in node.types
    if generic(words[-1]) or words[-1] in ("code", "number", "key", "id"):
        return True
    one = singular(words[-1])
    names = {one, *lexicon().across(one)}
    relations = {singular(word) for relation in run.view.relations for word in relation_words(relation.name).spoken}
    return names.isdisjoint(relations) and not any(names & set(noun_words(kind)) for kind in run.wholes.counts)
