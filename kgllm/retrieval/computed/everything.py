"""Questions for all things of a kind, and for nothing more: "List all products", "how many statins are there", "公司有多少个项目？"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, by_key, distinct
from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of, too_many
from kgllm.retrieval.computed.wholes import TooMany, Wholes, column, noun_words, of_class, of_kind
from kgllm.retrieval.paths.amounts import amount_of
from kgllm.types import Entity, Evidence, Relation, Way, replace
from kgllm.words import is_han, lexicon, relation_words, singular, tokens
from kgllm.words.all_of import asking_han, asks_for_all, spare_words, without_counted, without_kinds, without_place
from kgllm.words.extremes import fillers, places
from kgllm.words.fields import spelled
from kgllm.words.questions import overlap
from kgllm.words.relations import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from kgllm.graphs.base import View
    from kgllm.retrieval.retriever import Run

_MARKS = re.compile(r"[\W_]+")
_LONGEST = 60  # characters: a longer question asks for more than a kind
_SURE = 0.9
_SAMPLE = 32  # of what a relation leads to: are they numbers?


def everything(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question that asks for all things of a kind; None for every other question."""
    question = run.question
    if len(question) > _LONGEST or not asks_for_all(question):
        return None
    wholes = run.wholes
    nouns = [noun for noun in dict.fromkeys(_nouns(question, wholes)) if noun and not _leaves_a_name(run, noun)]
    kind = next((kind for noun in nouns if (kind := kind_of(run, wholes, noun)) is not None), None)
    way: Way = "in"
    try:
        if kind is None:
            nouns = list(dict.fromkeys(one for noun in nouns for one in (noun, without_kinds(noun)) if one))
            told = next((told for noun in nouns if (told := _told_of(run, wholes, noun)) is not None), None)
            if told is None:
                return None
            (members, facts), way = told, "out"
        elif isinstance(kind, str):
            members, facts = of_kind(run, kind), _saying(run, kind)
        else:
            members, facts = of_class(run, kind)
    except TooMany:
        return too_many(run, "everything")
    return _told(run, members, facts, max_facts, way) if len(members) else None


def _leaves_a_name(run: Run, noun: str) -> bool:
    """Whether something that the question names, written as the graph has it and as names are, is no part of a noun: what things have of which
    the question names one are not all of them ("What properties does Book have?"), nor are those of a value whose characters are small words (在用的车)."""
    said, text = set(noun.lower().split()), run.question
    named = [seed for seed in run.seeds if text[seed.start : seed.end] == seed.node.name]
    names = (text[seed.start : seed.end] for seed in named if seed.start)
    if any(name[0].isupper() and said.isdisjoint(name.lower().split()) for name in names):
        return True
    at = text.find(noun)
    han = (seed for seed in named if seed.end - seed.start > 1 and is_han(seed.node.name) and seed.node.name not in asking_han())
    return at >= 0 and any(not overlap((seed.start, seed.end), (at, at + len(noun))) for seed in han)


def _nouns(question: str, wholes: Wholes) -> Iterator[str]:
    """What is left of a question without the words that ask for all of a kind; in Chinese there may be several readings, since a character
    that is a small word alone begins a noun as well ("过敏原"), and one that fills may end one ("公司" of "航空公司"). The place whose things
    they are ("the hospital") is left out, too."""
    question = without_place(question)
    if is_han(question):
        known = next(iter(wholes.han_nouns(question)), "")
        if known and not _without(without_counted(question).replace(known, " ", 1), asking_han()):
            yield known
        question = without_counted(question)
        asking = asking_han()
        left = _without(question, [word for word in asking if len(word) > 1])
        small = {word for word in asking if len(word) == 1}
        parts = [part for part in left if not small.issuperset(part)]
        if len(parts) == 1:
            [noun] = parts
            yield noun
            while noun[:1] in small:
                noun = noun[1:]
                yield noun
        parts = _without(question, asking)
        yield parts[0] if len(parts) == 1 else ""
        return
    stop = lexicon().english.stop
    words = [piece.word for piece in tokens(question) if piece.shape != "mark" and piece.word not in stop]
    words = [word for word in words if word not in spare_words()]
    for fills in (fillers(), {*fillers(), *places()}):  # "office supplies" may be a kind of their own
        yield " ".join(word for word in words if word not in fills)


def _without(question: str, words: Iterable[str]) -> list[str]:
    """The parts of a question between some words."""
    for word in words:
        question = question.replace(word, " ")
    return [part for piece in question.split() if (part := piece.strip("，。？?！! 、"))]


def kind_of(run: Run, wholes: Wholes, noun: str) -> Any:
    """The type that a noun names, or the handle of what things are said to be; None where it names none."""
    together = noun in _MARKS.sub(" ", run.question.lower())  # "airline-alliances", but not "which countries have volcanoes"
    named = wholes.called(noun) or (_of_another(wholes, noun) if together else None)
    if named is not None:
        return named
    view, classes = run.view, _classes(run, wholes)
    one = " ".join(singular(word) for word in noun.split())
    names = list(dict.fromkeys((noun, one, *lexicon().across(one))))
    for matches in run.spoken.find(names):
        for match in matches:
            if not isinstance(match.node, Entity):
                continue
            typed = wholes.types.get(tuple(noun_words(match.node.name)))
            if typed is not None:
                return typed
            if classes and _is_class(view, match.node, classes):
                return int(view.handles([match.node])[0])
    return None


def _of_another(wholes: Wholes, noun: str) -> str | None:
    """The type that the last word names, where those before it name another type ("airline alliances"): whose things they are for."""
    before, _, last = noun.rpartition(" ")
    return wholes.called(last) if before and not is_han(noun) and wholes.called(before) is not None else None


def _told_of(run: Run, wholes: Wholes, noun: str) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """What a relation leads to that a noun names, where no type does: "departments" of "department", 朝代; and the facts that say so.
    None where there is no such relation, or it leads to numbers.

    Raises:
        TooMany: it has more facts than may be read.
    """
    noun, of = _of_things(run, wholes, noun)
    wanted = [singular(word) for word in noun.split()]
    names = {" ".join(wanted), *lexicon().across(" ".join(wanted))}
    view = run.view
    for handle, relation in enumerate(view.relations):
        if names.isdisjoint(_forms_of(relation.name)):
            continue
        told = column(wholes, view, handle, run.retriever.limits.members, run.deadline)
        if of is not None:
            mine = among(told.subjects, distinct(of_kind(run, of)))
            told = replace(told, subjects=told.subjects[mine], objects=told.objects[mine], facts=told.facts[mine])
        _, first = np.unique(told.objects, return_index=True)
        members = told.objects[first]
        some = view.nodes(members[:_SAMPLE])
        if len(members) and sum(amount_of(node) is not None for node in some) * 2 < len(some):
            return members, told.facts[first]
    return None


def _of_things(run: Run, wholes: Wholes, noun: str) -> tuple[str, str | None]:
    """A noun without the kind of things that it is said of, and that kind: "systems of courts"."""
    front, _, last = noun.rpartition(" ")
    of = bool(front) and not is_han(noun) and f"{front} of " in run.question.lower()
    kind = wholes.types.get(tuple(noun_words(last))) if of else None  # by no slip: the Unlicense is one licence
    return (noun, None) if kind is None else (front, kind)


@lru_cache(maxsize=KEPT)
def _forms_of(relation: str) -> frozenset[str]:
    """The words of a relation's name in the singular, as they are and with what is cut short in them written out."""
    said = (tuple(word for word, _ in relation_words(relation).words), *(one.split() for one in spelled(relation)))
    return frozenset(" ".join(map(singular, words)) for words in said)


def _classes(run: Run, wholes: Wholes) -> list[int]:
    """The relations that say of what kind a thing is, or what is above a kind."""
    relations = run.steps.handles(run.view.relations)
    return [relations[name] for name in (*wholes.classes, *wholes.above) if name in relations]


def _saying(run: Run, kind: Any) -> NDArray[Any]:
    """The facts that say so of all things of a kind, where there are such facts."""
    if not isinstance(kind, str):
        return of_class(run, kind)[1]
    view, classes = run.view, _classes(run, run.wholes)
    if classes:
        for match in run.spoken.find([kind])[0]:
            if isinstance(match.node, Entity) and match.node.name == kind and _is_class(view, match.node, classes):
                return of_class(run, int(view.handles([match.node])[0]))[1]
    return np.zeros(0, np.int64)


def _is_class(view: View, node: Entity, classes: list[int]) -> bool:
    groups = view.groups(view.handles([node]))
    return bool(((groups.way == 1) & np.isin(groups.relation, classes)).any())


def kept_of_kind(run: Run, kind: Any, members: NDArray[Any], max_facts: int, *, counts: bool) -> Evidence:
    """The evidence of all things of a kind, a type's name or the handle of what they are said to be; `counts`: their number is asked for."""
    found = _told(run, members, _saying(run, kind), max_facts, "in")
    return replace(found, settings={**found.settings, "value": float(len(members)), "unit": ""}) if counts else found


def _told(run: Run, members: NDArray[Any], facts: NDArray[Any], max_facts: int, way: Way) -> Evidence:
    made, notes = facts_of(run, facts.tolist(), max_facts)
    steps: list[tuple[Relation, Way]] = [(fact.relation, way) for fact in made[:1]]
    path = path_of(run, (), steps, by_key(run.view, members), made, _SURE)
    return kept(run, (path,), made, notes, settings_of(run, "everything"))
