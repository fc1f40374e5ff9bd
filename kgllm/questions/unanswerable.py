"""Questions that the graph cannot answer, and that a person could well ask.

`lacking`: things like the topic have the relation, this one does not. `foreign`: people ask it of such things, and no relation of the
graph says it. `unmet`: two conditions that each hold for some things, and together for none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from kgllm.questions.draw import askable
from kgllm.questions.english import Hop
from kgllm.questions.phrases import Entry, Phrases, book, families_of
from kgllm.questions.values import identity
from kgllm.types import Entity, Node
from kgllm.words import lexicon, relation_words, stem
from kgllm.words.tables import read_table

if TYPE_CHECKING:
    from kgllm.questions.draw import Key
    from kgllm.questions.make import Draft, Maker

REASONS = ("lacking", "foreign", "unmet")
_SHARES = (0.4, 0.4, 0.2)
_LIKE = 20  # topics by which it is known what the graph holds of such things
_WORD = re.compile(r"[a-z]+|[\u4e00-\u9fff]+")
_SMALL = frozenset(("x", "s", "es", "z", "are", "is", "was", "were", "have", "has", "the", "a", "an"))


def make(maker: Maker) -> Draft | None:
    """One such question, or None where the draw did not serve."""
    reason = maker.rng.choices(REASONS, _SHARES)[0]
    return {"lacking": _lacking, "foreign": _foreign, "unmet": _unmet}[reason](maker)


def _draft(maker: Maker, question: str, topics: tuple[Node, ...], reason: str) -> Draft:
    from kgllm.questions.make import Draft

    return Draft(question, "unanswerable", topics, (), (), (), (), 1, reason=reason)


def _lacking(maker: Maker) -> Draft | None:
    """A relation that others like the topic have."""
    draws = maker.draws
    key = draws.key()
    if key is None or len(draws.starts[key]) < 2:
        return None
    topic, like = map(draws.named, maker.rng.sample(draws.starts[key], 2))
    if not isinstance(topic, Entity) or (topic.types and not set(topic.types) & set(getattr(like, "types", ()))):
        return None  # of a value it is only not held; and what a card has, an architecture need not
    has = {*draws.relations_of(topic)}
    missing = [one for one in draws.relations_of(like) if one not in has and maker.sayable(((draws.relations[one[0]], one[1]),))]
    missing = [one for one in missing if not _said_already(maker, one, has)]
    if not missing:
        return None
    name, way = maker.rng.choice(missing)
    parts = ((draws.relations[name], way),)
    drawn = draws.follow(like, (parts,), most=200)
    if drawn is None or draws.ends.unnamed(name, way) or maker.namesake(topic, (name, way)):
        return None
    ends = drawn.ends
    return _draft(maker, maker.speaker.path(maker.say(topic), [maker.hop(parts, ends, (topic,))]), (topic,), "lacking")


def _said_already(maker: Maker, key: Key, has: set[Key]) -> bool:
    """Whether a relation that the topic has says the same: "parents" against the direction of "children"."""
    mine = maker.phrases(((maker.draws.relations[key[0]], key[1]),))
    theirs = [maker.phrases(((maker.draws.relations[name], way),)) for name, way in has]
    return any(set(mine.noun) & set(other.noun) or _wordings(mine) & _wordings(other) for other in theirs)


def _wordings(phrases: Phrases) -> set[frozenset[str]]:
    """Whole wordings by the stems of their words, so that "appears in" and "appeared in" are one."""
    return {
        frozenset(stem(word) for word in _WORD.findall(one) if word not in _SMALL)
        for slot in ("rel", "part", "mod")
        for one in getattr(phrases, slot)
    }


def _foreign(maker: Maker) -> Draft | None:
    """A relation that the graph does not have, asked of a thing of the kind that it is said of."""
    draws = maker.draws
    key = draws.key(0)
    if key is None:
        return None
    topic = draws.named(draws.topic(key))
    kinds = draws.ends.kinds(key[0], 1)
    if not isinstance(topic, Entity) or not kinds or not askable(topic):
        return None
    held = _families_held(maker)
    nouns = draws.ends.nouns(((draws.relations[key[0]], 1),), "en")
    said = _said_of(maker, key[0])
    rows = [
        row
        for row in book(maker.language)
        if row.families and not set(row.families) & held and row.out and _fits(row, kinds, nouns) and not _wordings(row.out) & said
    ]
    if not rows:
        return None
    row = maker.rng.choice(rows)
    hop = Hop(
        row.out,
        1,
        "person" if row.out.rel else "thing",
        row.out.noun or ("thing",),
        ("place",),
        draws.ends.nouns(((draws.relations[key[0]], 1),), maker.language),
    )
    return _draft(maker, maker.speaker.path(maker.say(topic), [hop]), (topic,), "foreign")


def _fits(row: Entry, kinds: frozenset[str], nouns: tuple[str, ...]) -> bool:
    """Whether people ask this of things of such kinds, called by such nouns."""
    known = lexicon()
    said = {word for family in row.families for word in known.families[family].of}
    of_kinds = set(row.of) | (said & set(known.kinds))
    names = said - set(known.kinds)
    return bool(of_kinds & kinds) and (not names or not set(nouns) & set(known.kind_of_noun) or bool(names & set(nouns)))


def _said_of(maker: Maker, relation_id: str) -> frozenset[frozenset[str]]:
    """How all is worded that the graph holds of things that have a relation; worked out once for each."""
    draws = maker.draws
    if relation_id not in maker.held:
        keys = {key for topic in draws.starts[relation_id, 0][:_LIKE] for key in draws.relations_of(topic)}
        maker.held[relation_id] = frozenset(
            said for name, way in sorted(keys) for said in _wordings(maker.phrases(((draws.relations[name], way),)))
        )
    return maker.held[relation_id]


def _families_held(maker: Maker) -> frozenset[str]:
    """Every family that a relation of the graph may speak of, by any of its words. Worked out once for a graph."""
    if maker.draws.families is not None:
        return maker.draws.families
    held: set[str] = set()
    for relation in maker.draws.relations.values():
        for name in (relation.name, relation.inverse_name or "", *relation.aliases, *relation.inverse_aliases):
            if name:
                held.update(families_of(name))
                held.update(family for word, _ in relation_words(name).words for family in lexicon().families_of(word))
    near = (set(row.split()) for row in read_table("naming")["near"])
    maker.draws.families = frozenset(held.union(*(row for row in near if row & held)))
    return maker.draws.families


def _unmet(maker: Maker) -> Draft | None:
    """Two conditions without a common end."""
    pair = maker.pair()
    if pair is None:
        return None
    one, other, _ = pair
    ((relation, way),) = other.steps[0]
    pool = [node for node in maker.draws.starts.get((relation.id, way), ()) if identity(node) != identity(other.topic)]
    for topic in maker.rng.sample(pool, min(6, len(pool))):
        third = maker.draws.follow(topic, other.steps, most=2000)
        if third is None or maker.namesake(third.topic, (relation.id, way)):
            continue
        if third.topic != one.topic and not len(np.intersect1d(one.ground.ends, third.ground.ends)):
            hops = maker.hop(one.steps[0], one.ends), maker.hop(third.steps[0], third.ends)
            question = maker.speaker.both((maker.say(one.topic), hops[0]), (maker.say(third.topic), hops[1]))
            return _draft(maker, question, (one.topic, third.topic), "unmet")
    return None
